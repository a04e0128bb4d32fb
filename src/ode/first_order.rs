//! FirstOrderSystem: ẏ = F(t, y), the form of equation that the adaptive methods solve.

use crate::Error;
use crate::check::check_vector;
use nalgebra::allocator::Allocator;
use nalgebra::{DefaultAllocator, Dim, OVector};

/// A first-order system ẏ = F(t, y) in dimension `D`.
///
/// [`Rk45`](crate::Rk45) and [`Dop853`](crate::Dop853) solve it. [`GradientFlow`](crate::GradientFlow) is one;
/// implement the trait for a system of your own.
///
/// ```
/// use heavyball::prelude::*;
/// use nalgebra::{Const, Vector1, vector};
///
/// /// ẏ = −2ty, whose solution is e^(−t²).
/// struct Bell;
///
/// impl FirstOrderSystem<Const<1>> for Bell {
///     fn derivative(&self, time: f64, state: &Vector1<f64>, derivative: &mut Vector1<f64>) {
///         derivative.x = -2.0 * time * state.x;
///     }
/// }
///
/// let bell = Rk45::new(1e-10, 1e-10).integrate(&Bell, (-1.0, 2.0), vector![(-1.0_f64).exp()])?;
/// assert!((bell.at(0.0)?.x - 1.0).abs() < 1e-8);
/// # Ok::<(), heavyball::Error>(())
/// ```
pub trait FirstOrderSystem<D: Dim>
where
    DefaultAllocator: Allocator<D>,
{
    /// Writes F(t, y) into `derivative`, which has the length of `state` and arbitrary content.
    fn derivative(&self, time: f64, state: &OVector<f64, D>, derivative: &mut OVector<f64, D>);

    /// Whether a run should end after the step that reached `state` at `time`; by default never.
    ///
    /// Called once after each step of an adaptive method. To locate an event between the steps, use
    /// [`Problem::solve_until`](crate::Problem::solve_until).
    fn stops(&self, time: f64, state: &OVector<f64, D>) -> bool {
        let _ = (time, state);
        false
    }

    /// Refuses a start at which the system is not defined; by default, one that is empty or not finite.
    ///
    /// # Errors
    /// [`VectorError::Empty`](crate::error::VectorError::Empty),
    /// [`VectorError::NonFiniteComponent`](crate::error::VectorError::NonFiniteComponent), or
    /// [`VectorError::DimensionMismatch`](crate::error::VectorError::DimensionMismatch) from a system of fixed
    /// dimension.
    fn check_start(&self, state: &OVector<f64, D>) -> Result<(), Error> {
        check_vector("start state", state)
    }

    /// Refuses a time at which the system is not defined, such as 0 for a drag of 3/t; by default none.
    ///
    /// Asked only where the derivative is not finite, to name the cause.
    ///
    /// # Errors
    /// [`RunError::Coefficient`](crate::error::RunError::Coefficient) for a coefficient that cannot be used.
    fn check_time(&self, time: f64) -> Result<(), Error> {
        let _ = time;
        Ok(())
    }
}

impl<D: Dim, S: FirstOrderSystem<D> + ?Sized> FirstOrderSystem<D> for &S
where
    DefaultAllocator: Allocator<D>,
{
    #[inline]
    fn derivative(&self, time: f64, state: &OVector<f64, D>, derivative: &mut OVector<f64, D>) {
        (**self).derivative(time, state, derivative);
    }

    #[inline]
    fn stops(&self, time: f64, state: &OVector<f64, D>) -> bool {
        (**self).stops(time, state)
    }

    fn check_start(&self, state: &OVector<f64, D>) -> Result<(), Error> {
        (**self).check_start(state)
    }

    fn check_time(&self, time: f64) -> Result<(), Error> {
        (**self).check_time(time)
    }
}
