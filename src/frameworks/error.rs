//! FrameworkError: optimisers that a framework refuses, or that cannot be translated.

use crate::error::Short;

/// An optimiser that a framework refuses, or that cannot be translated.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum FrameworkError {
    /// The dampening is not finite or not below 1.
    #[error(
        "dampening = {value} must be finite and below 1, since each gradient is multiplied by 1 - dampening; the \
         default is 0 in PyTorch and 0.1 in burn", value = Short(*.value))]
    DampeningOutOfRange {
        /// The value given.
        value: f64,
    },

    /// A framework refuses or silently ignores this combination.
    #[error(
        "{framework} refuses momentum {momentum}, dampening {dampening}, nesterov {nesterov}: {reason}",
        momentum = Short(*.momentum), dampening = Short(*.dampening)
    )]
    Refused {
        /// The framework.
        framework: &'static str,
        /// Momentum μ.
        momentum: f64,
        /// Dampening τ.
        dampening: f64,
        /// Whether Nesterov's variant was requested.
        nesterov: bool,
        /// Why.
        reason: &'static str,
    },

    /// A convention has no Nesterov variant.
    #[error(
        "the {convention} has no Nesterov variant; translate to another convention, or switch Nesterov off"
    )]
    NoNesterovVariant {
        /// The convention.
        convention: &'static str,
    },

    /// A framework does not have this kind of weight decay.
    #[error(
        "{framework} refuses this kind of weight decay, {weight_decay}: {reason}",
        weight_decay = Short(*.weight_decay)
    )]
    WeightDecayRefused {
        /// The framework.
        framework: &'static str,
        /// The coefficient λ.
        weight_decay: f64,
        /// Why, and what to do.
        reason: &'static str,
    },

    /// A framework cannot climb.
    #[error("{framework} has no switch to maximise; negate the loss instead")]
    NoMaximize {
        /// The framework.
        framework: &'static str,
    },

    /// No decoupled weight decay has the same iterates.
    #[error(
        "no decoupled weight decay in {framework} has the iterates of alpha = {alpha}, beta = {beta}{} with a spring of \
         stiffness {stiffness}: {}", if *.nesterov { " with Nesterov" } else { "" },
        if *.nesterov { "Nesterov's variant with a spring is none with decoupled decay; add the spring to the loss" } else {
            "this spring alone oscillates, as decoupled decay never does; alpha * stiffness must be at most \
             (1 - sqrt(beta))^2, or add the spring to the loss" },
        alpha = Short(*.alpha), beta = Short(*.beta), stiffness = Short(*.stiffness)
    )]
    NoDecoupledForm {
        /// The framework.
        framework: &'static str,
        /// Stiffness k of the spring.
        stiffness: f64,
        /// Learning rate α.
        alpha: f64,
        /// Decay β of the velocity.
        beta: f64,
        /// Whether it is Nesterov's variant.
        nesterov: bool,
    },

    /// A step of a framework cannot be taken from the parameter and its gradient alone.
    #[error(
        "{framework}'s step cannot be taken from the stored parameter and its gradient: {reason}"
    )]
    NoStep {
        /// The framework.
        framework: &'static str,
        /// Why, and what to do.
        reason: &'static str,
    },

    /// A velocity cannot be kept or rescaled through a learning rate of 0.
    #[error(
        "{framework} has no velocity to keep or rescale when the learning rate goes from {before} to {after}; \
         RateChange::KeepBuffer keeps what it stores", before = Short(*.before), after = Short(*.after)
    )]
    NoVelocity {
        /// The framework.
        framework: &'static str,
        /// The learning rate before.
        before: f64,
        /// The learning rate after.
        after: f64,
    },

    /// A framework's iteration, or its first step, has no Sutskever form.
    #[error(
        "{framework}'s iteration cannot be written as v' = beta v - alpha g, x' = x + v': {reason}"
    )]
    NoSutskeverForm {
        /// The framework.
        framework: &'static str,
        /// The reason, and what to change.
        reason: &'static str,
    },
}
