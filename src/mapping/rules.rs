//! The mapping as methods of the rules: from a ball to momentum, Nesterov's rule and gradient descent, and back.

use crate::Error;
use crate::check::positive;
use crate::mapping::{Discretization, Gauge};
use crate::optimizers::{GradientDescent, Momentum, Nesterov};
use crate::particle::{GradientFlow, HeavyBall};

macro_rules! mapped {
    ($rule:ident, $forward:literal, $back:literal) => {
        impl $rule {
            #[doc = $forward]
            ///
            /// # Errors
            /// As for [`Discretization::coefficients`].
            pub fn from_heavy_ball(
                ball: &HeavyBall,
                dt: f64,
                discretization: Discretization,
            ) -> Result<Self, Error> {
                let (alpha, beta) = discretization.coefficients(ball, dt)?;
                Self::new(alpha, beta)
            }

            #[doc = $back]
            ///
            /// # Errors
            /// As for [`Discretization::particle`].
            pub fn to_heavy_ball(
                &self,
                discretization: Discretization,
                gauge: Gauge,
            ) -> Result<(HeavyBall, f64), Error> {
                discretization.particle(self.alpha, self.beta, gauge)
            }
        }
    };
}

mapped!(
    Momentum,
    "The iteration that `discretization` makes of `ball` with step `dt`, identically.",
    "The particle and step Δt behind (α, β), with one of mass, step and drag given."
);
mapped!(
    Nesterov,
    "Nesterov's rule at the (α, β) of `discretization`: it follows `ball` to order 1, whatever the map.",
    "The particle and step Δt that (α, β) would be for [`Momentum`]; Nesterov's rule follows it to order 1."
);

impl GradientDescent {
    /// The explicit Euler step `dt` of a gradient flow: α = Δt/γ.
    ///
    /// # Errors
    /// [`ParameterError::NotPositive`](crate::error::ParameterError::NotPositive) unless the step is positive and finite.
    ///
    /// ```
    /// use heavyball::prelude::*;
    /// let flow = GradientFlow::new(Quartic, 2.0)?;
    /// assert_eq!(GradientDescent::from_gradient_flow(&flow, 0.1)?.alpha, 0.05);
    /// # Ok::<(), heavyball::Error>(())
    /// ```
    pub fn from_gradient_flow<P>(flow: &GradientFlow<P>, dt: f64) -> Result<Self, Error> {
        positive("dt", &dt, "")?;
        Self::new(dt / flow.drag())
    }
}
