//! Run: the last states of the members, and the record of each.

use crate::Error;
use crate::Number;
use crate::check::{check_vector, positive};
use crate::ensemble::Parts;
use crate::ensemble::block::{Block, MEMBERS};
use crate::ensemble::{Observer, State};
use nalgebra::SVector;
use rayon::prelude::*;
use std::sync::OnceLock;

/// The members of an ensemble after a run, in their order.
///
/// A member that diverged has a state that is not finite, which [`Self::is_finite`] marks; it does not affect the
/// others.
#[derive(Debug, Clone, PartialEq)]
pub struct Run<S, R = ()> {
    states: Vec<S>,
    records: Vec<R>,
    finite: Vec<bool>,
}

/// Consecutive members of a run.
pub(super) struct Part<'r, S, R> {
    pub(super) states: &'r mut [S],
    records: &'r mut [R],
    finite: &'r mut [bool],
}

impl<S: Copy, R> Run<S, R> {
    /// The members at their starts.
    pub(super) fn at<O, const D: usize>(starts: &[S], observer: &O) -> Self
    where
        S: State<D>,
        O: Observer<S, D, Record = R>,
    {
        Self {
            states: starts.to_vec(),
            records: starts.iter().map(|start| observer.start(start)).collect(),
            finite: starts.iter().map(is_finite).collect(),
        }
    }

    /// The members after `evolve` of each block, which is given its number.
    ///
    /// A block is read from the starts and put where it stays by the thread that computes it: to copy all starts first
    /// would cost half as much again for a short run, most of which is that of fresh memory.
    pub(super) fn evolved<O, const D: usize>(
        starts: &[S],
        observer: &O,
        evolve: impl Fn(usize, &mut Part<'_, S, R>) -> Result<(), Error> + Sync,
    ) -> Result<Self, Error>
    where
        S: State<D>,
        R: Copy + Send,
        O: Observer<S, D, Record = R>,
    {
        // Blocks of long vectors or records do not fit on the stack of a thread, and their steps cost more than the copy.
        if size_of::<[S; MEMBERS]>() > 1 << 14 || size_of::<[R; MEMBERS]>() > 1 << 16 {
            let mut run = Self::at(starts, observer);
            let blocks = run.par_blocks().enumerate();
            blocks.try_for_each(|(index, mut members)| evolve(index, &mut members))?;
            return Ok(run);
        }
        let failure = OnceLock::new();
        let block = |(index, starts): (usize, &[S])| {
            let mut states = [starts[0]; MEMBERS];
            states[..starts.len()].copy_from_slice(starts);
            let mut records = states.map(|start| observer.start(&start));
            let mut finite = [true; MEMBERS];
            let mut members = Part {
                states: &mut states[..starts.len()],
                records: &mut records[..starts.len()],
                finite: &mut finite[..starts.len()],
            };
            if failure.get().is_none()
                && let Err(error) = evolve(index, &mut members)
            {
                // Of several errors any will do.
                let _ = failure.set(error);
            }
            (states, (records, finite))
        };
        let (mut states, mut notes) = (Vec::new(), Vec::new());
        let blocks = starts.par_chunks(MEMBERS).enumerate().map(block);
        blocks.unzip_into_vecs(&mut states, &mut notes);
        let (records, finite): (Vec<_>, Vec<_>) = notes.into_iter().unzip();
        let mut run = Self {
            states: states.into_flattened(),
            records: records.into_flattened(),
            finite: finite.into_flattened(),
        };
        run.states.truncate(starts.len());
        run.records.truncate(starts.len());
        run.finite.truncate(starts.len());
        failure.into_inner().map_or(Ok(run), Err)
    }

    /// The members of each block.
    pub(super) fn par_blocks(&mut self) -> impl IndexedParallelIterator<Item = Part<'_, S, R>>
    where
        S: Send,
        R: Send,
    {
        let records = self.records.par_chunks_mut(MEMBERS);
        let finite = self.finite.par_chunks_mut(MEMBERS);
        let blocks = self.states.par_chunks_mut(MEMBERS);
        let blocks = blocks.zip(records).zip(finite);
        blocks.map(|((states, records), finite)| Part {
            states,
            records,
            finite,
        })
    }

    /// All members.
    pub(super) fn whole(&mut self) -> Part<'_, S, R> {
        Part {
            states: &mut self.states,
            records: &mut self.records,
            finite: &mut self.finite,
        }
    }
}

impl<S, R: Copy> Part<'_, S, R> {
    /// These members, `n` at a time.
    pub(super) fn chunks(&mut self, n: usize) -> impl Iterator<Item = Part<'_, S, R>> {
        let records = self.records.chunks_mut(n);
        let chunks = self.states.chunks_mut(n).zip(records);
        let chunks = chunks.zip(self.finite.chunks_mut(n));
        chunks.map(|((states, records), finite)| Part {
            states,
            records,
            finite,
        })
    }

    /// A block of these members, of which there are at most `N`; copies of the first fill it. `None` without a member.
    #[inline(always)]
    pub(super) fn block<const D: usize, const N: usize>(&self) -> Option<Block<S, R, D, N>>
    where
        S: State<D>,
    {
        let (filler, note) = (self.states.first()?, *self.records.first()?);
        let record = |member| self.records.get(member).copied().unwrap_or(note);
        let mut block = Block::at_origin(std::array::from_fn(record));
        for member in 0..N {
            block.write(member, self.states.get(member).unwrap_or(filler));
        }
        Some(block)
    }

    /// Takes the states and records of a block.
    #[inline(always)]
    pub(super) fn write<const D: usize, const N: usize>(&mut self, block: &Block<S, R, D, N>)
    where
        S: State<D>,
    {
        let states = self.states.iter_mut().zip(&mut *self.records);
        let new = block.records.iter().enumerate();
        for (((state, record), finite), (member, new)) in states.zip(&mut *self.finite).zip(new) {
            *state = block.state(member);
            *finite = is_finite(state);
            *record = *new;
        }
    }
}

/// Without branches, which would cost as much as the copying of a member.
#[inline(always)]
fn is_finite<S: State<D>, const D: usize>(state: &S) -> bool {
    let parts = state.parts();
    let components = parts.vectors().iter().flatten();
    components.fold(true, |finite, x| finite & x.is_finite())
}

impl<S, R> Run<S, R> {
    /// The last state of each member.
    pub fn states(&self) -> &[S] {
        &self.states
    }

    /// The record of each member.
    pub fn records(&self) -> &[R] {
        &self.records
    }

    /// Whether the state of each member is finite.
    pub fn is_finite(&self) -> &[bool] {
        &self.finite
    }

    /// Number of members that diverged.
    pub fn diverged(&self) -> usize {
        self.finite.iter().filter(|finite| !**finite).count()
    }

    /// The index of the minimum that each member reached: the nearest of `minima` within `radius`, `None` if no minimum
    /// is that near.
    ///
    /// # Errors
    /// [`ParameterError::NotPositive`](crate::error::ParameterError::NotPositive) unless the radius is positive and
    /// finite, [`VectorError::NonFiniteComponent`](crate::error::VectorError::NonFiniteComponent) for a minimum.
    ///
    /// ```
    /// use heavyball::ensemble::Ensemble;
    /// use heavyball::prelude::*;
    /// use nalgebra::vector;
    ///
    /// let starts = [vector![-1.5, 1.0], vector![0.0, 1.0], vector![1.5, 1.0]];
    /// let ensemble = Ensemble::from_positions(Momentum::new(0.1, 0.5)?, &DoubleWell, starts)?;
    /// let wells = [vector![-1.0, 0.0], vector![1.0, 0.0]];
    /// let basins = ensemble.after(200)?.basins(&wells, 1e-6)?;
    /// assert_eq!(basins, [Some(0), None, Some(1)]); // a start on the ridge ends on the saddle
    /// # Ok::<(), heavyball::Error>(())
    /// ```
    pub fn basins<const D: usize>(
        &self,
        minima: &[SVector<f64, D>],
        radius: f64,
    ) -> Result<Vec<Option<usize>>, Error>
    where
        S: State<D>,
    {
        positive("the radius", &radius, "")?;
        for minimum in minima {
            check_vector("minimum", minimum)?;
        }
        let basin = |state: &S| {
            let position = state.position().map(|x| x.to_f64());
            let distances = minima.iter().map(|minimum| (position - minimum).norm());
            let near = distances
                .enumerate()
                .filter(|(_, distance)| *distance <= radius);
            near.min_by(|a, b| a.1.total_cmp(&b.1))
                .map(|(index, _)| index)
        };
        Ok(self.states.iter().map(basin).collect())
    }
}
