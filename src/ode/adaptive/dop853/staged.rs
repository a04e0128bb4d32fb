//! Staged: a system that tracks which stage of a step of Dop853 each evaluation is.
//!
//! ode_solvers 0.6.2 evaluates twice to choose the size of the first step, once at the start, eleven times for each
//! attempted step, and once more at the end of an accepted step.

use crate::check::{all_finite, magnitude};
use nalgebra::allocator::Allocator;
use nalgebra::{DefaultAllocator, Dim, OVector};
use ode_solvers::System;
use std::cell::{Cell, RefCell};

/// A record of the evaluations of a run, written while the solver owns the system.
pub(super) trait Recorder<V> {
    /// Records the derivative at `stage`: 0 is k₁ of the first step, 1 to 11 are k₂ to k₁₂ of an attempted step.
    ///
    /// The evaluations that choose the first step are 254 and 255, and the one at the end of an accepted step is 1.
    fn stage(&self, stage: u8, rate: &V);

    /// Records an accepted step to `state` at `elapsed` and the derivative there; returns whether the run can continue.
    fn step<F: System<f64, V>>(&self, system: &F, elapsed: f64, state: &V, rate: &V) -> bool;
}

/// Records nothing.
impl<V> Recorder<V> for () {
    #[inline]
    fn stage(&self, _stage: u8, _rate: &V) {}

    #[inline]
    fn step<F: System<f64, V>>(&self, _system: &F, _elapsed: f64, _state: &V, _rate: &V) -> bool {
        true
    }
}

/// The place where a derivative is not finite although the solver accepted the step.
#[derive(Debug, Clone, Copy)]
pub(super) struct Spoiled {
    /// Number of steps up to that place.
    pub(super) steps: usize,
    pub(super) elapsed: f64,
    /// The largest component of the state.
    pub(super) magnitude: f64,
}

/// Records the derivatives at the ends of the steps, without the one at the start.
pub(super) struct Rates<D: Dim>(RefCell<Result<Vec<OVector<f64, D>>, Spoiled>>)
where
    DefaultAllocator: Allocator<D>;

impl<D: Dim> Rates<D>
where
    DefaultAllocator: Allocator<D>,
{
    pub(super) fn new() -> Self {
        Self(RefCell::new(Ok(Vec::new())))
    }

    /// The derivatives, or the place of the first that is not finite.
    pub(super) fn finish(self) -> Result<Vec<OVector<f64, D>>, Spoiled> {
        self.0.into_inner()
    }
}

impl<D: Dim> Recorder<OVector<f64, D>> for Rates<D>
where
    DefaultAllocator: Allocator<D>,
{
    #[inline]
    fn stage(&self, _stage: u8, _rate: &OVector<f64, D>) {}

    fn step<F>(
        &self,
        _system: &F,
        elapsed: f64,
        state: &OVector<f64, D>,
        rate: &OVector<f64, D>,
    ) -> bool
    where
        F: System<f64, OVector<f64, D>>,
    {
        let Ok(mut kept) = self.0.try_borrow_mut() else {
            return true;
        };
        let Ok(rates) = &mut *kept else {
            return false;
        };
        let is_finite = all_finite(rate);
        if is_finite {
            rates.push(rate.clone());
        } else {
            let spoiled = Spoiled {
                steps: rates.len() + 1,
                elapsed,
                magnitude: magnitude(state),
            };
            *kept = Err(spoiled);
        }
        is_finite
    }
}

/// A system with the correct time at the last stage of a step, and a record of its evaluations.
///
/// ode_solvers 0.6.2 has c₁₂ = 0 in its table where the method has 1: it evaluates the last stage at the time t of the
/// start of the step. For a system that depends on time the order of the method is then lost, and steps are rejected
/// repeatedly. The previous stage is at t + (6/7)h, which determines h.
pub(super) struct Staged<'r, F, R> {
    system: F,
    recorder: &'r R,
    /// The stage of the next evaluation.
    stage: Cell<u8>,
    /// The time of the last evaluation.
    before: Cell<f64>,
}

impl<'r, F, R> Staged<'r, F, R> {
    /// For a run whose first step is chosen by the solver, or not.
    pub(super) fn new(system: F, is_first_chosen: bool, recorder: &'r R) -> Self {
        Self {
            system,
            recorder,
            stage: Cell::new(if is_first_chosen { u8::MAX - 1 } else { 0 }),
            before: Cell::new(0.0),
        }
    }
}

impl<V, F: System<f64, V>, R: Recorder<V>> System<f64, V> for Staged<'_, F, R> {
    #[inline]
    fn system(&self, elapsed: f64, state: &V, derivative: &mut V) {
        let stage = self.stage.get();
        self.stage.set(if stage == 11 {
            1
        } else {
            stage.wrapping_add(1)
        });
        let before = self.before.replace(elapsed);
        let right = if stage == 11 {
            elapsed + (before - elapsed) * 7.0 / 6.0
        } else {
            elapsed
        };
        self.system.system(right, state, derivative);
        self.recorder.stage(stage, derivative);
    }

    fn solout(&mut self, elapsed: f64, state: &V, derivative: &V) -> bool {
        self.stage.set(1);
        let goes_on = self.recorder.step(&self.system, elapsed, state, derivative);
        !goes_on || self.system.solout(elapsed, state, derivative)
    }
}
