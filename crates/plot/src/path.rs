//! The path of an optimiser: a line with arrows, its start and its end marked.

use std::borrow::Borrow;

use super::canvas::Canvas;
use super::frame::Frame;
use super::layer::{Draw, Taken};
use super::legend::{Entry, Sample};
use super::pen::Pen;
use super::rectangle::{Pixel, Rectangle};
use super::{Color, Marker};

/// The iterates of an optimiser, joined by arrows; a ring marks the start, a dot the end.
///
/// An arrow head shrinks with its step down to a readable size. Where steps are shorter than that,
/// only some of them carry a head, so that the end of a path never turns into a blob.
///
/// ```
/// use heavyball_plot::{Color, Path};
///
/// let descent = Path::new("x₀ = (0, 1)", [(0.0, 1.0), (0.0, 0.8), (0.0, 0.54)]).color(Color::GREEN);
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct Path {
    label: String,
    points: Vec<(f64, f64)>,
    pen: Pen,
    iterates: f64,
    ends: bool,
}

/// Lengths of arrow heads, and the clearance between two of them, in pixels.
const SHORTEST: f64 = 8.0;
const LONGEST: f64 = 13.0;
const CLEARANCE: f64 = 12.0;
const END: f64 = 10.0;

impl Path {
    /// A blue path; an empty label keeps it out of the legend.
    pub fn new(
        label: impl Into<String>,
        points: impl IntoIterator<Item = impl Borrow<(f64, f64)>>,
    ) -> Self {
        Self {
            label: label.into(),
            points: points.into_iter().map(|point| *point.borrow()).collect(),
            pen: Pen::solid(Color::BLUE, 2.1),
            iterates: 0.0,
            ends: true,
        }
    }

    /// In this colour.
    #[must_use]
    pub fn color(mut self, color: Color) -> Self {
        self.pen.color = color;
        self
    }

    /// This many pixels wide; 2.1 without.
    #[must_use]
    pub fn width(mut self, width: f64) -> Self {
        self.pen.width = width;
        self
    }

    /// With a small dot of this many pixels at each iterate, for a path with few of them.
    #[must_use]
    pub fn iterates(mut self, size: f64) -> Self {
        self.iterates = size;
        self
    }

    /// Without the ring at the start and the dot at the end.
    #[must_use]
    pub fn without_ends(mut self) -> Self {
        self.ends = false;
        self
    }

    /// The last point before the path stops being finite.
    fn end(&self) -> Option<(f64, f64)> {
        let finite = |point: &&(f64, f64)| point.0.is_finite() && point.1.is_finite();
        self.points.iter().take_while(finite).last().copied()
    }
}

impl Draw for Path {
    fn points(&self) -> Vec<(f64, f64)> {
        self.points.clone()
    }

    fn draw(&self, canvas: &mut Canvas<'_>, frame: &Frame) {
        // A white casing lifts the path off the contours and off other paths.
        let casing = Pen::solid(Color::WHITE, self.pen.width + 1.8);
        let runs = frame.runs(&self.points);
        for pen in [casing, self.pen] {
            for run in &runs {
                canvas.line(run, pen);
            }
        }
        let reserve = if self.ends { 0.5 * END } else { 0.0 };
        for run in &runs {
            for head in heads(run, &frame.area, reserve) {
                canvas.fill(&head, self.pen.color, 1.0);
            }
        }
    }

    fn draw_over(&self, canvas: &mut Canvas<'_>, frame: &Frame, taken: &mut Taken) {
        if self.iterates > 0.0 {
            for at in frame.visible(&self.points) {
                Marker::Dot.draw(canvas, at, self.iterates, self.pen.color);
            }
        }
        let ends = [
            (self.points.first().copied(), Marker::Ring),
            (self.end(), Marker::Dot),
        ];
        for (point, marker) in ends.into_iter().filter(|_| self.ends) {
            for at in frame.visible(point.as_slice()) {
                // Paths that meet get nested markers, so that none hides another.
                let near = |other: &&Pixel| distance(**other, at) < 0.5 * END;
                let before = taken.ends.iter().filter(near).count().min(2);
                let size = END * 0.6_f64.powi(before as i32);
                marker.draw(canvas, at, size, self.pen.color);
                taken.ends.push(at);
            }
        }
    }

    fn entries(&self) -> Vec<Entry> {
        let mut entries = Entry::labelled(&self.label, Sample::Arrow(self.pen));
        if self.ends {
            for (label, marker) in [("start", Marker::Ring), ("end", Marker::Dot)] {
                let sample = Sample::Marker(marker, END, Color::GREY);
                entries.extend(
                    Entry::labelled(label, sample)
                        .into_iter()
                        .map(Entry::shared),
                );
            }
        }
        entries
    }
}

/// An arrow head with its tip at `tip`, as an outline.
pub(super) fn head(tip: Pixel, direction: Pixel, length: f64) -> Vec<Pixel> {
    let norm = direction.0.hypot(direction.1);
    let (x, y) = (direction.0 / norm, direction.1 / norm);
    let corner = |along: f64, across: f64| {
        (
            tip.0 - along * x - across * y,
            tip.1 - along * y + across * x,
        )
    };
    vec![
        tip,
        corner(length, 0.42 * length),
        corner(0.72 * length, 0.0),
        corner(length, -0.42 * length),
    ]
}

/// The heads along a line: one for each step that is long enough, and otherwise one now and then.
/// The last point keeps `reserve` pixels free for its marker.
fn heads(line: &[Pixel], area: &Rectangle, reserve: f64) -> Vec<Vec<Pixel>> {
    let mut tips: Vec<Pixel> = Vec::new();
    let mut heads = Vec::new();
    let Some(&end) = line.last() else {
        return heads;
    };
    let mut walked = 0.0;
    for (index, pair) in line.windows(2).enumerate() {
        let &[from, to] = pair else { continue };
        let step = distance(from, to);
        walked += step;
        if walked < CLEARANCE + 3.0 || step == 0.0 {
            continue;
        }
        let length = (0.35 * step).clamp(SHORTEST, LONGEST);
        // Where the end of the step is taken, the middle of a long one may be free.
        let share = 0.5 + 0.5 * length / step;
        let middle = (
            from.0 + share * (to.0 - from.0),
            from.1 + share * (to.1 - from.1),
        );
        let long = step > 3.0 * length;
        let places = [Some(to), Some(middle).filter(|_| long)];
        let free = places.into_iter().flatten().find(|tip| {
            area.contains(*tip)
                && distance(*tip, end) >= reserve + 0.5 * length
                && tips.iter().all(|other| distance(*other, *tip) >= CLEARANCE)
        });
        let Some(tip) = free else { continue };
        // A step shorter than its head points along the chord that the head covers.
        let mut passed = line.iter().take(index + 1).rev();
        let back = passed
            .find(|point| distance(**point, to) >= length)
            .copied()
            .unwrap_or(from);
        heads.push(head(tip, (to.0 - back.0, to.1 - back.1), length));
        tips.push(tip);
        walked = 0.0;
    }
    heads
}

fn distance(one: Pixel, other: Pixel) -> f64 {
    (one.0 - other.0).hypot(one.1 - other.1)
}

#[cfg(test)]
mod tests {
    use super::*;

    const AREA: Rectangle = Rectangle {
        left: -500.0,
        top: -500.0,
        right: 500.0,
        bottom: 500.0,
    };

    #[test]
    fn long_steps_carry_a_head_each() {
        let line: Vec<Pixel> = (0..5).map(|step| (f64::from(step) * 40.0, 0.0)).collect();
        let heads = heads(&line, &AREA, 0.0);
        // The last would hide under the end marker and moves to the middle of its step.
        assert_eq!(heads.len(), 4);
        assert_eq!(heads[0][0], (40.0, 0.0));
    }

    #[test]
    fn many_short_steps_share_heads_that_keep_apart() {
        let line: Vec<Pixel> = (0..1000)
            .map(|step| 0.05 * f64::from(step))
            .map(|angle| {
                (
                    40.0 * angle.cos() / (1.0 + angle),
                    40.0 * angle.sin() / (1.0 + angle),
                )
            })
            .collect();
        let heads = heads(&line, &AREA, 5.0);
        assert!(heads.len() > 2, "{}", heads.len());
        for (index, one) in heads.iter().enumerate() {
            for other in &heads[..index] {
                let gap = (one[0].0 - other[0].0).hypot(one[0].1 - other[0].1);
                assert!(gap >= CLEARANCE - 1e-9, "{gap}");
            }
        }
    }
}
