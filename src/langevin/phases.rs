//! LangevinPhases: an iterator over the states of a ball in a bath at times 0, Δt, 2Δt, …

use crate::Error;
use crate::check::{all_finite, non_finite_step};
use crate::langevin::{LangevinState, LangevinStep};
use crate::noise::Noise;
use crate::particle::Phase;
use crate::potentials::Potential;
use crate::stepping::{LAST_START, StepMap, step, steps};
use nalgebra::allocator::Allocator;
use nalgebra::{DefaultAllocator, Dim, OVector};

/// The phases of a run in a bath, made by [`LangevinMethod::phases`](crate::langevin::LangevinMethod::phases).
///
/// Item n is the phase after n steps. The iterator ends after the last finite phase, and [`Self::failure`] then gives the
/// reason. A step allocates nothing, even in dynamic dimension, if [`Self::advance`] is used.
///
/// ```
/// use heavyball::langevin::{Baoab, Langevin, LangevinMethod};
/// use heavyball::noise::Noise;
/// use heavyball::prelude::*;
/// use nalgebra::vector;
///
/// // The mean kinetic energy along one run is T/2.
/// let bath = Langevin::new(HeavyBall::new(1.0, 1.0)?, 0.4)?;
/// let well = Quadratic::diagonal(vector![1.0])?;
/// let mut run = Baoab::new(0.05)?.phases(&bath, &well, Phase::at_rest(vector![0.0]), Noise::new(2))?;
/// let mut sum = 0.0;
/// run.advance_by(200_000, |phase| sum += bath.ball.kinetic_energy(phase))?;
/// assert!((sum / 2e5 - 0.2).abs() < 0.01);
/// # Ok::<(), heavyball::Error>(())
/// ```
#[derive(Debug, Clone)]
#[must_use = "iterators do nothing until they are advanced"]
pub struct LangevinPhases<'p, S, P: ?Sized, D: Dim>
where
    DefaultAllocator: Allocator<D>,
{
    map: Stepping<'p, S, P>,
    progress: Progress<D>,
    /// The number of the next step.
    next: usize,
    started: bool,
    dt: f64,
    failure: Option<Error>,
}

#[derive(Debug, Clone)]
struct Progress<D: Dim>
where
    DefaultAllocator: Allocator<D>,
{
    state: LangevinState<D>,
    before: OVector<f64, D>,
}

#[derive(Debug, Clone)]
struct Stepping<'p, S, P: ?Sized> {
    step: S,
    potential: &'p P,
    noise: Noise,
    member: usize,
}

impl<S, P, D> StepMap<Progress<D>> for Stepping<'_, S, P>
where
    S: LangevinStep,
    P: Potential<f64, D> + ?Sized,
    D: Dim,
    DefaultAllocator: Allocator<D>,
{
    #[inline(always)]
    fn apply(&self, k: usize, progress: &mut Progress<D>) {
        progress.before.copy_from(&progress.state.phase.position);
        let place = self.noise.at(self.member, k);
        self.step
            .advance(&place, self.potential, &mut progress.state);
    }

    #[inline(always)]
    fn is_finite(progress: &Progress<D>) -> bool {
        let Phase { position, momentum } = &progress.state.phase;
        all_finite(position) && all_finite(momentum)
    }

    #[inline(always)]
    fn copied(progress: &Progress<D>) -> Option<Progress<D>> {
        D::try_to_usize().map(|_| progress.clone())
    }

    #[inline(always)]
    fn returned(progress: Progress<D>) -> Progress<D> {
        progress
    }
}

impl<'p, S, P, D> LangevinPhases<'p, S, P, D>
where
    S: LangevinStep,
    P: Potential<f64, D> + ?Sized,
    D: Dim,
    DefaultAllocator: Allocator<D>,
{
    /// The run of `step` from `state` as member 0 from step 0 on.
    pub(crate) fn new(
        step: S,
        potential: &'p P,
        state: LangevinState<D>,
        noise: Noise,
        dt: f64,
    ) -> Self {
        Self {
            map: Stepping {
                step,
                potential,
                noise,
                member: 0,
            },
            progress: Progress {
                before: state.phase.position.clone(),
                state,
            },
            next: 0,
            started: false,
            dt,
            failure: None,
        }
    }

    /// With the noise of member `member`, as in an ensemble.
    pub fn of_member(mut self, member: usize) -> Self {
        self.map.member = member;
        self
    }

    /// Begins at step `step` instead of 0: the start is the phase that a run had after so many steps.
    pub fn from_step(mut self, step: usize) -> Self {
        self.next = step.min(LAST_START);
        self
    }

    /// Advances by one step and borrows the new phase; the first call returns the start. `None` after a failure.
    #[inline]
    pub fn advance(&mut self) -> Option<&Phase<f64, D>> {
        if !self.started {
            self.started = true;
            return Some(&self.progress.state.phase);
        }
        if self.failure.is_some() {
            return None;
        }
        step(&self.map, self.next, &mut self.progress);
        self.next += 1;
        if Stepping::<S, P>::is_finite(&self.progress) {
            return Some(&self.progress.state.phase);
        }
        self.fail();
        None
    }

    #[cold]
    fn fail(&mut self) {
        let Progress { state, before } = &self.progress;
        let diverged = || non_finite_step(self.next, self.dt, 0.0, before, &state.gradient);
        let checked = self.map.step.check(self.next.saturating_sub(1)..self.next);
        self.failure = Some(checked.err().unwrap_or_else(diverged));
    }

    /// Advances by `count` items and shows each to `record`; the first item of a run is its start.
    ///
    /// # Errors
    /// The errors of [`Self::after`].
    pub fn advance_by(
        &mut self,
        count: usize,
        mut record: impl FnMut(&Phase<f64, D>),
    ) -> Result<(), Error> {
        let is_first = !self.started && count > 0;
        if is_first {
            self.started = true;
            record(&self.progress.state.phase);
        }
        if self.failure.is_none() {
            let numbers = self.next..self.next.saturating_add(count - usize::from(is_first));
            let seen = |progress: &Progress<D>| record(&progress.state.phase);
            self.next += steps(&self.map, numbers, &mut self.progress, seen);
            if !Stepping::<S, P>::is_finite(&self.progress) {
                self.fail();
            }
        }
        self.failure.clone().map_or(Ok(()), Err)
    }

    /// The number of steps taken, those before [`Self::from_step`] included.
    pub fn step(&self) -> usize {
        self.next
    }

    /// Why the iterator ended, if it has: [`RunError::Diverged`](crate::error::RunError::Diverged) or
    /// [`RunError::NonFiniteGradient`](crate::error::RunError::NonFiniteGradient).
    pub fn failure(&self) -> Option<&Error> {
        self.failure.as_ref()
    }

    /// The phase that `nth(steps)` would return, or the error that ended the run before it.
    ///
    /// # Errors
    /// [`RunError::Diverged`](crate::error::RunError::Diverged) and
    /// [`RunError::NonFiniteGradient`](crate::error::RunError::NonFiniteGradient).
    pub fn after(self, steps: usize) -> Result<Phase<f64, D>, Error> {
        self.state_after(steps).map(|state| state.phase)
    }

    /// The same with the gradient.
    pub(crate) fn state_after(mut self, steps: usize) -> Result<LangevinState<D>, Error> {
        self.advance_by(steps, |_| {})?;
        self.advance();
        self.failure.map_or(Ok(self.progress.state), Err)
    }
}

impl<S, P, D> Iterator for LangevinPhases<'_, S, P, D>
where
    S: LangevinStep,
    P: Potential<f64, D> + ?Sized,
    D: Dim,
    DefaultAllocator: Allocator<D>,
{
    type Item = Phase<f64, D>;

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
