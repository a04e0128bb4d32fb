//! SymplecticEuler: p₊ = (1 − z)p − Δt∇f(x), x₊ = x + (Δt/m)p₊, z = γΔt/m: kick, then drift.
//!
//! It is semi-implicit because the position line uses the new momentum. With v = Δt·p/m, α = Δt²/m and β = 1 − z it is
//! identical to Sutskever's update, v₊ = βv − α∇f(x), x₊ = x + v₊.

use crate::fixed_steps::fixed_step::{drag_per_step, fixed_step_constructors};
use crate::fixed_steps::{FixedStep, Properties, Step};
use crate::particle::{HeavyBall, Phase};
use crate::potentials::{Potential, gradient_at};
use crate::{Error, Number};
use nalgebra::allocator::Allocator;
use nalgebra::{DefaultAllocator, Dim, OVector};

/// The symplectic (semi-implicit) Euler method: kick with drag, then drift. It is Sutskever's update.
///
/// Order 1, one gradient evaluation per step. Stable on curvature k for Δt < 4m/(γ + √(γ² + 4mk)). Without drag it is
/// symplectic, and the energy error remains bounded at all times. It follows the particle of mass m − γΔt/2 to order 2.
/// For order 2 at the same cost, use [`Leapfrog`](crate::Leapfrog).
///
/// Measured order on a nonlinear force with drag: 1.00 in x, 1.00 in ẋ (`tests/limits/step_limit.rs`).
///
/// ```
/// use heavyball::prelude::*;
/// use nalgebra::vector;
///
/// // m = 1, γ = 5, Δt = 0.1: α = 0.01, β = 0.5.
/// let ball = HeavyBall::new(1.0, 5.0)?;
/// let particle = SymplecticEuler::new(0.1)?
///     .phases(&ball, &Quartic, Phase::at_rest(vector![-0.5]))?
///     .after(20)?;
/// let iterate = Momentum::new(0.01, 0.5)?.iterates(&Quartic, vector![-0.5]).after(20)?;
/// assert!((particle.position - iterate.position).norm() < 1e-14);
/// # Ok::<(), heavyball::Error>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct SymplecticEuler<T = f64> {
    dt: T,
}

fixed_step_constructors!(SymplecticEuler);

/// The step map of [`SymplecticEuler`] and [`ConformalEuler`](crate::ConformalEuler).
///
/// p₊ = ηp − Δt∇f(x), x₊ = x + (Δt/m)p₊. The two methods differ only in the damping factor η.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct KickDrift<T> {
    pub(crate) damping: T,
    pub(crate) dt: T,
    pub(crate) time_per_mass: T,
}

impl<T: Number> Step<T> for KickDrift<T> {
    #[inline(always)]
    fn advance<D, P>(&self, potential: &P, phase: &mut Phase<T, D>, gradient: &mut OVector<T, D>)
    where
        D: Dim,
        P: Potential<T, D> + ?Sized,
        DefaultAllocator: Allocator<D>,
    {
        gradient_at(potential, &phase.position, gradient);
        phase.damped_kick(&self.damping, &self.dt, gradient);
        phase.drift(&self.time_per_mass);
    }
}

impl<T: Number> FixedStep<T> for SymplecticEuler<T> {
    type Step = KickDrift<T>;

    fn properties(&self) -> Properties {
        Properties {
            name: "SymplecticEuler",
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
            damping: T::one() - drag_per_step(ball, &dt),
            time_per_mass: dt.clone() / ball.mass.clone(),
            dt,
        })
    }
}
