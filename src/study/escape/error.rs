//! What leaves an escape study without an answer.

use crate::error::Short;

/// An escape study has no answer.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum EscapeError {
    /// The point that was given as a barrier's top is none.
    #[error(
        "the gradient at the saddle {saddle} is {gradient:e}, so it is no critical point; give the place where the gradient is zero to full accuracy", saddle = Short(*.saddle))]
    NotCritical {
        /// The point that was given.
        saddle: f64,
        /// The gradient there.
        gradient: f64,
    },

    /// A ball that starts at rest no higher than the barrier cannot pass it.
    #[error(
        "the start {start} has f = {start_value}, not above the barrier's {saddle_value}: a ball released there never passes, whatever the drag; start higher", start = Short(*.start), start_value = Short(*.start_value), saddle_value = Short(*.saddle_value))]
    StartNotAbove {
        /// The start.
        start: f64,
        /// f there.
        start_value: f64,
        /// f at the top of the barrier.
        saddle_value: f64,
    },

    /// The ground between start and barrier is higher than the barrier and does not fall towards it.
    #[error(
        "near x = {position}, between start and barrier, f = {value} is above the barrier's {saddle_value} and does not fall towards it: that hill is the barrier; give its top as the saddle, or start beyond it", position = Short(*.position), value = Short(*.value), saddle_value = Short(*.saddle_value))]
    HigherGround {
        /// Where.
        position: f64,
        /// f there.
        value: f64,
        /// f at the point that was given as the barrier's top.
        saddle_value: f64,
    },

    /// A run neither passed the barrier nor was trapped.
    #[error(
        "{parameter} = {value} was not decided by time {time}: the ball was neither past the barrier nor provably trapped; take another value near it, or start nearer the barrier", value = Short(*.value), time = Short(*.time))]
    Undecided {
        /// `drag` or `beta`.
        parameter: &'static str,
        /// Its value.
        value: f64,
        /// When the run was given up; for an optimiser, the iteration.
        time: f64,
    },

    /// No value of a parameter separates escape from capture.
    #[error("every {parameter} from {low} to {high} {outcome}: there is no critical one between", low = Short(*.low), high = Short(*.high))]
    NoCritical {
        /// `drag` or `beta`.
        parameter: &'static str,
        /// Where the search began.
        low: f64,
        /// Where it ended.
        high: f64,
        /// `escapes` or `is trapped`.
        outcome: &'static str,
    },
}
