//! FromArgmin: a problem of argmin as a potential of heavyball.

use crate::evaluated::{Failure, cost_at, gradient_into};
use crate::{Error, Parameter};
use argmin::core::{CostFunction, Gradient};
use heavyball::Potential;
use nalgebra::allocator::Allocator;
use nalgebra::{DefaultAllocator, OVector};
use std::sync::{Mutex, PoisonError};

/// A problem of argmin as a [`Potential`], made by [`from_argmin`].
///
/// An evaluation that fails is NaN for heavyball, whose runs end there with the step; [`Self::take_failure`] then has the
/// problem's own error.
///
/// ```
/// use argmin::core::{ArgminError, CostFunction, Error, Gradient};
/// use heavyball::prelude::*;
/// use heavyball_argmin::from_argmin;
/// use nalgebra::dvector;
///
/// /// f = x, to the right of 0.
/// struct Slope;
///
/// impl CostFunction for Slope {
///     type Param = Vec<f64>;
///     type Output = f64;
///     fn cost(&self, x: &Vec<f64>) -> Result<f64, Error> {
///         Ok(x[0])
///     }
/// }
///
/// impl Gradient for Slope {
///     type Param = Vec<f64>;
///     type Gradient = Vec<f64>;
///     fn gradient(&self, x: &Vec<f64>) -> Result<Vec<f64>, Error> {
///         if x[0] < 0.0 {
///             return Err(ArgminError::InvalidParameter { text: "left of 0".to_owned() }.into());
///         }
///         Ok(vec![1.0])
///     }
/// }
///
/// let slope = from_argmin(Slope);
/// assert!(Momentum::new(0.25, 0.0)?.iterates(&slope, dvector![0.5]).after(100).is_err());
/// let failure = slope.take_failure().map(|error| error.to_string());
/// assert!(failure.is_some_and(|text| text.contains("left of 0")));
/// # Ok::<(), heavyball::Error>(())
/// ```
#[derive(Debug)]
pub struct FromArgmin<O> {
    problem: O,
    failure: Mutex<Option<Failure>>,
}

/// `problem` as a potential: its cost is f and its gradient ∇f.
///
/// ```
/// use argmin::core::{CostFunction, Error, Gradient};
/// use heavyball::prelude::*;
/// use heavyball_argmin::from_argmin;
/// use nalgebra::dvector;
///
/// /// f = x₀² + 10x₁²
/// struct Bowl;
///
/// impl CostFunction for Bowl {
///     type Param = Vec<f64>;
///     type Output = f64;
///     fn cost(&self, x: &Vec<f64>) -> Result<f64, Error> {
///         Ok(x[0] * x[0] + 10.0 * x[1] * x[1])
///     }
/// }
///
/// impl Gradient for Bowl {
///     type Param = Vec<f64>;
///     type Gradient = Vec<f64>;
///     fn gradient(&self, x: &Vec<f64>) -> Result<Vec<f64>, Error> {
///         Ok(vec![2.0 * x[0], 20.0 * x[1]])
///     }
/// }
///
/// // Everything of heavyball is there for it: the motion of a ball, its energy, its limits.
/// let bowl = from_argmin(Bowl);
/// let motion = Problem::new(HeavyBall::new(1.0, 0.5)?, &bowl, dvector![1.0, 1.0]).until(50.0);
/// assert!(motion.solve(&Adaptive::new(1e-9, 1e-9))?.last().position.norm() < 1e-5);
/// # Ok::<(), heavyball::Error>(())
/// ```
pub fn from_argmin<O>(problem: O) -> FromArgmin<O> {
    FromArgmin {
        problem,
        failure: Mutex::new(None),
    }
}

impl<O> FromArgmin<O> {
    /// The problem.
    pub fn problem(&self) -> &O {
        &self.problem
    }

    /// The error of the first evaluation that failed since the last call. Its iteration is 0: an evaluation belongs to none.
    pub fn take_failure(&self) -> Option<Error> {
        let mut failure = self.failure.lock().unwrap_or_else(PoisonError::into_inner);
        failure.take().map(|failure| failure.at(0))
    }

    #[cold]
    fn keep(&self, failure: Failure) {
        let mut kept = self.failure.lock().unwrap_or_else(PoisonError::into_inner);
        kept.get_or_insert(failure);
    }
}

impl<O, P> Potential<f64, P::Dimension> for FromArgmin<O>
where
    O: CostFunction<Param = P, Output = f64> + Gradient<Param = P, Gradient = P>,
    P: Parameter,
    DefaultAllocator: Allocator<P::Dimension>,
{
    #[inline]
    fn value(&self, position: &OVector<f64, P::Dimension>) -> f64 {
        cost_at(&self.problem, position).unwrap_or_else(|failure| {
            self.keep(failure);
            f64::NAN
        })
    }

    #[inline]
    fn gradient(
        &self,
        position: &OVector<f64, P::Dimension>,
        gradient: &mut OVector<f64, P::Dimension>,
    ) {
        if let Err(failure) = gradient_into(&self.problem, position, gradient) {
            self.keep(failure);
            gradient.fill(f64::NAN);
        }
    }
}
