//! Event: a change of sign of a function of time and phase.

use crate::ode::Crossing;
use crate::particle::{HeavyBall, Phase};
use nalgebra::allocator::Allocator;
use nalgebra::{DefaultAllocator, Dim};

/// Something that happens along a run: a change of sign of a function of time and phase.
///
/// [`Problem::solve_until`](crate::Problem::solve_until) ends a run at the first of several. A start at which the function is
/// zero is no crossing: the sign must change from one that was there.
pub trait Event<P, D: Dim>
where
    DefaultAllocator: Allocator<D>,
{
    /// The root function; only its sign counts.
    fn root(&self, time: f64, ball: &HeavyBall, potential: &P, phase: &Phase<f64, D>) -> f64;

    /// The change of sign that is the event.
    fn crossing(&self) -> Crossing;
}
