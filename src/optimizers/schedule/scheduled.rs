//! ScheduledMomentum and ScheduledNesterov: rules whose α and β follow schedules.

use crate::Error;
use crate::optimizers::{Iterate, Momentum, Nesterov, RuleError, Schedule, UpdateRule, Workspace};
use crate::potentials::Potential;
use nalgebra::allocator::Allocator;
use nalgebra::{DefaultAllocator, Dim};

/// Refuses coefficients outside the range that a schedule may use.
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
        /// v is kept when the coefficients change, as in Keras and in Sutskever's paper; PyTorch and Optax keep v/α
        /// ([`RateChange`](crate::frameworks::RateChange)). One gradient evaluation per iteration. A value out of range
        /// ends the run with [`RuleError::ScheduleOutOfRange`]; unlike a constant rate, α_k = 0 is allowed.
        ///
        /// ```
        /// use heavyball::prelude::*;
        /// use heavyball::{Cosine, SutskeverSchedule};
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
        #[non_exhaustive]
        pub struct $scheduled<A, B> {
            /// The learning rates α_k.
            pub alpha: A,
            /// The decays β_k.
            pub beta: B,
        }

        impl $rule {
            /// The rule with α_k and β_k from schedules; each value is checked at its iteration.
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
