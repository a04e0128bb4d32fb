//! Noise: the generator by counter, and what is driven by it.
#![allow(
    clippy::unwrap_used,
    reason = "a test that cannot be set up should fail"
)]

mod generator;
