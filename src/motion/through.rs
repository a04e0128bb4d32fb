//! Solving through events: a run that notes events, acts at them, and goes on.

use crate::Error;
use crate::motion::event_run::LocatedEvent;
use crate::motion::event_scan::EventScan;
use crate::motion::events::Event;
use crate::motion::response::Response;
use crate::motion::{Inspector, Method, Problem, Trajectory};
use crate::ode::{EventError, SolverError};
use crate::particle::{HeavyBall, Phase};
use crate::potentials::Potential;
use nalgebra::allocator::Allocator;
use nalgebra::{Const, DefaultAllocator, Dim, Dyn};

/// The response to an event, from the ball and the phase at it.
pub type Reaction<'r, D> = &'r dyn Fn(&HeavyBall, &Phase<f64, D>) -> Response<D>;

/// A run through events.
#[derive(Debug, Clone)]
pub struct EventLog<D = Dyn>
where
    D: Dim,
    DefaultAllocator: Allocator<D>,
{
    /// The motion from the start to the end, or to the event that stopped it. At an event that changed the ball or its
    /// phase, [`Trajectory::times`] has the time twice, with the phases before and after.
    pub trajectory: Trajectory<D>,
    /// The events in the order in which they occurred, each with the phase before its response.
    pub events: Vec<LocatedEvent<D>>,
}

/// An [`EventLog`] in `N` dimensions.
pub type EventLogIn<const N: usize> = EventLog<Const<N>>;

/// The number of events in a row that may follow each other without any time between them.
const AT_ONCE: usize = 100;
/// The number of changes in a run: beyond, a fixed step would go on from ever nearer events without end.
const MOST_CHANGES: usize = 100_000;

impl<P, D> Problem<P, D>
where
    P: Potential<f64, D>,
    D: Dim,
    DefaultAllocator: Allocator<D>,
{
    /// The motion over the span, with a response to each event.
    ///
    /// All events are located as by [`Self::solve_until`]. After [`Response::Change`] the motion goes on from the event with
    /// the new ball and phase, as a run of its own; what holds at its start counts as an event only once it has ceased to
    /// hold. An event with [`Response::GoOn`] leaves the steps as they are.
    ///
    /// # Errors
    /// The errors of [`Self::solve`]; [`EventError::NotANumber`] for a function that is NaN;
    /// [`EventError::Endless`] if events follow each other ever faster, as the bounces of a ball that comes to rest, and
    /// after 100 000 changes;
    /// [`SolverError::StepsExhausted`] if the runs together take more steps than an adaptive method may.
    ///
    /// ```
    /// use heavyball::events::TurningPoint;
    /// use heavyball::motion::Response;
    /// use heavyball::prelude::*;
    /// use nalgebra::vector;
    ///
    /// // All turning points of a swing.
    /// let bowl = Quadratic::diagonal(vector![1.0])?;
    /// let problem = Problem::new(HeavyBall::new(1.0, 0.0)?, bowl, vector![1.0]).until(10.0);
    /// let turn = TurningPoint::new(0);
    /// let note = |_: &HeavyBall, _: &_| Response::GoOn;
    /// let run = problem.solve_through(&Nystrom8::new(1e-12, 1e-12), &[(&turn, &note)])?;
    /// let periods: Vec<_> = run.events.iter().map(|event| event.time / std::f64::consts::PI).collect();
    /// assert_eq!(periods.len(), 3);
    /// assert!((periods[2] - 3.0).abs() < 1e-9);
    /// # Ok::<(), heavyball::Error>(())
    /// ```
    pub fn solve_through<M>(
        &self,
        method: &M,
        reactions: &[(&dyn Event<P, D>, Reaction<'_, D>)],
    ) -> Result<EventLog<D>, Error>
    where
        M: for<'p> Method<&'p P, D> + ?Sized,
        D: Dim,
    {
        method.check()?;
        let (mut phase, _) = self.checked()?;
        let mut ball = *self.ball();
        let (mut from, until) = self.span();
        let mut pieces: Vec<Trajectory<D>> = Vec::new();
        let mut events: Vec<LocatedEvent<D>> = Vec::new();
        let (mut at_once, mut is_first, mut steps) = (0, true, 0);
        let direction = if until < from { -1.0 } else { 1.0 };
        loop {
            let respond = |index: usize, phase: &Phase<f64, D>| {
                let reaction = reactions.get(index);
                reaction.map_or(Response::GoOn, |(_, reaction)| reaction(&ball, phase))
            };
            let mut response = Response::GoOn;
            let mut ends = |index: usize, phase: &Phase<f64, D>| {
                response = respond(index, phase);
                !matches!(response, Response::GoOn)
            };
            let watched = reactions.iter().map(|(event, _)| *event);
            let mut scan =
                EventScan::new(ball, self.potential(), watched, from, &phase, &mut ends)?;
            if let Some(event) = events.last() {
                scan.begin_at(event.index, &phase, direction);
            }
            let at_start: Vec<_> = scan.at_start().collect();
            if std::mem::take(&mut is_first) && !at_start.is_empty() {
                let mut last = Response::GoOn;
                for index in at_start {
                    events.push(LocatedEvent {
                        index,
                        time: from,
                        phase: phase.clone(),
                    });
                    last = respond(index, &phase);
                    if !matches!(last, Response::GoOn) {
                        break;
                    }
                }
                match last {
                    Response::GoOn => {}
                    Response::Stop => {
                        pieces.push(Trajectory::point(ball, from, phase.clone()));
                        break;
                    }
                    Response::Change(next_ball, next_phase) => {
                        (ball, phase) = (next_ball, next_phase);
                        continue;
                    }
                }
            }
            let problem = self.starting_from(ball, &phase, from);
            let run = method.solve(&problem, Some(Inspector(&mut scan)))?;
            let found = scan.found;
            let last = found.last().map(|(_, time, _)| *time);
            let located =
                found
                    .into_iter()
                    .map(|(index, time, phase)| LocatedEvent { index, time, phase });
            events.extend(located);
            steps += run.steps();
            pieces.push(run);
            match (response, last) {
                (Response::Change(next_ball, next_phase), Some(time)) if time != until => {
                    at_once = if time == from { at_once + 1 } else { 0 };
                    if at_once > AT_ONCE || pieces.len() > MOST_CHANGES {
                        return Err(Error::Event(EventError::Endless { time }));
                    }
                    if steps >= method.most_steps() {
                        return Err(Error::Solver(SolverError::StepsExhausted {
                            steps: steps.try_into().unwrap_or(u32::MAX),
                            time,
                        }));
                    }
                    (ball, phase, from) = (next_ball, next_phase, time);
                }
                _ => break,
            }
        }
        let mut pieces = pieces.into_iter();
        let first = pieces.next();
        let first = first.unwrap_or_else(|| Trajectory::point(ball, from, phase));
        Ok(EventLog {
            trajectory: Trajectory::chained(first, pieces.collect()),
            events,
        })
    }
}
