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
    /// In velocity ẋ, displacement per unit of time.
    pub velocity: f64,
}

impl Distance {
    /// The larger of both in position, and in velocity.
    pub(crate) fn or_more(self, other: Self) -> Self {
        Self {
            position: larger(self.position, other.position),
            velocity: larger(self.velocity, other.velocity),
        }
    }

    /// The distance of a motion from that of a reference; refuses different dimensions.
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

    /// The distance between two motions of the same dimension.
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

/// The larger number, or NaN if either is NaN, so that an undefined error cannot pass for a small one.
pub(crate) fn larger(one: f64, other: f64) -> f64 {
    if one.is_nan() || one > other {
        one
    } else {
        other
    }
}
