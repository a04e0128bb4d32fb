//! The legend: what each colour and marker stands for, and where it covers no data.

use crate::canvas::Canvas;
use crate::color::Color;
use crate::entry::{Entry, SAMPLE};
use crate::font::{self, Along, Place};
use crate::pen::Pen;
use crate::rectangle::{Pixel, Rectangle};
use crate::style;

/// Where the legend goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Legend {
    /// In a corner or at a side that is free of data. If there is none, or if the panel holds contours
    /// or a heat map, beside the panel.
    #[default]
    Automatic,
    /// The upper right corner.
    UpperRight,
    /// The upper left corner.
    UpperLeft,
    /// The lower right corner.
    LowerRight,
    /// The lower left corner.
    LowerLeft,
    /// Beside the panel, on the right.
    Outside,
    /// No legend.
    Hidden,
}

const GAP: f64 = 9.0;
const INSET: f64 = 9.0;
const ROW: f64 = 23.0;

/// The lines of a legend in their final order.
#[derive(Debug, Clone, Default)]
pub(crate) struct Entries(Vec<Entry>);

impl Entries {
    pub(crate) fn new(entries: impl IntoIterator<Item = Entry>) -> Self {
        let (mut own, mut shared): (Vec<Entry>, Vec<Entry>) = (Vec::new(), Vec::new());
        for entry in entries {
            if !entry.shared {
                own.push(entry);
            } else if !shared.contains(&entry) {
                shared.push(entry);
            }
        }
        if !own.is_empty() {
            own.append(&mut shared);
        }
        Self(own)
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub(crate) fn size(&self) -> (f64, f64) {
        let widest = self
            .0
            .iter()
            .map(|entry| font::width_of(&entry.label, style::LEGEND, false))
            .fold(0.0, f64::max);
        (
            2.0 * INSET + SAMPLE + GAP + widest,
            2.0 * INSET + ROW * self.0.len() as f64 - 6.0,
        )
    }

    /// The first of the places inside `frame` that holds none of the covered pixels.
    pub(crate) fn free_place(&self, frame: Rectangle, covered: &[Pixel]) -> Option<Rectangle> {
        let (width, height) = self.size();
        let inner = frame.grown(-8.0);
        let (right, bottom) = (inner.right - width, inner.bottom - height);
        let (middle, center) = (
            inner.center().1 - 0.5 * height,
            inner.center().0 - 0.5 * width,
        );
        let places = [
            (right, inner.top),
            (inner.left, inner.top),
            (right, bottom),
            (inner.left, bottom),
            (right, middle),
            (inner.left, middle),
            (center, inner.top),
            (center, bottom),
        ];
        places
            .into_iter()
            .map(|corner| Rectangle::sized(corner, width, height))
            .filter(|area| inner.grown(0.5).contains_all_of(area))
            .find(|area| {
                let area = area.grown(5.0);
                !covered.iter().any(|pixel| area.contains(*pixel))
            })
    }

    /// The corner that the user chose; `None` if the legend goes elsewhere.
    pub(crate) fn corner(&self, legend: Legend, frame: Rectangle) -> Option<Rectangle> {
        let (width, height) = self.size();
        let inner = frame.grown(-8.0);
        let (right, bottom) = (inner.right - width, inner.bottom - height);
        let corner = match legend {
            Legend::UpperRight => (right, inner.top),
            Legend::UpperLeft => (inner.left, inner.top),
            Legend::LowerRight => (right, bottom),
            Legend::LowerLeft => (inner.left, bottom),
            Legend::Automatic | Legend::Outside | Legend::Hidden => return None,
        };
        Some(Rectangle::sized(corner, width, height))
    }

    pub(crate) fn draw(&self, canvas: &mut Canvas<'_>, area: Rectangle, boxed: bool) {
        if boxed {
            canvas.rectangle(area, Color::WHITE, 0.88);
            canvas.border(area.crisp(), Pen::solid(Color::rgb(0xD8, 0xD8, 0xD8), 1.0));
        }
        let left = area.left + INSET;
        for (row, entry) in self.0.iter().enumerate() {
            let y = area.top + INSET - 3.0 + (row as f64 + 0.5) * ROW;
            entry.sample.draw(canvas, (left, y));
            let place = Place::new(style::LEGEND, Along::Start);
            canvas.text(&entry.label, (left + SAMPLE + GAP, y), place);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::entry::Sample;

    #[test]
    fn the_legend_goes_where_nothing_is_covered_or_nowhere() {
        let sample = Sample::Patch(Color::BLUE, 1.0);
        let entries = Entries::new(Entry::labelled("series", sample));
        let frame = Rectangle::new(0.0, 0.0, 600.0, 400.0);
        let corner = |x: f64, y: f64| vec![(x, y)];
        let upper_right = entries.free_place(frame, &[]).unwrap();
        assert!(upper_right.left > 300.0 && upper_right.bottom < 200.0);
        let upper_left = entries
            .free_place(frame, &corner(580.0, 20.0))
            .expect("the other corners are free");
        assert!(upper_left.right < 300.0 && upper_left.bottom < 200.0);
        let everywhere: Vec<Pixel> = (0..60)
            .flat_map(|column| (0..40).map(move |row| (column, row)))
            .map(|(column, row)| (10.0 * f64::from(column), 10.0 * f64::from(row)))
            .collect();
        assert_eq!(entries.free_place(frame, &everywhere), None);
    }

    #[test]
    fn shared_entries_come_once_and_last() {
        let entry = |label: &str| Entry::labelled(label, Sample::Patch(Color::BLUE, 1.0));
        let shared = || entry("start").into_iter().map(Entry::shared);
        let entries = Entries::new(shared().chain(entry("a")).chain(shared()).chain(entry("b")));
        let labels: Vec<&str> = entries.0.iter().map(|entry| entry.label.as_str()).collect();
        assert_eq!(labels, ["a", "b", "start"]);
        assert!(Entries::new(shared()).is_empty());
    }
}
