//! Adaptive methods, whose step size is controlled by tolerances: [`Rk45`] and [`Dop853`], both by ode_solvers.
//!
//! Tolerances are checked when a method solves, since its constructor is infallible.

mod clocked;
mod control;
mod dop853;
mod rk45;
mod watched;

pub(crate) use control::Adaptive;
pub use dop853::Dop853;
pub(super) use dop853::Extension;
pub use rk45::Rk45;
