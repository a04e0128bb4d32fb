//! Error: lines that burn's optimisers cannot be, and gradients that cannot be clipped.

/// Why a line or a gradient is refused.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// Clipping by the norm of all gradients, which an optimiser of burn, called for one parameter at a time, does not see.
    #[error(
        "clipping by norm needs the gradients of all parameters, and burn shows an optimiser one at a time; make the optimiser of \
         the line without its clipping, and before each step clip with NormClipping::of(&line)?.clip(&model, &mut gradients)?"
    )]
    ClippingByNorm,

    /// [`NormClipping::of`](crate::NormClipping::of) a line that does not clip by norm.
    #[error(
        "the line {line} does not clip by norm; add .with_clipping(Clipping::norm(bound)?), or use NormClipping::new(bound)"
    )]
    NoNorm {
        /// The line.
        line: String,
    },

    /// The gradient of a parameter is NaN or infinite, so that it has no direction to keep.
    #[error(
        "the norm of the gradient of \"{parameter}\" is {norm}; no gradient was changed: leave this step out, or restore an earlier \
         state and use a smaller learning rate"
    )]
    NonFinite {
        /// The name of the parameter in its module, as "layer.weight".
        parameter: String,
        /// Its norm.
        norm: f64,
    },

    /// heavyball refuses a step of this line.
    #[error(transparent)]
    Heavyball(#[from] heavyball::Error),
}
