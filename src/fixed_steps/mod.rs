//! Fixed steps: the phase of a ball forward by Δt, one method a file.
//!
//! | method | formula of a step | order | gradients | symmetric |
//! |---|---|---|---|---|
//! | [`ExplicitEuler`] | x and p from the old x and p | 1 | 1 | no |
//! | [`SymplecticEuler`] | kick with drag, drift: Sutskever's update | 1 | 1 | no |
//! | [`DriftKickEuler`] | drift, kick with drag | 1 | 1 | no |
//! | [`ConformalEuler`] | damp, kick, drift | 1 | 1 | no |
//! | [`Leapfrog`] | half drift; half kick, damp, half kick; half drift | 2 | 1 | yes |
//! | [`CentralLeapfrog`] | half drift; kick with central drag; half drift | 2 | 1 | yes |
//! | [`Composition`] | 3 to 15 steps of a symmetric one | 4, 6, 8 | 3, 5, 7, 15 | yes |
//!
//! Methods that choose their step are in [`ode`](crate::ode).

mod central_leapfrog;
mod composition;
mod conformal_euler;
mod drift_kick_euler;
mod error;
mod explicit_euler;
mod fixed_step;
mod leapfrog;
mod phases;
mod symplectic_euler;

pub use central_leapfrog::CentralLeapfrog;
pub use composition::{Composition, CompositionStep};
pub use conformal_euler::ConformalEuler;
pub use drift_kick_euler::{DriftKick, DriftKickEuler};
pub use error::StepError;
pub use explicit_euler::{ExplicitEuler, ExplicitStep};
pub(crate) use fixed_step::drag_per_step;
pub use fixed_step::{FixedStep, Properties, Step};
pub use leapfrog::{DriftKickDrift, Leapfrog};
pub use phases::Phases;
pub use symplectic_euler::{KickDrift, SymplecticEuler};
