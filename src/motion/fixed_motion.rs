//! The motion of a ball by a fixed step: whole steps Δt, and one shorter last step to the end of the span.

use crate::Error;
use crate::check::has_room;
use crate::fixed_steps::{FixedStep, Phases, check_step};
use crate::motion::inspector::{Inspector, StepView};
use crate::motion::trajectory::{Nodes, nodes};
use crate::motion::{Method, Problem, Trajectory};
use crate::ode::adaptive::course::Counts;
use crate::ode::{Span, SpanError};
use crate::particle::Phase;
use crate::potentials::Potential;
use nalgebra::allocator::Allocator;
use nalgebra::{DefaultAllocator, Dim};

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
        let clock = |k: usize| {
            if k == steps {
                return (span.until, span.length());
            }
            let elapsed = k as f64 * self.dt();
            (span.time(elapsed), elapsed)
        };
        // The time at which the run ends, and the number of its step.
        let mut end = None;
        let mut inspected = 0;
        let mut done = 0;
        if inspector.is_none() {
            // An error is that of the phases, below.
            let _ = phases.advance_by(division.whole, |phase| {
                done += 1;
                let (time, elapsed) = clock(done);
                taken.push(time, elapsed, phase, false);
            });
        }
        for k in done + 1..=steps {
            let is_rest = k > division.whole;
            if let Some(rest) = division.rest.filter(|_| is_rest) {
                phases.change_step(self.step_for(&problem.ball, rest)?);
            }
            let Some(phase) = phases.advance() else { break };
            let (time, elapsed) = clock(k);
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
