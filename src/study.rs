//! Studies: what the particle and the optimiser say of each other.
//!
//! Which ODE does an iteration follow, to what order, from which start, and what is left over? A study
//! runs it over a family of steps, masses or rates, measures it against a [`Reference`], and returns
//! a [`Convergence`]: a table with the observed orders. docs/limits.md lists the limits.
//! [`WorkPrecision`] asks what accuracy costs, [`stability`] which (α, β) and which steps converge, and how fast.

mod accelerated_limit;
pub mod convergence;
mod corrected_flow;
mod curve;
mod deformation;
mod deviation;
mod energy_balance;
pub mod escape;
#[cfg(feature = "plot")]
mod figure;
mod followed;
mod iterated;
mod lyapunov;
pub mod modified_equation;
mod order;
mod overdamped_limit;
mod reference;
mod scheme;
mod small_rate_limit;
pub mod stability;
mod step_limit;
pub mod work_precision;

pub use accelerated_limit::{AcceleratedLimit, Resolution};
pub use convergence::{Convergence, Row, Title};
pub use corrected_flow::CorrectedFlow;
pub use curve::{Curve, Distance, Motion};
pub use deformation::Deformation;
pub use deviation::Deviation;
pub use energy_balance::EnergyBalance;
#[cfg(feature = "plot")]
pub use figure::figure;
pub use followed::{Equation, Followed};
pub use iterated::{Iterated, Reading, Start};
pub use order::{Fit, Order};
pub use overdamped_limit::OverdampedLimit;
pub use reference::Reference;
pub use scheme::{Integrated, Scheme, Visit};
pub use small_rate_limit::SmallRateLimit;
pub use step_limit::StepLimit;
pub use work_precision::WorkPrecision;
