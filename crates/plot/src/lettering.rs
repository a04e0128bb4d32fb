//! Lettering: the texts of an SVG, drawn as outlines under invisible text.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use ab_glyph::{Font, FontRef, GlyphId, OutlineCurve, Point, PxScale};

use crate::font::{self, Direction, Place};
use crate::rectangle::Pixel;

/// The outlines of the letters used so far, by their names.
#[derive(Debug, Default)]
pub(crate) struct Lettering(BTreeMap<String, String>);

impl Lettering {
    /// The elements for a text, with so many units in a pixel: outlines, which look alike in every
    /// viewer, and the text over them, to be selected, searched and read aloud.
    pub(crate) fn text(
        &mut self,
        text: &str,
        anchor: Pixel,
        place: Place,
        unit: f64,
    ) -> Result<String, String> {
        let font = font::embedded(place.bold)?;
        let (along, across) = place.shift(text);
        let (start, turn) = match place.direction {
            Direction::Across => ((anchor.0 + along, anchor.1 + across), ""),
            Direction::Up => ((anchor.0 + across, anchor.1 - along), " rotate(-90)"),
        };
        let (x, y) = ((start.0 * unit).round(), (start.1 * unit).round());
        let there = format!("translate({x} {y}){turn}");
        let size = place.size * unit;
        let zoom = size / f64::from(font.units_per_em().unwrap_or(2048.0));
        let (letters, width) = font::set(&font, PxScale::from(font.height_unscaled()), text);
        let mut outlines = String::new();
        for (id, x) in letters {
            if let Some(name) = self.name(&font, place.bold, id) {
                // Writing to a string cannot fail.
                let _ = write!(outlines, r##"<use xlink:href="#{name}" x="{x}"/>"##);
            }
        }
        let (length, text) = ((width * zoom).round(), escaped(text));
        let weight = if place.bold { "bold" } else { "normal" };
        let color = place.color;
        Ok(format!(
            "<g fill=\"#{:02X}{:02X}{:02X}\" transform=\"{there} scale({zoom:.6} -{zoom:.6})\">{outlines}</g>\n\
             <text transform=\"{there}\" font-family=\"DejaVu Sans, sans-serif\" font-weight=\"{weight}\" \
             font-size=\"{size}\" textLength=\"{length}\" lengthAdjust=\"spacingAndGlyphs\" \
             fill-opacity=\"0\">{text}</text>",
            color.red, color.green, color.blue
        ))
    }

    /// The name of a glyph's outline; `None` if it has none, such as a space.
    fn name(&mut self, font: &FontRef<'_>, bold: bool, id: GlyphId) -> Option<String> {
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

/// Text as the content of an element; letters that XML forbids become a replacement character.
fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '\u{FFFE}' | '\u{FFFF}' => escaped.push('\u{FFFD}'),
            letter if letter.is_control() && !letter.is_whitespace() => escaped.push('\u{FFFD}'),
            letter => escaped.push(letter),
        }
    }
    escaped
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
