//! Settings: what every adaptive rule has, the learning rate, weight decay and the direction.

use crate::check::nonnegative;
use crate::frameworks::WeightDecay;
use crate::{Error, Number};

/// Learning rate α ≥ 0, weight decay and direction of an [`AdaptiveRule`](crate::adaptive_rules::AdaptiveRule).
///
/// In PyTorch all rules but AdamW have coupled weight decay, Keras has decoupled weight decay only, and in Optax
/// `add_decayed_weights` is either, by its place in the chain. Here each rule takes both.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Settings<T = f64> {
    alpha: T,
    weight_decay: Option<WeightDecay<T>>,
    maximize: bool,
}

impl<T: Number> Settings<T> {
    /// With learning rate α ≥ 0, without weight decay, going down.
    ///
    /// # Errors
    /// [`ParameterError::Negative`](crate::error::ParameterError::Negative) unless α is zero or positive, and finite.
    pub fn of(alpha: T) -> Result<Self, Error> {
        nonnegative("alpha", &alpha, "")?;
        Ok(Self {
            alpha,
            weight_decay: None,
            maximize: false,
        })
    }

    /// With weight decay λ ≥ 0; λ = 0 is none.
    ///
    /// # Errors
    /// [`ParameterError::Negative`](crate::error::ParameterError::Negative) unless λ is zero or positive, and finite.
    pub fn with_weight_decay(mut self, weight_decay: WeightDecay<T>) -> Result<Self, Error> {
        nonnegative("the weight decay", weight_decay.coefficient(), "")?;
        self.weight_decay = (!weight_decay.coefficient().is_zero()).then_some(weight_decay);
        Ok(self)
    }

    /// Climbing f instead, if `maximize`: −∇f takes the place of ∇f; weight decay still pulls to the origin.
    #[must_use = "the settings themselves are not changed"]
    pub fn with_maximize(mut self, maximize: bool) -> Self {
        self.maximize = maximize;
        self
    }

    /// The learning rate α.
    pub fn alpha(&self) -> &T {
        &self.alpha
    }

    /// The weight decay, if there is one.
    pub fn weight_decay(&self) -> Option<&WeightDecay<T>> {
        self.weight_decay.as_ref()
    }

    /// Whether f is climbed.
    pub fn is_maximizing(&self) -> bool {
        self.maximize
    }
}

/// The methods of a rule with a field `settings`.
macro_rules! with_settings {
    ($rule:ident) => {
        impl<T: $crate::Number> $rule<T> {
            /// With another learning rate, weight decay and direction.
            #[must_use = "the rule itself is not changed"]
            pub fn with_settings(mut self, settings: $crate::adaptive_rules::Settings<T>) -> Self {
                self.settings = settings;
                self
            }

            /// The learning rate α.
            pub fn alpha(&self) -> &T {
                self.settings.alpha()
            }

            /// With weight decay λ ≥ 0, coupled or decoupled; λ = 0 is none.
            ///
            /// # Errors
            /// [`ParameterError::Negative`](crate::error::ParameterError::Negative) unless λ is zero or positive, and
            /// finite.
            pub fn with_weight_decay(
                mut self,
                weight_decay: $crate::frameworks::WeightDecay<T>,
            ) -> Result<Self, $crate::Error> {
                self.settings = self.settings.with_weight_decay(weight_decay)?;
                Ok(self)
            }

            /// Climbing f instead, if `maximize`; weight decay still pulls to the origin.
            #[must_use = "the rule itself is not changed"]
            pub fn with_maximize(mut self, maximize: bool) -> Self {
                self.settings = self.settings.with_maximize(maximize);
                self
            }
        }
    };
}

pub(super) use with_settings;
