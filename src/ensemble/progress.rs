//! Progress: how much of a run is finished, reported to a watch that may end it.

use crate::Error;
use crate::ensemble::EnsembleError;
use std::ops::ControlFlow;

/// How much of a run is finished.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Progress {
    /// Number of finished blocks.
    pub done: usize,
    /// Number of blocks.
    pub total: usize,
}

impl Progress {
    /// The finished fraction, from 0 to 1; 1 for a run without blocks.
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

/// Called between pieces of work; a break ends the run.
pub(crate) type Watch<'w> = dyn Fn(Progress) -> ControlFlow<()> + Sync + 'w;

/// Reports the progress to a watch; a break is the error.
pub(crate) fn report(watch: Option<&Watch<'_>>, done: usize, total: usize) -> Result<(), Error> {
    match watch.map(|watch| watch(Progress { done, total })) {
        Some(ControlFlow::Break(())) => {
            Err(Error::Ensemble(EnsembleError::Cancelled { done, total }))
        }
        _ => Ok(()),
    }
}
