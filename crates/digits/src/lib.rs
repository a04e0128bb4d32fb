#![doc = include_str!("../README.md")]
#![forbid(unsafe_code)]

mod batches;
mod comparison;
mod digits;
mod edge;
mod error;
mod extent;
mod figure;
mod interval;
mod jobs;
mod model;
mod monitored;
mod network;
mod reference;
mod rescaling;
mod sharpness;
mod study;
mod temperature;
mod training;

pub use batches::Batches;
pub use comparison::Comparison;
pub use digits::{Digits, Rows, Score};
pub use edge::{AtEdge, Edge};
pub use error::{Error, Failure};
pub use extent::Extent;
pub use interval::Interval;
pub use model::{Loss, Model, Rule};
pub use monitored::monitored;
pub use network::Network;
pub use reference::difference_from_reference;
pub use rescaling::{Rescaled, Rescaling};
pub use study::Study;
pub use temperature::{Temperature, Warm};
pub use training::{Epoch, Training};
