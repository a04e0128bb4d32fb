//! Ensemble: the members, what moves them, and how a run of all of them goes.

use crate::Error;
use crate::check::VectorError;
use crate::check::check_vector;
use crate::ensemble::EnsembleError;
use crate::ensemble::block::Course;
use crate::ensemble::run::Running;
use crate::ensemble::{Instructions, MEMBERS, NoObserver, Observer, Progress, Run, Stepper};
use crate::potentials::{Potential, check_start};
use nalgebra::Const;
use rayon::prelude::*;
use std::ops::{ControlFlow, Range};
use std::sync::atomic::{AtomicUsize, Ordering};

/// Called between pieces of work; a break stops the run.
pub(crate) type Watch<'w> = dyn Fn(Progress) -> ControlFlow<()> + Sync + 'w;

/// A member's last state and its record.
type Observed<M, P, O, const D: usize> = (
    <M as Stepper<P, D>>::State,
    <O as Observer<M, P, D>>::Record,
);

/// Many balls on one potential, in static dimension.
///
/// Cost: members × steps gradients, a fraction of a nanosecond each where the gradient is simple. Memory: the states twice. For a few members, or
/// in dynamic dimension, run them one by one.
///
/// ```
/// use heavyball::ensemble::{Ensemble, Grid};
/// use heavyball::prelude::*;
/// use nalgebra::vector;
///
/// // Which well does momentum end in, over a grid of starts?
/// let grid = Grid::new([-2.0, -2.0], [2.0, 2.0], [50, 50])?;
/// let ensemble = Ensemble::of_iterates(Momentum::new(0.01, 0.9)?, &DoubleWell, grid.points())?;
/// let run = ensemble.after(1000)?;
/// let right = run.states().iter().filter(|end| end.position.x > 0.0).count();
/// assert!((1000..1500).contains(&right));
///
/// // A member has the bits that it has alone.
/// let alone = Momentum::new(0.01, 0.9)?.iterates(&DoubleWell, grid.points().nth(77).unwrap());
/// assert_eq!(run.states()[77], alone.after(1000)?);
/// # Ok::<(), heavyball::Error>(())
/// ```
pub struct Ensemble<'p, M, P, const D: usize>
where
    M: Stepper<P, D>,
{
    potential: &'p P,
    /// One for all, or one a member and then whole blocks of them.
    motions: Vec<M>,
    pub(super) starts: Vec<M::State>,
    instructions: Instructions,
    watch: Option<Box<Watch<'p>>>,
}

impl<M: Stepper<P, D>, P, const D: usize> std::fmt::Debug for Ensemble<'_, M, P, D> {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.debug_struct("Ensemble")
            .field("members", &self.starts.len())
            .field("motions", &self.motions.len())
            .field("instructions", &self.instructions)
            .finish_non_exhaustive()
    }
}

impl<'p, M, P, const D: usize> Ensemble<'p, M, P, D>
where
    M: Stepper<P, D> + Clone + Sync,
    P: Potential<f64, Const<D>> + Sync,
{
    /// Members that `motions` move: one for all, or one each.
    ///
    /// # Errors
    /// [`VectorError::Empty`], [`VectorError::DimensionMismatch`], and [`EnsembleError::Member`] for a start.
    pub fn of_motions(
        motions: Vec<M>,
        potential: &'p P,
        starts: Vec<M::State>,
    ) -> Result<Self, Error> {
        if motions.len() == 1 {
            return Self::checked(potential, motions, starts);
        }
        Self::each(potential, motions, starts)
    }

    pub(super) fn each(
        potential: &'p P,
        mut motions: Vec<M>,
        starts: Vec<M::State>,
    ) -> Result<Self, Error> {
        if motions.len() != starts.len() {
            return Err(Error::Vector(VectorError::DimensionMismatch {
                name: "list of starts",
                expected: motions.len(),
                found: starts.len(),
            }));
        }
        let block = motions.len().saturating_sub(1) / MEMBERS * MEMBERS;
        if let Some(filler) = motions.get(block).cloned() {
            motions.resize(motions.len().next_multiple_of(MEMBERS), filler);
        }
        Self::checked(potential, motions, starts)
    }

    /// What moves a block.
    fn course<'a, O>(&'a self, index: usize, observer: &'a O) -> Course<'a, M, P, O> {
        let own = self.motions.get(index * MEMBERS..(index + 1) * MEMBERS);
        Course {
            motions: own.unwrap_or(&self.motions),
            potential: self.potential,
            observer,
        }
    }

    pub(super) fn checked(
        potential: &'p P,
        motions: Vec<M>,
        starts: Vec<M::State>,
    ) -> Result<Self, Error> {
        if starts.is_empty() {
            return Err(Error::Vector(VectorError::Empty {
                name: "list of starts",
            }));
        }
        for (member, start) in starts.iter().enumerate() {
            let [first, second] = M::parts(start);
            check_start(potential, "start position", &first)
                .and_then(|()| check_vector("start velocity", &second))
                .map_err(|cause| EnsembleError::of_member(member, cause))?;
        }
        Ok(Self {
            potential,
            motions,
            starts,
            instructions: Instructions::best(),
            watch: None,
        })
    }

    /// With these instructions instead of the fastest; for comparisons.
    ///
    /// Those that the machine lacks are not taken.
    pub fn with_instructions(mut self, instructions: Instructions) -> Self {
        if Instructions::available().contains(&instructions) {
            self.instructions = instructions;
        }
        self
    }

    /// Calls `watch` from the working threads as blocks are finished; it ends the run by a break.
    ///
    /// A run that was ended is [`EnsembleError::Cancelled`]. A block is left within a few thousand steps.
    ///
    /// ```
    /// use heavyball::ensemble::Ensemble;
    /// use heavyball::prelude::*;
    /// use nalgebra::vector;
    /// use std::ops::ControlFlow;
    ///
    /// let starts = (0..10_000).map(|i| vector![-2.0 + 4e-4 * f64::from(i), 1.0]);
    /// let ensemble = Ensemble::of_iterates(Momentum::new(0.01, 0.9)?, &DoubleWell, starts)?;
    /// let half = ensemble.with_watch(|progress| {
    ///     if progress.share() < 0.5 { ControlFlow::Continue(()) } else { ControlFlow::Break(()) }
    /// });
    /// assert!(matches!(half.after(100), Err(Error::Ensemble(heavyball::error::EnsembleError::Cancelled { .. }))));
    /// # Ok::<(), heavyball::Error>(())
    /// ```
    pub fn with_watch(mut self, watch: impl Fn(Progress) -> ControlFlow<()> + Sync + 'p) -> Self {
        self.watch = Some(Box::new(watch));
        self
    }

    /// Number of members.
    pub fn members(&self) -> usize {
        self.starts.len()
    }

    /// Number of blocks; block i has the members from i·[`MEMBERS`] on.
    pub fn blocks(&self) -> usize {
        self.starts.len().div_ceil(MEMBERS)
    }

    /// All members after `steps` steps.
    ///
    /// # Errors
    /// [`EnsembleError::Cancelled`]; [`RuleError::ScheduleOutOfRange`](crate::error::RuleError::ScheduleOutOfRange) if the rule of any member has no such coefficient on the way. A member that
    /// diverges is no error: see [`Run`].
    pub fn after(&self, steps: usize) -> Result<Run<M::State>, Error> {
        self.observe(steps, &NoObserver)
    }

    /// All members after `steps` steps, with what `observer` noted of each.
    ///
    /// # Errors
    /// As for [`Self::after`], and those of [`Observer::check`].
    pub fn observe<O>(&self, steps: usize, observer: &O) -> Result<Run<M::State, O::Record>, Error>
    where
        O: Observer<M, P, D> + Sync,
    {
        self.observe_blocks(0..self.blocks(), steps, observer)
    }

    /// The members of some blocks only: a part of the run, for another machine or another day.
    ///
    /// Parts in order are the whole, to the last bit. Blocks beyond the last are left out.
    ///
    /// # Errors
    /// As for [`Self::observe`].
    ///
    /// ```
    /// use heavyball::ensemble::{Ensemble, NoObserver};
    /// use heavyball::prelude::*;
    /// use nalgebra::vector;
    ///
    /// let starts = (0..100).map(|i| vector![-2.0 + 0.04 * f64::from(i), 1.0]);
    /// let ensemble = Ensemble::of_iterates(Momentum::new(0.01, 0.9)?, &DoubleWell, starts)?;
    /// let mut ends = Vec::new();
    /// for block in 0..ensemble.blocks() {
    ///     ends.extend_from_slice(ensemble.observe_blocks(block..block + 1, 500, &NoObserver)?.states());
    /// }
    /// assert_eq!(ends, ensemble.after(500)?.states());
    /// # Ok::<(), heavyball::Error>(())
    /// ```
    pub fn observe_blocks<O>(
        &self,
        blocks: Range<usize>,
        steps: usize,
        observer: &O,
    ) -> Result<Run<M::State, O::Record>, Error>
    where
        O: Observer<M, P, D> + Sync,
    {
        observer.check()?;
        let first = blocks.start.saturating_mul(MEMBERS).min(self.starts.len());
        let last = blocks.end.saturating_mul(MEMBERS).min(self.starts.len());
        let starts = self.starts.get(first..last).unwrap_or_default();
        let mut run = Running::<M, P, _, D>::of(starts, observer);
        let (total, done) = (starts.len().div_ceil(MEMBERS), AtomicUsize::new(0));
        run.par_blocks().try_for_each(|(index, mut members)| {
            let course = self.course(blocks.start + index, observer);
            let look = || self.look(done.load(Ordering::Relaxed), total);
            members.advance(&course, self.instructions, 0..steps, look)?;
            self.look(done.fetch_add(1, Ordering::Relaxed) + 1, total)
        })?;
        Ok(run.finished())
    }

    /// All members at the steps 0, n, 2n, …, up to `steps`: a row of states each.
    ///
    /// Memory: every row, and while they are put in order twice.
    ///
    /// # Errors
    /// As for [`Self::after`]; [`ParameterError::NotPositive`](crate::error::ParameterError::NotPositive) for n = 0, and [`EnsembleError::TooManyRows`] if there is no room for them.
    ///
    /// ```
    /// use heavyball::ensemble::Ensemble;
    /// use heavyball::prelude::*;
    /// use nalgebra::vector;
    ///
    /// let rule = Momentum::new(0.1, 0.5)?;
    /// let ensemble = Ensemble::of_iterates(rule, &DoubleWell, [vector![-1.5, -1.5], vector![1.5, 1.5]])?;
    /// let rows = ensemble.every(10, 100)?;
    /// assert_eq!(rows.len(), 11);
    /// assert_eq!(rows[3].states()[1], rule.iterates(&DoubleWell, vector![1.5, 1.5]).after(30)?);
    /// # Ok::<(), heavyball::Error>(())
    /// ```
    pub fn every(&self, n: usize, steps: usize) -> Result<Vec<Run<M::State>>, Error> {
        crate::check::positive("the number of steps between rows", &(n as f64), "")?;
        let too_many = || {
            Error::Ensemble(EnsembleError::TooManyRows {
                rows: (steps / n) as f64 + 1.0,
                members: self.members(),
            })
        };
        let rows = (steps / n).checked_add(1).ok_or_else(too_many)?;
        let (total, done) = (self.blocks(), AtomicUsize::new(0));
        let mut run = Running::<M, P, _, D>::of(&self.starts, &NoObserver);
        let traced = run.par_blocks().map(|(index, mut members)| {
            let course = self.course(index, &NoObserver);
            let look = || self.look(done.load(Ordering::Relaxed), total);
            let mut traced = Vec::new();
            let room = rows.saturating_mul(members.states.len());
            traced.try_reserve_exact(room).map_err(|_| too_many())?;
            traced.extend_from_slice(members.states);
            for row in 1..rows {
                let steps = (row - 1) * n..row * n;
                members.advance(&course, self.instructions, steps, look)?;
                traced.extend_from_slice(members.states);
                look()?;
            }
            self.look(done.fetch_add(1, Ordering::Relaxed) + 1, total)?;
            Ok(traced)
        });
        let traced: Vec<Vec<M::State>> = traced.collect::<Result<_, Error>>()?;
        let columns = traced.iter().map(|block| block.chunks(block.len() / rows));
        let mut columns: Vec<_> = columns.collect();
        let row = |_| {
            let states = columns.iter_mut().filter_map(Iterator::next);
            let states: Vec<_> = states.flatten().copied().collect();
            let mut row = Running::<M, P, _, D>::of(&states, &NoObserver);
            row.look();
            row.finished()
        };
        Ok((0..rows).map(row).collect())
    }

    /// Why a member ended before `steps` steps, by running it alone; `None` if it did not.
    ///
    /// # Errors
    /// [`EnsembleError::NoMember`] if there is no such member.
    ///
    /// ```
    /// use heavyball::ensemble::Ensemble;
    /// use heavyball::prelude::*;
    /// use nalgebra::vector;
    ///
    /// let rules = [Momentum::new(0.1, 0.5)?, Momentum::new(0.1, 1.0)?];
    /// let ensemble = Ensemble::of_rules(rules, &Quartic, [vector![-0.5]; 2])?;
    /// let run = ensemble.after(100)?;
    /// assert_eq!(run.is_finite(), [true, false]);
    /// assert!(matches!(ensemble.failure(1, 100)?, Some(Error::Run(heavyball::error::RunError::Diverged { .. }))));
    /// # Ok::<(), heavyball::Error>(())
    /// ```
    pub fn failure(&self, member: usize, steps: usize) -> Result<Option<Error>, Error> {
        let motion = match self.motions.as_slice() {
            [one] => Some(one),
            each => each.get(member),
        };
        match (motion, self.starts.get(member)) {
            (Some(motion), Some(start)) => Ok(motion.alone(self.potential, start, steps).err()),
            _ => Err(Error::Ensemble(EnsembleError::NoMember {
                member,
                members: self.starts.len(),
            })),
        }
    }

    /// The members of one block after `steps` steps.
    pub(crate) fn finished<O>(
        &self,
        index: usize,
        steps: usize,
        observer: &O,
        look: impl Fn() -> Result<(), Error>,
    ) -> Result<Vec<Observed<M, P, O, D>>, Error>
    where
        O: Observer<M, P, D>,
    {
        let starts = self.starts.get(index * MEMBERS..).unwrap_or_default();
        let starts = starts.get(..MEMBERS).unwrap_or(starts);
        let mut run = Running::<M, P, _, D>::of(starts, observer);
        let course = self.course(index, observer);
        run.members()
            .advance(&course, self.instructions, 0..steps, look)?;
        let run = run.finished();
        let records = run.records().iter().copied();
        Ok(run.states().iter().copied().zip(records).collect())
    }

    /// Where the members start.
    pub(crate) fn starts(&self) -> &[M::State] {
        &self.starts
    }

    fn look(&self, done: usize, total: usize) -> Result<(), Error> {
        look(self.watch.as_deref(), done, total)
    }
}

/// Tells a watch how far a run is; its break is the error.
pub(crate) fn look(watch: Option<&Watch<'_>>, done: usize, total: usize) -> Result<(), Error> {
    match watch.map(|watch| watch(Progress { done, total })) {
        Some(ControlFlow::Break(())) => {
            Err(Error::Ensemble(EnsembleError::Cancelled { done, total }))
        }
        _ => Ok(()),
    }
}
