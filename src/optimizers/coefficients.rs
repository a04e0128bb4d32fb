//! Coefficients: the ranges α > 0 and −1 < β ≤ 1, and the constructors of rules with both.

use crate::check::positive;
use crate::optimizers::RuleError;
use crate::{Error, Number};

/// Refuses a learning rate that is not positive and finite.
pub(super) fn check_rate<T: Number>(alpha: &T) -> Result<(), Error> {
    positive("alpha", alpha, "; a learning rate of 0 never moves")
}

/// Refuses a decay outside (−1, 1].
pub(crate) fn check_decay<T: Number>(beta: &T) -> Result<(), Error> {
    if *beta > -T::one() && *beta <= T::one() {
        return Ok(());
    }
    Err(Error::Rule(RuleError::BetaOutOfRange {
        value: beta.to_f64(),
    }))
}

/// The constructors of a rule whose only fields are `alpha` and `beta`.
macro_rules! alpha_beta_constructors {
    ($rule:ident) => {
        impl $rule {
            /// The rule with learning rate α > 0 and decay −1 < β ≤ 1.
            ///
            /// # Errors
            /// [`ParameterError::NotPositive`](crate::error::ParameterError::NotPositive) unless α is positive and
            /// finite, [`RuleError::BetaOutOfRange`](crate::error::RuleError::BetaOutOfRange) unless −1 < β ≤ 1.
            pub fn new(alpha: f64, beta: f64) -> Result<Self, $crate::Error> {
                Self::of(alpha, beta)
            }
        }

        impl<T: $crate::Number> $rule<T> {
            /// As [`Self::new`], over any [`Number`](crate::Number).
            ///
            /// # Errors
            /// The errors of [`Self::new`].
            pub fn of(alpha: T, beta: T) -> Result<Self, $crate::Error> {
                $crate::optimizers::coefficients::check_rate(&alpha)?;
                $crate::optimizers::coefficients::check_decay(&beta)?;
                Ok(Self { alpha, beta })
            }
        }
    };
}

pub(super) use alpha_beta_constructors;
