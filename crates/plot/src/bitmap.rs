//! A bitmap: a surface of pixels, drawn four times as large as the image.

use std::fmt::Display;

use ab_glyph::{Font, Glyph, PxScale, point};
use plotters::backend::{BitMapBackend, DrawingBackend};
use plotters::style::Color as _;

use crate::cells::Cells;
use crate::color::Color;
use crate::error::Error;
use crate::font::{self, Direction, Place};
use crate::image::Image;
use crate::rectangle::{Pixel, Rectangle};
use crate::surface::{Surface, ink};

/// The backend knows whole pixels only, so we draw the image this many times as large and average
/// squares of pixels.
const OVERSAMPLING: u32 = 4;

pub(crate) struct Bitmap<'buffer> {
    backend: BitMapBackend<'buffer>,
    clip: Rectangle,
    /// Large pixels for each pixel of the figure.
    factor: f64,
    failure: Option<String>,
}

impl Bitmap<'_> {
    /// An image of this size, white where `draw` leaves it, with `scale` pixels for each of the figure.
    pub(crate) fn paint(
        (width, height): (u32, u32),
        scale: f64,
        draw: impl FnOnce(&mut dyn Surface),
    ) -> Result<Image, Error> {
        let size = (width * OVERSAMPLING, height * OVERSAMPLING);
        let mut large = vec![0xFF; 3 * size.0 as usize * size.1 as usize];
        let failed = |reason: String| Error::Write {
            path: "in memory".into(),
            reason,
        };
        {
            let backend = BitMapBackend::with_buffer_and_format(&mut large, size)
                .map_err(|cause| failed(cause.to_string()))?;
            let mut bitmap = Bitmap {
                backend,
                clip: Rectangle::new(
                    0.0,
                    0.0,
                    f64::from(width) / scale,
                    f64::from(height) / scale,
                ),
                factor: f64::from(OVERSAMPLING) * scale,
                failure: None,
            };
            draw(&mut bitmap);
            if let Some(reason) = bitmap.failure.take() {
                return Err(failed(reason));
            }
        }
        Ok(Image::of((width, height), averaged(&large, width as usize)))
    }

    /// The large pixel whose middle is nearest.
    fn middle(&self, (x, y): Pixel) -> (i32, i32) {
        let nearest = |coordinate: f64| (coordinate * self.factor - 0.5).round() as i32;
        (nearest(x), nearest(y))
    }

    /// The outline is ours, as `draw_path` of plotters knows whole widths only: lines one pixel wide
    /// came out with 15 % more or 30 % less ink. It has no round ends either.
    fn segment(&mut self, from: Pixel, to: Pixel, width: f64, color: Color) {
        let angle = (to.1 - from.1).atan2(to.0 - from.0);
        // plotters fills the pixels under the outline too, about 0.4 of one more on each side;
        // measured, the ink of contours is then that of exact shapes.
        let radius = (0.5 * width - 0.4 / self.factor).max(0.0);
        let cap = |center: Pixel, start: f64| {
            (0..=8).map(move |corner| {
                let turn = start + f64::from(corner) * std::f64::consts::PI / 8.0;
                (
                    center.0 + radius * turn.cos(),
                    center.1 + radius * turn.sin(),
                )
            })
        };
        let quarter = std::f64::consts::FRAC_PI_2;
        let outline: Vec<Pixel> = cap(to, angle - quarter)
            .chain(cap(from, angle + quarter))
            .collect();
        self.fill(&outline, color, 1.0);
    }

    fn dot(&mut self, at: (i32, i32), color: Color, coverage: f32) {
        let ink = ink(color, f64::from(coverage.clamp(0.0, 1.0))).to_backend_color();
        let result = self.backend.draw_pixel(at, ink);
        self.note(result);
    }

    fn note<E: Display>(&mut self, result: Result<(), E>) {
        if let Err(cause) = result {
            self.failure.get_or_insert(cause.to_string());
        }
    }
}

impl Surface for Bitmap<'_> {
    fn clip(&mut self, area: Rectangle) {
        self.clip = area;
    }

    fn fill(&mut self, outline: &[Pixel], color: Color, alpha: f64) {
        // From middle to middle of the large pixels at the border, so that none beyond is touched.
        let corners = self.clip.grown(-0.5 / self.factor).cut(outline);
        let corners: Vec<_> = corners
            .into_iter()
            .map(|corner| self.middle(corner))
            .collect();
        let result = self.backend.fill_polygon(corners, &ink(color, alpha));
        self.note(result);
    }

    fn rectangle(&mut self, area: Rectangle, color: Color, alpha: f64) {
        let (clip, factor) = (self.clip, self.factor);
        let corner = |(x, y): Pixel| {
            let (x, y) = (
                x.max(clip.left).min(clip.right),
                y.max(clip.top).min(clip.bottom),
            );
            ((x * factor).round() as i32, (y * factor).round() as i32)
        };
        let result = self.backend.draw_rect(
            corner((area.left, area.top)),
            corner((area.right, area.bottom)),
            &ink(color, alpha),
            true,
        );
        self.note(result);
    }

    fn disc(&mut self, center: Pixel, radius: f64, color: Color) {
        // plotters walks all rows of a circle, also those far outside.
        let (width, height) = self.backend.get_size();
        let radius = (radius * self.factor - 0.5).clamp(0.0, f64::from(width + height));
        if radius >= 0.5 {
            let (center, style) = (self.middle(center), ink(color, 1.0));
            let result = self
                .backend
                .draw_circle(center, radius.round() as u32, &style, true);
            self.note(result);
        }
    }

    fn stroke(&mut self, line: &[Pixel], width: f64, color: Color) {
        for pair in line.windows(2) {
            if let &[from, to] = pair {
                self.segment(from, to, width, color);
            }
        }
    }

    fn cells(&mut self, cells: &Cells) {
        let clip = self.clip;
        for (area, color) in cells.blocks() {
            let above = area.bottom < clip.top || area.top > clip.bottom;
            let beside = area.right < clip.left || area.left > clip.right;
            if !above && !beside {
                self.rectangle(area, color, 1.0);
            }
        }
    }

    fn text(&mut self, text: &str, anchor: Pixel, place: Place) {
        let font = match font::embedded(place.bold) {
            Ok(font) => font,
            Err(reason) => {
                self.failure.get_or_insert(reason);
                return;
            }
        };
        let factor = self.factor;
        let scale = PxScale::from(font::pixels(&font, place.size * factor));
        let (along, across) = place.shift(text);
        for (id, pen) in font::set(&font, scale, text).0 {
            let glyph: Glyph = id.with_scale_and_position(scale, point(0.0, 0.0));
            let Some(outline) = font.outline_glyph(glyph) else {
                continue;
            };
            let bounds = outline.px_bounds();
            let (left, top) = (
                along * factor + pen + f64::from(bounds.min.x),
                across * factor + f64::from(bounds.min.y),
            );
            outline.draw(|x, y, coverage| {
                let (x, y) = (left + f64::from(x), top + f64::from(y));
                let (x, y) = match place.direction {
                    Direction::Across => (anchor.0 * factor + x, anchor.1 * factor + y),
                    Direction::Up => (anchor.0 * factor + y, anchor.1 * factor - x),
                };
                self.dot((x.round() as i32, y.round() as i32), place.color, coverage);
            });
        }
    }
}

/// The mean of each square of large pixels, rounded to the nearest and half up; `width` is that of the means.
fn averaged(large: &[u8], width: usize) -> Vec<u8> {
    let side = OVERSAMPLING as usize;
    let count = (side * side) as u16;
    let mut means = Vec::with_capacity(large.len() / (side * side));
    let mut sums = vec![0; 3 * width];
    for rows in large.chunks_exact(side * side * sums.len()) {
        sums.fill(0);
        for row in rows.chunks_exact(side * sums.len()) {
            for (sums, across) in sums.chunks_exact_mut(3).zip(row.chunks_exact(3 * side)) {
                for pixel in across.chunks_exact(3) {
                    for (sum, part) in sums.iter_mut().zip(pixel) {
                        *sum += u16::from(*part);
                    }
                }
            }
        }
        means.extend(sums.iter().map(|sum| ((sum + count / 2) / count) as u8));
    }
    means
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pixel_is_the_nearest_mean_of_its_square() {
        // Two by two squares. Above, one white and one black; below, one with a white pixel, 255/16 = 15.9, and one with
        // 1/2, 7/16 and 9/16.
        let mut large = [0; 3 * 8 * 8];
        for (row, column, pixel) in [(4, 3, [255; 3]), (7, 7, [8, 7, 9])] {
            let first = 3 * (8 * row + column);
            large[first..first + 3].copy_from_slice(&pixel);
        }
        for row in 0..4 {
            large[24 * row..24 * row + 12].fill(255);
        }
        let means = averaged(&large, 2);
        assert_eq!(means, [255, 255, 255, 0, 0, 0, 16, 16, 16, 1, 0, 1]);
    }
}
