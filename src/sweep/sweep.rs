//! Sweep: a long run of an ensemble, some numbers a member, that goes on where it was killed.

use crate::Error;
use crate::ensemble::EnsembleError;
use crate::ensemble::{Ensemble, Observer, Progress, Stepper, Watch, look};
use crate::potentials::Potential;
use crate::sweep::checkpoint::Checkpoint;
use crate::sweep::identity::{Identity, plain};
use crate::sweep::kept_file::KeptFile;
use nalgebra::Const;
use rayon::prelude::*;
use std::ops::ControlFlow;
use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

/// A long run of an [`Ensemble`] of which K numbers a member are kept, in memory and in a checkpoint file.
///
/// [`Self::resume`] goes on from the file, or begins it. Killed at any moment, by a signal or a loss of power, and resumed as often as it
/// takes, it ends with the bits of a run in one piece, whatever the number of threads. What a kill costs is the blocks under way and
/// those finished since the file was last written. For seconds of work use [`Ensemble::observe`]; if one block takes hours, because
/// the steps and not the members are many, this is of no help.
///
/// # The file
/// It is replaced as a whole: written aside to `FILE.part`, forced to the disk, renamed over `FILE`, and the directory forced to the
/// disk, so that there is the old one or the new one and never a half. Appending would write less, but would leave torn ends to tell
/// from damage, and the file is small: 8·K bytes a member. Every bit is covered by a checksum. A file that is damaged, of another
/// sweep or no checkpoint is an error and stays as it is.
///
/// `FILE.lock` keeps a second process out while a run is under way. It is empty and stays, since removing it could let two in at once;
/// delete it when no run is under way. Where `FILE` is a link, all of this happens beside what it points to. It counts on the file system for `flock`, which some network mounts lack: there, run one process.
///
/// # What makes a sweep the same
/// Members, steps, K, the label, the starts, where each member is after three steps, and the numbers of a few finished blocks, one a
/// thread, which are computed again and compared. A potential, an observer and a closure are known by these numbers alone: neither a
/// rule that differs later nor a reduction that differs elsewhere is noticed. Name in [`Self::with_label`] what you may change, such
/// as a schedule or a tolerance. The version of this library is not asked for, only that of the format.
///
/// ```
/// use heavyball::ensemble::{Ensemble, SettlingTime};
/// use heavyball::sweep::Sweep;
/// use heavyball::prelude::*;
/// use nalgebra::vector;
///
/// // After how many iterations has momentum settled, and where, over α?
/// let rules = (1..=200).map(|i| Momentum::new(5e-4 * f64::from(i), 0.8));
/// let rules: Vec<_> = rules.collect::<Result<_, _>>()?;
/// let starts = vec![vector![0.5, 1.0]; rules.len()];
/// let ensemble = Ensemble::of_rules(rules, &DoubleWell, starts)?;
/// let sweep = Sweep::new(&ensemble, 10_000, SettlingTime::within(1e-9)?, |end, settled| [*settled, end.position.x])
///     .with_label("settling within 1e-9");
///
/// let file = std::env::temp_dir().join(format!("heavyball-sweep-{}", std::process::id()));
/// let rows = sweep.resume(&file)?;
/// assert!(rows[0][0] > rows[100][0]);
/// assert_eq!(sweep.resume(&file)?, rows); // all of it from the file
/// assert_eq!(sweep.run()?, rows); // without a file
/// # std::fs::remove_file(&file).unwrap();
/// # std::fs::remove_file(file.with_extension("lock")).unwrap();
/// # Ok::<(), heavyball::Error>(())
/// ```
pub struct Sweep<'e, M, P, O, F, const D: usize, const K: usize>
where
    M: Stepper<P, D>,
{
    ensemble: &'e Ensemble<'e, M, P, D>,
    steps: usize,
    observer: O,
    reduce: F,
    label: String,
    interval: Duration,
    watch: Option<Box<Watch<'e>>>,
}

impl<M: Stepper<P, D>, P, O, F, const D: usize, const K: usize> std::fmt::Debug
    for Sweep<'_, M, P, O, F, D, K>
{
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.debug_struct("Sweep")
            .field("ensemble", &self.ensemble)
            .field("steps", &self.steps)
            .field("numbers", &K)
            .field("label", &self.label)
            .field("interval", &self.interval)
            .finish_non_exhaustive()
    }
}

impl<'e, M, P, O, F, const D: usize, const K: usize> Sweep<'e, M, P, O, F, D, K>
where
    M: Stepper<P, D> + Clone + Sync,
    P: Potential<f64, Const<D>> + Sync,
    O: Observer<M, P, D> + Sync,
    F: Fn(&M::State, &O::Record) -> [f64; K] + Sync,
{
    /// `steps` steps of every member, of which `reduce` keeps K numbers: of the last state, which is not finite if the member diverged,
    /// and of what `observer` noted.
    ///
    /// A NaN among them is kept as `f64::NAN`, whose bits do not depend on the machine.
    pub fn new(ensemble: &'e Ensemble<'e, M, P, D>, steps: usize, observer: O, reduce: F) -> Self {
        Self {
            ensemble,
            steps,
            observer,
            reduce,
            label: String::new(),
            interval: Duration::from_secs(30),
            watch: None,
        }
    }

    /// With a label in the file: a sweep with another one is another sweep.
    pub fn with_label(mut self, label: impl Into<String>) -> Self {
        self.label = label.into();
        self
    }

    /// Writes the file no more often than this, and at the end; 30 seconds without, zero for every block.
    ///
    /// It is written when a block is finished. A writing takes as long as the disk takes for 8·K bytes a member; the other threads go on.
    pub fn with_interval(mut self, interval: Duration) -> Self {
        self.interval = interval;
        self
    }

    /// Calls `watch` at the start, as blocks are finished, and within long ones; it ends the run by a break.
    ///
    /// Blocks that were in the file count as done. A run that was ended is [`EnsembleError::Cancelled`], with a file to go on from. The watch of
    /// the ensemble itself is not called.
    ///
    /// ```
    /// use heavyball::ensemble::{Ensemble, Grid, NoObserver};
    /// use heavyball::sweep::Sweep;
    /// use heavyball::prelude::*;
    /// use std::ops::ControlFlow;
    ///
    /// let grid = Grid::new([-2.0, -2.0], [2.0, 2.0], [40, 40])?;
    /// let ensemble = Ensemble::of_iterates(Momentum::new(0.01, 0.9)?, &DoubleWell, grid.points())?;
    /// let sweep = || Sweep::new(&ensemble, 500, NoObserver, |end, ()| [end.position.x]);
    /// let half = sweep().with_watch(|progress| {
    ///     if progress.share() < 0.5 { ControlFlow::Continue(()) } else { ControlFlow::Break(()) }
    /// });
    ///
    /// let file = std::env::temp_dir().join(format!("heavyball-half-{}", std::process::id()));
    /// assert!(matches!(half.resume(&file), Err(Error::Ensemble(heavyball::error::EnsembleError::Cancelled { done: 13.., total: 25 }))));
    /// assert_eq!(sweep().resume(&file)?, sweep().run()?);
    /// # std::fs::remove_file(&file).unwrap();
    /// # std::fs::remove_file(file.with_extension("lock")).unwrap();
    /// # Ok::<(), heavyball::Error>(())
    /// ```
    pub fn with_watch(mut self, watch: impl Fn(Progress) -> ControlFlow<()> + Sync + 'e) -> Self {
        self.watch = Some(Box::new(watch));
        self
    }

    /// The numbers of each member, without a file.
    ///
    /// # Errors
    /// Those of [`Ensemble::observe`]. A member that diverges is no error.
    pub fn run(&self) -> Result<Vec<[f64; K]>, Error> {
        self.observer.check()?;
        self.finish(Checkpoint::new(self.ensemble.members()), |_| Ok(()))
    }

    /// The numbers of each member, those that are in the file taken from it, and all of them in it at the end.
    ///
    /// # Errors
    /// Those of [`Ensemble::observe`]; [`CheckpointError::InUse`](crate::error::CheckpointError::InUse) if another run has the file, [`CheckpointError::NotACheckpoint`](crate::error::CheckpointError::NotACheckpoint),
    /// [`CheckpointError::Version`](crate::error::CheckpointError::Version), [`CheckpointError::Damaged`](crate::error::CheckpointError::Damaged), [`CheckpointError::OtherSweep`](crate::error::CheckpointError::OtherSweep) and [`CheckpointError::Differs`](crate::error::CheckpointError::Differs) for a file
    /// that cannot be gone on from; [`FileError::Read`](crate::error::FileError::Read) and [`FileError::Write`](crate::error::FileError::Write) with what the system said. A failed writing ends the run;
    /// the file is the last that was written.
    pub fn resume(&self, path: impl AsRef<Path>) -> Result<Vec<[f64; K]>, Error> {
        self.observer.check()?;
        let file = KeptFile::locked(path.as_ref())?;
        let identity = Identity::of(self.ensemble, self.steps, &self.label, K)?;
        let checkpoint = match file.content()? {
            Some(bytes) => {
                let checkpoint = identity.decoded(&bytes, path.as_ref())?;
                self.compare(&checkpoint, path.as_ref())?;
                checkpoint
            }
            None => {
                let checkpoint = Checkpoint::new(self.ensemble.members());
                // Before the first step: a place that cannot be written to is told now and not after an hour.
                file.replace(&identity.encoded(&checkpoint))?;
                checkpoint
            }
        };
        self.finish(checkpoint, |checkpoint| {
            let bytes = identity.encoded(&lock(checkpoint));
            file.replace(&bytes)
        })
    }

    /// Computes finished blocks again, one a thread, spread over all of them.
    fn compare(&self, checkpoint: &Checkpoint<K>, path: &Path) -> Result<(), Error> {
        let finished: Vec<usize> = checkpoint.blocks(true).collect();
        let done = finished.len();
        let apart = done.div_ceil(rayon::current_num_threads().max(1)).max(1);
        let chosen: Vec<usize> = finished.into_iter().step_by(apart).collect();
        chosen.into_par_iter().try_for_each(|index| {
            let rows = self.rows(index, || self.look(done))?;
            checkpoint.compare(index, &rows, path)
        })
    }

    /// All blocks that are not in the checkpoint; `keep` writes it.
    fn finish(
        &self,
        checkpoint: Checkpoint<K>,
        keep: impl Fn(&Mutex<Checkpoint<K>>) -> Result<(), Error> + Sync,
    ) -> Result<Vec<[f64; K]>, Error> {
        let pending: Vec<usize> = checkpoint.blocks(false).collect();
        let (total, is_complete) = (self.ensemble.blocks(), pending.is_empty());
        let done = AtomicUsize::new(total - pending.len());
        let look = || self.look(done.load(Ordering::Relaxed));
        look()?;
        let checkpoint = Mutex::new(checkpoint);
        let written = Mutex::new(Instant::now());
        let swept = pending.into_par_iter().try_for_each(|index| {
            let rows = self.rows(index, look)?;
            lock(&checkpoint).add(index, &rows);
            done.fetch_add(1, Ordering::Relaxed);
            // Whoever finds another thread writing goes on.
            if let Ok(mut written) = written.try_lock()
                && written.elapsed() >= self.interval
            {
                keep(&checkpoint)?;
                *written = Instant::now();
            }
            look()
        });
        // Blocks that were under way have been finished since a break.
        let swept = swept.map_err(|error| match error {
            Error::Ensemble(EnsembleError::Cancelled { total, .. }) => {
                Error::Ensemble(EnsembleError::Cancelled {
                    done: done.load(Ordering::Relaxed),
                    total,
                })
            }
            other => other,
        });
        if !is_complete {
            keep(&checkpoint)?;
        }
        swept?;
        let checkpoint = checkpoint
            .into_inner()
            .unwrap_or_else(PoisonError::into_inner);
        Ok(checkpoint.into_rows())
    }

    /// The numbers of the members of a block.
    fn rows(
        &self,
        index: usize,
        look: impl Fn() -> Result<(), Error>,
    ) -> Result<Vec<[f64; K]>, Error> {
        let members = self
            .ensemble
            .finished(index, self.steps, &self.observer, look)?;
        let rows = members
            .iter()
            .map(|(state, record)| (self.reduce)(state, record).map(plain));
        Ok(rows.collect())
    }

    fn look(&self, done: usize) -> Result<(), Error> {
        look(self.watch.as_deref(), done, self.ensemble.blocks())
    }
}

/// A row is written as a whole, so what a panicking thread leaves can be read.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
