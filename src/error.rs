//! Error: the error type of the crate, with one enum for each subject.
//!
//! A message names the parameter, gives the numbers, and says what to do next. Numbers are stored as `f64`, whatever
//! the scalar type of the run.
//!
//! | enum | subject |
//! |---|---|
//! | [`ParameterError`], [`VectorError`] | a number or a vector that was passed in |
//! | [`MatrixError`] | a mass, drag or coefficient that differs by direction |
//! | [`RunError`] | a run that diverged or met a gradient that is not finite |
//! | [`SpanError`], [`SolverError`], [`EventError`] | a time span, an adaptive method, an event |
//! | [`StepError`] | a fixed step |
//! | [`DataError`] | a table of features |
//! | [`RuleError`], [`FrameworkError`] | an update rule, a framework's optimiser |
//! | [`MappingError`] | the conversion between rules and balls |
//! | [`StudyError`], [`EscapeError`] | a study |
//! | [`FileError`], `FigureError`, `EnsembleError`, `CheckpointError` | files, figures, ensembles and sweeps |

pub use crate::check::{ParameterError, VectorError};
#[cfg(feature = "parallel")]
pub use crate::ensemble::EnsembleError;
pub use crate::fixed_steps::StepError;
pub use crate::frameworks::FrameworkError;
pub use crate::mapping::MappingError;
pub use crate::matrices::MatrixError;
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

/// Everything that can go wrong, one variant for each subject.
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

    /// A mass, a drag or a coefficient by direction cannot be used.
    #[error(transparent)]
    Matrix(#[from] MatrixError),

    /// A run diverged, or met a gradient that is not finite.
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

    /// A fixed-step method cannot take the step.
    #[error(transparent)]
    Step(#[from] StepError),

    /// A ball has no corresponding (α, β), or an (α, β) no corresponding ball.
    #[error(transparent)]
    Mapping(#[from] MappingError),

    /// The coefficients of an update rule cannot be used.
    #[error(transparent)]
    Rule(#[from] RuleError),

    /// A framework does not have the optimiser.
    #[error(transparent)]
    Framework(#[from] FrameworkError),

    /// An ensemble cannot be constructed, or was stopped.
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

    /// A study cannot measure what was asked.
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

/// A run diverged, or met a gradient that is not finite.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum RunError {
    /// The gradient of the potential is NaN or infinite at a position of moderate size.
    #[error(
        "the gradient is not finite at step {step} (time {time}), where the largest component of \
         the position is {position:e} in size; check the gradient there with check_gradient", time = Short(*.time))]
    NonFiniteGradient {
        /// Steps completed before the gradient failed.
        step: usize,
        /// Time of the evaluation; for an optimiser, the iteration.
        time: f64,
        /// Largest component of the position there, in absolute value; for an adaptive method, of the whole
        /// state, momentum included.
        position: f64,
    },

    /// A mass or a drag that depends on time cannot be used at one.
    #[error(
        "the {name} is {value} at time {time}; begin the run after such a time, end it before, or change the function there",
        value = Short(*.value), time = Short(*.time))]
    Coefficient {
        /// Mass or drag.
        name: &'static str,
        /// Its value.
        value: f64,
        /// The time.
        time: f64,
    },

    /// The state of the run became infinite or NaN.
    #[error(
        "the run diverged: the state after step {step} (time {time}) is not finite, the largest \
         component of the position before it was {position:e} in size; use a smaller step or rate", time = Short(*.time))]
    Diverged {
        /// The step whose result is not finite; the previous iterate is the last finite one.
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
    #[error("{what} could not be written: {reason}; check that the place exists and has room", what = Brief(what), reason = Brief(reason))]
    Write {
        /// What should have been written.
        what: String,
        /// The message of the operating system.
        reason: String,
    },

    /// Data could not be read.
    #[error("{what} could not be read: {reason}; check the name and the permissions", what = Brief(what), reason = Brief(reason))]
    Read {
        /// What should have been read.
        what: String,
        /// The message of the operating system.
        reason: String,
    },
}

/// A number as a message shows it: with an exponent where it would otherwise need many zeros.
pub(crate) struct Short(pub(crate) f64);

impl fmt::Display for Short {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let size = self.0.abs();
        // 0 is below 1e-4, but is written without zeros after the point.
        if size != 0.0 && !(1e-4..1e16).contains(&size) && !size.is_nan() {
            return write!(out, "{:e}", self.0);
        }
        write!(out, "{}", self.0)
    }
}

/// A text as a message shows it: in one line, and without its middle if it is long.
pub(crate) struct Brief<'t>(pub(crate) &'t str);

impl fmt::Display for Brief<'_> {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let count = self.0.chars().count();
        let in_line = || self.0.chars().map(|c| if c.is_control() { ' ' } else { c });
        if count <= 100 {
            return out.write_str(&in_line().collect::<String>());
        }
        let start: String = in_line().take(50).collect();
        let end: String = in_line().skip(count - 40).collect();
        write!(out, "{start} … {end}")
    }
}
