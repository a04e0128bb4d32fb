//! The bar beside a panel that says which colour means which value.

use super::Color;
use super::canvas::Canvas;
use super::font::{self, Along, Place};
use super::pen::Pen;
use super::rectangle::{Rectangle, crisp};
use super::scale::{Scale, Span};
use super::style;
use super::ticks::Ticks;

#[derive(Debug, Clone)]
pub(super) struct Colorbar {
    label: String,
    kind: Kind,
}

#[derive(Debug, Clone)]
enum Kind {
    Continuous(Span, Vec<Color>),
    Lines(Span, Vec<(f64, Color)>),
    Categories(Vec<(String, Color)>),
}

const GAP: f64 = 18.0;
const BAR: f64 = 18.0;
const SWATCH: f64 = 26.0;

impl Colorbar {
    pub(super) fn continuous(label: String, span: Span, colors: Vec<Color>) -> Self {
        let kind = Kind::Continuous(span, colors);
        Self { label, kind }
    }

    pub(super) fn lines(label: String, span: Span, lines: Vec<(f64, Color)>) -> Self {
        let kind = Kind::Lines(span, lines);
        Self { label, kind }
    }

    pub(super) fn categories(label: String, categories: Vec<(String, Color)>) -> Self {
        let kind = Kind::Categories(categories);
        Self { label, kind }
    }

    fn ticks(&self, height: f64) -> Ticks {
        match &self.kind {
            Kind::Continuous(span, _) | Kind::Lines(span, _) => {
                Ticks::new(*span, (height / 55.0) as usize)
            }
            Kind::Categories(_) => Ticks::default(),
        }
    }

    fn widest(&self, height: f64) -> f64 {
        let ticks = self.ticks(height);
        let names: Vec<&String> = match &self.kind {
            Kind::Categories(categories) => categories.iter().map(|(name, _)| name).collect(),
            _ => ticks.major.iter().map(|(_, label)| label).collect(),
        };
        names
            .into_iter()
            .map(|name| font::width_of(name, style::TICK, false))
            .fold(0.0, f64::max)
    }

    /// Room needed to the right of a panel of this height.
    pub(super) fn room(&self, height: f64) -> f64 {
        let label = if self.label.is_empty() {
            0.0
        } else {
            style::LABEL + 10.0
        };
        GAP + BAR + 9.0 + self.widest(height) + label
    }

    pub(super) fn draw(&self, canvas: &mut Canvas<'_>, frame: Rectangle) {
        let bar = Rectangle::new(
            frame.right + GAP,
            frame.top,
            frame.right + GAP + BAR,
            frame.bottom,
        )
        .crisp();
        let text = Place::new(style::TICK, Along::Start);
        match &self.kind {
            Kind::Continuous(span, colors) => {
                let share = bar.height() / colors.len().max(1) as f64;
                for (index, color) in colors.iter().enumerate() {
                    let bottom = bar.bottom - index as f64 * share;
                    let block = Rectangle::new(bar.left, bottom - share, bar.right, bottom);
                    canvas.rectangle(block, *color, 1.0);
                }
                self.draw_scale(canvas, bar, *span);
            }
            Kind::Lines(span, lines) => {
                let scale = scale(*span, bar);
                for (level, color) in lines.iter().filter(|(level, _)| span.contains(*level)) {
                    if let Some(y) = scale.place(*level) {
                        let ends = [(bar.left, y), (bar.right, y)];
                        canvas.within(bar, |canvas| canvas.line(&ends, Pen::solid(*color, 2.0)));
                    }
                }
                self.draw_scale(canvas, bar, *span);
            }
            Kind::Categories(categories) => {
                for (index, (name, color)) in categories.iter().enumerate() {
                    let top = bar.top + index as f64 * SWATCH;
                    let swatch = Rectangle::sized((bar.left, top), BAR, BAR).crisp();
                    canvas.rectangle(swatch, *color, 1.0);
                    canvas.border(swatch, Pen::solid(Color::TEXT, 1.0));
                    canvas.text(name, (bar.right + 9.0, swatch.center().1), text);
                }
            }
        }
        if !self.label.is_empty() {
            let x = frame.right + self.room(frame.height()) - 0.5 * style::LABEL;
            let size = font::fitting(&self.label, style::LABEL, frame.height());
            let place = Place::new(size, Along::Middle).up();
            canvas.text(&self.label, (x, frame.center().1), place);
        }
    }

    fn draw_scale(&self, canvas: &mut Canvas<'_>, bar: Rectangle, span: Span) {
        let scale = scale(span, bar);
        canvas.border(bar, Pen::solid(Color::TEXT, 1.0));
        for (value, label) in self.ticks(bar.height()).major {
            if let Some(y) = scale.place(value).map(crisp) {
                let ends = [(bar.right, y), (bar.right + 4.5, y)];
                canvas.line(&ends, Pen::solid(Color::TEXT, 1.0));
                let place = Place::new(style::TICK, Along::Start);
                canvas.text(&label, (bar.right + 9.0, y), place);
            }
        }
    }
}

fn scale(span: Span, bar: Rectangle) -> Scale {
    Scale {
        span,
        from: bar.bottom,
        to: bar.top,
    }
}
