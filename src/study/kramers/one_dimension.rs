//! What is known of a barrier in one dimension: the energy lost in the well, the turnover, and the exact time without mass.

use super::ThermalBarrier;
use crate::Error;
use crate::check::{in_range, positive};
use crate::langevin::Langevin;
use crate::particle::HeavyBall;
use crate::potentials::Curvature;
use crate::study::escape::EscapeError;
use nalgebra::{Const, vector};
use std::f64::consts::{FRAC_2_PI, FRAC_PI_2, PI};

/// Number of intervals of the quadratures, whose error is below 1e-6 of the result.
const INTERVALS: u16 = 16_384;

/// Beyond ΔE + so many temperatures the density of Gibbs is nothing.
const NOTHING: f64 = 40.0;

impl<P: Curvature<Const<1>>> ThermalBarrier<'_, P, 1> {
    fn value(&self, x: f64) -> f64 {
        self.potential.value(&vector![x])
    }

    /// The first point beyond the minimum, seen from the saddle, with f above `level`.
    fn wall(&self, level: f64) -> Result<f64, Error> {
        let (minimum, saddle) = (self.minimum().x, self.saddle().x);
        let place = |distance: f64| minimum + distance * (minimum - saddle);
        let mut far = 1.0 / 64.0;
        while self.value(place(far)) <= level {
            far *= 1.05;
            if far > 1e6 {
                return Err(Error::Escape(EscapeError::NoWall {
                    level,
                    position: place(far),
                }));
            }
        }
        let (mut near, mut middle) = (0.0, far / 2.0);
        while near < middle && middle < far {
            if self.value(place(middle)) > level {
                far = middle;
            } else {
                near = middle;
            }
            middle = near + (far - near) / 2.0;
        }
        Ok(place(far))
    }

    /// The action of one round through the well at the height of the saddle, J = ∮p dx = 2∫√(2m(f(s) − f)) dx.
    ///
    /// A ball with that energy loses γJ/m of it each round; derivation (102).
    ///
    /// # Errors
    /// [`ParameterError::NotPositive`](crate::error::ParameterError::NotPositive) for the mass; [`EscapeError::NoWall`] if
    /// behind the minimum f does not rise to the height of the saddle.
    ///
    /// ```
    /// use heavyball::TiltedDoubleWell;
    /// use heavyball::study::kramers::ThermalBarrier;
    /// use nalgebra::vector;
    /// // x⁴/4 − x²/2: 2∫√(x² − x⁴/2) dx = 4/3.
    /// let well = TiltedDoubleWell::new(0.0)?;
    /// let barrier = ThermalBarrier::new(&well, vector![1.0], vector![0.0])?;
    /// assert!((barrier.action(1.0)? - 4.0 / 3.0).abs() < 1e-7);
    /// # Ok::<(), heavyball::Error>(())
    /// ```
    pub fn action(&self, mass: f64) -> Result<f64, Error> {
        positive("mass", &mass, "")?;
        let top = self.saddle.value;
        let (wall, saddle) = (self.wall(top)?, self.saddle().x);
        // x = wall + (saddle − wall)u² removes the root at the wall.
        let part = |u: f64| {
            let below = (top - self.value(wall + (saddle - wall) * u * u)).max(0.0);
            (2.0 * mass).sqrt() * below.sqrt() * 2.0 * u
        };
        let action = 2.0 * (saddle - wall).abs() * simpson(part);
        in_range("action of a round", &action)?;
        Ok(action)
    }

    /// δ = γJ/(mT), the energy lost in a round at the height of the saddle, in units of T.
    ///
    /// It decides the side of the turnover: above 5 or so [`Self::rate`] holds, far below 1 [`Self::energy_diffusion_rate`].
    ///
    /// # Errors
    /// Those of [`Self::action`] and [`Self::transition_state_rate`].
    pub fn energy_loss(&self, bath: &Langevin) -> Result<f64, Error> {
        let HeavyBall { mass, drag } = self.checked(bath)?;
        let loss = self.action(mass)? * (drag / mass) / bath.temperature;
        in_range("energy lost in a round", &loss)?;
        Ok(loss)
    }

    /// δk‡, for drags so small that δ ≪ 1: energy comes and goes slowly, and every ball above the saddle leaves; derivation (102).
    ///
    /// # Errors
    /// Those of [`Self::energy_loss`].
    pub fn energy_diffusion_rate(&self, bath: &Langevin) -> Result<f64, Error> {
        Ok(self.energy_loss(bath)? * self.transition_state_rate(bath)?)
    }

    /// κA(δ)k‡, with A from δ at small drag to 1: the rate at any drag; derivation (103).
    ///
    /// A(δ) = exp((2/π)∫ ln(1 − e^(−δ/4cos²θ)) dθ) over 0 < θ < π/2 (Mel'nikov and Meshkov). It counts balls that leave the well,
    /// as if none ever came back: in a double well with little drag some do, since nothing stops them on the other side.
    ///
    /// # Errors
    /// Those of [`Self::energy_loss`].
    pub fn turnover_rate(&self, bath: &Langevin) -> Result<f64, Error> {
        Ok(depopulation(self.energy_loss(bath)?) * self.rate(bath)?)
    }

    /// The factor by which k‡ changes if the well is not taken as harmonic: √(2πT/k) over ∫ e^(−(f − f_min)/T) dx, up to the saddle.
    ///
    /// Most of the deviation from Kramers' rate at finite ΔE/T.
    ///
    /// # Errors
    /// [`ParameterError::NotPositive`](crate::error::ParameterError::NotPositive) for the temperature;
    /// [`EscapeError::NoWall`].
    pub fn well_correction(&self, temperature: f64) -> Result<f64, Error> {
        positive("temperature", &temperature, "")?;
        let bottom = self.minimum.value;
        let (wall, saddle) = (self.wall(bottom + NOTHING * temperature)?, self.saddle().x);
        let weight =
            |u: f64| (-(self.value(wall + (saddle - wall) * u) - bottom) / temperature).exp();
        let all = (saddle - wall).abs() * simpson(weight);
        let correction = (2.0 * PI * temperature / self.minimum.lowest()).sqrt() / all;
        in_range("correction of the well", &correction)?;
        Ok(correction)
    }

    /// The mean time of a ball without mass from the minimum to `target` beyond the saddle, exactly; derivation (101).
    ///
    /// (γ/T)∫ e^(f(y)/T) ∫ e^(−f(z)/T) dz dy, with y from the minimum to the target and z on the well's side of y.
    ///
    /// # Errors
    /// Those of [`Self::overdamped_rate`]; [`EscapeError::NotBeyond`] for a target that is not beyond the saddle;
    /// [`EscapeError::NoWall`].
    ///
    /// ```
    /// use heavyball::TiltedDoubleWell;
    /// use heavyball::langevin::Langevin;
    /// use heavyball::prelude::*;
    /// use heavyball::study::kramers::ThermalBarrier;
    /// use nalgebra::vector;
    ///
    /// let well = TiltedDoubleWell::new(0.1)?;
    /// let barrier = ThermalBarrier::new(&well, vector![0.95], vector![0.1])?;
    /// let bath = Langevin::new(HeavyBall::new(1.0, 5.0)?, barrier.height() / 8.0)?;
    /// let exact = barrier.overdamped_waiting_time(&bath, -1.0)?;
    /// let harmonic = 1.0 / barrier.overdamped_rate(&bath)?;
    /// assert!(exact > harmonic && exact < 1.3 * harmonic);
    /// # Ok::<(), heavyball::Error>(())
    /// ```
    pub fn overdamped_waiting_time(&self, bath: &Langevin, target: f64) -> Result<f64, Error> {
        let HeavyBall { drag, .. } = self.checked(bath)?;
        positive("drag", &drag, "; without drag there is no noise")?;
        self.direction_to(&vector![target])?;
        let (t, bottom, top) = (bath.temperature, self.minimum.value, self.saddle.value);
        let wall = self.wall(bottom + NOTHING * t)?;
        let step = (target - wall) / f64::from(INTERVALS);
        let start = self.minimum().x;
        let (mut inside, mut sum) = (0.0, 0.0);
        let mut before = (0.0, 0.0);
        for i in 0..=INTERVALS {
            let y = wall + step * f64::from(i);
            let f = self.value(y);
            let density = (-(f - bottom) / t).exp();
            inside += if i == 0 {
                0.0
            } else {
                0.5 * (before.0 + density)
            };
            let is_past = (y - start) * step > 0.0;
            let outer = if is_past {
                ((f - top) / t).exp() * inside
            } else {
                0.0
            };
            sum += 0.5 * (before.1 + outer);
            before = (density, outer);
        }
        let time = drag / t * step * step * sum * (self.height() / t).exp();
        in_range("mean time of escape", &time)?;
        Ok(time)
    }
}

/// A(δ), whose logarithm is (2/π)∫ ln(1 − e^(−δ/4cos²θ)) dθ over 0 < θ < π/2.
fn depopulation(loss: f64) -> f64 {
    // ζ(½)/√π, the next term at small δ.
    if loss < 1e-6 {
        return loss * (1.0 - 0.823_916_8 * loss.sqrt());
    }
    // The integrand is periodic and, on a scale of √δ at θ = π/2, smooth: the trapezoidal rule converges exponentially.
    let points = (64.0 * (1.0 + 1.0 / loss.sqrt())).ceil();
    let part = |i: f64| {
        let cosine = (FRAC_PI_2 * i / points).cos();
        (-(-loss / (4.0 * cosine * cosine)).exp()).ln_1p()
    };
    let mut sum = 0.5 * part(0.0);
    let mut i = 1.0;
    while i < points {
        sum += part(i);
        i += 1.0;
    }
    (FRAC_2_PI * sum * FRAC_PI_2 / points).exp()
}

/// ∫ over 0 ≤ u ≤ 1 by Simpson's rule.
fn simpson(part: impl Fn(f64) -> f64) -> f64 {
    let inner = |i: u16| {
        let weight = if i.is_multiple_of(2) { 2.0 } else { 4.0 };
        weight * part(f64::from(i) / f64::from(INTERVALS))
    };
    let sum: f64 = (1..INTERVALS).map(inner).sum();
    (sum + part(0.0) + part(1.0)) / (3.0 * f64::from(INTERVALS))
}
