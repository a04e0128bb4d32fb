//! Errors of checkpoint files.

use crate::error::Brief;
use std::fmt;

/// A checkpoint file cannot be used.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum CheckpointError {
    /// Another run is using the checkpoint.
    #[error(
        "the checkpoint {path} is in use: another run holds {lock}; wait for it to end, or name another file", path = Brief(path), lock = Brief(lock))]
    InUse {
        /// The checkpoint.
        path: String,
        /// The lock file beside it.
        lock: String,
    },

    /// The file is not a checkpoint.
    #[error("{path} is not the checkpoint of a sweep and was not changed; name another file", path = Brief(path))]
    NotACheckpoint {
        /// The file.
        path: String,
    },

    /// The checkpoint has a format that this version does not read.
    #[error(
        "the checkpoint {path} has format {found}, and this version of heavyball reads format {read}; resume with the version that wrote it, or name another file", path = Brief(path))]
    Version {
        /// The checkpoint.
        path: String,
        /// Its format.
        found: u32,
        /// The format that this version reads.
        read: u32,
    },

    /// The checkpoint is damaged.
    #[error(
        "the checkpoint {path} is damaged: {found}; it was not changed: restore a copy, or delete it to start again", path = Brief(path))]
    Damaged {
        /// The checkpoint.
        path: String,
        /// What is wrong with it.
        found: String,
    },

    /// The checkpoint belongs to a different sweep.
    #[error(
        "the checkpoint {path} belongs to a different sweep: {what}; it was not changed: resume that sweep, or name another file", path = Brief(path))]
    OtherSweep {
        /// The checkpoint.
        path: String,
        /// The first difference.
        what: String,
    },

    /// There is no such shard.
    #[error(
        "there is no shard {index} of {count}: shards are counted from 0, so take an index below the count, which is at \
         least 1 and below 2^32"
    )]
    NoShard {
        /// The requested shard, counted from 0.
        index: usize,
        /// The number of shards.
        count: usize,
    },

    /// A shard has not been computed to its end.
    #[error(
        "the shard {path} has {done} of its {total} blocks; resume it to its end, and merge then", path = Brief(path))]
    Unfinished {
        /// Its file.
        path: String,
        /// Number of finished blocks.
        done: usize,
        /// Number of its blocks.
        total: usize,
    },

    /// A shard is named twice.
    #[error(
        "both {path} and {other} hold shard {index}, counted from 0; name each shard once", path = Brief(path), other = Brief(other))]
    Doubled {
        /// The shard, counted from 0.
        index: u32,
        /// Its first file.
        path: String,
        /// Its second file.
        other: String,
    },

    /// Shards are missing.
    #[error("of {count} shards, counted from 0, {missing} missing; name the files of all of them")]
    Missing {
        /// The number of shards; 0 if none was named.
        count: u32,
        /// The first of those that are missing.
        missing: Shards,
    },

    /// A member that was computed again differs from the checkpoint.
    #[error(
        "number {number} of member {member} is {kept:?} in the checkpoint {path}, and {now:?} when computed again, both counted from 0: the potential, the observer, the reduction or the machine differs; resume where the checkpoint was begun, or name another file", path = Brief(path))]
    Differs {
        /// The checkpoint.
        path: String,
        /// The member, counted from 0.
        member: usize,
        /// Which of its numbers, counted from 0.
        number: usize,
        /// The number in the checkpoint.
        kept: f64,
        /// The number now.
        now: f64,
    },
}

/// The first of some shards, counted from 0.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Shards(pub(super) Vec<u32>);

impl Shards {
    /// The number of shards that a message names.
    pub(super) const SHOWN: usize = 10;

    /// Their indices; of more than eleven the first eleven.
    pub fn indices(&self) -> &[u32] {
        &self.0
    }
}

impl fmt::Display for Shards {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let shown: Vec<_> = self
            .0
            .iter()
            .take(Self::SHOWN)
            .map(u32::to_string)
            .collect();
        match self.0.as_slice() {
            [] => out.write_str("all are"),
            [one] => write!(out, "{one} is"),
            _ if self.0.len() > Self::SHOWN => write!(out, "{} and more are", shown.join(", ")),
            _ => write!(out, "{} are", shown.join(", ")),
        }
    }
}
