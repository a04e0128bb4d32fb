//! LangevinMethod: a method with step size Δt for a ball in a bath, and its step map.

use crate::Error;
use crate::fixed_steps::{Properties, check_step};
use crate::langevin::{Langevin, LangevinPhases, LangevinState};
use crate::noise::{Noise, Place};
use crate::particle::Phase;
use crate::potentials::Potential;
use nalgebra::allocator::Allocator;
use nalgebra::{DefaultAllocator, Dim};
use std::ops::Range;

/// The map of one step for a given bath and step size, with its coefficients computed.
pub trait LangevinStep: Clone + Sync {
    /// Advances `state` by one step with the noise of `place`.
    ///
    /// It neither allocates nor checks: a state that overflows becomes infinite or NaN.
    fn advance<D, P>(&self, place: &Place, potential: &P, state: &mut LangevinState<D>)
    where
        D: Dim,
        P: Potential<f64, D> + ?Sized,
        DefaultAllocator: Allocator<D>;

    /// Checks the coefficients of these steps; an ensemble calls it once for every few thousand. The default accepts all.
    ///
    /// # Errors
    /// [`ParameterError::Negative`](crate::error::ParameterError::Negative) from
    /// [`Annealed`](crate::langevin::Annealed).
    fn check(&self, steps: Range<usize>) -> Result<(), Error> {
        let _ = steps;
        Ok(())
    }
}

/// A method with a fixed step size Δt for a ball in a bath.
pub trait LangevinMethod {
    /// The step map.
    type Step: LangevinStep;

    /// Name, weak order, gradients a step, and whether the step without noise is symmetric.
    fn properties(&self) -> Properties;

    /// The step size Δt.
    fn dt(&self) -> f64;

    /// The step map for `bath`.
    ///
    /// # Errors
    /// [`ParameterError::OutOfRange`](crate::error::ParameterError::OutOfRange) for coefficients beyond the range of
    /// f64.
    fn step_for(&self, bath: &Langevin) -> Result<Self::Step, Error>;

    /// The same, after a check of the bath, whose fields are public.
    ///
    /// # Errors
    /// The errors of [`Langevin::new`] and of [`Self::step_for`]; for a Δt/m that is not a normal number,
    /// [`ParameterError::OutOfRange`](crate::error::ParameterError::OutOfRange).
    fn checked_step(&self, bath: &Langevin) -> Result<Self::Step, Error> {
        bath.check()?;
        check_step(&bath.ball, &self.dt())?;
        self.step_for(bath)
    }

    /// An iterator over the phases at times 0, Δt, 2Δt, …, with the noise of member 0 from step 0 on.
    ///
    /// # Errors
    /// The errors of [`Self::checked_step`]; [`VectorError`](crate::error::VectorError) if `start` is empty, not finite,
    /// or of the wrong dimension.
    fn phases<'p, D: Dim, P: Potential<f64, D> + ?Sized>(
        &self,
        bath: &Langevin,
        potential: &'p P,
        start: Phase<f64, D>,
        noise: Noise,
    ) -> Result<LangevinPhases<'p, Self::Step, P, D>, Error>
    where
        DefaultAllocator: Allocator<D>,
    {
        let step = self.checked_step(bath)?;
        let state = LangevinState::at(potential, start)?;
        Ok(LangevinPhases::new(
            step,
            potential,
            state,
            noise,
            self.dt(),
        ))
    }
}

/// A method whose only field is `dt`: its constructor, and its implementation of [`LangevinMethod`] by a function from the
/// bath and Δt to the step.
macro_rules! langevin_method {
    ($method:ident, $step:ident, $order:literal, $symmetric:literal) => {
        impl $method {
            /// The method with step size `dt`.
            ///
            /// # Errors
            /// [`ParameterError::NotPositive`](crate::error::ParameterError::NotPositive) unless `dt` is positive and
            /// finite.
            pub fn new(dt: f64) -> Result<Self, $crate::Error> {
                $crate::check::positive("dt", &dt, "")?;
                Ok(Self { dt })
            }
        }

        impl $crate::langevin::LangevinMethod for $method {
            type Step = $step;

            fn properties(&self) -> $crate::fixed_steps::Properties {
                $crate::fixed_steps::Properties {
                    name: stringify!($method),
                    order: $order,
                    gradients: 1,
                    symmetric: $symmetric,
                }
            }

            fn dt(&self) -> f64 {
                self.dt
            }

            fn step_for(
                &self,
                bath: &$crate::langevin::Langevin,
            ) -> Result<Self::Step, $crate::Error> {
                $step::of(bath, self.dt)
            }
        }
    };
}

pub(super) use langevin_method;
