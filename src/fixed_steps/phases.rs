//! Phases: an iterator over the states of a particle at times 0, Δt, 2Δt, …

use crate::check::{all_finite, non_finite_step};
use crate::fixed_steps::Step;
use crate::particle::Phase;
use crate::potentials::Potential;
use crate::stepping::{Columns, StepMap, step, steps};
use crate::{Error, Number};
use nalgebra::allocator::Allocator;
use nalgebra::{DefaultAllocator, Dim, Dyn, OMatrix, OVector, RawStorage, VecStorage};
use std::hint::black_box;

/// The phases of a fixed-step run, made by [`FixedStep::phases`](crate::FixedStep::phases).
///
/// Item k is the phase at time kΔt. The iterator ends after the last finite phase, and [`Self::failure`] then gives the
/// reason. [`Self::advance`] borrows each phase instead of cloning it, so a step allocates nothing, even in dynamic
/// dimension.
#[derive(Debug, Clone)]
#[must_use = "iterators do nothing until they are advanced"]
pub struct Phases<'p, S, P: ?Sized, T: Number, D: Dim>
where
    DefaultAllocator: Allocator<D>,
{
    map: Stepping<'p, S, P>,
    state: Progress<T, D>,
    taken: usize,
    started: bool,
    origin: f64,
    dt: f64,
    failure: Option<Error>,
}

/// A phase, the position before it, and the gradient of the step between them.
#[derive(Debug, Clone)]
struct Progress<T: Number, D: Dim>
where
    DefaultAllocator: Allocator<D>,
{
    phase: Phase<T, D>,
    before: OVector<T, D>,
    gradient: OVector<T, D>,
}

/// A step on a potential.
#[derive(Debug, Clone)]
struct Stepping<'p, S, P: ?Sized> {
    step: S,
    potential: &'p P,
}

impl<S, P, T, D> StepMap<Progress<T, D>> for Stepping<'_, S, P>
where
    S: Step<T>,
    P: Potential<T, D> + ?Sized,
    T: Number,
    D: Dim,
    DefaultAllocator: Allocator<D>,
{
    #[inline(always)]
    fn apply(&self, _k: usize, state: &mut Progress<T, D>) {
        state.before.copy_from(&state.phase.position);
        let (phase, gradient) = (&mut state.phase, &mut state.gradient);
        self.step.advance(self.potential, phase, gradient);
    }

    #[inline(always)]
    fn is_finite(Progress { phase, .. }: &Progress<T, D>) -> bool {
        all_finite(&phase.position) && all_finite(&phase.momentum)
    }

    #[inline(always)]
    fn copied(state: &Progress<T, D>) -> Option<Progress<T, D>> {
        D::try_to_usize().map(|_| state.clone())
    }

    #[inline(always)]
    fn returned(mut state: Progress<T, D>) -> Progress<T, D> {
        state.phase.position = black_box(state.phase.position);
        state
    }
}

impl<'p, S, P, T, D> Phases<'p, S, P, T, D>
where
    S: Step<T>,
    P: Potential<T, D> + ?Sized,
    T: Number,
    D: Dim,
    DefaultAllocator: Allocator<D>,
{
    /// The run of `step` from `start` at time `origin`; `dt` is used only for the times in errors.
    pub(crate) fn new(step: S, potential: &'p P, start: Phase<T, D>, origin: f64, dt: f64) -> Self {
        Self {
            map: Stepping { step, potential },
            state: Progress {
                before: start.position.clone(),
                gradient: start.position.clone(),
                phase: start,
            },
            taken: 0,
            started: false,
            origin,
            dt,
            failure: None,
        }
    }

    /// Advances by one step and borrows the new phase; the first call returns the start. `None` after a failure.
    #[inline]
    pub fn advance(&mut self) -> Option<&Phase<T, D>> {
        if !self.started {
            self.started = true;
            return Some(&self.state.phase);
        }
        if self.failure.is_some() {
            return None;
        }
        step(&self.map, self.taken, &mut self.state);
        self.taken += 1;
        if Stepping::<S, P>::is_finite(&self.state) {
            return Some(&self.state.phase);
        }
        self.fail();
        None
    }

    #[cold]
    fn fail(&mut self) {
        let Progress {
            before, gradient, ..
        } = &self.state;
        let error = non_finite_step(self.taken, self.dt, self.origin, before, gradient);
        self.failure = Some(error);
    }

    /// Advances by `count` items and shows each to `record`; the first item of a run is its start.
    ///
    /// The fastest way to see every phase: the loop is ours, and compiled for the processor, as that of
    /// [`Self::after`] is.
    ///
    /// # Errors
    /// The errors of [`Self::after`].
    ///
    /// ```
    /// use heavyball::prelude::*;
    /// use nalgebra::vector;
    ///
    /// let ball = HeavyBall::new(1.0, 0.0)?;
    /// let (mut least, mut most) = (f64::INFINITY, 0.0_f64);
    /// let mut run = Leapfrog::new(0.01)?.phases(&ball, &DoubleWell, Phase::at_rest(vector![-1.5, 0.5]))?;
    /// run.advance_by(10_000, |phase| {
    ///     let energy = ball.energy(&DoubleWell, phase);
    ///     (least, most) = (least.min(energy), most.max(energy));
    /// })?;
    /// assert!(most - least < 1e-3);
    /// # Ok::<(), heavyball::Error>(())
    /// ```
    pub fn advance_by(
        &mut self,
        count: usize,
        mut record: impl FnMut(&Phase<T, D>),
    ) -> Result<(), Error> {
        let is_first = !self.started && count > 0;
        if is_first {
            self.started = true;
            record(&self.state.phase);
        }
        if self.failure.is_none() {
            let numbers = self.taken..self.taken.saturating_add(count - usize::from(is_first));
            let seen = |state: &Progress<T, D>| record(&state.phase);
            self.taken += steps(&self.map, numbers, &mut self.state, seen);
            if !Stepping::<S, P>::is_finite(&self.state) {
                self.fail();
            }
        }
        self.failure.clone().map_or(Ok(()), Err)
    }

    /// The positions of the phases 0 to `steps`, as the columns of a matrix.
    ///
    /// # Errors
    /// The errors of [`Self::path_every`].
    ///
    /// ```
    /// use heavyball::prelude::*;
    /// use nalgebra::vector;
    ///
    /// let ball = HeavyBall::new(1.0, 0.4)?;
    /// let start = Phase::at_rest(vector![-1.5, -1.5]);
    /// let path = Leapfrog::new(0.1)?.phases(&ball, &DoubleWell, start)?.path(1000)?;
    /// assert_eq!(path.shape(), (2, 1001));
    /// assert!((path.column(1000) - vector![-1.0, 0.0]).norm() < 1e-6);
    /// # Ok::<(), heavyball::Error>(())
    /// ```
    pub fn path(self, steps: usize) -> Result<OMatrix<T, D, Dyn>, Error>
    where
        DefaultAllocator: Allocator<D, Dyn, Buffer<T> = VecStorage<T, D, Dyn>>,
        VecStorage<T, D, Dyn>: RawStorage<T, D, Dyn>,
    {
        self.path_every(1, steps)
    }

    /// The positions of the phases 0, `every`, 2·`every`, … up to `steps`, as the columns of a matrix.
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
    /// let ball = HeavyBall::new(1.0, 0.4)?;
    /// let run = Leapfrog::new(0.1)?.phases(&ball, &DoubleWell, Phase::at_rest(vector![-1.5, -1.5]))?;
    /// assert_eq!(run.clone().path_every(20, 50)?.column(2), run.clone().path(50)?.column(40));
    /// # Ok::<(), heavyball::Error>(())
    /// ```
    pub fn path_every(mut self, every: usize, steps: usize) -> Result<OMatrix<T, D, Dyn>, Error>
    where
        DefaultAllocator: Allocator<D, Dyn, Buffer<T> = VecStorage<T, D, Dyn>>,
        VecStorage<T, D, Dyn>: RawStorage<T, D, Dyn>,
    {
        let (dimension, _) = self.state.phase.position.shape_generic();
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

    /// Uses `step` from here on, for a shorter last step.
    pub(crate) fn change_step(&mut self, step: S) {
        self.map.step = step;
    }

    /// Why the iterator ended, if it has: [`RunError::Diverged`](crate::error::RunError::Diverged) or
    /// [`RunError::NonFiniteGradient`](crate::error::RunError::NonFiniteGradient).
    pub fn failure(&self) -> Option<&Error> {
        self.failure.as_ref()
    }

    /// The phase that `nth(steps)` would return, or the error that ended the run before it.
    ///
    /// For an iterator that has not been advanced, this is the phase at time `steps`·Δt.
    ///
    /// # Errors
    /// [`RunError::Diverged`](crate::error::RunError::Diverged) and
    /// [`RunError::NonFiniteGradient`](crate::error::RunError::NonFiniteGradient).
    pub fn after(mut self, steps: usize) -> Result<Phase<T, D>, Error> {
        self.advance_by(steps, |_| {})?;
        self.advance();
        self.failure.map_or(Ok(self.state.phase), Err)
    }
}

impl<S, P, T, D> Iterator for Phases<'_, S, P, T, D>
where
    S: Step<T>,
    P: Potential<T, D> + ?Sized,
    T: Number,
    D: Dim,
    DefaultAllocator: Allocator<D>,
{
    type Item = Phase<T, D>;

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
