//! LangevinMode: the warm ball m ẍ = −λx − γẋ + √(2γT) ξ(t) on one mode, and its exact moments.
//!
//! With E(t) the motion without noise as a matrix on (x, ẋ), and the stationary covariance S = diag(T/λ, T/m),
//! the covariance at time t after a known start is S − E(t) S E(t)ᵀ, derivation (94).
//!
//! Reference: G. E. Uhlenbeck, L. S. Ornstein, *Phys. Rev.* 36 (1930) 823.

use crate::Error;
use crate::check::{finite, in_range, nonnegative, positive};
use crate::particle::{DampedOscillator, HeavyBall};
use crate::study::temperature::Moments;

/// A ball in a bath of temperature T on f = ½λx², λ > 0.
///
/// ```
/// use heavyball::HeavyBall;
/// use heavyball::study::temperature::LangevinMode;
///
/// let mode = LangevinMode::new(&HeavyBall::new(2.0, 0.5)?, 0.3, 4.0)?;
/// let late = mode.moments(1e4, 1.0, 0.0)?;
/// assert_eq!((late.var_position, late.var_velocity), (0.3 / 4.0, 0.3 / 2.0)); // equipartition
/// // At first the variance of ẋ grows by 2γT/m² a unit of time.
/// let early = mode.moments(1e-6, 1.0, 0.0)?;
/// assert!((early.var_velocity / (2.0 * 0.5 * 0.3 / 4.0 * 1e-6) - 1.0).abs() < 1e-5);
/// # Ok::<(), heavyball::Error>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct LangevinMode {
    ball: HeavyBall,
    motion: DampedOscillator,
    temperature: f64,
    curvature: f64,
}

impl LangevinMode {
    /// The ball at temperature T on a mode of curvature λ.
    ///
    /// # Errors
    /// [`ParameterError::Negative`](crate::error::ParameterError::Negative) for a temperature that is negative or not
    /// finite, [`ParameterError::NotPositive`](crate::error::ParameterError::NotPositive) for the curvature;
    /// the errors of [`DampedOscillator::new`].
    pub fn new(ball: &HeavyBall, temperature: f64, curvature: f64) -> Result<Self, Error> {
        let advice = "; on a maximum or a plateau there is no stationary state";
        nonnegative("temperature", &temperature, "; 0 is the ball without noise")?;
        positive("curvature", &curvature, advice)?;
        Ok(Self {
            ball: *ball,
            motion: DampedOscillator::new(ball.mass, ball.drag, curvature)?,
            temperature,
            curvature,
        })
    }

    /// The ball.
    pub fn ball(&self) -> HeavyBall {
        self.ball
    }

    /// The temperature T, in the units of f.
    pub fn temperature(&self) -> f64 {
        self.temperature
    }

    /// The moments of x and ẋ at a time t ≥ 0 after a start at (`x0`, `u0`).
    ///
    /// The variances are differences: relative to their values at t = ∞ they are right to rounding, so that a Var x that has
    /// only grown like t³ has lost digits where t is short.
    ///
    /// # Errors
    /// [`ParameterError::Negative`](crate::error::ParameterError::Negative) for the time,
    /// [`ParameterError::NotFinite`](crate::error::ParameterError::NotFinite) for the start,
    /// [`ParameterError::OutOfRange`](crate::error::ParameterError::OutOfRange) if a moment overflows.
    pub fn moments(&self, t: f64, x0: f64, u0: f64) -> Result<Moments, Error> {
        nonnegative("time", &t, "")?;
        finite("start position", &x0)?;
        finite("start velocity", &u0)?;
        let (mean_position, mean_velocity) = self.motion.at(t, x0, u0);
        // The columns of E.
        let ((a, c), (b, d)) = (self.motion.at(t, 1.0, 0.0), self.motion.at(t, 0.0, 1.0));
        let position = self.temperature / self.curvature;
        let velocity = self.temperature / self.ball.mass;
        let moments = Moments {
            mean_position,
            mean_velocity,
            var_position: position - (a * a * position + b * b * velocity),
            covariance: -(a * c * position + b * d * velocity),
            var_velocity: velocity - (c * c * position + d * d * velocity),
        };
        let Moments {
            var_position,
            var_velocity,
            ..
        } = moments;
        for moment in [mean_position, mean_velocity, var_position, var_velocity] {
            in_range("a moment of the warm ball", &moment)?;
        }
        Ok(moments)
    }
}
