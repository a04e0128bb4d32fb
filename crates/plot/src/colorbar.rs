//! The bar beside a panel that says which colour means which value.

use crate::canvas::Canvas;
use crate::color::Color;
use crate::font::{self, Along, Place};
use crate::pen::Pen;
use crate::rectangle::{Rectangle, crisp};
use crate::scale::{Scale, Span};
use crate::style;
use crate::ticks::Ticks;

#[derive(Debug, Clone)]
pub(crate) struct Colorbar {
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
    pub(crate) fn continuous(label: String, span: Span, colors: Vec<Color>) -> Self {
        let kind = Kind::Continuous(span, colors);
        Self { label, kind }
    }

    pub(crate) fn lines(label: String, span: Span, lines: Vec<(f64, Color)>) -> Self {
        let kind = Kind::Lines(span, lines);
        Self { label, kind }
    }

    pub(crate) fn categories(label: String, categories: Vec<(String, Color)>) -> Self {
        let kind = Kind::Categories(categories);
        Self { label, kind }
    }

    pub(crate) fn ticks(&self, height: f64) -> Ticks {
        match &self.kind {
            Kind::Continuous(span, _) | Kind::Lines(span, _) => {
                Ticks::new(*span, (height / 55.0) as usize)
            }
            Kind::Categories(_) => Ticks::default(),
        }
    }

    /// Width of the widest text beside the bar.
    fn widest(&self, ticks: &Ticks) -> f64 {
        let names: Vec<&String> = match &self.kind {
            Kind::Categories(categories) => categories.iter().map(|(name, _)| name).collect(),
            _ => ticks.major.iter().map(|tick| &tick.label).collect(),
        };
        names
            .into_iter()
            .map(|name| font::width_of(name, style::TICK, false))
            .fold(0.0, f64::max)
    }

    /// From the panel to the outer side of the label, which stands beside the ticks.
    fn reach(&self, ticks: &Ticks) -> f64 {
        let label = if self.label.is_empty() {
            0.0
        } else {
            style::LABEL + 10.0
        };
        GAP + BAR + 9.0 + self.widest(ticks) + label
    }

    /// Room needed to the right of a panel of this height.
    pub(crate) fn room(&self, height: f64) -> f64 {
        let ticks = self.ticks(height);
        let offset = font::width_of(&ticks.offset, style::TICK, false);
        self.reach(&ticks).max(GAP + offset)
    }

    pub(crate) fn draw(&self, canvas: &mut Canvas<'_>, frame: Rectangle) {
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
                    // Up to the top, for the next to cover, so that no seam shows between them.
                    let block = Rectangle::new(bar.left, bar.top, bar.right, bottom);
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
            let reach = self.reach(&self.ticks(frame.height()));
            let x = frame.right + reach - 0.5 * style::LABEL;
            let size = font::fitting(&self.label, style::LABEL, frame.height());
            let place = Place::new(size, Along::Middle).up();
            canvas.text(&self.label, (x, frame.center().1), place);
        }
    }

    fn draw_scale(&self, canvas: &mut Canvas<'_>, bar: Rectangle, span: Span) {
        let scale = scale(span, bar);
        let place = Place::new(style::TICK, Along::Start);
        canvas.border(bar, Pen::solid(Color::TEXT, 1.0));
        let ticks = self.ticks(bar.height());
        for tick in ticks.major {
            let y = crisp(scale.at(tick.share));
            let ends = [(bar.right, y), (bar.right + 4.5, y)];
            canvas.line(&ends, Pen::solid(Color::TEXT, 1.0));
            canvas.text(&tick.label, (bar.right + 9.0, y), place);
        }
        let above = bar.top - style::OFFSET_RISE;
        canvas.text(&ticks.offset, (bar.left, above), place);
    }
}

fn scale(span: Span, bar: Rectangle) -> Scale {
    Scale::new(span, bar.bottom, bar.top)
}
