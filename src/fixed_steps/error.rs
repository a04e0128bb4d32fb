//! What keeps a fixed-step method from having a step.

use crate::error::Short;

/// A fixed-step method has no such step.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum StepError {
    /// A composition was asked for over a method that is not symmetric.
    #[error(
        "{method} is not symmetric, and a composition over it would drop to order 1; compose over \
         Leapfrog or CentralLeapfrog"
    )]
    NotSymmetric {
        /// The base method.
        method: &'static str,
    },

    /// A method's coefficients have a pole at this step.
    #[error(
        "{method} has no step of {dt} at mass {mass} and drag {drag}: z = drag·dt/mass = {z} must \
         lie above {pole}; reduce dt, or use a method with exact damping such as Leapfrog", dt = Short(*.dt), mass = Short(*.mass), drag = Short(*.drag), z = Short(*.z), pole = Short(*.pole))]
    Pole {
        /// The method.
        method: &'static str,
        /// The step, negative inside a composition or backward in time.
        dt: f64,
        /// The ball's mass.
        mass: f64,
        /// The ball's drag.
        drag: f64,
        /// z = γΔt/m.
        z: f64,
        /// The pole that z must stay above.
        pole: f64,
    },
}
