//! Gibbs: the density e^(−f/T)/Z that many balls in a bath tend to, within a box.
//!
//! Restricted to a box it is again e^(−f/T), with another Z, so what is compared with it is the members in the box.

use crate::error::{PageError, at_most};
use crate::landscape::Landscape;

/// The most cells of a box.
const CELLS: f64 = 100_000.0;

/// Gibbs's density in a box, by the middle of each of `columns` × `rows` cells; a single row in one dimension.
#[derive(Debug, Clone, PartialEq)]
pub struct Gibbs {
    centres: Vec<[f64; 2]>,
    /// The probability of each cell, row by row.
    probabilities: Vec<f64>,
    columns: usize,
    /// The width of a column.
    width: f64,
}

impl Gibbs {
    /// At temperature T > 0.
    ///
    /// # Errors
    /// [`PageError::TooMuch`] for too many cells.
    pub fn new(
        landscape: &Landscape,
        temperature: f64,
        [low, high]: [[f64; 2]; 2],
        [columns, rows]: [f64; 2],
    ) -> Result<Self, PageError> {
        at_most("cells", columns * rows, CELLS)?;
        let counts = [columns, rows].map(|count| count.max(1.0) as usize);
        let cell = [0, 1].map(|axis| (high[axis] - low[axis]) / counts[axis] as f64);
        let rows = if landscape.dimension() == 1 {
            1
        } else {
            counts[1]
        };
        let centre = |axis: usize, index: usize| low[axis] + cell[axis] * (index as f64 + 0.5);
        let centres: Vec<[f64; 2]> = (0..rows)
            .flat_map(|row| (0..counts[0]).map(move |column| [centre(0, column), centre(1, row)]))
            .collect();
        let used = landscape.dimension();
        let points: Vec<f64> = centres
            .iter()
            .flat_map(|[x, y]| [*x, *y].into_iter().take(used))
            .collect();
        let values = landscape.values(&points);
        let lowest = values.iter().copied().fold(f64::INFINITY, f64::min);
        let weight = |value: &f64| {
            let weight = (-(value - lowest) / temperature).exp();
            if weight.is_finite() { weight } else { 0.0 }
        };
        let weights: Vec<f64> = values.iter().map(weight).collect();
        let total: f64 = weights.iter().sum();
        Ok(Self {
            centres,
            probabilities: weights.into_iter().map(|weight| weight / total).collect(),
            columns: counts[0],
            width: cell[0],
        })
    }

    /// The density over x, whatever y: one number for each column, in 1/L.
    pub fn over_x(&self) -> Vec<f64> {
        let mut density = vec![0.0; self.columns];
        for row in self.probabilities.chunks(self.columns) {
            for (sum, probability) in density.iter_mut().zip(row) {
                *sum += probability / self.width;
            }
        }
        density
    }

    /// The probability of being nearest to each of `minima`.
    pub fn shares(&self, minima: &[[f64; 2]]) -> Vec<f64> {
        let mut shares = vec![0.0; minima.len()];
        let line = self.centres.len() == self.columns;
        for ([x, y], probability) in self.centres.iter().zip(&self.probabilities) {
            let distance = |[a, b]: &[f64; 2]| (x - a).hypot(if line { 0.0 } else { y - b });
            let near = minima.iter().map(distance).enumerate();
            if let Some((index, _)) = near.min_by(|a, b| a.1.total_cmp(&b.1))
                && let Some(share) = shares.get_mut(index)
            {
                *share += probability;
            }
        }
        shares
    }
}
