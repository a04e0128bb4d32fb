//! ScheduledAdaptive: an adaptive rule whose learning rate follows a schedule.

use crate::Error;
use crate::adaptive_rules::{AdaptiveRule, Memory, Settings};
use crate::check::nonnegative;
use crate::optimizers::{RuleError, Schedule};

/// An adaptive rule with learning rates α_k from a [`Schedule`], made by [`Self::new`].
///
/// The moments do not contain the rate, so that a change of it changes the next step and nothing else; the exception is
/// RMSprop with momentum in Optax and Keras, whose buffer is a velocity. α_k = 0 is allowed: the moments are then filled while x
/// stays.
///
/// ```
/// use heavyball::adaptive_rules::{Adam, AdaptiveRule, ScheduledAdaptive};
/// use heavyball::prelude::*;
/// use heavyball::{Cosine, WarmUp};
/// use nalgebra::vector;
///
/// // A warm-up from 0, then a cosine to 0.
/// let rate = WarmUp::new(10, Cosine::new(0.05, 0.0, 190)?)?.rising_from(0.0)?;
/// let adam = ScheduledAdaptive::new(Adam::new(0.05)?, rate);
/// let end = adam.run(&DoubleWell, vector![-1.5, -1.5]).after(200)?;
/// assert!((end.position - vector![-1.0, 0.0]).norm() < 1e-3);
///
/// let broken = ScheduledAdaptive::new(Adam::new(0.05)?, |k: usize| 0.1 - 0.01 * k as f64);
/// let error = broken.run(&DoubleWell, vector![-1.5, -1.5]).after(50).unwrap_err();
/// assert!(error.to_string().contains("iteration 11"));
/// # Ok::<(), heavyball::Error>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ScheduledAdaptive<R, A> {
    rule: R,
    rates: A,
}

impl<R: AdaptiveRule<f64>, A: Schedule + Clone> ScheduledAdaptive<R, A> {
    /// `rule` with the learning rates `rates`; its own is not used.
    pub fn new(rule: R, rates: A) -> Self {
        Self { rule, rates }
    }
}

impl<R: AdaptiveRule<f64>, A: Schedule + Clone> AdaptiveRule<f64> for ScheduledAdaptive<R, A> {
    type Factors = R::Factors;

    const SCHEDULED: bool = true;

    fn settings(&self) -> &Settings {
        self.rule.settings()
    }

    fn factors(&self, k: usize, alpha: f64, decay_product: &mut f64) -> R::Factors {
        self.rule.factors(k, alpha, decay_product)
    }

    #[inline(always)]
    fn displacement(factors: &R::Factors, gradient: f64, memory: Memory<'_, f64>) -> f64 {
        R::displacement(factors, gradient, memory)
    }

    fn initial_second_moment(&self) -> f64 {
        self.rule.initial_second_moment()
    }

    fn rate(&self, k: usize) -> f64 {
        self.rates.at(k)
    }

    fn check(&self, k: usize) -> Result<(), Error> {
        let value = self.rates.at(k);
        nonnegative("", &value, "").map_err(|_| {
            Error::Rule(RuleError::ScheduleOutOfRange {
                name: "the learning rate",
                iteration: k,
                value,
                range: "zero or positive, and finite",
            })
        })
    }
}
