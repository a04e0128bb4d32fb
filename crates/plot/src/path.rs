//! The path of an optimiser: a line with arrows, its start and its end marked.

use std::borrow::Borrow;

use crate::arrow;
use crate::canvas::Canvas;
use crate::color::Color;
use crate::drawable::{Draw, Taken};
use crate::entry::{Entry, Sample};
use crate::frame::Frame;
use crate::marker::Marker;
use crate::pen::Pen;
use crate::rectangle::Pixel;

/// The iterates of an optimiser, joined by arrows; a ring marks the start, a dot the end.
///
/// An arrow head shrinks with its step down to a readable size. Where steps are shorter than that,
/// only some of them carry a head, so that the end of a path never turns into a blob.
///
/// ```
/// use heavyball_plot::{Color, Path};
///
/// let descent = Path::new("x₀ = (0, 1)", [(0.0, 1.0), (0.0, 0.8), (0.0, 0.54)]).color(Color::GREEN);
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct Path {
    label: String,
    points: Vec<(f64, f64)>,
    pen: Pen,
    iterates: f64,
    ends: bool,
}

/// Diameter of the markers at both ends, in pixels.
const END: f64 = 10.0;

impl Path {
    /// A blue path; an empty label keeps it out of the legend.
    #[must_use]
    pub fn new(
        label: impl Into<String>,
        points: impl IntoIterator<Item = impl Borrow<(f64, f64)>>,
    ) -> Self {
        Self {
            label: label.into(),
            points: points.into_iter().map(|point| *point.borrow()).collect(),
            pen: Pen::solid(Color::BLUE, 2.1),
            iterates: 0.0,
            ends: true,
        }
    }

    /// The colour.
    #[must_use]
    pub fn color(mut self, color: Color) -> Self {
        self.pen.color = color;
        self
    }

    /// The width in pixels. The default is 2.1.
    #[must_use]
    pub fn width(mut self, width: f64) -> Self {
        self.pen.width = width;
        self
    }

    /// Adds a dot of this diameter in pixels at each iterate, for a path with few of them.
    #[must_use]
    pub fn iterates(mut self, size: f64) -> Self {
        self.iterates = size;
        self
    }

    /// Omits the ring at the start and the dot at the end.
    #[must_use]
    pub fn without_ends(mut self) -> Self {
        self.ends = false;
        self
    }

    /// The last point before the path stops being finite.
    fn end(&self) -> Option<(f64, f64)> {
        let finite = |point: &&(f64, f64)| point.0.is_finite() && point.1.is_finite();
        self.points.iter().take_while(finite).last().copied()
    }
}

impl Draw for Path {
    fn points(&self) -> Vec<(f64, f64)> {
        self.points.clone()
    }

    fn draw(&self, canvas: &mut Canvas<'_>, frame: &Frame) {
        // A white casing lifts the path off the contours and off other paths.
        let casing = Pen::solid(Color::WHITE, self.pen.width + 1.8);
        let runs = frame.runs(&self.points);
        for pen in [casing, self.pen] {
            for run in &runs {
                canvas.line(run, pen);
            }
        }
        let reserve = if self.ends { 0.5 * END } else { 0.0 };
        for run in &runs {
            for head in arrow::heads(run, &frame.area, reserve) {
                canvas.fill(&head, self.pen.color, 1.0);
            }
        }
    }

    fn draw_over(&self, canvas: &mut Canvas<'_>, frame: &Frame, taken: &mut Taken) {
        if self.iterates > 0.0 {
            for at in frame.visible(&self.points) {
                Marker::Dot.draw(canvas, at, self.iterates, self.pen.color);
            }
        }
        let ends = [
            (self.points.first().copied(), Marker::Ring),
            (self.end(), Marker::Dot),
        ];
        for (point, marker) in ends.into_iter().filter(|_| self.ends) {
            for at in frame.visible(point.as_slice()) {
                // Paths that meet get nested markers, so that none hides another.
                let near = |other: &&Pixel| arrow::distance(**other, at) < 0.5 * END;
                let before = taken.ends.iter().filter(near).count().min(2);
                let size = END * 0.6_f64.powi(before as i32);
                marker.draw(canvas, at, size, self.pen.color);
                taken.ends.push(at);
            }
        }
    }

    fn entries(&self) -> Vec<Entry> {
        let mut entries = Entry::labelled(&self.label, Sample::Arrow(self.pen));
        if self.ends {
            for (label, marker) in [("start", Marker::Ring), ("end", Marker::Dot)] {
                let sample = Sample::Marker(marker, END, Color::GREY);
                entries.extend(
                    Entry::labelled(label, sample)
                        .into_iter()
                        .map(Entry::shared),
                );
            }
        }
        entries
    }
}
