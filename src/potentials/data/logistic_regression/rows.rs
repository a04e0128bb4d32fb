//! Passes over the rows: several margins at a time, so that their exponentials become vector instructions.

use super::margin::{loss, sigmoid};
use super::{LogisticRegression, dot};
use crate::stepping::compiled_for_processor;
use nalgebra::DVector;

/// Rows whose margins are computed before their exponentials.
const ROWS: usize = 16;

compiled_for_processor! {
    /// Σ log(1 + e⁻ᵐ) over the margins m of all rows.
    pub(super) fn sum_of_losses(of: &LogisticRegression, weights: &DVector<f64>) -> f64 {
        let mut sum = 0.0;
        for block in 0..of.signs.len().div_ceil(ROWS) {
            let (mut losses, used) = margins(of, block, weights);
            // A loop, which becomes one over vectors; the same by `map` does not.
            for margin in &mut losses {
                *margin = loss(*margin);
            }
            sum += losses.iter().take(used).sum::<f64>();
        }
        sum
    }
}

compiled_for_processor! {
    /// Adds −(1/n) Σ σ(−mᵢ) yᵢaᵢ to a gradient.
    pub(super) fn add_slopes(
        of: &LogisticRegression,
        weights: &DVector<f64>,
        gradient: &mut [f64],
    ) {
        let count = of.signs.len() as f64;
        for block in 0..of.signs.len().div_ceil(ROWS) {
            let (mut slopes, _) = margins(of, block, weights);
            for margin in &mut slopes {
                *margin = sigmoid(-*margin);
            }
            for ((row, sign), slope) in of.rows_from(block * ROWS).zip(slopes) {
                let weight = -sign * slope / count;
                for (slot, x) in gradient.iter_mut().zip(row) {
                    *slot += weight * x;
                }
            }
        }
    }
}

compiled_for_processor! {
    /// Σ log(1 + e⁻ᵐ) over the margins of the rows of a batch.
    pub(super) fn sum_of_losses_in(
        of: &LogisticRegression,
        batch: &[usize],
        weights: &DVector<f64>,
    ) -> f64 {
        let mut sum = 0.0;
        for block in batch.chunks(ROWS) {
            let mut losses = margins_in(of, block, weights);
            for margin in &mut losses {
                *margin = loss(*margin);
            }
            sum += losses.iter().take(block.len()).sum::<f64>();
        }
        sum
    }
}

compiled_for_processor! {
    /// Adds −(1/B) Σ σ(−mᵢ) yᵢaᵢ over the rows of a batch to a gradient.
    pub(super) fn add_slopes_in(
        of: &LogisticRegression,
        batch: &[usize],
        weights: &DVector<f64>,
        gradient: &mut [f64],
    ) {
        let count = batch.len() as f64;
        for block in batch.chunks(ROWS) {
            let mut slopes = margins_in(of, block, weights);
            for margin in &mut slopes {
                *margin = sigmoid(-*margin);
            }
            for ((row, sign), slope) in of.rows_in(block).zip(slopes) {
                let weight = -sign * slope / count;
                for (slot, x) in gradient.iter_mut().zip(row) {
                    *slot += weight * x;
                }
            }
        }
    }
}

/// The margins of at most sixteen rows of a batch.
#[inline(always)]
fn margins_in(of: &LogisticRegression, block: &[usize], weights: &DVector<f64>) -> [f64; ROWS] {
    let mut margins = [0.0; ROWS];
    for (margin, (row, sign)) in margins.iter_mut().zip(of.rows_in(block)) {
        *margin = sign * dot(row, weights);
    }
    margins
}

/// The margins of a block of rows, and how many there are.
#[inline(always)]
fn margins(of: &LogisticRegression, block: usize, weights: &DVector<f64>) -> ([f64; ROWS], usize) {
    let (mut margins, mut used) = ([0.0; ROWS], 0);
    for (margin, (row, sign)) in margins.iter_mut().zip(of.rows_from(block * ROWS)) {
        *margin = sign * dot(row, weights);
        used += 1;
    }
    (margins, used)
}

impl LogisticRegression {
    /// The rows from one on, with their signs.
    #[inline(always)]
    fn rows_from(&self, first: usize) -> impl Iterator<Item = (&[f64], &f64)> {
        self.features.iter().zip(&self.signs).skip(first)
    }

    /// The rows of a batch, with their signs.
    #[inline(always)]
    fn rows_in(&self, batch: &[usize]) -> impl Iterator<Item = (&[f64], &f64)> {
        batch.iter().filter_map(|&index| {
            let row = self.features.row(index)?;
            Some((row, self.signs.get(index)?))
        })
    }
}
