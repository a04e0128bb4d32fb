//! An axis of a panel: its label, its range, its kind and its direction.

use crate::error::Error;
use crate::scale::Span;

/// An axis: a label, and optionally a range and a logarithmic scale.
///
/// An axis without a range spans the data with a little padding. With contours or a heat map in the
/// panel, it spans exactly their grid. Where the labels would repeat many digits, the ticks count from
/// an offset at the end of the axis: 4 under `1 + …×10⁻¹⁰` stands for 1 + 4×10⁻¹⁰.
///
/// ```
/// use heavyball_plot::Axis;
///
/// let iterations = Axis::new("iteration k").range(0.0, 100.0);
/// let errors = Axis::new("|x - x*|").logarithmic();
/// let depth = Axis::new("depth z").reversed();
/// ```
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Axis {
    pub(crate) label: String,
    pub(crate) range: Option<(f64, f64)>,
    pub(crate) logarithmic: bool,
    pub(crate) reversed: bool,
}

impl Axis {
    /// A linear axis over the data; an empty label takes no room.
    #[must_use]
    pub fn new(label: impl Into<String>) -> Self {
        Self {
            label: label.into(),
            ..Self::default()
        }
    }

    /// Shows the values from `low` to `high`.
    #[must_use]
    pub fn range(mut self, low: f64, high: f64) -> Self {
        self.range = Some((low, high));
        self
    }

    /// Makes the axis logarithmic; every value on it must be positive.
    #[must_use]
    pub fn logarithmic(mut self) -> Self {
        self.logarithmic = true;
        self
    }

    /// Reverses the axis: values grow to the left, or downwards. The range remains (low, high).
    #[must_use]
    pub fn reversed(mut self) -> Self {
        self.reversed = true;
        self
    }

    /// The span to show: the range if there is one, else the grid, else the values with padding.
    pub(crate) fn span(
        &self,
        name: &str,
        values: &[f64],
        grid: Option<(f64, f64)>,
    ) -> Result<Option<Span>, Error> {
        let directed = |span| Span {
            reversed: self.reversed,
            ..span
        };
        let axis = || {
            if self.label.is_empty() {
                name.to_owned()
            } else {
                self.label.clone()
            }
        };
        let refused = values.iter().find(|value| **value <= 0.0);
        if let (true, Some(&value)) = (self.logarithmic, refused) {
            return Err(Error::Logarithm {
                axis: axis(),
                value,
            });
        }
        let exact = self.range.or(grid);
        if let Some((low, high)) = exact {
            return Span::new(low, high, self.logarithmic, axis).map(|span| Some(directed(span)));
        }
        let (low, high) = values
            .iter()
            .fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), &value| {
                (low.min(value), high.max(value))
            });
        if low > high {
            return Ok(None);
        }
        Span::padded(low, high, self.logarithmic, axis).map(|span| Some(directed(span)))
    }
}
