//! FullMatrix: a square matrix with all its entries.

use crate::check::{VectorError, check_dimension};
use crate::matrices::{MatrixError, MatrixForm};
use crate::{Error, Number};
use nalgebra::allocator::Allocator;
use nalgebra::{DMatrix, DefaultAllocator, Dim, Dyn, OMatrix};

/// A square matrix with all its entries.
#[derive(Debug, Clone, PartialEq)]
pub struct FullMatrix<T: Number = f64, D: Dim = Dyn>(OMatrix<T, D, D>)
where
    DefaultAllocator: Allocator<D, D>;

impl<T: Number, D: Dim> Copy for FullMatrix<T, D>
where
    DefaultAllocator: Allocator<D, D>,
    OMatrix<T, D, D>: Copy,
{
}

impl<T: Number, D: Dim> FullMatrix<T, D>
where
    DefaultAllocator: Allocator<D, D>,
{
    /// The matrix with these entries.
    ///
    /// # Errors
    /// [`VectorError::Empty`] without entries, [`VectorError::DimensionMismatch`] if it is not square,
    /// [`MatrixError::NonFiniteEntry`] for an entry that is NaN or infinite.
    pub fn new(entries: OMatrix<T, D, D>) -> Result<Self, Error> {
        Self::named("matrix", entries)
    }

    /// The same, with its name in the errors.
    pub(crate) fn named(name: &'static str, entries: OMatrix<T, D, D>) -> Result<Self, Error> {
        if entries.is_empty() {
            return Err(Error::Vector(VectorError::Empty { name }));
        }
        check_dimension(name, entries.ncols(), entries.nrows())?;
        let rows = entries.nrows();
        let mut numbered = entries.iter().enumerate();
        match numbered.find(|(_, entry)| !entry.is_finite()) {
            Some((index, entry)) => Err(Error::Matrix(MatrixError::NonFiniteEntry {
                name,
                row: index % rows,
                column: index / rows,
                value: entry.to_f64(),
            })),
            None => Ok(Self(entries)),
        }
    }

    /// The matrix with these entries, which are finite, and as many rows as columns.
    pub(crate) fn known(entries: OMatrix<T, D, D>) -> Self {
        Self(entries)
    }

    /// Its entries.
    pub fn entries(&self) -> &OMatrix<T, D, D> {
        &self.0
    }
}

impl<T: Number, D: Dim> MatrixForm<T> for FullMatrix<T, D>
where
    DefaultAllocator: Allocator<D, D>,
{
    fn dimension(&self) -> usize {
        self.0.nrows()
    }

    #[inline(always)]
    fn product(&self, x: &[T], y: &mut [T]) {
        y.fill(T::zero());
        self.add_product(x, y);
    }

    #[inline(always)]
    fn add_product(&self, x: &[T], y: &mut [T]) {
        for (column, x) in self.0.column_iter().zip(x) {
            for (y, entry) in y.iter_mut().zip(column.iter()) {
                *y = entry.clone().mul_add(x.clone(), y.clone());
            }
        }
    }

    #[inline(always)]
    fn subtract_product(&self, x: &[T], y: &mut [T]) {
        for (column, x) in self.0.column_iter().zip(x) {
            for (y, entry) in y.iter_mut().zip(column.iter()) {
                *y = (-entry.clone()).mul_add(x.clone(), y.clone());
            }
        }
    }

    #[inline(always)]
    fn replace_by_product(&self, x: &mut [T], scratch: &mut [T]) {
        self.product(x, scratch);
        x.clone_from_slice(scratch);
    }

    fn transposed(&self) -> Self {
        let (rows, columns) = self.0.shape_generic();
        let at = |row: usize, column: usize| self.0[(column, row)].clone();
        Self(OMatrix::from_fn_generic(rows, columns, at))
    }

    fn to_matrix(&self) -> DMatrix<f64> {
        let entries = self.0.iter().map(Number::to_f64);
        DMatrix::from_iterator(self.0.nrows(), self.0.ncols(), entries)
    }
}
