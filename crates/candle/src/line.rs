//! Line: the optimiser line of each step.

use heavyball::Schedule;
use heavyball::frameworks::{ScheduledSgd, Sgd};

/// The optimiser line of each step: an [`Sgd`], the same for all, or a [`ScheduledSgd`].
pub trait Line {
    /// The line of the step from iterate `k` to `k + 1`.
    ///
    /// # Errors
    /// Where a schedule leaves its range.
    fn at(&self, k: usize) -> Result<Sgd, heavyball::Error>;
}

impl Line for Sgd {
    fn at(&self, _k: usize) -> Result<Sgd, heavyball::Error> {
        Ok(*self)
    }
}

impl<A: Schedule, B: Schedule> Line for ScheduledSgd<A, B> {
    fn at(&self, k: usize) -> Result<Sgd, heavyball::Error> {
        ScheduledSgd::at(self, k)
    }
}
