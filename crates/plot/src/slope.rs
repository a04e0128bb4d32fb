//! Slope triangles: what order of convergence looks like on logarithmic axes.

use crate::canvas::Canvas;
use crate::color::Color;
use crate::drawable::Draw;
use crate::font::{self, Along, Place};
use crate::frame::Frame;
use crate::pen::Pen;
use crate::rectangle::{Pixel, Rectangle};
use crate::style;

/// A right triangle whose hypotenuse has a given slope, labelled with it.
///
/// On logarithmic axes the slope is the exponent of a power law, and lengths are in decades.
///
/// ```
/// use heavyball_plot::SlopeTriangle;
///
/// let second_order = SlopeTriangle::new(2.0, (0.01, 1e-6)).label("order 2");
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct SlopeTriangle {
    slope: f64,
    start: (f64, f64),
    width: f64,
    label: String,
    above: bool,
    color: Color,
}

impl SlopeTriangle {
    /// A triangle whose hypotenuse begins at `start` and runs towards larger x. The right angle lies
    /// below the hypotenuse.
    #[must_use]
    pub fn new(slope: f64, start: (f64, f64)) -> Self {
        Self {
            slope,
            start,
            width: 0.5,
            label: format!("{slope}").replace('-', "\u{2212}"),
            above: false,
            color: Color::TEXT,
        }
    }

    /// The width, in decades on a logarithmic axis and in its units on a linear one. The default is 0.5.
    #[must_use]
    pub fn width(mut self, width: f64) -> Self {
        self.width = width;
        self
    }

    /// The text beside the triangle. The default is the slope.
    #[must_use]
    pub fn label(mut self, label: impl Into<String>) -> Self {
        self.label = label.into();
        self
    }

    /// Puts the right angle above the hypotenuse.
    #[must_use]
    pub fn above(mut self) -> Self {
        self.above = true;
        self
    }

    /// The colour.
    #[must_use]
    pub fn color(mut self, color: Color) -> Self {
        self.color = color;
        self
    }

    /// Start, end and right angle in pixels.
    fn corners(&self, frame: &Frame) -> Option<[Pixel; 3]> {
        let moved = |from: f64, by: f64, logarithmic: bool| {
            if logarithmic {
                from * 10_f64.powf(by)
            } else {
                from + by
            }
        };
        let end = (
            moved(self.start.0, self.width, frame.x.span.logarithmic),
            moved(
                self.start.1,
                self.slope * self.width,
                frame.y.span.logarithmic,
            ),
        );
        let start = frame.place(self.start)?;
        let end = frame.place(end)?;
        // Pixels count downwards: the lower end has the larger y.
        let rising = end.1 <= start.1;
        let angle = if rising == self.above {
            (start.0, end.1)
        } else {
            (end.0, start.1)
        };
        Some([start, end, angle])
    }

    /// Beside the vertical leg, outside the triangle.
    fn label_area(&self, [start, end, angle]: [Pixel; 3]) -> (Rectangle, Along) {
        let width = font::width_of(&self.label, style::TICK, false);
        let middle = 0.5 * (start.1 + end.1);
        let (left, along) = if angle.0 > start.0.min(end.0) {
            (angle.0 + 7.0, Along::Start)
        } else {
            (angle.0 - 7.0 - width, Along::End)
        };
        let half = 0.6 * style::TICK;
        let area = Rectangle::new(left, middle - half, left + width, middle + half);
        (area, along)
    }
}

impl Draw for SlopeTriangle {
    fn points(&self) -> Vec<(f64, f64)> {
        vec![self.start]
    }

    fn covered(&self, frame: &Frame) -> Vec<Pixel> {
        let Some(corners) = self.corners(frame) else {
            return Vec::new();
        };
        let [start, end, angle] = corners;
        let label = self.label_area(corners).0;
        let middle = label.center().1;
        [
            (start, end),
            (end, angle),
            (angle, start),
            ((label.left, middle), (label.right, middle)),
        ]
        .into_iter()
        .flat_map(|(from, to)| frame.area.samples(from, to, 4.0))
        .collect()
    }

    fn draw(&self, canvas: &mut Canvas<'_>, frame: &Frame) {
        let Some(corners) = self.corners(frame) else {
            return;
        };
        let [start, end, angle] = corners;
        canvas.fill(&corners, self.color, 0.06);
        canvas.line(&[start, end, angle, start], Pen::solid(self.color, 1.3));
        let (area, along) = self.label_area(corners);
        let x = if along == Along::Start {
            area.left
        } else {
            area.right
        };
        let place = Place::new(style::TICK, along).color(self.color);
        canvas.text(&self.label, (x, area.center().1), place);
    }
}
