//! Strokes: colour, width and dash pattern of a line.

use crate::color::Color;

/// The dash pattern of a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Dash {
    /// One unbroken line.
    #[default]
    Solid,
    /// Dashes.
    Dashed,
    /// Dots.
    Dotted,
    /// A dash, a dot, a dash.
    DashDotted,
}

impl Dash {
    /// Lengths on, off, on, off, in multiples of the width of the line.
    pub(crate) fn pattern(self) -> &'static [f64] {
        match self {
            Self::Solid => &[],
            Self::Dashed => &[4.5, 3.0],
            Self::Dotted => &[1.0, 2.0],
            Self::DashDotted => &[5.0, 2.2, 1.0, 2.2],
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Pen {
    pub(crate) color: Color,
    pub(crate) width: f64,
    pub(crate) dash: Dash,
}

impl Pen {
    pub(crate) fn solid(color: Color, width: f64) -> Self {
        Self {
            color,
            width,
            dash: Dash::Solid,
        }
    }

    /// The pieces of a line that the dash pattern leaves, as points of their own.
    pub(crate) fn dashes(&self, line: &[(f64, f64)]) -> Vec<Vec<(f64, f64)>> {
        let pattern = self.dash.pattern();
        // Dashes of no length would never come to the end of the line.
        let width = self.width.max(0.1);
        let mut lengths = pattern.iter().cycle().map(|length| length * width);
        let (Some(mut left), Some(&first)) = (lengths.next(), line.first()) else {
            return vec![line.to_vec()];
        };
        let (mut on, mut piece, mut pieces) = (true, vec![first], Vec::new());
        for pair in line.windows(2) {
            let &[from, to] = pair else { continue };
            let length = (to.0 - from.0).hypot(to.1 - from.1);
            let mut done = 0.0;
            while length - done > left {
                done += left;
                let share = done / length;
                let cut = (
                    from.0 + share * (to.0 - from.0),
                    from.1 + share * (to.1 - from.1),
                );
                if on {
                    piece.push(cut);
                    pieces.push(std::mem::take(&mut piece));
                } else {
                    piece = vec![cut];
                }
                on = !on;
                left = lengths.next().unwrap_or(f64::INFINITY);
            }
            left -= length - done;
            if on {
                piece.push(to);
            }
        }
        if on && piece.len() > 1 {
            pieces.push(piece);
        }
        pieces
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dashes_cover_their_share_of_the_line() {
        let pen = Pen {
            color: Color::BLACK,
            width: 2.0,
            dash: Dash::Dashed,
        };
        let pieces = pen.dashes(&[(0.0, 0.0), (7.0, 0.0), (150.0, 0.0)]);
        let covered: f64 = pieces
            .iter()
            .filter_map(|piece| Some(piece.last()?.0 - piece.first()?.0))
            .sum();
        assert_eq!(pieces.len(), 10);
        assert!((covered - 90.0).abs() < 1e-9, "{covered}");
    }

    #[test]
    fn a_pen_without_width_still_comes_to_the_end_of_the_line() {
        for width in [0.0, -3.0, f64::NAN] {
            let pen = Pen {
                color: Color::BLACK,
                width,
                dash: Dash::Dotted,
            };
            assert!(pen.dashes(&[(0.0, 0.0), (9.0, 0.0)]).len() < 100);
        }
    }
}
