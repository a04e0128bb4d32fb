//! Error: why a figure could not be drawn or written, with the numbers and what to do next.

use std::fmt;

/// Everything that can go wrong with a figure.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// A figure could not be drawn, encoded or written.
    #[error("the figure {path} could not be written: {reason}", path = Brief(path), reason = Brief(reason))]
    Write {
        /// Where the figure was to go.
        path: String,
        /// What the drawing or the file system said.
        reason: String,
    },

    /// A figure or one of its panels has nothing to draw.
    #[error(
        "the figure \"{title}\" has nothing to draw in {part}: add a panel, or a layer with at least one finite point, or give both axes a range", title = Brief(title), part = Brief(part))]
    Empty {
        /// The title of the figure.
        title: String,
        /// Which part is empty.
        part: String,
    },

    /// The image is too small, too large, or too small for what it has to hold.
    #[error(
        "{width} x {height} pixels leave {left:.0} x {top:.0} for a panel's data: choose a size between 64 and 4096 pixels a side, large enough for the panels, or shorten the labels"
    )]
    Size {
        /// Width of the image in pixels.
        width: u32,
        /// Height of the image in pixels.
        height: u32,
        /// Width left for the data of the smallest panel.
        left: f64,
        /// Height left for the data of the smallest panel.
        top: f64,
    },

    /// The scale of an image is out of bounds, or makes the image too small or too large.
    #[error(
        "a scale of {scale:?} gives an image of {width} x {height} pixels: choose a scale between 0.5 and 8 that gives between 64 and 4096 pixels a side", width = Rough(*.width), height = Rough(*.height)
    )]
    Scale {
        /// The scale.
        scale: f64,
        /// Width of the image in pixels.
        width: f64,
        /// Height of the image in pixels.
        height: f64,
    },

    /// The extension of a file names no known format.
    #[error(
        "the extension \"{extension}\" of {path} names no known format: end the name of the file in .png or .svg", path = Brief(path), extension = Brief(extension))]
    Format {
        /// Where the figure was to go.
        path: String,
        /// The extension, without its dot.
        extension: String,
    },

    /// The range of an axis, or of a colour scale, is reversed, empty or not finite.
    #[error(
        "the range [{low:?}, {high:?}] of \"{axis}\" is reversed, empty or not finite: give finite ends with low < high, and finite data; Axis::reversed turns an axis around", axis = Brief(axis))]
    Range {
        /// The label of the axis.
        axis: String,
        /// The lower end.
        low: f64,
        /// The upper end.
        high: f64,
    },

    /// A logarithmic axis met a value that has no logarithm.
    #[error(
        "\"{axis}\" is logarithmic and cannot show {value:?}: drop the values that are not positive, or use a linear axis", axis = Brief(axis))]
    Logarithm {
        /// The label of the axis.
        axis: String,
        /// The first value that has no logarithm.
        value: f64,
    },

    /// The number of values differs from rows times columns, or the grid is too small.
    #[error(
        "{layer} has {values} values for {columns} columns and {rows} rows: give columns * rows values, and at least {least} of each"
    )]
    Grid {
        /// Which layer.
        layer: &'static str,
        /// Number of columns.
        columns: usize,
        /// Number of rows.
        rows: usize,
        /// Number of values given.
        values: usize,
        /// The smallest number of rows and of columns.
        least: usize,
    },
}

/// A text as a message shows it: in one line, and without its middle if it is long.
pub(crate) struct Brief<'t>(pub(crate) &'t str);

impl fmt::Display for Brief<'_> {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let count = self.0.chars().count();
        let in_line = || self.0.chars().map(|c| if c.is_control() { ' ' } else { c });
        if count <= 100 {
            return out.write_str(&in_line().collect::<String>());
        }
        let start: String = in_line().take(50).collect();
        let end: String = in_line().skip(count - 40).collect();
        write!(out, "{start} … {end}")
    }
}

/// A number of pixels as a message shows it: whole, or with an exponent if it is absurd.
struct Rough(f64);

impl fmt::Display for Rough {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.0.abs() < 1e9 {
            write!(out, "{:.0}", self.0)
        } else {
            write!(out, "{:e}", self.0)
        }
    }
}
