//! Baoab: half kick, half drift, damp with noise, half drift, half kick.
//!
//! Without noise its positions are the iterates of [`Discretization::Obabo`](crate::Discretization::Obabo).
//! Reference: B. Leimkuhler, C. Matthews, *Appl. Math. Res. Express* (2013) 34–56, equation (9).

use crate::Error;
use crate::langevin::bath::Heat;
use crate::langevin::method::langevin_method;
use crate::langevin::{Langevin, LangevinState, LangevinStep};
use crate::noise::Place;
use crate::potentials::{Potential, gradient_at};
use nalgebra::allocator::Allocator;
use nalgebra::{DefaultAllocator, Dim};

/// BAOAB: the choice for a ball in a bath. Its positions on a quadratic have the exact variance T/k at any step.
///
/// Weak order 2, one gradient a step. Stable on curvature k for Δt < 2√(m/k), for any drag. The variance of p is
/// mT(1 − Δt²k/4m): take averages over positions.
///
#[cfg_attr(feature = "parallel", doc = "```")]
#[cfg_attr(not(feature = "parallel"), doc = "```ignore")]
/// use heavyball::ensemble::Ensemble;
/// use heavyball::langevin::{Baoab, Langevin};
/// use heavyball::noise::Noise;
/// use heavyball::prelude::*;
/// use nalgebra::vector;
///
/// // A long step, h²k/4m = ¼.
/// let bath = Langevin::new(HeavyBall::new(1.0, 1.0)?, 1.0)?;
/// let well = Quadratic::diagonal(vector![1.0])?;
/// let starts = vec![Phase::at_rest(vector![0.0]); 20_000];
/// let ensemble = Ensemble::in_bath(&Baoab::new(1.0)?, &bath, &well, starts, Noise::new(1))?;
/// let ends = ensemble.after(60)?;
/// let variance = |of: fn(&Phase<f64, nalgebra::Const<1>>) -> f64| {
///     ends.states().iter().map(|end| of(&end.phase).powi(2)).sum::<f64>() / 2e4
/// };
/// assert!((variance(|end| end.position.x) - 1.0).abs() < 0.04);
/// assert!((variance(|end| end.momentum.x) - 0.75).abs() < 0.03);
/// # Ok::<(), heavyball::Error>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Baoab {
    dt: f64,
}

langevin_method!(Baoab, BaoabStep, 2, true);

/// The step map of [`Baoab`].
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct BaoabStep {
    half_kick: f64,
    half_time_per_mass: f64,
    heat: Heat,
}

impl BaoabStep {
    fn of(bath: &Langevin, dt: f64) -> Result<Self, Error> {
        let half = dt / 2.0;
        Ok(Self {
            half_kick: half,
            half_time_per_mass: half / bath.ball.mass,
            heat: bath.damping_and_noise(dt)?,
        })
    }
}

impl LangevinStep for BaoabStep {
    #[inline(always)]
    fn advance<D, P>(&self, place: &Place, potential: &P, state: &mut LangevinState<D>)
    where
        D: Dim,
        P: Potential<f64, D> + ?Sized,
        DefaultAllocator: Allocator<D>,
    {
        let LangevinState { phase, gradient } = state;
        phase.kick(&self.half_kick, gradient);
        phase.drift(&self.half_time_per_mass);
        self.heat.apply(phase.momentum.as_mut_slice(), place);
        phase.drift(&self.half_time_per_mass);
        gradient_at(potential, &phase.position, gradient);
        phase.kick(&self.half_kick, gradient);
    }
}
