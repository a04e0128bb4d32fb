//! Figures as PNG and SVG: a small builder over slices of numbers, made for slides.
//!
//! A [`Figure`] holds one or more [`Panel`]s; a panel holds two [`Axis`] and [`Layer`]s, drawn in
//! the order given: [`Line`], [`Dots`], [`Path`], [`Contours`], [`HeatMap`], [`Band`],
//! [`ReferenceLine`], [`Annotation`], [`SlopeTriangle`]. [`Figure::render`] draws it as pixels in memory,
//! [`Figure::to_svg`] as SVG, and [`Figure::save`] writes either to a file. The font is embedded, so
//! that a figure looks the same on every machine.
//!
//! ```
//! use heavyball_plot::{Axis, Color, Contours, Figure, Panel};
//!
//! let path = [(-1.5, -1.5), (-0.75, -1.2), (-0.52, -0.81), (-0.53, -0.45), (-0.71, -0.18)];
//! let image = Figure::new("Momentum on the double well")
//!     .caption("alpha = 0.1, beta = 0.5")
//!     .size(640, 480)
//!     .panel(
//!         Panel::new()
//!             .x_axis(Axis::new("x₁"))
//!             .y_axis(Axis::new("x₂"))
//!             .layer(Contours::new((-1.5, 1.5), (-1.5, 1.5), |x, y| {
//!                 x.powi(4) - 2.0 * x * x + y * y
//!             }))
//!             .path("momentum", path, Color::BLUE)
//!             .equal_aspect(),
//!     )
//!     .render()?;
//! assert_eq!((image.width(), image.height()), (640, 480));
//! # Ok::<(), heavyball_plot::Error>(())
//! ```

#![forbid(unsafe_code)]

mod annotation;
mod arrow;
mod axis;
mod band;
mod base64;
mod bitmap;
mod canvas;
mod cells;
mod color;
mod colorbar;
mod colormap;
mod contours;
mod drawable;
mod drawing;
mod entry;
mod error;
mod figure;
mod file;
mod font;
mod format;
mod frame;
mod grid;
mod heatmap;
mod image;
mod layer;
mod layout;
mod legend;
mod lettering;
mod levels;
mod line;
mod marker;
mod numeral;
mod offset;
mod page;
mod panel;
mod path;
mod pen;
mod rectangle;
mod reference_line;
mod scale;
mod slope;
mod style;
mod surface;
mod svg;
mod ticks;

pub use annotation::Annotation;
pub use axis::Axis;
pub use band::Band;
pub use color::Color;
pub use colormap::Colormap;
pub use contours::Contours;
pub use error::Error;
pub use figure::Figure;
pub use heatmap::HeatMap;
pub use image::Image;
pub use layer::Layer;
pub use legend::Legend;
pub use line::{Dots, Line};
pub use marker::Marker;
pub use panel::Panel;
pub use path::Path;
pub use pen::Dash;
pub use reference_line::ReferenceLine;
pub use slope::SlopeTriangle;
