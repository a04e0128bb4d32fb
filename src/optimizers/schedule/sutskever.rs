//! SutskeverSchedule: a decay that increases every 250 iterations up to a maximum.

use crate::Error;
use crate::optimizers::{Schedule, check_decay};

/// Sutskever's schedule of the decay, βₖ = min(1 − 1/(2(⌊k/250⌋ + 1)), β_max).
///
/// Reference: I. Sutskever et al., ICML 2013, equation 5, in the form 1 − 2^(−1−log₂(⌊k/250⌋+1)).
///
/// ```
/// use heavyball::SutskeverSchedule;
///
/// let schedule = SutskeverSchedule::new(0.99)?;
/// assert_eq!(schedule.beta(0), 0.5);
/// assert_eq!(schedule.beta(249), 0.5);
/// assert_eq!(schedule.beta(250), 0.75);
/// assert_eq!(schedule.beta(1_000_000), 0.99);
/// # Ok::<(), heavyball::Error>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct SutskeverSchedule {
    maximum: f64,
}

impl SutskeverSchedule {
    /// The schedule with the given maximum; the paper uses 0.9 to 0.999.
    ///
    /// # Errors
    /// [`RuleError::BetaOutOfRange`](crate::error::RuleError::BetaOutOfRange) unless −1 < maximum ≤ 1.
    pub fn new(maximum: f64) -> Result<Self, Error> {
        check_decay(&maximum)?;
        Ok(Self { maximum })
    }

    /// βₖ, for the update from iterate k to k + 1.
    pub fn beta(&self, k: usize) -> f64 {
        let stage = (k / 250) as f64;
        (1.0 - 0.5 / (stage + 1.0)).min(self.maximum)
    }
}

impl Schedule for SutskeverSchedule {
    fn at(&self, k: usize) -> f64 {
        self.beta(k)
    }
}
