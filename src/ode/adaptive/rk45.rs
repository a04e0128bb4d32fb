//! Rk45: the adaptive Dormand–Prince method of order 5(4) of ode_solvers, for any first-order system.
//!
//! Reference: J. R. Dormand, P. J. Prince, *J. Comput. Appl. Math.* 6 (1980) 19; in this form E. Hairer, S. P. Nørsett,
//! G. Wanner, *Solving Ordinary Differential Equations I*, 2nd ed., section II.5.

use crate::Error;
use crate::ode::adaptive::control::{Control, control_settings};
use crate::ode::adaptive::course::Course;
use crate::ode::adaptive::dopri5::{CORRECTION, Dopri5};
use crate::ode::adaptive::interpolant::Interpolant;
use crate::ode::adaptive::record::{Piece, Record};
use crate::ode::adaptive::runge_kutta::{Position, RungeKutta, add};
use crate::ode::adaptive::solver::SolverRun;
use crate::ode::{FirstOrderSystem, Solution, Span};
use nalgebra::allocator::Allocator;
use nalgebra::{DefaultAllocator, Dim, OVector};

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
pub struct Rk45<S = [f64; 0]> {
    pub(crate) control: Control,
    pub(crate) stop_times: S,
}

control_settings!(Rk45);

impl Rk45 {
    /// The method with these tolerances.
    ///
    /// Infallible: the tolerances are checked when the method solves, and must be positive and finite then.
    pub fn new(relative: f64, absolute: f64) -> Self {
        Self {
            control: Control::new(relative, absolute),
            stop_times: [],
        }
    }
}

impl<S: AsRef<[f64]>> Rk45<S> {
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
    pub fn integrate<D, F>(
        &self,
        system: &F,
        span: (f64, f64),
        start: OVector<f64, D>,
    ) -> Result<Solution<D>, Error>
    where
        D: Dim,
        F: FirstOrderSystem<D> + ?Sized,
        DefaultAllocator: Allocator<D>,
    {
        let span = Span::new(span.0, span.1)?;
        self.control.check(self.stop_times.as_ref())?;
        system.check_start(&start)?;
        if span.length() == 0.0 {
            return Ok(Solution::point(span, start));
        }
        if !self.needs_own_steps() {
            let run = SolverRun::new(&self.control, system, span, &start)?;
            return Ok(Solution::of_solver(run, start));
        }
        let system: &dyn FirstOrderSystem<D> = &system;
        let steps = Steps::new(system, &self.control, Position::State, start, span.from);
        let mut record = steps.begin();
        let mut course = Course::new(steps, &self.control, self.stop_times.as_ref(), span)?;
        while course.step()?.is_some() {
            let elapsed = course.elapsed();
            if !record.has_room() {
                return Err(course.out_of_memory(record.bytes()));
            }
            if course.is_restarted() {
                record.restart(|numbers| course.pair.write_start(numbers));
            }
            record_step(&mut course.pair, elapsed, &mut record);
            if system.stops(course.last_ends().to, &course.pair.next) {
                break;
            }
        }
        Ok(Solution::of_record(
            span,
            record,
            course.pair.state,
            course.counts,
        ))
    }

    /// Whether a setting asks for what ode_solvers does not offer, so that the steps are taken here, by the same
    /// coefficients and the same control.
    pub(crate) fn needs_own_steps(&self) -> bool {
        self.control.max_travel.is_some() || !self.stop_times.as_ref().is_empty()
    }
}

/// The steps of the method, taken here.
pub(crate) type Steps<'r, F, D> = RungeKutta<'r, F, Dopri5, D, 7>;

/// Appends the accepted step that `steps` holds, which ended at `elapsed`, to `record`.
pub(crate) fn record_step<F, D, K>(
    steps: &mut Steps<'_, F, D>,
    elapsed: f64,
    record: &mut Record<K>,
) where
    K: Piece + From<Interpolant>,
    F: FirstOrderSystem<D>,
    D: Dim,
    DefaultAllocator: Allocator<D>,
{
    let size = steps.size;
    let correction = &mut steps.before_last;
    correction.fill(0.0);
    add(&steps.rates, CORRECTION, size, correction);
    record.push(elapsed, Interpolant::Quartic.into(), |block| {
        block.put(steps.next.as_slice());
        block.put(steps.last().as_slice());
        block.put(steps.before_last.as_slice());
    });
}
