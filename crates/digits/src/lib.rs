#![doc = include_str!("../README.md")]
//!
//! # What is here
//!
//! | item | what it is |
//! |---|---|
//! | [`Digits`], [`Rows`], [`Score`] | the images, and how well outputs fit them |
//! | [`Network`], [`Loss`], [`Rule`] | what is trained, on what, by what |
//! | [`Model`] | what a framework does |
//! | [`Batches`], [`Extent`], [`Interval`] | which rows, how many iterations and seeds, and their mean |
//! | [`Training`], [`Epoch`] | one run |
//! | [`Comparison`], [`Rescaling`], [`Edge`], [`Temperature`], [`monitored`] | the experiments |
//! | [`Study`] | all of them, with tables, CSV and the figure |
//! | [`difference_from_reference`] | a framework's losses and gradients against recorded ones |
//! | [`Error`] | every error |
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
