//! Where optimisers converge, circle or escape: closed forms against exact fractions, eigenvalues, and runs.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::print_stdout,
    reason = "a test that cannot be set up should fail, and says what it measured"
)]

mod adaptive_rules;
mod closed_forms;
mod cycle;
mod decay;
mod escape;
mod exact_step;
mod family;
mod fire;
mod iterations;
mod largest_steps;
mod logistic_regression;
mod optimized_gradient;
mod preconditioned;
mod random_points;
mod refusals;
mod restarts;
#[path = "../support/mod.rs"]
mod support;
mod temperature;
mod transient;
mod tunings;
