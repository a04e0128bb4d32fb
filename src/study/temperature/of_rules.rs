//! The temperature T = ασ²/2(1 − β) of each rule.

use crate::check::{in_range, nonnegative};
use crate::optimizers::{Accelerated, GradientDescent, Momentum, Nesterov};
use crate::study::StudyError;
use crate::{Error, Number};

impl<T: Number> Accelerated<T> {
    /// T = ασ²/2(1 − β), the temperature of the iterates if each component of the gradient has noise of variance σ²; in the
    /// units of f, to first order in α, whatever η.
    ///
    /// For minibatches of B terms drawn independently, σ² is the variance over the terms, divided by B. For momentum on a
    /// curvature λ, both λ Var x and m Var ẋ are T/(1 − αλ/2(1 + β)), with ẋ = v/Δt and the mass m = Δt²(1 + β)/2α of
    /// [`Momentum::effective_particle`]; with the mass Δt²/α of
    /// [`Discretization::ExplicitDrag`](crate::Discretization::ExplicitDrag) the kinetic temperature is 2/(1 + β) times as
    /// large. Derivation (89), (91). For the exact variances of a rule see
    /// [`NoisyMode`](crate::study::temperature::NoisyMode).
    ///
    /// # Errors
    /// The errors of [`Accelerated::new`]; [`ParameterError::Negative`](crate::error::ParameterError::Negative) for a
    /// variance that is negative or not finite, [`StudyError::NoTemperature`] for β = 1: without drag the noise heats it
    /// without end. [`ParameterError::OutOfRange`](crate::error::ParameterError::OutOfRange) if T overflows.
    ///
    /// ```
    /// use heavyball::optimizers::Accelerated;
    /// use heavyball::prelude::*;
    ///
    /// assert_eq!(Momentum::new(0.25, 0.5)?.temperature(2.0)?, 0.5);
    /// assert_eq!(Nesterov::new(0.25, 0.5)?.temperature(2.0)?, 0.5);
    /// assert_eq!(Accelerated::new(0.25, 0.5, 3.0)?.temperature(2.0)?, 0.5);
    /// assert_eq!(GradientDescent::new(0.25)?.temperature(2.0)?, 0.25);
    ///
    /// // A batch four times as large, the step four times as long: the same particle at the same temperature.
    /// let rule = Momentum::new(0.0001, 0.99)?;
    /// let other = rule.rescaled(4.0, Discretization::CentralDrag)?;
    /// assert!((other.alpha / (16.0 * rule.alpha) - 1.0).abs() < 0.02);
    /// assert!((other.temperature(2.0 / 4.0)? / rule.temperature(2.0)? - 1.0).abs() < 1e-12);
    /// # Ok::<(), heavyball::Error>(())
    /// ```
    pub fn temperature(&self, variance: T) -> Result<T, Error> {
        let Self { alpha, beta, eta } = self.clone();
        Self::of(alpha.clone(), beta.clone(), eta)?;
        nonnegative("the variance of the noise", &variance, "")?;
        let loss = T::one() - beta.clone();
        if loss.is_zero() {
            return Err(Error::Study(StudyError::NoTemperature {
                beta: beta.to_f64(),
            }));
        }
        let temperature = alpha / (T::integer(2) * loss) * variance;
        in_range("the temperature", &temperature)?;
        Ok(temperature)
    }
}

macro_rules! temperature {
    ($($rule:ident),+) => {$(
        impl<T: Number> $rule<T> {
            /// T = ασ²/2(1 − β), the temperature of the iterates under gradient noise of variance σ²; see
            #[doc = "[`Accelerated::temperature`]. Gradient descent has β = 0."]
            ///
            /// # Errors
            /// The errors of [`Accelerated::temperature`].
            pub fn temperature(&self, variance: T) -> Result<T, Error> {
                Accelerated::from(self.clone()).temperature(variance)
            }
        }
    )+};
}

temperature!(Momentum, Nesterov, GradientDescent);
