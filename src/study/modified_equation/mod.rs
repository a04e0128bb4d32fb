//! Modified equations: the equations that the iterates follow one order more accurately than the equation they
//! discretise.
//!
//! | iteration | follows to second order | as |
//! |---|---|---|
//! | momentum (α, β), any Δt | m_eff ẍ + γ_eff ẋ + ∇f = 0, (23) | [`Momentum::effective_particle`](crate::Momentum::effective_particle) |
//! | Nesterov (α, β), explicit Euler | m_eff ẍ + (γ_eff + θΔt∇²f)ẋ + ∇f = 0, (41) | [`HessianDamped`] |
//! | symplectic Euler in (x, u) | ẋ = u + ½Δt a, u̇ = a + ½Δt(∇²f u + γa)/m, (26) | [`SymplecticEulerFlow`] |
//! | a light ball, an optimiser at a small rate | x′ = −∇(f + ½c\|∇f\|²), (36), (37) | [`CorrectedFlow`] |

mod corrected_flow;
mod hessian_damped;
mod reference;
mod symplectic_euler_flow;

pub use corrected_flow::CorrectedFlow;
pub use hessian_damped::HessianDamped;
pub use symplectic_euler_flow::SymplecticEulerFlow;

use crate::Error;
use crate::check::{in_range, positive};
use crate::optimizers::Momentum;
use crate::particle::HeavyBall;

impl Momentum {
    /// The particle m_eff = Δt²(1 + β)/2α, γ_eff = Δt(1 − β)/α that these iterates follow to second order at steps of
    /// `dt`, whatever their derivation: derivation (23).
    ///
    /// Iterate k from v₀ = 0 corresponds to that particle, released at rest, at time (k + ½)Δt.
    ///
    /// # Errors
    /// [`ParameterError::NotPositive`](crate::error::ParameterError::NotPositive) for the step;
    /// [`RuleError::BetaOutOfRange`](crate::error::RuleError::BetaOutOfRange) and
    /// [`ParameterError::NotPositive`](crate::error::ParameterError::NotPositive) for (α, β).
    ///
    /// ```
    /// use heavyball::prelude::*;
    ///
    /// let ball = Momentum::new(0.1, 0.9)?.effective_particle(0.1_f64.sqrt())?;
    /// assert!((ball.mass - 0.95).abs() < 1e-15);
    /// assert!((ball.drag - 0.1_f64.sqrt()).abs() < 1e-15);
    /// # Ok::<(), heavyball::Error>(())
    /// ```
    pub fn effective_particle(&self, dt: f64) -> Result<HeavyBall, Error> {
        positive("dt", &dt, "")?;
        let Self { alpha, beta } = Self::new(self.alpha, self.beta)?;
        let unit = dt / alpha;
        let (mass, drag) = (unit * dt * ((1.0 + beta) / 2.0), unit * (1.0 - beta));
        in_range("the effective mass", &mass)?;
        in_range("the effective drag", &drag)?;
        HeavyBall::new(mass, drag)
    }
}
