//! Escape: whether a ball released at rest passes a barrier, and the critical drag between escape and capture.
//!
//! In one dimension. The energy never increases, so a ball with less energy than the top of the barrier is trapped, and
//! one past the top is free: both are located as events. On a shelf, where f′ = f″ = 0 and f decreases towards the top,
//! a slow ball creeps towards the top forever instead; it can never pass once its speed is below (γ/2m) times its
//! distance and the force below (γ²/4m) times that distance. Derivation (43) to (45).

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
