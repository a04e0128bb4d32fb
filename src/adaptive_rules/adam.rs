//! Adam: x₊ = x − αm̂/(√v̂ + ε), with averages m of the gradients and v of their squares.
//!
//! m₊ = β₁m + (1 − β₁)g, v₊ = β₂v + (1 − β₂)g², m̂ = m₊/(1 − β₁ᵏ⁺¹), v̂ = v₊/(1 − β₂ᵏ⁺¹).
//!
//! Exactly, it is momentum for a ball with the mass M₊ = (1 − β₁ᵏ⁺¹)(√v̂ + ε)/(α(1 − β₁)) in each direction: p₊ = β₁p − ∇f,
//! x₊ = x + p₊/M₊, with p = −m/(1 − β₁), derivation (78).
//!
//! Reference: D. P. Kingma, J. Ba, *Adam: a method for stochastic optimization*, ICLR 2015, algorithm 1.

use crate::adaptive_rules::powers::{average, check_moment_decay, fraction, tenth_to, weight};
use crate::adaptive_rules::{AdaptiveRule, Denominator, Epsilon, Memory, Settings};
use crate::{Error, Number, SquareRoot};

/// Adam, x₊ = x − αm̂/(√v̂ + ε).
///
/// One gradient evaluation per iteration; the memory is two vectors. While gradients keep their sign and size, each component
/// moves by α an iteration, whatever its scale. As Δt → 0 with α, 1 − β₁ and 1 − β₂ in proportion to Δt it follows
/// [`AdaptiveBall`](crate::particle::AdaptiveBall) to order 1. On a quadratic it is stable where the curvature over √v̂ + ε is
/// below 2(1 + β₁)/(α(1 − β₁)), [`Self::largest_stable_curvature`]; with a constant α it does not
/// converge to a minimum in general, because √v̂ becomes small there. Not for non-diagonal ill-conditioning: the mass
/// has a value for each component and none for other directions.
///
/// ```
/// use heavyball::adaptive_rules::{Adam, AdaptiveRule, Epsilon};
/// use heavyball::prelude::*;
/// use nalgebra::vector;
///
/// // torch.optim.Adam(params, lr=0.01, betas=(0.8, 0.99), eps=1e-6)
/// let adam = Adam::new(0.01)?.with_betas(0.8, 0.99)?.with_epsilon(Epsilon::Outside(1e-6))?;
/// let bowl = Quadratic::diagonal(vector![1.0, 1e6])?;
/// let first = adam.run(&bowl, vector![1.0, 1.0]).after(1)?;
/// assert!((first.position - vector![0.99, 0.99]).norm() < 1e-7); // the first step is α in each component
/// assert!(Adam::new(0.01)?.with_betas(0.9, 1.0).is_err());
/// # Ok::<(), heavyball::Error>(())
/// ```
///
/// The derivative of the last position with respect to α, by dual numbers:
///
/// ```
/// use heavyball::adaptive_rules::{Adam, AdaptiveRule};
/// use heavyball::prelude::*;
/// use nalgebra::vector;
/// use num_dual::Dual64;
///
/// let alpha = Dual64::from(0.01).derivative();
/// let start = vector![Dual64::from(-1.5), Dual64::from(-1.5)];
/// let end = Adam::of(alpha)?.run(&DoubleWell, start).after(1)?;
/// assert!((end.position.x.eps - 1.0).abs() < 1e-8);
/// # Ok::<(), heavyball::Error>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Adam<T = f64> {
    pub(super) settings: Settings<T>,
    pub(super) moments: Moments<T>,
}

/// β₁, β₂, ε and which averages are corrected.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Moments<T> {
    pub(super) beta1: T,
    pub(super) beta2: T,
    pub(super) epsilon: Epsilon<T>,
    pub(super) first_corrected: bool,
    pub(super) second_corrected: bool,
}

impl<T: Number> Moments<T> {
    pub(super) fn usual() -> Self {
        Self {
            beta1: fraction(9, 10),
            beta2: fraction(999, 1000),
            epsilon: Epsilon::Outside(tenth_to(8)),
            first_corrected: true,
            second_corrected: true,
        }
    }

    pub(super) fn with_betas(mut self, beta1: T, beta2: T) -> Result<Self, Error> {
        check_moment_decay("beta1", &beta1)?;
        check_moment_decay("beta2", &beta2)?;
        (self.beta1, self.beta2) = (beta1, beta2);
        Ok(self)
    }

    pub(super) fn with_epsilon(mut self, epsilon: Epsilon<T>) -> Result<Self, Error> {
        epsilon.check()?;
        self.epsilon = epsilon;
        Ok(self)
    }

    /// 1 − β₁ᵏ after k iterations, or 1.
    pub(super) fn first_weight(&self, k: usize) -> T {
        if self.first_corrected {
            weight(&self.beta1, k)
        } else {
            T::one()
        }
    }

    /// 1 − β₂ᵏ after k iterations, or 1.
    pub(super) fn second_weight(&self, k: usize) -> T {
        if self.second_corrected {
            weight(&self.beta2, k)
        } else {
            T::one()
        }
    }
}

/// The factors that all components share in one iteration of [`Adam`].
#[derive(Debug, Clone)]
pub struct AdamFactors<T> {
    beta1: T,
    beta2: T,
    step: T,
    denominator: Denominator<T>,
}

impl Adam {
    /// With learning rate α ≥ 0, β₁ = 0.9, β₂ = 0.999 and ε = 10⁻⁸ outside the root: the defaults of PyTorch and Optax.
    ///
    /// # Errors
    /// [`ParameterError::Negative`](crate::error::ParameterError::Negative) unless α is zero or positive, and finite.
    pub fn new(alpha: f64) -> Result<Self, Error> {
        Self::of(alpha)
    }

    /// With Keras's default, ε = 10⁻⁷ before the correction.
    ///
    /// # Errors
    /// The errors of [`Self::new`].
    ///
    /// ```
    /// use heavyball::adaptive_rules::{Adam, Epsilon};
    /// let keras = Adam::keras(0.001)?;
    /// assert_eq!(keras, Adam::new(0.001)?.with_epsilon(Epsilon::BeforeCorrection(1e-7))?);
    /// # Ok::<(), heavyball::Error>(())
    /// ```
    pub fn keras(alpha: f64) -> Result<Self, Error> {
        Self::of(alpha)?.with_epsilon(Epsilon::BeforeCorrection(1e-7))
    }
}

impl<T: Number> Adam<T> {
    /// As [`Self::new`], over any [`Number`].
    ///
    /// # Errors
    /// The errors of [`Self::new`].
    pub fn of(alpha: T) -> Result<Self, Error> {
        Ok(Self {
            settings: Settings::of(alpha)?,
            moments: Moments::usual(),
        })
    }
}

/// The methods of a rule with fields `settings` and `moments`.
macro_rules! with_moments {
    ($rule:ident) => {
        $crate::adaptive_rules::settings::with_settings!($rule);

        impl<T: $crate::Number> $rule<T> {
            /// With decays 0 ≤ β₁ < 1 of the first moment and 0 ≤ β₂ < 1 of the second.
            ///
            /// # Errors
            /// [`RuleError::MomentDecayOutOfRange`](crate::error::RuleError::MomentDecayOutOfRange), which names the decay.
            pub fn with_betas(mut self, beta1: T, beta2: T) -> Result<Self, $crate::Error> {
                self.moments = self.moments.with_betas(beta1, beta2)?;
                Ok(self)
            }

            /// With another ε, in its place.
            ///
            /// # Errors
            /// [`ParameterError::Negative`](crate::error::ParameterError::Negative) unless ε is zero or positive, and finite.
            pub fn with_epsilon(
                mut self,
                epsilon: $crate::adaptive_rules::Epsilon<T>,
            ) -> Result<Self, $crate::Error> {
                self.moments = self.moments.with_epsilon(epsilon)?;
                Ok(self)
            }

            /// The decay β₁ of the first moment.
            pub fn beta1(&self) -> &T {
                &self.moments.beta1
            }

            /// The decay β₂ of the second moment.
            pub fn beta2(&self) -> &T {
                &self.moments.beta2
            }

            /// 1 − β₂ᵏ after k iterations, or 1 if it is not corrected.
            #[allow(dead_code, reason = "each rule takes the weights that it needs")]
            pub(crate) fn second_weight(&self, k: usize) -> T {
                self.moments.second_weight(k)
            }

            /// The weights of both averages after k iterations.
            #[allow(dead_code, reason = "each rule takes the weights that it needs")]
            pub(crate) fn weights(&self, k: usize) -> (T, T) {
                (self.moments.first_weight(k), self.moments.second_weight(k))
            }

            /// ε, in its place.
            pub fn epsilon(&self) -> &$crate::adaptive_rules::Epsilon<T> {
                &self.moments.epsilon
            }
        }
    };
}

pub(super) use with_moments;

with_moments!(Adam);

impl<T: Number> Adam<T> {
    /// With the first or the second average, or both, not corrected for their start at 0.
    #[must_use = "the rule itself is not changed"]
    pub fn with_bias_correction(mut self, first: bool, second: bool) -> Self {
        (self.moments.first_corrected, self.moments.second_corrected) = (first, second);
        self
    }

    /// Whether the first and the second average are corrected.
    pub fn bias_correction(&self) -> (bool, bool) {
        (self.moments.first_corrected, self.moments.second_corrected)
    }
}

impl<T: SquareRoot> AdaptiveRule<T> for Adam<T> {
    type Factors = AdamFactors<T>;

    fn settings(&self) -> &Settings<T> {
        &self.settings
    }

    #[inline(always)]
    fn factors(&self, k: usize, alpha: T, _decay_product: &mut T) -> AdamFactors<T> {
        let moments = &self.moments;
        let correction = moments.second_weight(k + 1);
        AdamFactors {
            beta1: moments.beta1.clone(),
            beta2: moments.beta2.clone(),
            step: alpha / moments.first_weight(k + 1),
            denominator: moments.epsilon.denominator(correction),
        }
    }

    #[inline(always)]
    fn displacement(factors: &AdamFactors<T>, gradient: T, memory: Memory<'_, T>) -> T {
        let (m, v) = (memory.first_moment, memory.second_moment);
        average(m, &factors.beta1, gradient.clone());
        average(v, &factors.beta2, gradient.clone() * gradient);
        let step = factors.step.clone() * m.clone();
        factors.denominator.divide(step, v.clone())
    }
}
