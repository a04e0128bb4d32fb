//! NesterovSchedule: the decay (k − 1)/(k + r − 1), whose particle has the drag r/t.
//!
//! Reference: W. Su, S. Boyd, E. J. Candès, *J. Mach. Learn. Res.* 17 (2016), no. 153, equation 2 for r = 3 and
//! section 4.

use crate::Error;
use crate::check::positive;
use crate::optimizers::Schedule;

/// The decay (k − 1)/(k + r − 1) for k ≥ 1 and 0 at k = 0; for r = 3, Nesterov's (k − 1)/(k + 2).
///
/// With a constant learning rate s it corresponds to the particle of [`NesterovFlow`](crate::NesterovFlow), m = 1 and
/// γ(t) = r/t, with step Δt = √s (derivation (38)).
///
/// ```
/// use heavyball::{NesterovSchedule, Schedule};
/// let decay = NesterovSchedule::new(3.0)?;
/// assert_eq!([0, 1, 2, 4].map(|k| decay.at(k)), [0.0, 0.0, 0.25, 0.5]);
/// # Ok::<(), heavyball::Error>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct NesterovSchedule {
    friction: f64,
}

impl NesterovSchedule {
    /// The schedule with friction r > 0; for r ≥ 3, f − f* decreases like 1/k² on every smooth convex function.
    ///
    /// # Errors
    /// [`ParameterError::NotPositive`](crate::error::ParameterError::NotPositive) unless r is positive and finite.
    pub fn new(friction: f64) -> Result<Self, Error> {
        positive("the friction", &friction, "; Nesterov's is 3")?;
        Ok(Self { friction })
    }
}

impl Schedule for NesterovSchedule {
    fn at(&self, k: usize) -> f64 {
        let before = (k as f64 - 1.0).max(0.0);
        before / (before + self.friction)
    }
}
