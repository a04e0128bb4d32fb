//! Events: when a run settles, turns, crosses a level, or whatever a root function says; located between the steps.
//!
//! A run is followed step by step until an event's function changes sign. The time is then found by
//! bisection on the run's own dense output, down to neighbouring numbers: it is as exact as the run is.

mod closure;
mod level;
mod settled;
mod turning_point;

pub use closure::{RootOf, WhenTrue, root, when};
pub use level::{CoordinateLevel, EnergyLevel};
pub use settled::Settled;
pub use turning_point::TurningPoint;

use crate::{Error, HeavyBall, Phase, Trajectory};
use nalgebra::allocator::Allocator;
use nalgebra::{DefaultAllocator, Dim, DimAdd, DimSum};

/// Which change of sign of its root function an event is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Crossing {
    /// From below zero to zero or above.
    Rising,
    /// From above zero to zero or below.
    Falling,
    /// Either of these.
    Either,
    /// The first time that it is zero or below, the start included.
    Reached,
}

impl Crossing {
    /// Whether the event happened where the function went from `before` to `after`.
    pub(crate) fn happens(self, before: f64, after: f64) -> bool {
        match self {
            Self::Rising => before < 0.0 && after >= 0.0,
            Self::Falling | Self::Reached => before > 0.0 && after <= 0.0,
            Self::Either => (before < 0.0 && after >= 0.0) || (before > 0.0 && after <= 0.0),
        }
    }
}

/// Something that happens along a run: a change of sign of a function of time and phase.
///
/// [`Problem::solve_until`](crate::Problem::solve_until) ends a run at the first of several. A start at which the function is
/// zero is no crossing: the sign must change from one that was there.
pub trait Event<P, D: Dim>
where
    DefaultAllocator: Allocator<D>,
{
    /// The root function; only its sign counts.
    fn root(&self, time: f64, ball: &HeavyBall, potential: &P, phase: &Phase<f64, D>) -> f64;

    /// The change of sign that is the event.
    fn crossing(&self) -> Crossing;
}

/// A run that ended at an event, or at the end of its span if none happened.
#[derive(Debug, Clone)]
pub struct Encounter<D>
where
    D: DimAdd<D>,
    DefaultAllocator: Allocator<D> + Allocator<DimSum<D, D>>,
{
    /// The motion from the start to the event.
    pub trajectory: Trajectory<D>,
    /// What happened, where and when.
    pub event: Option<Happened<D>>,
}

/// An event that happened.
#[derive(Debug, Clone, PartialEq)]
pub struct Happened<D: Dim>
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

/// Parts of a step that are looked at each: two changes of sign within one part are missed.
const PARTS: u16 = 4;

/// The first time at which `value` changes sign like `crossing`, between the first and the last of `times`.
pub(crate) fn first_crossing(
    times: &[f64],
    crossing: Crossing,
    value: &dyn Fn(f64) -> Result<f64, Error>,
) -> Result<Option<f64>, Error> {
    let checked = |time: f64| {
        let value = value(time)?;
        if value.is_nan() {
            return Err(Error::EventNotANumber { time });
        }
        Ok(value)
    };
    let Some(start) = times.first() else {
        return Ok(None);
    };
    let mut before = (*start, checked(*start)?);
    if crossing == Crossing::Reached && before.1 <= 0.0 {
        return Ok(Some(*start));
    }
    for pair in times.windows(2) {
        let [from, to] = pair else { continue };
        for part in 1..=PARTS {
            let time = if part == PARTS {
                *to
            } else {
                from + f64::from(part) / f64::from(PARTS) * (to - from)
            };
            let here = (time, checked(time)?);
            if crossing.happens(before.1, here.1) {
                return bisect(before, here.0, crossing, &checked).map(Some);
            }
            // A zero keeps the sign that led to it.
            if here.1 != 0.0 {
                before = here;
            }
        }
    }
    Ok(None)
}

/// The end of the smallest interval of numbers over which the sign changes.
fn bisect(
    (mut low, sign): (f64, f64),
    mut high: f64,
    crossing: Crossing,
    value: &dyn Fn(f64) -> Result<f64, Error>,
) -> Result<f64, Error> {
    loop {
        let middle = low + 0.5 * (high - low);
        if middle == low || middle == high {
            return Ok(high);
        }
        if crossing.happens(sign, value(middle)?) {
            high = middle;
        } else {
            low = middle;
        }
    }
}
