//! What keeps a ball from being an (α, β), and an (α, β) from being a ball.

use crate::error::Short;

/// A ball has no (α, β), or an (α, β) no ball.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum MappingError {
    /// A particle and step that a discretisation cannot turn into a stable (α, β).
    #[error(
        "{discretization} maps mass {mass}, drag {drag} and dt {dt} to beta = {beta}, outside \
         (-1, 1]; {advice}", mass = Short(*.mass), drag = Short(*.drag), dt = Short(*.dt), beta = Short(*.beta))]
    NoBeta {
        /// The discretisation.
        discretization: &'static str,
        /// The ball's mass.
        mass: f64,
        /// The ball's drag.
        drag: f64,
        /// The step.
        dt: f64,
        /// The decay that it would give.
        beta: f64,
        /// Which parameter to change, and to what.
        advice: String,
    },

    /// An (α, β) that no particle has under this discretisation and gauge.
    #[error(
        "alpha = {alpha}, beta = {beta} is no particle under {discretization} with {gauge}; {advice}", alpha = Short(*.alpha), beta = Short(*.beta))]
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
}
