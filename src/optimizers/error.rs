//! What makes the coefficients of an update rule unusable.

use crate::error::Short;

/// The coefficients of an update rule cannot be used.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum RuleError {
    /// The decay β lies outside (−1, 1].
    #[error(
        "beta = {value} must satisfy -1 < beta <= 1: at 1 there is no drag, above it the drag would \
         push, at -1 or below every iterate overshoots for ever; 0.9 is a usual choice", value = Short(*.value))]
    BetaOutOfRange {
        /// The value it was given.
        value: f64,
    },

    /// The bounds of a range of curvatures are the wrong way round.
    #[error(
        "mu = {mu} is larger than l = {l}: mu is the smallest curvature, l the largest; swap them", mu = Short(*.mu), l = Short(*.l))]
    CurvaturesReversed {
        /// What was given as the smallest curvature.
        mu: f64,
        /// What was given as the largest.
        l: f64,
    },

    /// A schedule gave a coefficient that no rule can use.
    #[error("the schedule of {name} gives {value} at iteration {iteration}; it must be {range}", value = Short(*.value))]
    ScheduleOutOfRange {
        /// `alpha` or `beta`.
        name: &'static str,
        /// The iteration.
        iteration: usize,
        /// The value.
        value: f64,
        /// What it must be.
        range: &'static str,
    },
}
