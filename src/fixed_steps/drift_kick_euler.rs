//! DriftKickEuler: x₊ = x + (Δt/m)p, p₊ = (1 − z)p − Δt∇f(x₊), z = γΔt/m: drift, then kick.
//!
//! This is the other semi-implicit Euler method, and Sutskever's update shifted by one index: started at (x₀, v₀), its
//! position at k + 1 equals that of kick-then-drift at k started at (x₀ + v₀, v₀).

use crate::fixed_steps::fixed_step::{drag_per_step, fixed_step_constructors};
use crate::fixed_steps::{FixedStep, Properties, Step};
use crate::particle::{HeavyBall, Phase};
use crate::potentials::{Potential, gradient_at};
use crate::{Error, Number};
use nalgebra::allocator::Allocator;
use nalgebra::{DefaultAllocator, Dim, OVector};

/// The drift-then-kick Euler method, x₊ = x + (Δt/m)p, p₊ = (1 − γΔt/m)p − Δt∇f(x₊).
///
/// Order 1, one gradient evaluation per step. The stability limit is that of
/// [`SymplecticEuler`](crate::SymplecticEuler), whose positions it reproduces one step later.
///
/// Measured order on a nonlinear force with drag: 1.00 in x, 1.00 in ẋ (`tests/limits/step_limit.rs`).
///
/// ```
/// use heavyball::prelude::*;
/// use nalgebra::vector;
///
/// let ball = HeavyBall::new(1.0, 5.0)?;
/// let rest = Phase::at_rest(vector![-0.5]);
/// let late = DriftKickEuler::new(0.1)?.phases(&ball, &Quartic, rest.clone())?.after(21)?;
/// let early = SymplecticEuler::new(0.1)?.phases(&ball, &Quartic, rest)?.after(20)?;
/// assert!((late.position - early.position).norm() < 1e-14);
/// # Ok::<(), heavyball::Error>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct DriftKickEuler<T = f64> {
    dt: T,
}

fixed_step_constructors!(DriftKickEuler);

/// The step map of [`DriftKickEuler`].
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct DriftKick<T> {
    pub(crate) damping: T,
    pub(crate) dt: T,
    pub(crate) time_per_mass: T,
}

impl<T: Number> Step<T> for DriftKick<T> {
    #[inline(always)]
    fn advance<D, P>(&self, potential: &P, phase: &mut Phase<T, D>, gradient: &mut OVector<T, D>)
    where
        D: Dim,
        P: Potential<T, D> + ?Sized,
        DefaultAllocator: Allocator<D>,
    {
        phase.drift(&self.time_per_mass);
        gradient_at(potential, &phase.position, gradient);
        phase.damped_kick(&self.damping, &self.dt, gradient);
    }
}

impl<T: Number> FixedStep<T> for DriftKickEuler<T> {
    type Step = DriftKick<T>;

    fn properties(&self) -> Properties {
        Properties {
            name: "DriftKickEuler",
            order: 1,
            gradients: 1,
            symmetric: false,
        }
    }

    fn dt(&self) -> T {
        self.dt.clone()
    }

    fn step_for(&self, ball: &HeavyBall<T>, dt: T) -> Result<Self::Step, Error> {
        Ok(DriftKick {
            damping: T::one() - drag_per_step(ball, &dt),
            time_per_mass: dt.clone() / ball.mass.clone(),
            dt,
        })
    }
}
