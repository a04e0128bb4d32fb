//! WarmUp: a linear rise to the first value of another schedule, followed by that schedule.

use crate::Error;
use crate::check::{finite, positive, product_over};
use crate::optimizers::Schedule;

/// The schedule a(k + 1)/(n + 1) for k < n, where a is the first value of `then`; from k = n on, `then` from its own
/// k = 0.
///
/// The frameworks rise from a value b that is used at k = 0, and often is 0: b + (a − b)k/n, [`Self::rising_from`].
/// As a learning rate with a fixed step Δt, the particle starts heavy and becomes lighter; at the rate 0 it does not move,
/// and where the buffer is v/α it fills with gradients all the same.
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
    start: Option<f64>,
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
        Ok(Self {
            steps,
            then,
            start: None,
        })
    }

    /// The same from the value `start` at k = 0, by b + (a − b)k/n.
    ///
    /// This is `optax.warmup_cosine_decay_schedule(init_value, peak_value, ..)`, Keras's `warmup_target` and
    /// `warmup_steps`, MLX's `join_schedules` of a `linear_schedule`, and PyTorch's `LinearLR(start_factor=b/a)` in a
    /// `SequentialLR`, which refuses b = 0.
    ///
    /// # Errors
    /// [`ParameterError::NotFinite`](crate::error::ParameterError::NotFinite) unless `start` is finite.
    ///
    /// ```
    /// use heavyball::{Schedule, WarmUp};
    /// let rate = WarmUp::new(4, 0.1)?.rising_from(0.0)?;
    /// assert_eq!([0, 1, 2, 4, 5].map(|k| rate.at(k)), [0.0, 0.025, 0.05, 0.1, 0.1]);
    /// # Ok::<(), heavyball::Error>(())
    /// ```
    pub fn rising_from(mut self, start: f64) -> Result<Self, Error> {
        finite("the first value", &start)?;
        self.start = Some(start);
        Ok(self)
    }
}

impl<S: Schedule> Schedule for WarmUp<S> {
    fn at(&self, k: usize) -> f64 {
        match k.checked_sub(self.steps) {
            Some(after) => self.then.at(after),
            None => match self.start {
                None => product_over(self.then.at(0), k as f64 + 1.0, self.steps as f64 + 1.0),
                Some(start) => {
                    let share = k as f64 / self.steps as f64;
                    start * (1.0 - share) + self.then.at(0) * share
                }
            },
        }
    }
}
