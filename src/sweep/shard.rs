//! Shard: one of several independent parts of a sweep, for a machine or a job of its own; and their merging.

use crate::Error;
use crate::sweep::checkpoint::members_of;
use crate::sweep::error::Shards;
use crate::sweep::format::Content;
use crate::sweep::identity::Identity;
use crate::sweep::kept_file::{KeptFile, read};
use crate::sweep::part::Part;
use crate::sweep::{CheckpointError, Sweep};
use std::ops::Range;
use std::path::{Path, PathBuf};

/// One of several independent parts of a [`Sweep`], made by [`Sweep::shard`].
///
/// Each shard computes blocks of its own and writes a file of its own; no shard needs another, so that they run at any
/// time, in any order, on any machine. [`merge`] joins their files into the bytes that one run would have written.
///
/// ```
/// use heavyball::ensemble::{Ensemble, Grid, NoObserver};
/// use heavyball::prelude::*;
/// use heavyball::sweep::{Sweep, merge};
///
/// let grid = Grid::new([-2.0, -2.0], [2.0, 2.0], [40, 40])?;
/// let ensemble = Ensemble::from_positions(Momentum::new(0.01, 0.9)?, &DoubleWell, grid.points())?;
/// let sweep = Sweep::new(&ensemble, 500, NoObserver, |end, ()| [end.position.x]);
///
/// // Each of these could be a job on a machine of its own.
/// let directory = std::env::temp_dir().join(format!("heavyball-shards-{}", std::process::id()));
/// # std::fs::create_dir_all(&directory).unwrap();
/// let files: Vec<_> = (0..3).map(|i| directory.join(format!("part-{i}"))).collect();
/// for (i, file) in files.iter().enumerate() {
///     sweep.shard(i, 3)?.resume(file)?;
/// }
///
/// let whole = directory.join("whole");
/// merge(&files, &whole)?;
/// assert_eq!(sweep.resume(&whole)?, sweep.run()?); // all of it from the file
/// # std::fs::remove_dir_all(&directory).unwrap();
/// # Ok::<(), heavyball::Error>(())
/// ```
#[derive(Debug)]
pub struct Shard<'s, 'e, const K: usize> {
    sweep: &'s Sweep<'e, K>,
    part: Part,
}

impl<'e, const K: usize> Sweep<'e, K> {
    /// Shard `index` of `count`, counted from 0: neighbouring blocks, as many as in every other shard, or one more.
    ///
    /// With more shards than blocks some are empty; they write a file as well.
    ///
    /// # Errors
    /// [`CheckpointError::NoShard`] unless `index` is below `count`, which must not exceed 2³² − 1.
    pub fn shard(&self, index: usize, count: usize) -> Result<Shard<'_, 'e, K>, Error> {
        let none = || Error::Checkpoint(CheckpointError::NoShard { index, count });
        let part = Part {
            index: u32::try_from(index).map_err(|_| none())?,
            count: u32::try_from(count).map_err(|_| none())?,
        };
        if part.index >= part.count {
            return Err(none());
        }
        Ok(Shard { sweep: self, part })
    }
}

impl<const K: usize> Shard<'_, '_, K> {
    /// The members of the sweep that are this shard's.
    pub fn members(&self) -> Range<usize> {
        let members = self.sweep.members();
        members_of(&self.part.blocks(members as u64), members)
    }

    /// The numbers of each of its members, without a file.
    ///
    /// # Errors
    /// Those of [`Sweep::run`].
    pub fn run(&self) -> Result<Vec<[f64; K]>, Error> {
        self.sweep.run_part(self.part)
    }

    /// The numbers of each of its members; those in the file are read from it, and at the end it holds all of them.
    ///
    /// # Errors
    /// Those of [`Sweep::resume`]; the file of another shard is [`CheckpointError::OtherSweep`].
    pub fn resume(&self, path: impl AsRef<Path>) -> Result<Vec<[f64; K]>, Error> {
        self.sweep.resume_part(self.part, path.as_ref())
    }
}

/// Joins the files of all shards of a sweep into the checkpoint `whole` of the sweep: the bytes that one run would have
/// written.
///
/// The shards are named in any order. If there is a file `whole`, it must be a checkpoint of the same sweep.
/// [`Sweep::resume`] with the merged file returns the numbers. Memory: twice the size of the merged file.
///
/// # Errors
/// [`FileError::Read`](crate::error::FileError::Read) for a file that is not there; [`NotACheckpoint`], [`Version`] and
/// [`Damaged`] as for [`Sweep::resume`]; [`OtherSweep`] for one that belongs to a different sweep, or to the same one cut
/// into another number of shards; [`Unfinished`], [`Doubled`] and [`Missing`] with the names. Nothing is written then.
///
/// [`NotACheckpoint`]: CheckpointError::NotACheckpoint
/// [`Version`]: CheckpointError::Version
/// [`Damaged`]: CheckpointError::Damaged
/// [`OtherSweep`]: CheckpointError::OtherSweep
/// [`Unfinished`]: CheckpointError::Unfinished
/// [`Doubled`]: CheckpointError::Doubled
/// [`Missing`]: CheckpointError::Missing
pub fn merge<P: AsRef<Path>>(
    shards: impl IntoIterator<Item = P>,
    whole: impl AsRef<Path>,
) -> Result<(), Error> {
    let paths: Vec<PathBuf> = shards
        .into_iter()
        .map(|path| path.as_ref().to_owned())
        .collect();
    let mut files = Vec::new();
    for path in &paths {
        files.push(read(path)?);
    }
    let mut contents = Vec::new();
    for (bytes, path) in files.iter().zip(&paths) {
        contents.push((Content::read(bytes, path)?, path));
    }
    let Some((first, _)) = contents.first() else {
        return Err(Error::Checkpoint(CheckpointError::Missing {
            count: 0,
            missing: Shards(Vec::new()),
        }));
    };
    let identity = first.identity.clone();
    let count = identity.part.count;
    for (content, path) in &contents {
        let part = content.identity.part;
        // Which shard it is may differ, of how many may not.
        let same = Identity {
            part: Part {
                index: part.index,
                count,
            },
            ..identity.clone()
        };
        if let Some(what) = same.difference(&content.identity) {
            return Err(Error::Checkpoint(CheckpointError::OtherSweep {
                path: path.display().to_string(),
                what,
            }));
        }
        let (done, total) = (content.done(), content.finished.len());
        if done < total {
            return Err(Error::Checkpoint(CheckpointError::Unfinished {
                path: path.display().to_string(),
                done,
                total,
            }));
        }
    }
    contents.sort_by_key(|(content, _)| content.identity.part.index);
    for pair in contents.windows(2) {
        if let [(a, path), (b, other)] = pair
            && a.identity.part == b.identity.part
        {
            return Err(Error::Checkpoint(CheckpointError::Doubled {
                index: a.identity.part.index,
                path: path.display().to_string(),
                other: other.display().to_string(),
            }));
        }
    }
    if contents.len() < count as usize {
        let mut given = contents
            .iter()
            .map(|(content, _)| content.identity.part.index)
            .peekable();
        let missing = (0..count).filter(|index| given.next_if_eq(index).is_none());
        return Err(Error::Checkpoint(CheckpointError::Missing {
            count,
            missing: Shards(missing.take(Shards::SHOWN + 1).collect()),
        }));
    }
    let identity = Identity {
        part: Part::WHOLE,
        ..identity
    };
    let flags = contents.iter().map(|(content, _)| content.finished);
    let rows = contents.iter().map(|(content, _)| content.rows);
    let bytes = identity.sealed(flags, rows);
    let file = KeptFile::locked(whole.as_ref())?;
    if let Some(old) = file.content()? {
        let found = Content::read(&old, whole.as_ref())?.identity;
        if let Some(what) = identity.difference(&found) {
            return Err(Error::Checkpoint(CheckpointError::OtherSweep {
                path: whole.as_ref().display().to_string(),
                what,
            }));
        }
    }
    file.replace(&bytes)
}
