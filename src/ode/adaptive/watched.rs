//! Watched: a system that records where its derivative is not finite, and the error for it.

use crate::Error;
use crate::check::{OVERFLOW, all_finite, magnitude};
use crate::error::RunError;
use crate::ode::FirstOrderSystem;
use nalgebra::allocator::Allocator;
use nalgebra::{DefaultAllocator, Dim, OVector};
use std::cell::Cell;

/// A system that records where its derivative was not finite.
pub(super) struct Watched<'s, S: ?Sized> {
    pub(super) system: &'s S,
    /// Time and largest component of the state.
    pub(super) spoiled: &'s Cell<Option<(f64, f64)>>,
}

impl<D, S> FirstOrderSystem<D> for Watched<'_, S>
where
    D: Dim,
    S: FirstOrderSystem<D> + ?Sized,
    DefaultAllocator: Allocator<D>,
{
    fn derivative(&self, time: f64, state: &OVector<f64, D>, derivative: &mut OVector<f64, D>) {
        self.system.derivative(time, state, derivative);
        if all_finite(derivative) {
            return;
        }
        // A derivative that is not finite makes the states of later stages non-finite; the first one is the cause.
        if all_finite(state) {
            self.spoiled.set(Some((time, magnitude(state))));
        } else if self.spoiled.get().is_none() {
            self.spoiled.set(Some((time, f64::INFINITY)));
        }
    }
}

/// The error for a derivative that is not finite, at a state whose largest component is `position`.
pub(crate) fn spoiled_at(step: usize, time: f64, position: f64) -> Error {
    if position < OVERFLOW {
        Error::Run(RunError::NonFiniteGradient {
            step,
            time,
            position,
        })
    } else {
        Error::Run(RunError::Diverged {
            step,
            time,
            position,
        })
    }
}
