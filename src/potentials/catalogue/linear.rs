//! Linear: f(x) = c·x, a constant slope on which the ball approaches its terminal velocity.

use crate::check::{check_dimension, check_vector};
use crate::potentials::Potential;
use crate::{Error, Number};
use nalgebra::allocator::Allocator;
use nalgebra::{Const, DefaultAllocator, Dim, Dyn, OVector};

/// f(x) = c·x, ∇f = c: no critical point.
///
/// Under drag the velocity tends to −c/γ,
/// [`HeavyBall::terminal_velocity`](crate::HeavyBall::terminal_velocity).
///
/// ```
/// use heavyball::prelude::*;
/// use heavyball::Linear;
/// use nalgebra::vector;
///
/// let slope = Linear::new(vector![2.0])?;
/// let ball = HeavyBall::new(1.0, 0.5)?;
/// let fall = Problem::new(ball, slope, vector![0.0]).until(60.0).solve(&Rk45::new(1e-9, 1e-9))?;
/// assert!((fall.last().momentum.x - -4.0).abs() < 1e-8);
/// # Ok::<(), heavyball::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct Linear<T: Number = f64, D: Dim = Dyn>
where
    DefaultAllocator: Allocator<D>,
{
    slope: OVector<T, D>,
}

/// A [`Linear`] potential in `N` dimensions.
pub type LinearIn<const N: usize, T = f64> = Linear<T, Const<N>>;

impl<T: Number, D: Dim> Linear<T, D>
where
    DefaultAllocator: Allocator<D>,
{
    /// The potential of slope c.
    ///
    /// # Errors
    /// [`VectorError::Empty`](crate::error::VectorError::Empty) for a slope without components,
    /// [`VectorError::NonFiniteComponent`](crate::error::VectorError::NonFiniteComponent) for a component that is NaN
    /// or infinite.
    pub fn new(slope: OVector<T, D>) -> Result<Self, Error> {
        check_vector("slope", &slope)?;
        Ok(Self { slope })
    }

    /// The slope c = ∇f.
    pub fn slope(&self) -> &OVector<T, D> {
        &self.slope
    }
}

impl<T: Number, D: Dim> Potential<T, D> for Linear<T, D>
where
    DefaultAllocator: Allocator<D>,
{
    #[inline(always)]
    fn value(&self, position: &OVector<T, D>) -> T {
        self.slope.dot(position)
    }

    #[inline(always)]
    fn gradient(&self, _position: &OVector<T, D>, gradient: &mut OVector<T, D>) {
        gradient.copy_from(&self.slope);
    }

    fn check_dimension(&self, dimension: usize) -> Result<(), Error> {
        let name = "position on the linear potential";
        check_dimension(name, self.slope.len(), dimension)
    }
}
