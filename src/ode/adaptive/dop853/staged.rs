//! Staged: a system that knows which stage of a step of Dop853 each evaluation is.
//!
//! ode_solvers 0.6.2 evaluates twice for the size of a first step that it has to choose, once at the
//! start, eleven times for each try of a step, and once more at the end of a step that it accepts.

use crate::check::{all_finite, magnitude};
use nalgebra::allocator::Allocator;
use nalgebra::{DefaultAllocator, Dim, OVector};
use ode_solvers::System;
use std::cell::{Cell, RefCell};

/// What is kept of the evaluations of a run, written while the solver owns the system.
pub(super) trait Recorder<V> {
    /// Sees the derivative at `stage` of a try: 0 is k₁ of the first step, 1 to 11 are k₂ to k₁₂.
    ///
    /// Those for the size of the first step come as 254 and 255, and that at the end of an accepted step as 1.
    fn stage(&self, stage: u8, rate: &V);

    /// Sees an accepted step to `state` at `elapsed` and the derivative there, and says whether the run can go on.
    fn step<F: System<f64, V>>(&self, system: &F, elapsed: f64, state: &V, rate: &V) -> bool;
}

/// Keeps nothing.
impl<V> Recorder<V> for () {
    #[inline]
    fn stage(&self, _stage: u8, _rate: &V) {}

    #[inline]
    fn step<F: System<f64, V>>(&self, _system: &F, _elapsed: f64, _state: &V, _rate: &V) -> bool {
        true
    }
}

/// Where a derivative is not finite though the solver took the step.
#[derive(Debug, Clone, Copy)]
pub(super) struct Spoiled {
    /// Steps up to there.
    pub(super) steps: usize,
    pub(super) elapsed: f64,
    /// The largest component of the state.
    pub(super) magnitude: f64,
}

/// Keeps the derivatives at the ends of the steps, not that at the start.
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

    /// The derivatives, or where one of them is not finite.
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

/// A system that is given the right time at the last stage of a step, and a record of its evaluations.
///
/// ode_solvers 0.6.2 has c₁₂ = 0 in its table where the method has 1: the last stage is evaluated with
/// the time of the step's start t. A system that depends on the time then loses the order of the
/// method, and step after step is rejected. The stage before it is at t + (6/7)h and tells h.
pub(super) struct Staged<'r, F, R> {
    system: F,
    recorder: &'r R,
    /// The stage that the next evaluation is.
    stage: Cell<u8>,
    /// The time of the last evaluation.
    before: Cell<f64>,
}

impl<'r, F, R> Staged<'r, F, R> {
    /// For a run whose first step is to be chosen or not.
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
