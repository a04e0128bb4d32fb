//! ConformalEuler: damp, kick, drift: p₊ = e⁻ᶻp − Δt∇f(x), x₊ = x + (Δt/m)p₊, z = γΔt/m.
//!
//! The drag is integrated exactly, so each step contracts phase volume by e⁻ᶻ per dimension, as the exact flow does:
//! the method is conformally symplectic. With β = e⁻ᶻ and α = Δt²/m it is also Sutskever's update.
//! Reference: G. França, J. Sulam, D. Robinson, R. Vidal, *J. Stat. Mech.* (2020) 124008.

use crate::fixed_steps::fixed_step::{drag_per_step, fixed_step_constructors};
use crate::fixed_steps::{FixedStep, KickDrift, Properties};
use crate::particle::HeavyBall;
use crate::{Error, Exponential};

/// The conformal symplectic Euler method: exact damping, then kick, then drift.
///
/// Order 1, one gradient evaluation per step. Stable on curvature k for Δt²k/m < 2(1 + e⁻ᶻ), for any drag.
/// For order 2 at the same cost, use [`Leapfrog`](crate::Leapfrog).
///
/// Not for z = γΔt/m far above 1: it stays stable there, but its slow motion is z/(1 − e⁻ᶻ) times too fast.
///
/// Measured order on a nonlinear force with drag: 1.00 in x, 1.00 in ẋ (`tests/limits/step_limit.rs`).
///
/// ```
/// use heavyball::prelude::*;
/// use heavyball::Linear;
/// use nalgebra::vector;
///
/// // Without a force, the momentum decays exactly for any step size.
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

fixed_step_constructors!(ConformalEuler);

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
