//! The same physics at another step: (α, β) of the particle (m, γ) at sΔt, from those at Δt.

use crate::Error;
use crate::check::positive;
use crate::error::Short;
use crate::mapping::MappingError;
use crate::mapping::{Discretization, Gauge};
use crate::optimizers::{Iterate, Momentum, Nesterov};
use nalgebra::allocator::Allocator;
use nalgebra::{DefaultAllocator, Dim};

impl Discretization {
    /// (α, β) of the same particle at `factor` times the step.
    ///
    /// For explicit drag α₊ = s²α, 1 − β₊ = s(1 − β); with exact damping β₊ = βˢ (derivation (48)). The velocity goes
    /// along as v₊ = sv. Fewer, larger steps buy speed at the price of the order's error.
    ///
    /// # Errors
    /// [`ParameterError::NotPositive`](crate::error::ParameterError::NotPositive) unless the factor is positive and finite; as for [`Self::particle`] and
    /// [`Self::coefficients`]: with explicit drag a factor of 2/(1 − β) or more leaves no β.
    ///
    /// ```
    /// use heavyball::prelude::*;
    /// // A learning rate ten times as large, for the same ball:
    /// let s = 10.0_f64.sqrt();
    /// let (alpha, beta) = Discretization::ExplicitDrag.rescaled(0.01, 0.9, s)?;
    /// assert!((alpha - 0.1).abs() < 1e-15 && (beta - 0.6838).abs() < 1e-4);
    /// # Ok::<(), heavyball::Error>(())
    /// ```
    pub fn rescaled(&self, alpha: f64, beta: f64, factor: f64) -> Result<(f64, f64), Error> {
        positive("the factor of the step", &factor, "")?;
        let (ball, dt) = self.particle(alpha, beta, Gauge::Mass(1.0))?;
        self.coefficients(&ball, factor * dt)
            .map_err(|error| match error {
                // The caller has not chosen this mass and drag: the factor is what can be changed.
                Error::Mapping(MappingError::NoBeta {
                    discretization,
                    mass,
                    drag,
                    dt: large,
                    beta,
                    ..
                }) => Error::Mapping(MappingError::NoBeta {
                    discretization,
                    mass,
                    drag,
                    dt: large,
                    beta,
                    advice: format!(
                        "take a factor of the step below {}, or a discretization with exact damping",
                        Short(2.0 / (drag * dt))
                    ),
                }),
                other => other,
            })
    }
}

macro_rules! rescaled {
    ($rule:ident) => {
        impl $rule {
            /// The rule for the same particle at `factor` times the step; see [`Discretization::rescaled`].
            ///
            /// # Errors
            /// As for [`Discretization::rescaled`].
            pub fn rescaled(
                &self,
                factor: f64,
                discretization: Discretization,
            ) -> Result<Self, Error> {
                let (alpha, beta) = discretization.rescaled(self.alpha, self.beta, factor)?;
                Self::new(alpha, beta)
            }
        }
    };
}

rescaled!(Momentum);
rescaled!(Nesterov);

impl<D: Dim> Iterate<f64, D>
where
    DefaultAllocator: Allocator<D>,
{
    /// The iterate of the same motion ẋ at `factor` times the step: v₊ = sv.
    pub fn rescaled(&self, factor: f64) -> Self {
        Self {
            position: self.position.clone(),
            velocity: self.velocity.map(|v| factor * v),
        }
    }
}
