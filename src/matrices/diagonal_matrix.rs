//! DiagonalMatrix: one factor for each axis.

use crate::check::check_vector;
use crate::matrices::{MatrixError, MatrixForm};
use crate::{Error, Number};
use nalgebra::allocator::Allocator;
use nalgebra::{DMatrix, DVector, DefaultAllocator, Dim, Dyn, OVector};

/// A diagonal matrix.
#[derive(Debug, Clone, PartialEq)]
pub struct DiagonalMatrix<T: Number = f64, D: Dim = Dyn>(OVector<T, D>)
where
    DefaultAllocator: Allocator<D>;

impl<T: Number, D: Dim> Copy for DiagonalMatrix<T, D>
where
    DefaultAllocator: Allocator<D>,
    OVector<T, D>: Copy,
{
}

impl<T: Number, D: Dim> DiagonalMatrix<T, D>
where
    DefaultAllocator: Allocator<D>,
{
    /// The matrix with this diagonal.
    ///
    /// # Errors
    /// [`VectorError::Empty`](crate::error::VectorError::Empty) without components,
    /// [`VectorError::NonFiniteComponent`](crate::error::VectorError::NonFiniteComponent) for one that is NaN or infinite.
    pub fn new(diagonal: OVector<T, D>) -> Result<Self, Error> {
        Self::finite("diagonal", diagonal)
    }

    /// The matrix with this diagonal, which is finite.
    pub(crate) fn known(diagonal: OVector<T, D>) -> Self {
        Self(diagonal)
    }

    /// The same, with its name in the errors.
    pub(crate) fn finite(name: &'static str, diagonal: OVector<T, D>) -> Result<Self, Error> {
        check_vector(name, &diagonal)?;
        Ok(Self(diagonal))
    }

    /// A diagonal whose components are positive and finite.
    pub(crate) fn positive(name: &'static str, diagonal: OVector<T, D>) -> Result<Self, Error> {
        let refuse = |component, value| MatrixError::NotPositive {
            name,
            component,
            value,
        };
        Self::where_all(name, diagonal, |value| *value > T::zero(), refuse)
    }

    /// A diagonal whose components are zero or positive, and finite.
    pub(crate) fn nonnegative(name: &'static str, diagonal: OVector<T, D>) -> Result<Self, Error> {
        let refuse = |component, value| MatrixError::Negative {
            name,
            component,
            value,
        };
        Self::where_all(name, diagonal, |value| *value >= T::zero(), refuse)
    }

    fn where_all(
        name: &'static str,
        diagonal: OVector<T, D>,
        holds: impl Fn(&T) -> bool,
        refuse: impl Fn(usize, f64) -> MatrixError,
    ) -> Result<Self, Error> {
        if diagonal.is_empty() {
            return check_vector(name, &diagonal).map(|()| Self(diagonal));
        }
        let wrong = |(_, value): &(usize, &T)| !(value.is_finite() && holds(value));
        match diagonal.iter().enumerate().find(wrong) {
            Some((component, value)) => Err(Error::Matrix(refuse(component, value.to_f64()))),
            None => Ok(Self(diagonal)),
        }
    }

    /// The diagonal.
    pub fn diagonal(&self) -> &OVector<T, D> {
        &self.0
    }
}

impl<T: Number, D: Dim> MatrixForm<T> for DiagonalMatrix<T, D>
where
    DefaultAllocator: Allocator<D>,
{
    fn dimension(&self) -> usize {
        self.0.len()
    }

    #[inline(always)]
    fn product(&self, x: &[T], y: &mut [T]) {
        for ((y, x), factor) in y.iter_mut().zip(x).zip(self.0.iter()) {
            *y = factor.clone() * x.clone();
        }
    }

    #[inline(always)]
    fn add_product(&self, x: &[T], y: &mut [T]) {
        for ((y, x), factor) in y.iter_mut().zip(x).zip(self.0.iter()) {
            *y = factor.clone().mul_add(x.clone(), y.clone());
        }
    }

    #[inline(always)]
    fn subtract_product(&self, x: &[T], y: &mut [T]) {
        for ((y, x), factor) in y.iter_mut().zip(x).zip(self.0.iter()) {
            *y = (-factor.clone()).mul_add(x.clone(), y.clone());
        }
    }

    #[inline(always)]
    fn replace_by_product(&self, x: &mut [T], _scratch: &mut [T]) {
        for (x, factor) in x.iter_mut().zip(self.0.iter()) {
            *x = factor.clone() * x.clone();
        }
    }

    fn transposed(&self) -> Self {
        self.clone()
    }

    fn to_matrix(&self) -> DMatrix<f64> {
        let diagonal = self.0.iter().map(Number::to_f64);
        DMatrix::from_diagonal(&DVector::from_iterator(self.0.len(), diagonal))
    }
}
