//! The heavy-ball ODE, its integrators, and the exact bridge to gradient descent with momentum.

mod error;
pub mod integrators;
mod interpolation;
pub mod mapping;
mod number;
pub mod optimizers;
pub mod physics;
#[cfg(feature = "plot")]
pub mod plot;
mod potential;
pub mod potentials;
pub mod prelude;
mod problem;
mod solution;
mod span;
mod system;
mod trajectory;

pub use error::Error;
pub use integrators::*;
pub use mapping::{Discretization, Gauge};
pub use number::{Exponential, Number};
pub use optimizers::*;
pub use physics::*;
pub use potential::Potential;
pub use problem::{Method, Problem};
pub use solution::Solution;
pub use system::FirstOrderSystem;
pub use trajectory::Trajectory;
