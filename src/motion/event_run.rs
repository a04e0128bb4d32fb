//! EventRun: a run that ends at the first of several events.

use crate::Error;
use crate::motion::event_scan::EventScan;
use crate::motion::events::Event;
use crate::motion::{Inspector, Method, Problem, Trajectory};
use crate::particle::Phase;
use crate::potentials::Potential;
use nalgebra::allocator::Allocator;
use nalgebra::{Const, DefaultAllocator, Dim, Dyn};

/// A run that ended at an event, or at the end of its span if no event occurred.
#[derive(Debug, Clone)]
pub struct EventRun<D = Dyn>
where
    D: Dim,
    DefaultAllocator: Allocator<D>,
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
    /// Otherwise each step is searched as soon as it is taken. A fixed-step method of order n is n/2 + 1 steps ahead,
    /// through which [`Trajectory::at`] interpolates. The time of the event is located on the dense output of the method,
    /// to adjacent floating-point numbers, and the trajectory ends there; [`Trajectory::gradients`] does not count later
    /// steps. Of several events the earliest counts.
    ///
    /// Each function is evaluated at the ends of each quarter of a step. Two changes of sign within one quarter are found
    /// if the event knows its [rate](Event::rate), as levels and turning points do, and missed otherwise.
    ///
    /// # Errors
    /// The errors of [`Self::solve`], unless an event occurred before;
    /// [`EventError::NotANumber`](crate::error::EventError::NotANumber) for a function that is NaN before any event.
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
        D: Dim,
    {
        let (start, _) = self.checked()?;
        method.check()?;
        let (from, _) = self.span();
        let (events, mut ends) = (events.iter().copied(), |_: usize, _: &Phase<f64, D>| true);
        let (ball, potential) = (*self.ball(), self.potential());
        let mut scan = EventScan::new(ball, potential, events, from, &start, &mut ends)?;
        let at_start = scan.at_start().next();
        if let Some(index) = at_start {
            return Ok(EventRun {
                trajectory: Trajectory::point(*self.ball(), from, start.clone()),
                event: Some(LocatedEvent {
                    index,
                    time: from,
                    phase: start,
                }),
            });
        }
        let trajectory = method.solve(self, Some(Inspector(&mut scan)))?;
        let event = scan.found.pop().map(|(index, time, _)| LocatedEvent {
            index,
            time,
            phase: trajectory.last().clone(),
        });
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
