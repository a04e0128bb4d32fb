//! Events: changes of sign of a function of time and phase, at which a run ends.
//!
//! | event | occurs when |
//! |---|---|
//! | [`Settled`] | both the gradient and the momentum are small |
//! | [`TurningPoint`] | a component of the momentum changes sign |
//! | [`CoordinateLevel`], [`EnergyLevel`] | a coordinate, or the energy, crosses a value |
//! | [`Plane`] | the ball crosses a plane n·x = c, such as a wall |
//! | [`Uphill`], [`SlowingDown`] | f, or the speed, has an extremum along the motion: where a restart stops the ball |
//! | [`root`], [`when`] | a function changes sign, or a condition becomes true, given as a closure |
//! | a type of your own | implement [`Event`] |
//!
//! [`Problem::solve_through`](crate::Problem::solve_through) acts at events and goes on: a [`Response`](crate::motion::Response)
//! bounces, kicks or stops the ball, or changes its drag or mass.
//!
//! [`Problem::solve_until`](crate::Problem::solve_until) scans a run step by step until the function of an event
//! changes sign. The time is then found by bisection on the dense output of the run, to adjacent floating-point
//! numbers; it is as accurate as [`Trajectory::at`](crate::Trajectory::at) there.

mod closure;
mod event;
mod level;
mod plane;
mod restart;
mod settled;
mod turning_point;

pub use crate::ode::Crossing;
pub use closure::{RootOf, WhenTrue, root, when};
pub use event::Event;
pub use level::{CoordinateLevel, EnergyLevel};
pub use plane::Plane;
pub use restart::{SlowingDown, Uphill};
pub use settled::Settled;
pub use turning_point::TurningPoint;
