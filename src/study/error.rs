//! What keeps a study from measuring.

use crate::error::Short;

/// A study cannot measure what it was asked for.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum StudyError {
    /// A derivative of a run overflowed where the run itself did not.
    #[error(
        "the Jacobian has an entry {entry}: the run is finite but its derivative is not; take fewer steps, or look whether the potential is smooth there", entry = Short(*.entry))]
    JacobianNotFinite {
        /// The entry.
        entry: f64,
    },

    /// A family of runs is too small to show an order.
    #[error(
        "a study over {found} values of {name} cannot show an order: give at least 3, better 5 or more, \
         each half of the one before"
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

    /// A study's run left an error that is not a number.
    #[error(
        "the error at {name} = {parameter} is not finite: the run or its reference left the range of the \
         numbers; use a smaller {name} or a shorter span", parameter = Short(*.parameter))]
    ErrorNotFinite {
        /// The parameter that tends to zero.
        name: &'static str,
        /// Its value.
        parameter: f64,
    },

    /// A run of a study had none of the times at which it is compared.
    #[error(
        "nothing was compared at {name} = {parameter}: the run has no time, after its start, that the study counts; use a smaller {name}, a longer span, or errors from an earlier time on", parameter = Short(*.parameter))]
    NothingCompared {
        /// The parameter that tends to zero.
        name: &'static str,
        /// Its value.
        parameter: f64,
    },

    /// A reference is no more accurate than what it is to measure.
    #[error(
        "the error in {what} at {name} = {parameter} is {error:.1e}, but the reference itself may be wrong by \
         {reference:.1e}: give a closed form, or leave out the smallest {name}", parameter = Short(*.parameter))]
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
        "{method} is unstable at dt = {dt}: it multiplies the mode of curvature {curvature} by {growth} a step; {advice}", dt = Short(*.dt), curvature = Short(*.curvature), growth = Short(*.growth))]
    UnstableStep {
        /// What stepped.
        method: String,
        /// The step.
        dt: f64,
        /// The largest curvature of the potential.
        curvature: f64,
        /// The spectral radius of one step on that mode.
        growth: f64,
        /// The largest stable step, if there is one.
        advice: String,
    },

    /// A run was to stay within fewer gradients than its method can take.
    #[error(
        "{method} takes {needed} gradients at the least, more than the budget of {budget}; give it {needed} or more, or leave it out"
    )]
    BudgetTooSmall {
        /// The method.
        method: String,
        /// Gradients that were allowed.
        budget: usize,
        /// Those of one step, or of a run at the loosest tolerance.
        needed: usize,
    },

    /// A high-resolution equation was asked for that nobody has derived.
    #[error(
        "there is no high-resolution equation for the schedule with friction r = {friction}, only for r = 3; use Resolution::Low", friction = Short(*.friction))]
    NoHighResolution {
        /// The friction coefficient r.
        friction: f64,
    },

    /// A start without velocity was asked for where the problem has one.
    #[error(
        "the problem starts with speed {speed}, the scheme from rest; use Start::Matched, or a problem at rest", speed = Short(*.speed))]
    NotAtRest {
        /// |ẋ| at the start of the problem.
        speed: f64,
    },
}
