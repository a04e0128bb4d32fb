//! Rows: the observations of a run of any length, in a bounded number of rows.

use crate::row::Row;

/// Rows that are kept; when there are twice as many, neighbours are joined.
const ROWS: usize = 512;

/// Rows of equally many observations, but for the last.
#[derive(Debug, Clone)]
pub(crate) struct Rows {
    rows: Vec<Row>,
    /// Observations in each row but the last.
    stride: usize,
}

impl Default for Rows {
    fn default() -> Self {
        Self {
            rows: Vec::new(),
            stride: 1,
        }
    }
}

impl Rows {
    pub(crate) fn as_slice(&self) -> &[Row] {
        &self.rows
    }

    /// The last iteration.
    pub(crate) fn last(&self) -> Option<usize> {
        Some(self.rows.last()?.last().iteration)
    }

    pub(crate) fn keep(&mut self, row: Row) {
        match self.rows.last_mut() {
            Some(last) if last.count() < self.stride => last.join(&row),
            _ => self.rows.push(row),
        }
        let full = self.rows.last().is_some_and(|r| r.count() == self.stride);
        if full && self.rows.len() == 2 * ROWS {
            let mut joined = Vec::with_capacity(2 * ROWS);
            let mut rows = self.rows.drain(..);
            while let Some(mut row) = rows.next() {
                if let Some(next) = rows.next() {
                    row.join(&next);
                }
                joined.push(row);
            }
            drop(rows);
            self.rows = joined;
            self.stride *= 2;
        }
    }
}
