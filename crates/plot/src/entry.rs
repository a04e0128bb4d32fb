//! An entry of the legend: a label, and a sample of what it stands for.

use crate::arrow;
use crate::canvas::Canvas;
use crate::color::Color;
use crate::marker::Marker;
use crate::pen::Pen;
use crate::rectangle::{Pixel, Rectangle};

/// What stands for a layer in the legend.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Sample {
    Line(Pen, Option<(Marker, f64)>),
    Arrow(Pen),
    Marker(Marker, f64, Color),
    Patch(Color, f64),
}

/// Width of a sample, in pixels.
pub(crate) const SAMPLE: f64 = 30.0;

impl Sample {
    /// Draws with the middle of its left side at this place.
    pub(crate) fn draw(&self, canvas: &mut Canvas<'_>, (left, y): Pixel) {
        let (middle, right) = (left + 0.5 * SAMPLE, left + SAMPLE);
        match *self {
            Self::Line(pen, marker) => {
                canvas.line(&[(left, y), (right, y)], pen);
                if let Some((marker, size)) = marker {
                    marker.draw(canvas, (middle, y), size, pen.color);
                }
            }
            Self::Arrow(pen) => {
                canvas.line(&[(left, y), (right - 3.0, y)], pen);
                let head = arrow::head((right, y), (1.0, 0.0), 11.0);
                canvas.fill(&head, pen.color, 1.0);
            }
            Self::Marker(marker, size, color) => marker.draw(canvas, (middle, y), size, color),
            Self::Patch(color, opacity) => {
                let area = Rectangle::new(left, y - 6.5, right, y + 6.5);
                canvas.rectangle(area, color, opacity);
            }
        }
    }
}

/// One line of a legend.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Entry {
    pub(crate) label: String,
    pub(crate) sample: Sample,
    /// Whether all layers with this entry share one line, at the end of the legend.
    pub(crate) shared: bool,
}

impl Entry {
    /// One entry, or none if the label is empty.
    pub(crate) fn labelled(label: &str, sample: Sample) -> Vec<Self> {
        let entry = Self {
            label: label.to_owned(),
            sample,
            shared: false,
        };
        if label.is_empty() {
            Vec::new()
        } else {
            vec![entry]
        }
    }

    pub(crate) fn shared(self) -> Self {
        Self {
            shared: true,
            ..self
        }
    }
}
