//! Schedule: a coefficient that changes from iteration to iteration, and the rules that follow one.
//!
//! | schedule | value at k |
//! |---|---|
//! | a number | the same at every k |
//! | a closure `Fn(usize) -> f64` | what it says |
//! | [`StepDrop`] | aφ^⌊k/n⌋ |
//! | [`Cosine`] | b + (a − b)(1 + cos(πk/n))/2, b from n on |
//! | [`WarmUp`] | a rise over n iterations, then another schedule |
//! | [`SutskeverSchedule`] | min(1 − 1/(2(⌊k/250⌋ + 1)), β_max) |
//! | [`NesterovSchedule`] | (k − 1)/(k + r − 1) |
//!
//! What a schedule means for the particle, m(t) and γ(t), is told by
//! [`ScheduledMomentum::balls`].

mod cosine;
mod nesterov;
mod step_drop;
mod sutskever;
mod warm_up;

pub use cosine::Cosine;
pub use nesterov::NesterovSchedule;
pub use step_drop::StepDrop;
pub use sutskever::SutskeverSchedule;
pub use warm_up::WarmUp;

use crate::optimizers::RuleError;
use crate::optimizers::{Iterate, Momentum, Nesterov, UpdateRule, Workspace};
use crate::potentials::Potential;
use crate::{Error, Number};
use nalgebra::allocator::Allocator;
use nalgebra::{DefaultAllocator, Dim};

/// A coefficient over iterations: `at(k)` is used by the update from iterate k to k + 1.
///
/// ```
/// use heavyball::Schedule;
/// assert_eq!(0.9.at(7), 0.9);
/// assert_eq!((|k: usize| 1.0 / (k as f64 + 1.0)).at(3), 0.25);
/// ```
pub trait Schedule {
    /// The value for the update from iterate `k` to `k + 1`.
    fn at(&self, k: usize) -> f64;
}

impl Schedule for f64 {
    fn at(&self, _k: usize) -> f64 {
        *self
    }
}

impl<F: Fn(usize) -> f64> Schedule for F {
    fn at(&self, k: usize) -> f64 {
        self(k)
    }
}

/// Refuses what a schedule gives at iteration `k` if no rule can use it.
fn check(k: usize, alpha: f64, beta: f64) -> Result<(), Error> {
    let (name, value, range) = if !(alpha.is_finite() && alpha >= 0.0) {
        ("alpha", alpha, "zero or positive, and finite")
    } else if !(beta > -1.0 && beta <= 1.0) {
        ("beta", beta, "above -1 and at most 1")
    } else {
        return Ok(());
    };
    Err(Error::Rule(RuleError::ScheduleOutOfRange {
        name,
        iteration: k,
        value,
        range,
    }))
}

macro_rules! scheduled {
    ($scheduled:ident, $rule:ident, $formula:literal) => {
        #[doc = $formula]
        ///
        /// v is kept as the coefficients change, as Keras and Sutskever do; PyTorch and Optax keep v/α
        /// ([`RateChange`](crate::frameworks::RateChange)). One gradient an iteration.
        /// A value that no rule can use ends the run with [`RuleError::ScheduleOutOfRange`]; α = 0 is one that can.
        ///
        /// ```
        /// use heavyball::prelude::*;
        /// use nalgebra::vector;
        ///
        #[doc = concat!("let rule = ", stringify!($rule), "::scheduled(Cosine::new(0.05, 0.0, 300)?, SutskeverSchedule::new(0.9)?);")]
        /// let end = rule.iterates(&DoubleWell, vector![0.5, 1.0]).after(400)?;
        /// assert!((end.position - vector![1.0, 0.0]).norm() < 1e-6);
        ///
        #[doc = concat!("let broken = ", stringify!($rule), "::scheduled(|k| 0.1 - 0.01 * k as f64, 0.9);")]
        /// let error = broken.iterates(&DoubleWell, vector![0.5, 1.0]).after(50).unwrap_err();
        /// assert!(error.to_string().contains("iteration 11"));
        /// # Ok::<(), heavyball::Error>(())
        /// ```
        #[derive(Debug, Clone, Copy, PartialEq)]
        pub struct $scheduled<A, B> {
            /// The learning rates α_k.
            pub alpha: A,
            /// The decays β_k.
            pub beta: B,
        }

        impl $rule {
            /// The rule with α_k and β_k from schedules.
            pub fn scheduled<A: Schedule, B: Schedule>(alpha: A, beta: B) -> $scheduled<A, B> {
                $scheduled { alpha, beta }
            }
        }

        impl<A: Schedule, B: Schedule> UpdateRule<f64> for $scheduled<A, B> {
            const SCHEDULED: bool = true;

            fn check(&self, k: usize) -> Result<(), Error> {
                check(k, self.alpha.at(k), self.beta.at(k))
            }

            #[inline]
            fn update<D, P>(
                &self,
                k: usize,
                potential: &P,
                iterate: &mut Iterate<f64, D>,
                workspace: &mut Workspace<f64, D>,
            ) where
                D: Dim,
                P: Potential<f64, D> + ?Sized,
                DefaultAllocator: Allocator<D>,
            {
                let (alpha, beta) = (self.alpha.at(k), self.beta.at(k));
                $rule { alpha, beta }.update(k, potential, iterate, workspace);
            }
        }
    };
}

scheduled!(
    ScheduledMomentum,
    Momentum,
    "Momentum with schedules, v₊ = β_k v − α_k∇f(x), x₊ = x + v₊."
);
scheduled!(
    ScheduledNesterov,
    Nesterov,
    "Nesterov's rule with schedules, v₊ = β_k v − α_k∇f(x + β_k v), x₊ = x + v₊."
);

/// A rule chosen anew at each iteration: `rule(k)` turns iterate k into iterate k + 1.
///
/// ```
/// use heavyball::prelude::*;
/// use nalgebra::vector;
///
/// let schedule = SutskeverSchedule::new(0.9)?;
/// let rule = RuleFromFn(|k| Nesterov { alpha: 0.01, beta: schedule.beta(k) });
/// let end = rule.iterates(&DoubleWell, vector![0.5, 1.0]).after(1500)?;
/// assert!((end.position - vector![1.0, 0.0]).norm() < 1e-9);
/// # Ok::<(), heavyball::Error>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RuleFromFn<F>(pub F);

impl<T, F, R> UpdateRule<T> for RuleFromFn<F>
where
    T: Number,
    F: Fn(usize) -> R,
    R: UpdateRule<T>,
{
    #[inline]
    fn update<D, P>(
        &self,
        k: usize,
        potential: &P,
        iterate: &mut Iterate<T, D>,
        workspace: &mut Workspace<T, D>,
    ) where
        D: Dim,
        P: Potential<T, D> + ?Sized,
        DefaultAllocator: Allocator<D>,
    {
        self.0(k).update(k, potential, iterate, workspace);
    }
}
