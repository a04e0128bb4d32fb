//! Evolution: an ensemble after a number of steps, whole or in parts.

use crate::Error;
use crate::ensemble::block::MEMBERS;
use crate::ensemble::{Ensemble, EnsembleError, NoObserver, Observer, Run, Stepper};
use std::ops::Range;
use std::sync::atomic::{AtomicUsize, Ordering};

impl<M, P, const D: usize> Ensemble<'_, M, P, D>
where
    M: Stepper<P, D>,
    P: Sync,
{
    /// All members after `steps` steps.
    ///
    /// # Errors
    /// [`EnsembleError::Cancelled`];
    /// [`RuleError::ScheduleOutOfRange`](crate::error::RuleError::ScheduleOutOfRange) if the rule of any member has an
    /// inadmissible coefficient at one of the steps. A member that diverges is not an error: see [`Run`].
    pub fn after(&self, steps: usize) -> Result<Run<M::State>, Error> {
        self.observe(steps, &NoObserver)
    }

    /// All members after `steps` steps, with the record that `observer` kept of each.
    ///
    /// # Errors
    /// The errors of [`Self::after`], and those of [`Observer::check`].
    pub fn observe<O>(&self, steps: usize, observer: &O) -> Result<Run<M::State, O::Record>, Error>
    where
        O: Observer<M::State, D>,
    {
        self.observe_blocks(0..self.blocks(), steps, observer)
    }

    /// The members of some blocks only, for instance to divide a run among several machines.
    ///
    /// The parts in order are bit-identical to the whole run. Blocks beyond the last are ignored.
    ///
    /// # Errors
    /// The errors of [`Self::observe`].
    ///
    /// ```
    /// use heavyball::ensemble::{Ensemble, NoObserver};
    /// use heavyball::prelude::*;
    /// use nalgebra::vector;
    ///
    /// let starts = (0..100).map(|i| vector![-2.0 + 0.04 * f64::from(i), 1.0]);
    /// let ensemble = Ensemble::from_positions(Momentum::new(0.01, 0.9)?, &DoubleWell, starts)?;
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
        O: Observer<M::State, D>,
    {
        observer.check()?;
        let starts = self.starts_of(&blocks);
        let (done, total) = (AtomicUsize::new(0), starts.len().div_ceil(MEMBERS));
        Run::evolved(starts, observer, |index, members| {
            let dynamics = self.dynamics(blocks.start + index, observer);
            let look = || self.report(done.load(Ordering::Relaxed), total);
            dynamics.advance(members, 0..steps, look)?;
            self.report(done.fetch_add(1, Ordering::Relaxed) + 1, total)
        })
    }

    /// Why a member ended before `steps` steps, found by running it alone; `None` if it did not.
    ///
    /// # Errors
    /// [`EnsembleError::NoMember`] if there is no such member.
    ///
    /// ```
    /// use heavyball::ensemble::Ensemble;
    /// use heavyball::error::RunError;
    /// use heavyball::prelude::*;
    /// use nalgebra::vector;
    ///
    /// let rules = [Momentum::new(0.1, 0.5)?, Momentum::new(0.1, 1.0)?];
    /// let ensemble = Ensemble::from_rules(rules, &Quartic, [vector![-0.5]; 2])?;
    /// let run = ensemble.after(100)?;
    /// assert_eq!(run.is_finite(), [true, false]);
    /// assert!(matches!(ensemble.failure(1, 100)?, Some(Error::Run(RunError::Diverged { .. }))));
    /// # Ok::<(), heavyball::Error>(())
    /// ```
    pub fn failure(&self, member: usize, steps: usize) -> Result<Option<Error>, Error> {
        match (self.stepper(member), self.starts.get(member)) {
            (Some(stepper), Some(start)) => {
                let alone = stepper.member_alone(member, self.potential, start, steps);
                Ok(alone.err())
            }
            _ => Err(Error::Ensemble(EnsembleError::NoMember {
                member,
                members: self.members(),
            })),
        }
    }

    /// The members of one block after `steps` steps.
    pub(crate) fn block_after<O>(
        &self,
        block: usize,
        steps: usize,
        observer: &O,
        look: impl Fn() -> Result<(), Error>,
    ) -> Result<Run<M::State, O::Record>, Error>
    where
        O: Observer<M::State, D>,
    {
        let mut run = Run::at(self.starts_of(&(block..block + 1)), observer);
        let dynamics = self.dynamics(block, observer);
        dynamics.advance(&mut run.whole(), 0..steps, look)?;
        Ok(run)
    }

    fn starts_of(&self, blocks: &Range<usize>) -> &[M::State] {
        let member = |block: usize| block.saturating_mul(MEMBERS).min(self.starts.len());
        let members = member(blocks.start)..member(blocks.end);
        self.starts.get(members).unwrap_or_default()
    }
}
