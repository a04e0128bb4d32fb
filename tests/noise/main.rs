//! Noise: the generator by counter, and the ball in a bath that it drives.
#![allow(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "a test that cannot be set up should fail, and says what it measured"
)]

#[cfg(feature = "parallel")]
mod annealed;
mod covariance;
mod generator;
mod gradients;
#[cfg(feature = "parallel")]
mod in_ensembles;
#[cfg(feature = "parallel")]
mod kramers;
#[cfg(feature = "parallel")]
mod observers;
#[cfg(feature = "parallel")]
mod orders;
mod without_noise;
