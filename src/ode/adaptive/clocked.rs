//! Clocked: a system on the solver's clock, which runs from 0 to T.
//!
//! The time is shifted and reflected, since ode_solvers 0.6.2 fails on spans that start below zero or run backward.

use crate::ode::{FirstOrderSystem, Span};
use nalgebra::allocator::Allocator;
use nalgebra::{DefaultAllocator, Dim, OVector};
use ode_solvers::System;

/// A system whose time is measured from the start of the run, in its direction.
///
/// The direction is a constant parameter: testing it in each evaluation would cost a tenth of the run.
pub(crate) struct Clocked<'s, S: ?Sized, const BACKWARD: bool> {
    system: &'s S,
    from: f64,
    may_stop: bool,
}

impl<'s, S: ?Sized, const BACKWARD: bool> Clocked<'s, S, BACKWARD> {
    pub(crate) fn new(system: &'s S, span: Span) -> Self {
        Self {
            system,
            from: span.from,
            may_stop: false,
        }
    }

    pub(crate) fn inner(&self) -> &'s S {
        self.system
    }

    /// Asks the system after each step whether the run should stop.
    pub(crate) fn stopping(mut self) -> Self {
        self.may_stop = true;
        self
    }
}

impl<D, S, const BACKWARD: bool> System<f64, OVector<f64, D>> for Clocked<'_, S, BACKWARD>
where
    D: Dim,
    S: FirstOrderSystem<D> + ?Sized,
    DefaultAllocator: Allocator<D>,
{
    #[inline]
    fn system(&self, elapsed: f64, state: &OVector<f64, D>, derivative: &mut OVector<f64, D>) {
        if BACKWARD {
            self.system
                .derivative(self.from - elapsed, state, derivative);
            derivative.neg_mut();
        } else {
            self.system
                .derivative(self.from + elapsed, state, derivative);
        }
    }

    fn solout(
        &mut self,
        elapsed: f64,
        state: &OVector<f64, D>,
        _derivative: &OVector<f64, D>,
    ) -> bool {
        let signed = if BACKWARD { -elapsed } else { elapsed };
        self.may_stop && self.system.stops(self.from + signed, state)
    }
}
