//! The frame of a panel: the rectangle its data fill, and the scales of both axes.

use super::rectangle::{Pixel, Rectangle};
use super::scale::{Scale, Span};

#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Frame {
    pub(super) area: Rectangle,
    pub(super) x: Scale,
    pub(super) y: Scale,
}

impl Frame {
    pub(super) fn new(area: Rectangle, x: Span, y: Span) -> Self {
        let (x, y) = (
            Scale {
                span: x,
                from: area.left,
                to: area.right,
            },
            Scale {
                span: y,
                from: area.bottom,
                to: area.top,
            },
        );
        Self { area, x, y }
    }

    pub(super) fn place(&self, (x, y): (f64, f64)) -> Option<Pixel> {
        Some((self.x.place(x)?, self.y.place(y)?))
    }

    /// The points in pixels, broken into runs at those that have no place.
    pub(super) fn runs(&self, points: &[(f64, f64)]) -> Vec<Vec<Pixel>> {
        points
            .split(|point| self.place(*point).is_none())
            .map(|run| run.iter().filter_map(|point| self.place(*point)).collect())
            .filter(|run: &Vec<Pixel>| !run.is_empty())
            .collect()
    }

    /// The points in pixels that lie in the frame.
    pub(super) fn visible(&self, points: &[(f64, f64)]) -> Vec<Pixel> {
        let area = self.area.grown(0.5);
        points
            .iter()
            .filter_map(|point| self.place(*point))
            .filter(|pixel| area.contains(*pixel))
            .collect()
    }

    /// Where lines through the points cover the frame, one sample every few pixels.
    pub(super) fn covered(&self, points: &[(f64, f64)]) -> Vec<Pixel> {
        self.runs(points)
            .iter()
            .flat_map(|run| {
                run.windows(2)
                    .filter_map(|pair| match pair {
                        &[from, to] => Some(self.area.samples(from, to, 4.0)),
                        _ => None,
                    })
                    .flatten()
            })
            .chain(self.visible(points))
            .collect()
    }
}
