//! Studies: how the heavy ball and the optimisers are related, measured.
//!
//! Which ODE does an iteration follow, to what order, from which start, and with what residual? A [`Limit`] runs it
//! over a family of steps, masses or rates, compares each run with a [`Reference`], and returns a [`Convergence`]: a
//! table with the observed orders. docs/limits.md lists the limits. [`Followed`] answers the question for one
//! optimiser. [`WorkPrecision`] measures the cost of accuracy; [`stability`] tells which (α, β) and which steps
//! converge, and how fast; [`temperature`] what noise in the gradient leaves.

mod convergence;
mod energy;
mod error;
pub mod escape;
pub mod kramers;
mod limits;
pub mod modified_equation;
mod rule;
pub mod stability;
pub mod temperature;
pub mod work_precision;

pub use crate::ode::PositionVelocity;
#[cfg(feature = "plot")]
pub use convergence::figure;
pub use convergence::{
    Convergence, Curve, Deviation, Distance, Fit, IntegratorScheme, Label, OptimizerScheme, Order,
    Reading, Reference, Row, Scheme, SmallParameter, Start, Title, Visit, convergence_csv,
};
pub use energy::{Deformation, EnergyBalance};
pub use error::StudyError;
pub use limits::{Accelerated, Equation, Followed, Limit, ReadAt, Resolution};
pub use rule::Rule;
pub use work_precision::WorkPrecision;
