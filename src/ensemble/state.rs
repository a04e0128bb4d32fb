//! State: what an ensemble stores of a member, a pair of vectors.

use crate::optimizers::Iterate;
use crate::particle::Phase;
use nalgebra::{Const, SVector};

/// The state of a member: its position x and its velocity v, or its momentum p.
///
/// A [`Stepper`](crate::ensemble::Stepper) of your own can use the pair `[SVector<f64, D>; 2]`.
pub trait State<const D: usize>: Copy + Send + Sync {
    /// The position, and the velocity or momentum.
    fn parts(&self) -> [SVector<f64, D>; 2];

    /// The state with these parts.
    fn from_parts(parts: [SVector<f64, D>; 2]) -> Self;
}

impl<const D: usize> State<D> for Iterate<f64, Const<D>> {
    #[inline(always)]
    fn parts(&self) -> [SVector<f64, D>; 2] {
        [self.position, self.velocity]
    }

    #[inline(always)]
    fn from_parts([position, velocity]: [SVector<f64, D>; 2]) -> Self {
        Self { position, velocity }
    }
}

impl<const D: usize> State<D> for Phase<f64, Const<D>> {
    #[inline(always)]
    fn parts(&self) -> [SVector<f64, D>; 2] {
        [self.position, self.momentum]
    }

    #[inline(always)]
    fn from_parts([position, momentum]: [SVector<f64, D>; 2]) -> Self {
        Self { position, momentum }
    }
}

impl<const D: usize> State<D> for [SVector<f64, D>; 2] {
    #[inline(always)]
    fn parts(&self) -> [SVector<f64, D>; 2] {
        *self
    }

    #[inline(always)]
    fn from_parts(parts: [SVector<f64, D>; 2]) -> Self {
        parts
    }
}
