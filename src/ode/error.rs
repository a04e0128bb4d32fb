//! SpanError, SolverError, EventError: why a run could not start, or could not reach its end.

use crate::error::Short;

/// A span of time cannot be stepped through, or does not contain a time.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum SpanError {
    /// A fixed step needs more steps than can be stored.
    #[error(
        "a step of {dt} over a span of {span} takes {steps:e} steps, more than the limit of \
         {limit:e}; use a larger step, a shorter span, or iterate without storing", dt = Short(*.dt), span = Short(*.span))]
    TooManySteps {
        /// The step.
        dt: f64,
        /// The length of the span.
        span: f64,
        /// The number of steps needed.
        steps: f64,
        /// The largest number of steps allowed.
        limit: f64,
    },

    /// The phases of a fixed-step run do not fit into memory.
    #[error(
        "storing {steps:e} steps takes {bytes:e} bytes, more than there is memory; use a larger step or a shorter span, \
         or take the phases one by one: method.phases(..) with .after(n) for the end, .step_by(k) for every k-th"
    )]
    OutOfMemory {
        /// The number of steps.
        steps: f64,
        /// The bytes needed.
        bytes: f64,
    },

    /// A requested time is outside the span.
    #[error("time {time} lies outside the span from {start} to {end}", time = Short(*.time), start = Short(*.start), end = Short(*.end))]
    TimeOutsideSpan {
        /// The requested time.
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
    /// The adaptive solver reached its limit on steps before the end of the span.
    #[error(
        "the solver used {steps} steps and reached only time {time}; loosen the tolerances, \
         shorten the span, or allow more by with_max_steps", time = Short(*.time))]
    StepsExhausted {
        /// Steps taken.
        steps: u32,
        /// Time reached.
        time: f64,
    },

    /// The step size of the adaptive solver fell below the spacing of floating-point numbers.
    #[error(
        "the solver's step size underflowed at time {time}: the solution is singular there or the \
         tolerances are below what f64 can resolve; loosen them or end the span earlier", time = Short(*.time))]
    StepSizeUnderflow {
        /// Time reached.
        time: f64,
    },

    /// The steps of an adaptive method became shorter than the spacing of the times around them.
    #[error(
        "near time {time} the steps are {step:e}, too short to be told apart there; let the clock start nearer to 0, \
         or loosen the tolerances", time = Short(*.time))]
    TimeResolution {
        /// Time reached.
        time: f64,
        /// The length of the step.
        step: f64,
    },

    /// The steps of an adaptive method do not fit into memory.
    #[error(
        "{steps} steps of the solver, up to time {time}, take {bytes:e} bytes, more than there is memory; loosen the \
         tolerances, shorten the span, or use Adaptive or Dop853 without_dense_output", time = Short(*.time))]
    OutOfMemory {
        /// Steps taken.
        steps: usize,
        /// The bytes that they take.
        bytes: f64,
        /// Time reached.
        time: f64,
    },

    /// The adaptive solver detected that the system is stiff.
    #[error(
        "the system is stiff near time {time} for an explicit Runge-Kutta method; for a ball use Adaptive, or the \
         fixed step CentralLeapfrog (Leapfrog is stable there, but its slow motion is too fast); any other system is solved by Dop853 without_stiffness_test, in many small steps", time = Short(*.time))]
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
        "the event's function is not a number at time {time}: it must be defined along the whole run, and its coordinates must exist", time = Short(*.time))]
    NotANumber {
        /// The time at which it was evaluated.
        time: f64,
    },

    /// Events follow each other ever faster, so that the run does not get past them.
    #[error(
        "events follow each other without end at time {time}: stop the run there, or respond with something that takes \
         time, such as a rest instead of ever smaller bounces", time = Short(*.time))]
    Endless {
        /// The time at which they accumulate.
        time: f64,
    },
}
