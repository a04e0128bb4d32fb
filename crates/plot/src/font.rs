//! The embedded font: DejaVu Sans, its measures, and where a text goes around its anchor.

use ab_glyph::{Font, FontRef, GlyphId, PxScale, ScaleFont};

use crate::color::Color;

/// Which point of the text lies at the anchor, along the text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Along {
    Start,
    Middle,
    End,
}

/// Which way the text runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Direction {
    Across,
    Up,
}

/// How a text is set. Its middle line, half the height of a capital up, runs through the anchor.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Place {
    pub(crate) size: f64,
    pub(crate) color: Color,
    pub(crate) along: Along,
    pub(crate) direction: Direction,
    pub(crate) bold: bool,
}

/// Height of a capital letter, as a share of the text's size.
const CAPITAL: f64 = 0.73;

impl Place {
    pub(crate) fn new(size: f64, along: Along) -> Self {
        Self {
            size,
            along,
            color: Color::TEXT,
            direction: Direction::Across,
            bold: false,
        }
    }

    pub(crate) fn color(self, color: Color) -> Self {
        Self { color, ..self }
    }

    pub(crate) fn up(self) -> Self {
        Self {
            direction: Direction::Up,
            ..self
        }
    }

    pub(crate) fn bold(self) -> Self {
        Self { bold: true, ..self }
    }

    /// From the anchor to the start of the base line: along the text, and down from it.
    pub(crate) fn shift(&self, text: &str) -> (f64, f64) {
        let width = if self.along == Along::Start {
            0.0
        } else {
            width_of(text, self.size, self.bold)
        };
        let along = match self.along {
            Along::Start => 0.0,
            Along::Middle => -0.5 * width,
            Along::End => -width,
        };
        (along, 0.5 * CAPITAL * self.size)
    }
}

pub(crate) fn embedded(bold: bool) -> Result<FontRef<'static>, String> {
    let bytes = if bold {
        dejavu::sans::bold()
    } else {
        dejavu::sans::regular()
    };
    FontRef::try_from_slice(bytes).map_err(|cause| cause.to_string())
}

/// The library scales by ascent plus descent; a size in typography is that of the em square.
pub(crate) fn pixels(font: &FontRef<'_>, size: f64) -> f32 {
    let em = font.units_per_em().unwrap_or(2048.0);
    size as f32 * font.height_unscaled() / em
}

/// The letters of a text with their places along it, and its width, with kerning.
pub(crate) fn set(font: &FontRef<'_>, scale: PxScale, text: &str) -> (Vec<(GlyphId, f64)>, f64) {
    let scaled = font.as_scaled(scale);
    let (mut pen, mut before) = (0.0, None);
    let letters = text
        .chars()
        .map(|letter| {
            let id = scaled.glyph_id(letter);
            if let Some(before) = before.replace(id) {
                pen += f64::from(scaled.kern(before, id));
            }
            let place = pen;
            pen += f64::from(scaled.h_advance(id));
            (id, place)
        })
        .collect();
    (letters, pen)
}

/// Width of a text in pixels.
pub(crate) fn width_of(text: &str, size: f64, bold: bool) -> f64 {
    let Ok(font) = embedded(bold) else { return 0.0 };
    set(&font, PxScale::from(pixels(&font, size)), text).1
}

/// Lines no wider than `width`, broken at spaces. A word wider than that is broken anywhere.
pub(crate) fn wrapped(text: &str, size: f64, bold: bool, width: f64) -> Vec<String> {
    let fits = |line: &str| width_of(line, size, bold) <= width;
    let mut lines = Vec::new();
    for paragraph in text.lines() {
        let mut line = String::new();
        for word in paragraph.split_whitespace() {
            let longer = if line.is_empty() {
                word.to_owned()
            } else {
                format!("{line} {word}")
            };
            if fits(&longer) {
                line = longer;
                continue;
            }
            if !line.is_empty() {
                lines.push(std::mem::take(&mut line));
            }
            for letter in word.chars() {
                line.push(letter);
                if !fits(&line) && line.chars().count() > 1 {
                    line.pop();
                    lines.push(std::mem::replace(&mut line, letter.to_string()));
                }
            }
        }
        if !line.is_empty() {
            lines.push(line);
        }
    }
    lines
}

/// The largest size up to `size` at which the text is no wider than `room`, within reason.
pub(crate) fn fitting(text: &str, size: f64, room: f64) -> f64 {
    let width = width_of(text, size, false);
    if width <= room {
        size
    } else {
        (size * room / width).max(9.0).min(size)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn width_grows_with_size_and_text() {
        let width = width_of("gradient", 16.0, false);
        assert!((55.0..75.0).contains(&width), "{width}");
        assert!((width_of("gradient", 32.0, false) - 2.0 * width).abs() < 0.01);
    }

    #[test]
    fn a_caption_is_cut_at_spaces_and_loses_nothing() {
        let text = "alpha = 0.1, beta = 0.5, started at (-1.5, -1.5) and run for 100 iterations";
        let lines = wrapped(text, 14.0, false, 200.0);
        assert!(lines.len() > 2, "{lines:?}");
        assert_eq!(lines.join(" "), text);
        assert!(
            lines
                .iter()
                .all(|line| width_of(line, 14.0, false) <= 200.0)
        );
    }

    #[test]
    fn a_word_wider_than_the_line_is_cut() {
        let lines = wrapped("mmmmmmmmmmmmmmmmmmmm", 14.0, false, 50.0);
        assert!(lines.len() > 3, "{lines:?}");
        assert_eq!(lines.concat(), "mmmmmmmmmmmmmmmmmmmm");
    }
}
