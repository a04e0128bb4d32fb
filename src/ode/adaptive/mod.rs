//! Adaptive methods, over ode_solvers: the step size follows a tolerance.

mod control;
mod dop853;
mod rk45;

pub(crate) use control::Adaptive;
pub use dop853::Dop853;
pub(super) use dop853::Extension;
pub use rk45::Rk45;
