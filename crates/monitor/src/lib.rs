#![doc = include_str!("../README.md")]
//!
//! # What is here
//!
//! | item | what it is |
//! |---|---|
//! | [`Monitor`] | sees each iteration of a training loop, and keeps the last parameters and gradients |
//! | [`Rule`] | learning rate, decay and variant of one iteration |
//! | [`Observation`] | the ball at one iteration: energies, curvature, temperature |
//! | [`Report`], [`Row`] | the run in at most 1023 rows: table, CSV, and a figure with the feature `plot` |
//! | [`Parameter`] | the types of parameters: `f32` and `f64` |
//! | [`Error`] | every error, with the iteration |

#![forbid(unsafe_code)]

mod error;
#[cfg(feature = "plot")]
mod figure;
mod followed;
mod mean;
mod monitor;
mod observation;
mod parameter;
mod report;
mod row;
mod rows;
mod rule;
mod sample;
mod slices;
mod step;
mod sums;
mod table;

pub use error::Error;
pub use monitor::Monitor;
pub use observation::Observation;
pub use parameter::Parameter;
pub use report::Report;
pub use row::Row;
pub use rule::Rule;
