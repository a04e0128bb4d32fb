//! Ensembles in a bath: members advanced by a Langevin method, each with the noise of its number.

use crate::Error;
use crate::ensemble::members::gathered;
use crate::ensemble::{Ensemble, EnsembleError, State, Stepper};
use crate::langevin::{Langevin, LangevinMethod, LangevinPhases, LangevinState, LangevinStep};
use crate::noise::Noise;
use crate::particle::Phase;
use crate::potentials::Potential;
use crate::stepping::LAST_START;
use nalgebra::{Const, SVector};
use std::ops::Range;

/// Members advanced by the step of a Langevin method; member i draws the numbers of (seed, i, step, coordinate).
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ByLangevin<S> {
    step: S,
    noise: Noise,
    dt: f64,
    /// The number of steps before this run.
    origin: usize,
}

impl<S, P, const D: usize> Stepper<P, D> for ByLangevin<S>
where
    S: LangevinStep,
    P: Potential<f64, Const<D>>,
{
    type State = LangevinState<Const<D>>;

    #[inline(always)]
    fn advance(&self, k: usize, potential: &P, state: &mut Self::State) {
        self.advance_member(0, k, potential, state);
    }

    #[inline(always)]
    fn advance_member(&self, member: usize, k: usize, potential: &P, state: &mut Self::State) {
        let place = self.noise.at(member, self.origin + k);
        self.step.advance(&place, potential, state);
    }

    fn check(&self, steps: Range<usize>) -> Result<(), Error> {
        let absolute = |k: usize| self.origin.saturating_add(k);
        self.step.check(absolute(steps.start)..absolute(steps.end))
    }

    fn alone(
        &self,
        potential: &P,
        start: &Self::State,
        steps: usize,
    ) -> Result<Self::State, Error> {
        self.member_alone(0, potential, start, steps)
    }

    fn member_alone(
        &self,
        member: usize,
        potential: &P,
        start: &Self::State,
        steps: usize,
    ) -> Result<Self::State, Error> {
        let run = LangevinPhases::new(self.step.clone(), potential, *start, self.noise, self.dt);
        run.of_member(member)
            .from_step(self.origin)
            .state_after(steps)
    }
}

impl<'p, S, P, const D: usize> Ensemble<'p, ByLangevin<S>, P, D>
where
    S: LangevinStep,
    P: Potential<f64, Const<D>>,
{
    /// One ball in a bath, integrated by `method` from many initial phases; member i has the noise of member i.
    ///
    /// A member is bit-identical to [`LangevinMethod::phases`] with its number, for any number of threads, any
    /// instruction set, and in shards.
    ///
    /// # Errors
    /// The errors of [`LangevinMethod::phases`]; [`VectorError::Empty`](crate::error::VectorError::Empty) without a
    /// member, [`EnsembleError::Member`] for the first phase that is invalid.
    ///
    /// ```
    /// use heavyball::ensemble::Ensemble;
    /// use heavyball::langevin::{Baoab, Langevin};
    /// use heavyball::noise::Noise;
    /// use heavyball::prelude::*;
    /// use nalgebra::vector;
    ///
    /// // In a well of curvature 2 at temperature ½, the variance of x tends to ¼.
    /// let bath = Langevin::new(HeavyBall::new(1.0, 1.0)?, 0.5)?;
    /// let well = Quadratic::diagonal(vector![2.0])?;
    /// let starts = vec![Phase::at_rest(vector![0.0]); 10_000];
    /// let ensemble = Ensemble::in_bath(&Baoab::new(0.2)?, &bath, &well, starts, Noise::new(1))?;
    /// let ends = ensemble.after(100)?;
    /// let mean_square = ends.states().iter().map(|end| end.phase.position.x.powi(2)).sum::<f64>() / 1e4;
    /// assert!((mean_square - 0.25).abs() < 0.02);
    /// # Ok::<(), heavyball::Error>(())
    /// ```
    pub fn in_bath<I>(
        method: &I,
        bath: &Langevin,
        potential: &'p P,
        starts: impl IntoIterator<Item = Phase<f64, Const<D>>>,
        noise: Noise,
    ) -> Result<Self, Error>
    where
        I: LangevinMethod<Step = S>,
    {
        let stepper = ByLangevin {
            step: method.checked_step(bath)?,
            noise,
            dt: method.dt(),
            origin: 0,
        };
        let starts = gathered(starts)?.into_iter().enumerate();
        let states = starts.map(|(member, start)| {
            LangevinState::at(potential, start)
                .map_err(|cause| EnsembleError::of_member(member, cause))
        });
        Self::checked(potential, vec![stepper], states.collect::<Result<_, _>>()?)
    }

    /// Continues from step `step`: the noise is that of the steps from there on.
    ///
    /// ```
    /// use heavyball::ensemble::Ensemble;
    /// use heavyball::langevin::{Baoab, Langevin};
    /// use heavyball::noise::Noise;
    /// use heavyball::prelude::*;
    /// use nalgebra::vector;
    ///
    /// let bath = Langevin::new(HeavyBall::new(1.0, 0.5)?, 0.1)?;
    /// let method = Baoab::new(0.1)?;
    /// let starts = vec![Phase::at_rest(vector![-1.0, 0.0]); 200];
    /// let whole = Ensemble::in_bath(&method, &bath, &DoubleWell, starts, Noise::new(1))?;
    ///
    /// let half = whole.after(50)?;
    /// let phases = half.states().iter().map(|state| state.phase);
    /// let rest = Ensemble::in_bath(&method, &bath, &DoubleWell, phases, Noise::new(1))?.from_step(50);
    /// assert_eq!(rest.after(50)?.states(), whole.after(100)?.states());
    /// # Ok::<(), heavyball::Error>(())
    /// ```
    #[must_use]
    pub fn from_step(mut self, step: usize) -> Self {
        for stepper in &mut self.steppers {
            stepper.origin = step.min(LAST_START);
        }
        self
    }
}

impl<const D: usize> State<D> for LangevinState<Const<D>> {
    type Scalar = f64;
    type Parts = [SVector<f64, D>; 3];

    #[inline(always)]
    fn parts(&self) -> Self::Parts {
        [self.phase.position, self.phase.momentum, self.gradient]
    }

    #[inline(always)]
    fn from_parts([position, momentum, gradient]: Self::Parts) -> Self {
        Self {
            phase: Phase { position, momentum },
            gradient,
        }
    }
}
