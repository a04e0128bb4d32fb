//! Motion: the initial value problem of a ball, its trajectory, and the events that end it.

mod encounter;
pub mod events;
mod method;
mod problem;
mod trajectory;

pub use encounter::{Encounter, Happened};
pub use method::{Method, Watch};
pub use problem::Problem;
pub use trajectory::Trajectory;
