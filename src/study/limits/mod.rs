//! Limits: Δt → 0, m → 0, α → 0 and √s → 0, and which equations one optimiser follows.

mod accelerated_limit;
mod followed;
mod overdamped_limit;
mod small_rate_limit;
mod step_limit;

pub use accelerated_limit::{AcceleratedLimit, Resolution};
pub use followed::{Equation, Followed};
pub use overdamped_limit::OverdampedLimit;
pub use small_rate_limit::SmallRateLimit;
pub(crate) use step_limit::Over;
pub use step_limit::StepLimit;
