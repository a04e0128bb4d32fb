//! StudyError: why a study has no result.

use crate::error::{Brief, Short};

/// A study has no result.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum StudyError {
    /// A derivative of a run overflowed although the run itself did not.
    #[error(
        "the Jacobian has an entry {entry}: the run is finite but its derivative is not; take fewer steps, or check whether the potential is smooth there", entry = Short(*.entry))]
    JacobianNotFinite {
        /// The entry.
        entry: f64,
    },

    /// A family of runs is too small to show an order.
    #[error(
        "a study over {found} values of {name} cannot show an order: give at least 3, better 5 or more, \
         each half of the previous one"
    )]
    TooFewSteps {
        /// The parameter that tends to zero.
        name: &'static str,
        /// Values that were given.
        found: usize,
    },

    /// Two runs of a family have the same parameter.
    #[error("{name} = {value} is given twice; the values of a study must differ", value = Short(*.value))]
    RepeatedStep {
        /// The parameter that tends to zero.
        name: &'static str,
        /// The value that is repeated.
        value: f64,
    },

    /// The error of a run is infinite or NaN.
    #[error(
        "the error at {name} = {parameter} is not finite: the run or its reference overflowed; \
         use a smaller {name} or a shorter span", parameter = Short(*.parameter))]
    ErrorNotFinite {
        /// The parameter that tends to zero.
        name: &'static str,
        /// Its value.
        parameter: f64,
    },

    /// A run had none of the times at which it would be compared.
    #[error(
        "nothing was compared at {name} = {parameter}: none of its times lies where errors count; use a smaller {name}, a longer span, or errors from an earlier time on", parameter = Short(*.parameter))]
    NothingCompared {
        /// The parameter that tends to zero.
        name: &'static str,
        /// Its value.
        parameter: f64,
    },

    /// The reference is no more accurate than the run that it measures.
    #[error(
        "the error in {what} at {name} = {parameter} is {error:.1e}, but the error of the reference itself may be \
         {reference:.1e}: give a closed form, or omit the smallest {name}", parameter = Short(*.parameter))]
    ReferenceTooCoarse {
        /// Position or velocity.
        what: &'static str,
        /// The reference's own error.
        reference: f64,
        /// The error measured with it.
        error: f64,
        /// The parameter that tends to zero.
        name: &'static str,
        /// Its value.
        parameter: f64,
    },

    /// A step of a study is unstable on a quadratic potential.
    #[error(
        "{method} is unstable at dt = {dt}: it multiplies the mode of curvature {curvature} by {growth} per step; {advice}", method = Brief(method), dt = Short(*.dt), curvature = Short(*.curvature), growth = Short(*.growth))]
    UnstableStep {
        /// The scheme.
        method: String,
        /// The step.
        dt: f64,
        /// The largest curvature of the potential.
        curvature: f64,
        /// The spectral radius of one step on that mode.
        growth: f64,
        /// What to do: the largest stable step, if there is one.
        advice: String,
    },

    /// A budget of gradients is smaller than the least that the method needs.
    #[error(
        "{method} needs at least {needed} gradients, more than the budget of {budget}; allow {needed} or more, or omit the method",
        method = Brief(method)
    )]
    BudgetTooSmall {
        /// The method.
        method: String,
        /// The gradients that were allowed.
        budget: usize,
        /// The gradients of one step, or of a run at the loosest tolerance.
        needed: usize,
    },

    /// No high-resolution equation is known for a schedule.
    #[error(
        "there is no high-resolution equation for the schedule with friction r = {friction}, only for r = 3; use Resolution::Low", friction = Short(*.friction))]
    NoHighResolution {
        /// The friction coefficient r.
        friction: f64,
    },

    /// The scheme starts at rest, the problem does not.
    #[error(
        "the problem starts with speed {speed}, the scheme at rest; use Start::Matched, or a problem at rest", speed = Short(*.speed))]
    NotAtRest {
        /// |ẋ| at the start of the problem.
        speed: f64,
    },

    /// A rule with noise in its gradient has no stationary state: it would not converge without the noise.
    #[error(
        "alpha = {alpha}, beta = {beta} with look-ahead {eta} does not converge on the curvature {curvature}, so that noise \
         leaves it no stationary state; take a smaller alpha and beta below 1, at a minimum without flat directions",
        alpha = Short(*.alpha), beta = Short(*.beta), eta = Short(*.eta), curvature = Short(*.curvature))]
    NoStationaryState {
        /// Learning rate α.
        alpha: f64,
        /// Decay β.
        beta: f64,
        /// Look-ahead η.
        eta: f64,
        /// The curvature.
        curvature: f64,
    },

    /// A rule without drag has no temperature.
    #[error("beta = {beta} has no drag, and noise heats it without end; take a beta below 1", beta = Short(*.beta))]
    NoTemperature {
        /// Decay β.
        beta: f64,
    },
}
