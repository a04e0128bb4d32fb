//! RuleError: coefficients of an update rule that are out of range.

use crate::error::Short;

/// The coefficients of an update rule are out of range.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum RuleError {
    /// The decay β lies outside (−1, 1].
    #[error(
        "beta = {value} must satisfy -1 < beta <= 1: at 1 there is no drag, above 1 the drag would be \
         negative, and at -1 or below the iterates never settle; 0.9 is a usual choice", value = Short(*.value))]
    BetaOutOfRange {
        /// The value given.
        value: f64,
    },

    /// The decay of an average lies outside [0, 1).
    #[error(
        "{name} = {value} must satisfy 0 <= {name} < 1: at 1 the average never changes, and above 1 it grows; 0.9 and 0.999 \
         are usual choices", value = Short(*.value))]
    MomentDecayOutOfRange {
        /// `beta1`, `beta2`, `decay` or `momentum`.
        name: &'static str,
        /// The value given.
        value: f64,
    },

    /// A rule has no form as quasi-hyperbolic momentum.
    #[error(
        "beta = {beta} with look-ahead eta = {eta} has no form as quasi-hyperbolic momentum, whose look-ahead is a multiple \
         of beta and whose average needs beta below 1; keep the three coefficients", beta = Short(*.beta), eta = Short(*.eta)
    )]
    NotQuasiHyperbolic {
        /// Decay β.
        beta: f64,
        /// Look-ahead η.
        eta: f64,
    },

    /// The bounds of a range of curvatures are in the wrong order.
    #[error(
        "mu = {mu} is larger than l = {l}: mu is the smallest curvature, l the largest; swap them",
        mu = Short(*.mu), l = Short(*.l)
    )]
    CurvaturesReversed {
        /// The value given as the smallest curvature.
        mu: f64,
        /// The value given as the largest curvature.
        l: f64,
    },

    /// Cosines with restarts would become shorter and shorter.
    #[error(
        "the growth = {value} of cosines with restarts must be at least 1, and finite: each takes that many times as many \
         iterations as the one before; 1 keeps their length, and 2 is a usual choice", value = Short(*.value))]
    GrowthBelowOne {
        /// The value given.
        value: f64,
    },

    /// A phase of a one-cycle schedule has no iterations.
    #[error(
        "a one-cycle schedule of {steps} iterations has its peak at iteration {peak} and its end at {end}: each phase needs \
         iterations; take more of them, or a share for the peak that is farther from 0 and 1",
        peak = Short(*.peak), end = Short(*.end)
    )]
    CycleTooShort {
        /// The iterations.
        steps: usize,
        /// The iteration of the peak.
        peak: f64,
        /// The iteration of the end.
        end: f64,
    },

    /// A rule for a fixed number of iterations was asked for more.
    #[error(
        "the rule was made for {iterations} iterations and has no coefficients for more; make it for as many as the run takes"
    )]
    Ended {
        /// The iterations for which it was made.
        iterations: usize,
    },

    /// The steps of FIRE are not in order.
    #[error(
        "the steps of FIRE must satisfy 0 <= smallest <= first <= largest, all finite, but they are {smallest}, {first} and \
         {largest}; 1/50 and 10 times the first are usual", smallest = Short(*.smallest), first = Short(*.first), largest = Short(*.largest)
    )]
    FireSteps {
        /// The smallest step.
        smallest: f64,
        /// The first step.
        first: f64,
        /// The largest step.
        largest: f64,
    },

    /// A factor of FIRE lies outside its range.
    #[error("the {name} of FIRE is {value}; it must be {range}", value = Short(*.value))]
    FireFactor {
        /// The factor.
        name: &'static str,
        /// The value given.
        value: f64,
        /// The admissible range.
        range: &'static str,
    },

    /// A rule with a schedule cannot restart its count.
    #[error(
        "a rule with a schedule, used as a rule with restarts, would keep its count; use Restart::run, which sets it to 0"
    )]
    ScheduleNotRestarted,

    /// A schedule gave a coefficient out of range.
    #[error("the schedule of {name} gives {value} at iteration {iteration}; it must be {range}", value = Short(*.value))]
    ScheduleOutOfRange {
        /// `alpha` or `beta`.
        name: &'static str,
        /// The iteration.
        iteration: usize,
        /// The value.
        value: f64,
        /// The admissible range.
        range: &'static str,
    },
}
