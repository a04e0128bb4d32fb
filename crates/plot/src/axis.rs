//! An axis of a panel: its label, its range, its kind and its direction.

use crate::error::Error;
use crate::scale::Span;

/// An axis: a label, and optionally a range and a logarithmic scale.
///
/// Without a range the axis spans the data with a little padding, or exactly the grid if the panel
/// holds contours or a heat map.
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

    /// From `low` to `high`, whatever the data.
    #[must_use]
    pub fn range(mut self, low: f64, high: f64) -> Self {
        self.range = Some((low, high));
        self
    }

    /// A logarithmic scale; every value on it must be positive.
    #[must_use]
    pub fn logarithmic(mut self) -> Self {
        self.logarithmic = true;
        self
    }

    /// Values grow to the left, or downwards on a vertical axis. The range is still (low, high).
    #[must_use]
    pub fn reversed(mut self) -> Self {
        self.reversed = true;
        self
    }

    /// The span to show: the range asked for, or else the values padded, or else the grid's ends.
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
