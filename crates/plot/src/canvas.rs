//! The canvas: shapes and text in pixels of the final image, drawn four times as large.

use std::fmt::Display;

use ab_glyph::{Font, Glyph, PxScale, ScaleFont, point};
use image::imageops::thumbnail;
use image::{Rgb, RgbImage};
use plotters::backend::{BitMapBackend, DrawingBackend};
use plotters::style::{Color as _, RGBAColor};

use super::font::{self, Direction, Place};
use super::pen::Pen;
use super::rectangle::{Pixel, Rectangle};
use super::{Color, Image};
use crate::Error;

/// The backend knows whole pixels only, so we draw at this scale and average squares of pixels.
pub(super) const SCALE: f64 = 4.0;

pub(super) struct Canvas<'buffer> {
    backend: BitMapBackend<'buffer>,
    clip: Rectangle,
    failure: Option<String>,
}

impl Canvas<'_> {
    /// An image of this size, white where `draw` leaves it.
    pub(super) fn paint(
        (width, height): (u32, u32),
        draw: impl FnOnce(&mut Canvas<'_>),
    ) -> Result<Image, Error> {
        let size = (width * SCALE as u32, height * SCALE as u32);
        let mut large = RgbImage::from_pixel(size.0, size.1, Rgb([0xFF; 3]));
        let failed = |reason: String| Error::Write {
            path: "in memory".into(),
            reason,
        };
        {
            let backend = BitMapBackend::with_buffer_and_format(&mut large, size)
                .map_err(|cause| failed(cause.to_string()))?;
            let mut canvas = Canvas {
                backend,
                clip: Rectangle::new(0.0, 0.0, f64::from(width), f64::from(height)),
                failure: None,
            };
            draw(&mut canvas);
            if let Some(reason) = canvas.failure.take() {
                return Err(failed(reason));
            }
        }
        Ok(Image::of(thumbnail(&large, width, height)))
    }

    /// Draws with nothing reaching outside `clip`.
    pub(super) fn within(&mut self, clip: Rectangle, draw: impl FnOnce(&mut Self)) {
        let whole = std::mem::replace(&mut self.clip, clip);
        draw(self);
        self.clip = whole;
    }

    /// Fills the inside of a closed outline.
    pub(super) fn fill(&mut self, outline: &[Pixel], color: Color, alpha: f64) {
        // From middle to middle of the large pixels at the border, so that none beyond is touched.
        let corners = self.clip.grown(-0.5 / SCALE).cut(outline);
        let result = self
            .backend
            .fill_polygon(corners.into_iter().map(middle), &ink(color, alpha));
        self.note(result);
    }

    pub(super) fn rectangle(&mut self, area: Rectangle, color: Color, alpha: f64) {
        let clip = self.clip;
        let corner = |(x, y): Pixel| {
            let (x, y) = (
                x.max(clip.left).min(clip.right),
                y.max(clip.top).min(clip.bottom),
            );
            ((x * SCALE).round() as i32, (y * SCALE).round() as i32)
        };
        let result = self.backend.draw_rect(
            corner((area.left, area.top)),
            corner((area.right, area.bottom)),
            &ink(color, alpha),
            true,
        );
        self.note(result);
    }

    pub(super) fn border(&mut self, area: Rectangle, pen: Pen) {
        let [a, b, c, d] = area.corners();
        self.line(&[a, b, c, d, a], pen);
    }

    pub(super) fn disc(&mut self, center: Pixel, radius: f64, color: Color) {
        // plotters walks all rows of a circle, also those far outside.
        let (width, height) = self.backend.get_size();
        let radius = (radius * SCALE - 0.5).clamp(0.0, f64::from(width + height));
        if radius >= 0.5 {
            let style = ink(color, 1.0);
            let result =
                self.backend
                    .draw_circle(middle(center), radius.round() as u32, &style, true);
            self.note(result);
        }
    }

    /// A line through these points, with round ends and joints.
    pub(super) fn line(&mut self, points: &[Pixel], pen: Pen) {
        if pen.width.is_nan() || pen.width <= 0.0 {
            return;
        }
        let margin = self.clip.grown(2.0 * pen.width + 2.0);
        for run in visible_runs(points, &margin) {
            for dash in pen.dashes(&run) {
                for pair in dash.windows(2) {
                    if let &[from, to] = pair {
                        self.segment(from, to, pen);
                    }
                }
            }
        }
    }

    /// The outline is ours, as `draw_path` of plotters knows whole widths only: lines one pixel wide
    /// came out with 15 % more or 30 % less ink. It has no dashes and no round ends either.
    fn segment(&mut self, from: Pixel, to: Pixel, pen: Pen) {
        let angle = (to.1 - from.1).atan2(to.0 - from.0);
        // plotters fills the pixels under the outline too, about 0.4 of one more on each side;
        // measured, the ink of contours is then that of exact shapes.
        let radius = (0.5 * pen.width - 0.4 / SCALE).max(0.0);
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
        self.fill(&outline, pen.color, 1.0);
    }

    /// Text whose place around `anchor` is `place`.
    pub(super) fn text(&mut self, text: &str, anchor: Pixel, place: Place) {
        let font = match font::embedded(place.bold) {
            Ok(font) => font,
            Err(reason) => {
                self.failure.get_or_insert(reason);
                return;
            }
        };
        let scale = PxScale::from(font::pixels(&font, place.size * SCALE));
        let scaled = font.as_scaled(scale);
        let (along, across) = place.shift(text);
        let (mut pen, mut before) = (along * SCALE, None);
        for letter in text.chars() {
            let id = scaled.glyph_id(letter);
            if let Some(before) = before {
                pen += f64::from(scaled.kern(before, id));
            }
            let glyph: Glyph = id.with_scale_and_position(scale, point(0.0, 0.0));
            if let Some(outline) = font.outline_glyph(glyph) {
                let bounds = outline.px_bounds();
                let (left, top) = (
                    pen + f64::from(bounds.min.x),
                    across * SCALE + f64::from(bounds.min.y),
                );
                outline.draw(|x, y, coverage| {
                    let (x, y) = (left + f64::from(x), top + f64::from(y));
                    let (x, y) = match place.direction {
                        Direction::Across => (anchor.0 * SCALE + x, anchor.1 * SCALE + y),
                        Direction::Up => (anchor.0 * SCALE + y, anchor.1 * SCALE - x),
                    };
                    self.dot((x.round() as i32, y.round() as i32), place.color, coverage);
                });
            }
            pen += f64::from(scaled.h_advance(id));
            before = Some(id);
        }
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

fn ink(color: Color, alpha: f64) -> RGBAColor {
    RGBAColor(color.red, color.green, color.blue, alpha)
}

/// The large pixel whose middle is nearest.
fn middle((x, y): Pixel) -> (i32, i32) {
    let nearest = |coordinate: f64| (coordinate * SCALE - 0.5).round() as i32;
    (nearest(x), nearest(y))
}

/// Cuts a line at `area`, and leaves out points too near to the last to be seen.
fn visible_runs(points: &[Pixel], area: &Rectangle) -> Vec<Vec<Pixel>> {
    let mut runs: Vec<Vec<Pixel>> = Vec::new();
    let mut run: Vec<Pixel> = Vec::new();
    let mut from = points.first().copied();
    for (index, &to) in points.iter().enumerate().skip(1) {
        let Some(start) = from else { continue };
        let near = (to.0 - start.0).hypot(to.1 - start.1) < 0.2;
        if near && index + 1 < points.len() {
            continue;
        }
        from = Some(to);
        match area.clip(start, to) {
            Some((enter, leave)) => {
                if run.last() != Some(&enter) {
                    runs.push(std::mem::replace(&mut run, vec![enter]));
                }
                run.push(leave);
            }
            None => runs.push(std::mem::take(&mut run)),
        }
    }
    runs.push(run);
    runs.retain(|run| run.len() > 1);
    runs
}
