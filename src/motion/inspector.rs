//! Inspector: looks at each step of a run as it is taken, and decides whether the run goes on.

use crate::Error;
use crate::particle::Phase;
use nalgebra::allocator::Allocator;
use nalgebra::{DefaultAllocator, Dim};

/// A step of a run with its dense output.
pub(crate) struct StepView<'v, D: Dim>
where
    DefaultAllocator: Allocator<D>,
{
    /// The times at its ends.
    pub(crate) ends: [f64; 2],
    /// The phases there.
    pub(crate) phases: [&'v Phase<f64, D>; 2],
    /// The phase at a time between.
    pub(crate) at: &'v dyn Fn(f64) -> Phase<f64, D>,
}

/// Looks at each step of a run.
pub(crate) trait Inspect<D: Dim>
where
    DefaultAllocator: Allocator<D>,
{
    /// The time within `step` at which the run ends, or `None` if it goes on.
    fn step(&mut self, step: &StepView<'_, D>) -> Result<Option<f64>, Error>;
}

/// What [`Method::solve`](crate::Method::solve) is passed for a run whose steps are inspected.
///
/// Opaque: [`Problem::solve_until`](crate::Problem::solve_until) and its like make it.
#[allow(missing_debug_implementations, reason = "it holds a function")]
pub struct Inspector<'i, D: Dim>(pub(crate) &'i mut dyn Inspect<D>)
where
    DefaultAllocator: Allocator<D>;
