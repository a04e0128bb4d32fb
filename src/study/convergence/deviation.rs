//! Deviation: how far one run was from its reference, and how far it can be told.

use crate::Error;
use crate::study::convergence::order::Rounding;
use crate::study::convergence::{Curve, Distance, PositionVelocity};
use nalgebra::allocator::Allocator;
use nalgebra::{DefaultAllocator, Dim};

/// How far one run was from its reference, and how far it could tell.
/// A study fills it as it compares; [`Self::new`] makes one of errors found elsewhere, for
/// [`Convergence::measure`](crate::study::Convergence::measure), which has an example.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Deviation {
    pub(in crate::study) largest: Distance,
    pub(in crate::study) reference: Distance,
    scale: f64,
    steps: usize,
    pub(in crate::study) compared: usize,
}

impl Deviation {
    /// A largest error in position and in velocity, of either sign, against a reference without error.
    ///
    /// One operation on numbers of size 1, unless [`Self::with_scale`] says more.
    pub fn new(position: f64, velocity: f64) -> Self {
        Self {
            largest: Distance {
                position: position.abs(),
                velocity: velocity.abs(),
            },
            scale: 1.0,
            compared: 1,
            ..Self::default()
        }
    }

    /// After `steps` steps on numbers of this size: what rounding errors are estimated from.
    #[must_use]
    pub fn with_scale(self, size: f64, steps: usize) -> Self {
        Self {
            scale: size.abs(),
            steps,
            ..self
        }
    }

    /// Nothing compared yet, against a reference with this error of its own.
    pub(crate) fn from_reference<D: Dim>(curve: &Curve<'_, D>) -> Self
    where
        DefaultAllocator: Allocator<D>,
    {
        Self {
            reference: curve.error(),
            ..Self::default()
        }
    }

    /// Notes that what is compared with the reference has an error of its own.
    pub(crate) fn add_reference_error(&mut self, error: Distance) {
        self.reference.position += error.position;
        self.reference.velocity += error.velocity;
    }

    /// Notes that the run was at `found`, `steps` steps after its start, where the reference is at `expected`.
    pub(crate) fn note<D: Dim>(
        &mut self,
        found: &PositionVelocity<D>,
        expected: &PositionVelocity<D>,
        steps: usize,
    ) -> Result<(), Error>
    where
        DefaultAllocator: Allocator<D>,
    {
        self.largest = self.largest.or_more(Distance::checked(found, expected)?);
        self.scale = self.scale.max(expected.0.norm()).max(expected.1.norm());
        self.steps = self.steps.max(steps);
        self.compared += 1;
        Ok(())
    }

    /// Each step rounds a few times: usually to either side, at worst always to the same.
    pub(in crate::study) fn rounding(&self) -> Rounding {
        let (size, steps) = (f64::EPSILON * self.scale, (self.steps + 1) as f64);
        let usual = 8.0 * size * steps.sqrt();
        Rounding {
            usual,
            worst: usual.max(size * steps),
        }
    }
}
