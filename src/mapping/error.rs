//! MappingError: a particle without a valid (α, β), or an (α, β) without a particle.

use crate::error::Short;

/// A particle has no valid (α, β), or an (α, β) has no particle.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum MappingError {
    /// The discretisation gives this particle and step a β outside (−1, 1].
    #[error(
        "{discretization} maps mass {mass}, drag {drag} and dt {dt} to beta = {beta}, outside \
         (-1, 1]; {advice}",
        mass = Short(*.mass), drag = Short(*.drag), dt = Short(*.dt), beta = Short(*.beta)
    )]
    NoBeta {
        /// The discretisation.
        discretization: &'static str,
        /// The particle's mass.
        mass: f64,
        /// The particle's drag.
        drag: f64,
        /// The step.
        dt: f64,
        /// The resulting decay.
        beta: f64,
        /// Which parameter to change, and its limit.
        advice: String,
    },

    /// No particle has this (α, β) under the given discretisation and gauge.
    #[error(
        "alpha = {alpha}, beta = {beta} has no particle under {discretization} with {gauge}; {advice}",
        alpha = Short(*.alpha), beta = Short(*.beta)
    )]
    NoParticle {
        /// The discretisation.
        discretization: &'static str,
        /// The gauge, with its value.
        gauge: String,
        /// The learning rate.
        alpha: f64,
        /// The decay.
        beta: f64,
        /// Which parameter to change.
        advice: &'static str,
    },

    /// The stable steps of a discretisation need not be those below one number.
    #[error(
        "the stable steps of {discretization} may begin anew beyond its first unstable one; judge a single step by \
         PreconditionedMomentum::edge_on, or choose another discretization"
    )]
    Window {
        /// The discretisation.
        discretization: &'static str,
    },

    /// An adaptive rule has no ball.
    #[error("{rule} has no ball: {reason}")]
    NoAdaptiveBall {
        /// The rule.
        rule: &'static str,
        /// Why, and what to change.
        reason: &'static str,
    },
}
