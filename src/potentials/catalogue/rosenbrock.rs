//! Rosenbrock: a curved valley in n dimensions.

use crate::check::check_dimension;
use crate::potentials::Potential;
use crate::{Error, Number};
use nalgebra::allocator::Allocator;
use nalgebra::{DefaultAllocator, Dim, OVector};

/// f(x) = Σᵢ 100(xᵢ₊₁ − xᵢ²)² + (1 − xᵢ)², i = 0 … n − 2, in n ≥ 2 dimensions.
///
/// The minimiser is (1, …, 1) with f = 0. In two and three dimensions it is the only critical point. In four there is
/// also a local minimum at (−0.7757, 0.6131, 0.3821, 0.1460) with f = 3.7014; in more dimensions there is one closer
/// to (−1, 1, …, 1). At the minimiser in two dimensions the curvatures are 1001.6 and 0.4, a condition number of 2508.
///
/// Reference: H. H. Rosenbrock, *The Computer Journal* 3 (1960) 175–184.
///
/// ```
/// use heavyball::prelude::*;
/// use nalgebra::dvector;
///
/// let end = Momentum::new(1e-3, 0.95)?
///     .iterates(&Rosenbrock, dvector![0.5, 0.5, 0.5])
///     .after(20_000)?;
/// assert!((end.position - dvector![1.0, 1.0, 1.0]).norm() < 1e-9);
/// # Ok::<(), heavyball::Error>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Rosenbrock;

impl<T: Number, D: Dim> Potential<T, D> for Rosenbrock
where
    DefaultAllocator: Allocator<D>,
{
    #[inline(always)]
    fn value(&self, position: &OVector<T, D>) -> T {
        let next = position.iter().skip(1);
        position.iter().zip(next).fold(T::zero(), |sum, (x, next)| {
            let valley = next.clone() - x.clone() * x.clone();
            let slope = T::one() - x.clone();
            sum + T::integer(100) * valley.clone() * valley + slope.clone() * slope
        })
    }

    #[inline(always)]
    fn gradient(&self, position: &OVector<T, D>, gradient: &mut OVector<T, D>) {
        // Each component occurs in two terms: as xᵢ₊₁ in the previous one and as xᵢ in its own.
        let mut before = T::zero();
        let mut position = position.iter().peekable();
        for slot in gradient.iter_mut() {
            let Some(x) = position.next() else { return };
            *slot = before;
            before = T::zero();
            if let Some(next) = position.peek() {
                let valley = (-x.clone()).mul_add(x.clone(), (*next).clone());
                let along = T::integer(2) * (T::one() - x.clone());
                *slot -= (T::integer(400) * x.clone()).mul_add(valley.clone(), along);
                before = T::integer(200) * valley;
            }
        }
    }

    fn check_dimension(&self, dimension: usize) -> Result<(), Error> {
        check_dimension(
            "position on Rosenbrock's function",
            dimension.max(2),
            dimension,
        )
    }

    /// The length over which the valley bends.
    fn length_scale(&self) -> Option<f64> {
        Some(1.0)
    }
}
