//! The mapping as methods of [`Momentum`], [`Nesterov`] and [`GradientDescent`].

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
            /// The errors of [`Discretization::coefficients`].
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
            /// The errors of [`Discretization::particle`].
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
    "The iteration that is identical to `discretization` of `ball` with step `dt`.",
    "The particle and step Δt for (α, β), with one of mass, step and drag given by `gauge`."
);
mapped!(
    Nesterov,
    "Nesterov's rule with the (α, β) of `discretization`; it follows `ball` to order 1 under every discretisation.",
    "The particle and step Δt for [`Momentum`] with the same (α, β); Nesterov's rule follows it to order 1."
);

impl GradientDescent {
    /// The explicit Euler method for a gradient flow γẋ = −∇f with step `dt`: α = Δt/γ.
    ///
    /// # Errors
    /// [`ParameterError::NotPositive`](crate::error::ParameterError::NotPositive) unless `dt` is positive and finite.
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
