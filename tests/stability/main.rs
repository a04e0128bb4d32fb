//! Stability on quadratics: closed forms against exact fractions, eigenvalues, and runs.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::print_stdout,
    reason = "a test that cannot be set up should fail, and says what it measured"
)]

mod closed_forms;
mod decay;
mod exact_step;
mod iterations;
mod largest_steps;
mod random_points;
mod refusals;
#[path = "../slope/mod.rs"]
mod slope;
mod transient;
mod tunings;
