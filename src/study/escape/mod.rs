//! Escape: does a ball released at rest pass a barrier, and at which drag does it just not?
//!
//! In one dimension. Energy only falls, so a ball below the barrier's top is trapped, and one past it is free: both are
//! located events. On a shelf, where f′ = f″ = 0 and the ground before the top is above it, a slow ball creeps
//! towards the top for ever instead; it can never pass once its speed is below (γ/2m) times its distance and the force
//! below (γ²/4m) times that. Derivation (43) to (45).

mod ball;
mod barrier;
mod critical;
mod discrete;
mod error;
mod saddle;

pub use barrier::{Barrier, Fate};
pub use critical::Critical;
pub use error::EscapeError;
pub use saddle::escape_speed;
