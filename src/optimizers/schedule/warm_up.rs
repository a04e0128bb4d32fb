//! WarmUp: a linear rise to the first value of another schedule, followed by that schedule.

use crate::Error;
use crate::check::{positive, product_over};
use crate::optimizers::Schedule;

/// The schedule a(k + 1)/(n + 1) for k < n, where a is the first value of `then`; from k = n on, `then` from its own
/// k = 0.
///
/// As a learning rate with a fixed step Δt, the particle starts heavy and becomes lighter.
///
/// ```
/// use heavyball::{Cosine, Schedule, WarmUp};
/// let rate = WarmUp::new(4, Cosine::new(0.1, 0.0, 100)?)?;
/// let rise = [0, 1, 2, 3, 4].map(|k| rate.at(k));
/// assert!(rise.iter().zip([0.02, 0.04, 0.06, 0.08, 0.1]).all(|(a, b)| (a - b).abs() < 1e-16));
/// assert!((rate.at(54) - 0.05).abs() < 1e-16);
/// # Ok::<(), heavyball::Error>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct WarmUp<S> {
    steps: usize,
    then: S,
}

impl<S: Schedule> WarmUp<S> {
    /// A rise over `steps` iterations, followed by `then`.
    ///
    /// # Errors
    /// [`ParameterError::NotPositive`](crate::error::ParameterError::NotPositive) for 0 iterations.
    pub fn new(steps: usize, then: S) -> Result<Self, Error> {
        positive(
            "the number of iterations of a warm-up",
            &(steps as f64),
            "; omit the warm-up",
        )?;
        Ok(Self { steps, then })
    }
}

impl<S: Schedule> Schedule for WarmUp<S> {
    fn at(&self, k: usize) -> f64 {
        match k.checked_sub(self.steps) {
            Some(after) => self.then.at(after),
            None => product_over(self.then.at(0), k as f64 + 1.0, self.steps as f64 + 1.0),
        }
    }
}
