//! The differential equations that optimisers follow, and the studies that measure how closely.
#![allow(
    clippy::unwrap_used,
    reason = "a test that cannot be set up should fail"
)]

mod accelerated_limit;
mod accelerated_rate;
mod adaptive_rules;
mod curvature;
mod followed;
mod high_resolution;
mod honest_studies;
mod modified_equation;
mod nesterov_flow;
mod overdamped;
mod rounding;
mod small_rate;
mod step_limit;
#[cfg(feature = "plot")]
mod study_figure;
#[path = "../support/mod.rs"]
mod support;
