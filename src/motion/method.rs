//! Method: solves a problem, with fixed or adaptive steps.

use crate::Error;
use crate::adaptive_steps::adaptive_choice::AdaptiveSteps;
use crate::adaptive_steps::ball_piece::NystromPair;
use crate::adaptive_steps::ball_steps::{BallSteps, Dop853Steps, NystromSteps, Rk45Steps};
use crate::adaptive_steps::nystrom::Nystrom;
use crate::adaptive_steps::{Adaptive, Nystrom8, Nystrom12, Rkn86, Rkn1210};
use crate::check::has_room;
use crate::fixed_steps::{FixedStep, Phases, check_step};
use crate::motion::inspector::{Inspector, StepView};
use crate::motion::trajectory::{Nodes, PhaseSpaceRun, nodes};
use crate::motion::{Problem, Trajectory};
use crate::ode::adaptive::control::Control;
use crate::ode::adaptive::course::{Counts, Course, not_finite};
use crate::ode::adaptive::record::Record;
use crate::ode::adaptive::runge_kutta::{Position, RungeKutta};
use crate::ode::adaptive::solver::SolverRun;
use crate::ode::{Dop853, Rk45, Span, SpanError, joined};
use crate::particle::{HeavyBall, Phase, PhaseFlow};
use crate::potentials::Potential;
use nalgebra::allocator::Allocator;
use nalgebra::{DefaultAllocator, Dim, DimAdd, DimSum, Owned};
use std::sync::Arc;

/// A method that solves a [`Problem`]: every [`FixedStep`], and the adaptive methods.
pub trait Method<P, D>
where
    D: Dim,
    DefaultAllocator: Allocator<D>,
{
    /// The motion over the span of the problem, or until `inspector` ends it.
    ///
    /// # Errors
    /// The errors of [`Problem::solve`].
    fn solve(
        &self,
        problem: &Problem<P, D>,
        inspector: Option<Inspector<'_, D>>,
    ) -> Result<Trajectory<D>, Error>;

    /// Refuses settings that the constructor of the method did not check, such as tolerances; by default none.
    ///
    /// # Errors
    /// [`ParameterError::NotPositive`](crate::error::ParameterError::NotPositive) for a tolerance.
    fn check(&self) -> Result<(), Error> {
        Ok(())
    }

    /// The largest number of steps of a run, also of one that goes on after events; by default no limit.
    fn most_steps(&self) -> usize {
        usize::MAX
    }
}

impl<P, D> Problem<P, D>
where
    P: Potential<f64, D>,
    D: Dim,
    DefaultAllocator: Allocator<D>,
{
    /// The motion over the span, by `method`.
    ///
    /// A fixed-step method takes whole steps Δt and, unless they reach the end of the span to within rounding, one
    /// shorter last step, so that the run ends exactly at the end of the span. Over a backward span the steps are −Δt.
    ///
    /// # Errors
    /// For the problem: [`ParameterError::NotPositive`](crate::error::ParameterError::NotPositive),
    /// [`ParameterError::Negative`](crate::error::ParameterError::Negative) or
    /// [`ParameterError::NotFinite`](crate::error::ParameterError::NotFinite) for a parameter or time;
    /// [`VectorError::Empty`](crate::error::VectorError::Empty),
    /// [`VectorError::NonFiniteComponent`](crate::error::VectorError::NonFiniteComponent) or
    /// [`VectorError::DimensionMismatch`](crate::error::VectorError::DimensionMismatch) for the start. For a fixed
    /// step: [`SpanError::TooManySteps`](crate::error::SpanError::TooManySteps),
    /// [`StepError::Pole`](crate::error::StepError::Pole), [`RunError::Diverged`](crate::error::RunError::Diverged),
    /// [`RunError::NonFiniteGradient`](crate::error::RunError::NonFiniteGradient). For an adaptive method, the errors
    /// of [`Rk45::integrate`](crate::Rk45::integrate), its tolerances included.
    pub fn solve<M>(&self, method: &M) -> Result<Trajectory<D>, Error>
    where
        M: Method<P, D> + ?Sized,
        D: Dim,
    {
        method.solve(self, None)
    }
}

/// The bytes of a stored step: its phase, and its time twice.
fn stored_bytes<D: Dim>(phase: &Phase<f64, D>) -> f64
where
    DefaultAllocator: Allocator<D>,
{
    const BLOCK: usize = 16; // what an allocator keeps beside each block
    let vectors = match D::try_to_usize() {
        Some(_) => 0,
        None => 2 * (8 * phase.position.len() + BLOCK),
    };
    (size_of::<Phase<f64, D>>() + vectors + BLOCK) as f64
}

/// The ends of the steps that a fixed step has taken.
struct Taken<D: Dim>
where
    DefaultAllocator: Allocator<D>,
{
    times: Vec<f64>,
    /// Times since the start, positive.
    clock: Vec<f64>,
    states: Vec<Phase<f64, D>>,
}

impl<M, P, D> Method<P, D> for M
where
    M: FixedStep<f64>,
    P: Potential<f64, D>,
    D: Dim,
    DefaultAllocator: Allocator<D>,
{
    fn solve(
        &self,
        problem: &Problem<P, D>,
        mut inspector: Option<Inspector<'_, D>>,
    ) -> Result<Trajectory<D>, Error> {
        let (start, span) = problem.checked()?;
        let division = span.division(self.dt())?;
        let dt = span.direction() * self.dt();
        let capacity = division.whole + 2;
        let bytes = capacity as f64 * stored_bytes(&start);
        if !has_room(bytes) {
            let steps = division.whole as f64;
            return Err(Error::Span(SpanError::OutOfMemory { steps, bytes }));
        }
        let mut taken = Taken {
            times: Vec::with_capacity(capacity),
            clock: Vec::new(),
            states: Vec::with_capacity(capacity),
        };
        taken.push(span.from, 0.0, &start, inspector.is_some());
        let properties = self.properties();
        let width = nodes(properties.order);
        check_step(&problem.ball, &dt)?;
        let step = self.step_for(&problem.ball, dt)?;
        let mut phases = Phases::new(step, &problem.potential, start.clone(), span.from, dt);
        phases.advance();
        let steps = division.whole + usize::from(division.rest.is_some());
        // The time at which the run ends, and the number of its step.
        let mut end = None;
        let mut inspected = 0;
        for k in 1..=steps {
            let is_rest = k > division.whole;
            if let Some(rest) = division.rest.filter(|_| is_rest) {
                phases.change_step(self.step_for(&problem.ball, rest)?);
            }
            let Some(phase) = phases.advance() else { break };
            let (time, elapsed) = if k == steps {
                (span.until, span.length())
            } else {
                let elapsed = k as f64 * self.dt();
                (span.time(elapsed), elapsed)
            };
            taken.push(time, elapsed, phase, inspector.is_some());
            if is_rest {
                taken.drop_sliver(self.dt());
            }
            if let Some(inspector) = &mut inspector {
                // A step is inspected once the steps after it are there through which it is interpolated.
                if inspected + width <= k {
                    inspected += 1;
                    end = taken.inspect(inspected, problem, span, width, inspector)?;
                    if end.is_some() {
                        break;
                    }
                }
            }
        }
        if let Some(inspector) = &mut inspector {
            while end.is_none() && inspected + 1 < taken.states.len() {
                inspected += 1;
                end = taken.inspect(inspected, problem, span, width, inspector)?;
            }
        }
        if let Some(error) = phases.failure().filter(|_| end.is_none()) {
            return Err(error.clone());
        }
        let shown = end.map_or(taken.states.len() - 1, |_| inspected);
        let counts = Counts {
            steps: shown,
            rejections: 0,
            largest: if shown == 1 && division.whole == 0 {
                span.length()
            } else {
                self.dt()
            },
            evaluations: shown * properties.gradients,
        };
        let last = taken.states.last().cloned().unwrap_or(start);
        let steps = (taken.times, taken.states);
        let kind = (properties.order, self.dt());
        let mut trajectory = Trajectory::from_steps(problem.ball, span, kind, steps, last, counts);
        if let Some(time) = end {
            trajectory.end_at(shown, time)?;
        }
        Ok(trajectory)
    }
}

impl<D: Dim> Taken<D>
where
    DefaultAllocator: Allocator<D>,
{
    fn push(&mut self, time: f64, elapsed: f64, phase: &Phase<f64, D>, is_inspected: bool) {
        self.times.push(time);
        self.states.push(phase.clone());
        if is_inspected {
            self.clock.push(elapsed);
        }
    }

    /// Leaves a last step out of the interpolation that is much shorter than `dt`, as [`Trajectory::from_steps`] does.
    fn drop_sliver(&mut self, dt: f64) {
        if let [_, .., before, last] = self.clock.as_slice()
            && last - before < 0.1 * dt
        {
            self.clock.pop();
        }
    }

    /// The time within step number `step` at which the inspector ends the run.
    fn inspect<P>(
        &self,
        step: usize,
        problem: &Problem<P, D>,
        span: Span,
        width: usize,
        inspector: &mut Inspector<'_, D>,
    ) -> Result<Option<f64>, Error>
    where
        P: Potential<f64, D>,
    {
        let ([.., from, to], [.., before, after]) = (&self.times[..=step], &self.states[..=step])
        else {
            return Ok(None);
        };
        let nodes = Nodes {
            mass: problem.ball.mass,
            clock: &self.clock,
            phases: [&self.states, &[]],
            width,
            direction: span.direction(),
        };
        let at = |time: f64| {
            let elapsed = span.direction() * (time - span.from);
            nodes.at(elapsed).unwrap_or_else(|| after.clone())
        };
        inspector.0.step(&StepView {
            ends: [*from, *to],
            phases: [before, after],
            at: &at,
        })
    }
}

/// The number of steps after which memory is reserved for the rest, as many as their length suggests, and at most this.
const FIRST_STEPS: usize = 32;
const MOST_RESERVED: f64 = 1e4;

/// The motion of the ball of `problem` by the steps that `begin` makes.
fn adaptive_motion<'p, P, D, S>(
    problem: &'p Problem<P, D>,
    (control, stop_times): (&'p Control, &[f64]),
    begin: impl FnOnce(&Phase<f64, D>, f64) -> Result<S, Error>,
    mut inspector: Option<Inspector<'_, D>>,
) -> Result<Trajectory<D>, Error>
where
    P: Potential<f64, D>,
    D: Dim,
    S: BallSteps<D>,
    DefaultAllocator: Allocator<D>,
{
    control.check(stop_times)?;
    let (start, span) = problem.checked()?;
    if span.length() == 0.0 {
        return Ok(Trajectory::point(problem.ball, span.from, start));
    }
    let steps = begin(&start, span.from)?;
    let HeavyBall { mass, drag, .. } = problem.ball;
    let length = 2 * start.position.len();
    let record = Record::with_constants(length, steps.start(), [mass, drag]);
    let mut run = Trajectory::begin(problem.ball, span, start.clone(), record);
    let mut course = Course::new(steps, control, stop_times, span)?;
    let mut before = start;
    while course.step()?.is_some() {
        let (ends, elapsed) = (course.last_ends(), course.elapsed());
        if let Some(record) = run.record() {
            if !record.has_room() {
                return Err(course.out_of_memory(record.bytes()));
            }
            let recorded = course.pair.record(ends, elapsed, record);
            recorded.map_err(|spoiled| not_finite(&course.pair, course.counts.steps, spoiled))?;
            if course.counts.steps == FIRST_STEPS {
                let expected = FIRST_STEPS as f64 * (span.length() / elapsed - 1.0);
                record.reserve((1.25 * expected).min(MOST_RESERVED) as usize);
            }
        }
        if let Some(inspector) = &mut inspector {
            let step = run.recorded();
            let after = run.end_of(step);
            let view = StepView {
                ends: [run.time_of(step - 1), run.time_of(step)],
                phases: [&before, &after],
                at: &|time| run.within(step, time),
            };
            if let Some(time) = inspector.0.step(&view)? {
                run.end_within(time, course.counts);
                return Ok(run);
            }
            before = after;
        }
    }
    run.complete(course.counts);
    Ok(run)
}

macro_rules! adaptive_method {
    (
        $method:ident $(where [$($bounds:tt)*])?, $own:ident, $problem:ident, $inspector:ident => $solve:expr
    ) => {
        impl<S, P, D> Method<P, D> for $method<S>
        where
            S: AsRef<[f64]>,
            P: Potential<f64, D>,
            D: Dim,
            DefaultAllocator: Allocator<D>,
            $($($bounds)*)?
        {
            fn solve(
                &self,
                $problem: &Problem<P, D>,
                $inspector: Option<Inspector<'_, D>>,
            ) -> Result<Trajectory<D>, Error> {
                let $own = self;
                $solve
            }

            fn check(&self) -> Result<(), Error> {
                self.control.check(self.stop_times.as_ref())
            }

            fn most_steps(&self) -> usize {
                self.control.max_steps as usize
            }
        }
    };
}

/// The tolerance below which `Adaptive` takes the pair of order 12: there it needs fewer gradients for the same error.
const TIGHT: f64 = 3e-8;

/// The settings of a method on `problem`: a potential that knows its smallest feature limits the travel of a step, if the
/// user does not.
fn with_length_scale<P, D>(control: &Control, problem: &Problem<P, D>) -> Control
where
    P: Potential<f64, D>,
    D: Dim,
    DefaultAllocator: Allocator<D>,
{
    Control {
        max_travel: control.max_travel.or(problem.potential.length_scale()),
        ..*control
    }
}

/// A Nyström pair for the ball of `problem`.
macro_rules! nystrom {
    ($table:ident, $stages:literal, $own:ident, $problem:ident, $start:ident) => {
        NystromSteps::<_, $table, _, $stages> {
            steps: Nystrom::new($problem.ball, &$problem.potential, &$own.control, $start),
            pair: NystromPair::$table,
            is_dense: $own.is_dense,
        }
    };
}

adaptive_method!(Adaptive, own, problem, inspector => {
    let (potential, control) = (&problem.potential, &with_length_scale(&own.control, problem));
    let settings = (control, own.stop_times.as_ref());
    if control.relative.max(control.absolute) < TIGHT {
        let begin = |start: &Phase<f64, D>, _| {
            let nystrom = nystrom!(Rkn1210, 21, own, problem, start);
            Ok(AdaptiveSteps::new(nystrom, potential, control))
        };
        adaptive_motion(problem, settings, begin, inspector)
    } else {
        let begin = |start: &Phase<f64, D>, _| {
            let nystrom = nystrom!(Rkn86, 12, own, problem, start);
            Ok(AdaptiveSteps::new(nystrom, potential, control))
        };
        adaptive_motion(problem, settings, begin, inspector)
    }
});
adaptive_method!(Nystrom8, own, problem, inspector => {
    let control = &with_length_scale(&own.control, problem);
    let begin = |start: &Phase<f64, D>, _| Ok(nystrom!(Rkn86, 12, own, problem, start));
    adaptive_motion(problem, (control, own.stop_times.as_ref()), begin, inspector)
});
adaptive_method!(Nystrom12, own, problem, inspector => {
    let control = &with_length_scale(&own.control, problem);
    let begin = |start: &Phase<f64, D>, _| Ok(nystrom!(Rkn1210, 21, own, problem, start));
    adaptive_motion(problem, (control, own.stop_times.as_ref()), begin, inspector)
});
adaptive_method!(Dop853 where [D: DimAdd<D>, DefaultAllocator: Allocator<DimSum<D, D>>], own, problem, inspector => {
    let control = &with_length_scale(&own.control, problem);
    let begin = |start: &Phase<f64, D>, time| {
        let (dimension, _) = start.position.shape_generic();
        let state = joined(dimension, &start.position, &start.momentum)?;
        let flow = PhaseFlow::new(&problem.ball, &problem.potential, dimension);
        let position = Position::Half { mass: problem.ball.mass };
        let steps = RungeKutta::new(flow, &own.control, position, state, time);
        Ok(Dop853Steps { steps, output: own.output })
    };
    adaptive_motion(problem, (control, own.stop_times.as_ref()), begin, inspector)
});
adaptive_method!(Rk45 where [
    D: DimAdd<D>,
    DefaultAllocator: Allocator<DimSum<D, D>>,
    // A trajectory may go to another thread, as it does with every storage that nalgebra has.
    Owned<f64, D>: Send + Sync,
    Owned<f64, DimSum<D, D>>: Send + Sync,
], own, problem, inspector => {
    let (start, span) = problem.checked()?;
    let (dimension, _) = start.position.shape_generic();
    let state = joined(dimension, &start.position, &start.momentum)?;
    let flow = PhaseFlow::new(&problem.ball, &problem.potential, dimension);
    if inspector.is_none() && !own.needs_own_steps() && span.length() > 0.0 {
        own.control.check(own.stop_times.as_ref())?;
        let run = SolverRun::new(&own.control, &flow, span, &state)?;
        let (counts, run) = (run.counts, PhaseSpaceRun { start: start.clone(), run });
        return Ok(Trajectory::from_solver(problem.ball, start, counts, Arc::new(run)));
    }
    let begin = |_: &Phase<f64, D>, time| {
        let position = Position::Half { mass: problem.ball.mass };
        let steps = RungeKutta::new(flow, &own.control, position, state, time);
        Ok(Rk45Steps { steps })
    };
    adaptive_motion(problem, (&own.control, own.stop_times.as_ref()), begin, inspector)
});
