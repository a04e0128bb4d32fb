//! The quadratic saddle, where the speed that just passes is known in closed form.

use crate::Error;
use crate::check::{finite, positive};
use crate::particle::HeavyBall;

/// The least speed with which `ball` passes a quadratic saddle f = −½k(x − x_s)² from `distance` before it.
///
/// u = distance·(γ/2m + √((γ/2m)² + k/m)), derivation (43): along that line the ball creeps up to the top for ever.
/// `curvature` is k > 0, the saddle's own without its sign.
///
/// # Errors
/// Those of [`HeavyBall::new`]; [`ParameterError::NotPositive`](crate::error::ParameterError::NotPositive) for the curvature and the distance; [`ParameterError::NotFinite`](crate::error::ParameterError::NotFinite) for a speed that
/// overflows.
///
/// ```
/// use heavyball::prelude::*;
/// use heavyball::study::escape::escape_speed;
///
/// let ball = HeavyBall::new(1.0, 3.0)?;
/// let speed = escape_speed(&ball, 4.0, 0.5)?;
/// assert_eq!(speed, 2.0); // 0.5·(1.5 + √(2.25 + 4))
/// let saddle = DampedOscillator::new(1.0, 3.0, -4.0)?;
/// assert!(saddle.at(5.0, -0.5, 1.001 * speed).0 > 0.0);
/// assert!(saddle.at(5.0, -0.5, 0.999 * speed).0 < 0.0);
/// # Ok::<(), heavyball::Error>(())
/// ```
pub fn escape_speed(ball: &HeavyBall, curvature: f64, distance: f64) -> Result<f64, Error> {
    ball.check()?;
    positive("curvature", &curvature, "; give it without its sign")?;
    positive("distance", &distance, "")?;
    let rate = ball.drag / (2.0 * ball.mass);
    let speed = distance * (rate + rate.hypot((curvature / ball.mass).sqrt()));
    finite("escape speed", &speed)?;
    Ok(speed)
}
