//! Potential: a function f with its gradient ∇f.
//!
//! The force on the particle is −∇f(x); the optimiser minimises f. A step uses nothing else of f, so a potential
//! consists of these two functions and, where it is not defined in every dimension, the dimensions it accepts.

use crate::check::{check_length, check_vector};
use crate::{Error, Number};
use nalgebra::allocator::Allocator;
use nalgebra::{DefaultAllocator, Dim, OVector};

/// A function f: ℝᵈ → ℝ with its gradient.
///
/// Generic over a scalar `T` and a nalgebra dimension `D`, so that one implementation runs on `f64`, `f32`, dual
/// numbers and exact rationals, in static or dynamic dimension. For a function of a fixed number of `f64`
/// variables, implement `Potential<f64, Const<N>>`.
///
/// Every run calls [`Self::check_dimension`] once. If you call [`Self::value`] or [`Self::gradient`] yourself in
/// dynamic dimension, call it first: they may panic on a vector of the wrong length.
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

    /// Writes ∇f(x) into `gradient`, which has the length of `position` and arbitrary content.
    fn gradient(&self, position: &OVector<T, D>, gradient: &mut OVector<T, D>);

    /// Writes the gradient that an optimiser sees in the step from iterate `k` to k + 1: ∇f(x), unless it is stochastic.
    ///
    /// [`NoisyGradient`](crate::potentials::NoisyGradient) and [`Minibatches`](crate::potentials::Minibatches) have one that
    /// differs from step to step, and from member to member of an ensemble; a run alone is member 0. At the same k and x it
    /// must be the same, whoever asks. Integrators do not call it.
    ///
    /// ```
    /// use heavyball::prelude::*;
    /// use nalgebra::{Const, Vector1, vector};
    ///
    /// /// f = 0, seen as a slope that changes its sign with every step.
    /// struct Alternating;
    ///
    /// impl Potential<f64, Const<1>> for Alternating {
    ///     fn value(&self, _: &Vector1<f64>) -> f64 {
    ///         0.0
    ///     }
    ///     fn gradient(&self, _: &Vector1<f64>, gradient: &mut Vector1<f64>) {
    ///         gradient.x = 0.0;
    ///     }
    ///     fn gradient_at_step(&self, _: usize, k: usize, _: &Vector1<f64>, gradient: &mut Vector1<f64>) {
    ///         gradient.x = if k % 2 == 0 { 1.0 } else { -1.0 };
    ///     }
    /// }
    ///
    /// let run = GradientDescent::new(0.5)?.iterates(&Alternating, vector![0.0]);
    /// assert_eq!(run.path(3)?.as_slice(), [0.0, -0.5, 0.0, -0.5]);
    /// # Ok::<(), heavyball::Error>(())
    /// ```
    #[inline(always)]
    fn gradient_at_step(
        &self,
        member: usize,
        k: usize,
        position: &OVector<T, D>,
        gradient: &mut OVector<T, D>,
    ) {
        let _ = (member, k);
        self.gradient(position, gradient);
    }

    /// Refuses a dimension in which the function is not defined.
    ///
    /// Called once before a run, so that no step has to check. The default accepts every dimension.
    ///
    /// # Errors
    /// [`VectorError::DimensionMismatch`](crate::error::VectorError::DimensionMismatch) from a potential of a fixed
    /// dimension.
    fn check_dimension(&self, dimension: usize) -> Result<(), Error> {
        let _ = dimension;
        Ok(())
    }

    /// The largest eigenvalue of ∇²f if it is the same everywhere, that is, for a quadratic f.
    ///
    /// Studies use it to decide which steps are stable. The default is `None`.
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

    /// The length of the smallest feature of f that a ball must not pass unseen, if there is one.
    ///
    /// An adaptive method sees the force only at its stages, and a ball in free flight makes ever longer steps. On a
    /// potential with a length scale, a step of [`Adaptive`](crate::Adaptive), [`Nystrom8`](crate::Nystrom8),
    /// [`Nystrom12`](crate::Nystrom12) and [`Dop853`](crate::Dop853) travels no farther than it, unless `with_max_travel`
    /// says otherwise. The default is `None`, which suits a function without small features.
    ///
    /// ```
    /// use heavyball::prelude::*;
    /// use nalgebra::{Const, Vector1, vector};
    ///
    /// /// A bump of height 1 at x = 50, of width ½.
    /// struct Bump;
    ///
    /// impl Potential<f64, Const<1>> for Bump {
    ///     fn value(&self, x: &Vector1<f64>) -> f64 {
    ///         (-4.0 * (x.x - 50.0).powi(2)).exp()
    ///     }
    ///     fn gradient(&self, x: &Vector1<f64>, gradient: &mut Vector1<f64>) {
    ///         gradient.x = -8.0 * (x.x - 50.0) * self.value(x);
    ///     }
    ///     fn length_scale(&self) -> Option<f64> {
    ///         Some(0.5)
    ///     }
    /// }
    ///
    /// // At half of the energy needed, the ball is thrown back.
    /// let problem = Problem::new(HeavyBall::new(1.0, 0.0)?, Bump, vector![0.0]).with_velocity(vector![1.0]);
    /// let run = problem.until(100.0).solve(&Adaptive::new(1e-9, 1e-9))?;
    /// assert!(run.last().momentum.x < 0.0);
    /// # Ok::<(), heavyball::Error>(())
    /// ```
    fn length_scale(&self) -> Option<f64> {
        None
    }
}

macro_rules! forwarded {
    ($($pointer:ty),+) => {$(
        impl<T: Number, D: Dim, P: Potential<T, D> + ?Sized> Potential<T, D> for $pointer
        where
            DefaultAllocator: Allocator<D>,
        {
            #[inline(always)]
            fn value(&self, position: &OVector<T, D>) -> T {
                (**self).value(position)
            }

            #[inline(always)]
            fn gradient(&self, position: &OVector<T, D>, gradient: &mut OVector<T, D>) {
                (**self).gradient(position, gradient);
            }

            #[inline(always)]
            fn gradient_at_step(&self, member: usize, k: usize,
                position: &OVector<T, D>,
                gradient: &mut OVector<T, D>,
            ) {
                (**self).gradient_at_step(member, k, position, gradient);
            }

            fn check_dimension(&self, dimension: usize) -> Result<(), Error> {
                (**self).check_dimension(dimension)
            }

            fn largest_curvature(&self) -> Option<f64> {
                (**self).largest_curvature()
            }

            fn length_scale(&self) -> Option<f64> {
                (**self).length_scale()
            }
        }
    )+};
}

forwarded!(&P, Box<P>);

/// A potential as step k of an optimiser sees it.
#[derive(Debug)]
pub(crate) struct AtStep<'p, P: ?Sized> {
    pub(crate) potential: &'p P,
    pub(crate) member: usize,
    pub(crate) k: usize,
}

impl<T: Number, D: Dim, P: Potential<T, D> + ?Sized> Potential<T, D> for AtStep<'_, P>
where
    DefaultAllocator: Allocator<D>,
{
    #[inline(always)]
    fn value(&self, position: &OVector<T, D>) -> T {
        self.potential.value(position)
    }

    #[inline(always)]
    fn gradient(&self, position: &OVector<T, D>, gradient: &mut OVector<T, D>) {
        let Self { member, k, .. } = *self;
        self.potential
            .gradient_at_step(member, k, position, gradient);
    }
}

/// Writes ∇f(x) into `gradient`, or NaN if the potential replaces that vector by one of another length: a step would
/// otherwise panic or move some of the coordinates only, and NaN becomes an error with step and time.
#[inline(always)]
pub(crate) fn gradient_at<T, D, P>(
    potential: &P,
    position: &OVector<T, D>,
    gradient: &mut OVector<T, D>,
) where
    T: Number,
    D: Dim,
    P: Potential<T, D> + ?Sized,
    DefaultAllocator: Allocator<D>,
{
    potential.gradient(position, gradient);
    if gradient.len() != position.len() {
        refuse_length(position, gradient);
    }
}

#[cold]
fn refuse_length<T: Number, D: Dim>(position: &OVector<T, D>, gradient: &mut OVector<T, D>)
where
    DefaultAllocator: Allocator<D>,
{
    let nan = T::from_f64(f64::NAN).unwrap_or_else(T::zero);
    *gradient = position.map(|_| nan.clone());
}

/// Refuses a start vector that is empty, not finite, or of a dimension in which the potential is not defined.
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

/// Refuses a start position like [`check_start`], and a start velocity that is not finite or of another length.
///
/// A momentum may be passed as the velocity: only its length and the finiteness of its components are tested.
pub(crate) fn check_start_motion<T, D, P>(
    potential: &P,
    position: &OVector<T, D>,
    velocity: &OVector<T, D>,
) -> Result<(), Error>
where
    T: Number,
    D: Dim,
    P: Potential<T, D> + ?Sized,
    DefaultAllocator: Allocator<D>,
{
    check_start(potential, "start position", position)?;
    check_length("start velocity", position.len(), velocity)
}
