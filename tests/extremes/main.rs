//! Extremes: what the largest and smallest numbers give, and what is refused in which words.
#![allow(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "tests and what they measured"
)]

#[cfg(all(feature = "plot", feature = "parallel"))]
#[allow(
    unreachable_pub,
    clippy::expect_used,
    clippy::unwrap_used,
    reason = "the library of fuzz/, too"
)]
mod inputs;
mod laws;
mod laws_of_noise;
mod long;
mod memory;
mod messages;
mod overflow;
#[cfg(all(feature = "plot", feature = "parallel"))]
mod random;
mod rounding;
mod stiff;
