//! Quadratic: f(x) = ½ xᵀAx, the model of a smooth function near a minimum.

use crate::check::{VectorError, check_dimension, check_vector, finite};
use crate::potentials::{Potential, eigenvalues};
use crate::{Error, Number};
use nalgebra::allocator::Allocator;
use nalgebra::{Const, DMatrix, DefaultAllocator, Dim, Dyn, OMatrix, OVector, U1};

/// f(x) = ½ xᵀAx with ∇f = Ax, for a [`Diagonal`] or a full [`Symmetric`] matrix A.
///
/// The origin is the minimiser if all eigenvalues of A are positive, and a saddle if some are positive and some
/// negative; with an eigenvalue 0 the critical points are not isolated. For the exact motion see
/// [`DampedOscillator`](crate::DampedOscillator) (one mode) and [`QuadraticMotion`](crate::QuadraticMotion).
///
/// Runs on the number type of A and on every type it converts into: an A of `f64` also serves dual numbers.
/// A gradient costs d multiplications for a diagonal matrix, d² for a full one.
///
/// ```
/// use heavyball::prelude::*;
/// use nalgebra::{matrix, vector};
///
/// let bowl = Quadratic::diagonal(vector![1.0, 25.0])?;
/// let coupled = Quadratic::symmetric(matrix![2.0, 1.0; 1.0, 3.0])?;
/// assert_eq!(bowl.value(&vector![2.0, 1.0]), 14.5);
/// assert_eq!(coupled.value(&vector![1.0, 1.0]), 3.5);
/// # Ok::<(), heavyball::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct Quadratic<C> {
    curvature: C,
}

/// The curvatures of a [`Quadratic`] along the axes.
#[derive(Debug, Clone, PartialEq)]
pub struct Diagonal<T: Number = f64, D: Dim = Dyn>(OVector<T, D>)
where
    DefaultAllocator: Allocator<D>;

/// The full symmetric curvature matrix of a [`Quadratic`].
#[derive(Debug, Clone, PartialEq)]
pub struct Symmetric<T: Number = f64, D: Dim = Dyn>(OMatrix<T, D, D>)
where
    DefaultAllocator: Allocator<D, D>;

/// A [`Quadratic`] in `N` dimensions with a diagonal matrix, made by [`Quadratic::diagonal`].
pub type DiagonalQuadratic<const N: usize, T = f64> = Quadratic<Diagonal<T, Const<N>>>;

/// A [`Quadratic`] in `N` dimensions with a full matrix, made by [`Quadratic::symmetric`].
pub type SymmetricQuadratic<const N: usize, T = f64> = Quadratic<Symmetric<T, Const<N>>>;

impl<T: Number, D: Dim> Quadratic<Diagonal<T, D>>
where
    DefaultAllocator: Allocator<D>,
{
    /// f(x) = ½ Σ λᵢxᵢ² for the curvatures λ, which may be negative or zero.
    ///
    /// # Errors
    /// [`VectorError::Empty`] without curvatures, [`VectorError::NonFiniteComponent`] for one that is NaN or infinite.
    pub fn diagonal(curvatures: OVector<T, D>) -> Result<Self, Error> {
        check_vector("curvatures", &curvatures)?;
        Ok(Self {
            curvature: Diagonal(curvatures),
        })
    }

    /// The curvatures λ.
    pub fn curvatures(&self) -> &OVector<T, D> {
        &self.curvature.0
    }
}

impl<T: Number, D: Dim> Quadratic<Symmetric<T, D>>
where
    DefaultAllocator: Allocator<D, D>,
{
    /// f(x) = ½ xᵀAx for a symmetric matrix A.
    ///
    /// Entries across the diagonal that differ by rounding, as those of a computed R·D·Rᵀ do, are replaced by their mean:
    /// by at most sixteen times the precision of `T` relative to the largest entry of A.
    ///
    /// # Errors
    /// [`VectorError::AsymmetricMatrix`] if A differs from its transpose by more than that;
    /// [`VectorError::DimensionMismatch`] if it is not square; [`VectorError::Empty`] without entries;
    /// [`ParameterError::NotFinite`](crate::error::ParameterError::NotFinite) for an entry that is NaN or infinite.
    pub fn symmetric(mut matrix: OMatrix<T, D, D>) -> Result<Self, Error> {
        if matrix.is_empty() {
            return Err(Error::Vector(VectorError::Empty { name: "matrix" }));
        }
        check_dimension("matrix's rows", matrix.ncols(), matrix.nrows())?;
        let entries = || matrix.iter();
        entries().try_for_each(|entry| finite("a matrix entry", entry))?;
        let largest = entries().fold(0.0, |largest: f64, entry| largest.max(entry.to_f64().abs()));
        let rounding = 16.0 * precision::<T>() * largest;
        for column in 0..matrix.ncols() {
            for row in 0..column {
                let [upper, lower] = [(row, column), (column, row)].map(|at| matrix[at].clone());
                if upper == lower {
                    continue;
                }
                if (upper.to_f64() - lower.to_f64()).abs() > rounding || rounding == 0.0 {
                    return Err(Error::Vector(VectorError::AsymmetricMatrix {
                        row,
                        column,
                        upper: upper.to_f64(),
                        lower: lower.to_f64(),
                    }));
                }
                let two = T::integer(2);
                let mean = upper / two.clone() + lower / two;
                matrix[(row, column)] = mean.clone();
                matrix[(column, row)] = mean;
            }
        }
        Ok(Self {
            curvature: Symmetric(matrix),
        })
    }

    /// The matrix A.
    pub fn matrix(&self) -> &OMatrix<T, D, D> {
        &self.curvature.0
    }
}

/// The distance from 1 to the next number of type `T`; 0 for exact rationals.
fn precision<T: Number>() -> f64 {
    let two = T::integer(2);
    let mut step = T::one();
    for _ in 0..64 {
        let next = step.clone() / two.clone();
        if T::one() + next.clone() == T::one() {
            return step.to_f64();
        }
        step = next;
    }
    0.0
}

/// What a [`VectorError`] calls the position.
const POSITION: &str = "position on the quadratic";

impl<T, U, D> Potential<U, D> for Quadratic<Diagonal<T, D>>
where
    T: Number + Into<U>,
    U: Number,
    D: Dim,
    DefaultAllocator: Allocator<D>,
{
    #[inline(always)]
    fn value(&self, position: &OVector<U, D>) -> U {
        let terms = self.curvature.0.iter().zip(position.iter());
        let sum = terms.fold(U::zero(), |sum, (curvature, x)| {
            sum + curvature.clone().into() * x.clone() * x.clone()
        });
        sum / U::integer(2)
    }

    #[inline(always)]
    fn gradient(&self, position: &OVector<U, D>, gradient: &mut OVector<U, D>) {
        gradient.zip_zip_apply(&self.curvature.0, position, |slot, curvature, x| {
            *slot = curvature.into() * x;
        });
    }

    fn check_dimension(&self, dimension: usize) -> Result<(), Error> {
        check_dimension(POSITION, self.curvature.0.len(), dimension)
    }

    fn largest_curvature(&self) -> Option<f64> {
        let curvatures = self.curvature.0.iter().map(Number::to_f64);
        curvatures.reduce(f64::max)
    }
}

impl<T, U, D> Potential<U, D> for Quadratic<Symmetric<T, D>>
where
    T: Number + Into<U>,
    U: Number,
    D: Dim,
    DefaultAllocator: Allocator<D> + Allocator<D, D> + Allocator<U1, D>,
{
    #[inline(always)]
    fn value(&self, position: &OVector<U, D>) -> U {
        let columns = self.curvature.0.column_iter().zip(position.iter());
        let sum = columns.fold(U::zero(), |sum, (column, x)| {
            let product = column
                .iter()
                .zip(position.iter())
                .fold(U::zero(), |sum, (entry, y)| {
                    sum + entry.clone().into() * y.clone()
                });
            sum + product * x.clone()
        });
        sum / U::integer(2)
    }

    #[inline(always)]
    fn gradient(&self, position: &OVector<U, D>, gradient: &mut OVector<U, D>) {
        // Not gemv with a factor 0 on the old content: for a dual number it tests the real part alone.
        gradient.fill(U::zero());
        for (column, x) in self.curvature.0.column_iter().zip(position.iter()) {
            gradient.zip_apply(&column, |slot, entry| {
                *slot = entry.into().mul_add(x.clone(), slot.clone());
            });
        }
    }

    fn check_dimension(&self, dimension: usize) -> Result<(), Error> {
        check_dimension(POSITION, self.curvature.0.nrows(), dimension)
    }

    fn largest_curvature(&self) -> Option<f64> {
        let matrix = &self.curvature.0;
        let entries = matrix.iter().map(Number::to_f64);
        let matrix = DMatrix::from_iterator(matrix.nrows(), matrix.ncols(), entries);
        let largest = eigenvalues(matrix).into_iter().copied().reduce(f64::max);
        largest.filter(|largest| largest.is_finite())
    }
}
