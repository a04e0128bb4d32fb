#![doc = include_str!("../README.md")]

mod error;
mod momentum_sgd;

pub use error::Error;
pub use momentum_sgd::{MomentumSgd, MomentumState};
