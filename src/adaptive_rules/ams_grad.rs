//! AMSGrad: Adam with the largest second moment so far in the place of the current one.
//!
//! The mass of the ball never decreases, and with it no step becomes longer because a gradient became small.
//!
//! Reference: S. J. Reddi, S. Kale, S. Kumar, *On the convergence of Adam and beyond*, ICLR 2018, algorithm 2.

use crate::adaptive_rules::adam::{Moments, with_moments};
use crate::adaptive_rules::powers::average;
use crate::adaptive_rules::{AdaptiveRule, Denominator, Epsilon, Memory, Settings};
use crate::{Error, Number, SquareRoot};

/// Of what AMSGrad takes the largest, with v̂ = v/(1 − β₂ᵏ).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Maximum {
    /// Of v; the largest is corrected by the current 1 − β₂ᵏ: PyTorch and Keras.
    BeforeCorrection,
    /// Of v̂: Optax.
    AfterCorrection,
    /// Of v, which is not corrected: the paper, and Optax with `bias_correction_nu=False`.
    Uncorrected,
}

/// AMSGrad, x₊ = x − αm̂/(√max v + ε).
///
/// One gradient evaluation per iteration; the memory is three vectors. When not to use it: where one large gradient in the past
/// should be forgotten.
///
/// ```
/// use heavyball::adaptive_rules::{AdaptiveRule, AmsGrad};
/// use heavyball::prelude::*;
/// use nalgebra::vector;
///
/// // torch.optim.Adam(params, lr=0.01, amsgrad=True)
/// let end = AmsGrad::new(0.01)?.run(&DoubleWell, vector![-1.5, -1.5]).after(2000)?;
/// assert!((end.position - vector![-1.0, 0.0]).norm() < 1e-6);
/// assert!(end.auxiliary.x >= end.second_moment.x); // the largest
/// # Ok::<(), heavyball::Error>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct AmsGrad<T = f64> {
    pub(super) settings: Settings<T>,
    pub(super) moments: Moments<T>,
    pub(super) maximum: Maximum,
}

with_moments!(AmsGrad);

impl AmsGrad {
    /// With learning rate α ≥ 0 and PyTorch's defaults, those of [`Adam::new`](crate::adaptive_rules::Adam::new).
    ///
    /// # Errors
    /// The errors of [`Adam::new`](crate::adaptive_rules::Adam::new).
    pub fn new(alpha: f64) -> Result<Self, Error> {
        Self::of(alpha, Maximum::BeforeCorrection)
    }

    /// With Optax's defaults: the largest of the corrected second moments.
    ///
    /// # Errors
    /// The errors of [`Self::new`].
    pub fn optax(alpha: f64) -> Result<Self, Error> {
        Self::of(alpha, Maximum::AfterCorrection)
    }

    /// With Keras's defaults, ε = 10⁻⁷ before the correction: `keras.optimizers.Adam(amsgrad=True)`.
    ///
    /// # Errors
    /// The errors of [`Self::new`].
    pub fn keras(alpha: f64) -> Result<Self, Error> {
        Self::new(alpha)?.with_epsilon(Epsilon::BeforeCorrection(1e-7))
    }
}

impl<T: Number> AmsGrad<T> {
    /// Over any [`Number`], with the largest of `maximum`.
    ///
    /// # Errors
    /// The errors of [`Self::new`].
    pub fn of(alpha: T, maximum: Maximum) -> Result<Self, Error> {
        let mut moments = Moments::usual();
        moments.second_corrected = maximum != Maximum::Uncorrected;
        Ok(Self {
            settings: Settings::of(alpha)?,
            moments,
            maximum,
        })
    }

    /// With the first average corrected for its start at 0 or not, Optax's `bias_correction_mu`.
    #[must_use = "the rule itself is not changed"]
    pub fn with_first_corrected(mut self, corrected: bool) -> Self {
        self.moments.first_corrected = corrected;
        self
    }

    /// Whether the first average is corrected.
    pub fn is_first_corrected(&self) -> bool {
        self.moments.first_corrected
    }

    /// Of what the largest is taken.
    pub fn maximum(&self) -> Maximum {
        self.maximum
    }
}

/// The factors that all components share in one iteration of [`AmsGrad`].
#[derive(Debug, Clone)]
pub struct AmsGradFactors<T> {
    beta1: T,
    beta2: T,
    step: T,
    /// By which v is divided before its largest is taken.
    correction: T,
    denominator: Denominator<T>,
}

impl<T: SquareRoot> AdaptiveRule<T> for AmsGrad<T> {
    type Factors = AmsGradFactors<T>;

    fn settings(&self) -> &Settings<T> {
        &self.settings
    }

    #[inline(always)]
    fn factors(&self, k: usize, alpha: T, _decay_product: &mut T) -> AmsGradFactors<T> {
        let moments = &self.moments;
        let weight = moments.second_weight(k + 1);
        let (before, after) = match self.maximum {
            Maximum::AfterCorrection => (weight, T::one()),
            Maximum::BeforeCorrection | Maximum::Uncorrected => (T::one(), weight),
        };
        AmsGradFactors {
            beta1: moments.beta1.clone(),
            beta2: moments.beta2.clone(),
            step: alpha / moments.first_weight(k + 1),
            correction: before,
            denominator: moments.epsilon.denominator(after),
        }
    }

    #[inline(always)]
    fn displacement(factors: &AmsGradFactors<T>, gradient: T, memory: Memory<'_, T>) -> T {
        let (m, v) = (memory.first_moment, memory.second_moment);
        average(m, &factors.beta1, gradient.clone());
        average(v, &factors.beta2, gradient.clone() * gradient);
        let current = v.clone() / factors.correction.clone();
        let largest = memory.auxiliary;
        if current > *largest {
            *largest = current;
        }
        let step = factors.step.clone() * m.clone();
        factors.denominator.divide(step, largest.clone())
    }
}
