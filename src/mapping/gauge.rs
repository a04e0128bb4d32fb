//! Gauge: which of mass, step and drag the inverse map keeps fixed.

use crate::error::Short;
use std::fmt;

/// Which of mass, step and drag the inverse map keeps at a given value.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Gauge {
    /// The mass m; step and drag follow.
    Mass(f64),
    /// The step Δt; mass and drag follow.
    Step(f64),
    /// The drag γ; mass and step follow. Needs β < 1.
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
