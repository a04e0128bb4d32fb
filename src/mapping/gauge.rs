//! Gauge: the one of mass, step and drag that is given to the inverse map (α, β) → (m, γ, Δt).

use crate::error::Short;
use std::fmt;

/// The one of mass, step and drag whose value is given to
/// [`Discretization::particle`](crate::Discretization::particle).
///
/// (α, β) determine the other two; without a gauge the particle is determined only up to
/// (m, γ, Δt) → (c²m, cγ, cΔt).
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Gauge {
    /// The mass m; step and drag are computed.
    Mass(f64),
    /// The step Δt; mass and drag are computed.
    Step(f64),
    /// The drag γ; mass and step are computed. Requires β < 1.
    Drag(f64),
}

impl fmt::Display for Gauge {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Gauge::Mass(mass) => write!(out, "mass {}", Short(*mass)),
            Gauge::Step(dt) => write!(out, "dt {}", Short(*dt)),
            Gauge::Drag(drag) => write!(out, "drag {}", Short(*drag)),
        }
    }
}
