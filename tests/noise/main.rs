//! Noise: the generator by counter, and the ball in a bath that it drives.
#![allow(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "a test that cannot be set up should fail, and says what it measured"
)]

mod covariance;
mod generator;
mod gradients;
#[cfg(feature = "parallel")]
mod in_ensembles;
#[cfg(feature = "parallel")]
mod kramers;
#[cfg(feature = "parallel")]
mod observers;
mod without_noise;
