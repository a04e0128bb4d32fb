//! Boaob: half kick, half damp with noise, drift, half damp with noise, half kick.
//!
//! Without noise its positions are the iterates of [`Discretization::Boaob`](crate::Discretization::Boaob).
//! Reference: B. Leimkuhler, C. Matthews, *Appl. Math. Res. Express* (2013) 34–56, section 2.

use crate::Error;
use crate::langevin::bath::Heat;
use crate::langevin::method::langevin_method;
use crate::langevin::{Langevin, LangevinState, LangevinStep};
use crate::noise::Place;
use crate::potentials::{Potential, gradient_at};
use nalgebra::allocator::Allocator;
use nalgebra::{DefaultAllocator, Dim};

/// BOAOB: damping and noise on both sides of one drift, between two half kicks.
///
/// Weak order 2, one gradient and two normal numbers per coordinate a step. Stable on curvature k for Δt²k/m < 4 cosh(z/2).
///
/// Not for z = γΔt/m above 1: the variance of x on a quadratic is T/(ku(1 − uΔt²k/4m)) with u = 1/cosh(z/2), so that it
/// grows with the drag. [`Baoab`](crate::langevin::Baoab) has the exact one at half the normal numbers.
///
#[cfg_attr(feature = "parallel", doc = "```")]
#[cfg_attr(not(feature = "parallel"), doc = "```ignore")]
/// use heavyball::ensemble::Ensemble;
/// use heavyball::langevin::{Boaob, Langevin};
/// use heavyball::noise::Noise;
/// use heavyball::prelude::*;
/// use nalgebra::vector;
///
/// // A long step, h²k/4m = ¼.
/// let bath = Langevin::new(HeavyBall::new(1.0, 1.0)?, 1.0)?;
/// let well = Quadratic::diagonal(vector![1.0])?;
/// let starts = vec![Phase::at_rest(vector![0.0]); 20_000];
/// let ensemble = Ensemble::in_bath(&Boaob::new(1.0)?, &bath, &well, starts, Noise::new(1))?;
/// let ends = ensemble.after(60)?;
/// let variance = |of: fn(&Phase<f64, nalgebra::Const<1>>) -> f64| {
///     ends.states().iter().map(|end| of(&end.phase).powi(2)).sum::<f64>() / 2e4
/// };
/// let u = 1.0 / 0.5_f64.cosh();
/// assert!((variance(|end| end.position.x) - 1.0 / (u * (1.0 - u / 4.0))).abs() < 0.06);
/// # Ok::<(), heavyball::Error>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Boaob {
    dt: f64,
}

langevin_method!(Boaob, BoaobStep, 2, true);

/// The step map of [`Boaob`].
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct BoaobStep {
    half_kick: f64,
    time_per_mass: f64,
    half_heat: Heat,
}

impl BoaobStep {
    fn of(bath: &Langevin, dt: f64) -> Result<Self, Error> {
        Ok(Self {
            half_kick: dt / 2.0,
            time_per_mass: dt / bath.ball.mass,
            half_heat: bath.damping_and_noise(dt / 2.0)?,
        })
    }
}

impl LangevinStep for BoaobStep {
    #[inline(always)]
    fn advance<D, P>(&self, place: &Place, potential: &P, state: &mut LangevinState<D>)
    where
        D: Dim,
        P: Potential<f64, D> + ?Sized,
        DefaultAllocator: Allocator<D>,
    {
        let LangevinState { phase, gradient } = state;
        let heat = &self.half_heat;
        phase.kick(&self.half_kick, gradient);
        heat.apply_half::<0>(phase.momentum.as_mut_slice(), place);
        phase.drift(&self.time_per_mass);
        heat.apply_half::<1>(phase.momentum.as_mut_slice(), place);
        gradient_at(potential, &phase.position, gradient);
        phase.kick(&self.half_kick, gradient);
    }
}
