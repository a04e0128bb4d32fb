//! The canvas: shapes and text in pixels of the final image, drawn four times as large.

use ab_glyph::{Font, Glyph, PxScale, ScaleFont, point};
use plotters::backend::{BitMapBackend, DrawingBackend};
use plotters::style::RGBAColor;

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
        let large = (width * SCALE as u32, height * SCALE as u32);
        let mut buffer = vec![0xFF_u8; 3 * large.0 as usize * large.1 as usize];
        let failed = |reason: String| Error::Figure {
            path: "in memory".into(),
            reason,
        };
        {
            let backend = BitMapBackend::with_buffer_and_format(&mut buffer, large)
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
        Image::averaged(&buffer, (width, height), SCALE as usize)
            .ok_or_else(|| failed("the buffer is smaller than the image".into()))
    }

    /// Draws with nothing reaching outside `clip`.
    pub(super) fn within(&mut self, clip: Rectangle, draw: impl FnOnce(&mut Self)) {
        let whole = std::mem::replace(&mut self.clip, clip);
        draw(self);
        self.clip = whole;
    }

    /// Fills the inside of a closed outline, row by row.
    pub(super) fn fill(&mut self, outline: &[Pixel], color: Color, alpha: f64) {
        if outline
            .iter()
            .any(|(x, y)| !x.is_finite() || !y.is_finite())
        {
            return;
        }
        let (top, bottom) = outline
            .iter()
            .fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), point| {
                (low.min(point.1), high.max(point.1))
            });
        let first = (top.max(self.clip.top) * SCALE).floor();
        let last = (bottom.min(self.clip.bottom) * SCALE).ceil();
        let (left, right) = (self.clip.left * SCALE, self.clip.right * SCALE);
        let mut crossings: Vec<f64> = Vec::with_capacity(8);
        let mut row = first;
        while row < last {
            let height = (row + 0.5) / SCALE;
            crossings.clear();
            let before = outline.iter().cycle().skip(outline.len().max(1) - 1);
            for (from, to) in before.zip(outline) {
                if (from.1 <= height) != (to.1 <= height) {
                    let share = (height - from.1) / (to.1 - from.1);
                    crossings.push((from.0 + share * (to.0 - from.0)) * SCALE);
                }
            }
            crossings.sort_by(f64::total_cmp);
            for pair in crossings.chunks_exact(2) {
                if let &[from, to] = pair {
                    self.span(row, from.max(left), to.min(right), color, alpha);
                }
            }
            row += 1.0;
        }
    }

    /// The same for an outline without dents, in time that grows with its height alone: lines are
    /// made of thousands of these.
    fn fill_convex(&mut self, outline: &[Pixel], color: Color) {
        let row_of = |y: f64| {
            let y = y.clamp(self.clip.top, self.clip.bottom);
            (y * SCALE - 0.5).ceil() as usize
        };
        let heights = outline.iter().map(|point| row_of(point.1));
        let (Some(first), Some(last)) = (heights.clone().min(), heights.max()) else {
            return;
        };
        let mut spans = vec![(f64::INFINITY, f64::NEG_INFINITY); last - first];
        let before = outline.iter().cycle().skip(outline.len() - 1);
        for (from, to) in before.zip(outline) {
            let (upper, lower) = if from.1 <= to.1 {
                (from, to)
            } else {
                (to, from)
            };
            let (start, end) = (row_of(upper.1), row_of(lower.1));
            let slope = (lower.0 - upper.0) / (lower.1 - upper.1);
            let rows = spans.iter_mut().zip(first..).skip(start - first);
            for (span, row) in rows.take(end - start) {
                let height = (row as f64 + 0.5) / SCALE;
                let x = (upper.0 + slope * (height - upper.1)) * SCALE;
                *span = (span.0.min(x), span.1.max(x));
            }
        }
        let (left, right) = (self.clip.left * SCALE, self.clip.right * SCALE);
        for ((from, to), row) in spans.into_iter().zip(first..) {
            self.span(row as f64, from.max(left), to.min(right), color, 1.0);
        }
    }

    /// One row of large pixels whose centres lie between `from` and `to`.
    fn span(&mut self, row: f64, from: f64, to: f64, color: Color, alpha: f64) {
        let (from, to) = ((from - 0.5).ceil() as i32, (to - 0.5).ceil() as i32);
        if from < to {
            let row = row as i32;
            let result = self.backend.draw_rect(
                (from, row),
                (to, row + 1),
                &RGBAColor(color.red, color.green, color.blue, alpha),
                true,
            );
            if let Err(cause) = result {
                self.failure.get_or_insert(cause.to_string());
            }
        }
    }

    pub(super) fn rectangle(&mut self, area: Rectangle, color: Color, alpha: f64) {
        self.fill(&area.corners(), color, alpha);
    }

    pub(super) fn border(&mut self, area: Rectangle, pen: Pen) {
        let [a, b, c, d] = area.corners();
        self.line(&[a, b, c, d, a], pen);
    }

    pub(super) fn disc(&mut self, center: Pixel, radius: f64, color: Color) {
        let outline: Vec<Pixel> = (0..40)
            .map(|corner| f64::from(corner) * std::f64::consts::TAU / 40.0)
            .map(|angle| {
                (
                    center.0 + radius * angle.cos(),
                    center.1 + radius * angle.sin(),
                )
            })
            .collect();
        self.fill_convex(&outline, color);
    }

    /// A line through these points, with round ends and joints.
    pub(super) fn line(&mut self, points: &[Pixel], pen: Pen) {
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

    fn segment(&mut self, from: Pixel, to: Pixel, pen: Pen) {
        let angle = (to.1 - from.1).atan2(to.0 - from.0);
        let radius = 0.5 * pen.width;
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
        self.fill_convex(&outline, pen.color);
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
        let ink = plotters::style::RGBColor(color.red, color.green, color.blue);
        let ink = plotters::style::Color::mix(&ink, f64::from(coverage.clamp(0.0, 1.0)));
        let ink = plotters::style::Color::to_backend_color(&ink);
        if let Err(cause) = self.backend.draw_pixel(at, ink) {
            self.failure.get_or_insert(cause.to_string());
        }
    }
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
