//! Ensemble: the members, and what advances them.

use crate::Error;
use crate::check::VectorError;
use crate::check::check_vector;
use crate::ensemble::Parts;
use crate::ensemble::block::MEMBERS;
use crate::ensemble::dynamics::Dynamics;
use crate::ensemble::progress::{Watch, report};
use crate::ensemble::{EnsembleError, Instructions, Progress, State, Stepper};
use crate::potentials::{Potential, check_start};
use nalgebra::Const;
use std::ops::ControlFlow;

/// Many members on one potential, in static dimension.
///
/// Cost: members × steps gradient evaluations, a fraction of a nanosecond each where the gradient is simple. Memory:
/// the states twice. If the members are few, or the dimension is dynamic, run them one by one.
///
/// ```
/// use heavyball::ensemble::{Ensemble, Grid};
/// use heavyball::prelude::*;
/// use nalgebra::vector;
///
/// // In which well does momentum end, over a grid of initial positions?
/// let grid = Grid::new([-2.0, -2.0], [2.0, 2.0], [50, 50])?;
/// let ensemble = Ensemble::from_positions(Momentum::new(0.01, 0.9)?, &DoubleWell, grid.points())?;
/// let run = ensemble.after(1000)?;
/// let right = run.states().iter().filter(|end| end.position.x > 0.0).count();
/// assert!((1000..1500).contains(&right));
///
/// // A member is bit-identical to running it alone.
/// let alone = Momentum::new(0.01, 0.9)?.iterates(&DoubleWell, grid.points().nth(77).unwrap());
/// assert_eq!(run.states()[77], alone.after(1000)?);
/// # Ok::<(), heavyball::Error>(())
/// ```
pub struct Ensemble<'p, M, P, const D: usize>
where
    M: Stepper<P, D>,
{
    pub(super) potential: &'p P,
    /// One for all members; or one each, with copies of one to fill the last block.
    pub(super) steppers: Vec<M>,
    pub(super) starts: Vec<M::State>,
    instructions: Instructions,
    watch: Option<Box<Watch<'p>>>,
}

/// The items in a list, or an error before the first if as many as announced do not fit into memory.
pub(super) fn gathered<T>(items: impl IntoIterator<Item = T>) -> Result<Vec<T>, Error> {
    let items = items.into_iter();
    let members = items.size_hint().0;
    let mut list = Vec::new();
    list.try_reserve_exact(members).map_err(|_| {
        Error::Ensemble(EnsembleError::OutOfMemory {
            members,
            bytes: members as f64 * size_of::<T>() as f64,
        })
    })?;
    list.extend(items);
    Ok(list)
}

impl<M: Stepper<P, D>, P, const D: usize> std::fmt::Debug for Ensemble<'_, M, P, D> {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.debug_struct("Ensemble")
            .field("members", &self.starts.len())
            .field("steppers", &self.steppers.len())
            .field("instructions", &self.instructions)
            .finish_non_exhaustive()
    }
}

impl<'p, M, P, const D: usize> Ensemble<'p, M, P, D>
where
    M: Stepper<P, D>,
    P: Potential<<M::State as State<D>>::Scalar, Const<D>>,
{
    /// Members that `steppers` advance: one for all, or one each.
    ///
    /// # Errors
    /// [`VectorError::Empty`] without a member, [`VectorError::DimensionMismatch`] unless there are one stepper or as
    /// many as starts, and [`EnsembleError::Member`] for the first start that is invalid.
    pub fn from_steppers(
        steppers: Vec<M>,
        potential: &'p P,
        starts: Vec<M::State>,
    ) -> Result<Self, Error> {
        if steppers.len() == 1 {
            return Self::checked(potential, steppers, starts);
        }
        Self::each(potential, steppers, starts)
    }

    pub(super) fn each(
        potential: &'p P,
        mut steppers: Vec<M>,
        starts: Vec<M::State>,
    ) -> Result<Self, Error> {
        if steppers.len() != starts.len() {
            return Err(Error::Vector(VectorError::DimensionMismatch {
                name: "list of starts",
                expected: steppers.len(),
                found: starts.len(),
            }));
        }
        let block = steppers.len().saturating_sub(1) / MEMBERS * MEMBERS;
        if let Some(filler) = steppers.get(block).cloned() {
            steppers.resize(steppers.len().next_multiple_of(MEMBERS), filler);
        }
        Self::checked(potential, steppers, starts)
    }

    pub(super) fn checked(
        potential: &'p P,
        steppers: Vec<M>,
        starts: Vec<M::State>,
    ) -> Result<Self, Error> {
        if starts.is_empty() {
            return Err(Error::Vector(VectorError::Empty {
                name: "list of starts",
            }));
        }
        for (member, start) in starts.iter().enumerate() {
            let others = |parts: &[_]| {
                let mut others = parts.iter().skip(1);
                others.try_for_each(|part| check_vector("start velocity", part))
            };
            check_start(potential, "start position", &start.position())
                .and_then(|()| others(start.parts().vectors()))
                .map_err(|cause| EnsembleError::of_member(member, cause))?;
        }
        Ok(Self {
            potential,
            steppers,
            starts,
            instructions: Instructions::best(),
            watch: None,
        })
    }
}

impl<'p, M, P, const D: usize> Ensemble<'p, M, P, D>
where
    M: Stepper<P, D>,
{
    /// Uses these instructions instead of the fastest; for comparisons.
    ///
    /// Instructions that the machine lacks are ignored.
    #[must_use]
    pub fn with_instructions(mut self, instructions: Instructions) -> Self {
        if Instructions::available().contains(&instructions) {
            self.instructions = instructions;
        }
        self
    }

    /// Calls `watch` from the worker threads as blocks are finished; a break ends the run.
    ///
    /// A run that was ended is [`EnsembleError::Cancelled`]. A block under way ends within a few thousand steps.
    ///
    /// ```
    /// use heavyball::ensemble::Ensemble;
    /// use heavyball::error::EnsembleError;
    /// use heavyball::prelude::*;
    /// use nalgebra::vector;
    /// use std::ops::ControlFlow;
    ///
    /// let starts = (0..10_000).map(|i| vector![-2.0 + 4e-4 * f64::from(i), 1.0]);
    /// let ensemble = Ensemble::from_positions(Momentum::new(0.01, 0.9)?, &DoubleWell, starts)?;
    /// let half = ensemble.with_watch(|progress| {
    ///     if progress.share() < 0.5 { ControlFlow::Continue(()) } else { ControlFlow::Break(()) }
    /// });
    /// assert!(matches!(half.after(100), Err(Error::Ensemble(EnsembleError::Cancelled { .. }))));
    /// # Ok::<(), heavyball::Error>(())
    /// ```
    #[must_use]
    pub fn with_watch(mut self, watch: impl Fn(Progress) -> ControlFlow<()> + Sync + 'p) -> Self {
        self.watch = Some(Box::new(watch));
        self
    }

    /// Number of members.
    pub fn members(&self) -> usize {
        self.starts.len()
    }

    /// Number of blocks; block i holds the members from i·[`MEMBERS`] on.
    pub fn blocks(&self) -> usize {
        self.starts.len().div_ceil(MEMBERS)
    }

    /// The initial states.
    pub(crate) fn starts(&self) -> &[M::State] {
        &self.starts
    }

    /// What advances a member.
    pub(super) fn stepper(&self, member: usize) -> Option<&M> {
        match self.steppers.as_slice() {
            [one] => Some(one),
            each => each.get(member),
        }
    }

    /// What advances a block.
    pub(super) fn dynamics<'a, O>(
        &'a self,
        block: usize,
        observer: &'a O,
    ) -> Dynamics<'a, M, P, O, D> {
        let own = self.steppers.get(block * MEMBERS..(block + 1) * MEMBERS);
        Dynamics {
            steppers: own.unwrap_or(&self.steppers),
            first: block * MEMBERS,
            potential: self.potential,
            observer,
            instructions: self.instructions,
        }
    }

    pub(super) fn report(&self, done: usize, total: usize) -> Result<(), Error> {
        report(self.watch.as_deref(), done, total)
    }
}
