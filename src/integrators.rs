//! Integrators: phases forward in time, by fixed steps or adaptively.
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
//! | [`Rk45`], [`Dop853`] | adaptive Runge–Kutta of ode_solvers | 5, 8 | 6, 12 | no |

mod central_leapfrog;
mod composition;
mod conformal_euler;
pub(crate) mod control;
mod dop853;
mod drift_kick_euler;
mod explicit_euler;
mod fixed_step;
mod leapfrog;
mod phases;
mod rk45;
mod symplectic_euler;

pub use central_leapfrog::CentralLeapfrog;
pub use composition::{Composition, CompositionStep};
pub use conformal_euler::ConformalEuler;
pub use dop853::Dop853;
pub(crate) use dop853::Extension;
pub use drift_kick_euler::{DriftKick, DriftKickEuler};
pub use explicit_euler::{ExplicitEuler, ExplicitStep};
pub use fixed_step::{FixedStep, Properties, Step};
pub use leapfrog::{DriftKickDrift, Leapfrog};
pub use phases::Phases;
pub use rk45::Rk45;
pub use symplectic_euler::{KickDrift, SymplecticEuler};
