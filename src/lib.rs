//! The heavy-ball ODE, its integrators, and the exact bridge to gradient descent with momentum.

pub mod error;
#[cfg(feature = "plot")]
pub mod plot;

pub use error::Error;
