//! StepError: why a fixed-step method cannot take a step.

use crate::error::Short;

/// A fixed-step method cannot take the requested step.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum StepError {
    /// The base method of a composition is not symmetric.
    #[error(
        "{method} is not symmetric, and a composition of it would have order 1 only; compose Leapfrog or \
         CentralLeapfrog instead"
    )]
    NotSymmetric {
        /// The base method.
        method: &'static str,
    },

    /// The step lies at or beyond a pole of the method's coefficients.
    #[error(
        "{method} cannot take a step of {dt} at mass {mass} and drag {drag}: z = drag·dt/mass = {z} must \
         be above {pole}; reduce dt, or use a method with exact damping such as Leapfrog",
        dt = Short(*.dt), mass = Short(*.mass), drag = Short(*.drag), z = Short(*.z), pole = Short(*.pole)
    )]
    Pole {
        /// The method.
        method: &'static str,
        /// The step size; negative in a backward step, as some compositions contain.
        dt: f64,
        /// The ball's mass.
        mass: f64,
        /// The ball's drag.
        drag: f64,
        /// z = γΔt/m.
        z: f64,
        /// The pole, which z must exceed.
        pole: f64,
    },
}
