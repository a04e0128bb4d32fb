//! StochasticSymplecticEuler: p₊ = (1 − z)p − Δt∇f(x) + √(2γTΔt) N, x₊ = x + (Δt/m)p₊, z = γΔt/m.
//!
//! It is Sutskever's update with noise in the gradient: β = 1 − z and α = Δt²/m, and the velocity Δt·p₊/m receives
//! √(2γTΔt³)/m·N.

use crate::Error;
use crate::check::product_over;
use crate::langevin::bath::Heat;
use crate::langevin::method::langevin_method;
use crate::langevin::{Langevin, LangevinState, LangevinStep};
use crate::noise::Place;
use crate::particle::HeavyBall;
use crate::potentials::{Potential, gradient_at};
use nalgebra::allocator::Allocator;
use nalgebra::{DefaultAllocator, Dim};

/// Symplectic Euler with noise: what momentum with noisy gradients is, and at T = 0 [`SymplecticEuler`](crate::SymplecticEuler)
/// bit for bit.
///
/// Weak order 1, one gradient a step. Stable on curvature k for Δt < 4m/(γ + √(γ² + 4mk)). To sample the density of
/// Gibbs use [`Baoab`](crate::langevin::Baoab), at the same cost; this method says at which temperature an optimiser
/// runs.
///
#[cfg_attr(feature = "parallel", doc = "```")]
#[cfg_attr(not(feature = "parallel"), doc = "```ignore")]
/// use heavyball::ensemble::Ensemble;
/// use heavyball::langevin::{StochasticSymplecticEuler, Langevin};
/// use heavyball::noise::Noise;
/// use heavyball::prelude::*;
/// use nalgebra::vector;
///
/// // A long step, h²k/4m = ¼.
/// let bath = Langevin::new(HeavyBall::new(1.0, 1.0)?, 1.0)?;
/// let well = Quadratic::diagonal(vector![1.0])?;
/// let starts = vec![Phase::at_rest(vector![0.0]); 20_000];
/// let ensemble = Ensemble::in_bath(&StochasticSymplecticEuler::new(1.0)?, &bath, &well, starts, Noise::new(1))?;
/// let ends = ensemble.after(60)?;
/// let variance = |of: fn(&Phase<f64, nalgebra::Const<1>>) -> f64| {
///     ends.states().iter().map(|end| of(&end.phase).powi(2)).sum::<f64>() / 2e4
/// };
/// // z = 1: momentum without memory, whose variance is σ²h²/(2q − q²) with q = 1 and σ² = 2.
/// assert!((variance(|end| end.position.x) - 2.0).abs() < 0.08);
/// # Ok::<(), heavyball::Error>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct StochasticSymplecticEuler {
    dt: f64,
}

langevin_method!(StochasticSymplecticEuler, StochasticEulerStep, 1, false);

/// The step map of [`StochasticSymplecticEuler`].
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct StochasticEulerStep {
    kick: f64,
    time_per_mass: f64,
    heat: Heat,
}

impl StochasticEulerStep {
    fn of(bath: &Langevin, dt: f64) -> Result<Self, Error> {
        let HeavyBall { mass, drag } = bath.ball;
        let z = product_over(drag, dt, mass);
        let noise = (2.0 * drag).sqrt() * dt.sqrt() * bath.temperature.sqrt();
        Ok(Self {
            kick: dt,
            time_per_mass: dt / mass,
            heat: bath.heat(1.0 - z, noise)?,
        })
    }
}

impl LangevinStep for StochasticEulerStep {
    #[inline(always)]
    fn advance<D, P>(&self, place: &Place, potential: &P, state: &mut LangevinState<D>)
    where
        D: Dim,
        P: Potential<f64, D> + ?Sized,
        DefaultAllocator: Allocator<D>,
    {
        let LangevinState { phase, gradient } = state;
        gradient_at(potential, &phase.position, gradient);
        phase.damped_kick(&self.heat.factor, &self.kick, gradient);
        self.heat.add(phase.momentum.as_mut_slice(), place);
        phase.drift(&self.time_per_mass);
    }
}
