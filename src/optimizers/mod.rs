//! Optimisers: iterates forward in k, over (position, velocity).
//!
//! | rule | update | gradient at |
//! |---|---|---|
//! | [`GradientDescent`] | x₊ = x − α∇f(x) | x |
//! | [`Momentum`] | v₊ = βv − α∇f(x), x₊ = x + v₊ | x |
//! | [`Textbook`] | the same as [`Momentum`], v₊ rounded before it is added to x | x |
//! | [`Nesterov`] | v₊ = βv − α∇f(x + βv), x₊ = x + v₊ | x + βv |
//! | [`TwoStepMomentum`] | x₊ = x + β(x − x₋) − α∇f(x) | x |
//! | [`ScheduledMomentum`], [`ScheduledNesterov`] | with α_k, β_k from a [`Schedule`] | |
//! | [`RuleFromFn`] | any of these, chosen anew at each iteration | |
//!
//! [`frameworks`](crate::frameworks) has them as the frameworks write them. "Velocity" is the optimiser's: the displacement of one iteration, not a length per time.

mod error;
mod gradient_descent;
mod iterates;
mod momentum;
mod nesterov;
mod schedule;
mod slices;
mod textbook;
mod tuning;
mod two_step_momentum;

pub use error::RuleError;
pub use gradient_descent::GradientDescent;
pub(crate) use iterates::workspace;
pub use iterates::{Iterate, IterateIn, Iterates, UpdateRule, Workspace};
pub use momentum::Momentum;
pub use nesterov::Nesterov;
pub use schedule::{
    Cosine, NesterovSchedule, RuleFromFn, Schedule, ScheduledMomentum, ScheduledNesterov, StepDrop,
    SutskeverSchedule, WarmUp,
};
pub use textbook::Textbook;
pub(crate) use tuning::check_bounds;
pub use two_step_momentum::TwoStepMomentum;

use crate::check::positive;
use crate::{Error, Number};

/// Refuses a learning rate that is not positive and finite, and a decay outside (−1, 1].
fn check_coefficients<T: Number>(alpha: &T, beta: &T) -> Result<(), Error> {
    positive("alpha", alpha, "; a learning rate of 0 never moves")?;
    check_decay(beta)
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

/// The constructors of a rule with the fields `alpha` and `beta`.
macro_rules! rule_of_alpha_and_beta {
    ($rule:ident) => {
        impl $rule {
            /// The rule with learning rate α > 0 and decay β.
            ///
            /// # Errors
            /// [`ParameterError::NotPositive`](crate::error::ParameterError::NotPositive) unless α is positive and finite, [`RuleError::BetaOutOfRange`]
            /// unless −1 < β ≤ 1.
            pub fn new(alpha: f64, beta: f64) -> Result<Self, Error> {
                Self::of(alpha, beta)
            }
        }

        impl<T: Number> $rule<T> {
            /// As [`Self::new`], over any [`Number`].
            ///
            /// # Errors
            /// As for [`Self::new`].
            pub fn of(alpha: T, beta: T) -> Result<Self, Error> {
                check_coefficients(&alpha, &beta)?;
                Ok(Self { alpha, beta })
            }
        }
    };
}

rule_of_alpha_and_beta!(Momentum);
rule_of_alpha_and_beta!(Nesterov);
rule_of_alpha_and_beta!(TwoStepMomentum);
