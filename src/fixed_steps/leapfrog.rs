//! Leapfrog: half drift; half kick, damp, half kick; half drift.
//!
//! Two half kicks around the damping share their gradient, so that the middle is
//! p₊ = e⁻ᶻp − (Δt/2)(1 + e⁻ᶻ)∇f(x), z = γΔt/m: one gradient a step, none kept from the last.
//! Its midpoints x + (Δt/2m)p are momentum iterates with β = e⁻ᶻ, α = (Δt²/2m)(1 + e⁻ᶻ).

use crate::check::positive;
use crate::fixed_steps::{FixedStep, Properties, Step, drag_per_step};
use crate::particle::{HeavyBall, Phase};
use crate::potentials::Potential;
use crate::{Error, Exponential, Number};
use nalgebra::allocator::Allocator;
use nalgebra::{DefaultAllocator, Dim, OVector};

/// The leapfrog method with exact damping in its middle: the default choice for fixed steps.
///
/// Order 2 at any drag, symmetric, conformally symplectic (phase volume shrinks by e⁻ᶻ a step and
/// dimension, exactly), one gradient a step. Stable on curvature k for Δt < 2√(m/k), whatever the
/// drag. Base of the higher orders in [`Composition`](crate::Composition). For smooth problems to
/// tight tolerances prefer [`Rk45`](crate::Rk45) or [`Dop853`](crate::Dop853).
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

impl Leapfrog {
    /// The method with step `dt`.
    ///
    /// # Errors
    /// [`ParameterError::NotPositive`](crate::error::ParameterError::NotPositive) unless the step is positive and finite.
    pub fn new(dt: f64) -> Result<Self, Error> {
        Self::of(dt)
    }
}

impl<T: Number> Leapfrog<T> {
    /// As [`Self::new`], over any [`Number`].
    ///
    /// # Errors
    /// As for [`Self::new`].
    pub fn of(dt: T) -> Result<Self, Error> {
        positive("dt", &dt, "")?;
        Ok(Self { dt })
    }
}

/// The map half drift, p₊ = ηp − κ∇f(x), half drift of [`Leapfrog`] and
/// [`CentralLeapfrog`](crate::CentralLeapfrog), which differ in the damping η and the kick κ.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct DriftKickDrift<T> {
    pub(crate) damping: T,
    pub(crate) kick: T,
    pub(crate) half_time_per_mass: T,
}

impl<T: Number> Step<T> for DriftKickDrift<T> {
    #[inline]
    fn advance<D, P>(&self, potential: &P, phase: &mut Phase<T, D>, gradient: &mut OVector<T, D>)
    where
        D: Dim,
        P: Potential<T, D> + ?Sized,
        DefaultAllocator: Allocator<D>,
    {
        phase.drift(&self.half_time_per_mass);
        potential.gradient(&phase.position, gradient);
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
            kick: dt.clone() * (T::one() + damping.clone()) / two.clone(),
            half_time_per_mass: dt / (two * ball.mass.clone()),
            damping,
        })
    }
}
