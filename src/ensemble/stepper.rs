//! Stepper: what moves a member, an optimiser's rule or an integrator's step, as a map of a pair of vectors.

use crate::Error;
use crate::fixed_steps::{Phases, Step};
use crate::optimizers::{Iterate, UpdateRule, Workspace};
use crate::particle::Phase;
use crate::potentials::Potential;
use nalgebra::{Const, SVector};
use std::ops::Range;

/// The map of one member, (x, v) or (x, p) to the next.
///
/// [`ByRule`] and [`ByStep`] are made by [`Ensemble`](crate::ensemble::Ensemble). A map of one's own that is written without branches and
/// marked `#[inline]` is compiled into the loop over members, and runs as fast as they do.
///
/// ```
/// use heavyball::ensemble::{Ensemble, Stepper};
/// use heavyball::prelude::*;
/// use nalgebra::{Const, Vector1, vector};
///
/// /// Descent by the sign of the gradient; the second vector counts the turns.
/// struct Sign(f64);
///
/// impl<P: Potential<f64, Const<1>>> Stepper<P, 1> for Sign {
///     type State = [Vector1<f64>; 2];
///     fn parts(state: &Self::State) -> [Vector1<f64>; 2] {
///         *state
///     }
///     fn state(parts: [Vector1<f64>; 2]) -> Self::State {
///         parts
///     }
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
/// # impl Clone for Sign { fn clone(&self) -> Self { Self(self.0) } }
///
/// let bowl = Quadratic::diagonal(vector![2.0])?;
/// let starts = vec![[vector![1.0], vector![0.0]]; 70];
/// let run = Ensemble::of_motions(vec![Sign(0.25)], &bowl, starts)?.after(10)?;
/// assert!(run.states().iter().all(|[x, turns]| x.x.abs() <= 0.25 && turns.x > 0.0));
/// # Ok::<(), heavyball::Error>(())
/// ```
pub trait Stepper<P, const D: usize> {
    /// What a member is: an [`Iterate`] or a [`Phase`].
    type State: Copy + Send + Sync;

    /// The two vectors of a state.
    fn parts(state: &Self::State) -> [SVector<f64, D>; 2];

    /// The state of two vectors.
    fn state(parts: [SVector<f64, D>; 2]) -> Self::State;

    /// Moves a member from step `k` to `k + 1`, by the arithmetic of one ball alone.
    fn advance(&self, k: usize, potential: &P, state: &mut Self::State);

    /// Refuses steps that it cannot take, each by its number; asked before every few thousand steps. The default takes all.
    ///
    /// # Errors
    /// [`RuleError::ScheduleOutOfRange`](crate::error::RuleError::ScheduleOutOfRange) from scheduled rules.
    fn check(&self, steps: Range<usize>) -> Result<(), Error> {
        let _ = steps;
        Ok(())
    }

    /// The run of one member alone, with the error that ends it.
    ///
    /// # Errors
    /// [`RunError::Diverged`](crate::error::RunError::Diverged) and [`RunError::NonFiniteGradient`](crate::error::RunError::NonFiniteGradient), with the step; those of [`Self::check`].
    fn alone(&self, potential: &P, start: &Self::State, steps: usize)
    -> Result<Self::State, Error>;
}

/// Members that an optimiser's rule moves.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ByRule<R>(pub(super) R);

/// Members that an integrator's step moves.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ByStep<S> {
    pub(super) step: S,
    pub(super) dt: f64,
}

impl<R, P, const D: usize> Stepper<P, D> for ByRule<R>
where
    R: UpdateRule<f64> + Clone,
    P: Potential<f64, Const<D>>,
{
    type State = Iterate<f64, Const<D>>;

    #[inline(always)]
    fn parts(state: &Self::State) -> [SVector<f64, D>; 2] {
        [state.position, state.velocity]
    }

    #[inline(always)]
    fn state([position, velocity]: [SVector<f64, D>; 2]) -> Self::State {
        Iterate { position, velocity }
    }

    #[inline(always)]
    fn advance(&self, k: usize, potential: &P, state: &mut Self::State) {
        let mut workspace = Workspace {
            gradient: SVector::zeros(),
            look_ahead: SVector::zeros(),
        };
        self.0.update(k, potential, state, &mut workspace);
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
        let run = self.0.iterates(potential, start.position);
        run.with_velocity(start.velocity).after(steps)
    }
}

impl<S, P, const D: usize> Stepper<P, D> for ByStep<S>
where
    S: Step<f64> + Clone,
    P: Potential<f64, Const<D>>,
{
    type State = Phase<f64, Const<D>>;

    #[inline(always)]
    fn parts(state: &Self::State) -> [SVector<f64, D>; 2] {
        [state.position, state.momentum]
    }

    #[inline(always)]
    fn state([position, momentum]: [SVector<f64, D>; 2]) -> Self::State {
        Phase { position, momentum }
    }

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
        Phases::new(self.step.clone(), potential, *start, 0.0, self.dt).after(steps)
    }
}
