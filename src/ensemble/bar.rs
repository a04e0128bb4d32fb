//! Bar: the progress of a run, drawn in the terminal.

use crate::ensemble::Progress;
use indicatif::{ProgressBar, ProgressStyle};
use std::ops::ControlFlow;
use std::sync::Once;

/// A watch that draws a progress bar on the standard error, for
/// [`Ensemble::with_watch`](crate::ensemble::Ensemble::with_watch) and
/// [`Sweep::with_watch`](crate::sweep::Sweep::with_watch); it never ends the run.
///
/// Use a new bar for each run. Nothing is drawn if the standard error is not a terminal. The remaining time is
/// estimated from the blocks finished since this run began or resumed. With the feature `progress`.
///
/// ```
/// use heavyball::ensemble::{Ensemble, Grid, progress_bar};
/// use heavyball::prelude::*;
///
/// let grid = Grid::new([-2.0, -2.0], [2.0, 2.0], [50, 50])?;
/// let ensemble = Ensemble::from_positions(Momentum::new(0.01, 0.9)?, &DoubleWell, grid.points())?;
/// let run = ensemble.with_watch(progress_bar("double well")).after(1000)?;
/// assert_eq!(run.states().len(), 2500);
/// # Ok::<(), heavyball::Error>(())
/// ```
pub fn progress_bar(message: impl Into<String>) -> impl Fn(Progress) -> ControlFlow<()> + Sync {
    let bar = ProgressBar::new(0).with_message(message.into());
    let style = ProgressStyle::with_template("{msg} {wide_bar} {pos} of {len} blocks, {eta} left");
    bar.set_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()));
    let begun = Once::new();
    move |progress| {
        let done = progress.done as u64;
        begun.call_once(|| {
            bar.set_length(progress.total as u64);
            bar.set_position(done);
            bar.reset_eta();
        });
        // Threads report in any order.
        bar.set_position(done.max(bar.position()));
        if progress.done == progress.total {
            bar.finish();
        }
        ControlFlow::Continue(())
    }
}
