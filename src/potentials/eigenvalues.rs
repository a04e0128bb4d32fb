//! Eigenvalues of a symmetric matrix, whatever the size of its entries.

use crate::Error;
use crate::check::VectorError;
use nalgebra::{DMatrix, DVector};

/// The eigenvalues of a symmetric matrix.
///
/// nalgebra's method squares the entries, which overflows above 1e154: it gets the matrix divided by a power of two.
pub(crate) fn eigenvalues(matrix: DMatrix<f64>) -> DVector<f64> {
    let largest = matrix.amax();
    if largest == 0.0 || !largest.is_finite() {
        return matrix.symmetric_eigenvalues();
    }
    // In two steps, since the power itself may leave the range.
    let half = (-largest.log2() / 2.0).round().exp2();
    let scaled = matrix.map(|entry| entry * half * half);
    let found = scaled.symmetric_eigenvalues();
    if found.iter().all(|value| value.is_finite()) {
        return found / half / half;
    }
    // Squares of entries far below the largest underflow in the rotations; as zeros they move no eigenvalue visibly.
    let visible = scaled.map(|entry| if entry.abs() < 1e-35 { 0.0 } else { entry });
    visible.symmetric_eigenvalues() / half / half
}

/// Refuses a symmetric matrix of covariances with a negative eigenvalue, up to rounding.
pub(crate) fn check_covariance(name: &'static str, matrix: &DMatrix<f64>) -> Result<(), Error> {
    let found = eigenvalues(matrix.clone());
    let smallest = found.iter().copied().fold(f64::INFINITY, f64::min);
    let rounding = 16.0 * f64::EPSILON * matrix.nrows() as f64 * matrix.amax();
    if smallest >= -rounding {
        return Ok(());
    }
    Err(Error::Vector(VectorError::NotPositive {
        name,
        eigenvalue: smallest,
    }))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A row of features of 2e80 beside others near 1: the largest eigenvalue of the sum of their products is its square.
    #[test]
    fn entries_of_all_sizes_have_finite_eigenvalues() {
        let row = [
            -2.000_544_809_588_567e80,
            0.5,
            -0.010_523_789_915_438_366,
            1.0,
        ];
        let matrix = DMatrix::from_fn(4, 4, |i, j| {
            let other = if i == j { 10.0 } else { 0.001 };
            0.0625 * (row[i] * row[j] + other)
        });
        let found = eigenvalues(matrix);
        assert!(found.iter().all(|value| value.is_finite()), "{found}");
        assert!((found.amax() / (0.0625 * row[0] * row[0]) - 1.0).abs() < 1e-14);
    }

    /// [[a, b], [b, a]] has the eigenvalues a ± b, also where a² leaves the range of f64.
    #[test]
    fn eigenvalues_scale_with_the_matrix() {
        for size in [1e-320, 1e-200, 1.0, 1e200, 4e307] {
            let matrix = DMatrix::from_row_slice(2, 2, &[2.0, 1.0, 1.0, 2.0]) * size;
            let mut found: Vec<_> = eigenvalues(matrix).iter().copied().collect();
            found.sort_by(f64::total_cmp);
            let [low, high] = found.as_slice() else {
                panic!("two");
            };
            let tolerance = if size < 1e-300 { 1e-2 } else { 1e-14 };
            assert!((low / size - 1.0).abs() < tolerance, "{size:e}: {low:e}");
            assert!((high / size - 3.0).abs() < tolerance, "{size:e}: {high:e}");
        }
    }
}
