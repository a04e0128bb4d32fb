//! Phases: an iterator over the states of a particle at times 0, Δt, 2Δt, …

use crate::check::{all_finite, non_finite_step};
use crate::fixed_steps::Step;
use crate::particle::Phase;
use crate::potentials::Potential;
use crate::{Error, Number};
use nalgebra::allocator::Allocator;
use nalgebra::{DefaultAllocator, Dim, OVector};

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
    step: S,
    potential: &'p P,
    phase: Phase<T, D>,
    before: OVector<T, D>,
    gradient: OVector<T, D>,
    taken: usize,
    started: bool,
    origin: f64,
    dt: f64,
    failure: Option<Error>,
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
            step,
            potential,
            before: start.position.clone(),
            gradient: start.position.clone(),
            phase: start,
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
            return Some(&self.phase);
        }
        if self.failure.is_some() {
            return None;
        }
        self.before.copy_from(&self.phase.position);
        self.step
            .advance(self.potential, &mut self.phase, &mut self.gradient);
        self.taken += 1;
        if all_finite(&self.phase.position) && all_finite(&self.phase.momentum) {
            return Some(&self.phase);
        }
        let (before, gradient) = (&self.before, &self.gradient);
        let error = non_finite_step(self.taken, self.dt, self.origin, before, gradient);
        self.failure = Some(error);
        None
    }

    /// Uses `step` from here on, for a shorter last step.
    pub(crate) fn change_step(&mut self, step: S) {
        self.step = step;
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
        for _ in 0..=steps {
            if self.advance().is_none() {
                break;
            }
        }
        match self.failure {
            None => Ok(self.phase),
            Some(error) => Err(error),
        }
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
        for _ in 0..n {
            self.advance()?;
        }
        self.next()
    }
}
