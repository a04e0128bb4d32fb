//! Span: an interval of time, forward or backward, and its division into fixed steps.

use crate::Error;
use crate::check::finite;
use crate::ode::SpanError;

/// The times from `from` to `until`, which may be earlier.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Span {
    pub(crate) from: f64,
    pub(crate) until: f64,
}

/// How a fixed step divides a span.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Division {
    /// The number of whole steps.
    pub(crate) whole: usize,
    /// The shorter last step, with the sign of the direction, if whole steps do not reach the end.
    pub(crate) rest: Option<f64>,
}

/// The largest number of steps that are stored: at two vectors and a time each, several gigabytes.
const STEP_LIMIT: f64 = 2e7;

impl Span {
    pub(crate) fn new(from: f64, until: f64) -> Result<Self, Error> {
        finite("the start time", &from)?;
        finite("the end time", &until)?;
        finite("the length of the span", &(until - from))?;
        Ok(Self { from, until })
    }

    /// 1 forward, −1 backward.
    pub(crate) fn direction(&self) -> f64 {
        if self.until < self.from { -1.0 } else { 1.0 }
    }

    pub(crate) fn length(&self) -> f64 {
        (self.until - self.from).abs()
    }

    /// The time at `elapsed` from the start, in the span's direction.
    pub(crate) fn time(&self, elapsed: f64) -> f64 {
        self.from + self.direction() * elapsed
    }

    /// The span covered by a run whose last step ended at `elapsed`: all of it, unless the run was stopped.
    pub(crate) fn covered(&self, elapsed: Option<&f64>) -> Self {
        match elapsed {
            // The sum of the steps may differ from the length by an ulp.
            Some(last) if self.length() - last > 8.0 * f64::EPSILON * self.length() => Self {
                until: self.time(*last),
                ..*self
            },
            _ => *self,
        }
    }

    /// The distance of `time` from the start; an error outside the span.
    pub(crate) fn elapsed(&self, time: f64) -> Result<f64, Error> {
        let elapsed = self.direction() * (time - self.from);
        let length = self.length();
        // A time such as 3·0.1 may miss an end of 0.3 by the rounding of both.
        let rounding = 4.0 * f64::EPSILON * self.from.abs().max(self.until.abs());
        if elapsed >= -rounding && elapsed <= length + rounding {
            return Ok(elapsed.clamp(0.0, length));
        }
        Err(Error::Span(SpanError::TimeOutsideSpan {
            time,
            start: self.from,
            end: self.until,
        }))
    }

    /// The number of steps of `dt` > 0 that reach the end of the span to within the rounding of its ends, if any does.
    pub(crate) fn whole_steps(&self, dt: f64) -> Option<f64> {
        let steps = self.length() / dt;
        let ends = self.from.abs().max(self.until.abs()) / dt;
        let rounding = 4.0 * f64::EPSILON * ends.max(steps);
        let nearest = steps.round();
        // A span shorter than the rounding of its ends still needs one step between them.
        let is_whole = nearest >= 1.0 || self.length() == 0.0;
        (is_whole && (steps - nearest).abs() <= rounding).then_some(nearest)
    }

    /// Whole steps of `dt` > 0 and a shorter last one.
    ///
    /// A remainder below the rounding of the ends of the span is ignored.
    pub(crate) fn division(&self, dt: f64) -> Result<Division, Error> {
        let steps = self.length() / dt;
        if steps > STEP_LIMIT {
            return Err(Error::Span(SpanError::TooManySteps {
                dt,
                span: self.length(),
                steps,
                limit: STEP_LIMIT,
            }));
        }
        if let Some(whole) = self.whole_steps(dt) {
            return Ok(Division {
                whole: whole as usize,
                rest: None,
            });
        }
        let whole = steps.floor();
        let rest = whole.mul_add(-dt, self.length());
        Ok(Division {
            whole: whole as usize,
            rest: Some(self.direction() * rest),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_span_is_divided_without_overshoot() {
        let divide = |from, until, dt| Span { from, until }.division(dt).unwrap();
        let whole = |whole| Division { whole, rest: None };
        assert_eq!(divide(0.0, 1.0, 0.1), whole(10));
        assert_eq!(divide(0.0, 0.3, 0.1), whole(3));
        assert_eq!(divide(100.0, 100.3, 0.1), whole(3));
        assert_eq!(divide(0.0, 0.0, 0.1), whole(0));
        let third = divide(0.0, 1.0, 0.3);
        assert_eq!(third.whole, 3);
        assert!((third.rest.unwrap() - 0.1).abs() < 1e-15);
        let backward = divide(1.0, 0.0, 0.3);
        assert!((backward.rest.unwrap() + 0.1).abs() < 1e-15);
        assert_eq!(divide(0.0, 0.1, 0.3).whole, 0);
        let sliver = divide(1e6, 1e6 + 2e-10, 0.1);
        assert_eq!((sliver.whole, sliver.rest), (0, Some((1e6 + 2e-10) - 1e6)));
    }
}
