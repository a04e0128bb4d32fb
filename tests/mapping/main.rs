//! The bridge: which particle an optimiser is, by which discretisation, in whose convention.
#![allow(
    clippy::unwrap_used,
    reason = "a test that cannot be set up should fail"
)]

mod adaptive_rules;
mod conventions;
mod drift_kick;
mod explicit_euler_modes;
mod fused;
mod lecture;
mod nesterov;
mod orders;
mod parameters;
mod preconditioned;
#[path = "../support/mod.rs"]
mod support;
mod sutskever;
mod two_step;
