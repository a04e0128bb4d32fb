//! Run: where the members ended, and what was noted of each.

use crate::Error;
use crate::ensemble::Motion;
use crate::error::positive;
use nalgebra::SVector;

/// How far a run of an ensemble is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Progress {
    /// Blocks finished.
    pub done: usize,
    /// Blocks in all.
    pub total: usize,
}

impl Progress {
    pub(super) fn new(done: usize, total: usize) -> Self {
        Self { done, total }
    }

    /// The share that is finished, from 0 to 1.
    ///
    /// ```
    /// use heavyball::ensemble::Progress;
    /// assert_eq!(Progress { done: 3, total: 4 }.share(), 0.75);
    /// ```
    pub fn share(&self) -> f64 {
        self.done as f64 / self.total as f64
    }
}

/// The members of an ensemble after a run, in their order.
///
/// A member that diverged has a state that is not finite, which [`Self::is_finite`] marks; the others are not touched by it.
#[derive(Debug, Clone, PartialEq)]
pub struct Run<S, R = ()> {
    states: Vec<S>,
    records: Vec<R>,
    finite: Vec<bool>,
}

impl<S, R> Run<S, R> {
    pub(super) fn new<M, P, const D: usize>(states: Vec<S>, records: Vec<R>) -> Self
    where
        M: Motion<P, D, State = S>,
    {
        let whole = |state: &S| {
            let parts = M::parts(state);
            parts.iter().flatten().all(|x| x.is_finite())
        };
        Self {
            finite: states.iter().map(whole).collect(),
            states,
            records,
        }
    }

    /// The last state of each member.
    pub fn states(&self) -> &[S] {
        &self.states
    }

    /// What was noted of each member.
    pub fn records(&self) -> &[R] {
        &self.records
    }

    /// Whether each member is still finite.
    pub fn is_finite(&self) -> &[bool] {
        &self.finite
    }

    /// How many members diverged.
    pub fn diverged(&self) -> usize {
        self.finite.iter().filter(|finite| !**finite).count()
    }
}

/// The position of a member.
pub trait Place<const D: usize> {
    /// Position x.
    fn place(&self) -> &SVector<f64, D>;
}

impl<const D: usize> Place<D> for crate::Iterate<f64, nalgebra::Const<D>> {
    fn place(&self) -> &SVector<f64, D> {
        &self.position
    }
}

impl<const D: usize> Place<D> for crate::Phase<f64, nalgebra::Const<D>> {
    fn place(&self) -> &SVector<f64, D> {
        &self.position
    }
}

impl<S, R> Run<S, R> {
    /// Which of `minima` each member is at: the nearest within `radius`, `None` if none is that near.
    ///
    /// # Errors
    /// [`Error::NotPositive`] unless the radius is positive and finite.
    ///
    /// ```
    /// use heavyball::ensemble::Ensemble;
    /// use heavyball::prelude::*;
    /// use nalgebra::vector;
    ///
    /// let starts = [vector![-1.5, 1.0], vector![0.0, 1.0], vector![1.5, 1.0]];
    /// let ensemble = Ensemble::of_iterates(Momentum::new(0.1, 0.5)?, &DoubleWell, starts)?;
    /// let wells = [vector![-1.0, 0.0], vector![1.0, 0.0]];
    /// let basins = ensemble.after(200)?.basins(&wells, 1e-6)?;
    /// assert_eq!(basins, [Some(0), None, Some(1)]); // from the ridge it ends on the saddle
    /// # Ok::<(), heavyball::Error>(())
    /// ```
    pub fn basins<const D: usize>(
        &self,
        minima: &[SVector<f64, D>],
        radius: f64,
    ) -> Result<Vec<Option<usize>>, Error>
    where
        S: Place<D>,
    {
        positive("the radius", &radius, "")?;
        let basin = |state: &S| {
            let distances = minima
                .iter()
                .map(|minimum| (state.place() - minimum).norm());
            let near = distances
                .enumerate()
                .filter(|(_, distance)| *distance <= radius);
            near.min_by(|a, b| a.1.total_cmp(&b.1))
                .map(|(index, _)| index)
        };
        Ok(self.states.iter().map(basin).collect())
    }
}
