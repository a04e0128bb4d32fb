//! What keeps an ensemble from being made, and what stops it.

use crate::Error;
use crate::error::Short;

/// An ensemble cannot be made, or was stopped.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum EnsembleError {
    /// A grid has more places than can be counted.
    #[error("a grid of {members:e} places cannot be counted; take fewer, or run parts of it")]
    TooManyMembers {
        /// How many it would be.
        members: f64,
    },

    /// A run was ended by its watch.
    #[error("the run was cancelled after {done} of {total} blocks")]
    Cancelled {
        /// Blocks that were finished.
        done: usize,
        /// All blocks of the run.
        total: usize,
    },

    /// A member of an ensemble cannot start.
    #[error("member {member}, counted from 0, cannot start: {cause}")]
    Member {
        /// The first that cannot.
        member: usize,
        /// What it would be told alone.
        cause: Box<Error>,
    },

    /// An ensemble has no such member.
    #[error("there is no member {member}: the ensemble has {members}, counted from 0")]
    NoMember {
        /// The member that was asked for.
        member: usize,
        /// How many there are.
        members: usize,
    },

    /// A coordinate is to be watched that the positions have not.
    #[error(
        "there is no coordinate {coordinate}: the positions have {dimension}, counted from 0; name one of these"
    )]
    NoCoordinate {
        /// The coordinate that was named.
        coordinate: usize,
        /// How many there are.
        dimension: usize,
    },

    /// There is no room for the rows of a run.
    #[error(
        "{rows} rows of {members} members do not fit in memory; take them farther apart, or keep what they are for by an Observer", rows = Short(*.rows))]
    TooManyRows {
        /// How many rows it would be.
        rows: f64,
        /// Members of a row.
        members: usize,
    },

    /// More successes were counted than trials.
    #[error(
        "{successes} of {trials} is no proportion: a trial succeeds once or not at all; look whether the two are swapped"
    )]
    MoreThanAll {
        /// What was counted.
        successes: usize,
        /// Of how many.
        trials: usize,
    },
}

impl EnsembleError {
    /// The error of one member.
    pub(super) fn of_member(member: usize, cause: Error) -> Error {
        Error::Ensemble(Self::Member {
            member,
            cause: Box::new(cause),
        })
    }
}
