//! Noise: the generator by counter, and the ball in a bath that it drives.
#![allow(
    clippy::unwrap_used,
    reason = "a test that cannot be set up should fail"
)]

mod covariance;
mod generator;
mod gradients;
#[cfg(feature = "parallel")]
mod in_ensembles;
mod without_noise;
