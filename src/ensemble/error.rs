//! Errors of ensembles.

use crate::Error;
use crate::error::Short;

/// An ensemble cannot be made, or its run was ended.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum EnsembleError {
    /// The number of points of a grid overflows `usize`.
    #[error(
        "a grid of {members:e} points is too large to count; use fewer points, or run parts of it"
    )]
    TooManyMembers {
        /// Number of points.
        members: f64,
    },

    /// The members do not fit into memory.
    #[error(
        "{members} members take {bytes:e} bytes, more than there is memory; run parts of them one after another, and \
         keep what an observer records"
    )]
    OutOfMemory {
        /// Number of members.
        members: usize,
        /// The bytes needed.
        bytes: f64,
    },

    /// The watch of a run ended it.
    #[error("the run was cancelled after {done} of {total} blocks")]
    Cancelled {
        /// Number of finished blocks.
        done: usize,
        /// Number of blocks of the run.
        total: usize,
    },

    /// The initial state of a member is invalid.
    #[error("member {member}, counted from 0, cannot start: {cause}")]
    Member {
        /// The first such member, counted from 0.
        member: usize,
        /// The error that the member would cause alone.
        cause: Box<Error>,
    },

    /// The ensemble has no such member.
    #[error("there is no member {member}: the ensemble has {members} members, counted from 0")]
    NoMember {
        /// The requested member, counted from 0.
        member: usize,
        /// Number of members.
        members: usize,
    },

    /// An observer names a coordinate that the positions lack.
    #[error(
        "there is no coordinate {coordinate}: the positions have {dimension} coordinates, counted from 0; name one of these"
    )]
    NoCoordinate {
        /// The named coordinate, counted from 0.
        coordinate: usize,
        /// Number of coordinates.
        dimension: usize,
    },

    /// The lags of an autocorrelation are too few for its time.
    #[error(
        "an autocorrelation time of {time} steps or more needs {needed} lags or more, and there are {lags}; use more lags, or look less often with `every`", time = Short(*.time), needed = Short(*.needed))]
    TooFewLags {
        /// Number of lags.
        lags: usize,
        /// The sum of the correlations at these lags, in steps.
        time: f64,
        /// The lags that such a time needs.
        needed: f64,
    },

    /// The rows of a run do not fit in memory.
    #[error(
        "{rows} rows of {members} members do not fit in memory; use more steps between rows, or record what you need with an Observer", rows = Short(*.rows))]
    TooManyRows {
        /// Number of rows.
        rows: f64,
        /// Number of members of a row.
        members: usize,
    },

    /// The number type of the members cannot count that many steps.
    #[error(
        "the number type of the members counts fewer than {steps} steps exactly; use members in f64"
    )]
    TooManySteps {
        /// The step that it cannot count.
        steps: usize,
    },

    /// There are more successes than trials.
    #[error(
        "{successes} of {trials} is not a proportion: there cannot be more successes than trials; check whether the two are swapped"
    )]
    MoreThanAll {
        /// Number of successes.
        successes: usize,
        /// Number of trials.
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
