//! FixedStep: a one-step method with step size Δt.
//!
//! A method has two parts, so that no step repeats work: [`FixedStep::step_for`] computes the coefficients for one
//! particle and one Δt once, exponentials included; [`Step::advance`] then only evaluates the formula.

use crate::check::ParameterError;
use crate::fixed_steps::{Phases, Properties, Step};
use crate::particle::{HeavyBall, Phase};
use crate::potentials::Potential;
use crate::{Error, Number};
use nalgebra::allocator::Allocator;
use nalgebra::{DefaultAllocator, Dim};

/// A one-step method with a fixed step size Δt.
///
/// Every implementor can be passed to [`Problem::solve`](crate::Problem::solve).
pub trait FixedStep<T: Number> {
    /// The step map.
    type Step: Step<T>;

    /// Name, order, cost and symmetry of the method.
    fn properties(&self) -> Properties;

    /// The step size Δt.
    fn dt(&self) -> T;

    /// The step map for step size `dt`, which may differ from the method's own and may be negative.
    ///
    /// # Errors
    /// [`StepError::Pole`](crate::error::StepError::Pole) where the method's coefficients have a pole.
    fn step_for(&self, ball: &HeavyBall<T>, dt: T) -> Result<Self::Step, Error>;

    /// An iterator over the phases of `ball` on `potential` at times 0, Δt, 2Δt, …
    ///
    /// Item k is the phase at time kΔt; item 0 is `start`. It works for any [`Number`] and is infinite unless a step is
    /// not finite: see [`Phases`].
    ///
    /// # Errors
    /// The errors of [`HeavyBall::new`] and of [`Self::step_for`];
    /// [`VectorError`](crate::error::VectorError) if `start` is empty, not finite, or of the wrong dimension.
    ///
    /// ```
    /// use heavyball::prelude::*;
    /// use nalgebra::vector;
    ///
    /// let ball = HeavyBall::new(1.0, 0.2)?;
    /// let start = Phase::at_rest(vector![-1.5, -1.5]);
    /// let leapfrog = Leapfrog::new(0.01)?;
    /// let end = leapfrog.phases(&ball, &DoubleWell, start)?.nth(10_000);
    /// assert!(end.is_some_and(|phase| (phase.position.x.abs() - 1.0).abs() < 1e-4));
    /// # Ok::<(), heavyball::Error>(())
    /// ```
    fn phases<'p, D: Dim, P: Potential<T, D> + ?Sized>(
        &self,
        ball: &HeavyBall<T>,
        potential: &'p P,
        start: Phase<T, D>,
    ) -> Result<Phases<'p, Self::Step, P, T, D>, Error>
    where
        DefaultAllocator: Allocator<D>,
    {
        ball.check()?;
        ball.check_phase(potential, &start)?;
        check_step(ball, &self.dt())?;
        let step = self.step_for(ball, self.dt())?;
        Ok(Phases::new(step, potential, start, 0.0, self.dt().to_f64()))
    }
}

/// Refuses a Δt/m that is not a normal number: the displacement of a step, p·Δt/m, would lose digits.
pub(crate) fn check_step<T: Number>(ball: &HeavyBall<T>, dt: &T) -> Result<(), Error> {
    // By halves as the methods take them.
    let half = (dt.clone() / T::integer(2) / ball.mass.clone()).to_f64();
    if half.is_normal() {
        return Ok(());
    }
    Err(Error::Parameter(ParameterError::OutOfRange {
        name: "dt/mass",
        value: half,
    }))
}

/// γΔt/m, the dimensionless drag z of a step.
pub(super) fn drag_per_step<T: Number>(ball: &HeavyBall<T>, dt: &T) -> T {
    let product = ball.drag.clone() * dt.clone();
    if product.is_finite() {
        product / ball.mass.clone()
    } else {
        ball.drag.clone() / ball.mass.clone() * dt.clone()
    }
}

/// The constructors of a method whose only field is `dt`.
macro_rules! fixed_step_constructors {
    ($method:ident) => {
        impl $method {
            /// The method with step size `dt`.
            ///
            /// # Errors
            /// [`ParameterError::NotPositive`](crate::error::ParameterError::NotPositive) unless `dt` is positive and
            /// finite.
            pub fn new(dt: f64) -> Result<Self, $crate::Error> {
                Self::of(dt)
            }
        }

        impl<T: $crate::Number> $method<T> {
            /// As [`Self::new`], over any [`Number`](crate::Number).
            ///
            /// # Errors
            /// The errors of [`Self::new`].
            pub fn of(dt: T) -> Result<Self, $crate::Error> {
                $crate::check::positive("dt", &dt, "")?;
                Ok(Self { dt })
            }
        }
    };
}

pub(super) use fixed_step_constructors;
