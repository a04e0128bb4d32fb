//! The canvas: what layers draw on. It cuts and dashes lines, and leaves the rest to a surface.

use crate::cells::Cells;
use crate::color::Color;
use crate::font::Place;
use crate::pen::Pen;
use crate::rectangle::{Pixel, Rectangle};
use crate::surface::Surface;

pub(crate) struct Canvas<'surface> {
    surface: &'surface mut dyn Surface,
    clip: Rectangle,
}

impl<'surface> Canvas<'surface> {
    /// A canvas that fills `area` of a surface.
    pub(crate) fn new(surface: &'surface mut dyn Surface, area: Rectangle) -> Self {
        surface.clip(area);
        Self {
            surface,
            clip: area,
        }
    }

    /// Draws with nothing reaching outside `clip`.
    pub(crate) fn within(&mut self, clip: Rectangle, draw: impl FnOnce(&mut Self)) {
        let whole = std::mem::replace(&mut self.clip, clip);
        self.surface.clip(clip);
        draw(self);
        self.clip = whole;
        self.surface.clip(whole);
    }

    /// Fills the inside of a closed outline.
    pub(crate) fn fill(&mut self, outline: &[Pixel], color: Color, alpha: f64) {
        self.surface.fill(outline, color, alpha);
    }

    pub(crate) fn rectangle(&mut self, area: Rectangle, color: Color, alpha: f64) {
        self.surface.rectangle(area, color, alpha);
    }

    pub(crate) fn border(&mut self, area: Rectangle, pen: Pen) {
        let [a, b, c, d] = area.corners();
        self.line(&[a, b, c, d, a], pen);
    }

    pub(crate) fn disc(&mut self, center: Pixel, radius: f64, color: Color) {
        self.surface.disc(center, radius, color);
    }

    /// A line through these points, with round ends and joints.
    pub(crate) fn line(&mut self, points: &[Pixel], pen: Pen) {
        if pen.width.is_nan() || pen.width <= 0.0 {
            return;
        }
        let margin = self.clip.grown(2.0 * pen.width + 2.0);
        for run in visible_runs(points, &margin) {
            for dash in pen.dashes(&run) {
                self.surface.stroke(&dash, pen.width, pen.color);
            }
        }
    }

    pub(crate) fn cells(&mut self, cells: &Cells) {
        self.surface.cells(cells);
    }

    /// Text whose place around `anchor` is `place`.
    pub(crate) fn text(&mut self, text: &str, anchor: Pixel, place: Place) {
        if !text.is_empty() {
            self.surface.text(text, anchor, place);
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
