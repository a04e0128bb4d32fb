//! Symmetric matrices: their check, their modes, and the directions in which two of them are diagonal.
//!
//! For M symmetric positive definite and Γ symmetric there is S with SᵀMS = 1 and SᵀΓS = diag(g): with M = QμQᵀ and
//! R = Qμ^(−1/2), RᵀΓR = VgVᵀ, S = RV. Then S⁻ᵀ = MS. Reference: G. H. Golub, C. F. Van Loan, *Matrix Computations*, 4th
//! ed., section 8.7.

use crate::Error;
use crate::matrices::{FullMatrix, MatrixError};
use nalgebra::allocator::Allocator;
use nalgebra::{DMatrix, DVector, DefaultAllocator, Dim, OMatrix};

/// An eigenvalue below this share of the largest is rounding.
const ROUNDING: f64 = 1e-14;

/// Eigenvalues and eigenvectors, in columns, of a symmetric matrix of finite entries.
pub(crate) fn symmetric_modes(matrix: &DMatrix<f64>) -> (DVector<f64>, DMatrix<f64>) {
    let n = matrix.nrows();
    if !matrix.iter().all(|entry| entry.is_finite()) {
        // The iteration of nalgebra would not end.
        return (
            DVector::from_element(n, f64::NAN),
            DMatrix::from_element(n, n, f64::NAN),
        );
    }
    let largest = matrix.amax();
    if largest == 0.0 {
        return (DVector::zeros(n), DMatrix::identity(n, n));
    }
    // nalgebra squares the entries: by powers of two, in two steps, they come near 1. Entries that are far smaller move no
    // eigenvalue visibly, and their squares would underflow.
    let half = (-largest.log2() / 2.0).round().exp2();
    let visible = |entry: f64| {
        let scaled = entry * half * half;
        if scaled.abs() < 1e-35 { 0.0 } else { scaled }
    };
    let eigen = matrix.map(visible).symmetric_eigen();
    (eigen.eigenvalues / half / half, eigen.eigenvectors)
}

/// A copy whose dimension is not a type.
pub(crate) fn dynamic<D: Dim>(matrix: &OMatrix<f64, D, D>) -> DMatrix<f64>
where
    DefaultAllocator: Allocator<D, D>,
{
    DMatrix::from_iterator(matrix.nrows(), matrix.ncols(), matrix.iter().copied())
}

/// A copy with the dimensions of `like`.
pub(crate) fn shaped<D: Dim>(matrix: &DMatrix<f64>, like: &OMatrix<f64, D, D>) -> OMatrix<f64, D, D>
where
    DefaultAllocator: Allocator<D, D>,
{
    let (rows, columns) = like.shape_generic();
    OMatrix::from_iterator_generic(rows, columns, matrix.iter().copied())
}

/// A symmetric matrix, whose entries across the diagonal may differ by rounding and are replaced by their mean.
pub(crate) fn checked_symmetric<D: Dim>(
    name: &'static str,
    matrix: OMatrix<f64, D, D>,
) -> Result<FullMatrix<f64, D>, Error>
where
    DefaultAllocator: Allocator<D, D>,
{
    let matrix = FullMatrix::named(name, matrix)?;
    let mut entries = matrix.entries().clone();
    let rounding = 16.0 * f64::EPSILON * entries.iter().fold(0.0, |m: f64, e| m.max(e.abs()));
    for column in 0..entries.ncols() {
        for row in 0..column {
            let (upper, lower) = (entries[(row, column)], entries[(column, row)]);
            if upper == lower {
                continue;
            }
            if (upper / 2.0 - lower / 2.0).abs() > rounding / 2.0 {
                return Err(Error::Matrix(MatrixError::Asymmetric {
                    name,
                    row,
                    column,
                    upper,
                    lower,
                }));
            }
            let mean = upper / 2.0 + lower / 2.0;
            entries[(row, column)] = mean;
            entries[(column, row)] = mean;
        }
    }
    FullMatrix::named(name, entries)
}

/// The directions S in which M = 1 and Γ = diag(g).
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Modes {
    /// g, the eigenvalues of M⁻¹Γ.
    pub(crate) values: DVector<f64>,
    /// S.
    pub(crate) directions: DMatrix<f64>,
    /// S⁻ᵀ = MS.
    pub(crate) inverse_transposed: DMatrix<f64>,
}

impl Modes {
    /// The modes of the symmetric `second` relative to the symmetric positive definite `first`, called `name` in the error.
    pub(crate) fn new(
        name: &'static str,
        first: &DMatrix<f64>,
        second: &DMatrix<f64>,
    ) -> Result<Self, Error> {
        let (masses, axes) = symmetric_modes(first);
        let (smallest, largest) = (masses.min(), masses.max());
        let is_positive = smallest > ROUNDING * largest && largest.is_finite();
        // Also false for NaN.
        if !is_positive {
            return Err(Error::Matrix(MatrixError::Indefinite {
                name,
                smallest,
                largest,
            }));
        }
        let scaled = |power: fn(f64) -> f64| &axes * DMatrix::from_diagonal(&masses.map(power));
        let to_unit = scaled(|mass| 1.0 / mass.sqrt());
        let product = to_unit.transpose() * second * &to_unit;
        let product = symmetrised(product);
        FullMatrix::named("second matrix relative to the first", product.clone())?;
        let (values, rotation) = symmetric_modes(&product);
        Ok(Self {
            values,
            directions: to_unit * &rotation,
            inverse_transposed: scaled(f64::sqrt) * rotation,
        })
    }

    /// The same with S and S⁻ᵀ exchanged, the modes of the inverse matrices.
    pub(crate) fn dual(self) -> Self {
        Self {
            values: self.values,
            directions: self.inverse_transposed,
            inverse_transposed: self.directions,
        }
    }

    /// S diag(c) Sᵀ: from forces to displacements.
    pub(crate) fn displacements(&self, c: &DVector<f64>) -> DMatrix<f64> {
        symmetrised(&self.directions * DMatrix::from_diagonal(c) * self.directions.transpose())
    }

    /// S diag(c) S⁻¹: from displacements to displacements.
    pub(crate) fn on_displacements(&self, c: &DVector<f64>) -> DMatrix<f64> {
        &self.directions * DMatrix::from_diagonal(c) * self.inverse_transposed.transpose()
    }

    /// S⁻ᵀ diag(c) S⁻¹: from velocities to momenta.
    pub(crate) fn to_momenta(&self, c: &DVector<f64>) -> DMatrix<f64> {
        let right = self.inverse_transposed.transpose();
        symmetrised(&self.inverse_transposed * DMatrix::from_diagonal(c) * right)
    }
}

/// (A + Aᵀ)/2.
fn symmetrised(matrix: DMatrix<f64>) -> DMatrix<f64> {
    0.5 * (&matrix + matrix.transpose())
}

/// Whether all eigenvalues of M⁻¹Γ are zero or positive up to rounding; those below zero by rounding become zero.
pub(crate) fn without_rounding(values: &DVector<f64>) -> Option<DVector<f64>> {
    let size = values.amax();
    let tolerance = 10.0 * ROUNDING * size;
    values
        .iter()
        .all(|value| *value >= -tolerance)
        .then(|| values.map(|value| value.max(0.0)))
}
