//! Leapfrog: half drift; half kick, damp, half kick; half drift.
//!
//! The half kicks before and after the damping use the same gradient and combine to
//! p₊ = e⁻ᶻp − (Δt/2)(1 + e⁻ᶻ)∇f(x), z = γΔt/m. A step costs one gradient evaluation and reuses none from the step
//! before. The midpoints x + (Δt/2m)p are iterates of momentum with β = e⁻ᶻ, α = (Δt²/2m)(1 + e⁻ᶻ).

use crate::fixed_steps::fixed_step::{drag_per_step, fixed_step_constructors};
use crate::fixed_steps::{FixedStep, Properties, Step};
use crate::particle::{HeavyBall, Phase};
use crate::potentials::{Potential, gradient_at};
use crate::{Error, Exponential, Number};
use nalgebra::allocator::Allocator;
use nalgebra::{DefaultAllocator, Dim, OVector};

/// The leapfrog method with exact damping at the midpoint: the default choice for fixed steps.
///
/// Order 2 for any drag, symmetric, conformally symplectic (each step contracts phase volume by exactly e⁻ᶻ per
/// dimension), one gradient evaluation per step. Stable on curvature k for Δt < 2√(m/k), for any drag. It is the usual
/// base method for the higher orders of [`Composition`](crate::Composition). For smooth problems with tight tolerances,
/// prefer [`Adaptive`](crate::Adaptive).
///
/// Not for z = γΔt/m far above 1: it stays stable there, but its slow motion is (z/2)coth(z/2) times too fast. There
/// [`CentralLeapfrog`](crate::CentralLeapfrog) is right, and `Adaptive` as well.
///
/// Measured order on a nonlinear force with drag: 2.00 in x, 2.00 in ẋ (`tests/limits/step_limit.rs`).
///
/// ```
/// use heavyball::prelude::*;
/// use nalgebra::vector;
///
/// let exact = DampedOscillator::new(1.0, 0.4, 4.0)?.at(3.0, 1.0, 0.0).0;
/// let error = |dt| -> Result<f64, heavyball::Error> {
///     let problem = Problem::new(HeavyBall::new(1.0, 0.4)?, Quadratic::diagonal(vector![4.0])?, vector![1.0]);
///     Ok(problem.until(3.0).solve(&Leapfrog::new(dt)?)?.last().position.x - exact)
/// };
/// assert!((error(0.01)? / error(0.005)? - 4.0).abs() < 0.01);
/// # Ok::<(), heavyball::Error>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Leapfrog<T = f64> {
    dt: T,
}

fixed_step_constructors!(Leapfrog);

/// The step map of [`Leapfrog`] and [`CentralLeapfrog`](crate::CentralLeapfrog).
///
/// Half drift, p₊ = ηp − κ∇f(x), half drift. The two methods differ only in the damping factor η and the kick factor κ.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct DriftKickDrift<T> {
    pub(crate) damping: T,
    pub(crate) kick: T,
    pub(crate) half_time_per_mass: T,
}

impl<T: Number> Step<T> for DriftKickDrift<T> {
    #[inline(always)]
    fn advance<D, P>(&self, potential: &P, phase: &mut Phase<T, D>, gradient: &mut OVector<T, D>)
    where
        D: Dim,
        P: Potential<T, D> + ?Sized,
        DefaultAllocator: Allocator<D>,
    {
        phase.drift(&self.half_time_per_mass);
        gradient_at(potential, &phase.position, gradient);
        phase.damped_kick(&self.damping, &self.kick, gradient);
        phase.drift(&self.half_time_per_mass);
    }
}

impl<T: Exponential> FixedStep<T> for Leapfrog<T> {
    type Step = DriftKickDrift<T>;

    fn properties(&self) -> Properties {
        Properties {
            name: "Leapfrog",
            order: 2,
            gradients: 1,
            symmetric: true,
        }
    }

    fn dt(&self) -> T {
        self.dt.clone()
    }

    fn step_for(&self, ball: &HeavyBall<T>, dt: T) -> Result<Self::Step, Error> {
        let two = T::integer(2);
        let damping = drag_per_step(ball, &dt).decay();
        Ok(DriftKickDrift {
            kick: dt.clone() * ((T::one() + damping.clone()) / two.clone()),
            // Not dt/2m: twice a large mass overflows.
            half_time_per_mass: dt / two / ball.mass.clone(),
            damping,
        })
    }
}
