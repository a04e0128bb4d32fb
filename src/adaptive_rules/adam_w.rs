//! AdamW: Adam with decoupled weight decay, x₊ = (1 − αλ)x − αm̂/(√v̂ + ε).
//!
//! Coupled, λx passes through the moments, and the denominator takes its scale away; decoupled, it does not.
//!
//! Reference: I. Loshchilov, F. Hutter, *Decoupled weight decay regularization*, ICLR 2019, algorithm 2.

use crate::adaptive_rules::Adam;
use crate::frameworks::WeightDecay;
use crate::{Error, Number};

impl<T: Number> Adam<T> {
    /// AdamW with learning rate α and weight decay λ; the defaults are λ = 0.01 in PyTorch, 10⁻⁴ in Optax, 0.004 in Keras.
    ///
    /// λ is multiplied by α, also where α follows a schedule, as in all three frameworks; the paper multiplies it by the schedule
    /// alone.
    ///
    /// # Errors
    /// [`ParameterError::Negative`](crate::error::ParameterError::Negative) unless α and λ are zero or positive, and finite.
    ///
    /// ```
    /// use heavyball::adaptive_rules::{Adam, AdaptiveRule};
    /// use heavyball::prelude::*;
    /// use nalgebra::vector;
    ///
    /// // Far from the minimum, Adam moves by α and the decay by αλx.
    /// let adam_w = Adam::adam_w(0.1, 0.01)?;
    /// let first = adam_w.run(&Quadratic::diagonal(vector![3.0])?, vector![10.0]).after(1)?;
    /// assert!((first.position - vector![10.0 - 0.1 - 0.1 * 0.01 * 10.0]).norm() < 1e-8);
    /// # Ok::<(), heavyball::Error>(())
    /// ```
    pub fn adam_w(alpha: T, weight_decay: T) -> Result<Self, Error> {
        Self::of(alpha)?.with_weight_decay(WeightDecay::Decoupled(weight_decay))
    }
}
