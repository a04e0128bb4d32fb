//! Scales: from the values on an axis to pixels.

use crate::Error;

/// The values an axis shows; both ends are finite, and positive on a logarithmic axis.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Span {
    pub(super) low: f64,
    pub(super) high: f64,
    pub(super) logarithmic: bool,
}

impl Span {
    pub(super) fn new(
        low: f64,
        high: f64,
        logarithmic: bool,
        axis: impl FnOnce() -> String,
    ) -> Result<Self, Error> {
        let span = Self {
            low,
            high,
            logarithmic,
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

    /// Widened by a twentieth on both sides, or to a visible width if all values are the same.
    pub(super) fn padded(
        low: f64,
        high: f64,
        logarithmic: bool,
        axis: impl FnOnce() -> String,
    ) -> Result<Self, Error> {
        let (low, high) = if logarithmic {
            let padding = (0.05 * (high / low).log10()).max(0.02);
            let padding = if low == high { 0.5 } else { padding };
            (low * 10_f64.powf(-padding), high * 10_f64.powf(padding))
        } else {
            // Differences near the precision of the numbers would give ticks all alike.
            let least = 1e-9 * low.abs().max(high.abs());
            let padding = if high - low > least {
                0.05 * (high - low)
            } else if low == 0.0 {
                1.0
            } else {
                0.1 * low.abs()
            };
            (low - padding, high + padding)
        };
        Self::new(low, high, logarithmic, axis)
    }

    /// Where a value lies: 0 at the low end, 1 at the high end; `None` if it has no place.
    pub(super) fn share(&self, value: f64) -> Option<f64> {
        let warp = |value: f64| {
            if self.logarithmic {
                value.log10()
            } else {
                value
            }
        };
        if !value.is_finite() || (self.logarithmic && value <= 0.0) {
            return None;
        }
        let (low, high) = (warp(self.low), warp(self.high));
        let share = (warp(value) - low) / (high - low);
        share.is_finite().then_some(share)
    }

    pub(super) fn contains(&self, value: f64) -> bool {
        self.share(value)
            .is_some_and(|share| (-1e-9..=1.0 + 1e-9).contains(&share))
    }

    /// How long the axis is in its own units: decades on a logarithmic one.
    pub(super) fn length(&self) -> f64 {
        if self.logarithmic {
            (self.high / self.low).log10()
        } else {
            self.high - self.low
        }
    }
}

/// A span laid out between two pixel coordinates.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Scale {
    pub(super) span: Span,
    pub(super) from: f64,
    pub(super) to: f64,
}

impl Scale {
    pub(super) fn place(&self, value: f64) -> Option<f64> {
        // Paths that diverge go far; beyond this, differences of pixels would lose their digits.
        let place = self.from + self.span.share(value)? * (self.to - self.from);
        Some(place.clamp(-1e11, 1e11))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_logarithmic_scale_gives_each_decade_the_same_length() {
        let span = Span::new(1e-3, 1e1, true, String::new).unwrap();
        let scale = Scale {
            span,
            from: 100.0,
            to: 500.0,
        };
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
