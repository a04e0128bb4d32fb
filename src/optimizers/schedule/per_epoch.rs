//! PerEpoch: a schedule that is read once an epoch.

use crate::Error;
use crate::check::positive;
use crate::optimizers::Schedule;

/// The schedule `schedule` counted in epochs of n iterations: its value at ⌊k/n⌋.
///
/// PyTorch's schedulers count the calls of `scheduler.step()`: written once an epoch, their count is the epoch. Those of
/// Optax, Keras and MLX count iterations.
///
/// ```
/// use heavyball::Schedule;
/// use heavyball::optimizers::{ExponentialDecay, PerEpoch};
/// let rate = PerEpoch::new(100, ExponentialDecay::new(0.1, 0.5, 1)?)?;
/// assert_eq!([0, 99, 100, 250].map(|k| rate.at(k)), [0.1, 0.1, 0.05, 0.025]);
/// # Ok::<(), heavyball::Error>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct PerEpoch<S> {
    iterations: usize,
    schedule: S,
}

impl<S: Schedule> PerEpoch<S> {
    /// `schedule`, whose count rises by one every `iterations` iterations.
    ///
    /// # Errors
    /// [`ParameterError::NotPositive`](crate::error::ParameterError::NotPositive) for 0 iterations.
    pub fn new(iterations: usize, schedule: S) -> Result<Self, Error> {
        positive(
            "the number of iterations of an epoch",
            &(iterations as f64),
            "",
        )?;
        Ok(Self {
            iterations,
            schedule,
        })
    }
}

impl<S: Schedule> Schedule for PerEpoch<S> {
    fn at(&self, k: usize) -> f64 {
        self.schedule
            .at(k.checked_div(self.iterations).unwrap_or(0))
    }
}
