//! Control: the settings of ode_solvers, and the cause of its errors.
//!
//! The `Dense` output of ode_solvers 0.6.2, which can extrapolate the last point or miss it, is not used.

use crate::Error;
use crate::check::positive;
use crate::ode::adaptive::clocked::Clocked;
use crate::ode::adaptive::watched::{Watched, spoiled_at};
use crate::ode::{FirstOrderSystem, Run, SolverError, Span};
use nalgebra::allocator::Allocator;
use nalgebra::{DefaultAllocator, Dim, OVector};
use ode_solvers::dop_shared::IntegrationError;
use ode_solvers::{OutputType, System};
use std::cell::Cell;

/// Tolerances, the limit on steps, and the stiffness test.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Control {
    relative: f64,
    absolute: f64,
    pub(crate) max_steps: u32,
    /// The number of steps after which the solver tests whether the system is stiff.
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

/// An adaptive method of ode_solvers.
pub(crate) trait Adaptive {
    fn control(&self) -> &Control;

    /// The run on the solver's clock, from a checked start, over a span of nonzero length.
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
            // Rare, and compiled once for each dimension rather than for each system.
            let system: &dyn FirstOrderSystem<D> = &system;
            self.run_clocked::<D, dyn FirstOrderSystem<D>, true>(system, span, start)
        } else {
            self.run_clocked::<D, S, false>(system, span, start)
        }
    }
}

impl Control {
    /// The cause of the solver's `error` after `step` steps, the last of which ended at the time and state in `last`.
    ///
    /// ode_solvers reports a derivative that is not finite as an underflow of its step. Checking each evaluation would
    /// cost a tenth of the run; instead the failing step is repeated with a [`Watched`] system.
    pub(crate) fn explain<D>(
        &self,
        error: &IntegrationError,
        system: &dyn FirstOrderSystem<D>,
        span: Span,
        step: usize,
        last: (f64, OVector<f64, D>),
    ) -> Error
    where
        D: Dim,
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
        // Halving a step until it underflows takes some hundred attempts; the result is in `spoiled`.
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

    /// The Dopri5 of ode_solvers over `span`, with Hairer's settings.
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

    /// The Dop853 of ode_solvers over `length`, with Hairer's settings; `first` is the first step, 0 to let it choose.
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
