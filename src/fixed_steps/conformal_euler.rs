//! ConformalEuler: damp, kick, drift: p₊ = e⁻ᶻp − Δt∇f(x), x₊ = x + (Δt/m)p₊, z = γΔt/m.
//!
//! The drag is integrated exactly, so that phase volume shrinks by e⁻ᶻ a step and dimension, as it
//! does along the true flow: conformally symplectic. With β = e⁻ᶻ and α = Δt²/m it is Sutskever's
//! update as well.
//! Reference: G. França, J. Sulam, D. Robinson, R. Vidal, *J. Stat. Mech.* (2020) 124008.

use crate::check::positive;
use crate::fixed_steps::{FixedStep, KickDrift, Properties, drag_per_step};
use crate::particle::HeavyBall;
use crate::{Error, Exponential, Number};

/// The conformal symplectic Euler method: exact damping, then kick, then drift.
///
/// Order 1, one gradient a step. Stable on curvature k for Δt²k/m < 2(1 + e⁻ᶻ), whatever the drag.
/// For second order at the same cost take [`Leapfrog`](crate::Leapfrog).
///
/// Measured order on a nonlinear force with drag: 1.00 in x, 1.00 in ẋ (`tests/limits/step_limit.rs`).
///
/// ```
/// use heavyball::prelude::*;
/// use nalgebra::vector;
///
/// // Free motion: the momentum decays exactly, at any step.
/// let ball = HeavyBall::new(1.0, 2.0)?;
/// let plane = Linear::new(vector![0.0])?;
/// let start = Phase::new(vector![0.0], vector![1.0]);
/// let end = ConformalEuler::new(0.5)?.phases(&ball, &plane, start)?.after(4)?;
/// assert!((end.momentum.x - (-4.0_f64).exp()).abs() < 1e-16);
/// # Ok::<(), heavyball::Error>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ConformalEuler<T = f64> {
    dt: T,
}

impl ConformalEuler {
    /// The method with step `dt`.
    ///
    /// # Errors
    /// [`ParameterError::NotPositive`](crate::error::ParameterError::NotPositive) unless the step is positive and finite.
    pub fn new(dt: f64) -> Result<Self, Error> {
        Self::of(dt)
    }
}

impl<T: Number> ConformalEuler<T> {
    /// As [`Self::new`], over any [`Number`].
    ///
    /// # Errors
    /// As for [`Self::new`].
    pub fn of(dt: T) -> Result<Self, Error> {
        positive("dt", &dt, "")?;
        Ok(Self { dt })
    }
}

impl<T: Exponential> FixedStep<T> for ConformalEuler<T> {
    type Step = KickDrift<T>;

    fn properties(&self) -> Properties {
        Properties {
            name: "ConformalEuler",
            order: 1,
            gradients: 1,
            symmetric: false,
        }
    }

    fn dt(&self) -> T {
        self.dt.clone()
    }

    fn step_for(&self, ball: &HeavyBall<T>, dt: T) -> Result<Self::Step, Error> {
        Ok(KickDrift {
            damping: drag_per_step(ball, &dt).decay(),
            time_per_mass: dt.clone() / ball.mass.clone(),
            dt,
        })
    }
}
