//! RMSprop: x₊ = x − αg/(√v₊ + ε), with the average v₊ = ρv + (1 − ρ)g² of the squares.
//!
//! With momentum, b₊ = μb + g/(√v₊ + ε) and x₊ = x − αb₊; in Optax and Keras α stands within the buffer. Centred, the variance
//! v − m² takes the place of v, with the average m of the gradients.
//!
//! Without momentum the ball has no mass: it is gradient flow with a drag of its own in each direction. With momentum its
//! velocity is kept when the mass changes, while Adam keeps its momentum, derivation (78).
//!
//! Reference: T. Tieleman, G. Hinton, *Neural networks for machine learning*, lecture 6.5, 2012; centred, A. Graves,
//! arXiv:1308.0850 (2013), equations 38 to 45.

use crate::adaptive_rules::powers::{average, check_moment_decay, fraction, tenth_to, weight};
use crate::adaptive_rules::settings::with_settings;
use crate::adaptive_rules::{AdaptiveRule, Denominator, Epsilon, Memory, Settings};
use crate::check::nonnegative;
use crate::{Error, Number, SquareRoot};

/// RMSprop, x₊ = x − αg/(√v₊ + ε).
///
/// One gradient evaluation per iteration. On a quadratic it is stable where the curvature over √v + ε is below 2(1 + μ)/α. It
/// begins with v = 0, so that the first step is α/√(1 − ρ) long; an initial second moment or a bias correction, both of
/// Optax, shortens it, and the order ½ of its limit becomes 1, derivation (81).
///
/// Centred, rounding can make v − m² negative where the gradient is constant; the run then ends with an error, where frameworks
/// go on with NaN.
///
/// ```
/// use heavyball::adaptive_rules::{AdaptiveRule, RmsProp};
/// use heavyball::prelude::*;
/// use nalgebra::vector;
///
/// // torch.optim.RMSprop(params, lr=0.01, alpha=0.99, momentum=0.5)
/// let torch = RmsProp::new(0.01)?.with_momentum(0.5)?;
/// let end = torch.run(&DoubleWell, vector![-1.5, -1.5]).after(400)?;
/// assert!((end.position - vector![-1.0, 0.0]).norm() < 0.05);
/// // Optax has ε inside the root, and another decay.
/// assert!(RmsProp::optax(0.01)? != RmsProp::new(0.01)?);
/// # Ok::<(), heavyball::Error>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct RmsProp<T = f64> {
    pub(super) settings: Settings<T>,
    pub(super) decay: T,
    pub(super) epsilon: Epsilon<T>,
    pub(super) momentum: T,
    pub(super) nesterov: bool,
    pub(super) centered: bool,
    pub(super) corrected: bool,
    pub(super) rate_in_buffer: bool,
    pub(super) initial: T,
}

with_settings!(RmsProp);

impl RmsProp {
    /// With learning rate α ≥ 0 and PyTorch's defaults: ρ = 0.99 and ε = 10⁻⁸ outside the root.
    ///
    /// # Errors
    /// [`ParameterError::Negative`](crate::error::ParameterError::Negative) unless α is zero or positive, and finite.
    pub fn new(alpha: f64) -> Result<Self, Error> {
        Self::of(alpha)
    }

    /// With Optax's defaults: ρ = 0.9, ε = 10⁻⁸ inside the root, and α within the buffer.
    ///
    /// # Errors
    /// The errors of [`Self::new`].
    pub fn optax(alpha: f64) -> Result<Self, Error> {
        Ok(Self::of(alpha)?
            .with_decay(0.9)?
            .with_epsilon(Epsilon::Inside(1e-8))?
            .with_rate_in_buffer(true))
    }

    /// With Keras's defaults: ρ = 0.9, ε = 10⁻⁷ inside the root, and α within the buffer.
    ///
    /// # Errors
    /// The errors of [`Self::new`].
    pub fn keras(alpha: f64) -> Result<Self, Error> {
        Self::optax(alpha)?.with_epsilon(Epsilon::Inside(1e-7))
    }
}

impl<T: Number> RmsProp<T> {
    /// As [`Self::new`], over any [`Number`].
    ///
    /// # Errors
    /// The errors of [`Self::new`].
    pub fn of(alpha: T) -> Result<Self, Error> {
        Ok(Self {
            settings: Settings::of(alpha)?,
            decay: fraction(99, 100),
            epsilon: Epsilon::Outside(tenth_to(8)),
            momentum: T::zero(),
            nesterov: false,
            centered: false,
            corrected: false,
            rate_in_buffer: false,
            initial: T::zero(),
        })
    }

    /// With the decay 0 ≤ ρ < 1 of the average: `alpha` in PyTorch, `decay` in Optax, `rho` in Keras.
    ///
    /// # Errors
    /// [`RuleError::MomentDecayOutOfRange`](crate::error::RuleError::MomentDecayOutOfRange). PyTorch accepts 1 and above, with
    /// which v never changes or becomes negative.
    pub fn with_decay(mut self, decay: T) -> Result<Self, Error> {
        check_moment_decay("decay", &decay)?;
        self.decay = decay;
        Ok(self)
    }

    /// With another ε, in its place.
    ///
    /// # Errors
    /// [`ParameterError::Negative`](crate::error::ParameterError::Negative) unless ε is zero or positive, and finite.
    pub fn with_epsilon(mut self, epsilon: Epsilon<T>) -> Result<Self, Error> {
        epsilon.check()?;
        self.epsilon = epsilon;
        Ok(self)
    }

    /// With momentum 0 ≤ μ < 1; 0 is none.
    ///
    /// # Errors
    /// [`RuleError::MomentDecayOutOfRange`](crate::error::RuleError::MomentDecayOutOfRange).
    pub fn with_momentum(mut self, momentum: T) -> Result<Self, Error> {
        check_moment_decay("momentum", &momentum)?;
        self.momentum = momentum;
        Ok(self)
    }

    /// With Nesterov's variant of the momentum, b₊ = μb + u and a step along u + μb₊, which Optax has.
    #[must_use = "the rule itself is not changed"]
    pub fn with_nesterov(mut self, nesterov: bool) -> Self {
        self.nesterov = nesterov;
        self
    }

    /// With the variance v − m² in the place of v.
    #[must_use = "the rule itself is not changed"]
    pub fn with_centered(mut self, centered: bool) -> Self {
        self.centered = centered;
        self
    }

    /// With both averages corrected for their start at 0, which Optax can.
    #[must_use = "the rule itself is not changed"]
    pub fn with_bias_correction(mut self, corrected: bool) -> Self {
        self.corrected = corrected;
        self
    }

    /// With α within the buffer, b₊ = μb + αu, as in Optax and Keras; otherwise it multiplies the buffer, as in PyTorch. It
    /// matters where α changes.
    #[must_use = "the rule itself is not changed"]
    pub fn with_rate_in_buffer(mut self, within: bool) -> Self {
        self.rate_in_buffer = within;
        self
    }

    /// With v₀ ≥ 0, Optax's `initial_scale`.
    ///
    /// # Errors
    /// [`ParameterError::Negative`](crate::error::ParameterError::Negative) unless v₀ is zero or positive, and finite.
    pub fn with_initial_second_moment(mut self, initial: T) -> Result<Self, Error> {
        nonnegative("the initial second moment", &initial, "")?;
        self.initial = initial;
        Ok(self)
    }

    /// The decay ρ of the average.
    pub fn decay(&self) -> &T {
        &self.decay
    }

    /// The momentum μ.
    pub fn momentum(&self) -> &T {
        &self.momentum
    }

    /// Whether it is Nesterov's variant.
    pub fn is_nesterov(&self) -> bool {
        self.nesterov
    }

    /// Whether the variance takes the place of v.
    pub fn is_centered(&self) -> bool {
        self.centered
    }

    /// Whether the averages are corrected.
    pub fn bias_correction(&self) -> bool {
        self.corrected
    }

    /// v₀.
    pub(crate) fn initial_second_moment_value(&self) -> &T {
        &self.initial
    }

    /// ε, in its place.
    pub fn epsilon(&self) -> &Epsilon<T> {
        &self.epsilon
    }

    /// 1 − ρᵏ after k iterations, or 1.
    pub(crate) fn weight(&self, k: usize) -> T {
        if self.corrected {
            weight(&self.decay, k)
        } else {
            T::one()
        }
    }
}

/// The factors that all components share in one iteration of [`RmsProp`].
#[derive(Debug, Clone)]
pub struct RmsPropFactors<T> {
    decay: T,
    /// Before and behind the buffer.
    rates: (T, T),
    momentum: T,
    nesterov: bool,
    /// The correction of the mean, if the variance is used.
    centered: Option<T>,
    denominator: Denominator<T>,
}

impl<T: SquareRoot> AdaptiveRule<T> for RmsProp<T> {
    type Factors = RmsPropFactors<T>;

    fn settings(&self) -> &Settings<T> {
        &self.settings
    }

    fn initial_second_moment(&self) -> T {
        self.initial.clone()
    }

    #[inline(always)]
    fn factors(&self, k: usize, alpha: T, _decay_product: &mut T) -> RmsPropFactors<T> {
        let correction = self.weight(k + 1);
        RmsPropFactors {
            decay: self.decay.clone(),
            rates: if self.rate_in_buffer {
                (alpha, T::one())
            } else {
                (T::one(), alpha)
            },
            momentum: self.momentum.clone(),
            nesterov: self.nesterov,
            centered: self.centered.then(|| correction.clone()),
            denominator: self.epsilon.denominator(correction),
        }
    }

    #[inline(always)]
    fn displacement(factors: &RmsPropFactors<T>, gradient: T, memory: Memory<'_, T>) -> T {
        let (m, v, b) = (memory.first_moment, memory.second_moment, memory.auxiliary);
        average(v, &factors.decay, gradient.clone() * gradient.clone());
        let mut spread = v.clone();
        if let Some(correction) = &factors.centered {
            average(m, &factors.decay, gradient.clone());
            spread -= m.clone() * m.clone() / correction.clone();
        }
        let (before, behind) = factors.rates.clone();
        let scaled = factors.denominator.divide(before * gradient, spread);
        *b = factors.momentum.clone().mul_add(b.clone(), scaled.clone());
        if factors.nesterov {
            return behind * factors.momentum.clone().mul_add(b.clone(), scaled);
        }
        behind * b.clone()
    }
}
