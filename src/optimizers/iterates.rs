//! UpdateRule: x ↦ x₊, one iteration of an optimiser; Iterates: an iterator over its run.
//!
//! The two are defined together because each needs the other: [`UpdateRule::iterates`] returns an [`Iterates`].

use crate::check::{all_finite, check_length, non_finite_step};
use crate::optimizers::Iterate;
use crate::optimizers::workspace::{Workspace, workspace};
use crate::potentials::{Potential, check_start};
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
        Iterates {
            rule: self.clone(),
            potential,
            before: start.clone(),
            workspace: workspace(&start),
            failure: check_start(potential, "start position", &start).err(),
            iterate: Iterate {
                velocity: start.map(|_| T::zero()),
                position: start,
            },
            k: 0,
            started: false,
        }
    }
}

/// The iterates of an optimiser, made by [`UpdateRule::iterates`].
///
/// Item k is iterate k; item 0 is the start. The iterator is infinite unless an iterate is not finite: it then ends
/// after the last finite one. If the start is invalid, it has no items. In both cases [`Self::failure`] gives the
/// reason, and [`Self::after`] returns that error. [`Self::advance`] borrows each iterate instead of cloning it, so an
/// iteration allocates nothing, even in dynamic dimension.
///
/// ```
/// use heavyball::prelude::*;
/// use nalgebra::vector;
///
/// let undamped = Momentum::new(0.1, 1.0)?; // without drag it never comes to rest; here it diverges
/// let mut iterates = undamped.iterates(&Quartic, vector![-0.5]);
/// let finite = iterates.by_ref().count();
/// assert!((10..20).contains(&finite));
/// let failure = iterates.failure();
/// assert!(matches!(failure, Some(Error::Run(heavyball::error::RunError::Diverged { step, .. })) if *step == finite));
/// # Ok::<(), heavyball::Error>(())
/// ```
#[derive(Debug, Clone)]
#[must_use = "iterators do nothing until they are advanced"]
pub struct Iterates<'p, R, P: ?Sized, T: Number, D: Dim>
where
    DefaultAllocator: Allocator<D>,
{
    rule: R,
    potential: &'p P,
    iterate: Iterate<T, D>,
    before: OVector<T, D>,
    workspace: Workspace<T, D>,
    k: usize,
    started: bool,
    failure: Option<Error>,
}

impl<R, P, T, D> Iterates<'_, R, P, T, D>
where
    R: UpdateRule<T>,
    P: Potential<T, D> + ?Sized,
    T: Number,
    D: Dim,
    DefaultAllocator: Allocator<D>,
{
    /// Sets the initial velocity v₀, a displacement per iteration.
    ///
    /// [`Discretization::start_velocity`](crate::Discretization::start_velocity) converts a particle's velocity ẋ(0) to
    /// the v₀ for which the iterates keep order 2.
    pub fn with_velocity(mut self, velocity: OVector<T, D>) -> Self {
        if self.failure.is_none() {
            let expected = self.iterate.position.len();
            self.failure = check_length("start velocity", expected, &velocity).err();
        }
        self.iterate.velocity = velocity;
        self
    }

    /// Advances by one iteration and borrows the new iterate; the first call returns the start. `None` after a failure.
    #[inline]
    pub fn advance(&mut self) -> Option<&Iterate<T, D>> {
        if self.failure.is_some() {
            return None;
        }
        if !self.started {
            self.started = true;
            return Some(&self.iterate);
        }
        if R::SCHEDULED {
            self.failure = self.rule.check(self.k).err();
            if self.failure.is_some() {
                return None;
            }
        }
        self.before.copy_from(&self.iterate.position);
        self.rule.update(
            self.k,
            self.potential,
            &mut self.iterate,
            &mut self.workspace,
        );
        self.k += 1;
        if all_finite(&self.iterate.position) && all_finite(&self.iterate.velocity) {
            return Some(&self.iterate);
        }
        let gradient = &self.workspace.gradient;
        self.failure = Some(non_finite_step(self.k, 1.0, 0.0, &self.before, gradient));
        None
    }

    /// The current iterate; the start before the first update.
    pub(crate) fn current(&self) -> &Iterate<T, D> {
        &self.iterate
    }

    /// The current rule.
    pub(crate) fn rule(&self) -> &R {
        &self.rule
    }

    /// Updates so far.
    pub(crate) fn steps(&self) -> usize {
        self.k
    }

    /// Replaces the rule and the current iterate by others of the same dimension.
    pub(crate) fn replace(&mut self, rule: R, iterate: Iterate<T, D>) {
        (self.rule, self.iterate) = (rule, iterate);
    }

    /// Starts with `velocity` and the result of the caller's own check of it.
    pub(crate) fn resumed(mut self, velocity: OVector<T, D>, failure: Option<Error>) -> Self {
        self.iterate.velocity = velocity;
        self.failure = failure;
        self
    }

    /// Why the iterator ended, if it has.
    pub fn failure(&self) -> Option<&Error> {
        self.failure.as_ref()
    }

    /// The iterate that `nth(steps)` would return, or the error that ended the run before it.
    ///
    /// For an iterator that has not been advanced, this is iterate `steps`.
    ///
    /// # Errors
    /// [`RunError::Diverged`](crate::error::RunError::Diverged) and
    /// [`RunError::NonFiniteGradient`](crate::error::RunError::NonFiniteGradient) with the step;
    /// [`VectorError`](crate::error::VectorError) if the start is empty, not finite or of the wrong dimension; the
    /// errors of [`UpdateRule::check`].
    pub fn after(mut self, steps: usize) -> Result<Iterate<T, D>, Error> {
        for _ in 0..=steps {
            if self.advance().is_none() {
                break;
            }
        }
        match self.failure {
            None => Ok(self.iterate),
            Some(error) => Err(error),
        }
    }
}

impl<R, P, T, D> Iterator for Iterates<'_, R, P, T, D>
where
    R: UpdateRule<T>,
    P: Potential<T, D> + ?Sized,
    T: Number,
    D: Dim,
    DefaultAllocator: Allocator<D>,
{
    type Item = Iterate<T, D>;

    #[inline]
    fn next(&mut self) -> Option<Self::Item> {
        self.advance().cloned()
    }

    #[inline]
    fn nth(&mut self, n: usize) -> Option<Self::Item> {
        for _ in 0..n {
            self.advance()?;
        }
        self.next()
    }
}
