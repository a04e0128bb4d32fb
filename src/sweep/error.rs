//! What makes a checkpoint file unusable.

/// A checkpoint file cannot be used.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum CheckpointError {
    /// A run that is under way has the checkpoint.
    #[error(
        "the checkpoint {path} is in use: another run holds {lock}; wait for it or end it, or name another file"
    )]
    InUse {
        /// The checkpoint.
        path: String,
        /// The file beside it that is locked.
        lock: String,
    },

    /// A file that was named as a checkpoint is something else.
    #[error("{path} is no checkpoint of a sweep and was not touched; name another file")]
    NotACheckpoint {
        /// The file.
        path: String,
    },

    /// A checkpoint has another format.
    #[error(
        "the checkpoint {path} has format {found}, this version of heavyball reads format {read}; go on with the version that wrote it, or name another file"
    )]
    Version {
        /// The checkpoint.
        path: String,
        /// The version of its format.
        found: u32,
        /// The version that can be read.
        read: u32,
    },

    /// A checkpoint is not as it was written.
    #[error(
        "the checkpoint {path} is damaged: {found}; it was not touched: bring back a copy, or delete it to begin anew"
    )]
    Damaged {
        /// The checkpoint.
        path: String,
        /// What was found.
        found: String,
    },

    /// A checkpoint belongs to another sweep.
    #[error(
        "the checkpoint {path} is that of another sweep: {what}; it was not touched: run that sweep, or name another file"
    )]
    OtherSweep {
        /// The checkpoint.
        path: String,
        /// The first difference.
        what: String,
    },

    /// A member that was computed again has other numbers than in the checkpoint.
    #[error(
        "number {number} of member {member} is {kept:?} in the checkpoint {path}, and {now:?} when computed again, both counted from 0: the potential, the observer or the reduction is another, or the machine; go on where the checkpoint was begun, or name another file"
    )]
    Differs {
        /// The checkpoint.
        path: String,
        /// The member.
        member: usize,
        /// Which of its numbers.
        number: usize,
        /// The number in the checkpoint.
        kept: f64,
        /// The number now.
        now: f64,
    },
}
