//! Aboba: half drift; half kick, damp with noise, half kick; half drift.
//!
//! Both half kicks have the same gradient, p₊ = e⁻ᶻp − (Δt/2)(1 + e⁻ᶻ)∇f(x) + √(mT(1 − e⁻²ᶻ)) N: it is
//! [`Leapfrog`](crate::Leapfrog) with noise.
//! Reference: B. Leimkuhler, C. Matthews, *Appl. Math. Res. Express* (2013) 34–56, section 2.

use crate::Error;
use crate::langevin::bath::Heat;
use crate::langevin::method::langevin_method;
use crate::langevin::{Langevin, LangevinState, LangevinStep};
use crate::noise::Place;
use crate::potentials::{Potential, gradient_at};
use nalgebra::allocator::Allocator;
use nalgebra::{DefaultAllocator, Dim};

/// ABOBA: [`Leapfrog`](crate::Leapfrog) with noise, and at T = 0 Leapfrog bit for bit.
///
/// Weak order 2, one gradient a step, none kept from the step before. Stable on curvature k for Δt < 2√(m/k).
///
#[cfg_attr(feature = "parallel", doc = "```")]
#[cfg_attr(not(feature = "parallel"), doc = "```ignore")]
/// use heavyball::ensemble::Ensemble;
/// use heavyball::langevin::{Aboba, Langevin};
/// use heavyball::noise::Noise;
/// use heavyball::prelude::*;
/// use nalgebra::vector;
///
/// // A long step, h²k/4m = ¼.
/// let bath = Langevin::new(HeavyBall::new(1.0, 1.0)?, 1.0)?;
/// let well = Quadratic::diagonal(vector![1.0])?;
/// let starts = vec![Phase::at_rest(vector![0.0]); 20_000];
/// let ensemble = Ensemble::in_bath(&Aboba::new(1.0)?, &bath, &well, starts, Noise::new(1))?;
/// let ends = ensemble.after(60)?;
/// let variance = |of: fn(&Phase<f64, nalgebra::Const<1>>) -> f64| {
///     ends.states().iter().map(|end| of(&end.phase).powi(2)).sum::<f64>() / 2e4
/// };
/// assert!((variance(|end| end.position.x) - 1.0).abs() < 0.04);
/// assert!((variance(|end| end.momentum.x) - 4.0 / 3.0).abs() < 0.05);
/// # Ok::<(), heavyball::Error>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Aboba {
    dt: f64,
}

langevin_method!(Aboba, AbobaStep, 2, true);

/// The step map of [`Aboba`].
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct AbobaStep {
    half_time_per_mass: f64,
    kick: f64,
    heat: Heat,
}

impl AbobaStep {
    fn of(bath: &Langevin, dt: f64) -> Result<Self, Error> {
        let heat = bath.damping_and_noise(dt)?;
        Ok(Self {
            half_time_per_mass: dt / 2.0 / bath.ball.mass,
            kick: dt * ((1.0 + heat.factor) / 2.0),
            heat,
        })
    }
}

impl LangevinStep for AbobaStep {
    #[inline(always)]
    fn advance<D, P>(&self, place: &Place, potential: &P, state: &mut LangevinState<D>)
    where
        D: Dim,
        P: Potential<f64, D> + ?Sized,
        DefaultAllocator: Allocator<D>,
    {
        let LangevinState { phase, gradient } = state;
        phase.drift(&self.half_time_per_mass);
        gradient_at(potential, &phase.position, gradient);
        phase.damped_kick(&self.heat.factor, &self.kick, gradient);
        self.heat.add(phase.momentum.as_mut_slice(), place);
        phase.drift(&self.half_time_per_mass);
    }
}
