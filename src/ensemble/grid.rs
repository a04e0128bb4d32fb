//! Grid: evenly spaced points between two corners.

use crate::Error;
use crate::check::VectorError;
use crate::check::finite;
use crate::ensemble::EnsembleError;
use nalgebra::SVector;

/// A grid of n₁ × n₂ × … points, including both corners; the first coordinate varies fastest.
///
/// ```
/// use heavyball::ensemble::Grid;
/// use nalgebra::vector;
/// let grid = Grid::new([-2.0, 0.0], [2.0, 1.0], [5, 3])?;
/// assert_eq!(grid.len(), 15);
/// let points: Vec<_> = grid.points().collect();
/// assert_eq!((points[0], points[1], points[14]), (vector![-2.0, 0.0], vector![-1.0, 0.0], vector![2.0, 1.0]));
/// # Ok::<(), heavyball::Error>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Grid<const D: usize> {
    low: [f64; D],
    high: [f64; D],
    counts: [usize; D],
}

impl<const D: usize> Grid<D> {
    /// The grid from `low` to `high` with `counts` points along each coordinate; a coordinate decreases if its `low` is
    /// above its `high`, and a single point is at `low`.
    ///
    /// # Errors
    /// [`ParameterError::NotFinite`](crate::error::ParameterError::NotFinite) for a corner, [`VectorError::Empty`] for
    /// a coordinate without points, [`EnsembleError::TooManyMembers`] if the number of points overflows `usize`.
    pub fn new(low: [f64; D], high: [f64; D], counts: [usize; D]) -> Result<Self, Error> {
        for corner in low.iter().chain(&high) {
            finite("a corner of the grid", corner)?;
        }
        if counts.contains(&0) {
            return Err(Error::Vector(VectorError::Empty { name: "grid" }));
        }
        let product = counts
            .iter()
            .try_fold(1_usize, |product, count| product.checked_mul(*count));
        if product.is_none() {
            return Err(Error::Ensemble(EnsembleError::TooManyMembers {
                members: counts.iter().map(|count| *count as f64).product(),
            }));
        }
        Ok(Self { low, high, counts })
    }

    /// Number of points.
    pub fn len(&self) -> usize {
        self.counts.iter().product()
    }

    /// Always false.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The points, in order.
    pub fn points(&self) -> impl ExactSizeIterator<Item = SVector<f64, D>> + use<D> {
        let Self { low, high, counts } = *self;
        (0..self.len()).map(move |index| {
            let mut rest = index;
            SVector::from_fn(|i, _| {
                let (count, along) = (counts[i], rest % counts[i]);
                rest /= count;
                between(low[i], high[i], along as f64 / (count.max(2) - 1) as f64)
            })
        })
    }
}

/// Linear interpolation, clamped to the two ends: without the clamp, rounding would make several values between 0.1 and
/// 0.1.
pub(super) fn between(low: f64, high: f64, share: f64) -> f64 {
    let x = low * (1.0 - share) + high * share;
    x.max(low.min(high)).min(low.max(high))
}
