//! The mapping in both directions, and the start of the iterates.

use crate::choice::{discretization, gauge};
use crate::error::PageError;
use crate::landscape::Landscape;
use heavyball::prelude::*;
use nalgebra::{Vector1, Vector2};

/// Mass, drag and step of the ball that (α, β) is.
///
/// # Errors
/// [`PageError::Unknown`] for a name; the library's where there is no ball.
pub fn to_ball(
    (alpha, beta): (f64, f64),
    row: &str,
    given: &str,
    value: f64,
) -> Result<[f64; 3], PageError> {
    let (ball, dt) = discretization(row)?.particle(alpha, beta, gauge(given, value)?)?;
    Ok([ball.mass, ball.drag, dt])
}

/// α and β of the ball with step `dt`.
///
/// # Errors
/// As [`to_ball`].
pub fn to_rule(mass: f64, drag: f64, dt: f64, row: &str) -> Result<[f64; 2], PageError> {
    let ball = HeavyBall::new(mass, drag)?;
    let (alpha, beta) = discretization(row)?.coefficients(&ball, dt)?;
    Ok([alpha, beta])
}

/// Mass and drag of the particle that the iterates follow to second order.
///
/// # Errors
/// As [`to_ball`].
pub fn effective_particle(alpha: f64, beta: f64, dt: f64) -> Result<[f64; 2], PageError> {
    let HeavyBall { mass, drag, .. } = Momentum::new(alpha, beta)?.effective_particle(dt)?;
    Ok([mass, drag])
}

/// v₀ for a ball that starts at `position` with ẋ = `velocity`: Δt·ẋ as frameworks do, or `matched` to the ball.
///
/// # Errors
/// As [`to_ball`].
pub fn first_displacement(
    landscape: &Landscape,
    (mass, drag, dt): (f64, f64, f64),
    row: &str,
    position: [f64; 2],
    velocity: [f64; 2],
    matched: bool,
) -> Result<[f64; 2], PageError> {
    if !matched {
        return Ok(velocity.map(|u| dt * u));
    }
    let (ball, row) = (HeavyBall::new(mass, drag)?, discretization(row)?);
    match landscape {
        Landscape::Line(line) => {
            let [x, u] = [position, velocity].map(|[first, _]| Vector1::new(first));
            let mut slope = Vector1::zeros();
            line.gradient(&x, &mut slope);
            Ok([row.start_velocity(&ball, dt, &u, &slope)?.x, 0.0])
        }
        Landscape::Plane(plane) => {
            let [x, u] = [position, velocity].map(Vector2::from);
            let mut gradient = Vector2::zeros();
            plane.gradient(&x, &mut gradient);
            Ok(row.start_velocity(&ball, dt, &u, &gradient)?.into())
        }
    }
}
