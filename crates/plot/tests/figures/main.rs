//! Figures: what is drawn lands where the axes say, in PNG and in SVG, and what cannot be drawn is
//! refused.

mod axes;
mod files;
mod layers;
mod refusals;
mod reversed;
mod support;
mod svg;
