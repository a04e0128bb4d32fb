//! VaryingBall: m(t)ẍ = −∇f(x) − γ(t)ẋ, the particle that corresponds to a schedule of (α, β).

use crate::Error;
use crate::error::RunError;
use crate::ode::SecondOrderSystem;
use crate::potentials::{Potential, check_start_motion};
use nalgebra::allocator::Allocator;
use nalgebra::{DefaultAllocator, Dim, OVector};

/// A ball whose mass and drag change with time.
///
/// A schedule of (α, β) with step Δt corresponds to m(t) = Δt²/α, γ(t) = (1 − β)Δt/α. When α changes, a rule that keeps
/// v unchanged keeps the velocity ẋ and follows this equation, to first order in Δt. A rule that keeps v/α unchanged,
/// like those of PyTorch and Optax, keeps the momentum mẋ and follows (mẋ)˙ = −∇f − γẋ, which is this equation with the
/// drag γ + ṁ (derivation (47)). Costs one gradient per evaluation.
///
/// The mass must be positive at every time; a run ends with an error where it is not.
///
/// ```
/// use heavyball::prelude::*;
/// use heavyball::Linear;
/// use heavyball::VaryingBall;
/// use nalgebra::{Const, vector};
///
/// // Without force and drag the velocity of a ball that becomes lighter does not change;
/// // if its momentum is kept instead, it speeds up.
/// let level = Linear::new(vector![0.0])?;
/// let mass = |t: f64| 2.0 - t;
/// let speed = |drag: f64| -> Result<f64, Error> {
///     let system = VaryingBall::new(&level, mass, move |_| drag).in_phase_space(Const::<1>);
///     let run = Rk45::new(1e-10, 1e-10).integrate(&system, (0.0, 1.0), vector![0.0, 1.0])?;
///     Ok(run.last()[1])
/// };
/// assert!((speed(0.0)? - 1.0).abs() < 1e-9);
/// assert!((speed(-1.0)? - 2.0).abs() < 1e-9); // γ + ṁ = −1
/// # Ok::<(), heavyball::Error>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct VaryingBall<P, M, G> {
    /// The potential f.
    pub potential: P,
    /// Mass m(t).
    pub mass: M,
    /// Drag γ(t).
    pub drag: G,
}

impl<P, M, G> VaryingBall<P, M, G>
where
    M: Fn(f64) -> f64,
    G: Fn(f64) -> f64,
{
    /// The ball on `potential` with mass m(t) and drag γ(t).
    pub fn new(potential: P, mass: M, drag: G) -> Self {
        Self {
            potential,
            mass,
            drag,
        }
    }
}

impl<P, M, G, D> SecondOrderSystem<D> for VaryingBall<P, M, G>
where
    P: Potential<f64, D>,
    M: Fn(f64) -> f64,
    G: Fn(f64) -> f64,
    D: Dim,
    DefaultAllocator: Allocator<D>,
{
    fn acceleration(
        &self,
        time: f64,
        position: &OVector<f64, D>,
        velocity: &OVector<f64, D>,
        acceleration: &mut OVector<f64, D>,
    ) {
        let mass = (self.mass)(time);
        if mass.is_nan() || mass <= 0.0 {
            acceleration.fill(f64::NAN);
            return;
        }
        let drag = (self.drag)(time);
        self.potential.gradient(position, acceleration);
        acceleration.zip_apply(velocity, |slot, u| *slot = -(*slot + drag * u) / mass);
    }

    fn check_start(
        &self,
        position: &OVector<f64, D>,
        velocity: &OVector<f64, D>,
    ) -> Result<(), Error> {
        check_start_motion(&self.potential, position, velocity)
    }

    fn check_time(&self, time: f64) -> Result<(), Error> {
        let (mass, drag) = ((self.mass)(time), (self.drag)(time));
        let (name, value) = if !(mass.is_finite() && mass > 0.0) {
            ("mass", mass)
        } else if !drag.is_finite() {
            ("drag", drag)
        } else {
            return Ok(());
        };
        Err(Error::Run(RunError::Coefficient { name, value, time }))
    }
}
