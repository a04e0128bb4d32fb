//! Crossing: a change of sign of a function along a run, located between the steps.
//!
//! A run is scanned step by step until the function changes sign. The time is then found by bisection on the dense
//! output of the run, to adjacent floating-point numbers.

use crate::Error;
use crate::ode::EventError;

/// The change of sign of its root function at which an event occurs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Crossing {
    /// From below zero to zero or above.
    Rising,
    /// From above zero to zero or below.
    Falling,
    /// Rising or falling.
    Either,
    /// The first time at which the function is zero or below, the start included.
    Reached,
}

impl Crossing {
    /// Whether the event occurs as the function changes from `before` to `after`.
    pub(crate) fn happens(self, before: f64, after: f64) -> bool {
        match self {
            Self::Rising => before < 0.0 && after >= 0.0,
            Self::Falling | Self::Reached => before > 0.0 && after <= 0.0,
            Self::Either => (before < 0.0 && after >= 0.0) || (before > 0.0 && after <= 0.0),
        }
    }
}

/// The number of parts of a step whose ends are tested: two changes of sign within one part are missed.
const PARTS: u16 = 4;

/// A search for the changes of sign of a function along a run, from its start.
pub(crate) struct Scan<'r> {
    times: &'r [f64],
    /// The value of the function at a step, at the state of the method rather than an interpolated one.
    at_step: &'r dyn Fn(usize) -> f64,
    /// The value of the function at a time, at the interpolated state.
    between: &'r dyn Fn(f64) -> Result<f64, Error>,
    crossing: Crossing,
    /// The number of parts tested so far.
    parts: usize,
    /// The last time at which the function was not zero, and its value there.
    before: Option<(f64, f64)>,
}

impl<'r> Scan<'r> {
    pub(crate) fn new(
        times: &'r [f64],
        at_step: &'r dyn Fn(usize) -> f64,

        between: &'r dyn Fn(f64) -> Result<f64, Error>,
        crossing: Crossing,
    ) -> Self {
        Self {
            times,
            at_step,
            between,
            crossing,
            parts: 0,
            before: None,
        }
    }

    /// The next time at which the function has such a change of sign.
    pub(crate) fn find_next(&mut self) -> Result<Option<f64>, Error> {
        let Some(start) = self.times.first() else {
            return Ok(None);
        };
        let mut before = match self.before {
            Some(before) => before,
            None => {
                let before = (*start, number((self.at_step)(0), *start)?);
                self.before = Some(before);
                if self.crossing == Crossing::Reached && before.1 <= 0.0 {
                    return Ok(Some(*start));
                }
                before
            }
        };
        let step = |parts: usize| parts / usize::from(PARTS);
        while let Some([from, to]) = self.times.get(step(self.parts)..step(self.parts) + 2) {
            self.parts += 1;
            let part = self.parts % usize::from(PARTS);
            let here = if part == 0 {
                (*to, number((self.at_step)(step(self.parts)), *to)?)
            } else {
                let time = from + part as f64 / f64::from(PARTS) * (to - from);
                (time, number((self.between)(time)?, time)?)
            };
            if self.crossing.happens(before.1, here.1) {
                // If the value here is zero, no further crossing can start from it.
                self.before = Some(here);
                return bisect(before, here.0, self.crossing, self.between).map(Some);
            }
            // At a zero the previous sign is kept.
            if here.1 != 0.0 {
                before = here;
                self.before = Some(here);
            }
        }
        Ok(None)
    }
}

/// The value, unless it is NaN.
pub(crate) fn number(value: f64, time: f64) -> Result<f64, Error> {
    if value.is_nan() {
        return Err(Error::Event(EventError::NotANumber { time }));
    }
    Ok(value)
}

/// The upper end of the smallest interval of floating-point numbers over which the sign changes.
pub(crate) fn bisect(
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
        if crossing.happens(sign, number(value(middle)?, middle)?) {
            high = middle;
        } else {
            low = middle;
        }
    }
}
