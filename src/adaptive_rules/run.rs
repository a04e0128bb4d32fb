//! AdaptiveRun: an iterator over the states of an adaptive rule.

use crate::adaptive_rules::{AdaptiveRule, AdaptiveState};
use crate::check::{all_finite, check_length, non_finite_step};
use crate::potentials::{Potential, check_start};
use crate::stepping::{Columns, StepMap, step, steps};
use crate::{Error, SquareRoot};
use nalgebra::allocator::Allocator;
use nalgebra::{DefaultAllocator, Dim, Dyn, OMatrix, OVector, RawStorage, VecStorage};
use std::hint::black_box;

/// Iterations whose learning rates are checked before the first of them.
const CHECKED_AT_ONCE: usize = 1024;

/// The run of an adaptive rule, made by [`AdaptiveRule::run`] or [`AdaptiveRule::resume`]: item k is the state after k more
/// iterations, item 0 the start.
///
/// It ends after the last finite state; [`Self::failure`] then gives the reason, and [`Self::after`] returns it. A run from an
/// invalid start has no items. [`Self::advance`] borrows each state instead of cloning it, so that an iteration allocates
/// nothing.
///
/// ```
/// use heavyball::adaptive_rules::{AdaptiveRule, RmsProp};
/// use heavyball::prelude::*;
/// use nalgebra::vector;
///
/// let bowl = Quadratic::diagonal(vector![1.0, 10000.0])?;
/// let rule = RmsProp::new(0.01)?;
/// let settled = rule.run(&bowl, vector![1.0, 1.0]).position(|state| state.position.norm() < 0.02);
/// assert!(settled.is_some_and(|k| k < 120)); // both directions at the same pace, whatever their curvatures
///
/// let cliff = from_fn(|x: &nalgebra::Vector1<f64>| x.x.ln(), |x| vector![if x.x > 0.0 { 1.0 / x.x } else { f64::NAN }]);
/// let error = rule.run(&cliff, vector![0.5]).after(100).unwrap_err();
/// assert!(error.to_string().contains("gradient is not finite"));
/// # Ok::<(), heavyball::Error>(())
/// ```
#[derive(Debug, Clone)]
#[must_use = "iterators do nothing until they are advanced"]
pub struct AdaptiveRun<'p, R, P: ?Sized, T: SquareRoot, D: Dim>
where
    DefaultAllocator: Allocator<D>,
{
    map: Updates<'p, R, P>,
    progress: Progress<T, D>,
    /// The iteration of the start.
    first: usize,
    started: bool,
    failure: Option<Error>,
}

/// A state, the position before it, and the gradient of the update between them.
#[derive(Debug, Clone)]
struct Progress<T: SquareRoot, D: Dim>
where
    DefaultAllocator: Allocator<D>,
{
    state: AdaptiveState<T, D>,
    before: OVector<T, D>,
    gradient: OVector<T, D>,
}

/// A rule on a potential.
#[derive(Debug, Clone)]
struct Updates<'p, R, P: ?Sized> {
    rule: R,
    potential: &'p P,
}

impl<R, P, T, D> StepMap<Progress<T, D>> for Updates<'_, R, P>
where
    R: AdaptiveRule<T>,
    P: Potential<T, D> + ?Sized,
    T: SquareRoot,
    D: Dim,
    DefaultAllocator: Allocator<D>,
{
    #[inline(always)]
    fn apply(&self, _k: usize, progress: &mut Progress<T, D>) {
        progress.before.copy_from(&progress.state.position);
        let (state, gradient) = (&mut progress.state, &mut progress.gradient);
        self.rule.update(self.potential, state, gradient);
    }

    #[inline(always)]
    fn is_finite(Progress { state, .. }: &Progress<T, D>) -> bool {
        state
            .vectors()
            .iter()
            .all(|(_, vector)| all_finite(*vector))
    }

    #[inline(always)]
    fn copied(progress: &Progress<T, D>) -> Option<Progress<T, D>> {
        D::try_to_usize().map(|_| progress.clone())
    }

    #[inline(always)]
    fn returned(mut progress: Progress<T, D>) -> Progress<T, D> {
        progress.state.position = black_box(progress.state.position);
        progress
    }
}

impl<'p, R, P, T, D> AdaptiveRun<'p, R, P, T, D>
where
    R: AdaptiveRule<T>,
    P: Potential<T, D> + ?Sized,
    T: SquareRoot,
    D: Dim,
    DefaultAllocator: Allocator<D>,
{
    pub(super) fn new(rule: R, potential: &'p P, state: AdaptiveState<T, D>) -> Self {
        let expected = state.position.len();
        let lengths = || {
            let mut vectors = state.vectors().into_iter().skip(1);
            vectors.try_for_each(|(name, vector)| check_length(name, expected, vector))
        };
        let failure = check_start(potential, "start position", &state.position)
            .and_then(|()| lengths())
            .err();
        Self {
            map: Updates { rule, potential },
            first: state.iteration,
            progress: Progress {
                before: state.position.clone(),
                gradient: state.position.clone(),
                state,
            },
            started: false,
            failure,
        }
    }

    /// Advances by one iteration and borrows the new state; the first call returns the start. `None` after a failure.
    #[inline]
    pub fn advance(&mut self) -> Option<&AdaptiveState<T, D>> {
        if self.failure.is_some() {
            return None;
        }
        if !self.started {
            self.started = true;
            return Some(&self.progress.state);
        }
        let k = self.progress.state.iteration;
        if R::SCHEDULED {
            self.failure = self.map.rule.check(k).err();
            if self.failure.is_some() {
                return None;
            }
        }
        step(&self.map, k, &mut self.progress);
        if Updates::<R, P>::is_finite(&self.progress) {
            return Some(&self.progress.state);
        }
        self.find_failure();
        None
    }

    #[cold]
    fn find_failure(&mut self) {
        let Progress {
            state,
            before,
            gradient,
        } = &self.progress;
        let taken = state.iteration.saturating_sub(self.first);
        let start = self.first as f64;
        self.failure = Some(non_finite_step(taken, 1.0, start, before, gradient));
    }

    /// Advances by `count` items and shows each to `record`; the first item of a run is its start.
    ///
    /// # Errors
    /// The errors of [`Self::after`].
    pub fn advance_by(
        &mut self,
        count: usize,
        mut record: impl FnMut(&AdaptiveState<T, D>),
    ) -> Result<(), Error> {
        let is_first = !self.started && count > 0;
        if self.failure.is_none() {
            if is_first {
                self.started = true;
                record(&self.progress.state);
            }
            let more = count - usize::from(is_first);
            let end = self.progress.state.iteration.saturating_add(more);
            self.update_until(end, record);
        }
        self.failure.clone().map_or(Ok(()), Err)
    }

    /// Updates up to iteration `end`, or up to a failure.
    fn update_until(&mut self, end: usize, mut record: impl FnMut(&AdaptiveState<T, D>)) {
        while self.progress.state.iteration < end && self.failure.is_none() {
            let k = self.progress.state.iteration;
            let mut numbers = k..end;
            let mut refusal = None;
            if R::SCHEDULED {
                numbers.end = end.min(k.saturating_add(CHECKED_AT_ONCE));
                let check = |k| Some((k, self.map.rule.check(k).err()?));
                if let Some((k, error)) = numbers.clone().find_map(check) {
                    (numbers.end, refusal) = (k, Some(error));
                }
            }
            let seen = |progress: &Progress<T, D>| record(&progress.state);
            steps(&self.map, numbers, &mut self.progress, seen);
            if Updates::<R, P>::is_finite(&self.progress) {
                self.failure = refusal;
            } else {
                self.find_failure();
            }
        }
    }

    /// The positions of the states 0 to `steps`, as the columns of a matrix.
    ///
    /// # Errors
    /// The errors of [`Self::path_every`].
    ///
    /// ```
    /// use heavyball::adaptive_rules::{AdaptiveRule, Lion};
    /// use heavyball::prelude::*;
    /// use nalgebra::vector;
    ///
    /// // Lion moves each component by α, whatever the gradient.
    /// let path = Lion::new(0.01)?.run(&DoubleWell, vector![-1.5, -1.5]).path(40)?;
    /// assert!((path.column(40) - vector![-1.1, -1.1]).norm() < 1e-12);
    /// # Ok::<(), heavyball::Error>(())
    /// ```
    pub fn path(self, steps: usize) -> Result<OMatrix<T, D, Dyn>, Error>
    where
        DefaultAllocator: Allocator<D, Dyn, Buffer<T> = VecStorage<T, D, Dyn>>,
        VecStorage<T, D, Dyn>: RawStorage<T, D, Dyn>,
    {
        self.path_every(1, steps)
    }

    /// The positions of the states 0, `every`, 2·`every`, … up to `steps`, as the columns of a matrix.
    ///
    /// # Errors
    /// The errors of [`Self::after`]; [`ParameterError::NotPositive`](crate::error::ParameterError::NotPositive) if
    /// `every` is 0, [`VectorError::OutOfMemory`](crate::error::VectorError::OutOfMemory) if the matrix does not fit into
    /// memory.
    pub fn path_every(mut self, every: usize, steps: usize) -> Result<OMatrix<T, D, Dyn>, Error>
    where
        DefaultAllocator: Allocator<D, Dyn, Buffer<T> = VecStorage<T, D, Dyn>>,
        VecStorage<T, D, Dyn>: RawStorage<T, D, Dyn>,
    {
        let (dimension, _) = self.progress.state.position.shape_generic();
        if let Some(failure) = &self.failure {
            return Err(failure.clone());
        }
        let mut columns = Columns::new(dimension.value(), every, steps)?;
        self.advance_by(steps, |at| columns.see(&at.position))?;
        if let Some(last) = self.advance() {
            columns.see(&last.position);
        }
        self.failure
            .map_or_else(|| Ok(columns.matrix(dimension)), Err)
    }

    /// The state that `nth(steps)` would return, or the error that ended the run before it.
    ///
    /// # Errors
    /// [`RunError::Diverged`](crate::error::RunError::Diverged) and
    /// [`RunError::NonFiniteGradient`](crate::error::RunError::NonFiniteGradient) with the iteration;
    /// [`VectorError`](crate::error::VectorError) if a vector of the start is empty, not finite or of the wrong dimension; the
    /// errors of [`AdaptiveRule::check`].
    pub fn after(mut self, steps: usize) -> Result<AdaptiveState<T, D>, Error> {
        self.advance_by(steps, |_| {})?;
        self.advance();
        self.failure.map_or(Ok(self.progress.state), Err)
    }

    /// Why the run ended, if it has.
    pub fn failure(&self) -> Option<&Error> {
        self.failure.as_ref()
    }

    /// The current state.
    pub fn state(&self) -> &AdaptiveState<T, D> {
        &self.progress.state
    }
}

impl<R, P, T, D> Iterator for AdaptiveRun<'_, R, P, T, D>
where
    R: AdaptiveRule<T>,
    P: Potential<T, D> + ?Sized,
    T: SquareRoot,
    D: Dim,
    DefaultAllocator: Allocator<D>,
{
    type Item = AdaptiveState<T, D>;

    #[inline]
    fn next(&mut self) -> Option<Self::Item> {
        self.advance().cloned()
    }

    #[inline]
    fn nth(&mut self, n: usize) -> Option<Self::Item> {
        self.advance_by(n, |_| {}).ok()?;
        self.next()
    }
}
