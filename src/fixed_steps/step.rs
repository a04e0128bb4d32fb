//! Step: the map (x, p) ↦ (x₊, p₊) of one fixed step, with its coefficients already computed.

use crate::Number;
use crate::particle::Phase;
use crate::potentials::Potential;
use nalgebra::allocator::Allocator;
use nalgebra::{DefaultAllocator, Dim, OVector};

/// The map of one fixed step, (x, p) ↦ (x₊, p₊), for a given particle and step size.
///
/// Made by [`FixedStep::step_for`](crate::FixedStep::step_for).
pub trait Step<T: Number> {
    /// Advances `phase` by one step; `gradient` is scratch space of the same length.
    ///
    /// It neither allocates nor checks: a state that overflows becomes infinite or NaN.
    /// [`Problem::solve`](crate::Problem::solve) and [`FixedStep::phases`](crate::FixedStep::phases) check every step.
    fn advance<D, P>(&self, potential: &P, phase: &mut Phase<T, D>, gradient: &mut OVector<T, D>)
    where
        D: Dim,
        P: Potential<T, D> + ?Sized,
        DefaultAllocator: Allocator<D>;
}
