//! An offset: the round number that ticks count from where they share their leading digits.

use crate::numeral;
use crate::scale::Span;

/// A number on an axis, and the power of ten in which the ticks count from it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Offset {
    pub(crate) value: f64,
    pub(crate) exponent: i32,
}

/// Ticks whose labels would need more digits than this count from an offset.
const DIGITS: f64 = 1e4;

impl Offset {
    /// The offset for ticks this far apart; `None` if they are short without one.
    pub(crate) fn new(span: Span, step: f64) -> Option<Self> {
        let largest = span.low.abs().max(span.high.abs());
        if step * DIGITS >= largest {
            return None;
        }
        let value = roundest(span)?;
        let farthest = (span.high - value).max(value - span.low);
        let exponent = if numeral::is_plain(farthest) {
            0
        } else {
            // Up to rounding, so that 9.999999999 does not stay below 10.
            numeral::exponent(farthest * (1.0 + 1e-9))
        };
        Some(Self { value, exponent })
    }

    /// How to read a tick: the ellipsis stands for the number at it.
    pub(crate) fn text(&self) -> String {
        let offset = numeral::exact(self.value);
        if self.exponent == 0 {
            format!("{offset} + …")
        } else {
            format!("{offset} + …{}", numeral::times_power(self.exponent))
        }
    }
}

/// The number with the fewest digits in a span that is narrow beside its values.
fn roundest(span: Span) -> Option<f64> {
    let middle = span.low + 0.5 * (span.high - span.low);
    let (first, last) = (numeral::exponent(middle.abs()) + 1, -330);
    (last..=first).rev().find_map(|exponent| {
        let digits = numeral::shrunk(middle, exponent).round();
        // Read from text, a decimal number is the nearest there is; a product is not.
        let value: f64 = format!("{digits}e{exponent}").parse().ok()?;
        (span.low..=span.high).contains(&value).then_some(value)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn offset(low: f64, high: f64, step: f64) -> Option<Offset> {
        Offset::new(Span::new(low, high, false, String::new).unwrap(), step)
    }

    #[test]
    fn the_offset_is_the_roundest_number_in_the_span() {
        for (low, high, step, text) in [
            (1.0 - 4e-10, 1.0 + 4e-10, 2e-10, "1 + …×10⁻¹⁰"),
            (-1.0 - 4e-10, -1.0 + 4e-10, 2e-10, "−1 + …×10⁻¹⁰"),
            (0.123_456, 0.123_457_5, 5e-7, "0.123457 + …×10⁻⁶"),
            (1e9 + 1.0, 1e9 + 9.0, 2.0, "1.000000005×10⁹ + …"),
            (-2.5e-8, -2.499_999e-8, 2e-15, "−2.5×10⁻⁸ + …×10⁻¹⁴"),
        ] {
            assert_eq!(offset(low, high, step).unwrap().text(), text);
        }
    }

    #[test]
    fn ticks_that_are_short_need_no_offset() {
        assert_eq!(offset(0.0, 1.0, 0.2), None);
        assert_eq!(offset(0.999, 1.001, 0.0005), None);
        assert_eq!(offset(-1e-12, 1e-12, 5e-13), None);
    }
}
