//! MatrixForm: a linear map that is applied without allocating.

use crate::Number;
use nalgebra::allocator::Allocator;
use nalgebra::{DMatrix, DefaultAllocator, Dim, OVector};
use std::fmt::Debug;

/// A square matrix, diagonal or full, as a linear map.
///
/// The products take slices, so that a step can apply them to a position of any dimension; where the lengths differ they
/// use the shorter, and every run checks the lengths before its first step.
///
/// ```
/// use heavyball::matrices::{DiagonalMatrix, FullMatrix, MatrixForm};
/// use nalgebra::{matrix, vector};
///
/// let mut y = [0.0, 0.0];
/// DiagonalMatrix::new(vector![2.0, 3.0])?.product(&[1.0, 1.0], &mut y);
/// assert_eq!(y, [2.0, 3.0]);
/// FullMatrix::new(matrix![0.0, 1.0; -1.0, 0.0])?.add_product(&[1.0, 1.0], &mut y);
/// assert_eq!(y, [3.0, 2.0]);
/// # Ok::<(), heavyball::Error>(())
/// ```
pub trait MatrixForm<T: Number>: Debug + Clone + PartialEq {
    /// The number of rows, and of columns.
    fn dimension(&self) -> usize;

    /// y ← Ax.
    fn product(&self, x: &[T], y: &mut [T]);

    /// y ← y + Ax.
    fn add_product(&self, x: &[T], y: &mut [T]);

    /// y ← y − Ax.
    fn subtract_product(&self, x: &[T], y: &mut [T]);

    /// x ← Ax; `scratch`, of the same length, may be overwritten.
    fn replace_by_product(&self, x: &mut [T], scratch: &mut [T]);

    /// Aᵀ.
    #[must_use]
    fn transposed(&self) -> Self;

    /// All its entries, as `f64`.
    fn to_matrix(&self) -> DMatrix<f64>;
}

/// Makes a vector NaN whose length is not that of the matrices of a step: the run ends, and no coordinate is left out.
#[cold]
pub(crate) fn refuse_dimension<T: Number, D: Dim>(vector: &mut OVector<T, D>)
where
    DefaultAllocator: Allocator<D>,
{
    let nan = T::from_f64(f64::NAN).unwrap_or_else(T::zero);
    vector.fill(nan);
}
