//! ExponentialDecay: a value that is multiplied by the same factor over every n iterations, continuously.

use crate::Error;
use crate::check::positive;
use crate::optimizers::Schedule;

/// The schedule aφ^(k/n); with n = 1, every iteration multiplies by φ.
///
/// With [`StepDrop`](crate::StepDrop), the staircase, k/n is rounded down. As a learning rate with a fixed step Δt and
/// φ < 1, the mass of the particle grows exponentially.
///
/// ```
/// use heavyball::Schedule;
/// use heavyball::optimizers::ExponentialDecay;
/// let rate = ExponentialDecay::new(0.1, 0.25, 10)?;
/// assert_eq!([0, 5, 10].map(|k| rate.at(k)), [0.1, 0.05, 0.025]);
/// # Ok::<(), heavyball::Error>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ExponentialDecay {
    initial: f64,
    factor: f64,
    over: usize,
}

impl ExponentialDecay {
    /// The schedule that starts at `initial` and is multiplied by `factor` over each `over` iterations.
    ///
    /// # Errors
    /// [`ParameterError::NotPositive`](crate::error::ParameterError::NotPositive) unless all three are positive and the
    /// first two finite.
    pub fn new(initial: f64, factor: f64, over: usize) -> Result<Self, Error> {
        positive("the initial value", &initial, "")?;
        positive("the factor of the decay", &factor, "")?;
        positive("the number of iterations of the decay", &(over as f64), "")?;
        Ok(Self {
            initial,
            factor,
            over,
        })
    }
}

impl Schedule for ExponentialDecay {
    fn at(&self, k: usize) -> f64 {
        self.initial * self.factor.powf(k as f64 / self.over as f64)
    }
}
