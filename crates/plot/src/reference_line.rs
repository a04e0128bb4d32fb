//! ReferenceLine lines across a panel.

use crate::canvas::Canvas;
use crate::color::Color;
use crate::drawable::Draw;
use crate::entry::{Entry, Sample};
use crate::frame::Frame;
use crate::pen::{Dash, Pen};
use crate::rectangle::Pixel;

/// A straight dashed line across the panel, such as the minimum that iterates approach.
///
/// ```
/// use heavyball_plot::ReferenceLine;
///
/// let minimum = ReferenceLine::horizontal(2.25, "x* = 2.25");
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct ReferenceLine {
    label: String,
    at: At,
    pen: Pen,
}

#[derive(Debug, Clone, Copy, PartialEq)]
enum At {
    X(f64),
    Y(f64),
}

impl ReferenceLine {
    /// A dashed grey line at this y; an empty label keeps it out of the legend.
    #[must_use]
    pub fn horizontal(y: f64, label: impl Into<String>) -> Self {
        Self::at(At::Y(y), label.into())
    }

    /// A dashed grey line at this x.
    #[must_use]
    pub fn vertical(x: f64, label: impl Into<String>) -> Self {
        Self::at(At::X(x), label.into())
    }

    fn at(at: At, label: String) -> Self {
        let pen = Pen {
            dash: Dash::Dashed,
            ..Pen::solid(Color::GREY, 1.6)
        };
        Self { label, at, pen }
    }

    /// The colour.
    #[must_use]
    pub fn color(mut self, color: Color) -> Self {
        self.pen.color = color;
        self
    }

    /// The dash pattern.
    #[must_use]
    pub fn dash(mut self, dash: Dash) -> Self {
        self.pen.dash = dash;
        self
    }

    fn ends(&self, frame: &Frame) -> Option<[Pixel; 2]> {
        let area = frame.area;
        Some(match self.at {
            At::X(x) => {
                let x = frame.x.place(x)?;
                [(x, area.bottom), (x, area.top)]
            }
            At::Y(y) => {
                let y = frame.y.place(y)?;
                [(area.left, y), (area.right, y)]
            }
        })
    }
}

impl Draw for ReferenceLine {
    fn alone(&self) -> [Option<f64>; 2] {
        match self.at {
            At::X(x) => [Some(x), None],
            At::Y(y) => [None, Some(y)],
        }
    }

    fn covered(&self, frame: &Frame) -> Vec<Pixel> {
        self.ends(frame)
            .map(|[from, to]| frame.area.samples(from, to, 4.0))
            .unwrap_or_default()
    }

    fn draw(&self, canvas: &mut Canvas<'_>, frame: &Frame) {
        if let Some(ends) = self.ends(frame) {
            canvas.line(&ends, self.pen);
        }
    }

    fn entries(&self) -> Vec<Entry> {
        Entry::labelled(&self.label, Sample::Line(self.pen, None))
    }
}
