//! The drawing of a panel that is laid out: grid, layers, axes, labels, legend.

use super::canvas::Canvas;
use super::font::{self, Along, Place};
use super::layer::Taken;
use super::layout::Layout;
use super::pen::Pen;
use super::rectangle::{Rectangle, crisp};
use super::{Color, style};

impl Layout<'_> {
    pub(super) fn draw(&self, canvas: &mut Canvas<'_>) {
        let area = self.frame.area;
        let gridded = self.panel.has_grid();
        canvas.within(area, |canvas| {
            if !gridded {
                self.draw_grid(canvas);
            }
            for layer in self.panel.drawn() {
                layer.draw(canvas, &self.frame);
            }
        });
        self.draw_axes(canvas, gridded);
        let mut taken = Taken {
            covered: self.covered(),
            ends: Vec::new(),
        };
        if let Some((legend, true)) = self.legend_area() {
            let mut height = legend.top;
            while height <= legend.bottom {
                taken.covered.extend(area.samples(
                    (legend.left, height),
                    (legend.right, height),
                    4.0,
                ));
                height += 4.0;
            }
        }
        for layer in self.panel.drawn() {
            layer.draw_over(canvas, &self.frame, &mut taken);
        }
        if let Some(colorbar) = &self.colorbar {
            colorbar.draw(canvas, area);
        }
        if let Some((legend, inside)) = self.legend_area() {
            self.entries.draw(canvas, legend, inside);
        }
        self.draw_labels(canvas);
    }

    /// Thin lines behind the data, at the labelled ticks.
    fn draw_grid(&self, canvas: &mut Canvas<'_>) {
        let (area, pen) = (self.frame.area, Pen::solid(Color::GRID, 1.0));
        for (value, _) in self.x_ticks().major {
            if let Some(x) = self.frame.x.place(value).map(crisp) {
                canvas.line(&[(x, area.top), (x, area.bottom)], pen);
            }
        }
        for (value, _) in self.y_ticks().major {
            if let Some(y) = self.frame.y.place(value).map(crisp) {
                canvas.line(&[(area.left, y), (area.right, y)], pen);
            }
        }
    }

    /// Lines and ticks: two sides for curves, a full box around contours and heat maps.
    fn draw_axes(&self, canvas: &mut Canvas<'_>, boxed: bool) {
        let (area, pen) = (self.frame.area, Pen::solid(Color::TEXT, 1.0));
        if boxed {
            canvas.border(area, pen);
        } else {
            let [top, _, right, corner] = area.corners();
            canvas.line(&[top, corner, right], pen);
        }
        let (x_ticks, y_ticks) = (self.x_ticks(), self.y_ticks());
        let lengths = [(style::TICK_LENGTH, false), (style::MINOR_LENGTH, true)];
        for (length, minor) in lengths {
            let values = |ticks: &super::ticks::Ticks| -> Vec<f64> {
                if minor {
                    ticks.minor.clone()
                } else {
                    ticks.major.iter().map(|(value, _)| *value).collect()
                }
            };
            for x in values(&x_ticks)
                .into_iter()
                .filter_map(|x| self.frame.x.place(x).map(crisp))
            {
                canvas.line(&[(x, area.bottom), (x, area.bottom + length)], pen);
            }
            for y in values(&y_ticks)
                .into_iter()
                .filter_map(|y| self.frame.y.place(y).map(crisp))
            {
                canvas.line(&[(area.left - length, y), (area.left, y)], pen);
            }
        }
        let below = area.bottom + style::TICK_LENGTH + 5.0 + 0.4 * style::TICK;
        for (value, label) in &x_ticks.major {
            if let Some(x) = self.frame.x.place(*value) {
                canvas.text(label, (x, below), Place::new(style::TICK, Along::Middle));
            }
        }
        let left = area.left - style::TICK_LENGTH - 5.0;
        for (value, label) in &y_ticks.major {
            if let Some(y) = self.frame.y.place(*value) {
                canvas.text(label, (left, y), Place::new(style::TICK, Along::End));
            }
        }
    }

    fn draw_labels(&self, canvas: &mut Canvas<'_>) {
        let area: Rectangle = self.frame.area;
        let (center, middle) = area.center();
        let x_label = &self.panel.x.label;
        let size = font::fitting(x_label, style::LABEL, area.width() + 40.0);
        let below =
            area.bottom + style::TICK_LENGTH + 5.0 + 1.1 * style::TICK + 4.0 + 0.6 * style::LABEL;
        canvas.text(x_label, (center, below), Place::new(size, Along::Middle));
        let y_label = &self.panel.y.label;
        let size = font::fitting(y_label, style::LABEL, area.height() + 20.0);
        let left = area.left - self.y_labels() - 8.0 - 0.5 * style::LABEL;
        canvas.text(
            y_label,
            (left, middle),
            Place::new(size, Along::Middle).up(),
        );
        for (line, text) in self.title().iter().rev().enumerate() {
            let up = (line as f64 + 0.5) * style::LEADING * style::PANEL_TITLE + 6.0;
            let place = Place::new(style::PANEL_TITLE, Along::Middle);
            canvas.text(text, (center, area.top - up), place);
        }
    }
}
