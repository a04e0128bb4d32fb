//! Glyphs: the outlines of letters, each written once into an SVG.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use ab_glyph::{Font, FontRef, GlyphId, OutlineCurve, Point};

/// The outlines used so far, by their names.
#[derive(Debug, Default)]
pub(crate) struct Glyphs(BTreeMap<String, String>);

impl Glyphs {
    /// The name of a glyph's outline; `None` if it has none, such as a space.
    pub(crate) fn name(&mut self, font: &FontRef<'_>, bold: bool, id: GlyphId) -> Option<String> {
        let name = format!("{}{}", if bold { "bold" } else { "glyph" }, id.0);
        if !self.0.contains_key(&name) {
            let outline = font
                .outline(id)
                .filter(|outline| !outline.curves.is_empty())?;
            self.0.insert(name.clone(), data(&outline.curves));
        }
        Some(name)
    }

    /// The outlines as elements, in units of the font, with y upwards.
    pub(crate) fn definitions(&self) -> String {
        self.0.iter().fold(String::new(), |mut all, (name, data)| {
            // Writing to a string cannot fail.
            let _ = writeln!(all, r#"<path id="{name}" d="{data}"/>"#);
            all
        })
    }
}

/// Path data: each contour is closed, and a new one starts where a curve does not go on.
fn data(curves: &[OutlineCurve]) -> String {
    let mut data = String::new();
    let mut pen: Option<Point> = None;
    for curve in curves {
        let (start, end) = match *curve {
            OutlineCurve::Line(start, end)
            | OutlineCurve::Quad(start, _, end)
            | OutlineCurve::Cubic(start, _, _, end) => (start, end),
        };
        if pen != Some(start) {
            let close = if pen.is_some() { "Z" } else { "" };
            let _ = write!(data, "{close}M{} {}", start.x, start.y);
        }
        let _ = match *curve {
            OutlineCurve::Line(..) => write!(data, "L{} {}", end.x, end.y),
            OutlineCurve::Quad(_, by, _) => {
                write!(data, "Q{} {} {} {}", by.x, by.y, end.x, end.y)
            }
            OutlineCurve::Cubic(_, one, two, _) => write!(
                data,
                "C{} {} {} {} {} {}",
                one.x, one.y, two.x, two.y, end.x, end.y
            ),
        };
        pen = Some(end);
    }
    data + "Z"
}

#[cfg(test)]
mod tests {
    use super::*;
    use ab_glyph::point;

    #[test]
    fn a_ring_is_two_closed_contours() {
        let line = |from: (f32, f32), to: (f32, f32)| {
            OutlineCurve::Line(point(from.0, from.1), point(to.0, to.1))
        };
        let curves = [
            line((0.0, 0.0), (9.0, 0.0)),
            OutlineCurve::Quad(point(9.0, 0.0), point(9.0, 9.5), point(0.0, 0.0)),
            line((2.0, 1.0), (4.0, 1.0)),
        ];
        assert_eq!(data(&curves), "M0 0L9 0Q9 9.5 0 0ZM2 1L4 1Z");
    }
}
