//! Adaptive methods, whose step size is controlled by tolerances, and the loop that takes their steps.
//!
//! | file | contents |
//! |---|---|
//! | `control` | tolerances and limits, and the builders of all methods |
//! | `pair` | what a method has to offer: one step with an estimate of its error |
//! | `course` | the loop: accepted steps over a span |
//! | `record` | the steps of a run with their dense output |
//! | `tableau`, `runge_kutta`, `interpolant` | Runge–Kutta methods from their coefficients |
//! | `dop853`, `dopri5`, `rk45` | the methods |
//! | `solver` | Dopri5 of ode_solvers, which [`Rk45`] is |
//!
//! Tolerances are checked when a method solves, since its constructor is infallible.

pub(crate) mod control;
pub(crate) mod course;
pub(crate) mod dop853;
mod dopri5;
pub(crate) mod interpolant;
#[cfg(test)]
pub(crate) mod order_conditions;
pub(crate) mod pair;
pub(crate) mod record;
pub(crate) mod rk45;
pub(crate) mod runge_kutta;
pub(crate) mod solver;
pub(crate) mod tableau;

pub use dop853::Dop853;
pub use rk45::Rk45;
