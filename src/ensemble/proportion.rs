//! Proportion: how many of many, and what that says of the probability.
//!
//! Reference: E. B. Wilson, *J. Amer. Statist. Assoc.* 22 (1927) 209.

use crate::Error;

/// Some of a number of independent trials.
///
/// ```
/// use heavyball::ensemble::Proportion;
/// let none = Proportion::new(0, 100)?;
/// assert_eq!(none.share(), 0.0);
/// let (low, high) = none.interval(1.959964)?; // 95 %
/// assert!(low == 0.0 && (high - 0.0370).abs() < 1e-4);
/// # Ok::<(), heavyball::Error>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Proportion {
    successes: usize,
    trials: usize,
}

impl Proportion {
    /// `successes` of `trials`.
    ///
    /// # Errors
    /// [`Error::Empty`] without a trial, [`Error::NoMember`] for more successes than trials.
    pub fn new(successes: usize, trials: usize) -> Result<Self, Error> {
        if trials == 0 {
            return Err(Error::Empty {
                name: "list of trials",
            });
        }
        if successes > trials {
            return Err(Error::NoMember {
                member: successes,
                members: trials,
            });
        }
        Ok(Self { successes, trials })
    }

    /// The share, from 0 to 1.
    pub fn share(&self) -> f64 {
        self.successes as f64 / self.trials as f64
    }

    /// Wilson's interval of the probability at `deviations` standard deviations: 1.96 for 95 %, 2.58 for 99 %.
    ///
    /// Its ends are the probabilities p at which the share found is `deviations`·√(p(1 − p)/n) away from p. It
    /// holds at shares of 0 and 1 too, where the usual ±√(share(1 − share)/n) is empty.
    ///
    /// # Errors
    /// [`Error::Negative`] unless the deviations are zero or positive, and finite.
    pub fn interval(&self, deviations: f64) -> Result<(f64, f64), Error> {
        crate::error::nonnegative("the number of deviations", &deviations, "")?;
        let (n, share) = (self.trials as f64, self.share());
        let square = deviations * deviations / n;
        let middle = share + square / 2.0;
        let half = deviations * (share * (1.0 - share) / n + square / (4.0 * n)).sqrt();
        let ends = |end: f64| (end / (1.0 + square)).clamp(0.0, 1.0);
        // At 0 and 1 the ends are exact, where rounding would leave them a little inside.
        let low = if self.successes == 0 {
            0.0
        } else {
            ends(middle - half)
        };
        let high = if self.successes == self.trials {
            1.0
        } else {
            ends(middle + half)
        };
        Ok((low, high))
    }
}
