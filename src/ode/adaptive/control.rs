//! Control: what both adaptive methods need of ode_solvers: settings, clock, and the cause of an error.
//!
//! The solver always sees the time from 0 to T: [`Clocked`] shifts and reflects it, since ode_solvers
//! 0.6.2 fails on spans that start below zero or run backward. Its `Dense` output, which can
//! extrapolate the last point or miss it, is never used.

use crate::Error;
use crate::check::{OVERFLOW, all_finite, magnitude, positive};
use crate::error::RunError;
use crate::ode::SolverError;
use crate::ode::{FirstOrderSystem, Run, Span};
use nalgebra::allocator::Allocator;
use nalgebra::{DefaultAllocator, Dim, OVector};
use ode_solvers::dop_shared::IntegrationError;
use ode_solvers::{OutputType, System};
use std::cell::Cell;

/// Tolerances and the limit on steps.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Control {
    relative: f64,
    absolute: f64,
    pub(crate) max_steps: u32,
    /// Steps after which the solver looks whether the system is stiff.
    pub(crate) stiffness_test: u32,
}

impl Control {
    pub(crate) fn new(relative: f64, absolute: f64) -> Self {
        Self {
            relative,
            absolute,
            max_steps: 1_000_000,
            stiffness_test: 1000,
        }
    }

    pub(crate) fn check(&self) -> Result<(), Error> {
        let advice = "; 1e-9 is a usual choice";
        positive("the relative tolerance", &self.relative, advice)?;
        positive("the absolute tolerance", &self.absolute, advice)
    }
}

/// A method of ode_solvers.
pub(crate) trait Adaptive {
    fn control(&self) -> &Control;

    /// The run on the solver's clock, from a start that was checked, over a span with a length.
    fn run_clocked<D, S, const BACKWARD: bool>(
        &self,
        system: &S,
        span: Span,
        start: OVector<f64, D>,
    ) -> Result<Run<D>, Error>
    where
        D: Dim,
        S: FirstOrderSystem<D> + ?Sized,
        DefaultAllocator: Allocator<D>;

    fn run<D, S>(&self, system: &S, span: Span, start: OVector<f64, D>) -> Result<Run<D>, Error>
    where
        D: Dim,
        S: FirstOrderSystem<D> + ?Sized,
        DefaultAllocator: Allocator<D>,
    {
        self.control().check()?;
        system.check_start(&start)?;
        if span.length() == 0.0 {
            Ok(Run::point(span, start))
        } else if span.direction() < 0.0 {
            self.run_clocked::<D, S, true>(system, span, start)
        } else {
            self.run_clocked::<D, S, false>(system, span, start)
        }
    }
}

/// A system on the solver's clock, which runs from 0 up.
///
/// The direction is a constant: a test of it in each evaluation cost a tenth of the run.
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

    /// Asks the system after each step whether to stop.
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

/// A system that notes where its derivative was last not finite.
struct Watched<'s, S: ?Sized> {
    system: &'s S,
    spoiled: &'s Cell<Option<(f64, f64)>>,
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
        // One derivative that is not finite spoils the later stages' states; the first is the cause.
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

impl Control {
    /// The cause behind the solver's `error`, which came after `step` steps to `state` at `elapsed`.
    ///
    /// ode_solvers reports a derivative that is not finite as an underflow of its step. Checking each
    /// evaluation would cost a tenth of the run; instead the failing step is taken again under watch.
    pub(crate) fn explain<D, S>(
        &self,
        error: &IntegrationError,
        system: &S,
        span: Span,
        step: usize,
        last: (f64, OVector<f64, D>),
    ) -> Error
    where
        D: Dim,
        S: FirstOrderSystem<D> + ?Sized,
        DefaultAllocator: Allocator<D>,
    {
        let spoiled = Cell::new(None);
        let watched = Watched {
            system,
            spoiled: &spoiled,
        };
        let rest = Span {
            from: span.time(last.0),
            until: span.until,
        };
        // Halving a step down to nothing takes some hundred tries; the outcome is in `spoiled`.
        let again = Control {
            max_steps: 1000,
            ..*self
        };
        let outcome = if rest.direction() < 0.0 {
            let clocked = Clocked::<_, true>::new(&watched, rest);
            again.dopri5(clocked, rest, last.1).integrate()
        } else {
            let clocked = Clocked::<_, false>::new(&watched, rest);
            again.dopri5(clocked, rest, last.1).integrate()
        };
        if let (Err(_), Some((time, position))) = (outcome, spoiled.get()) {
            return spoiled_at(step, time, position);
        }
        match error {
            IntegrationError::MaxNumStepReached { x, n_step } => {
                Error::Solver(SolverError::StepsExhausted {
                    steps: *n_step,
                    time: span.time(*x),
                })
            }
            IntegrationError::StepSizeUnderflow { x } => {
                Error::Solver(SolverError::StepSizeUnderflow {
                    time: span.time(*x),
                })
            }
            IntegrationError::StiffnessDetected { x } => Error::Solver(SolverError::Stiff {
                time: span.time(*x),
            }),
        }
    }

    /// ode_solvers' Dopri5 over `span`, with Hairer's settings.
    pub(crate) fn dopri5<D, F>(
        &self,
        system: F,
        span: Span,
        start: OVector<f64, D>,
    ) -> ode_solvers::Dopri5<f64, OVector<f64, D>, F>
    where
        D: Dim,
        F: System<f64, OVector<f64, D>>,
        DefaultAllocator: Allocator<D>,
    {
        let (safety, beta, shrink, grow) = (0.9, 0.04, 0.2, 10.0);
        let first = 0.0;
        ode_solvers::Dopri5::from_param(
            system,
            0.0,
            span.length(),
            0.0,
            start,
            self.relative,
            self.absolute,
            safety,
            beta,
            shrink,
            grow,
            span.length(),
            first,
            self.max_steps,
            self.stiffness_test,
            OutputType::Sparse,
        )
    }

    /// ode_solvers' Dop853 over `length`, with Hairer's settings; `first` is the first step, 0 to choose it.
    pub(crate) fn dop853<D, F>(
        &self,
        system: F,
        length: f64,
        first: f64,
        start: OVector<f64, D>,
    ) -> ode_solvers::Dop853<f64, OVector<f64, D>, F>
    where
        D: Dim,
        F: System<f64, OVector<f64, D>>,
        DefaultAllocator: Allocator<D>,
    {
        let (safety, beta, shrink, grow) = (0.9, 0.0, 0.333, 6.0);
        ode_solvers::Dop853::from_param(
            system,
            0.0,
            length,
            0.0,
            start,
            self.relative,
            self.absolute,
            safety,
            beta,
            shrink,
            grow,
            length,
            first,
            self.max_steps,
            self.stiffness_test,
            OutputType::Sparse,
        )
    }
}
