//! Potential: a function f with its gradient ∇f, the ground floor of both wings.
//!
//! The particle feels the force −∇f(x); the optimiser descends f. Nothing else of f is used by a
//! step, so a potential is these two functions and, if it is particular, the dimensions it admits.

use crate::check::check_vector;
use crate::{Error, Number};
use nalgebra::allocator::Allocator;
use nalgebra::{DefaultAllocator, Dim, OVector};

/// A function f: ℝᵈ → ℝ with its gradient.
///
/// Every run asks [`Self::check_dimension`] once. A caller of [`Self::value`] and [`Self::gradient`]
/// in dynamic dimension must do so too: they may panic on a vector of another length.
///
/// Written over a scalar `T` and a nalgebra dimension `D`, so that one source serves `f64`, `f32`,
/// dual numbers and exact rationals, in static or dynamic dimension. For a function of one fixed
/// size on `f64`, implement `Potential<f64, Const<N>>`.
///
/// ```
/// use heavyball::prelude::*;
/// use nalgebra::{Const, Vector2, vector};
///
/// /// f = x₀² + 3x₁²
/// struct Bowl;
///
/// impl Potential<f64, Const<2>> for Bowl {
///     fn value(&self, x: &Vector2<f64>) -> f64 {
///         x[0] * x[0] + 3.0 * x[1] * x[1]
///     }
///     fn gradient(&self, x: &Vector2<f64>, gradient: &mut Vector2<f64>) {
///         gradient[0] = 2.0 * x[0];
///         gradient[1] = 6.0 * x[1];
///     }
/// }
///
/// let rule = Momentum::new(0.05, 0.9)?;
/// let end = rule.iterates(&Bowl, vector![1.0, 1.0]).after(500)?;
/// assert!(end.position.norm() < 1e-9);
/// # Ok::<(), heavyball::Error>(())
/// ```
pub trait Potential<T: Number, D: Dim>
where
    DefaultAllocator: Allocator<D>,
{
    /// f(x).
    fn value(&self, position: &OVector<T, D>) -> T;

    /// Writes ∇f(x) into `gradient`, which has the length of `position` and any content.
    fn gradient(&self, position: &OVector<T, D>, gradient: &mut OVector<T, D>);

    /// Refuses a dimension in which the function is not defined.
    ///
    /// Called once before a run, so that no step has to check. The default admits every dimension.
    ///
    /// # Errors
    /// [`VectorError::DimensionMismatch`](crate::error::VectorError::DimensionMismatch) from potentials that have a size of their own.
    fn check_dimension(&self, dimension: usize) -> Result<(), Error> {
        let _ = dimension;
        Ok(())
    }

    /// The largest eigenvalue of ∇²f, where it is the same everywhere: for a quadratic f.
    ///
    /// Studies tell by it which steps are stable. The default knows none.
    ///
    /// ```
    /// use heavyball::prelude::*;
    /// use nalgebra::{matrix, vector};
    /// let coupled = Quadratic::symmetric(matrix![2.0, 1.0; 1.0, 2.0])?;
    /// let largest = Potential::<f64, _>::largest_curvature(&coupled);
    /// assert!(largest.is_some_and(|largest| (largest - 3.0).abs() < 1e-14));
    /// assert_eq!(Potential::<f64, nalgebra::Const<1>>::largest_curvature(&Quartic), None);
    /// # Ok::<(), heavyball::Error>(())
    /// ```
    fn largest_curvature(&self) -> Option<f64> {
        None
    }
}

impl<T: Number, D: Dim, P: Potential<T, D> + ?Sized> Potential<T, D> for &P
where
    DefaultAllocator: Allocator<D>,
{
    #[inline]
    fn value(&self, position: &OVector<T, D>) -> T {
        (**self).value(position)
    }

    #[inline]
    fn gradient(&self, position: &OVector<T, D>, gradient: &mut OVector<T, D>) {
        (**self).gradient(position, gradient);
    }

    fn check_dimension(&self, dimension: usize) -> Result<(), Error> {
        (**self).check_dimension(dimension)
    }

    fn largest_curvature(&self) -> Option<f64> {
        (**self).largest_curvature()
    }
}

impl<T: Number, D: Dim, P: Potential<T, D> + ?Sized> Potential<T, D> for Box<P>
where
    DefaultAllocator: Allocator<D>,
{
    fn value(&self, position: &OVector<T, D>) -> T {
        (**self).value(position)
    }

    fn gradient(&self, position: &OVector<T, D>, gradient: &mut OVector<T, D>) {
        (**self).gradient(position, gradient);
    }

    fn check_dimension(&self, dimension: usize) -> Result<(), Error> {
        (**self).check_dimension(dimension)
    }

    fn largest_curvature(&self) -> Option<f64> {
        (**self).largest_curvature()
    }
}

/// Refuses a start vector that is empty, not finite, or of a dimension the potential lacks.
pub(crate) fn check_start<T, D, P>(
    potential: &P,
    name: &'static str,
    start: &OVector<T, D>,
) -> Result<(), Error>
where
    T: Number,
    D: Dim,
    P: Potential<T, D> + ?Sized,
    DefaultAllocator: Allocator<D>,
{
    check_vector(name, start)?;
    potential.check_dimension(start.len())
}
