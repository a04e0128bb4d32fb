//! The drawing of a panel that is laid out: grid, layers, axes, labels, legend.

use crate::canvas::Canvas;
use crate::color::Color;
use crate::drawable::Taken;
use crate::font::{self, Along, Place};
use crate::layout::{Layout, offset_row};
use crate::pen::Pen;
use crate::rectangle::{Rectangle, crisp};
use crate::style;

impl Layout<'_> {
    pub(crate) fn draw(&self, canvas: &mut Canvas<'_>) {
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
        for tick in self.x_ticks().major {
            let x = crisp(self.frame.x.at(tick.share));
            canvas.line(&[(x, area.top), (x, area.bottom)], pen);
        }
        for tick in self.y_ticks().major {
            let y = crisp(self.frame.y.at(tick.share));
            canvas.line(&[(area.left, y), (area.right, y)], pen);
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
        let mark_x = |canvas: &mut Canvas<'_>, share: f64, length: f64| {
            let x = crisp(self.frame.x.at(share));
            canvas.line(&[(x, area.bottom), (x, area.bottom + length)], pen);
        };
        let mark_y = |canvas: &mut Canvas<'_>, share: f64, length: f64| {
            let y = crisp(self.frame.y.at(share));
            canvas.line(&[(area.left - length, y), (area.left, y)], pen);
        };
        for tick in &x_ticks.major {
            mark_x(canvas, tick.share, style::TICK_LENGTH);
        }
        for tick in &y_ticks.major {
            mark_y(canvas, tick.share, style::TICK_LENGTH);
        }
        for share in &x_ticks.minor {
            mark_x(canvas, *share, style::MINOR_LENGTH);
        }
        for share in &y_ticks.minor {
            mark_y(canvas, *share, style::MINOR_LENGTH);
        }
        let below = area.bottom + style::TICK_LENGTH + 5.0 + 0.4 * style::TICK;
        for tick in &x_ticks.major {
            let place = Place::new(style::TICK, Along::Middle);
            canvas.text(&tick.label, (self.frame.x.at(tick.share), below), place);
        }
        let left = area.left - style::TICK_LENGTH - 5.0;
        for tick in &y_ticks.major {
            let place = Place::new(style::TICK, Along::End);
            canvas.text(&tick.label, (left, self.frame.y.at(tick.share)), place);
        }
        self.draw_offsets(canvas, &x_ticks.offset, &y_ticks.offset);
    }

    /// What the ticks count from: below the right end of the x axis, over the y axis.
    fn draw_offsets(&self, canvas: &mut Canvas<'_>, x: &str, y: &str) {
        let area = self.frame.area;
        let left = area.left - self.y_labels();
        let set = |text: &str, along| {
            Place::new(font::fitting(text, style::TICK, area.right - left), along)
        };
        let below = area.bottom + style::TICK_LENGTH + 5.0 + 1.8 * style::TICK;
        canvas.text(x, (area.right, below), set(x, Along::End));
        let above = area.top - style::OFFSET_RISE;
        canvas.text(y, (left, above), set(y, Along::Start));
    }

    fn draw_labels(&self, canvas: &mut Canvas<'_>) {
        let area: Rectangle = self.frame.area;
        let (center, middle) = area.center();
        let x_label = &self.panel.x.label;
        let size = font::fitting(x_label, style::LABEL, area.width() + 40.0);
        let tick_labels = style::TICK_LENGTH + 5.0 + 1.1 * style::TICK;
        let offset = offset_row(&self.x_ticks());
        let below = area.bottom + tick_labels + offset + 4.0 + 0.6 * style::LABEL;
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
            canvas.text(text, (center, area.top - self.row_above() - up), place);
        }
    }
}
