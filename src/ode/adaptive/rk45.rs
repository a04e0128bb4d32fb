//! Rk45: the adaptive Dormand–Prince method of order 5(4) of ode_solvers, for any first-order system.
//!
//! Reference: J. R. Dormand, P. J. Prince, *J. Comput. Appl. Math.* 6 (1980) 19; in this form E. Hairer, S. P. Nørsett,
//! G. Wanner, *Solving Ordinary Differential Equations I*, 2nd ed., section II.5.

use crate::Error;
use crate::ode::adaptive::clocked::Clocked;
use crate::ode::adaptive::control::Control;
use crate::ode::solution::Between;
use crate::ode::{Adaptive, FirstOrderSystem, Run, Solution, Span};
use nalgebra::allocator::Allocator;
use nalgebra::{DefaultAllocator, Dim, OVector};
use ode_solvers::continuous_output_model::ContinuousOutputModel;
use ode_solvers::dop_shared::SolverResult;

/// The Dormand–Prince method of order 5(4), adaptive, with dense output of order 4.
///
/// The error estimate of each step is kept below atol + rtol·|y| in root mean square. The error at the end of a span is
/// usually a small multiple of that, and more on unstable motion. Costs six gradients per step. Not for stiff systems:
/// with a tiny mass, or a large γ/m, the steps are of order m/γ.
///
/// Measured order on an undamped oscillator: the errors in x and ẋ fall as the number of gradients to the power −5.0,
/// from 1e-4 to 1e-12 (example `work_precision`, checked by `tests/examples`).
///
/// ```
/// use heavyball::prelude::*;
/// use nalgebra::vector;
///
/// let problem = Problem::new(HeavyBall::new(1.0, 0.2)?, DoubleWell, vector![-1.5, -1.5]).until(200.0);
/// let run = problem.solve(&Rk45::new(1e-9, 1e-9))?;
/// assert!((run.last().position.x.abs() - 1.0).abs() < 1e-6);
/// assert!((run.at(3.3)?.position.y).abs() < 1.5);
/// # Ok::<(), heavyball::Error>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Rk45 {
    control: Control,
}

impl Rk45 {
    /// The method with these tolerances.
    ///
    /// Infallible: the tolerances are checked when the method solves, and must be positive and finite then.
    pub fn new(relative: f64, absolute: f64) -> Self {
        let control = Control::new(relative, absolute);
        Self { control }
    }

    /// Limits a run to `steps` steps instead of a million.
    #[must_use]
    pub fn with_max_steps(mut self, steps: u32) -> Self {
        self.control.max_steps = steps;
        self
    }

    /// Solves `system` from `start` at time `span.0` to time `span.1`, which may be earlier.
    ///
    /// # Errors
    /// Before the run: [`ParameterError::NotPositive`](crate::error::ParameterError::NotPositive) for a tolerance,
    /// [`ParameterError::NotFinite`](crate::error::ParameterError::NotFinite) for a time, and the errors of
    /// [`FirstOrderSystem::check_start`]. During it:
    /// [`RunError::NonFiniteGradient`](crate::error::RunError::NonFiniteGradient),
    /// [`RunError::Diverged`](crate::error::RunError::Diverged),
    /// [`SolverError::Stiff`](crate::error::SolverError::Stiff),
    /// [`SolverError::StepSizeUnderflow`](crate::error::SolverError::StepSizeUnderflow) and
    /// [`SolverError::StepsExhausted`](crate::error::SolverError::StepsExhausted).
    pub fn integrate<D, S>(
        &self,
        system: &S,
        span: (f64, f64),
        start: OVector<f64, D>,
    ) -> Result<Solution<D>, Error>
    where
        D: Dim,
        S: FirstOrderSystem<D> + ?Sized,
        DefaultAllocator: Allocator<D>,
    {
        let span = Span::new(span.0, span.1)?;
        Ok(Solution::new(self.run(system, span, start)?))
    }
}

impl Adaptive for Rk45 {
    fn control(&self) -> &Control {
        &self.control
    }

    fn run_clocked<D, S, const BACKWARD: bool>(
        &self,
        system: &S,
        span: Span,
        start: OVector<f64, D>,
    ) -> Result<Run<D>, Error>
    where
        D: Dim,
        S: FirstOrderSystem<D> + ?Sized,
        DefaultAllocator: Allocator<D>,
    {
        let mut model = ContinuousOutputModel::new();
        let clocked = Clocked::<S, BACKWARD>::new(system, span).stopping();
        let mut solver = self.control.dopri5(clocked, span, start.clone());
        let outcome = solver.integrate_with_continuous_output_model(&mut model);
        let output = SolverResult::from(solver);
        let (elapsed, states) = output.get();
        match outcome {
            Err(error) => {
                let last = elapsed.iter().zip(states).last();
                let last = last.map_or((0.0, start), |(at, state)| (*at, state.clone()));
                let cause = self
                    .control
                    .explain(&error, &system, span, elapsed.len(), last);
                Err(cause)
            }
            Ok(statistics) => Ok(Run {
                span: span.covered(elapsed.last()),
                end: states.last().unwrap_or(&start).clone(),
                start,
                output,
                between: Between::Continuous(model),
                evaluations: statistics.num_eval as usize,
            }),
        }
    }
}
