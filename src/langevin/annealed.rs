//! Annealed: a method in a bath whose temperature depends on the step.
//!
//! Every method draws its noise in proportion to √T, so step k at the temperature c(k)·T is the step at T with its normal
//! numbers multiplied by √c(k).
//! Reference: S. Kirkpatrick, C. D. Gelatt, M. P. Vecchi, *Science* 220 (1983) 671.

use crate::Error;
use crate::check::nonnegative;
use crate::fixed_steps::Properties;
use crate::langevin::{Langevin, LangevinMethod, LangevinState, LangevinStep};
use crate::noise::Place;
use crate::potentials::Potential;
use nalgebra::allocator::Allocator;
use nalgebra::{DefaultAllocator, Dim};
use std::ops::Range;

/// A method whose step k has the temperature c(k)·T, for a function c of the step and the T of the bath.
///
/// With c = 1 it is the method bit for bit; where c(k) = 0 it is the method without noise. A ball that is cooled slowly
/// ends in the deepest well with high probability, since it leaves a shallow one up to a lower temperature: derivation (105).
/// c is evaluated for each member, in the loop over them: one that calls `exp` costs as much as a step, so read a table, or use
/// [`elementary`](crate::elementary).
///
#[cfg_attr(feature = "parallel", doc = "```")]
#[cfg_attr(not(feature = "parallel"), doc = "```ignore")]
/// use heavyball::TiltedDoubleWell;
/// use heavyball::ensemble::Ensemble;
/// use heavyball::langevin::{Annealed, Baoab, Langevin};
/// use heavyball::noise::Noise;
/// use heavyball::prelude::*;
/// use nalgebra::vector;
///
/// // From the bad well on the right: cooled from a temperature of a third of its barrier, most end in the good one.
/// let well = TiltedDoubleWell::new(0.1)?;
/// let bath = Langevin::new(HeavyBall::new(1.0, 0.5)?, 0.05)?;
/// let linear = |step: usize| 1.0 - step as f64 / 30_000.0;
/// let method = Annealed::new(Baoab::new(0.2)?, linear);
/// let starts = vec![Phase::at_rest(vector![0.95]); 200];
/// let ensemble = Ensemble::in_bath(&method, &bath, &well, starts, Noise::new(8))?;
/// let ends = ensemble.after(30_000)?;
/// let good = ends.states().iter().filter(|end| end.phase.position.x < 0.0).count();
/// assert!(good > 190, "{good}");
/// # Ok::<(), heavyball::Error>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Annealed<M, F> {
    method: M,
    factor: F,
}

impl<M, F: Fn(usize) -> f64> Annealed<M, F> {
    /// `method` at `factor(k)` times the temperature of the bath in step k.
    ///
    /// A factor that is negative or not finite is
    /// [`ParameterError::Negative`](crate::error::ParameterError::Negative) when the run comes to it.
    pub fn new(method: M, factor: F) -> Self {
        Self { method, factor }
    }
}

/// The step map of [`Annealed`].
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct AnnealedStep<S, F> {
    step: S,
    factor: F,
}

impl<M, F> LangevinMethod for Annealed<M, F>
where
    M: LangevinMethod,
    F: Fn(usize) -> f64 + Clone + Sync,
{
    type Step = AnnealedStep<M::Step, F>;

    fn properties(&self) -> Properties {
        self.method.properties()
    }

    fn dt(&self) -> f64 {
        self.method.dt()
    }

    fn step_for(&self, bath: &Langevin) -> Result<Self::Step, Error> {
        Ok(AnnealedStep {
            step: self.method.step_for(bath)?,
            factor: self.factor.clone(),
        })
    }
}

impl<S, F> LangevinStep for AnnealedStep<S, F>
where
    S: LangevinStep,
    F: Fn(usize) -> f64 + Clone + Sync,
{
    #[inline(always)]
    fn advance<D, P>(&self, place: &Place, potential: &P, state: &mut LangevinState<D>)
    where
        D: Dim,
        P: Potential<f64, D> + ?Sized,
        DefaultAllocator: Allocator<D>,
    {
        let place = place.scaled((self.factor)(place.step()).sqrt());
        self.step.advance(&place, potential, state);
    }

    fn check(&self, mut steps: Range<usize>) -> Result<(), Error> {
        steps.try_for_each(|k| {
            let advice = "; let the factor of each step be zero or positive";
            nonnegative("factor of the temperature", &(self.factor)(k), advice)
        })
    }
}
