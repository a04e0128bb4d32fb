//! Distance: how far two motions are apart, in position and in velocity.

use crate::Error;
use crate::check::check_length;
use crate::ode::PositionVelocity;
use nalgebra::allocator::Allocator;
use nalgebra::{DefaultAllocator, Dim};

/// Largest Euclidean distances, in position and in velocity ẋ.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Distance {
    /// In position, in its units.
    pub position: f64,
    /// In velocity, displacement per unit of time.
    pub velocity: f64,
}

impl Distance {
    /// The larger of both, each by each.
    pub(crate) fn or_more(self, other: Self) -> Self {
        Self {
            position: larger(self.position, other.position),
            velocity: larger(self.velocity, other.velocity),
        }
    }

    /// How far a motion is from that of a reference, if both are of one dimension.
    pub(crate) fn checked<D: Dim>(
        found: &PositionVelocity<D>,
        expected: &PositionVelocity<D>,
    ) -> Result<Self, Error>
    where
        DefaultAllocator: Allocator<D>,
    {
        check_length("reference position", found.0.len(), &expected.0)?;
        check_length("reference velocity", found.1.len(), &expected.1)?;
        Ok(Self::between(found, expected))
    }

    /// How far two motions are apart.
    pub(crate) fn between<D: Dim>(one: &PositionVelocity<D>, other: &PositionVelocity<D>) -> Self
    where
        DefaultAllocator: Allocator<D>,
    {
        Self {
            position: (&one.0 - &other.0).norm(),
            velocity: (&one.1 - &other.1).norm(),
        }
    }
}

/// The larger number; NaN if either is, so that a spoiled comparison cannot pass for a small one.
pub(crate) fn larger(one: f64, other: f64) -> f64 {
    if one.is_nan() || one > other {
        one
    } else {
        other
    }
}
