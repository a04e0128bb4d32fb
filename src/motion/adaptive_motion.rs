//! The motion of a ball by an adaptive method: steps whose error is held to a tolerance.

use crate::Error;
use crate::adaptive_steps::adaptive_choice::AdaptiveSteps;
use crate::adaptive_steps::ball_piece::NystromPair;
use crate::adaptive_steps::ball_steps::{BallSteps, Dop853Steps, NystromSteps, Rk45Steps};
use crate::adaptive_steps::nystrom::Nystrom;
use crate::adaptive_steps::{Adaptive, Nystrom8, Nystrom12, Rkn86, Rkn1210};
use crate::motion::inspector::{Inspector, StepView};
use crate::motion::trajectory::PhaseSpaceRun;
use crate::motion::{Method, Problem, Trajectory};
use crate::ode::adaptive::control::Control;
use crate::ode::adaptive::course::{Course, not_finite};
use crate::ode::adaptive::record::Record;
use crate::ode::adaptive::runge_kutta::{Position, RungeKutta};
use crate::ode::adaptive::solver::SolverRun;
use crate::ode::{Dop853, Rk45, joined};
use crate::particle::{HeavyBall, Phase, PhaseFlow};
use crate::potentials::Potential;
use nalgebra::allocator::Allocator;
use nalgebra::{DefaultAllocator, Dim, DimAdd, DimSum, Owned};
use std::sync::Arc;

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
    let begin = |start: &Phase<f64, D>, _| {
        Ok(AdaptiveSteps::new(problem.ball, potential, control, start, own.is_dense))
    };
    adaptive_motion(problem, (control, own.stop_times.as_ref()), begin, inspector)
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
