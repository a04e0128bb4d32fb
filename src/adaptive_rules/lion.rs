//! Lion: x₊ = x − α sign(β₁m + (1 − β₁)g), with m₊ = β₂m + (1 − β₂)g.
//!
//! Every component moves by α, up or down: dry friction turned around. Optax and Keras have it, PyTorch does not.
//!
//! Reference: X. Chen et al., *Symbolic discovery of optimization algorithms*, NeurIPS 2023, algorithm 2.

use crate::adaptive_rules::powers::{average, check_moment_decay, fraction};
use crate::adaptive_rules::settings::with_settings;
use crate::adaptive_rules::{AdaptiveRule, Memory, Settings};
use crate::{Error, Number, SquareRoot};

/// Lion, x₊ = x − α sign(β₁m + (1 − β₁)g).
///
/// One gradient evaluation per iteration; the memory is one vector. sign 0 = 0. As Δt → 0 it follows
/// ẋ = −η sign(β₁m + (1 − β₁)∇f), ṁ = b(∇f − m), an equation with a discontinuous right side, derivation (82). At a constant α it ends
/// in a cycle around the minimum, of a size in proportion to α. Optax's smooth and refined modes are not here.
///
/// ```
/// use heavyball::adaptive_rules::{AdaptiveRule, Lion};
/// use heavyball::prelude::*;
/// use nalgebra::vector;
///
/// let lion = Lion::new(0.01)?;
/// let end = lion.run(&DoubleWell, vector![-1.5, -1.5]).after(1000)?;
/// assert!((end.position - vector![-1.0, 0.0]).norm() < 0.2);
/// assert!(lion.with_betas(0.9, 1.0).unwrap_err().to_string().contains("beta2 = 1"));
/// # Ok::<(), heavyball::Error>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Lion<T = f64> {
    pub(super) settings: Settings<T>,
    pub(super) beta1: T,
    pub(super) beta2: T,
}

with_settings!(Lion);

impl Lion {
    /// With learning rate α ≥ 0, β₁ = 0.9 and β₂ = 0.99, without weight decay; Optax's default is a decoupled one of 10⁻³.
    ///
    /// # Errors
    /// [`ParameterError::Negative`](crate::error::ParameterError::Negative) unless α is zero or positive, and finite.
    pub fn new(alpha: f64) -> Result<Self, Error> {
        Self::of(alpha)
    }
}

impl<T: Number> Lion<T> {
    /// As [`Self::new`], over any [`Number`].
    ///
    /// # Errors
    /// The errors of [`Self::new`].
    pub fn of(alpha: T) -> Result<Self, Error> {
        Ok(Self {
            settings: Settings::of(alpha)?,
            beta1: fraction(9, 10),
            beta2: fraction(99, 100),
        })
    }

    /// With the part 0 ≤ β₁ < 1 of the average in the direction, and its decay 0 ≤ β₂ < 1.
    ///
    /// # Errors
    /// [`RuleError::MomentDecayOutOfRange`](crate::error::RuleError::MomentDecayOutOfRange), which names the decay.
    pub fn with_betas(mut self, beta1: T, beta2: T) -> Result<Self, Error> {
        check_moment_decay("beta1", &beta1)?;
        check_moment_decay("beta2", &beta2)?;
        (self.beta1, self.beta2) = (beta1, beta2);
        Ok(self)
    }

    /// The part β₁ of the average in the direction.
    pub fn beta1(&self) -> &T {
        &self.beta1
    }

    /// The decay β₂ of the average.
    pub fn beta2(&self) -> &T {
        &self.beta2
    }
}

/// The factors that all components share in one iteration of [`Lion`].
#[derive(Debug, Clone)]
pub struct LionFactors<T> {
    alpha: T,
    beta1: T,
    beta2: T,
}

impl<T: SquareRoot> AdaptiveRule<T> for Lion<T> {
    type Factors = LionFactors<T>;

    fn settings(&self) -> &Settings<T> {
        &self.settings
    }

    #[inline(always)]
    fn factors(&self, _k: usize, alpha: T, _decay_product: &mut T) -> LionFactors<T> {
        LionFactors {
            alpha,
            beta1: self.beta1.clone(),
            beta2: self.beta2.clone(),
        }
    }

    #[inline(always)]
    fn displacement(factors: &LionFactors<T>, gradient: T, memory: Memory<'_, T>) -> T {
        let m = memory.first_moment;
        let mut direction = m.clone();
        average(&mut direction, &factors.beta1, gradient.clone());
        average(m, &factors.beta2, gradient);
        if direction > T::zero() {
            factors.alpha.clone()
        } else if direction < T::zero() {
            -factors.alpha.clone()
        } else {
            // 0, or NaN, which remains.
            direction
        }
    }
}
