//! Ensembles of rules: members advanced by optimisers, one rule for all or one each.

use crate::check::VectorError;
use crate::check::check_vector;
use crate::ensemble::members::gathered;
use crate::ensemble::{ByRule, Ensemble, EnsembleError};
use crate::optimizers::{Iterate, UpdateRule};
use crate::potentials::Potential;
use crate::{Error, Number};
use nalgebra::{Const, SVector};
use std::marker::PhantomData;

impl<'p, R, T, P, const D: usize> Ensemble<'p, ByRule<R, T>, P, D>
where
    R: UpdateRule<T> + Clone + Sync,
    T: Number + Copy + Send + Sync,
    P: Potential<T, Const<D>>,
{
    /// One rule from many initial positions, with zero velocity.
    ///
    /// The number type is that of the positions: members in `f32` fill twice as many lanes of a vector as in `f64`.
    ///
    /// # Errors
    /// [`VectorError::Empty`] without a member; [`EnsembleError::Member`] for the first position that is invalid, with
    /// the error of [`UpdateRule::iterates`].
    ///
    /// ```
    /// use heavyball::ensemble::Ensemble;
    /// use heavyball::prelude::*;
    /// use nalgebra::vector;
    ///
    /// let rule = Momentum::of(0.1_f32, 0.5)?;
    /// let starts = [vector![-1.5_f32, 1.0], vector![1.5, 1.0]];
    /// let run = Ensemble::from_positions(rule, &DoubleWell, starts)?.after(100)?;
    /// assert_eq!(run.states()[1], rule.iterates(&DoubleWell, starts[1]).after(100)?);
    /// # Ok::<(), heavyball::Error>(())
    /// ```
    pub fn from_positions(
        rule: R,
        potential: &'p P,
        starts: impl IntoIterator<Item = SVector<T, D>>,
    ) -> Result<Self, Error> {
        rule.check_dimension(D)?;
        let starts = gathered(starts.into_iter().map(at_rest))?;
        Self::checked(potential, vec![ByRule(rule, PhantomData)], starts)
    }

    /// One rule and one initial position per member, with zero velocity.
    ///
    /// # Errors
    /// The errors of [`Self::from_positions`]; [`VectorError::DimensionMismatch`] unless there are as many rules as
    /// starts.
    ///
    /// ```
    /// use heavyball::ensemble::Ensemble;
    /// use heavyball::prelude::*;
    /// use nalgebra::vector;
    ///
    /// // Which α converges on a curvature of 1? Those below 2(1 + β).
    /// let rules = (1..=40).map(|i| Momentum::new(0.1 * f64::from(i), 0.5));
    /// let rules: Vec<_> = rules.collect::<Result<_, _>>()?;
    /// let bowl = Quadratic::diagonal(vector![1.0])?;
    /// let run = Ensemble::from_rules(rules, &bowl, [vector![1.0]; 40])?.after(2000)?;
    /// assert_eq!(run.states().iter().filter(|end| end.position.x.abs() < 1e-3).count(), 29);
    /// # Ok::<(), heavyball::Error>(())
    /// ```
    pub fn from_rules(
        rules: impl IntoIterator<Item = R>,
        potential: &'p P,
        starts: impl IntoIterator<Item = SVector<T, D>>,
    ) -> Result<Self, Error> {
        let rules = gathered(rules.into_iter().map(|rule| ByRule(rule, PhantomData)))?;
        rules
            .iter()
            .try_for_each(|rule| rule.0.check_dimension(D))?;
        let starts = gathered(starts.into_iter().map(at_rest))?;
        Self::each(potential, rules, starts)
    }

    /// With initial velocities, in displacements per iteration, one per member.
    ///
    /// # Errors
    /// [`VectorError::DimensionMismatch`] unless there are as many velocities as members, [`EnsembleError::Member`] for
    /// one that is not finite.
    ///
    /// ```
    /// use heavyball::ensemble::Ensemble;
    /// use heavyball::prelude::*;
    /// use nalgebra::vector;
    ///
    /// // Two kicks off the ridge of the double well.
    /// let ensemble = Ensemble::from_positions(Momentum::new(0.1, 0.5)?, &DoubleWell, [vector![0.0, 1.0]; 2])?;
    /// let kicked = ensemble.with_velocities([vector![0.01, 0.0], vector![-0.01, 0.0]])?;
    /// let ends = kicked.after(100)?;
    /// assert!(ends.states()[0].position.x > 0.9 && ends.states()[1].position.x < -0.9);
    /// # Ok::<(), heavyball::Error>(())
    /// ```
    pub fn with_velocities(
        mut self,
        velocities: impl IntoIterator<Item = SVector<T, D>>,
    ) -> Result<Self, Error> {
        let velocities = gathered(velocities)?;
        if velocities.len() != self.starts.len() {
            return Err(Error::Vector(VectorError::DimensionMismatch {
                name: "list of velocities",
                expected: self.starts.len(),
                found: velocities.len(),
            }));
        }
        for (member, (start, velocity)) in self.starts.iter_mut().zip(velocities).enumerate() {
            check_vector("start velocity", &velocity)
                .map_err(|cause| EnsembleError::of_member(member, cause))?;
            start.velocity = velocity;
        }
        Ok(self)
    }
}

fn at_rest<T: Number, const D: usize>(position: SVector<T, D>) -> Iterate<T, Const<D>> {
    Iterate {
        position,
        velocity: SVector::zeros(),
    }
}
