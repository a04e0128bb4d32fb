#![doc = include_str!("../README.md")]
#![forbid(unsafe_code)]

mod error;
mod kernel;
mod line;
mod momentum_sgd;
mod state;
mod tensors;

pub use error::Error;
pub use line::Line;
pub use momentum_sgd::MomentumSgd;
