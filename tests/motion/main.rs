//! The particle moves: integrators, what they conserve, how far their numbers hold, and what they refuse.
#![allow(
    clippy::unwrap_used,
    reason = "a test that cannot be set up should fail"
)]

mod adaptive;
mod adaptive_orders;
mod adaptive_values;
mod anisotropic;
mod any_numbers;
mod between_steps;
mod energy;
mod errors;
mod events;
mod failing_runs;
mod fixed_steps;
mod invariants;
mod numbers;
mod orders;
mod oscillator;
mod phase_volume;
mod restarted;
mod step_limits;
#[path = "../support/mod.rs"]
mod support;
mod through_events;
mod two_programs;
mod work_precision;
