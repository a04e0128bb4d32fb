//! ExplicitEuler: x₊ = x + (Δt/m)p, p₊ = (1 − z)p − Δt∇f(x), z = γΔt/m.
//!
//! Both lines use the old phase. This is the discretisation of the lecture; because its position line uses the old
//! velocity, it differs from Sutskever's update there.

use crate::fixed_steps::fixed_step::{drag_per_step, fixed_step_constructors};
use crate::fixed_steps::{FixedStep, Properties, Step};
use crate::particle::{HeavyBall, Phase};
use crate::potentials::{Potential, gradient_at};
use crate::{Error, Number};
use nalgebra::allocator::Allocator;
use nalgebra::{DefaultAllocator, Dim, OVector};

/// The explicit Euler method, x₊ = x + (Δt/m)p, p₊ = (1 − γΔt/m)p − Δt∇f(x).
///
/// Order 1, one gradient evaluation per step. On a mode of curvature λ it is stable for Δt < γ/λ or, if the mode is
/// overdamped (γ² > 4mλ), for Δt < 4m/(γ + √(γ² − 4mλ)). Without drag it is never stable: each step multiplies an
/// oscillator's energy by 1 + (ωΔt)². Use it to demonstrate this; otherwise use
/// [`SymplecticEuler`](crate::SymplecticEuler), which costs the same.
///
/// Measured order on a nonlinear force with drag: 1.00 in x, 1.00 in ẋ (`tests/limits/step_limit.rs`).
///
/// ```
/// use heavyball::prelude::*;
/// use nalgebra::vector;
///
/// let ball = HeavyBall::new(1.0, 0.0)?;
/// let bowl = Quadratic::diagonal(vector![1.0])?;
/// let start = Phase::at_rest(vector![1.0]);
/// let end = ExplicitEuler::new(0.1)?.phases(&ball, &bowl, start)?.after(1000)?;
/// let growth = 2.0 * ball.energy(&bowl, &end);
/// assert!((growth / 1.01_f64.powi(1000) - 1.0).abs() < 1e-12);
/// # Ok::<(), heavyball::Error>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ExplicitEuler<T = f64> {
    dt: T,
}

fixed_step_constructors!(ExplicitEuler);

/// The step map of [`ExplicitEuler`].
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ExplicitStep<T> {
    damping: T,
    dt: T,
    time_per_mass: T,
}

impl<T: Number> Step<T> for ExplicitStep<T> {
    #[inline(always)]
    fn advance<D, P>(&self, potential: &P, phase: &mut Phase<T, D>, gradient: &mut OVector<T, D>)
    where
        D: Dim,
        P: Potential<T, D> + ?Sized,
        DefaultAllocator: Allocator<D>,
    {
        gradient_at(potential, &phase.position, gradient);
        phase.drift(&self.time_per_mass);
        phase.damped_kick(&self.damping, &self.dt, gradient);
    }
}

impl<T: Number> FixedStep<T> for ExplicitEuler<T> {
    type Step = ExplicitStep<T>;

    fn properties(&self) -> Properties {
        Properties {
            name: "ExplicitEuler",
            order: 1,
            gradients: 1,
            symmetric: false,
        }
    }

    fn dt(&self) -> T {
        self.dt.clone()
    }

    fn step_for(&self, ball: &HeavyBall<T>, dt: T) -> Result<Self::Step, Error> {
        Ok(ExplicitStep {
            damping: T::one() - drag_per_step(ball, &dt),
            time_per_mass: dt.clone() / ball.mass.clone(),
            dt,
        })
    }
}
