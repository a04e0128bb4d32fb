//! A surface: what a canvas puts its shapes on, a bitmap or an SVG. All lengths are in pixels of the
//! figure at scale 1.

use plotters::style::RGBAColor;

use crate::cells::Cells;
use crate::color::Color;
use crate::font::Place;
use crate::rectangle::{Pixel, Rectangle};

pub(crate) trait Surface {
    /// From now on nothing but discs and text reaches outside `area`.
    fn clip(&mut self, area: Rectangle);

    /// Fills the inside of a closed outline; `alpha` is 0 for invisible, 1 for solid.
    fn fill(&mut self, outline: &[Pixel], color: Color, alpha: f64);

    fn rectangle(&mut self, area: Rectangle, color: Color, alpha: f64);

    fn disc(&mut self, center: Pixel, radius: f64, color: Color);

    /// A solid line through these points, with round ends and joints.
    fn stroke(&mut self, line: &[Pixel], width: f64, color: Color);

    fn cells(&mut self, cells: &Cells);

    /// Text whose place around `anchor` is `place`.
    fn text(&mut self, text: &str, anchor: Pixel, place: Place);
}

/// A colour as plotters wants it.
pub(crate) fn ink(color: Color, alpha: f64) -> RGBAColor {
    RGBAColor(color.red, color.green, color.blue, alpha)
}
