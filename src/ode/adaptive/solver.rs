//! Solver: Dopri5 of ode_solvers over any span, with its continuous output.
//!
//! Its clock runs from 0 to the length of the span, since ode_solvers 0.6.2 fails on spans that start below zero or run
//! backward. Its `Dense` output, which can extrapolate the last point or miss it, is not used.

use crate::Error;
use crate::check::{all_finite, has_room, magnitude};
use crate::error::RunError;
use crate::ode::adaptive::control::Control;
use crate::ode::adaptive::course::{Counts, nearby_culprit, not_finite};
use crate::ode::adaptive::dopri5::Dopri5;
use crate::ode::adaptive::pair::{Ends, Pair};
use crate::ode::adaptive::runge_kutta::{Position, RungeKutta};
use crate::ode::{FirstOrderSystem, SolverError, Span};
use nalgebra::allocator::Allocator;
use nalgebra::{DefaultAllocator, Dim, OVector};
use ode_solvers::continuous_output_model::ContinuousOutputModel;
use ode_solvers::dop_shared::{IntegrationError, SolverResult};
use ode_solvers::{OutputType, System};

/// A run of ode_solvers.
#[derive(Debug, Clone)]
pub(crate) struct SolverRun<D: Dim>
where
    DefaultAllocator: Allocator<D>,
{
    /// What the run covered: the whole span, unless the system stopped it.
    pub(crate) span: Span,
    /// The steps on the solver's clock; the start may be missing.
    output: SolverResult<f64, OVector<f64, D>>,
    model: ContinuousOutputModel<f64, OVector<f64, D>>,
    pub(crate) counts: Counts,
}

/// A system on the solver's clock.
///
/// The direction is a constant parameter: testing it in each evaluation would cost a tenth of the run.
struct Clocked<'s, S: ?Sized, const BACKWARD: bool> {
    system: &'s S,
    from: f64,
}

impl<D, S, const BACKWARD: bool> System<f64, OVector<f64, D>> for Clocked<'_, S, BACKWARD>
where
    D: Dim,
    S: FirstOrderSystem<D> + ?Sized,
    DefaultAllocator: Allocator<D>,
{
    #[inline]
    fn system(&self, elapsed: f64, state: &OVector<f64, D>, derivative: &mut OVector<f64, D>) {
        let signed = if BACKWARD { -elapsed } else { elapsed };
        self.system
            .derivative(self.from + signed, state, derivative);
        if BACKWARD {
            derivative.neg_mut();
        }
    }

    fn solout(&mut self, elapsed: f64, state: &OVector<f64, D>, _: &OVector<f64, D>) -> bool {
        let signed = if BACKWARD { -elapsed } else { elapsed };
        self.system.stops(self.from + signed, state)
    }
}

impl<D: Dim> SolverRun<D>
where
    DefaultAllocator: Allocator<D>,
{
    /// The run over a span of nonzero length from a checked start.
    pub(crate) fn new<S>(
        control: &Control,
        system: &S,
        span: Span,
        start: &OVector<f64, D>,
    ) -> Result<Self, Error>
    where
        S: FirstOrderSystem<D> + ?Sized,
    {
        if span.direction() < 0.0 {
            // Rare, and compiled once for each dimension rather than for each system.
            let system: &dyn FirstOrderSystem<D> = &system;
            Self::clocked::<dyn FirstOrderSystem<D>, true>(control, system, span, start)
        } else {
            Self::clocked::<S, false>(control, system, span, start)
        }
    }

    fn clocked<S, const BACKWARD: bool>(
        control: &Control,
        system: &S,
        span: Span,
        start: &OVector<f64, D>,
    ) -> Result<Self, Error>
    where
        S: FirstOrderSystem<D> + ?Sized,
    {
        let from = span.from;
        let most = most_steps(control, start.len());
        let clocked = Clocked::<S, BACKWARD> { system, from };
        let (safety, beta, shrink, grow) = (0.9, 0.04, 0.2, 10.0);
        let mut solver = ode_solvers::Dopri5::from_param(
            clocked,
            0.0,
            span.length(),
            0.0,
            start.clone(),
            control.relative,
            control.absolute,
            safety,
            beta,
            shrink,
            grow,
            control
                .max_step
                .map_or(span.length(), |step| step.min(span.length())),
            control
                .first_step
                .map_or(0.0, |step| step.min(span.length())),
            most,
            control.stiffness_test,
            OutputType::Sparse,
        );
        let mut model = ContinuousOutputModel::new();
        let outcome = solver.integrate_with_continuous_output_model(&mut model);
        let output = SolverResult::from(solver);
        let (elapsed, states) = output.get();
        let clock: Vec<_> = elapsed.iter().map(|at| span.time(*at)).collect();
        let stuck = clock.windows(2).position(|pair| pair[0] == pair[1]);
        if let (Ok(_), Some(k)) = (&outcome, stuck) {
            let times = elapsed.get(k).zip(elapsed.get(k + 1));
            return Err(Error::Solver(SolverError::TimeResolution {
                time: clock.get(k).copied().unwrap_or(span.from),
                step: times.map_or(0.0, |(before, after)| after - before),
            }));
        }
        // An infinite state allows itself any error, so that the solver does not see it.
        if let Some(step) = states.iter().position(|state| !all_finite(state)) {
            let last = states.get(step.saturating_sub(1)).unwrap_or(start);
            return Err(Error::Run(RunError::Diverged {
                step,
                time: clock.get(step).copied().unwrap_or(span.from),
                position: if all_finite(last) {
                    magnitude(last)
                } else {
                    f64::INFINITY
                },
            }));
        }
        match outcome {
            Ok(statistics) => {
                let before = std::iter::once(&0.0).chain(elapsed);
                let steps = before.zip(elapsed).map(|(from, to)| to - from);
                let counts = Counts {
                    steps: statistics.accepted_steps as usize,
                    rejections: statistics.rejected_steps as usize,
                    largest: steps.fold(0.0, f64::max),
                    evaluations: statistics.num_eval as usize,
                };
                Ok(Self {
                    span: span.covered(elapsed.last()),
                    output,
                    model,
                    counts,
                })
            }
            Err(IntegrationError::MaxNumStepReached { x, .. }) if most < control.max_steps => {
                Err(Error::Solver(SolverError::OutOfMemory {
                    steps: most as usize,
                    bytes: f64::from(most) * bytes(start.len()),
                    time: span.time(x),
                }))
            }
            Err(error) => {
                let last = elapsed.iter().zip(states).last();
                let last = last.map_or((0.0, start), |(at, state)| (*at, state));
                Err(explain(control, &error, &system, span, elapsed.len(), last))
            }
        }
    }

    /// The times of the steps since the start, and the states; the start may be missing.
    pub(crate) fn steps(&self) -> (&[f64], &[OVector<f64, D>]) {
        let (elapsed, states) = self.output.get();
        (elapsed, states)
    }

    /// The state at `elapsed` since the start, inside the span.
    pub(crate) fn at(&self, elapsed: f64) -> Option<OVector<f64, D>> {
        // The end of the model may differ from that of the span by an ulp.
        let inside = elapsed.min(self.model.bounds().1);
        self.model.evaluate(inside)
    }
}

/// The bytes that the solver keeps of a step: the state and five vectors of its dense output, with their headers.
fn bytes(length: usize) -> f64 {
    (6 * (8 * length + 48)) as f64
}

/// The number of steps to which the solver is limited: those that the user permits and that fit into a third of the memory
/// there is, since growing lists are copied.
fn most_steps(control: &Control, length: usize) -> u32 {
    let mut most = control.max_steps;
    while most > 1 && !has_room(3.0 * f64::from(most) * bytes(length)) {
        most -= (most / 8).max(1);
    }
    most
}

/// The cause of the solver's `error` after `taken` steps, the last of which ended at the time and state in `last`.
///
/// ode_solvers reports a derivative that is not finite as an underflow of its step; the step is repeated to find it.
fn explain<D>(
    control: &Control,
    error: &IntegrationError,
    system: &dyn FirstOrderSystem<D>,
    span: Span,
    taken: usize,
    (elapsed, state): (f64, &OVector<f64, D>),
) -> Error
where
    D: Dim,
    DefaultAllocator: Allocator<D>,
{
    let from = span.time(elapsed);
    let mut steps =
        RungeKutta::<_, Dopri5, _, 7>::new(system, control, Position::State, state.clone(), from);
    // The smallest step that the solver tries, or the one that is tried first.
    let smallest = (10.0 * f64::EPSILON * elapsed).max(f64::MIN_POSITIVE);
    let near = nearby_culprit(
        &mut steps,
        span.direction() * smallest,
        Ends { from, to: from },
    );
    let culprit = near.or_else(|| {
        let first = steps
            .first(from, span.direction())
            .min(span.length() - elapsed);
        let to = from + span.direction() * first;
        steps.spoiled(span.direction() * first, Ends { from, to })
    });
    match (culprit, error) {
        (Some(culprit), IntegrationError::StepSizeUnderflow { .. }) => {
            not_finite(&steps, taken, culprit)
        }
        (_, IntegrationError::MaxNumStepReached { x, n_step }) => {
            Error::Solver(SolverError::StepsExhausted {
                steps: *n_step,
                time: span.time(*x),
            })
        }
        (_, IntegrationError::StepSizeUnderflow { x }) => {
            Error::Solver(SolverError::StepSizeUnderflow {
                time: span.time(*x),
            })
        }
        (_, IntegrationError::StiffnessDetected { x }) => Error::Solver(SolverError::Stiff {
            time: span.time(*x),
        }),
    }
}
