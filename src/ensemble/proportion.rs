//! Proportion: the fraction of successes in a number of trials, and an interval for their probability.
//!
//! Reference: E. B. Wilson, *J. Amer. Statist. Assoc.* 22 (1927) 209.

use crate::Error;
use crate::check::VectorError;
use crate::ensemble::EnsembleError;

/// The number of successes in a number of independent trials.
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
    /// `successes` out of `trials`.
    ///
    /// # Errors
    /// [`VectorError::Empty`] for no trials, [`EnsembleError::MoreThanAll`] for more successes than trials.
    pub fn new(successes: usize, trials: usize) -> Result<Self, Error> {
        if trials == 0 {
            return Err(Error::Vector(VectorError::Empty {
                name: "list of trials",
            }));
        }
        if successes > trials {
            return Err(Error::Ensemble(EnsembleError::MoreThanAll {
                successes,
                trials,
            }));
        }
        Ok(Self { successes, trials })
    }

    /// The fraction of successes, from 0 to 1.
    pub fn share(&self) -> f64 {
        self.successes as f64 / self.trials as f64
    }

    /// Wilson's interval for the probability, at `deviations` standard deviations: 1.96 for 95 %, 2.58 for 99 %.
    ///
    /// Its ends are the probabilities p that differ from the observed fraction by `deviations`·√(p(1 − p)/n). It is
    /// also valid at fractions of 0 and 1, where the usual ±√(share(1 − share)/n) is empty.
    ///
    /// # Errors
    /// [`ParameterError::Negative`](crate::error::ParameterError::Negative) unless the deviations are zero or positive,
    /// and finite.
    pub fn interval(&self, deviations: f64) -> Result<(f64, f64), Error> {
        crate::check::nonnegative("the number of deviations", &deviations, "")?;
        let failures = self.trials - self.successes;
        let low = lower_end(self.successes, self.trials, deviations);
        let high = 1.0 - lower_end(failures, self.trials, deviations);
        Ok((low.min(self.share()), high.max(self.share())))
    }
}

/// The lower end of Wilson's interval, as the product of both ends divided by the upper one: the usual form subtracts,
/// which loses digits for many deviations and gives a lower end slightly off 0 for a fraction of 0.
fn lower_end(successes: usize, trials: usize, deviations: f64) -> f64 {
    if successes == 0 {
        return 0.0;
    }
    let n = trials as f64;
    let share = successes as f64 / n;
    let apart = deviations / n.sqrt();
    // If the square overflows, the result is 0, which is the limit.
    let root = (share * (1.0 - share) + apart * apart / 4.0).sqrt();
    share * share / (share + apart * apart / 2.0 + apart * root)
}
