//! Rescaling: (α, β) and the velocity v for the same particle (m, γ) at step sΔt, from those at Δt.

use crate::Error;
use crate::check::{in_range, positive};
use crate::error::Short;
use crate::mapping::{Discretization, Gauge, MappingError};
use crate::optimizers::{Iterate, Momentum, Nesterov};
use nalgebra::allocator::Allocator;
use nalgebra::{DefaultAllocator, Dim};

impl Discretization {
    /// The (α, β) of the same particle at `factor` = s times the step.
    ///
    /// For explicit drag, α₊ = s²α and 1 − β₊ = s(1 − β); with exact damping, β₊ = βˢ (derivation (48)). The velocity
    /// becomes v₊ = sv ([`Iterate::rescaled`]). Larger steps are fewer, but increase the discretisation error.
    ///
    /// # Errors
    /// [`ParameterError::NotPositive`](crate::error::ParameterError::NotPositive) unless `factor` is positive and
    /// finite; the errors of [`Self::particle`] and [`Self::coefficients`]: with explicit drag, no β exists for a
    /// factor of 2/(1 − β) or more.
    ///
    /// ```
    /// use heavyball::prelude::*;
    /// // A tenfold learning rate for the same particle:
    /// let s = 10.0_f64.sqrt();
    /// let (alpha, beta) = Discretization::ExplicitDrag.rescaled(0.01, 0.9, s)?;
    /// assert!((alpha - 0.1).abs() < 1e-15 && (beta - 0.6838).abs() < 1e-4);
    /// # Ok::<(), heavyball::Error>(())
    /// ```
    pub fn rescaled(&self, alpha: f64, beta: f64, factor: f64) -> Result<(f64, f64), Error> {
        positive("the factor of the step", &factor, "")?;
        let (ball, dt) = self.particle(alpha, beta, Gauge::Mass(1.0))?;
        in_range("the rescaled step", &(factor * dt))?;
        self.coefficients(&ball, factor * dt)
            .map_err(|error| match error {
                // The caller chose the factor, not this mass and drag.
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
                    // The largest factor; z = γΔt, the mass being 1, follows from β and is between 1e-16 and 1e17.
                    advice: format!(
                        "choose a factor of the step below {}, or a discretization with exact damping",
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
            /// The errors of [`Discretization::rescaled`].
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
    /// The iterate with the same ẋ at `factor` = s times the step: v₊ = sv.
    pub fn rescaled(&self, factor: f64) -> Self {
        Self {
            position: self.position.clone(),
            velocity: self.velocity.map(|v| factor * v),
        }
    }
}
