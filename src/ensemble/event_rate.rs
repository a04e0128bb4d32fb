//! EventRate: a number of events in a time at risk, their rate, and Poisson's interval for it.
//!
//! Reference: F. Garwood, *Biometrika* 28 (1936) 437.

use crate::Error;
use crate::check::{nonnegative, positive};
use std::ops::Range;

/// The number of events in a total time at risk: times to wait for an event that comes at a constant rate.
///
/// The estimate is events/time, for members that are observed to their event or until they are censored: each adds the
/// time in which it could have had its event. It is the maximum of the likelihood rⁿe^(−r·time).
///
/// ```
/// use heavyball::ensemble::EventRate;
/// let none = EventRate::new(0, 200.0)?;
/// assert_eq!(none.rate(), 0.0);
/// let (low, high) = none.interval(1.959964)?; // 95 %
/// assert!(low == 0.0 && (high - 3.688879 / 200.0).abs() < 1e-8);
/// # Ok::<(), heavyball::Error>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct EventRate {
    events: usize,
    time: f64,
}

/// Beyond so many events the ends of the interval are those of Wilson and Hilferty's formula, in error by less than 1e-9.
const MANY: usize = 1_000_000;

impl EventRate {
    /// `events` in the time at risk `time`, the sum over all members.
    ///
    /// # Errors
    /// [`ParameterError::NotPositive`](crate::error::ParameterError::NotPositive) for a time that is not positive and
    /// finite.
    pub fn new(events: usize, time: f64) -> Result<Self, Error> {
        positive("time at risk", &time, "; no member was observed")?;
        Ok(Self { events, time })
    }

    /// From the records of [`FirstPassage`](crate::ensemble::FirstPassage), over some steps of size `dt`.
    ///
    /// Events are the passages after step `steps.start`, up to step `steps.end`, the last of the run. A member that passed
    /// before counts for nothing: leave out as many steps as the start needs to be forgotten, since until then the rate is not
    /// constant. A member that has not passed by the end is censored, and so is one that diverged without passing.
    ///
    /// # Errors
    /// [`ParameterError::NotPositive`](crate::error::ParameterError::NotPositive) for a `dt` that is not positive and
    /// finite, and if no member was at risk in these steps.
    ///
    /// ```
    /// use heavyball::ensemble::EventRate;
    /// // Passages after 3, 7 and 10 steps, and a member that did not pass in 10. The first is left out.
    /// let rate = EventRate::of_passages(&[3.0, 7.0, 10.0, f64::INFINITY], 4..10, 0.5)?;
    /// assert_eq!(rate, EventRate::new(2, 0.5 * (3.0 + 6.0 + 6.0))?);
    /// # Ok::<(), heavyball::Error>(())
    /// ```
    pub fn of_passages(records: &[f64], steps: Range<usize>, dt: f64) -> Result<Self, Error> {
        positive("dt", &dt, "")?;
        let (from, to) = (steps.start as f64, steps.end as f64);
        let at_risk = records.iter().filter(|record| **record > from);
        let (mut events, mut observed) = (0, 0.0);
        for record in at_risk {
            events += usize::from(*record <= to);
            observed += (record.min(to) - from).max(0.0);
        }
        Self::new(events, dt * observed)
    }

    /// Number of events.
    pub fn events(&self) -> usize {
        self.events
    }

    /// The total time at risk.
    pub fn time(&self) -> f64 {
        self.time
    }

    /// Events per time.
    pub fn rate(&self) -> f64 {
        self.events as f64 / self.time
    }

    /// Garwood's interval for the rate, at `deviations` standard deviations of a normal number: 1.96 for 95 %.
    ///
    /// Its ends are the rates at which so many events or more, and so many or fewer, have the probability of one tail of
    /// that normal number. It is exact for a fixed time at risk, and too wide by less than one event if the time is
    /// known only at the end. Each end costs about 50·√events operations, up to a million events.
    ///
    /// # Errors
    /// [`ParameterError::Negative`](crate::error::ParameterError::Negative) unless the deviations are zero or positive,
    /// and finite; [`ParameterError::NotPositive`](crate::error::ParameterError::NotPositive) above 37 of them, whose tail is no
    /// number.
    pub fn interval(&self, deviations: f64) -> Result<(f64, f64), Error> {
        nonnegative("the number of deviations", &deviations, "")?;
        let tail = libm::erfc(deviations / std::f64::consts::SQRT_2) / 2.0;
        positive("probability of a tail", &tail, "; use fewer deviations")?;
        if tail < f64::MIN_POSITIVE {
            positive("probability of a tail", &0.0, "; use fewer deviations")?;
        }
        let n = self.events as f64;
        let (low, high) = if self.events > MANY {
            (
                wilson_hilferty(n, -deviations),
                wilson_hilferty(n + 1.0, deviations),
            )
        } else {
            (lower(n, tail), upper(n, tail))
        };
        Ok((low / self.time, high / self.time))
    }
}

/// n(1 − 1/9n + z/(3√n))³, for a χ² variable with 2n degrees of freedom; E. B. Wilson, M. M. Hilferty,
/// *Proc. Natl. Acad. Sci.* 17 (1931) 684.
fn wilson_hilferty(n: f64, z: f64) -> f64 {
    n * (1.0 - 1.0 / (9.0 * n) + z / (3.0 * n.sqrt())).powi(3)
}

/// The probability of n events at the mean `mean`.
fn probability(n: f64, mean: f64) -> f64 {
    (n * mean.ln() - mean - libm::lgamma(n + 1.0)).exp()
}

/// The mean at which `n` or more events have the probability `tail`.
fn lower(n: f64, tail: f64) -> f64 {
    if n == 0.0 {
        return 0.0;
    }
    // The terms decrease upwards from n, for a mean below it.
    let above = |mean: f64| {
        let mut term = probability(n, mean);
        let (mut sum, mut k) = (0.0, n);
        while term > 1e-17 * sum {
            sum += term;
            k += 1.0;
            term *= mean / k;
        }
        sum
    };
    bisected(0.0, n, |mean| above(mean) > tail)
}

/// The mean at which `n` or fewer events have the probability `tail`.
fn upper(n: f64, tail: f64) -> f64 {
    let below = |mean: f64| {
        let mut term = probability(n, mean);
        let (mut sum, mut k) = (0.0, n);
        while term > 1e-17 * sum {
            sum += term;
            term *= k / mean;
            k -= 1.0;
        }
        sum
    };
    let mut high = n + 1.0;
    while below(high) > tail {
        high += high - n;
    }
    bisected(n, high, |mean| below(mean) <= tail)
}

/// Where `is_past` changes from false to true.
fn bisected(mut low: f64, mut high: f64, is_past: impl Fn(f64) -> bool) -> f64 {
    loop {
        let middle = low + 0.5 * (high - low);
        if middle <= low || middle >= high {
            return middle;
        }
        if is_past(middle) {
            high = middle;
        } else {
            low = middle;
        }
    }
}
