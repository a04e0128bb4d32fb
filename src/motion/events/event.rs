//! Event: a change of sign of a function of time and phase.

use crate::ode::Crossing;
use crate::particle::{HeavyBall, Phase};
use nalgebra::allocator::Allocator;
use nalgebra::{DefaultAllocator, Dim};

/// An event along a run: a change of sign of a function of time and phase.
///
/// [`Problem::solve_until`](crate::Problem::solve_until) ends a run at the first of several. If the function is zero at
/// the start, that is not a crossing: the sign must change from positive to negative or the reverse.
pub trait Event<P, D: Dim>
where
    DefaultAllocator: Allocator<D>,
{
    /// The root function, of which only the sign matters.
    fn root(&self, time: f64, ball: &HeavyBall, potential: &P, phase: &Phase<f64, D>) -> f64;

    /// The rate of change of the root function along the motion, d/dt, if it is known; by default it is not.
    ///
    /// With it, an extremum of the function within a step is located, so that two changes of sign between two points at
    /// which the function is evaluated are found, such as a level that is exceeded near the apex of a throw.
    fn rate(
        &self,
        time: f64,
        ball: &HeavyBall,
        potential: &P,
        phase: &Phase<f64, D>,
    ) -> Option<f64> {
        let _ = (time, ball, potential, phase);
        None
    }

    /// The change of sign at which the event occurs.
    fn crossing(&self) -> Crossing;
}
