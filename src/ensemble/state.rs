//! State: what an ensemble stores of a member, a few vectors of one number type.

use crate::Number;
use crate::optimizers::Iterate;
use crate::particle::Phase;
use nalgebra::{Const, SVector};

/// The state of a member: its position x first, and then its velocity v, its momentum p, or more vectors.
///
/// A [`Stepper`](crate::ensemble::Stepper) of your own can use an array `[SVector<T, D>; K]` of K vectors.
pub trait State<const D: usize>: Copy + Send + Sync {
    /// The number type of the components.
    type Scalar: Number + Copy + Send + Sync;

    /// The vectors of the state.
    type Parts: Parts<D, Scalar = Self::Scalar>;

    /// The position, and then the velocity, the momentum, or more.
    fn parts(&self) -> Self::Parts;

    /// The state with these parts.
    fn from_parts(parts: Self::Parts) -> Self;

    /// The position.
    #[inline(always)]
    fn position(&self) -> SVector<Self::Scalar, D> {
        self.parts().vector(0)
    }
}

/// An array of vectors, and the rows in which a block stores one coordinate of all its members.
///
/// Implemented for the arrays `[SVector<T, D>; K]` of any [`Number`] `T` that is `Copy`.
pub trait Parts<const D: usize>: Copy + Send + Sync {
    /// The number type of the components.
    type Scalar: Number + Copy + Send + Sync;

    /// Coordinate i of vector k of member j is `[k][i][j]`.
    type Rows<const N: usize>;

    /// The vectors.
    fn vectors(&self) -> &[SVector<Self::Scalar, D>];

    /// Vector `k`; zero if there is none.
    #[inline(always)]
    fn vector(&self, k: usize) -> SVector<Self::Scalar, D> {
        let vector = self.vectors().get(k).copied();
        vector.unwrap_or_else(SVector::zeros)
    }

    /// Rows of members at the origin.
    fn rows<const N: usize>() -> Self::Rows<N>;

    /// The vectors of a member.
    fn of_member<const N: usize>(rows: &Self::Rows<N>, member: usize) -> Self;

    /// Stores these vectors as those of a member.
    fn write<const N: usize>(&self, rows: &mut Self::Rows<N>, member: usize);
}

impl<T, const D: usize, const K: usize> Parts<D> for [SVector<T, D>; K]
where
    T: Number + Copy + Send + Sync,
{
    type Scalar = T;
    type Rows<const N: usize> = [[[T; N]; D]; K];

    #[inline(always)]
    fn vectors(&self) -> &[SVector<T, D>] {
        self
    }

    #[inline(always)]
    fn rows<const N: usize>() -> Self::Rows<N> {
        [[[T::zero(); N]; D]; K]
    }

    #[inline(always)]
    fn of_member<const N: usize>(rows: &Self::Rows<N>, member: usize) -> Self {
        std::array::from_fn(|k| SVector::from_fn(|i, _| rows[k][i][member]))
    }

    #[inline(always)]
    fn write<const N: usize>(&self, rows: &mut Self::Rows<N>, member: usize) {
        for (rows, vector) in rows.iter_mut().zip(self) {
            for (row, x) in rows.iter_mut().zip(vector.iter()) {
                row[member] = *x;
            }
        }
    }
}

impl<T, const D: usize> State<D> for Iterate<T, Const<D>>
where
    T: Number + Copy + Send + Sync,
{
    type Scalar = T;
    type Parts = [SVector<T, D>; 2];

    #[inline(always)]
    fn parts(&self) -> Self::Parts {
        [self.position, self.velocity]
    }

    #[inline(always)]
    fn from_parts([position, velocity]: Self::Parts) -> Self {
        Self { position, velocity }
    }
}

impl<T, const D: usize> State<D> for Phase<T, Const<D>>
where
    T: Number + Copy + Send + Sync,
{
    type Scalar = T;
    type Parts = [SVector<T, D>; 2];

    #[inline(always)]
    fn parts(&self) -> Self::Parts {
        [self.position, self.momentum]
    }

    #[inline(always)]
    fn from_parts([position, momentum]: Self::Parts) -> Self {
        Self { position, momentum }
    }
}

impl<T, const D: usize, const K: usize> State<D> for [SVector<T, D>; K]
where
    T: Number + Copy + Send + Sync,
{
    type Scalar = T;
    type Parts = Self;

    #[inline(always)]
    fn parts(&self) -> Self {
        *self
    }

    #[inline(always)]
    fn from_parts(parts: Self) -> Self {
        parts
    }
}
