#![doc = include_str!("../README.md")]

mod error;
#[cfg(feature = "flex")]
mod in_place;
mod momentum_sgd;
mod norm;
mod norm_clipping;

pub use error::Error;
pub use momentum_sgd::{MomentumSgd, MomentumState};
pub use norm_clipping::{NormClipping, gradient_norm};
