//! The monitor against closed forms.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test that fails should stop where it fails"
)]

mod by_definition;
mod example;
mod failures;
mod noise;
mod quadratic;
mod random;
mod reports;
mod samples;
