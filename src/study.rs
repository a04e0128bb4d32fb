//! Studies: what the particle and the optimiser say of each other.
//!
//! Which ODE does an iteration follow, to what order, from which start, and what is left over? A study
//! runs it over a family of steps, masses or rates, measures it against a [`Reference`], and returns
//! a [`Convergence`]: a table with the observed orders. docs/limits.md lists the limits.

pub mod convergence;
mod curve;
#[cfg(feature = "plot")]
mod figure;
mod iterated;
mod order;
mod reference;
mod scheme;
mod step_limit;

pub use convergence::{Convergence, Deviation, Row, Title};
pub use curve::{Curve, Distance, Motion};
#[cfg(feature = "plot")]
pub use figure::figure;
pub use iterated::{Iterated, Reading, Start};
pub use order::{Fit, Order};
pub use reference::Reference;
pub use scheme::{Integrated, Scheme, Visit};
pub use step_limit::StepLimit;
