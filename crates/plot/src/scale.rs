//! Scales: from the values on an axis to pixels.

use crate::error::Error;

/// The values an axis shows; both ends are finite, and positive on a logarithmic axis.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Span {
    pub(crate) low: f64,
    pub(crate) high: f64,
    pub(crate) logarithmic: bool,
    /// Whether the high end lies where the low one usually does.
    pub(crate) reversed: bool,
}

impl Span {
    pub(crate) fn new(
        low: f64,
        high: f64,
        logarithmic: bool,
        axis: impl FnOnce() -> String,
    ) -> Result<Self, Error> {
        let span = Self {
            low,
            high,
            logarithmic,
            reversed: false,
        };
        if !(low < high && (high - low).is_finite()) {
            return Err(Error::Range {
                axis: axis(),
                low,
                high,
            });
        }
        if logarithmic && low <= 0.0 {
            return Err(Error::Logarithm {
                axis: axis(),
                value: low,
            });
        }
        Ok(span)
    }

    /// Widened by a twentieth on both sides, or to a visible width if all values are the same up to
    /// rounding.
    pub(crate) fn padded(
        low: f64,
        high: f64,
        logarithmic: bool,
        axis: impl FnOnce() -> String,
    ) -> Result<Self, Error> {
        let constant = is_constant(low, high);
        let (low, high) = if logarithmic {
            let padding = if constant {
                0.5
            } else {
                0.05 * decades(low, high)
            };
            (low * 10_f64.powf(-padding), high * 10_f64.powf(padding))
        } else {
            let padding = match (constant, low == 0.0) {
                (false, _) => 0.05 * (high - low),
                (true, true) => 1.0,
                (true, false) => 0.1 * low.abs(),
            };
            (low - padding, high + padding)
        };
        Self::new(low, high, logarithmic, axis)
    }

    /// Where a value lies: 0 at the low end, 1 at the high end; `None` if it has no place.
    pub(crate) fn share(&self, value: f64) -> Option<f64> {
        self.share_beside(value, 0.0)
    }

    /// Where the sum of a value and a small difference lies, which need not be a number itself.
    pub(crate) fn share_beside(&self, value: f64, difference: f64) -> Option<f64> {
        let beyond = (value - self.low) + difference;
        let share = if !self.logarithmic {
            beyond / (self.high - self.low)
        } else if value + difference <= 0.0 {
            return None;
        } else if is_narrow(self.low, self.high) {
            (beyond / self.low).ln_1p() / ((self.high - self.low) / self.low).ln_1p()
        } else {
            let low = self.low.log10();
            ((value + difference).log10() - low) / (self.high.log10() - low)
        };
        share.is_finite().then_some(share)
    }

    pub(crate) fn contains(&self, value: f64) -> bool {
        self.share(value)
            .is_some_and(|share| (-1e-9..=1.0 + 1e-9).contains(&share))
    }

    /// How long the axis is in its own units: decades on a logarithmic one.
    pub(crate) fn length(&self) -> f64 {
        if self.logarithmic {
            decades(self.low, self.high)
        } else {
            self.high - self.low
        }
    }
}

/// Sums and differences of a few terms err by this share of the largest: 8 units in the last place.
const ROUNDING: f64 = 8.0 * f64::EPSILON;

/// Whether values between these ends differ by rounding alone.
pub(crate) fn is_constant(low: f64, high: f64) -> bool {
    high - low <= ROUNDING * low.abs().max(high.abs())
}

/// Whether the logarithms of two positive numbers are so near that their difference loses digits.
fn is_narrow(low: f64, high: f64) -> bool {
    high < 1.01 * low
}

/// From one positive number to a larger one, in powers of ten.
fn decades(low: f64, high: f64) -> f64 {
    if is_narrow(low, high) {
        ((high - low) / low).ln_1p() / std::f64::consts::LN_10
    } else {
        (high / low).log10()
    }
}

/// A span laid out between two pixel coordinates.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Scale {
    pub(crate) span: Span,
    pub(crate) from: f64,
    pub(crate) to: f64,
}

impl Scale {
    /// From the pixel of the low end to that of the high end, or the other way if reversed.
    pub(crate) fn new(span: Span, from: f64, to: f64) -> Self {
        let (from, to) = if span.reversed {
            (to, from)
        } else {
            (from, to)
        };
        Self { span, from, to }
    }

    pub(crate) fn place(&self, value: f64) -> Option<f64> {
        // Paths that diverge go far; beyond this, differences of pixels would lose their digits.
        Some(self.at(self.span.share(value)?).clamp(-1e11, 1e11))
    }

    /// The place of a share of the span.
    pub(crate) fn at(&self, share: f64) -> f64 {
        self.from + share * (self.to - self.from)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_logarithmic_scale_gives_each_decade_the_same_length() {
        let span = Span::new(1e-3, 1e1, true, String::new).unwrap();
        let scale = Scale::new(span, 100.0, 500.0);
        for (value, pixel) in [(1e-3, 100.0), (1e-2, 200.0), (1.0, 400.0), (10.0, 500.0)] {
            assert!((scale.place(value).unwrap() - pixel).abs() < 1e-9);
        }
        assert_eq!(scale.place(0.0), None);
        assert_eq!(scale.place(f64::NAN), None);
    }

    #[test]
    fn equal_values_still_get_a_range() {
        let span = Span::padded(2.0, 2.0, false, String::new).unwrap();
        assert!(span.low < 1.9 && span.high > 2.1, "{span:?}");
    }

    #[test]
    fn small_differences_are_not_equal_values() {
        for (low, high) in [
            (1.0 - 4e-10, 1.0 + 4e-10),
            (-6e-13, 0.0),
            (5.0, 5.0 + 2e-14),
        ] {
            let span = Span::padded(low, high, false, String::new).unwrap();
            let filled = (high - low) / (span.high - span.low);
            assert!((0.85..0.95).contains(&filled), "{span:?}");
        }
        let (low, high) = (100.0 - 4e-8, 100.0 + 4e-8);
        let span = Span::padded(low, high, true, String::new).unwrap();
        let filled = span.share(high).unwrap() - span.share(low).unwrap();
        assert!((filled - 1.0 / 1.1).abs() < 1e-3, "{filled}");
    }

    #[test]
    fn rounding_is_no_difference() {
        for value in [1.0_f64, -0.3, 1e300, 7e-12] {
            for logarithmic in [false, value > 0.0] {
                let (low, high) = (value.min(value.next_up()), value.max(value.next_up()));
                let span = Span::padded(low, high, logarithmic, String::new).unwrap();
                assert!(span.high - span.low > 0.1 * value.abs(), "{span:?}");
                assert!(span.contains(low) && span.contains(high), "{span:?}");
            }
        }
    }

    #[test]
    fn a_reversed_scale_runs_the_other_way() {
        let span = Span {
            reversed: true,
            ..Span::new(0.0, 10.0, false, String::new).unwrap()
        };
        assert_eq!(Scale::new(span, 0.0, 100.0).place(1.0), Some(90.0));
    }

    #[test]
    fn ranges_that_cannot_be_drawn_are_refused() {
        for (low, high) in [
            (1.0, 1.0),
            (2.0, 1.0),
            (f64::NAN, 1.0),
            (-f64::MAX, f64::MAX),
        ] {
            let refused = Span::new(low, high, false, || "x".into());
            assert!(matches!(refused, Err(Error::Range { .. })), "{low} {high}");
        }
    }
}
