//! Lines and dots: series of points.

use std::borrow::Borrow;

use crate::canvas::Canvas;
use crate::color::Color;
use crate::drawable::{Draw, Taken};
use crate::entry::{Entry, Sample};
use crate::frame::Frame;
use crate::marker::Marker;
use crate::pen::{Dash, Pen};
use crate::rectangle::Pixel;

/// A line through points. A point that is not finite breaks the line.
///
/// ```
/// use heavyball_plot::{Color, Dash, Line, Marker};
///
/// let curve = (0..=100).map(|k| f64::from(k) / 10.0).map(|t| (t, t.cos()));
/// let exact = Line::new("x(t)", curve).color(Color::BLACK).dash(Dash::Dashed);
///
/// let errors = [(0.1, 1e-3), (0.01, 1e-5)];
/// let measured = Line::new("error", &errors).color(Color::BLUE).marker(Marker::Square);
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct Line {
    label: String,
    points: Vec<(f64, f64)>,
    pen: Pen,
    marker: Option<Marker>,
    size: f64,
}

impl Line {
    /// A solid blue line; an empty label keeps it out of the legend.
    #[must_use]
    pub fn new(
        label: impl Into<String>,
        points: impl IntoIterator<Item = impl Borrow<(f64, f64)>>,
    ) -> Self {
        Self {
            label: label.into(),
            points: points.into_iter().map(|point| *point.borrow()).collect(),
            pen: Pen::solid(Color::BLUE, 2.0),
            marker: None,
            size: 7.0,
        }
    }

    /// The colour.
    #[must_use]
    pub fn color(mut self, color: Color) -> Self {
        self.pen.color = color;
        self
    }

    /// The width in pixels. The default is 2.
    #[must_use]
    pub fn width(mut self, width: f64) -> Self {
        self.pen.width = width;
        self
    }

    /// The dash pattern.
    #[must_use]
    pub fn dash(mut self, dash: Dash) -> Self {
        self.pen.dash = dash;
        self
    }

    /// Adds a marker at each point.
    #[must_use]
    pub fn marker(mut self, marker: Marker) -> Self {
        self.marker = Some(marker);
        self
    }

    /// The diameter of the markers in pixels. The default is 7.
    #[must_use]
    pub fn marker_size(mut self, size: f64) -> Self {
        self.size = size;
        self
    }
}

impl Draw for Line {
    fn points(&self) -> Vec<(f64, f64)> {
        self.points.clone()
    }

    fn draw(&self, canvas: &mut Canvas<'_>, frame: &Frame) {
        for run in frame.runs(&self.points) {
            canvas.line(&run, self.pen);
        }
    }

    fn draw_over(&self, canvas: &mut Canvas<'_>, frame: &Frame, _taken: &mut Taken) {
        if let Some(marker) = self.marker {
            for at in frame.visible(&self.points) {
                marker.draw(canvas, at, self.size, self.pen.color);
            }
        }
    }

    fn entries(&self) -> Vec<Entry> {
        let marker = self.marker.map(|marker| (marker, self.size));
        Entry::labelled(&self.label, Sample::Line(self.pen, marker))
    }
}

/// Markers at points, without a line.
///
/// ```
/// use heavyball_plot::{Color, Dots, Marker};
///
/// let iterates = Dots::new("gradient descent", [(0.0, 1.0), (1.0, 0.5)]).color(Color::VERMILLION);
/// let minimum = Dots::new("minimum", [(2.25, -6.54)]).marker(Marker::Star).size(14.0);
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct Dots {
    label: String,
    points: Vec<(f64, f64)>,
    color: Color,
    marker: Marker,
    size: f64,
}

impl Dots {
    /// Blue dots; an empty label keeps them out of the legend.
    #[must_use]
    pub fn new(
        label: impl Into<String>,
        points: impl IntoIterator<Item = impl Borrow<(f64, f64)>>,
    ) -> Self {
        Self {
            label: label.into(),
            points: points.into_iter().map(|point| *point.borrow()).collect(),
            color: Color::BLUE,
            marker: Marker::Dot,
            size: 7.0,
        }
    }

    /// The colour.
    #[must_use]
    pub fn color(mut self, color: Color) -> Self {
        self.color = color;
        self
    }

    /// The shape. The default is a dot.
    #[must_use]
    pub fn marker(mut self, marker: Marker) -> Self {
        self.marker = marker;
        self
    }

    /// The diameter in pixels. The default is 7.
    #[must_use]
    pub fn size(mut self, size: f64) -> Self {
        self.size = size;
        self
    }
}

impl Draw for Dots {
    fn points(&self) -> Vec<(f64, f64)> {
        self.points.clone()
    }

    fn covered(&self, frame: &Frame) -> Vec<Pixel> {
        frame.visible(&self.points)
    }

    fn draw(&self, _canvas: &mut Canvas<'_>, _frame: &Frame) {}

    fn draw_over(&self, canvas: &mut Canvas<'_>, frame: &Frame, _taken: &mut Taken) {
        for at in frame.visible(&self.points) {
            self.marker.draw(canvas, at, self.size, self.color);
        }
    }

    fn entries(&self) -> Vec<Entry> {
        let sample = Sample::Marker(self.marker, self.size, self.color);
        Entry::labelled(&self.label, sample)
    }
}
