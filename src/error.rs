//! Error: the one error type, with an enum for each subject beside its causes.
//!
//! A message names the parameter, gives the numbers, and says what to do next. Numbers are carried as `f64`, whatever scalar a
//! run uses.

pub use crate::check::{ParameterError, VectorError};
#[cfg(feature = "parallel")]
pub use crate::ensemble::EnsembleError;
pub use crate::fixed_steps::StepError;
pub use crate::frameworks::FrameworkError;
pub use crate::mapping::MappingError;
pub use crate::ode::{EventError, SolverError, SpanError};
pub use crate::optimizers::RuleError;
pub use crate::potentials::DataError;
pub use crate::study::StudyError;
pub use crate::study::escape::EscapeError;
#[cfg(feature = "parallel")]
pub use crate::sweep::CheckpointError;
#[cfg(feature = "plot")]
pub use heavyball_plot::Error as FigureError;

use std::fmt;

/// Everything that can go wrong, by subject.
///
/// ```
/// use heavyball::error::RunError;
/// use heavyball::prelude::*;
/// use nalgebra::vector;
///
/// let wild = Momentum::new(10.0, 0.9)?;
/// let error = wild.iterates(&Quartic, vector![3.0]).after(100).unwrap_err();
/// assert!(matches!(error, Error::Run(RunError::Diverged { .. })));
/// # Ok::<(), heavyball::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// A parameter lies outside its range.
    #[error(transparent)]
    Parameter(#[from] ParameterError),

    /// A vector or matrix cannot be used.
    #[error(transparent)]
    Vector(#[from] VectorError),

    /// A run left the range of the numbers.
    #[error(transparent)]
    Run(#[from] RunError),

    /// A span of time cannot be stepped through, or does not contain a time.
    #[error(transparent)]
    Span(#[from] SpanError),

    /// An adaptive method could not reach the end of its span.
    #[error(transparent)]
    Solver(#[from] SolverError),

    /// An event could not be located.
    #[error(transparent)]
    Event(#[from] EventError),

    /// A table of features cannot be used.
    #[error(transparent)]
    Data(#[from] DataError),

    /// A fixed-step method has no such step.
    #[error(transparent)]
    Step(#[from] StepError),

    /// A ball has no (α, β), or an (α, β) no ball.
    #[error(transparent)]
    Mapping(#[from] MappingError),

    /// The coefficients of an update rule cannot be used.
    #[error(transparent)]
    Rule(#[from] RuleError),

    /// A framework has no such optimiser.
    #[error(transparent)]
    Framework(#[from] FrameworkError),

    /// An ensemble cannot be made, or was stopped.
    #[cfg(feature = "parallel")]
    #[error(transparent)]
    Ensemble(#[from] EnsembleError),

    /// A checkpoint file cannot be used.
    #[cfg(feature = "parallel")]
    #[error(transparent)]
    Checkpoint(#[from] CheckpointError),

    /// An escape study has no answer.
    #[error(transparent)]
    Escape(#[from] EscapeError),

    /// A study cannot measure what it was asked for.
    #[error(transparent)]
    Study(#[from] StudyError),

    /// A file could not be read or written.
    #[error(transparent)]
    File(#[from] FileError),

    /// A figure could not be drawn or written.
    #[cfg(feature = "plot")]
    #[error(transparent)]
    Figure(#[from] FigureError),
}

/// A run left the range of the numbers.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum RunError {
    /// The potential's gradient is NaN or infinite at a moderate position.
    #[error(
        "the gradient is not finite at step {step} (time {time}), where the largest component of \
         the position is {position:e} in size; compare it with its function by check_gradient there", time = Short(*.time))]
    NonFiniteGradient {
        /// Steps completed before the gradient failed.
        step: usize,
        /// Time of the evaluation; for an optimiser, the iteration.
        time: f64,
        /// Largest component of the position there, in absolute value; of the state, momentum
        /// included, from an adaptive method.
        position: f64,
    },

    /// The run left the range of the numbers.
    #[error(
        "the run diverged: the state after step {step} (time {time}) is not finite, the largest \
         component of the position before it was {position:e} in size; use a smaller step or rate", time = Short(*.time))]
    Diverged {
        /// The step whose result is not finite; the iterate before it was the last finite one.
        step: usize,
        /// Time at the end of that step; for an optimiser, the iteration.
        time: f64,
        /// Largest component of the last finite position, in absolute value.
        position: f64,
    },
}

/// A file could not be read or written.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum FileError {
    /// Data could not be written.
    #[error("{what} could not be written: {reason}; check that the place exists and has room")]
    Write {
        /// What was to be written.
        what: String,
        /// What the system said.
        reason: String,
    },

    /// Data could not be read.
    #[error("{what} could not be read: {reason}; check the name and the permissions")]
    Read {
        /// What was to be read.
        what: String,
        /// What the system said.
        reason: String,
    },
}

/// A number as a message shows it: with an exponent where it would be a row of zeros.
pub(crate) struct Short(pub(crate) f64);

impl fmt::Display for Short {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let size = self.0.abs();
        // No number is as small as 0 without zeros after the point.
        if size != 0.0 && !(1e-4..1e16).contains(&size) && !size.is_nan() {
            return write!(out, "{:e}", self.0);
        }
        write!(out, "{}", self.0)
    }
}
