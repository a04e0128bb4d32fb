//! Adagrad: x₊ = x − αg/(√s₊ + ε), with the sum s₊ = s + g² of all squares.
//!
//! The ball has no mass, and a drag √s/α that grows with the sum.
//!
//! Reference: J. Duchi, E. Hazan, Y. Singer, *J. Mach. Learn. Res.* 12 (2011) 2121, with diagonal matrices.

use crate::adaptive_rules::powers::{fraction, tenth_to};
use crate::adaptive_rules::settings::with_settings;
use crate::adaptive_rules::{AdaptiveRule, Denominator, Epsilon, Memory, Settings};
use crate::check::nonnegative;
use crate::{Error, Number, SquareRoot};

/// Adagrad, x₊ = x − αg/(√s₊ + ε).
///
/// One gradient evaluation per iteration; the memory is one vector. Its steps shrink like 1/√k where gradients persist: not for
/// long runs on a problem that changes.
///
/// ```
/// use heavyball::adaptive_rules::{Adagrad, AdaptiveRule};
/// use heavyball::prelude::*;
/// use nalgebra::vector;
///
/// let end = Adagrad::new(0.5)?.run(&DoubleWell, vector![-1.5, -1.5]).after(200)?;
/// assert!((end.position - vector![-1.0, 0.0]).norm() < 1e-3);
/// # Ok::<(), heavyball::Error>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Adagrad<T = f64> {
    pub(super) settings: Settings<T>,
    pub(super) epsilon: Epsilon<T>,
    pub(super) initial: T,
    pub(super) rate_decay: T,
}

with_settings!(Adagrad);

impl Adagrad {
    /// With learning rate α ≥ 0 and PyTorch's defaults: s₀ = 0 and ε = 10⁻¹⁰ outside the root.
    ///
    /// # Errors
    /// [`ParameterError::Negative`](crate::error::ParameterError::Negative) unless α is zero or positive, and finite.
    pub fn new(alpha: f64) -> Result<Self, Error> {
        Self::of(alpha)
    }

    /// With the defaults of Optax and Keras: s₀ = 0.1 and ε = 10⁻⁷ inside the root.
    ///
    /// # Errors
    /// The errors of [`Self::new`].
    pub fn optax(alpha: f64) -> Result<Self, Error> {
        Self::of(alpha)?
            .with_initial_sum(fraction(1, 10))?
            .with_epsilon(Epsilon::Inside(1e-7))
    }
}

impl<T: Number> Adagrad<T> {
    /// As [`Self::new`], over any [`Number`].
    ///
    /// # Errors
    /// The errors of [`Self::new`].
    pub fn of(alpha: T) -> Result<Self, Error> {
        Ok(Self {
            settings: Settings::of(alpha)?,
            epsilon: Epsilon::Outside(tenth_to(10)),
            initial: T::zero(),
            rate_decay: T::zero(),
        })
    }

    /// With the sum s₀ ≥ 0 at the start, `initial_accumulator_value`.
    ///
    /// # Errors
    /// [`ParameterError::Negative`](crate::error::ParameterError::Negative) unless s₀ is zero or positive, and finite.
    pub fn with_initial_sum(mut self, initial: T) -> Result<Self, Error> {
        nonnegative("the initial sum", &initial, "")?;
        self.initial = initial;
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

    /// With the learning rate α/(1 + kδ) in iteration k, δ ≥ 0: PyTorch's `lr_decay`.
    ///
    /// # Errors
    /// [`ParameterError::Negative`](crate::error::ParameterError::Negative) unless δ is zero or positive, and finite.
    pub fn with_rate_decay(mut self, rate_decay: T) -> Result<Self, Error> {
        nonnegative("the decay of the learning rate", &rate_decay, "")?;
        self.rate_decay = rate_decay;
        Ok(self)
    }

    /// ε, in its place.
    pub fn epsilon(&self) -> &Epsilon<T> {
        &self.epsilon
    }

    /// The decay δ of the learning rate.
    pub fn rate_decay(&self) -> &T {
        &self.rate_decay
    }

    /// The sum s₀ at the start.
    pub fn initial_sum(&self) -> &T {
        &self.initial
    }
}

impl<T: SquareRoot> AdaptiveRule<T> for Adagrad<T> {
    type Factors = (T, Denominator<T>);

    fn settings(&self) -> &Settings<T> {
        &self.settings
    }

    fn initial_second_moment(&self) -> T {
        self.initial.clone()
    }

    #[inline(always)]
    fn factors(&self, k: usize, alpha: T, _decay_product: &mut T) -> (T, Denominator<T>) {
        let iteration = T::from_usize(k).unwrap_or_else(T::zero);
        let rate = alpha / (T::one() + iteration * self.rate_decay.clone());
        (rate, self.epsilon.denominator(T::one()))
    }

    #[inline(always)]
    fn displacement(
        (rate, denominator): &(T, Denominator<T>),
        gradient: T,
        memory: Memory<'_, T>,
    ) -> T {
        let sum = memory.second_moment;
        *sum = gradient.clone().mul_add(gradient.clone(), sum.clone());
        denominator.divide(rate.clone() * gradient, sum.clone())
    }
}
