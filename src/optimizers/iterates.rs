//! Iterates: an iterator over the run of an [`UpdateRule`].

use crate::check::{all_finite, check_length, non_finite_step};
use crate::optimizers::workspace::{Workspace, workspace};
use crate::optimizers::{Iterate, UpdateRule};
use crate::potentials::{AtStep, Potential, check_start};
use crate::stepping::{Columns, LAST_START, StepMap, step, steps};
use crate::{Error, Number};
use nalgebra::allocator::Allocator;
use nalgebra::{DefaultAllocator, Dim, Dyn, OMatrix, OVector, RawStorage, VecStorage};
use std::hint::black_box;

/// Number of updates whose coefficients are checked before the first of them.
const CHECKED_AT_ONCE: usize = 1024;

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
    map: Updates<'p, R, P>,
    state: Progress<T, D>,
    k: usize,
    started: bool,
    failure: Option<Error>,
}

/// An iterate, the position before it, and the scratch vectors of the update between them.
#[derive(Debug, Clone)]
struct Progress<T: Number, D: Dim>
where
    DefaultAllocator: Allocator<D>,
{
    iterate: Iterate<T, D>,
    before: OVector<T, D>,
    workspace: Workspace<T, D>,
}

/// A rule on a potential.
#[derive(Debug, Clone)]
struct Updates<'p, R, P: ?Sized> {
    rule: R,
    potential: &'p P,
    member: usize,
}

impl<R, P, T, D> StepMap<Progress<T, D>> for Updates<'_, R, P>
where
    R: UpdateRule<T>,
    P: Potential<T, D> + ?Sized,
    T: Number,
    D: Dim,
    DefaultAllocator: Allocator<D>,
{
    #[inline(always)]
    fn apply(&self, k: usize, state: &mut Progress<T, D>) {
        state.before.copy_from(&state.iterate.position);
        let (iterate, workspace) = (&mut state.iterate, &mut state.workspace);
        let potential = AtStep {
            potential: self.potential,
            member: self.member,
            k,
        };
        self.rule.update(k, &potential, iterate, workspace);
    }

    #[inline(always)]
    fn is_finite(Progress { iterate, .. }: &Progress<T, D>) -> bool {
        all_finite(&iterate.position) && all_finite(&iterate.velocity)
    }

    #[inline(always)]
    fn copied(state: &Progress<T, D>) -> Option<Progress<T, D>> {
        D::try_to_usize().map(|_| state.clone())
    }

    #[inline(always)]
    fn returned(mut state: Progress<T, D>) -> Progress<T, D> {
        state.iterate.position = black_box(state.iterate.position);
        state
    }
}

impl<'p, R, P, T, D> Iterates<'p, R, P, T, D>
where
    R: UpdateRule<T>,
    P: Potential<T, D> + ?Sized,
    T: Number,
    D: Dim,
    DefaultAllocator: Allocator<D>,
{
    /// The run of `rule` from `start`; an invalid start is its failure.
    pub(super) fn of(rule: R, potential: &'p P, start: OVector<T, D>) -> Self {
        let failure = check_start(potential, "start position", &start)
            .and_then(|()| rule.check_dimension(start.len()))
            .err();
        let map = Updates {
            rule,
            potential,
            member: 0,
        };
        let workspace = workspace(&start);
        let iterate = Iterate {
            velocity: start.map(|_| T::zero()),
            position: start,
        };
        let state = Progress {
            before: iterate.position.clone(),
            iterate,
            workspace,
        };
        Self {
            map,
            state,
            k: 0,
            started: false,
            failure,
        }
    }

    /// Sets the initial velocity v₀, a displacement per iteration.
    ///
    /// [`Discretization::start_velocity`](crate::Discretization::start_velocity) converts a particle's velocity ẋ(0) to
    /// the v₀ for which the iterates keep order 2.
    pub fn with_velocity(mut self, velocity: OVector<T, D>) -> Self {
        if self.failure.is_none() {
            let expected = self.state.iterate.position.len();
            self.failure = check_length("start velocity", expected, &velocity).err();
        }
        self.state.iterate.velocity = velocity;
        self
    }

    /// With the noise of another member, where the gradient has noise: the run of member `member` of an
    /// [ensemble](crate::ensemble). A run alone is member 0.
    ///
    /// ```
    /// use heavyball::potentials::NoisyGradient;
    /// use heavyball::prelude::*;
    /// use nalgebra::vector;
    /// let heated = NoisyGradient::isotropic(DoubleWell, 1.0, 7)?;
    /// let run = |member| Momentum::new(0.01, 0.9)?.iterates(&heated, vector![1.0, 0.0]).of_member(member).after(50);
    /// assert_eq!(run(3)?, run(3)?);
    /// assert_ne!(run(3)?, run(4)?);
    /// # Ok::<(), heavyball::Error>(())
    /// ```
    pub fn of_member(mut self, member: usize) -> Self {
        self.map.member = member;
        self
    }

    /// Counts from iteration `k`: the start is iterate k, and item i is iterate k + i.
    ///
    /// For a run that continues where a schedule, or the noise of the gradient, depends on k. Above `usize::MAX/2` it counts
    /// from there.
    ///
    /// ```
    /// use heavyball::{ExponentialDecay, prelude::*};
    /// use nalgebra::vector;
    /// let rule = Momentum::scheduled(ExponentialDecay::new(0.1, 0.99, 1)?, 0.5);
    /// let whole = rule.iterates(&DoubleWell, vector![-1.5, -1.5]).after(50)?;
    /// let saved = rule.iterates(&DoubleWell, vector![-1.5, -1.5]).after(20)?;
    /// let rest = rule.iterates(&DoubleWell, saved.position).with_velocity(saved.velocity).from_iteration(20);
    /// assert_eq!(rest.after(30)?, whole);
    /// # Ok::<(), heavyball::Error>(())
    /// ```
    pub fn from_iteration(mut self, k: usize) -> Self {
        self.k = k.min(LAST_START);
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
            return Some(&self.state.iterate);
        }
        if !self.is_checked() {
            return None;
        }
        step(&self.map, self.k, &mut self.state);
        self.k += 1;
        if Updates::<R, P>::is_finite(&self.state) {
            return Some(&self.state.iterate);
        }
        self.find_failure();
        None
    }

    /// Whether the rule has coefficients for the next update.
    #[inline(always)]
    fn is_checked(&mut self) -> bool {
        if R::SCHEDULED {
            self.failure = self.map.rule.check(self.k).err();
        }
        self.failure.is_none()
    }

    #[cold]
    fn find_failure(&mut self) {
        let Progress {
            before, workspace, ..
        } = &self.state;
        let error = non_finite_step(self.k, 1.0, 0.0, before, &workspace.gradient);
        self.failure = Some(error);
    }

    /// Advances by `count` items and shows each to `record`; the first item of a run is its start.
    ///
    /// The fastest way to see every iterate: the loop is ours, and compiled for the processor, as that of
    /// [`Self::after`] is.
    ///
    /// # Errors
    /// The errors of [`Self::after`].
    ///
    /// ```
    /// use heavyball::prelude::*;
    /// use nalgebra::vector;
    ///
    /// let mut farthest = 0.0_f64;
    /// let mut run = Momentum::new(0.1, 0.5)?.iterates(&Quartic, vector![-0.5]);
    /// run.advance_by(100, |at| farthest = farthest.max(at.position.x))?;
    /// assert!(farthest > 2.5); // it overshoots the minimum at 2.25
    /// # Ok::<(), heavyball::Error>(())
    /// ```
    pub fn advance_by(
        &mut self,
        count: usize,
        mut record: impl FnMut(&Iterate<T, D>),
    ) -> Result<(), Error> {
        let is_first = !self.started && count > 0;
        if self.failure.is_none() {
            if is_first {
                self.started = true;
                record(&self.state.iterate);
            }
            let count = count - usize::from(is_first);
            self.update_until(self.k.saturating_add(count), record);
        }
        self.failure.clone().map_or(Ok(()), Err)
    }

    /// The positions of the iterates 0 to `steps`, as the columns of a matrix.
    ///
    /// # Errors
    /// The errors of [`Self::path_every`].
    ///
    /// ```
    /// use heavyball::prelude::*;
    /// use nalgebra::vector;
    ///
    /// let path = Momentum::new(0.1, 0.5)?.iterates(&DoubleWell, vector![-1.5, -1.5]).path(50)?;
    /// assert_eq!(path.shape(), (2, 51));
    /// assert_eq!(path.column(0), vector![-1.5, -1.5]);
    /// assert!((path.column(50) - vector![-1.0, 0.0]).norm() < 1e-6);
    /// # Ok::<(), heavyball::Error>(())
    /// ```
    pub fn path(self, steps: usize) -> Result<OMatrix<T, D, Dyn>, Error>
    where
        DefaultAllocator: Allocator<D, Dyn, Buffer<T> = VecStorage<T, D, Dyn>>,
        VecStorage<T, D, Dyn>: RawStorage<T, D, Dyn>,
    {
        self.path_every(1, steps)
    }

    /// The positions of the iterates 0, `every`, 2·`every`, … up to `steps`, as the columns of a matrix.
    ///
    /// Memory: the matrix only. It counts from the next item if the iterator has been advanced.
    ///
    /// # Errors
    /// The errors of [`Self::after`]; [`ParameterError::NotPositive`](crate::error::ParameterError::NotPositive) if
    /// `every` is 0, [`VectorError::OutOfMemory`](crate::error::VectorError::OutOfMemory) if the matrix does not fit into
    /// memory.
    ///
    /// ```
    /// use heavyball::prelude::*;
    /// use nalgebra::vector;
    ///
    /// let run = Momentum::new(0.1, 0.5)?.iterates(&DoubleWell, vector![-1.5, -1.5]);
    /// assert_eq!(run.clone().path_every(20, 50)?.column(2), run.clone().path(50)?.column(40));
    /// # Ok::<(), heavyball::Error>(())
    /// ```
    pub fn path_every(mut self, every: usize, steps: usize) -> Result<OMatrix<T, D, Dyn>, Error>
    where
        DefaultAllocator: Allocator<D, Dyn, Buffer<T> = VecStorage<T, D, Dyn>>,
        VecStorage<T, D, Dyn>: RawStorage<T, D, Dyn>,
    {
        let (dimension, _) = self.state.iterate.position.shape_generic();
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

    /// Updates up to number `end`, or up to a failure.
    fn update_until(&mut self, end: usize, mut record: impl FnMut(&Iterate<T, D>)) {
        while self.k < end && self.failure.is_none() {
            let mut numbers = self.k..end;
            let mut refusal = None;
            if R::SCHEDULED {
                numbers.end = end.min(self.k.saturating_add(CHECKED_AT_ONCE));
                let check = |k| Some((k, self.map.rule.check(k).err()?));
                if let Some((k, error)) = numbers.clone().find_map(check) {
                    (numbers.end, refusal) = (k, Some(error));
                }
            }
            let seen = |state: &Progress<T, D>| record(&state.iterate);
            self.k += steps(&self.map, numbers, &mut self.state, seen);
            if Updates::<R, P>::is_finite(&self.state) {
                self.failure = refusal;
            } else {
                self.find_failure();
            }
        }
    }

    /// The current iterate; the start before the first update.
    pub(crate) fn current(&self) -> &Iterate<T, D> {
        &self.state.iterate
    }

    /// The current iterate, to change it before the next update.
    pub(crate) fn current_mut(&mut self) -> &mut Iterate<T, D> {
        &mut self.state.iterate
    }

    /// The gradient of the last update.
    pub(crate) fn gradient(&self) -> &OVector<T, D> {
        &self.state.workspace.gradient
    }

    /// The current rule.
    pub(crate) fn rule(&self) -> &R {
        &self.map.rule
    }

    /// The current rule, to change it before the next update.
    pub(crate) fn rule_mut(&mut self) -> &mut R {
        &mut self.map.rule
    }

    /// Ends the run.
    pub(crate) fn fail(&mut self, failure: Error) {
        self.failure = Some(failure);
    }

    /// Whether the start has been returned.
    pub(crate) fn is_started(&self) -> bool {
        self.started
    }

    /// Updates so far.
    pub(crate) fn steps(&self) -> usize {
        self.k
    }

    /// Replaces the rule and the current iterate by others of the same dimension.
    pub(crate) fn replace(&mut self, rule: R, iterate: Iterate<T, D>) {
        (self.map.rule, self.state.iterate) = (rule, iterate);
    }

    /// Starts with `velocity` and the result of the caller's own check of it.
    pub(crate) fn resumed(mut self, velocity: OVector<T, D>, failure: Option<Error>) -> Self {
        self.state.iterate.velocity = velocity;
        self.failure = failure;
        self
    }

    /// Why the iterator ended, if it has.
    pub fn failure(&self) -> Option<&Error> {
        self.failure.as_ref()
    }

    /// The iterate that `nth(steps)` would return, or the error that ended the run before it.
    ///
    /// For an iterator that has not been advanced, this is iterate `steps`. It is the fastest way to it: the loop is ours,
    /// and compiled for the processor.
    ///
    /// # Errors
    /// [`RunError::Diverged`](crate::error::RunError::Diverged) and
    /// [`RunError::NonFiniteGradient`](crate::error::RunError::NonFiniteGradient) with the step;
    /// [`VectorError`](crate::error::VectorError) if the start is empty, not finite or of the wrong dimension; the
    /// errors of [`UpdateRule::check`].
    pub fn after(mut self, steps: usize) -> Result<Iterate<T, D>, Error> {
        self.advance_by(steps, |_| {})?;
        self.advance();
        self.failure.map_or(Ok(self.state.iterate), Err)
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
        self.advance_by(n, |_| {}).ok()?;
        self.next()
    }
}
