//! Method: solves a problem, with fixed or adaptive steps.

use crate::Error;
use crate::motion::inspector::Inspector;
use crate::motion::{Problem, Trajectory};
use crate::potentials::Potential;
use nalgebra::allocator::Allocator;
use nalgebra::{DefaultAllocator, Dim};

/// A method that solves a [`Problem`]: every [`FixedStep`](crate::FixedStep), and the adaptive methods.
pub trait Method<P, D>
where
    D: Dim,
    DefaultAllocator: Allocator<D>,
{
    /// The motion over the span of the problem, or until `inspector` ends it.
    ///
    /// # Errors
    /// The errors of [`Problem::solve`].
    fn solve(
        &self,
        problem: &Problem<P, D>,
        inspector: Option<Inspector<'_, D>>,
    ) -> Result<Trajectory<D>, Error>;

    /// Refuses settings that the constructor of the method did not check, such as tolerances; by default none.
    ///
    /// # Errors
    /// [`ParameterError::NotPositive`](crate::error::ParameterError::NotPositive) for a tolerance.
    fn check(&self) -> Result<(), Error> {
        Ok(())
    }

    /// The largest number of steps of a run, also of one that goes on after events; by default no limit.
    fn most_steps(&self) -> usize {
        usize::MAX
    }
}

impl<P, D> Problem<P, D>
where
    P: Potential<f64, D>,
    D: Dim,
    DefaultAllocator: Allocator<D>,
{
    /// The motion over the span, by `method`.
    ///
    /// A fixed-step method takes whole steps Δt and, unless they reach the end of the span to within rounding, one
    /// shorter last step, so that the run ends exactly at the end of the span. Over a backward span the steps are −Δt.
    ///
    /// # Errors
    /// For the problem: [`ParameterError::NotPositive`](crate::error::ParameterError::NotPositive),
    /// [`ParameterError::Negative`](crate::error::ParameterError::Negative) or
    /// [`ParameterError::NotFinite`](crate::error::ParameterError::NotFinite) for a parameter or time;
    /// [`VectorError::Empty`](crate::error::VectorError::Empty),
    /// [`VectorError::NonFiniteComponent`](crate::error::VectorError::NonFiniteComponent) or
    /// [`VectorError::DimensionMismatch`](crate::error::VectorError::DimensionMismatch) for the start. For a fixed
    /// step: [`SpanError::TooManySteps`](crate::error::SpanError::TooManySteps),
    /// [`StepError::Pole`](crate::error::StepError::Pole), [`RunError::Diverged`](crate::error::RunError::Diverged),
    /// [`RunError::NonFiniteGradient`](crate::error::RunError::NonFiniteGradient). For an adaptive method, the errors
    /// of [`Rk45::integrate`](crate::Rk45::integrate), its tolerances included.
    pub fn solve<M>(&self, method: &M) -> Result<Trajectory<D>, Error>
    where
        M: Method<P, D> + ?Sized,
        D: Dim,
    {
        method.solve(self, None)
    }
}
