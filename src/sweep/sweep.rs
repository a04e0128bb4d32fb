//! Sweep: a long run of an ensemble that keeps some numbers of each member, and resumes after an interruption.

use crate::Error;
use crate::ensemble::{Ensemble, EnsembleError, Observer, Progress, Stepper, Watch, report};
use crate::sweep::checkpoint::Checkpoint;
use crate::sweep::identity::Identity;
use crate::sweep::kept_file::KeptFile;
use crate::sweep::part::Part;
use crate::sweep::reduction::{OfRun, Reduction};
use rayon::prelude::*;
use std::ops::ControlFlow;
use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

/// A long run of an [`Ensemble`] that keeps K numbers of each member, in memory and in a checkpoint file.
///
/// [`Self::resume`] resumes from the file, or begins it. It may be killed at any moment, by a signal or a power
/// failure, and resumed any number of times; the result is bit-identical to an uninterrupted run, for any number of
/// threads. A kill loses the blocks under way and those finished since the file was last written. For seconds of work
/// use [`Ensemble::observe`]. A sweep is of no help if a single block takes hours, with few members and many steps.
///
/// # The file
/// It is replaced as a whole: written to `FILE.part`, forced to the disk and renamed to `FILE`, and the directory is
/// forced to the disk, so that the file always holds the old content or the new. Appending would write less, but an
/// interrupted write could not be told from damage; and the file is small, 8·K bytes per member. A checksum covers
/// every bit. A file that is damaged, belongs to a different sweep or is not a checkpoint is an error, and is not
/// changed.
///
/// `FILE.lock` excludes a second process during a run. It is empty and is not removed, since removing it could let two
/// processes in at once; delete it when no run is under way. If `FILE` is a symbolic link, all of these files are in
/// the directory of its target. The lock needs a file system with `flock`, which some network mounts lack: run only one
/// process there.
///
/// # Several machines
/// [`Self::shard`] cuts the sweep into independent parts, each with a file of its own, and [`merge`](crate::sweep::merge)
/// joins these.
///
/// # What makes two sweeps the same
/// Members, steps, K, the label, the initial states and the states after three steps are compared; and a few finished
/// blocks, one per thread, are computed again and compared. These numbers alone identify a potential, an observer and a
/// closure: a rule that differs only later, or a reduction that differs only for other members, is not noticed. Name in
/// [`Self::with_label`] what you may change, such as a schedule or a tolerance. The file records the version of its
/// format, not that of this library.
///
/// ```
/// use heavyball::ensemble::{Ensemble, SettlingTime};
/// use heavyball::sweep::Sweep;
/// use heavyball::prelude::*;
/// use nalgebra::vector;
///
/// // After how many iterations does momentum settle, and where, for each α?
/// let rules = (1..=200).map(|i| Momentum::new(5e-4 * f64::from(i), 0.8));
/// let rules: Vec<_> = rules.collect::<Result<_, _>>()?;
/// let starts = vec![vector![0.5, 1.0]; rules.len()];
/// let ensemble = Ensemble::from_rules(rules, &DoubleWell, starts)?;
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
pub struct Sweep<'e, const K: usize> {
    reduction: Box<dyn Reduction<K> + 'e>,
    steps: usize,
    label: String,
    interval: Duration,
    watch: Option<Box<Watch<'e>>>,
}

impl<const K: usize> std::fmt::Debug for Sweep<'_, K> {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.debug_struct("Sweep")
            .field("members", &self.reduction.members())
            .field("steps", &self.steps)
            .field("numbers", &K)
            .field("label", &self.label)
            .field("interval", &self.interval)
            .finish_non_exhaustive()
    }
}

impl<'e, const K: usize> Sweep<'e, K> {
    /// `steps` steps of every member, of which `reduce` keeps K numbers; its arguments are the last state, which is not
    /// finite if the member diverged, and the record that `observer` kept.
    ///
    /// Every NaN among the numbers is kept as `f64::NAN`, whose bits do not depend on the machine.
    pub fn new<M, P, O, F, const D: usize>(
        ensemble: &'e Ensemble<'e, M, P, D>,
        steps: usize,
        observer: O,
        reduce: F,
    ) -> Self
    where
        M: Stepper<P, D>,
        P: Sync,
        O: Observer<M::State, D> + 'e,
        F: Fn(&M::State, &O::Record) -> [f64; K] + Sync + 'e,
    {
        Self {
            reduction: Box::new(OfRun {
                ensemble,
                steps,
                observer,
                reduce,
            }),
            steps,
            label: String::new(),
            interval: Duration::from_secs(30),
            watch: None,
        }
    }

    /// With a label in the file: a sweep with a different label is a different sweep.
    #[must_use]
    pub fn with_label(mut self, label: impl Into<String>) -> Self {
        self.label = label.into();
        self
    }

    /// Writes the file at most this often, and at the end; the default is 30 seconds, and zero writes it after every
    /// block.
    ///
    /// It is written when a block is finished. Writing takes as long as the disk needs for 8·K bytes per member; the
    /// other threads continue meanwhile.
    #[must_use]
    pub fn with_interval(mut self, interval: Duration) -> Self {
        self.interval = interval;
        self
    }

    /// Calls `watch` at the start, as blocks are finished, and within long ones; a break ends the run.
    ///
    /// Blocks that were in the file count as done. A run that was ended is [`EnsembleError::Cancelled`], and can be
    /// resumed from its file. The watch of the ensemble itself is not called.
    ///
    /// ```
    /// use heavyball::ensemble::{Ensemble, Grid, NoObserver};
    /// use heavyball::error::EnsembleError;
    /// use heavyball::prelude::*;
    /// use heavyball::sweep::Sweep;
    /// use std::ops::ControlFlow;
    ///
    /// let grid = Grid::new([-2.0, -2.0], [2.0, 2.0], [40, 40])?;
    /// let ensemble = Ensemble::from_positions(Momentum::new(0.01, 0.9)?, &DoubleWell, grid.points())?;
    /// let sweep = || Sweep::new(&ensemble, 500, NoObserver, |end, ()| [end.position.x]);
    /// let half = sweep().with_watch(|progress| {
    ///     if progress.share() < 0.5 { ControlFlow::Continue(()) } else { ControlFlow::Break(()) }
    /// });
    ///
    /// let file = std::env::temp_dir().join(format!("heavyball-half-{}", std::process::id()));
    /// let ended = half.resume(&file);
    /// assert!(matches!(ended, Err(Error::Ensemble(EnsembleError::Cancelled { done: 9.., total: 17 }))));
    /// assert_eq!(sweep().resume(&file)?, sweep().run()?);
    /// # std::fs::remove_file(&file).unwrap();
    /// # std::fs::remove_file(file.with_extension("lock")).unwrap();
    /// # Ok::<(), heavyball::Error>(())
    /// ```
    #[must_use]
    pub fn with_watch(mut self, watch: impl Fn(Progress) -> ControlFlow<()> + Sync + 'e) -> Self {
        self.watch = Some(Box::new(watch));
        self
    }

    /// The numbers of each member, without a file.
    ///
    /// # Errors
    /// The errors of [`Ensemble::observe`]. A member that diverges is not an error.
    pub fn run(&self) -> Result<Vec<[f64; K]>, Error> {
        self.run_part(Part::WHOLE)
    }

    /// The numbers of each member; those in the file are read from it, and at the end it holds all of them.
    ///
    /// # Errors
    /// The errors of [`Ensemble::observe`]; [`InUse`] if another run uses the file; [`NotACheckpoint`], [`Version`],
    /// [`Damaged`], [`OtherSweep`] and [`Differs`] for a file that cannot be resumed from; [`FileError::Read`] and
    /// [`FileError::Write`] with the message of the system. A failed write ends the run; the file is then the last one
    /// that was written.
    ///
    /// [`InUse`]: crate::error::CheckpointError::InUse
    /// [`NotACheckpoint`]: crate::error::CheckpointError::NotACheckpoint
    /// [`Version`]: crate::error::CheckpointError::Version
    /// [`Damaged`]: crate::error::CheckpointError::Damaged
    /// [`OtherSweep`]: crate::error::CheckpointError::OtherSweep
    /// [`Differs`]: crate::error::CheckpointError::Differs
    /// [`FileError::Read`]: crate::error::FileError::Read
    /// [`FileError::Write`]: crate::error::FileError::Write
    pub fn resume(&self, path: impl AsRef<Path>) -> Result<Vec<[f64; K]>, Error> {
        self.resume_part(Part::WHOLE, path.as_ref())
    }

    /// Number of members.
    pub(super) fn members(&self) -> usize {
        self.reduction.members()
    }

    /// The numbers of the members of `part`.
    pub(super) fn run_part(&self, part: Part) -> Result<Vec<[f64; K]>, Error> {
        self.reduction.check()?;
        self.finish(self.nothing_of(part), |_| Ok(()))
    }

    /// The checkpoint of `part` without a finished block.
    fn nothing_of(&self, part: Part) -> Checkpoint<K> {
        let members = self.members();
        Checkpoint::new(part.blocks(members as u64), members)
    }

    /// The numbers of the members of `part`, from the file as far as it has them.
    pub(super) fn resume_part(&self, part: Part, path: &Path) -> Result<Vec<[f64; K]>, Error> {
        self.reduction.check()?;
        let file = KeptFile::locked(path)?;
        let identity = Identity::of(part, self.reduction.as_ref(), self.steps, &self.label)?;
        let checkpoint = match file.content()? {
            Some(bytes) => {
                let checkpoint = identity.decoded(&bytes, path)?;
                self.compare(&checkpoint, path)?;
                checkpoint
            }
            None => {
                let checkpoint = self.nothing_of(part);
                // Before the first step: if the file cannot be written, the error comes now and not after an hour.
                file.replace(&identity.encoded(&checkpoint))?;
                checkpoint
            }
        };
        self.finish(checkpoint, |checkpoint| {
            let bytes = identity.encoded(&lock(checkpoint));
            file.replace(&bytes)
        })
    }

    /// Computes some finished blocks again, one per thread, evenly spread.
    fn compare(&self, checkpoint: &Checkpoint<K>, path: &Path) -> Result<(), Error> {
        let finished: Vec<usize> = checkpoint.blocks(true).collect();
        let (done, total) = (finished.len(), checkpoint.finished.len());
        let apart = done.div_ceil(rayon::current_num_threads().max(1)).max(1);
        let chosen: Vec<usize> = finished.into_iter().step_by(apart).collect();
        chosen.into_par_iter().try_for_each(|index| {
            let rows = self.reduction.rows(index, &|| self.report(done, total))?;
            checkpoint.compare(index, &rows, path)
        })
    }

    /// Computes the blocks that are not in the checkpoint; `keep` writes it.
    fn finish(
        &self,
        checkpoint: Checkpoint<K>,
        keep: impl Fn(&Mutex<Checkpoint<K>>) -> Result<(), Error> + Sync,
    ) -> Result<Vec<[f64; K]>, Error> {
        let pending: Vec<usize> = checkpoint.blocks(false).collect();
        let (total, is_complete) = (checkpoint.finished.len(), pending.is_empty());
        let done = AtomicUsize::new(total - pending.len());
        let look = || self.report(done.load(Ordering::Relaxed), total);
        look()?;
        let checkpoint = Mutex::new(checkpoint);
        let written = Mutex::new(Instant::now());
        let swept = pending.into_par_iter().try_for_each(|index| {
            let rows = self.reduction.rows(index, &look)?;
            lock(&checkpoint).add(index, &rows);
            done.fetch_add(1, Ordering::Relaxed);
            // If another thread is writing, this one continues.
            if let Ok(mut written) = written.try_lock()
                && written.elapsed() >= self.interval
            {
                keep(&checkpoint)?;
                *written = Instant::now();
            }
            look()
        });
        // The blocks under way at a break have been finished since.
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
        let checkpoint = checkpoint.into_inner();
        Ok(checkpoint.unwrap_or_else(PoisonError::into_inner).rows)
    }

    fn report(&self, done: usize, total: usize) -> Result<(), Error> {
        report(self.watch.as_deref(), done, total)
    }
}

/// A lock that a panicking thread held is still usable, since a block counts as finished only once all of it is there.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
