//! Error: lines that burn's optimisers cannot be.

/// Why a line is refused.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// Clipping by the norm of all gradients, which an optimiser of burn, called for one parameter at a time, does not see.
    #[error(
        "clipping by norm needs the gradients of all parameters, and burn shows an optimiser one at a time; use \
         ModuleOptimizer::with_grad_clipping, which clips the norm of each, or clip by value"
    )]
    ClippingByNorm,

    /// heavyball refuses a step of this line.
    #[error(transparent)]
    Heavyball(#[from] heavyball::Error),
}
