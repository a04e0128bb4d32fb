//! EventScan: the events within each step of a run, found on the dense output as the steps are taken.
//!
//! The function of an event is evaluated at the ends of each quarter of a step. A change of sign between two of them is
//! located by bisection. If the event knows the rate of its function, a quarter without one is searched for an extremum of
//! the function between its ends, so that two changes of sign within one quarter are found as well.

use crate::Error;
use crate::check::check_vector;
use crate::motion::events::Event;
use crate::motion::inspector::{Inspect, StepView};
use crate::ode::{Crossing, EventError, bisect, number};
use crate::particle::{HeavyBall, Phase};
use nalgebra::allocator::Allocator;
use nalgebra::{DefaultAllocator, Dim};

/// The number of parts of a step at whose ends the functions are evaluated.
const PARTS: u16 = 4;

/// An event that is looked for, and what was last known of its function.
struct Watched<'e, P, D: Dim>
where
    DefaultAllocator: Allocator<D>,
{
    event: &'e dyn Event<P, D>,
    /// The last time at which the function was not zero, and its value there.
    before: (f64, f64),
    /// Whether the motion was turned back at this event, and has not yet left it to the side from which it came.
    is_turned: bool,
}

/// The events of a run.
pub(crate) struct EventScan<'e, P, D: Dim>
where
    DefaultAllocator: Allocator<D>,
{
    ball: HeavyBall,
    potential: &'e P,
    watched: Vec<Watched<'e, P, D>>,
    /// Whether the run ends at the event with this index, in this phase.
    ends: &'e mut dyn FnMut(usize, &Phase<f64, D>) -> bool,
    /// The events found so far: index, time and phase.
    pub(crate) found: Vec<(usize, f64, Phase<f64, D>)>,
}

impl<'e, P, D: Dim> EventScan<'e, P, D>
where
    DefaultAllocator: Allocator<D>,
{
    /// The scan of a run that starts at `time` in `phase`.
    ///
    /// # Errors
    /// [`EventError::NotANumber`] for a function that is NaN there.
    pub(crate) fn new(
        ball: HeavyBall,
        potential: &'e P,
        events: impl Iterator<Item = &'e dyn Event<P, D>>,
        time: f64,
        phase: &Phase<f64, D>,
        ends: &'e mut dyn FnMut(usize, &Phase<f64, D>) -> bool,
    ) -> Result<Self, Error> {
        let watch = |event: &'e dyn Event<P, D>| {
            let value = number(event.root(time, &ball, potential, phase), time)?;
            let before = (time, value);
            Ok(Watched {
                event,
                before,
                is_turned: false,
            })
        };
        Ok(Self {
            ball,
            potential,
            watched: events.map(watch).collect::<Result<_, Error>>()?,
            ends,
            found: Vec::new(),
        })
    }

    /// Notes that the run begins at event number `index`, in `phase`, over a span of this `direction`. If its function is
    /// still on the far side and turns back, it must come out again; a ball whose bounces have become too small for that
    /// would fall through its floor.
    pub(crate) fn begin_at(&mut self, index: usize, phase: &Phase<f64, D>, direction: f64) {
        let Some(watched) = self.watched.get_mut(index) else {
            return;
        };
        let (time, value) = watched.before;
        let far = match watched.event.crossing() {
            Crossing::Falling => -1.0,
            Crossing::Rising => 1.0,
            Crossing::Either if value != 0.0 => value.signum(),
            _ => return,
        };
        let rate = watched.event.rate(time, &self.ball, self.potential, phase);
        if far * value >= 0.0 && rate.is_some_and(|rate| far * direction * rate < 0.0) {
            watched.is_turned = true;
            watched.before.1 = far * value.abs().max(f64::MIN_POSITIVE);
        }
    }

    /// The indices of the events that hold at the start.
    pub(crate) fn at_start(&self) -> impl Iterator<Item = usize> {
        let holds = |watched: &Watched<'_, P, D>| {
            watched.event.crossing() == Crossing::Reached && watched.before.1 <= 0.0
        };
        (0..)
            .zip(&self.watched)
            .filter(move |(_, watched)| holds(watched))
            .map(|(index, _)| index)
    }

    /// The crossings of event number `index` within `step`, and the first NaN.
    fn crossings(
        &mut self,
        index: usize,
        step: &StepView<'_, D>,
    ) -> Result<(Vec<f64>, Option<f64>), Error> {
        let (ball, potential) = (self.ball, self.potential);
        let mut found = Vec::new();
        let Some(watched) = self.watched.get_mut(index) else {
            return Ok((found, None));
        };
        let (event, crossing) = (watched.event, watched.event.crossing());
        let value = |time: f64| {
            let phase = (step.at)(time);
            number(event.root(time, &ball, potential, &phase), time)
        };
        let rate = |time: f64| event.rate(time, &ball, potential, &(step.at)(time));
        let [from, to] = step.ends;
        let mut left = from;
        for part in 1..=PARTS {
            let right = if part == PARTS {
                to
            } else {
                from + f64::from(part) / f64::from(PARTS) * (to - from)
            };
            let here = if part == PARTS {
                number(event.root(to, &ball, potential, step.phases[1]), to)
            } else {
                value(right)
            };
            let here = match here {
                Ok(here) => here,
                Err(Error::Event(EventError::NotANumber { time })) => {
                    return Ok((found, Some(time)));
                }
                Err(other) => return Err(other),
            };
            let mut ends = vec![(right, here)];
            if (watched.before.1 < 0.0) == (here < 0.0) || crossing == Crossing::Reached {
                // An extremum nearer to zero than both ends may lie beyond zero.
                if let Some((time, value)) = extremum(left, right, watched.before.1, &value, &rate)?
                {
                    if watched.is_turned && watched.before.1 * value >= 0.0 {
                        return Err(Error::Event(EventError::Endless { time: from }));
                    }
                    ends.insert(0, (time, value));
                }
            }
            for (time, here) in ends {
                watched.is_turned &= watched.before.1 * here >= 0.0;
                if crossing.happens(watched.before.1, here) {
                    found.push(bisect(watched.before, time, crossing, &value)?);
                    watched.before = (time, here);
                } else if here != 0.0 {
                    // At a zero the previous sign is kept.
                    watched.before = (time, here);
                }
            }
            left = right;
        }
        Ok((found, None))
    }
}

/// The extremum of a function of the sign of `sign` in a part of a step, at which it is nearest to zero, and its value; if
/// its rate is known and changes sign that way.
fn extremum(
    left: f64,
    right: f64,
    sign: f64,
    value: &dyn Fn(f64) -> Result<f64, Error>,
    rate: &dyn Fn(f64) -> Option<f64>,
) -> Result<Option<(f64, f64)>, Error> {
    let direction = if right < left { -1.0 } else { 1.0 };
    // Toward zero: down from above, up from below.
    let toward = |time: f64| rate(time).map(|rate| direction * rate * -sign.signum());
    let (Some(first), Some(last)) = (toward(left), toward(right)) else {
        return Ok(None);
    };
    if !(first > 0.0 && last < 0.0) {
        return Ok(None);
    }
    let (mut low, mut high) = (left, right);
    loop {
        let middle = low + 0.5 * (high - low);
        if middle == low || middle == high {
            break;
        }
        if toward(middle).is_some_and(|rate| rate > 0.0) {
            low = middle;
        } else {
            high = middle;
        }
    }
    Ok(Some((high, value(high)?)))
}

impl<P, D: Dim> Inspect<D> for EventScan<'_, P, D>
where
    DefaultAllocator: Allocator<D>,
{
    fn step(&mut self, step: &StepView<'_, D>) -> Result<Option<f64>, Error> {
        let forward = step.ends[1] >= step.ends[0];
        let is_sooner = |time: f64, other: f64| if forward { time < other } else { time > other };
        let mut located: Vec<(usize, f64)> = Vec::new();
        let mut not_a_number: Option<f64> = None;
        for index in 0..self.watched.len() {
            let (times, nan) = self.crossings(index, step)?;
            located.extend(times.into_iter().map(|time| (index, time)));
            if let Some(time) =
                nan.filter(|time| not_a_number.is_none_or(|other| is_sooner(*time, other)))
            {
                not_a_number = Some(time);
            }
        }
        // Of several at one time, the first in the list.
        located.sort_by(|(_, a), (_, b)| {
            if forward {
                a.total_cmp(b)
            } else {
                b.total_cmp(a)
            }
        });
        for (index, time) in located {
            if not_a_number.is_some_and(|nan| is_sooner(nan, time)) {
                break;
            }
            let phase = if time == step.ends[1] {
                step.phases[1].clone()
            } else {
                (step.at)(time)
            };
            check_vector("position at the event", &phase.position)?;
            check_vector("momentum at the event", &phase.momentum)?;
            let is_end = (self.ends)(index, &phase);
            self.found.push((index, time, phase));
            if is_end {
                return Ok(Some(time));
            }
        }
        match not_a_number {
            Some(time) => Err(Error::Event(EventError::NotANumber { time })),
            None => Ok(None),
        }
    }
}
