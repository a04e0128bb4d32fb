//! Studies: what the particle and the optimiser say of each other.
//!
//! Which ODE does an iteration follow, to what order, from which start, and what is left over? A study
//! runs it over a family of steps, masses or rates, measures it against a [`Reference`], and returns
//! a [`Convergence`]: a table with the observed orders. docs/limits.md lists the limits.
//! [`WorkPrecision`] asks what accuracy costs, [`stability`] which (α, β) and which steps converge, and how fast.

mod convergence;
mod energy;
mod error;
pub mod escape;
mod limits;
pub mod modified_equation;
pub mod stability;
pub mod work_precision;

#[cfg(feature = "plot")]
pub use convergence::figure;
pub use convergence::{
    Convergence, Curve, Deviation, Distance, Fit, IntegratorScheme, OptimizerScheme, Order,
    PositionVelocity, Reading, Reference, Row, Scheme, Start, Title, Visit, convergence_csv,
};
pub use energy::{Deformation, EnergyBalance};
pub use error::StudyError;
pub use limits::{
    AcceleratedLimit, Equation, Followed, OverdampedLimit, Resolution, SmallRateLimit, StepLimit,
};
pub use work_precision::WorkPrecision;
