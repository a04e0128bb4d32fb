//! Limits: Δt → 0, m → 0, α → 0 and √s → 0, and which equations one optimiser follows.

mod accelerated;
mod accelerated_limit;
mod adaptive_limit;
mod equation;
mod followed;
mod limit;
mod overdamped_limit;
mod small_rate_limit;
mod small_step_limit;
mod unstable_step;

pub use accelerated::{Accelerated, Resolution};
pub use equation::{Equation, ReadAt};
pub use followed::Followed;
pub use limit::Limit;
