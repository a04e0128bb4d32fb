//! What ends a solution, or keeps it from starting.

use crate::error::Short;

/// A span of time cannot be stepped through, or does not contain a time.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum SpanError {
    /// A fixed step would need more steps than can be stored or counted.
    #[error(
        "a step of {dt} over a span of {span} takes {steps:e} steps, more than the limit of \
         {limit:e}; use a larger step, a shorter span, or iterate without storing", dt = Short(*.dt), span = Short(*.span))]
    TooManySteps {
        /// The step.
        dt: f64,
        /// Length of the span.
        span: f64,
        /// Steps that it would take.
        steps: f64,
        /// Steps allowed.
        limit: f64,
    },

    /// A time was asked for that the trajectory does not cover.
    #[error("time {time} lies outside the span from {start} to {end}", time = Short(*.time), start = Short(*.start), end = Short(*.end))]
    TimeOutsideSpan {
        /// The time asked for.
        time: f64,
        /// First time of the span.
        start: f64,
        /// Last time of the span.
        end: f64,
    },
}

/// An adaptive method could not reach the end of its span.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum SolverError {
    /// The adaptive solver used up its steps before the end of the span.
    #[error(
        "the solver used {steps} steps and reached only time {time}; loosen the tolerances, \
         shorten the span, or allow more by with_max_steps", time = Short(*.time))]
    StepsExhausted {
        /// Steps taken.
        steps: u32,
        /// Time reached.
        time: f64,
    },

    /// The adaptive solver's step fell below the spacing of the numbers.
    #[error(
        "the solver's step size underflowed at time {time}: the solution is singular there or the \
         tolerances are below what f64 can resolve; loosen them or end the span earlier", time = Short(*.time))]
    StepSizeUnderflow {
        /// Time reached.
        time: f64,
    },

    /// The adaptive solver found the system stiff.
    #[error(
        "the system is stiff near time {time} for an explicit Runge-Kutta method; for a ball use Leapfrog or \
         CentralLeapfrog, whose drag is stable at any step, or GradientFlow if the mass is tiny; any other \
         system is followed by Dop853 without_stiffness_test, in many small steps", time = Short(*.time))]
    Stiff {
        /// Time reached.
        time: f64,
    },
}

/// An event could not be located.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum EventError {
    /// An event's root function is NaN.
    #[error(
        "the event's function is not a number at time {time}: it must be defined along the whole run, for every coordinate it names", time = Short(*.time))]
    NotANumber {
        /// When it was asked.
        time: f64,
    },
}
