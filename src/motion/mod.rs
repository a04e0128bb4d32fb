//! Motion: the initial value problem of a ball, its solution, and events.
//!
//! | type | what it is |
//! |---|---|
//! | [`Problem`], [`ProblemIn`] | a ball, a potential, a start and a span |
//! | [`Method`] | what solves it: [`Adaptive`](crate::Adaptive) and the other adaptive methods, or a fixed step |
//! | [`Trajectory`], [`TrajectoryIn`] | the solution, at any time of the span, and as CSV |
//! | [`EventRun`], [`LocatedEvent`] | a run until the first of several [`events`] |
//! | [`EventLog`], [`Response`] | a run through events: each is noted, stops the run, or changes the ball or its phase |
//!
//! A type of dynamic dimension is named `Problem<P>` or `Trajectory`, one in two dimensions `ProblemIn<P, 2>` or
//! `TrajectoryIn<2>`.

mod adaptive_motion;
mod event_run;
mod event_scan;
pub mod events;
mod fixed_motion;
pub(crate) mod inspector;
mod method;
mod problem;
mod response;
mod through;
mod trajectory;

pub use event_run::{EventRun, EventRunIn, LocatedEvent};
pub use inspector::Inspector;
pub use method::Method;
pub use problem::{Problem, ProblemIn};
pub use response::Response;
pub use through::{EventLog, EventLogIn, Reaction};
pub use trajectory::{Trajectory, TrajectoryIn};
