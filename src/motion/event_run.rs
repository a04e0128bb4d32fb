//! EventRun: a run that ends at the first of several events.

use crate::Error;
use crate::motion::events::Event;
use crate::motion::{Method, Problem, Trajectory};
use crate::ode::{Crossing, EventError, Scan};
use crate::particle::Phase;
use crate::potentials::Potential;
use nalgebra::allocator::Allocator;
use nalgebra::{Const, DefaultAllocator, Dim, DimAdd, DimSum, Dyn};
use std::cell::{Cell, RefCell};

/// A run that ended at an event, or at the end of its span if no event occurred.
#[derive(Debug, Clone)]
pub struct EventRun<D = Dyn>
where
    D: DimAdd<D>,
    DefaultAllocator: Allocator<D> + Allocator<DimSum<D, D>>,
{
    /// The motion from the start to the event.
    pub trajectory: Trajectory<D>,
    /// The event, if one occurred.
    pub event: Option<LocatedEvent<D>>,
}

/// An [`EventRun`] in `N` dimensions.
pub type EventRunIn<const N: usize> = EventRun<Const<N>>;

/// An event, with the time and phase at which it occurred.
#[derive(Debug, Clone, PartialEq)]
pub struct LocatedEvent<D: Dim = Dyn>
where
    DefaultAllocator: Allocator<D>,
{
    /// The index of the event in the list, counted from 0.
    pub index: usize,
    /// The time: the first floating-point number at which the sign has changed.
    pub time: f64,
    /// Position and momentum at that time.
    pub phase: Phase<f64, D>,
}

impl<P, D> Problem<P, D>
where
    P: Potential<f64, D>,
    D: Dim,
    DefaultAllocator: Allocator<D>,
{
    /// The motion until the first of `events`, or over the whole span if none occurs.
    ///
    /// If an event holds at the start, no step is taken; the problem and the tolerances are checked nevertheless.
    /// Otherwise the run ends with the step at whose end the sign of an event's function has changed. A fixed-step
    /// method of order n continues for n/2 + 1 steps, through which [`Trajectory::at`] interpolates and which may fail.
    /// The time of the event is located on the dense output of the method, to adjacent floating-point numbers, and the
    /// trajectory ends there; [`Trajectory::gradients`] does not count later steps.
    ///
    /// Each function is evaluated at the ends of each quarter of a step: two changes of sign within one quarter are
    /// missed. Two changes within one step are not visible at its end and are found only after the run, which then
    /// covers the whole span. If the run fails later, it is repeated up to the last good step, and the error is
    /// returned only if no event occurred before. Of several events the earliest counts.
    ///
    /// # Errors
    /// The errors of [`Self::solve`]; [`EventError::NotANumber`] for a function that is NaN before any event.
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
        method.check()?;
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

        // The last value of each event's function that was not zero.
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
            // There may be an event between two of the steps before the failure.
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
        // The index of the event, its time, and the index of its step.
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
            // An event before the first NaN counts.
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

#[cfg(test)]
mod tests {
    use crate::error::ParameterError;
    use crate::motion::events::Settled;
    use crate::{Dop853, DoubleWell, Error, HeavyBall, Problem, Rk45};
    use nalgebra::vector;

    #[test]
    fn tolerances_are_checked_before_an_event_at_the_start() {
        let ball = HeavyBall::new(1.0, 1.0).unwrap();
        let problem = Problem::new(ball, DoubleWell, vector![1.0, 0.0]);
        let settled = Settled::new(1e-6, 1e-6).unwrap();
        let refused = |outcome| {
            let parameter = ParameterError::NotPositive {
                name: "the relative tolerance",
                value: -1.0,
                advice: "; 1e-9 is a usual choice",
            };
            assert_eq!(outcome, Err(Error::Parameter(parameter)));
        };
        let events: [&dyn crate::motion::events::Event<_, _>; 1] = [&settled];
        refused(
            problem
                .solve_until(&Rk45::new(-1.0, 1e-9), &events)
                .map(drop),
        );
        refused(
            problem
                .solve_until(&Dop853::new(-1.0, 1e-9), &events)
                .map(drop),
        );
        assert!(problem.solve_until(&Rk45::new(1e-9, 1e-9), &events).is_ok());
    }
}
