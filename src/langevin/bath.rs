//! Langevin: the ball and the temperature of its bath.

use crate::Error;
use crate::check::{in_range, nonnegative, product_over};
use crate::noise::Place;
use crate::particle::HeavyBall;

/// A heavy ball in a bath of temperature T: m ẍ = −∇f(x) − γẋ + √(2γT) ξ(t).
///
/// T is in the unit of f (Boltzmann's constant is 1). In the long run the phases have the density of Gibbs,
/// exp(−(|p|²/2m + f(x))/T), if there is drag and f grows fast enough; without drag there is no noise.
///
/// ```
/// use heavyball::langevin::{Baoab, Langevin, LangevinMethod};
/// use heavyball::noise::Noise;
/// use heavyball::prelude::*;
/// use nalgebra::vector;
///
/// let bath = Langevin::new(HeavyBall::new(1.0, 0.5)?, 0.3)?;
/// let start = Phase::at_rest(vector![-1.0, 0.0]);
/// let run = Baoab::new(0.1)?.phases(&bath, &DoubleWell, start, Noise::new(7))?;
/// let end = run.clone().after(1000)?;
///
/// // The same seed is the same run; a saved phase continues it.
/// let half = run.after(400)?;
/// let rest = Baoab::new(0.1)?.phases(&bath, &DoubleWell, half, Noise::new(7))?.from_step(400);
/// assert_eq!(rest.after(600)?, end);
/// # Ok::<(), heavyball::Error>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq)]
#[non_exhaustive]
pub struct Langevin {
    /// The ball, with mass m and drag γ.
    pub ball: HeavyBall,
    /// Temperature T ≥ 0, in the unit of f.
    pub temperature: f64,
}

impl Langevin {
    /// The bath of `ball` at `temperature`.
    ///
    /// # Errors
    /// The errors of [`HeavyBall::new`]; [`ParameterError::Negative`](crate::error::ParameterError::Negative) unless the
    /// temperature is zero or positive, and finite.
    pub fn new(ball: HeavyBall, temperature: f64) -> Result<Self, Error> {
        let bath = Self { ball, temperature };
        bath.check()?;
        Ok(bath)
    }

    /// Refuses a bath whose public fields were set to values that `new` refuses.
    pub(super) fn check(&self) -> Result<(), Error> {
        self.ball.check()?;
        let advice = "; 0 is the ball without noise";
        nonnegative("temperature", &self.temperature, advice)
    }

    /// The factor e⁻ᶻ and the deviation √(mT(1 − e⁻²ᶻ)) of O over the time τ, z = γτ/m.
    pub(super) fn damping_and_noise(&self, time: f64) -> Result<Heat, Error> {
        let HeavyBall { mass, drag } = self.ball;
        let z = product_over(drag, time, mass);
        // Not 1 − e⁻²ᶻ, which has no digits for small z.
        let share = -(-2.0 * z).exp_m1();
        self.heat((-z).exp(), (mass * share).sqrt() * self.temperature.sqrt())
    }

    /// p ← ηp + σN.
    pub(super) fn heat(&self, factor: f64, deviation: f64) -> Result<Heat, Error> {
        in_range("the noise of a step", &deviation)?;
        in_range("the damping of a step", &factor)?;
        Ok(Heat { factor, deviation })
    }
}

/// Damping and noise, p ← ηp + σN.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Heat {
    pub(super) factor: f64,
    pub(super) deviation: f64,
}

impl Heat {
    /// With the normal number of each coordinate.
    #[inline(always)]
    pub(super) fn apply(&self, momentum: &mut [f64], place: &Place) {
        for (pair, momenta) in momentum.chunks_mut(2).enumerate() {
            let normals = place.normal_pair(pair);
            for (p, normal) in momenta.iter_mut().zip(normals) {
                *p = self.deviation.mul_add(normal, self.factor * *p);
            }
        }
    }

    /// p ← p + σN, where the damping is done.
    #[inline(always)]
    pub(super) fn add(&self, momentum: &mut [f64], place: &Place) {
        for (pair, momenta) in momentum.chunks_mut(2).enumerate() {
            let normals = place.normal_pair(pair);
            for (p, normal) in momenta.iter_mut().zip(normals) {
                *p = self.deviation.mul_add(normal, *p);
            }
        }
    }

    /// With the first or second normal number of each coordinate, for methods that damp twice a step.
    #[inline(always)]
    pub(super) fn apply_half<const HALF: usize>(&self, momentum: &mut [f64], place: &Place) {
        for (coordinate, p) in momentum.iter_mut().enumerate() {
            let normals = place.normal_pair(coordinate);
            *p = self.deviation.mul_add(normals[HALF & 1], self.factor * *p);
        }
    }
}
