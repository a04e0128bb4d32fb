//! Figures: what is drawn lands where the axes say, in PNG and in SVG, and what cannot be drawn is
//! refused.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a test that fails should stop where it fails"
)]

mod axes;
mod files;
mod layers;
mod refusals;
mod reversed;
mod support;
mod svg;
