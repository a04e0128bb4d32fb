//! Error: what an optimiser refuses.

/// Why a step was not taken, or a state not restored.
///
/// candle's trait has candle's error, in which this one is wrapped; [`MomentumSgd::advance`](crate::MomentumSgd::advance) and the
/// methods for states return it as it is.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// heavyball refuses the coefficients, or the norm of the gradient is not finite.
    #[error("step {iteration}: {source}")]
    Line {
        /// Steps before.
        iteration: usize,
        /// Why.
        source: heavyball::Error,
    },

    /// A variable became NaN or infinite.
    #[error(
        "the variable \"{variable}\" is not finite after step {iteration}; its gradient was not finite, or the run diverged: \
         restore an earlier state, and use a smaller learning rate or clipping"
    )]
    NonFinite {
        /// The step, counted from 1.
        iteration: usize,
        /// The name of the variable.
        variable: String,
    },

    /// A type that is neither f64, f32, f16 nor bf16.
    #[error(
        "the variable \"{variable}\" has the type {dtype}; convert it to f32, f64, f16 or bf16"
    )]
    DType {
        /// The name of the variable.
        variable: String,
        /// Its type.
        dtype: &'static str,
    },

    /// Two variables have one name.
    #[error("two variables have the name \"{variable}\"; a saved state could not tell them apart")]
    Name {
        /// The name.
        variable: String,
    },

    /// A saved state has a variable that the optimiser does not have.
    #[error(
        "the saved state has a variable \"{variable}\", the optimiser none of that name; build the same model"
    )]
    Unknown {
        /// The name of the variable.
        variable: String,
    },

    /// A saved buffer has another shape than its variable.
    #[error(
        "the saved buffer of \"{variable}\" has the shape {found:?} where the variable has {expected:?}"
    )]
    Shape {
        /// The name of the variable.
        variable: String,
        /// The shape of the variable.
        expected: Vec<usize>,
        /// The shape of the buffer.
        found: Vec<usize>,
    },

    /// A saved state is none of this crate, or of another convention.
    #[error(
        "the saved state is of {found}, the optimiser of {expected}; translate the state with heavyball's Sgd, or use the same convention"
    )]
    Convention {
        /// The convention of the optimiser.
        expected: String,
        /// What was saved.
        found: String,
    },

    /// candle failed.
    #[error(transparent)]
    Candle(#[from] candle_core::Error),
}

impl From<Error> for candle_core::Error {
    fn from(error: Error) -> Self {
        match error {
            Error::Candle(error) => error,
            error => Self::wrap(error),
        }
    }
}
