//! Motion: the initial value problem of a ball, its trajectory, and the events that end it.

mod event_run;
pub mod events;
mod method;
mod problem;
mod trajectory;

pub use event_run::{EventRun, EventRunIn, LocatedEvent};
pub use method::{Method, Watch};
pub use problem::{Problem, ProblemIn};
pub use trajectory::{Trajectory, TrajectoryIn};
