//! UpdateRule: x ↦ x₊, one iteration of an optimiser.

use crate::optimizers::workspace::Workspace;
use crate::optimizers::{Iterate, Iterates};
use crate::potentials::Potential;
use crate::{Error, Number};
use nalgebra::allocator::Allocator;
use nalgebra::{DefaultAllocator, Dim, OVector};

/// A rule that computes iterate k + 1 from iterate k.
pub trait UpdateRule<T: Number> {
    /// Replaces iterate `k` by iterate `k + 1`.
    ///
    /// It neither allocates nor checks: an iterate that overflows becomes infinite or NaN. [`Iterates`] checks every
    /// iterate.
    fn update<D, P>(
        &self,
        k: usize,
        potential: &P,
        iterate: &mut Iterate<T, D>,
        workspace: &mut Workspace<T, D>,
    ) where
        D: Dim,
        P: Potential<T, D> + ?Sized,
        DefaultAllocator: Allocator<D>;

    /// Whether the coefficients depend on k, so that [`Self::check`] must be called before each update.
    const SCHEDULED: bool = false;

    /// Checks the coefficients for iteration `k`; called before each update if [`Self::SCHEDULED`] is true.
    ///
    /// # Errors
    /// [`RuleError::ScheduleOutOfRange`](crate::error::RuleError::ScheduleOutOfRange) for scheduled rules; the
    /// closure's error for [`RuleFromFn`](crate::RuleFromFn).
    fn check(&self, k: usize) -> Result<(), Error> {
        let _ = k;
        Ok(())
    }

    /// Refuses a dimension that the rule does not have; called once before a run. The default accepts every dimension.
    ///
    /// # Errors
    /// [`VectorError::DimensionMismatch`](crate::error::VectorError::DimensionMismatch) from a rule with a coefficient for
    /// each parameter.
    fn check_dimension(&self, dimension: usize) -> Result<(), Error> {
        let _ = dimension;
        Ok(())
    }

    /// An iterator over the iterates on `potential` from `start` with v₀ = 0.
    ///
    /// Item k is iterate k; item 0 is the start. See [`Iterates`].
    ///
    /// ```
    /// use heavyball::prelude::*;
    /// use nalgebra::vector;
    ///
    /// let rule = Momentum::new(0.1, 0.5)?;
    /// let x100 = rule.iterates(&DoubleWell, vector![-1.5, -1.5]).nth(100);
    /// assert!(x100.is_some_and(|iterate| (iterate.position.x + 1.0).abs() < 1e-12));
    ///
    /// let settled = rule
    ///     .iterates(&DoubleWell, vector![0.0, 1.0])
    ///     .with_velocity(vector![0.01, 0.0]) // a kick off the ridge
    ///     .skip(1)
    ///     .position(|iterate| iterate.velocity.norm() < 1e-9);
    /// assert!(settled.is_some_and(|k| k < 200));
    /// # Ok::<(), heavyball::Error>(())
    /// ```
    fn iterates<'p, D, P>(
        &self,
        potential: &'p P,
        start: OVector<T, D>,
    ) -> Iterates<'p, Self, P, T, D>
    where
        Self: Clone,
        D: Dim,
        P: Potential<T, D> + ?Sized,
        DefaultAllocator: Allocator<D>,
    {
        Iterates::of(self.clone(), potential, start)
    }
}
