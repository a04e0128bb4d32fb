//! Filled bands, such as confidence intervals.

use std::borrow::Borrow;

use crate::canvas::Canvas;
use crate::color::Color;
use crate::drawable::Draw;
use crate::entry::{Entry, Sample};
use crate::frame::Frame;
use crate::rectangle::Pixel;

/// The area between a lower and an upper curve, translucent.
///
/// ```
/// use heavyball_plot::{Band, Color};
///
/// let interval = Band::new("95 %", [(0.0, 0.9, 1.1), (1.0, 0.4, 0.6)]).color(Color::ORANGE);
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct Band {
    label: String,
    edges: Vec<(f64, f64, f64)>,
    color: Color,
    opacity: f64,
}

impl Band {
    /// A blue band through (x, low, high); an empty label keeps it out of the legend.
    #[must_use]
    pub fn new(
        label: impl Into<String>,
        edges: impl IntoIterator<Item = impl Borrow<(f64, f64, f64)>>,
    ) -> Self {
        Self {
            label: label.into(),
            edges: edges.into_iter().map(|edge| *edge.borrow()).collect(),
            color: Color::BLUE,
            opacity: 0.22,
        }
    }

    /// The colour.
    #[must_use]
    pub fn color(mut self, color: Color) -> Self {
        self.color = color;
        self
    }

    /// The opacity, from 0 (invisible) to 1 (solid). The default is 0.22.
    #[must_use]
    pub fn opacity(mut self, opacity: f64) -> Self {
        self.opacity = opacity.clamp(0.0, 1.0);
        self
    }

    fn pixels(&self, frame: &Frame) -> Vec<Option<(Pixel, Pixel)>> {
        let place = |&(x, low, high): &(f64, f64, f64)| {
            Some((frame.place((x, low))?, frame.place((x, high))?))
        };
        self.edges.iter().map(place).collect()
    }
}

impl Draw for Band {
    fn points(&self) -> Vec<(f64, f64)> {
        let ends = |&(x, low, high): &(f64, f64, f64)| [(x, low), (x, high)];
        self.edges.iter().flat_map(ends).collect()
    }

    fn covered(&self, frame: &Frame) -> Vec<Pixel> {
        let pixels = self.pixels(frame);
        let across = pixels.iter().flatten();
        across
            .flat_map(|(low, high)| frame.area.samples(*low, *high, 6.0))
            .collect()
    }

    fn draw(&self, canvas: &mut Canvas<'_>, frame: &Frame) {
        for run in self.pixels(frame).split(Option::is_none) {
            let low = run.iter().flatten().map(|(low, _)| *low);
            let high = run.iter().flatten().rev().map(|(_, high)| *high);
            let outline: Vec<Pixel> = low.chain(high).collect();
            canvas.fill(&outline, self.color, self.opacity);
        }
    }

    fn entries(&self) -> Vec<Entry> {
        Entry::labelled(&self.label, Sample::Patch(self.color, self.opacity))
    }
}
