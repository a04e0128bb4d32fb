//! What a framework refuses, and what cannot be carried over.

use crate::error::Short;

/// A framework has no such optimiser.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum FrameworkError {
    /// A dampening that leaves no gradient, or is not finite.
    #[error(
        "dampening = {value} must be finite and below 1, for it leaves 1 - dampening of each gradient; 0 is PyTorch's default, 0.1 burn's", value = Short(*.value))]
    DampeningOutOfRange {
        /// The value it was given.
        value: f64,
    },

    /// A framework refuses, or silently ignores, such an optimiser.
    #[error(
        "{framework} refuses momentum {momentum}, dampening {dampening}, nesterov {nesterov}: {reason}", momentum = Short(*.momentum), dampening = Short(*.dampening))]
    Refused {
        /// The framework.
        framework: &'static str,
        /// Momentum μ.
        momentum: f64,
        /// Dampening τ.
        dampening: f64,
        /// Whether Nesterov's variant was asked for.
        nesterov: bool,
        /// Why.
        reason: &'static str,
    },

    /// A convention has no Nesterov variant.
    #[error(
        "the {convention} has no Nesterov variant; translate to another convention, or leave Nesterov out"
    )]
    NoNesterovVariant {
        /// The convention.
        convention: &'static str,
    },

    /// A framework's iteration, or its first step, is no rule of Sutskever's form.
    #[error("{framework}'s iteration has no form v' = beta v - alpha g, x' = x + v': {reason}")]
    NoSutskeverForm {
        /// The framework.
        framework: &'static str,
        /// Why, and what to change.
        reason: &'static str,
    },
}
