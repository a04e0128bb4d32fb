//! Events: when a run settles, turns, crosses a level, or whatever a root function says; located between the steps.
//!
//! A run is followed step by step until an event's function changes sign. The time is then found by
//! bisection on the run's own dense output, down to neighbouring numbers: it is as exact as [`Trajectory::at`](crate::Trajectory::at) is there.

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
