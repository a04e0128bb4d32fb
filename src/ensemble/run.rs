//! Run: where the members ended, and what was noted of each.

use crate::Error;
use crate::check::{check_vector, positive};
use crate::ensemble::block::{Block, Course};
use crate::ensemble::{Instructions, MEMBERS, Observer, Stepper};
use nalgebra::SVector;
use rayon::prelude::*;
use std::marker::PhantomData;
use std::ops::Range;

/// Steps of a block between two looks at whether to stop.
const PIECE: usize = 4096;

/// How far a run of an ensemble is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Progress {
    /// Blocks finished.
    pub done: usize,
    /// Blocks in all.
    pub total: usize,
}

impl Progress {
    /// The share that is finished, from 0 to 1; of no blocks, all.
    ///
    /// ```
    /// use heavyball::ensemble::Progress;
    /// assert_eq!(Progress { done: 3, total: 4 }.share(), 0.75);
    /// ```
    pub fn share(&self) -> f64 {
        match self.total {
            0 => 1.0,
            total => self.done as f64 / total as f64,
        }
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

/// A run that is being made: the members on their way.
pub(super) struct Running<M, P, R, const D: usize>
where
    M: Stepper<P, D>,
{
    run: Run<M::State, R>,
    moved_by: PhantomData<fn(M, P)>,
}

/// The members of one block, in their places of a run.
pub(super) struct Members<'r, M, P, R, const D: usize>
where
    M: Stepper<P, D>,
{
    pub(super) states: &'r mut [M::State],
    records: &'r mut [R],
    finite: &'r mut [bool],
}

impl<M, P, R, const D: usize> Running<M, P, R, D>
where
    M: Stepper<P, D>,
    R: Copy + Send + Sync,
{
    /// The members at their starts.
    pub(super) fn of<O>(starts: &[M::State], observer: &O) -> Self
    where
        O: Observer<M, P, D, Record = R>,
    {
        Self {
            run: Run {
                states: starts.to_vec(),
                records: starts.iter().map(|start| observer.start(start)).collect(),
                finite: vec![true; starts.len()],
            },
            moved_by: PhantomData,
        }
    }

    /// Each block's members, with its number in this run.
    pub(super) fn par_blocks(
        &mut self,
    ) -> impl IndexedParallelIterator<Item = (usize, Members<'_, M, P, R, D>)> {
        let Run {
            states,
            records,
            finite,
        } = &mut self.run;
        let records = records.par_chunks_mut(MEMBERS);
        let finite = finite.par_chunks_mut(MEMBERS);
        let blocks = states.par_chunks_mut(MEMBERS).zip(records).zip(finite);
        let members = blocks.map(|((states, records), finite)| Members {
            states,
            records,
            finite,
        });
        members.enumerate()
    }

    /// All members, as those of one block.
    pub(super) fn members(&mut self) -> Members<'_, M, P, R, D> {
        Members {
            states: &mut self.run.states,
            records: &mut self.run.records,
            finite: &mut self.run.finite,
        }
    }

    /// The run as it is.
    pub(super) fn finished(self) -> Run<M::State, R> {
        self.run
    }

    /// Looks again at which members are finite.
    pub(super) fn look(&mut self) {
        for (state, finite) in self.run.states.iter().zip(&mut self.run.finite) {
            *finite = is_whole::<M, P, D>(state);
        }
    }
}

fn is_whole<M: Stepper<P, D>, P, const D: usize>(state: &M::State) -> bool {
    M::parts(state).iter().flatten().all(|x| x.is_finite())
}

impl<M, P, R, const D: usize> Members<'_, M, P, R, D>
where
    M: Stepper<P, D>,
    R: Copy,
{
    /// Moves these members through some steps; `look` is called between pieces of them, and its error ends the run.
    pub(super) fn advance<O>(
        &mut self,
        course: &Course<'_, M, P, O>,
        instructions: Instructions,
        steps: Range<usize>,
        look: impl Fn() -> Result<(), Error>,
    ) -> Result<(), Error>
    where
        O: Observer<M, P, D, Record = R>,
    {
        // Measured: AVX-512 keeps 32 of two dimensions in its registers; AVX2, with half of those, is faster over 64 in the first cache;
        // and beyond eight dimensions the compiler no longer sees through the loop over members.
        match (D, instructions) {
            (9.., _) => self.abreast::<O, 1>(course, instructions, steps, look),
            (_, Instructions::Avx2) => {
                self.abreast::<O, MEMBERS>(course, instructions, steps, look)
            }
            _ => self.abreast::<O, { MEMBERS / 2 }>(course, instructions, steps, look),
        }
    }

    /// The same, `N` members at a time.
    fn abreast<O, const N: usize>(
        &mut self,
        course: &Course<'_, M, P, O>,
        instructions: Instructions,
        steps: Range<usize>,
        look: impl Fn() -> Result<(), Error>,
    ) -> Result<(), Error>
    where
        O: Observer<M, P, D, Record = R>,
    {
        let places = self.states.chunks_mut(N).zip(self.records.chunks_mut(N));
        let places = places.zip(self.finite.chunks_mut(N));
        for (index, ((states, records), finite)) in places.enumerate() {
            let own = course.motions.get(index * N..(index + 1) * N);
            let course = Course {
                motions: own.unwrap_or(course.motions),
                ..*course
            };
            let Some((state, record)) = states.first().zip(records.first()) else {
                continue;
            };
            // Places that are left over move with the first.
            let (filler, note) = (M::parts(state), *record);
            let record = |place| records.get(place).copied().unwrap_or(note);
            let mut block = Block::<R, D, N>::at_origin(std::array::from_fn(record));
            for place in 0..N {
                block.write(place, &states.get(place).map_or(filler, M::parts));
            }
            for from in steps.clone().step_by(PIECE) {
                let piece = PIECE.min(steps.end - from);
                for motion in course.motions {
                    motion.check(from..from + piece)?;
                }
                course.run(instructions, &mut block, from, piece);
                if from + piece < steps.end {
                    look()?;
                }
            }
            let states = states.iter_mut().zip(records).zip(finite);
            let new = block.records.iter().enumerate();
            for (((state, record), finite), (place, new)) in states.zip(new) {
                *state = M::state(block.parts(place));
                *finite = is_whole::<M, P, D>(state);
                *record = *new;
            }
        }
        Ok(())
    }
}

impl<S, R> Run<S, R> {
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
pub trait HasPosition<const D: usize> {
    /// Position x.
    fn place(&self) -> &SVector<f64, D>;
}

impl<const D: usize> HasPosition<D> for crate::Iterate<f64, nalgebra::Const<D>> {
    fn place(&self) -> &SVector<f64, D> {
        &self.position
    }
}

impl<const D: usize> HasPosition<D> for crate::Phase<f64, nalgebra::Const<D>> {
    fn place(&self) -> &SVector<f64, D> {
        &self.position
    }
}

impl<S, R> Run<S, R> {
    /// Which of `minima` each member is at: the nearest within `radius`, `None` if none is that near.
    ///
    /// # Errors
    /// [`ParameterError::NotPositive`](crate::error::ParameterError::NotPositive) unless the radius is positive and finite, [`VectorError::NonFiniteComponent`](crate::error::VectorError::NonFiniteComponent) for a minimum.
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
        S: HasPosition<D>,
    {
        positive("the radius", &radius, "")?;
        for minimum in minima {
            check_vector("minimum", minimum)?;
        }
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
