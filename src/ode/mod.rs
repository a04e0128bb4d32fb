//! Ordinary differential equations: first- and second-order systems, and the adaptive methods that solve them.
//!
//! | | |
//! |---|---|
//! | [`FirstOrderSystem`] | ẏ = F(t, y) |
//! | [`SecondOrderSystem`] | ẍ = a(t, x, ẋ), solved as a first-order system by [`PhaseSpace`] |
//! | [`Rk45`] | Dormand–Prince 5(4), six evaluations a step |
//! | [`Dop853`] | Dormand–Prince 8(5,3), twelve evaluations a step |
//! | [`Solution`] | the state at any time of the span |
//! | [`Crossing`] | a change of sign of a function along a solution |

mod adaptive;
mod crossing;
mod error;
mod first_order;
mod interpolation;
mod second_order;
mod solution;
mod span;

pub(crate) use adaptive::Adaptive;
pub use adaptive::{Dop853, Rk45};
pub use crossing::Crossing;
pub(crate) use crossing::Scan;
pub use error::{EventError, SolverError, SpanError};
pub use first_order::FirstOrderSystem;
pub(crate) use interpolation::{hermite, window};
pub(crate) use second_order::joined;
pub use second_order::{PhaseSpace, PositionVelocity, SecondOrderSystem};
pub use solution::Solution;
pub(crate) use solution::{Run, Steps};
pub(crate) use span::Span;
