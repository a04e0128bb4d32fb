//! NAdam: Adam with Nesterov's look-ahead, d = α(μ₊m/(1 − Πμ·μ₊) + (1 − μ)g/(1 − Πμ))/(√v̂ + ε).
//!
//! μ = β₁ in Optax; in PyTorch μ_k = β₁(1 − ½·0.96^(kψ)) with ψ = 0.004 by default, and in Keras with ψ = 1. Πμ is the product
//! of all μ so far. With μ = β₁ and t = 1 − β₁ the numerator is β₁m̂ + (1 − β₁)ĝ.
//!
//! Reference: T. Dozat, *Incorporating Nesterov momentum into Adam*, ICLR workshop 2016, algorithm 2.

use crate::adaptive_rules::adam::{Moments, with_moments};
use crate::adaptive_rules::powers::{average, power, tenth_to};
use crate::adaptive_rules::{AdaptiveRule, Denominator, Epsilon, Memory, Settings};
use crate::check::nonnegative;
use crate::{Error, Number, SquareRoot};

/// NAdam: of its displacement the part μ is Adam's, and the part 1 − μ that of the gradient itself, without a memory.
///
/// One gradient evaluation per iteration, at x; the memory is two vectors. In the limit Δt → 0 a constant μ = β₁ follows
/// the equation of Adam, while PyTorch's schedule begins with half of the force on no mass at all, derivation (80).
///
/// ```
/// use heavyball::adaptive_rules::{AdaptiveRule, NAdam};
/// use heavyball::prelude::*;
/// use nalgebra::vector;
///
/// // torch.optim.NAdam(params, lr=0.01) and optax.nadam(0.01) are not the same rule.
/// let (torch, optax) = (NAdam::new(0.01)?, NAdam::optax(0.01)?);
/// let end = |rule: NAdam| rule.run(&DoubleWell, vector![-1.5, -1.5]).after(20);
/// assert!((end(torch)?.position - end(optax)?.position).norm() > 1e-3);
/// # Ok::<(), heavyball::Error>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct NAdam<T = f64> {
    pub(super) settings: Settings<T>,
    pub(super) moments: Moments<T>,
    /// ψ; `None` for a constant μ.
    pub(super) momentum_decay: Option<f64>,
}

with_moments!(NAdam);

impl NAdam {
    /// With learning rate α ≥ 0 and PyTorch's defaults: β₁ = 0.9, β₂ = 0.999, ε = 10⁻⁸ and ψ = 0.004.
    ///
    /// # Errors
    /// [`ParameterError::Negative`](crate::error::ParameterError::Negative) unless α is zero or positive, and finite.
    pub fn new(alpha: f64) -> Result<Self, Error> {
        Self::of(alpha)?.with_momentum_decay(0.004)
    }

    /// With Optax's defaults: μ = β₁.
    ///
    /// # Errors
    /// The errors of [`Self::new`].
    pub fn optax(alpha: f64) -> Result<Self, Error> {
        Self::of(alpha)
    }

    /// With Keras's defaults: ψ = 1 and ε = 10⁻⁷.
    ///
    /// # Errors
    /// The errors of [`Self::new`].
    pub fn keras(alpha: f64) -> Result<Self, Error> {
        Self::of(alpha)?
            .with_momentum_decay(1.0)?
            .with_epsilon(Epsilon::Outside(tenth_to(7)))
    }
}

impl<T: Number> NAdam<T> {
    /// Over any [`Number`], with a constant μ = β₁.
    ///
    /// # Errors
    /// The errors of [`Self::new`].
    pub fn of(alpha: T) -> Result<Self, Error> {
        Ok(Self {
            settings: Settings::of(alpha)?,
            moments: Moments::usual(),
            momentum_decay: None,
        })
    }

    /// With μ_k = β₁(1 − ½·0.96^(kψ)) for k = 1, 2, …; ψ = 0 is μ = β₁/2.
    ///
    /// # Errors
    /// [`ParameterError::Negative`](crate::error::ParameterError::Negative) unless ψ is zero or positive, and finite.
    pub fn with_momentum_decay(mut self, momentum_decay: f64) -> Result<Self, Error> {
        nonnegative("momentum_decay", &momentum_decay, "")?;
        self.momentum_decay = Some(momentum_decay);
        Ok(self)
    }

    /// ψ, if μ follows the schedule.
    pub fn momentum_decay(&self) -> Option<f64> {
        self.momentum_decay
    }

    /// μ of the iteration that ends with state `k`.
    pub fn mu(&self, k: usize) -> T {
        let beta1 = self.moments.beta1.clone();
        let Some(psi) = self.momentum_decay else {
            return beta1;
        };
        let base = T::from_f64(0.96_f64.powf(psi)).unwrap_or_else(T::one);
        beta1 * (T::one() - power(&base, k) / T::integer(2))
    }
}

/// The factors that all components share in one iteration of [`NAdam`].
#[derive(Debug, Clone)]
pub struct NAdamFactors<T> {
    beta1: T,
    beta2: T,
    /// Of m and of g.
    steps: (T, T),
    denominator: Denominator<T>,
}

impl<T: SquareRoot> AdaptiveRule<T> for NAdam<T> {
    type Factors = NAdamFactors<T>;

    fn settings(&self) -> &Settings<T> {
        &self.settings
    }

    #[inline(always)]
    fn factors(&self, k: usize, alpha: T, decay_product: &mut T) -> NAdamFactors<T> {
        let moments = &self.moments;
        let (mu, next) = (self.mu(k + 1), self.mu(k + 2));
        *decay_product *= mu.clone();
        let seen = T::one() - decay_product.clone();
        let ahead = T::one() - decay_product.clone() * next.clone();
        let correction = moments.second_weight(k + 1);
        NAdamFactors {
            beta1: moments.beta1.clone(),
            beta2: moments.beta2.clone(),
            steps: (alpha.clone() * next / ahead, alpha * (T::one() - mu) / seen),
            denominator: moments.epsilon.denominator(correction),
        }
    }

    #[inline(always)]
    fn displacement(factors: &NAdamFactors<T>, gradient: T, memory: Memory<'_, T>) -> T {
        let (m, v) = (memory.first_moment, memory.second_moment);
        average(m, &factors.beta1, gradient.clone());
        average(v, &factors.beta2, gradient.clone() * gradient.clone());
        let (of_mean, of_gradient) = factors.steps.clone();
        let step = of_gradient.mul_add(gradient, of_mean * m.clone());
        factors.denominator.divide(step, v.clone())
    }
}
