//! Checkpoint: the finished blocks of a sweep, and the numbers of their members.

use crate::Error;
use crate::ensemble::MEMBERS;
use crate::sweep::CheckpointError;
use std::path::Path;

/// The finished blocks, and the numbers of their members.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Checkpoint<const K: usize> {
    pub(super) finished: Vec<bool>,
    pub(super) rows: Vec<[f64; K]>,
}

impl<const K: usize> Checkpoint<K> {
    /// Without finished blocks.
    pub(super) fn new(members: usize) -> Self {
        Self {
            finished: vec![false; members.div_ceil(MEMBERS)],
            rows: vec![[0.0; K]; members],
        }
    }

    /// The finished blocks, or the others.
    pub(super) fn blocks(&self, finished: bool) -> impl Iterator<Item = usize> {
        let blocks = self.finished.iter().enumerate();
        blocks.filter_map(move |(index, is)| (*is == finished).then_some(index))
    }

    /// Adds a finished block.
    pub(super) fn add(&mut self, index: usize, rows: &[[f64; K]]) {
        let kept = self.rows.iter_mut().skip(index * MEMBERS);
        kept.zip(rows).for_each(|(kept, row)| *kept = *row);
        if let Some(finished) = self.finished.get_mut(index) {
            *finished = true;
        }
    }

    /// Checks that a block that was computed again is bit-identical.
    pub(super) fn compare(
        &self,
        index: usize,
        rows: &[[f64; K]],
        path: &Path,
    ) -> Result<(), Error> {
        let first = index * MEMBERS;
        for (offset, (kept, row)) in self.rows.iter().skip(first).zip(rows).enumerate() {
            for (number, (kept, now)) in kept.iter().zip(row).enumerate() {
                if kept.to_bits() != now.to_bits() {
                    return Err(Error::Checkpoint(CheckpointError::Differs {
                        path: path.display().to_string(),
                        member: first + offset,
                        number,
                        kept: *kept,
                        now: *now,
                    }));
                }
            }
        }
        Ok(())
    }
}
