//! Ensembles of adaptive rules: members advanced by Adam and its relatives, one rule for all or one each.

use crate::adaptive_rules::{AdaptiveRule, AdaptiveState};
use crate::ensemble::members::gathered;
use crate::ensemble::{Ensemble, EnsembleError, State, Stepper};
use crate::potentials::Potential;
use crate::{Error, Number, SquareRoot};
use nalgebra::{Const, SVector};
use std::marker::PhantomData;
use std::ops::Range;

/// Members advanced by an adaptive rule, on numbers `T`.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ByAdaptiveRule<R, T = f64>(R, PhantomData<T>);

impl<T, const D: usize> State<D> for AdaptiveState<T, Const<D>>
where
    T: Number + Copy + Send + Sync,
{
    type Scalar = T;
    /// Position, moments, auxiliary vector, and two vectors for the decay product and the iteration.
    type Parts = [SVector<T, D>; 6];

    #[inline(always)]
    fn parts(&self) -> Self::Parts {
        let iteration = T::from_usize(self.iteration).unwrap_or_else(T::zero);
        [
            self.position,
            self.first_moment,
            self.second_moment,
            self.auxiliary,
            SVector::from_element(self.decay_product),
            SVector::from_element(iteration),
        ]
    }

    #[inline(always)]
    fn from_parts(parts: Self::Parts) -> Self {
        let [
            position,
            first_moment,
            second_moment,
            auxiliary,
            decay,
            iteration,
        ] = parts;
        let first = |vector: &SVector<T, D>| vector.iter().next().copied().unwrap_or_else(T::zero);
        Self {
            position,
            first_moment,
            second_moment,
            auxiliary,
            decay_product: first(&decay),
            iteration: first(&iteration).to_f64() as usize,
        }
    }
}

impl<R, T, P, const D: usize> Stepper<P, D> for ByAdaptiveRule<R, T>
where
    R: AdaptiveRule<T> + Sync,
    T: SquareRoot + Copy + Send + Sync,
    P: Potential<T, Const<D>>,
{
    type State = AdaptiveState<T, Const<D>>;

    #[inline(always)]
    fn advance(&self, _k: usize, potential: &P, state: &mut Self::State) {
        self.0.update(potential, state, &mut SVector::zeros());
    }

    fn check(&self, mut steps: Range<usize>) -> Result<(), Error> {
        // The count of iterations is a component of the state, in which each must have its own number.
        let last = steps.end.saturating_sub(1);
        if T::from_usize(last).is_none_or(|number| number.to_f64() != last as f64) {
            return Err(Error::Ensemble(EnsembleError::TooManySteps { steps: last }));
        }
        match R::SCHEDULED {
            true => steps.try_for_each(|k| self.0.check(k)),
            false => Ok(()),
        }
    }

    fn alone(
        &self,
        potential: &P,
        start: &Self::State,
        steps: usize,
    ) -> Result<Self::State, Error> {
        self.0.resume(potential, *start).after(steps)
    }
}

impl<'p, R, T, P, const D: usize> Ensemble<'p, ByAdaptiveRule<R, T>, P, D>
where
    R: AdaptiveRule<T> + Sync,
    T: SquareRoot + Copy + Send + Sync,
    P: Potential<T, Const<D>>,
{
    /// One adaptive rule from many initial positions.
    ///
    /// Every member counts its iterations in its own number type: exact in `f64`, and refused above 2²⁴ in `f32`. A member
    /// costs some 10 ns a step, since the powers of β₁ and β₂ are computed for each.
    ///
    /// # Errors
    /// [`VectorError::Empty`](crate::error::VectorError::Empty) without a member; [`EnsembleError::Member`] for the first
    /// position that is invalid.
    ///
    /// ```
    /// use heavyball::adaptive_rules::{Adam, AdaptiveRule};
    /// use heavyball::ensemble::{Ensemble, Grid};
    /// use heavyball::prelude::*;
    ///
    /// // In which well does Adam end?
    /// let (adam, grid) = (Adam::new(0.01)?, Grid::new([-2.0, -2.0], [2.0, 2.0], [20, 20])?);
    /// let ensemble = Ensemble::from_adaptive_positions(adam, &DoubleWell, grid.points())?;
    /// let run = ensemble.after(2000)?;
    /// let start = grid.points().nth(77).unwrap();
    /// assert_eq!(run.states()[77], adam.run(&DoubleWell, start).after(2000)?);
    /// assert_eq!(run.states().iter().filter(|end| end.position.x > 0.0).count(), 200);
    /// # Ok::<(), heavyball::Error>(())
    /// ```
    pub fn from_adaptive_positions(
        rule: R,
        potential: &'p P,
        starts: impl IntoIterator<Item = SVector<T, D>>,
    ) -> Result<Self, Error> {
        let starts = gathered(starts.into_iter().map(|start| rule.fresh(start)))?;
        Self::checked(potential, vec![ByAdaptiveRule(rule, PhantomData)], starts)
    }

    /// One adaptive rule and one initial position per member.
    ///
    /// # Errors
    /// The errors of [`Self::from_adaptive_positions`];
    /// [`VectorError::DimensionMismatch`](crate::error::VectorError::DimensionMismatch) unless there are as many rules as
    /// starts.
    ///
    /// ```
    /// use heavyball::adaptive_rules::Adam;
    /// use heavyball::ensemble::Ensemble;
    /// use heavyball::prelude::*;
    /// use nalgebra::vector;
    ///
    /// // How near to the minimum does Adam settle? As near as its learning rate.
    /// let rules = [0.1, 0.01, 0.001].map(Adam::new);
    /// let rules = rules.into_iter().collect::<Result<Vec<_>, _>>()?;
    /// let bowl = Quadratic::diagonal(vector![1.0])?;
    /// let run = Ensemble::from_adaptive_rules(rules, &bowl, [vector![1.0]; 3])?.after(20_000)?;
    /// assert!(run.states().iter().all(|end| end.position.x.abs() < 1e-3));
    /// # Ok::<(), heavyball::Error>(())
    /// ```
    pub fn from_adaptive_rules(
        rules: impl IntoIterator<Item = R>,
        potential: &'p P,
        starts: impl IntoIterator<Item = SVector<T, D>>,
    ) -> Result<Self, Error> {
        let rules: Vec<R> = gathered(rules)?;
        let starts: Vec<_> = gathered(starts)?;
        let pairs = rules.iter().zip(&starts);
        let states = pairs.map(|(rule, start)| rule.fresh(*start)).collect();
        crate::check::check_dimension("list of starts", rules.len(), starts.len())?;
        let steppers = rules
            .into_iter()
            .map(|rule| ByAdaptiveRule(rule, PhantomData));
        Self::each(potential, steppers.collect(), states)
    }
}
