//! The shelf before a barrier: where a slow ball, or iterate, can be seen never to pass.

use crate::Potential;
use nalgebra::{Const, vector};

/// Points between the ball and the top at which the force is looked at.
const SAMPLES: u16 = 64;

/// Whether 0 ≤ F(y) ≤ `stiffness`·|y − top| at points between `position` and `top`, F the force towards the top.
///
/// Sampled, so no proof for a force that leaves the bounds between the samples.
pub(super) fn is_gentle<P>(potential: &P, position: f64, top: f64, stiffness: f64) -> bool
where
    P: Potential<f64, Const<1>>,
{
    let side = (top - position).signum();
    let mut gradient = vector![0.0];
    (1..=SAMPLES).all(|sample| {
        let distance = f64::from(sample) / f64::from(SAMPLES) * (top - position).abs();
        potential.gradient(&vector![top - side * distance], &mut gradient);
        let force = -side * gradient.x;
        force >= 0.0 && force <= stiffness * distance
    })
}
