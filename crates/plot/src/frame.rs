//! The frame of a panel: the rectangle its data fill, and the scales of both axes.

use std::collections::HashSet;

use crate::rectangle::{Pixel, Rectangle};
use crate::scale::{Scale, Span};

#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Frame {
    pub(crate) area: Rectangle,
    pub(crate) x: Scale,
    pub(crate) y: Scale,
}

impl Frame {
    pub(crate) fn new(area: Rectangle, x: Span, y: Span) -> Self {
        let x = Scale::new(x, area.left, area.right);
        let y = Scale::new(y, area.bottom, area.top);
        Self { area, x, y }
    }

    pub(crate) fn place(&self, (x, y): (f64, f64)) -> Option<Pixel> {
        Some((self.x.place(x)?, self.y.place(y)?))
    }

    /// The points in pixels, broken into runs at those that have no place.
    pub(crate) fn runs(&self, points: &[(f64, f64)]) -> Vec<Vec<Pixel>> {
        points
            .split(|point| self.place(*point).is_none())
            .map(|run| run.iter().filter_map(|point| self.place(*point)).collect())
            .filter(|run: &Vec<Pixel>| !run.is_empty())
            .collect()
    }

    /// The points in pixels that lie in the frame.
    pub(crate) fn visible(&self, points: &[(f64, f64)]) -> Vec<Pixel> {
        let area = self.area.grown(0.5);
        points
            .iter()
            .filter_map(|point| self.place(*point))
            .filter(|pixel| area.contains(*pixel))
            .collect()
    }

    /// Where lines through the points cover the frame: the squares of a few pixels that they touch.
    pub(crate) fn covered(&self, points: &[(f64, f64)]) -> Vec<Pixel> {
        // A long path crosses the same squares again and again; each is kept once.
        let mut squares: HashSet<(i32, i32)> = HashSet::new();
        let mut cover = |pixel: &Pixel| {
            squares.insert(((pixel.0 / SQUARE) as i32, (pixel.1 / SQUARE) as i32));
        };
        for run in self.runs(points) {
            for pair in run.windows(2) {
                if let &[from, to] = pair {
                    self.area
                        .samples(from, to, SQUARE)
                        .iter()
                        .for_each(&mut cover);
                }
            }
        }
        self.visible(points).iter().for_each(&mut cover);
        let middle = |index: i32| (f64::from(index) + 0.5) * SQUARE;
        squares
            .into_iter()
            .map(|(column, row)| (middle(column), middle(row)))
            .collect()
    }
}

/// Side of a square that counts as covered or free, in pixels.
const SQUARE: f64 = 4.0;
