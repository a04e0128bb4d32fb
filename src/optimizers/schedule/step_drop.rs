//! StepDrop: a value that is multiplied by a factor every n iterations.

use crate::Error;
use crate::check::positive;
use crate::optimizers::Schedule;

/// The schedule aφ^⌊k/n⌋: `initial`, multiplied by `factor` at iterations n, 2n, …
///
/// As a learning rate with a fixed step Δt, each drop multiplies the mass of the particle by 1/φ.
///
/// ```
/// use heavyball::{Schedule, StepDrop};
/// let rate = StepDrop::new(0.1, 0.5, 30)?;
/// assert_eq!([29, 30, 59, 60].map(|k| rate.at(k)), [0.1, 0.05, 0.05, 0.025]);
/// # Ok::<(), heavyball::Error>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct StepDrop {
    initial: f64,
    factor: f64,
    every: usize,
}

impl StepDrop {
    /// The schedule that starts at `initial` and is multiplied by `factor` after every `every` iterations.
    ///
    /// # Errors
    /// [`ParameterError::NotPositive`](crate::error::ParameterError::NotPositive) unless all three are positive and the
    /// first two finite.
    pub fn new(initial: f64, factor: f64, every: usize) -> Result<Self, Error> {
        positive("the initial value", &initial, "")?;
        positive("the factor of a drop", &factor, "")?;
        positive(
            "the number of iterations between drops",
            &(every as f64),
            "",
        )?;
        Ok(Self {
            initial,
            factor,
            every,
        })
    }
}

impl Schedule for StepDrop {
    fn at(&self, k: usize) -> f64 {
        let drops = k.checked_div(self.every).unwrap_or(0);
        self.initial * self.factor.powf(drops as f64)
    }
}
