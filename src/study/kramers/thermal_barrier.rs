//! ThermalBarrier: a minimum and the saddle beside it, and the rates at which noise carries a ball over.

use super::critical_point::CriticalPoint;
use crate::Error;
use crate::check::{check_vector, in_range, positive};
use crate::langevin::Langevin;
use crate::particle::HeavyBall;
use crate::potentials::Curvature;
use crate::study::escape::EscapeError;
use nalgebra::{Const, SVector};
use std::f64::consts::PI;

/// A minimum and a saddle of index 1 beside it, over which noise carries a ball.
///
/// All rates are for barriers of several temperatures, ΔE/T ≥ 5 or so; at lower ones a ball has no well to wait in. Their
/// error is of the order T/ΔE: on x⁴ − 2x² Kramers' rate is 5 % too high at ΔE/T = 5, and 3 % at 8, for moderate drag.
/// Curvatures that vanish, as on a shelf, have other rates. Mass and drag are the same in each direction.
///
/// ```
/// use heavyball::langevin::Langevin;
/// use heavyball::prelude::*;
/// use heavyball::study::kramers::ThermalBarrier;
/// use nalgebra::vector;
///
/// // f = x⁴ − 2x² + y²: between two wells lies a saddle of height 1.
/// let barrier = ThermalBarrier::new(&DoubleWell, vector![-0.9, 0.1], vector![0.0, 0.0])?;
/// assert_eq!((barrier.minimum(), barrier.height()), (vector![-1.0, 0.0], 1.0));
///
/// // At the drag 1 and a temperature of a sixth of the barrier, the ball waits 1148 units of time, and with twice the drag a
/// // quarter longer.
/// let warm = |drag| Langevin::new(HeavyBall::new(1.0, drag)?, 1.0 / 6.0);
/// let wait = 1.0 / barrier.rate(&warm(1.0)?)?;
/// assert!((wait - 1148.0).abs() < 1.0, "{wait}");
/// assert!(1.0 / barrier.rate(&warm(2.0)?)? > 1.2 * wait);
/// # Ok::<(), heavyball::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct ThermalBarrier<'p, P, const D: usize> {
    pub(super) potential: &'p P,
    pub(super) minimum: CriticalPoint<D>,
    pub(super) saddle: CriticalPoint<D>,
}

impl<'p, P: Curvature<Const<D>>, const D: usize> ThermalBarrier<'p, P, D> {
    /// The barrier from the minimum near `minimum` over the saddle near `saddle`, found by Newton's method.
    ///
    /// That no lower saddle leads out of the well is not checked.
    ///
    /// # Errors
    /// The errors of a start for either point; [`EscapeError::NoCriticalPoint`] if Newton's method does not converge within
    /// their distance; [`EscapeError::WrongIndex`] for a minimum with a negative curvature, or a saddle with none or
    /// several; [`EscapeError::Flat`] for a curvature of zero; [`EscapeError::NoBarrier`] if the saddle is not above
    /// the minimum.
    pub fn new(
        potential: &'p P,
        minimum: SVector<f64, D>,
        saddle: SVector<f64, D>,
    ) -> Result<Self, Error> {
        let reach = (saddle - minimum).norm();
        positive("distance from minimum to saddle", &reach, "")?;
        let minimum = CriticalPoint::near(potential, "minimum", &minimum, reach, 0)?;
        let saddle = CriticalPoint::near(potential, "saddle", &saddle, reach, 1)?;
        if saddle.value <= minimum.value {
            return Err(Error::Escape(EscapeError::NoBarrier {
                minimum_value: minimum.value,
                saddle_value: saddle.value,
            }));
        }
        Ok(Self {
            potential,
            minimum,
            saddle,
        })
    }

    /// The minimum.
    pub fn minimum(&self) -> SVector<f64, D> {
        self.minimum.position
    }

    /// The saddle.
    pub fn saddle(&self) -> SVector<f64, D> {
        self.saddle.position
    }

    /// ΔE, the height of the saddle over the minimum.
    pub fn height(&self) -> f64 {
        self.saddle.value - self.minimum.value
    }

    /// The eigenvalues of the Hessian at the minimum, in rising order.
    pub fn minimum_curvatures(&self) -> SVector<f64, D> {
        self.minimum.curvatures
    }

    /// The eigenvalues of the Hessian at the saddle, in rising order: the first is negative.
    pub fn saddle_curvatures(&self) -> SVector<f64, D> {
        self.saddle.curvatures
    }

    /// ω_b, the rate at which a ball without drag leaves the saddle.
    pub(super) fn saddle_rate(&self, mass: f64) -> f64 {
        (self.saddle.lowest().abs() / mass).sqrt()
    }

    /// k‡ = (1/2π)(Πω_i / Π′ω′_i)e^(−ΔE/T), the rate at which balls in equilibrium cross the saddle outwards; derivation (99).
    ///
    /// ω are the frequencies at the minimum, ω′ the real ones at the saddle. In one dimension (ω_a/2π)e^(−ΔE/T). No ball
    /// escapes faster than it crosses for the first time: for wells this harmonic, all rates are below k‡.
    ///
    /// # Errors
    /// The errors of [`Langevin::new`]; [`ParameterError::NotPositive`](crate::error::ParameterError::NotPositive) for a
    /// temperature of zero, at which no ball escapes; [`ParameterError::OutOfRange`](crate::error::ParameterError::OutOfRange)
    /// for a rate beyond the range of f64.
    pub fn transition_state_rate(&self, bath: &Langevin) -> Result<f64, Error> {
        let HeavyBall { mass, .. } = self.checked(bath)?;
        let ratio = |pair: (&f64, &f64)| (pair.0 / pair.1.abs()).sqrt();
        let ratios = self.minimum.curvatures.iter().zip(&self.saddle.curvatures);
        let entropy: f64 = ratios.map(ratio).product();
        // Among the ratios is that of a real to the imaginary frequency, which is not to be there.
        let attempts = entropy * self.saddle_rate(mass) / (2.0 * PI);
        let rate = attempts * (-self.height() / bath.temperature).exp();
        in_range("rate of escape", &rate)?;
        Ok(rate)
    }

    /// κ = (√(γ²/4m² + ω_b²) − γ/2m)/ω_b, from 1 without drag to ω_b·m/γ: the share of k‡ that passes for good; derivation (100).
    ///
    /// # Errors
    /// Those of [`Self::transition_state_rate`].
    pub fn transmission(&self, bath: &Langevin) -> Result<f64, Error> {
        let HeavyBall { mass, drag } = self.checked(bath)?;
        let half = drag / (2.0 * mass) / self.saddle_rate(mass);
        // The difference of the root and `half`, without cancellation.
        Ok(1.0 / (half.hypot(1.0) + half))
    }

    /// Kramers' rate κk‡, in several dimensions that of Langer; derivation (100).
    ///
    /// For drags above the turnover: a ball has to lose more energy than T on its way through the well. Below, the rate is
    /// smaller, in proportion to the drag: see [`turnover_rate`](ThermalBarrier::turnover_rate).
    ///
    /// # Errors
    /// Those of [`Self::transition_state_rate`].
    pub fn rate(&self, bath: &Langevin) -> Result<f64, Error> {
        Ok(self.transmission(bath)? * self.transition_state_rate(bath)?)
    }

    /// The limit of Kramers' rate for large drag, (ω_b m/γ)k‡, which does not depend on the mass; derivation (101).
    ///
    /// # Errors
    /// Those of [`Self::transition_state_rate`]; [`ParameterError::NotPositive`](crate::error::ParameterError::NotPositive)
    /// for a drag of zero.
    pub fn overdamped_rate(&self, bath: &Langevin) -> Result<f64, Error> {
        let HeavyBall { mass, drag } = self.checked(bath)?;
        positive("drag", &drag, "; without drag there is no noise")?;
        let rate = self.saddle_rate(mass) * mass / drag * self.transition_state_rate(bath)?;
        in_range("rate of escape", &rate)?;
        Ok(rate)
    }

    /// The ball of a bath that is warm.
    pub(super) fn checked(&self, bath: &Langevin) -> Result<HeavyBall, Error> {
        let Langevin {
            ball, temperature, ..
        } = Langevin::new(bath.ball, bath.temperature)?;
        positive(
            "temperature",
            &temperature,
            "; without noise no ball escapes",
        )?;
        Ok(ball)
    }

    /// The unstable direction of the saddle, towards `target`, which must be beyond the saddle.
    pub(super) fn direction_to(&self, target: &SVector<f64, D>) -> Result<SVector<f64, D>, Error> {
        check_vector("target", target)?;
        let direction = self.saddle.lowest_direction();
        let along = |point: &SVector<f64, D>| (point - self.saddle()).dot(&direction);
        let (minimum, beyond) = (along(&self.minimum()), along(target));
        if minimum * beyond >= 0.0 {
            return Err(Error::Escape(EscapeError::NotBeyond {
                minimum,
                target: beyond,
            }));
        }
        Ok(direction * beyond.signum())
    }
}
