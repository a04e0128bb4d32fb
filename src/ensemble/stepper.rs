//! Stepper: what advances a member, the rule of an optimiser or the step of an integrator.

use crate::ensemble::State;
use crate::fixed_steps::{Phases, Step};
use crate::optimizers::{Iterate, UpdateRule, Workspace};
use crate::particle::Phase;
use crate::potentials::{AtStep, Potential};
use crate::{Error, Number};
use nalgebra::{Const, SVector};
use std::marker::PhantomData;
use std::ops::Range;

/// The map that takes the state of one member, (x, v) or (x, p), to the next.
///
/// [`Ensemble`](crate::ensemble::Ensemble) makes [`ByRule`] and [`ByStep`]. A stepper of your own that has no branches
/// and is marked `#[inline]` is compiled into the loop over members, and runs as fast as they do.
///
/// ```
/// use heavyball::ensemble::{Ensemble, Stepper};
/// use heavyball::prelude::*;
/// use nalgebra::{Const, Vector1, vector};
///
/// /// Descent by the sign of the gradient; the second vector counts the changes of direction.
/// #[derive(Clone)]
/// struct Sign(f64);
///
/// impl<P: Potential<f64, Const<1>>> Stepper<P, 1> for Sign {
///     type State = [Vector1<f64>; 2];
///     #[inline]
///     fn advance(&self, _k: usize, potential: &P, [x, turns]: &mut Self::State) {
///         let mut gradient = Vector1::zeros();
///         potential.gradient(x, &mut gradient);
///         turns.x += if gradient.x < 0.0 { 1.0 } else { 0.0 };
///         x.x -= self.0 * gradient.x.signum();
///     }
///     fn alone(&self, potential: &P, start: &Self::State, steps: usize) -> Result<Self::State, Error> {
///         let mut state = *start;
///         (0..steps).for_each(|k| self.advance(k, potential, &mut state));
///         Ok(state)
///     }
/// }
///
/// let bowl = Quadratic::diagonal(vector![2.0])?;
/// let starts = vec![[vector![1.0], vector![0.0]]; 70];
/// let run = Ensemble::from_steppers(vec![Sign(0.25)], &bowl, starts)?.after(10)?;
/// assert!(run.states().iter().all(|[x, turns]| x.x.abs() <= 0.25 && turns.x > 0.0));
/// # Ok::<(), heavyball::Error>(())
/// ```
pub trait Stepper<P, const D: usize>: Clone + Sync {
    /// The state of a member: an [`Iterate`], a [`Phase`] or an array of vectors.
    type State: State<D>;

    /// Advances a member from step `k` to `k + 1`, by the same arithmetic as [`Self::alone`].
    fn advance(&self, k: usize, potential: &P, state: &mut Self::State);

    /// Advances member number `member`, for a stepper whose members differ by their numbers, such as one with noise.
    ///
    /// An ensemble calls this; the default is [`Self::advance`].
    #[inline(always)]
    fn advance_member(&self, member: usize, k: usize, potential: &P, state: &mut Self::State) {
        let _ = member;
        self.advance(k, potential, state);
    }

    /// Checks the coefficients of these steps; called once for every few thousand steps. The default accepts all.
    ///
    /// # Errors
    /// [`RuleError::ScheduleOutOfRange`](crate::error::RuleError::ScheduleOutOfRange) from scheduled rules.
    fn check(&self, steps: Range<usize>) -> Result<(), Error> {
        let _ = steps;
        Ok(())
    }

    /// Runs one member alone, and returns its last state or the error that ends it.
    ///
    /// # Errors
    /// [`RunError::Diverged`](crate::error::RunError::Diverged) and
    /// [`RunError::NonFiniteGradient`](crate::error::RunError::NonFiniteGradient), with the step; those of
    /// [`Self::check`].
    fn alone(&self, potential: &P, start: &Self::State, steps: usize)
    -> Result<Self::State, Error>;

    /// Runs member number `member` alone; the default is [`Self::alone`].
    ///
    /// # Errors
    /// The errors of [`Self::alone`].
    fn member_alone(
        &self,
        member: usize,
        potential: &P,
        start: &Self::State,
        steps: usize,
    ) -> Result<Self::State, Error> {
        let _ = member;
        self.alone(potential, start, steps)
    }
}

/// Members advanced by the rule of an optimiser, on numbers `T`.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ByRule<R, T = f64>(pub(super) R, pub(super) PhantomData<T>);

/// Members advanced by the step of an integrator, on numbers `T`.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ByStep<S, T = f64> {
    pub(super) step: S,
    pub(super) dt: T,
}

impl<R, T, P, const D: usize> Stepper<P, D> for ByRule<R, T>
where
    R: UpdateRule<T> + Clone + Sync,
    T: Number + Copy + Send + Sync,
    P: Potential<T, Const<D>>,
{
    type State = Iterate<T, Const<D>>;

    #[inline(always)]
    fn advance(&self, k: usize, potential: &P, state: &mut Self::State) {
        self.advance_member(0, k, potential, state);
    }

    #[inline(always)]
    fn advance_member(&self, member: usize, k: usize, potential: &P, state: &mut Self::State) {
        let mut workspace = Workspace {
            gradient: SVector::zeros(),
            look_ahead: SVector::zeros(),
        };
        let potential = AtStep {
            potential,
            member,
            k,
        };
        self.0.update(k, &potential, state, &mut workspace);
    }

    fn check(&self, mut steps: Range<usize>) -> Result<(), Error> {
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
        self.member_alone(0, potential, start, steps)
    }

    fn member_alone(
        &self,
        member: usize,
        potential: &P,
        start: &Self::State,
        steps: usize,
    ) -> Result<Self::State, Error> {
        let run = self.0.iterates(potential, start.position);
        run.with_velocity(start.velocity)
            .of_member(member)
            .after(steps)
    }
}

impl<S, T, P, const D: usize> Stepper<P, D> for ByStep<S, T>
where
    S: Step<T> + Clone + Sync,
    T: Number + Copy + Send + Sync,
    P: Potential<T, Const<D>>,
{
    type State = Phase<T, Const<D>>;

    #[inline(always)]
    fn advance(&self, _k: usize, potential: &P, state: &mut Self::State) {
        self.step.advance(potential, state, &mut SVector::zeros());
    }

    fn alone(
        &self,
        potential: &P,
        start: &Self::State,
        steps: usize,
    ) -> Result<Self::State, Error> {
        Phases::new(self.step.clone(), potential, *start, 0.0, self.dt.to_f64()).after(steps)
    }
}
