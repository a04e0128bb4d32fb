//! EventRun: a run until the first of several events.

use crate::Error;
use crate::motion::events::Event;
use crate::motion::{Method, Problem, Trajectory};
use crate::ode::EventError;
use crate::ode::{Crossing, Scan};
use crate::particle::Phase;
use crate::potentials::Potential;
use nalgebra::allocator::Allocator;
use nalgebra::{Const, DefaultAllocator, Dim, DimAdd, DimSum, Dyn};
use std::cell::{Cell, RefCell};

/// A run that ended at an event, or at the end of its span if none happened.
#[derive(Debug, Clone)]
pub struct EventRun<D = Dyn>
where
    D: DimAdd<D>,
    DefaultAllocator: Allocator<D> + Allocator<DimSum<D, D>>,
{
    /// The motion from the start to the event.
    pub trajectory: Trajectory<D>,
    /// What happened, where and when.
    pub event: Option<LocatedEvent<D>>,
}

/// An [`EventRun`] in `N` dimensions.
pub type EventRunIn<const N: usize> = EventRun<Const<N>>;

/// An event that happened.
#[derive(Debug, Clone, PartialEq)]
pub struct LocatedEvent<D: Dim = Dyn>
where
    DefaultAllocator: Allocator<D>,
{
    /// Which of the events, counted from 0.
    pub index: usize,
    /// When: the first number at which the change of sign is seen.
    pub time: f64,
    /// Position and momentum then.
    pub phase: Phase<f64, D>,
}

impl<P, D> Problem<P, D>
where
    P: Potential<f64, D>,
    D: Dim,
    DefaultAllocator: Allocator<D>,
{
    /// The motion until the first of `events`, or over the span if none of them happens.
    ///
    /// An event that holds at the start needs no run, so that nothing of the method is looked at. Otherwise the run ends with
    /// the step at whose end an event's change of sign shows; a fixed step of order n goes on for n/2 + 1 steps, which [`Trajectory::at`]
    /// interpolates through and which may fail. The event's time is located on the method's dense output, down to neighbouring
    /// numbers, and the trajectory ends there; [`Trajectory::gradients`] counts no step after it.
    ///
    /// Each step is looked at in four parts: two changes of sign within one of them are missed. Two within one step, which do not show at
    /// its end, are found when the run is over: the rest of the span then costs what it costs. If the run fails there, it is repeated up to
    /// its last good step, and the error is that of the run only if no event came before. Of several events the earliest counts.
    ///
    /// # Errors
    /// Those of [`Self::solve`]; [`EventError::NotANumber`] for an event whose function is NaN before anything happened.
    ///
    /// ```
    /// use heavyball::events::{EnergyLevel, Settled, TurningPoint};
    /// use heavyball::prelude::*;
    /// use nalgebra::vector;
    ///
    /// let problem = Problem::new(HeavyBall::new(1.0, 0.2)?, DoubleWell, vector![-1.9, 0.5]).until(100.0);
    /// let events: [&dyn Event<_, _>; 2] = [&TurningPoint::new(0), &EnergyLevel::new(0.0)?];
    /// let run = problem.solve_until(&Rk45::new(1e-9, 1e-9), &events)?;
    /// let event = run.event.unwrap();
    /// assert_eq!(event.index, 0); // it turns before it is caught
    /// assert!(event.phase.momentum.x.abs() < 1e-9);
    /// assert_eq!(run.trajectory.times().last(), Some(&event.time));
    /// # Ok::<(), heavyball::Error>(())
    /// ```
    pub fn solve_until<M>(
        &self,
        method: &M,
        events: &[&dyn Event<P, D>],
    ) -> Result<EventRun<D>, Error>
    where
        M: Method<P, D> + ?Sized,
        D: DimAdd<D>,
        DefaultAllocator: Allocator<DimSum<D, D>>,
    {
        let (from, until) = self.span();
        let root = |event: &dyn Event<P, D>, time, phase: &Phase<f64, D>| {
            event.root(time, self.ball(), self.potential(), phase)
        };
        let (start, _) = self.checked()?;
        let at_start: Vec<_> = events
            .iter()
            .map(|event| root(*event, from, &start))
            .collect();
        if at_start.iter().any(|value| value.is_nan()) {
            return Err(Error::Event(EventError::NotANumber { time: from }));
        }
        let holds = |(event, value): (&&dyn Event<P, D>, &f64)| {
            event.crossing() == Crossing::Reached && *value <= 0.0
        };
        if let Some(index) = events.iter().zip(&at_start).position(holds) {
            return Ok(EventRun {
                trajectory: Trajectory::point(*self.ball(), from, start.clone()),
                event: Some(LocatedEvent {
                    index,
                    time: from,
                    phase: start,
                }),
            });
        }

        // Each event's function where it last had a sign.
        let before = RefCell::new(at_start);
        let steps = Cell::new(0_usize);
        let watch = |time: f64, phase: &Phase<f64, D>| {
            steps.set(steps.get() + 1);
            let mut stop = false;
            for (event, before) in events.iter().zip(before.borrow_mut().iter_mut()) {
                let (now, crossing) = (root(*event, time, phase), event.crossing());
                stop |= now.is_nan() || crossing.happens(*before, now);
                if now != 0.0 {
                    *before = now;
                }
            }
            stop
        };
        let (mut trajectory, failure) = match method.solve(self, Some(&watch)) {
            Ok(trajectory) => (trajectory, None),
            Err(failure) if steps.get() == 0 || events.is_empty() => return Err(failure),
            // Between two of the steps that were good there may be an event.
            Err(failure) => {
                let left = Cell::new(steps.get());
                let is_last = |_: f64, _: &Phase<f64, D>| {
                    left.set(left.get().saturating_sub(1));
                    left.get() == 0
                };
                match method.solve(self, Some(&is_last)) {
                    Ok(trajectory) => (trajectory, Some(failure)),
                    Err(_) => return Err(failure),
                }
            }
        };

        let forward = until >= from;
        let is_sooner = |time: f64, other: f64| if forward { time < other } else { time > other };
        // The event's index, its time, and the step in which it lies.
        let mut first: Option<(usize, f64, usize)> = None;
        let mut not_a_number: Option<f64> = None;
        let (times, states) = (trajectory.times(), trajectory.states());
        for (index, event) in events.iter().enumerate() {
            let at_step = |step| {
                let here = times.get(step).zip(states.get(step));
                here.map_or(f64::NAN, |(time, phase)| root(*event, *time, phase))
            };
            let between = |time| Ok(root(*event, time, &trajectory.at(time)?));
            let mut scan = Scan::new(times, &at_step, &between, event.crossing());
            match scan.find_next() {
                Ok(None) => {}
                Ok(Some(time)) => {
                    if first.is_none_or(|(_, other, _)| is_sooner(time, other)) {
                        first = Some((index, time, scan.step()));
                    }
                }
                Err(Error::Event(EventError::NotANumber { time })) => {
                    if not_a_number.is_none_or(|other| is_sooner(time, other)) {
                        not_a_number = Some(time);
                    }
                }
                Err(other) => return Err(other),
            }
        }
        if let Some(time) = not_a_number {
            // What happened before a function ceased to be one has happened.
            if first.is_none_or(|(_, event, _)| is_sooner(time, event)) {
                return Err(Error::Event(EventError::NotANumber { time }));
            }
        }
        let event = match (first, failure) {
            (Some((index, time, step)), _) => {
                trajectory.end_at(step, time)?;
                let phase = trajectory.last().clone();
                Some(LocatedEvent { index, time, phase })
            }
            (None, Some(failure)) => return Err(failure),
            (None, None) => None,
        };
        Ok(EventRun { trajectory, event })
    }
}
