//! Fixed steps: one-step methods that advance the phase of a heavy ball by a fixed Δt, one method per file.
//!
//! | method | one step | order | gradients per step | symmetric |
//! |---|---|---|---|---|
//! | [`ExplicitEuler`] | drift and kick with drag, both from the old phase | 1 | 1 | no |
//! | [`SymplecticEuler`] | kick with drag; drift (Sutskever's update) | 1 | 1 | no |
//! | [`DriftKickEuler`] | drift; kick with drag | 1 | 1 | no |
//! | [`ConformalEuler`] | exact damping; kick; drift | 1 | 1 | no |
//! | [`Leapfrog`] | half drift; half kick, exact damping, half kick; half drift | 2 | 1 | yes |
//! | [`CentralLeapfrog`] | half drift; kick with central drag; half drift | 2 | 1 | yes |
//! | [`Composition`] | 3 to 15 steps of a symmetric method | 4, 6, 8 | 3, 5, 7, 15 | yes |
//!
//! Each method is a [`FixedStep`]; its [`Step`] map for one particle and one Δt holds the coefficients, and [`Phases`]
//! iterates over the run. A drift is x ← x + (Δt/m)p, a kick is p ← p − Δt∇f(x).
//!
//! All but explicit Euler also step a ball with a mass for each direction,
//! [`AnisotropicBall::phases`](crate::AnisotropicBall::phases).
//!
//! Methods with an adaptive step size are in [`adaptive_steps`](crate::adaptive_steps), for a ball, and in
//! [`ode`](crate::ode), for any first-order system.

mod anisotropic_step;
mod central_leapfrog;
mod composition;
mod conformal_euler;
mod drift_kick_euler;
mod error;
mod explicit_euler;
mod fixed_step;
mod leapfrog;
mod phases;
mod properties;
mod step;
mod symplectic_euler;

pub use anisotropic_step::{AnisotropicPhases, AnisotropicStep, SplitStep, Substep};
pub use central_leapfrog::CentralLeapfrog;
pub use composition::{Composition, CompositionStep};
pub use conformal_euler::ConformalEuler;
pub use drift_kick_euler::{DriftKick, DriftKickEuler};
pub use error::StepError;
pub use explicit_euler::{ExplicitEuler, ExplicitStep};
pub use fixed_step::FixedStep;
pub(crate) use fixed_step::check_step;
pub use leapfrog::{DriftKickDrift, Leapfrog};
pub use phases::Phases;
pub use properties::Properties;
pub use step::Step;
pub use symplectic_euler::{KickDrift, SymplecticEuler};
