//! Errors of checkpoint files.

use crate::error::Brief;
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
