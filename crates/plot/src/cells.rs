//! Cells: a matrix of colours that fills a rectangle.

use std::ops::Range;

use crate::color::Color;
use crate::image::Image;
use crate::rectangle::{Pixel, Rectangle};

#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Cells {
    /// The outer corner of the first cell.
    pub(crate) first: Pixel,
    /// The outer corner of the last cell, on any side of the first.
    pub(crate) last: Pixel,
    pub(crate) columns: usize,
    /// Row by row from the first cell.
    pub(crate) colors: Vec<Color>,
}

impl Cells {
    fn rows(&self) -> usize {
        self.colors.len() / self.columns.max(1)
    }

    /// The border before a column.
    fn x(&self, column: usize) -> f64 {
        self.first.0 + (self.last.0 - self.first.0) * column as f64 / self.columns as f64
    }

    /// The border before a row.
    fn y(&self, row: usize) -> f64 {
        self.first.1 + (self.last.1 - self.first.1) * row as f64 / self.rows() as f64
    }

    /// What all cells together fill.
    pub(crate) fn area(&self) -> Rectangle {
        Rectangle::between(self.first, self.last)
    }

    /// Rectangles of one colour: neighbours in a row that share it are one, as basins have few borders.
    pub(crate) fn blocks(&self) -> Vec<(Rectangle, Color)> {
        let mut blocks = Vec::new();
        for (row, colors) in self.colors.chunks_exact(self.columns.max(1)).enumerate() {
            let mut start = 0;
            for run in colors.chunk_by(|one, other| one == other) {
                let end = start + run.len();
                let corners = ((self.x(start), self.y(row)), (self.x(end), self.y(row + 1)));
                let area = Rectangle::between(corners.0, corners.1);
                blocks.extend(run.first().map(|color| (area, *color)));
                start = end;
            }
        }
        blocks
    }

    /// The cells that lie in `area` at least in part.
    pub(crate) fn visible(&self, area: Rectangle) -> Self {
        let within =
            |from: f64, to: f64, low: f64, high: f64| from.min(to) < high && from.max(to) > low;
        let columns = kept(self.columns, |column| {
            within(self.x(column), self.x(column + 1), area.left, area.right)
        });
        let rows = kept(self.rows(), |row| {
            within(self.y(row), self.y(row + 1), area.top, area.bottom)
        });
        let colors = self
            .colors
            .chunks_exact(self.columns.max(1))
            .skip(rows.start)
            .take(rows.len())
            .flat_map(|row| row.iter().skip(columns.start).take(columns.len()))
            .copied()
            .collect();
        Self {
            first: (self.x(columns.start), self.y(rows.start)),
            last: (self.x(columns.end), self.y(rows.end)),
            columns: columns.len(),
            colors,
        }
    }

    /// The cells as an image, upright, with each cell `wide` by `high` pixels.
    pub(crate) fn image(&self, wide: usize, high: usize) -> Image {
        let (columns, rows) = (self.columns, self.rows());
        let (width, height) = (columns * wide, rows * high);
        let mut bytes = Vec::with_capacity(3 * width * height);
        for y in 0..height {
            for x in 0..width {
                let (mut column, mut row) = (x / wide.max(1), y / high.max(1));
                if self.last.0 < self.first.0 {
                    column = columns - 1 - column;
                }
                if self.last.1 < self.first.1 {
                    row = rows - 1 - row;
                }
                let color = self.colors.get(row * columns + column);
                let color = color.copied().unwrap_or(Color::WHITE);
                bytes.extend([color.red, color.green, color.blue]);
            }
        }
        Image::of((width as u32, height as u32), bytes)
    }
}

/// From the first to the last index that passes.
fn kept(count: usize, passes: impl Fn(usize) -> bool) -> Range<usize> {
    let first = (0..count).find(|index| passes(*index));
    let last = (0..count).rev().find(|index| passes(*index));
    match (first, last) {
        (Some(first), Some(last)) => first..last + 1,
        _ => 0..0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Rows upwards, as on the usual axes: blue and white below, black and green above.
    fn square() -> Cells {
        Cells {
            first: (0.0, 20.0),
            last: (20.0, 0.0),
            columns: 2,
            colors: vec![Color::BLUE, Color::WHITE, Color::BLACK, Color::GREEN],
        }
    }

    #[test]
    fn the_image_is_upright_for_either_direction_of_the_axes() {
        let image = square().image(3, 2);
        assert_eq!((image.width(), image.height()), (6, 4));
        assert_eq!(image.pixel(0, 3), Some(Color::BLUE));
        assert_eq!(image.pixel(5, 0), Some(Color::GREEN));
        let turned = Cells {
            first: (20.0, 0.0),
            last: (0.0, 20.0),
            ..square()
        };
        let image = turned.image(1, 1);
        assert_eq!(image.pixel(1, 0), Some(Color::BLUE));
        assert_eq!(image.pixel(0, 1), Some(Color::GREEN));
    }

    #[test]
    fn cells_outside_are_left_out() {
        let cells = square().visible(Rectangle::new(-5.0, 12.0, 9.0, 30.0));
        assert_eq!(cells.colors, [Color::BLUE]);
        assert_eq!(cells.area(), Rectangle::new(0.0, 10.0, 10.0, 20.0));
        let none = square().visible(Rectangle::new(50.0, 50.0, 60.0, 60.0));
        assert!(none.colors.is_empty());
    }

    #[test]
    fn neighbours_of_one_colour_are_one_block() {
        let mut cells = square();
        cells.colors = vec![Color::BLUE, Color::BLUE, Color::BLUE, Color::GREEN];
        assert_eq!(
            cells.blocks(),
            [
                (Rectangle::new(0.0, 10.0, 20.0, 20.0), Color::BLUE),
                (Rectangle::new(0.0, 0.0, 10.0, 10.0), Color::BLUE),
                (Rectangle::new(10.0, 0.0, 20.0, 10.0), Color::GREEN),
            ]
        );
    }
}
