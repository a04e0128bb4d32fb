//! Checkpoint: the finished blocks of a sweep, or of a part of it, and the numbers of their members.

use crate::Error;
use crate::ensemble::MEMBERS;
use crate::sweep::CheckpointError;
use std::ops::Range;
use std::path::Path;

/// The finished blocks, and the numbers of their members.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Checkpoint<const K: usize> {
    /// The index of the first block.
    first: usize,
    pub(super) finished: Vec<bool>,
    pub(super) rows: Vec<[f64; K]>,
}

impl<const K: usize> Checkpoint<K> {
    /// Without finished blocks, for these blocks of a sweep of `members`.
    pub(super) fn new(blocks: Range<usize>, members: usize) -> Self {
        Self {
            first: blocks.start,
            finished: vec![false; blocks.len()],
            rows: vec![[0.0; K]; members_of(&blocks, members).len()],
        }
    }

    /// The finished blocks, or the others.
    pub(super) fn blocks(&self, finished: bool) -> impl Iterator<Item = usize> {
        let blocks = self.finished.iter().enumerate();
        let first = self.first;
        blocks.filter_map(move |(index, is)| (*is == finished).then_some(first + index))
    }

    /// Adds a finished block.
    pub(super) fn add(&mut self, index: usize, rows: &[[f64; K]]) {
        let place = index - self.first;
        let kept = self.rows.iter_mut().skip(place * MEMBERS);
        kept.zip(rows).for_each(|(kept, row)| *kept = *row);
        if let Some(finished) = self.finished.get_mut(place) {
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
        let (first, place) = (index * MEMBERS, (index - self.first) * MEMBERS);
        for (offset, (kept, row)) in self.rows.iter().skip(place).zip(rows).enumerate() {
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

/// The members of some blocks, in a sweep of `members`; the last block may be shorter.
pub(super) fn members_of(blocks: &Range<usize>, members: usize) -> Range<usize> {
    let end = blocks.end.saturating_mul(MEMBERS).min(members);
    blocks.start.saturating_mul(MEMBERS).min(end)..end
}
