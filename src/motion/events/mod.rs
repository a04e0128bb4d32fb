//! Events: changes of sign of a function of time and phase, at which a run ends.
//!
//! | event | occurs when |
//! |---|---|
//! | [`Settled`] | both the gradient and the momentum are small |
//! | [`TurningPoint`] | a component of the momentum changes sign |
//! | [`CoordinateLevel`], [`EnergyLevel`] | a coordinate, or the energy, crosses a value |
//! | [`root`], [`when`] | a function changes sign, or a condition becomes true, given as a closure |
//! | a type of your own | implement [`Event`] |
//!
//! [`Problem::solve_until`](crate::Problem::solve_until) scans a run step by step until the function of an event
//! changes sign. The time is then found by bisection on the dense output of the run, to adjacent floating-point
//! numbers; it is as accurate as [`Trajectory::at`](crate::Trajectory::at) there.

mod closure;
mod event;
mod level;
mod settled;
mod turning_point;

pub use crate::ode::Crossing;
pub use closure::{RootOf, WhenTrue, root, when};
pub use event::Event;
pub use level::{CoordinateLevel, EnergyLevel};
pub use settled::Settled;
pub use turning_point::TurningPoint;
