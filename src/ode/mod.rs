//! Ordinary differential equations: first- and second-order systems, and the adaptive methods that solve them.
//!
//! For a heavy ball there are faster methods in [`adaptive_steps`](crate::adaptive_steps).
//!
//! | type | what it is |
//! |---|---|
//! | [`FirstOrderSystem`] | ẏ = F(t, y) |
//! | [`SecondOrderSystem`] | ẍ = a(t, x, ẋ), solved as a first-order system by [`PhaseSpace`] |
//! | [`Rk45`] | the method Dormand–Prince 5(4), six evaluations per step |
//! | [`Dop853`] | the method Dormand–Prince 8(5,3), twelve evaluations per step |
//! | [`Solution`], [`SolutionIn`] | the state at any time of the span |
//! | [`Crossing`] | which change of sign of a function along a solution to find |
//! | [`SpanError`], [`SolverError`], [`EventError`] | why a run could not start or reach its end |

pub(crate) mod adaptive;
mod crossing;
mod error;
mod first_order;
mod interpolation;
mod second_order;
mod solution;
mod span;

pub use adaptive::{Dop853, Rk45};
pub use crossing::Crossing;
pub(crate) use crossing::{Scan, bisect, number};
pub use error::{EventError, SolverError, SpanError};
pub use first_order::FirstOrderSystem;
pub(crate) use interpolation::{hermite, window};
pub use second_order::{PhaseSpace, PositionVelocity, SecondOrderSystem};
pub(crate) use second_order::{joined, separated};
pub(crate) use solution::Steps;
pub use solution::{Solution, SolutionIn};
pub(crate) use span::Span;
