//! Text at a data point.

use crate::canvas::Canvas;
use crate::color::Color;
use crate::drawable::{Draw, Taken};
use crate::font::{self, Along, Place};
use crate::frame::Frame;
use crate::pen::Pen;
use crate::rectangle::{Pixel, Rectangle};
use crate::style;

/// Text beside a data point, placed where it covers the least. A thin line joins text and point if
/// they are far apart.
///
/// ```
/// use heavyball_plot::Annotation;
///
/// let saddle = Annotation::new("saddle", (0.0, 0.0));
/// let below = Annotation::new("minimum", (1.0, 0.0)).offset(0.0, 40.0);
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct Annotation {
    text: String,
    point: (f64, f64),
    color: Color,
    offset: Option<Pixel>,
}

impl Annotation {
    /// Dark text beside this point.
    #[must_use]
    pub fn new(text: impl Into<String>, point: (f64, f64)) -> Self {
        Self {
            text: text.into(),
            point,
            color: Color::TEXT,
            offset: None,
        }
    }

    /// The colour.
    #[must_use]
    pub fn color(mut self, color: Color) -> Self {
        self.color = color;
        self
    }

    /// Centres the text this many pixels to the right of the point and below it; NaN counts as 0.
    #[must_use]
    pub fn offset(mut self, right: f64, down: f64) -> Self {
        // No image is larger than that.
        let near = |shift: f64| {
            if shift.is_nan() {
                0.0
            } else {
                shift.clamp(-1e4, 1e4)
            }
        };
        self.offset = Some((near(right), near(down)));
        self
    }

    /// The box of the text for a shift of its middle from the point.
    fn area(&self, at: Pixel, shift: Pixel) -> Rectangle {
        let width = font::width_of(&self.text, style::LEGEND, false);
        let center = (at.0 + shift.0, at.1 + shift.1);
        Rectangle::new(
            center.0 - 0.5 * width,
            center.1 - 0.6 * style::LEGEND,
            center.0 + 0.5 * width,
            center.1 + 0.6 * style::LEGEND,
        )
        .grown(2.0)
    }

    /// The free place nearest to the point, or the one that covers least.
    fn best(&self, at: Pixel, frame: &Frame, covered: &[Pixel]) -> Rectangle {
        if let Some(shift) = self.offset {
            return self.area(at, shift);
        }
        let width = 0.5 * font::width_of(&self.text, style::LEGEND, false);
        let distances = [10.0, 20.0, 34.0, 52.0, 75.0];
        let directions = [
            (1.0, 0.0),
            (0.7, -0.7),
            (0.0, -1.0),
            (-0.7, -0.7),
            (-1.0, 0.0),
            (0.7, 0.7),
            (0.0, 1.0),
            (-0.7, 0.7),
        ];
        let room = frame.area.grown(-4.0);
        let mut best: Option<(usize, Rectangle)> = None;
        for distance in distances {
            for (right, down) in directions {
                let (right, down): (f64, f64) = (right, down);
                let shift = (
                    right * distance + width * right.signum() * f64::from(right != 0.0),
                    down * (distance + 0.5 * style::LEGEND),
                );
                let area = self.area(at, shift).slid_into(&room);
                if area.grown(5.5).contains(at) || !room.contains_all_of(&area) {
                    continue;
                }
                let hidden = covered
                    .iter()
                    .filter(|pixel| area.contains(**pixel))
                    .count();
                if best.as_ref().is_none_or(|(least, _)| hidden < *least) {
                    best = Some((hidden, area));
                }
            }
        }
        best.map_or_else(|| self.area(at, (width + 10.0, 0.0)), |(_, area)| area)
    }
}

impl Draw for Annotation {
    fn points(&self) -> Vec<(f64, f64)> {
        vec![self.point]
    }

    fn draw(&self, _canvas: &mut Canvas<'_>, _frame: &Frame) {}

    fn draw_over(&self, canvas: &mut Canvas<'_>, frame: &Frame, taken: &mut Taken) {
        let Some(&at) = frame.visible(&[self.point]).first() else {
            return;
        };
        let area = self.best(at, frame, &taken.covered);
        let near = (
            at.0.clamp(area.left, area.right),
            at.1.clamp(area.top, area.bottom),
        );
        let (dx, dy) = (near.0 - at.0, near.1 - at.1);
        let distance = dx.hypot(dy);
        if distance > 14.0 {
            let start = (at.0 + 6.0 * dx / distance, at.1 + 6.0 * dy / distance);
            canvas.line(&[start, near], Pen::solid(self.color.lighter(0.3), 1.0));
        }
        canvas.rectangle(area, Color::WHITE, 0.75);
        let place = Place::new(style::LEGEND, Along::Middle).color(self.color);
        canvas.text(&self.text, area.center(), place);
        let mut height = area.top;
        while height <= area.bottom {
            let row = area.samples((area.left, height), (area.right, height), 4.0);
            taken.covered.extend(row);
            height += 4.0;
        }
    }
}
