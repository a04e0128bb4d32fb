//! Extremes: what the largest and smallest numbers give, and what is refused in which words.

mod laws;
mod long;
mod memory;
mod messages;
mod overflow;
#[cfg(all(feature = "plot", feature = "parallel"))]
mod random;
mod rounding;
mod stiff;
