//! Obabo: half damp with noise, half kick, drift, half kick, half damp with noise.
//!
//! Without noise its positions are the iterates of [`Discretization::Obabo`](crate::Discretization::Obabo).
//! Reference: G. Bussi, M. Parrinello, *Phys. Rev. E* 75 (2007) 056707, equation (12).

use crate::Error;
use crate::langevin::bath::Heat;
use crate::langevin::method::langevin_method;
use crate::langevin::{Langevin, LangevinState, LangevinStep};
use crate::noise::Place;
use crate::potentials::{Potential, gradient_at};
use nalgebra::allocator::Allocator;
use nalgebra::{DefaultAllocator, Dim};

/// OBABO: velocity Verlet between two half steps of damping and noise. Its momenta have the exact variance mT at any step.
///
/// Weak order 2, one gradient and two normal numbers per coordinate a step. Stable on curvature k for Δt < 2√(m/k). The
/// variance of x on a quadratic is T/(k(1 − Δt²k/4m)), too large; [`Baoab`](crate::langevin::Baoab) has the exact one.
///
#[cfg_attr(feature = "parallel", doc = "```")]
#[cfg_attr(not(feature = "parallel"), doc = "```ignore")]
/// use heavyball::ensemble::Ensemble;
/// use heavyball::langevin::{Obabo, Langevin};
/// use heavyball::noise::Noise;
/// use heavyball::prelude::*;
/// use nalgebra::vector;
///
/// // A long step, h²k/4m = ¼.
/// let bath = Langevin::new(HeavyBall::new(1.0, 1.0)?, 1.0)?;
/// let well = Quadratic::diagonal(vector![1.0])?;
/// let starts = vec![Phase::at_rest(vector![0.0]); 20_000];
/// let ensemble = Ensemble::in_bath(&Obabo::new(1.0)?, &bath, &well, starts, Noise::new(1))?;
/// let ends = ensemble.after(60)?;
/// let variance = |of: fn(&Phase<f64, nalgebra::Const<1>>) -> f64| {
///     ends.states().iter().map(|end| of(&end.phase).powi(2)).sum::<f64>() / 2e4
/// };
/// assert!((variance(|end| end.position.x) - 4.0 / 3.0).abs() < 0.05);
/// assert!((variance(|end| end.momentum.x) - 1.0).abs() < 0.04);
/// # Ok::<(), heavyball::Error>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Obabo {
    dt: f64,
}

langevin_method!(Obabo, ObaboStep, 2, true);

/// The step map of [`Obabo`].
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ObaboStep {
    half_kick: f64,
    time_per_mass: f64,
    half_heat: Heat,
}

impl ObaboStep {
    fn of(bath: &Langevin, dt: f64) -> Result<Self, Error> {
        Ok(Self {
            half_kick: dt / 2.0,
            time_per_mass: dt / bath.ball.mass,
            half_heat: bath.damping_and_noise(dt / 2.0)?,
        })
    }
}

impl LangevinStep for ObaboStep {
    #[inline(always)]
    fn advance<D, P>(&self, place: &Place, potential: &P, state: &mut LangevinState<D>)
    where
        D: Dim,
        P: Potential<f64, D> + ?Sized,
        DefaultAllocator: Allocator<D>,
    {
        let LangevinState { phase, gradient } = state;
        let heat = &self.half_heat;
        heat.apply_half::<0>(phase.momentum.as_mut_slice(), place);
        phase.kick(&self.half_kick, gradient);
        phase.drift(&self.time_per_mass);
        gradient_at(potential, &phase.position, gradient);
        phase.kick(&self.half_kick, gradient);
        heat.apply_half::<1>(phase.momentum.as_mut_slice(), place);
    }
}
