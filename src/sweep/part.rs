//! Part: which of a sweep's blocks are computed, all of them or those of one shard.

use crate::ensemble::MEMBERS;
use std::fmt;
use std::ops::Range;

/// Part `index` of `count`, counted from 0.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Part {
    pub(super) index: u32,
    pub(super) count: u32,
}

impl fmt::Display for Part {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match *self {
            Self::WHOLE => out.write_str("the whole sweep"),
            Self { index, count } => write!(out, "shard {index} of {count}"),
        }
    }
}

impl Part {
    /// All blocks.
    pub(super) const WHOLE: Self = Self { index: 0, count: 1 };

    /// The blocks of this part, of a sweep of `members`: neighbours, and as many as in every other part, or one more.
    pub(super) fn blocks(self, members: u64) -> Range<usize> {
        let blocks = u128::from(members.div_ceil(MEMBERS as u64));
        // At most `blocks`, which is the number of blocks in memory or in a file.
        let border = |index: u32| (blocks * u128::from(index) / u128::from(self.count)) as usize;
        border(self.index)..border(self.index + 1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        /// The parts follow each other from the first block to the last, and their sizes differ by at most one.
        #[test]
        fn parts_are_a_partition(members in 0_u64..100_000, count in 1_u32..200) {
            let parts: Vec<_> = (0..count).map(|index| Part { index, count }.blocks(members)).collect();
            let mut next = 0;
            for part in &parts {
                prop_assert_eq!(part.start, next);
                next = part.end;
            }
            prop_assert_eq!(next as u64, members.div_ceil(MEMBERS as u64));
            let sizes = || parts.iter().map(ExactSizeIterator::len);
            prop_assert!(sizes().max() <= sizes().min().map(|least| least + 1));
        }
    }
}
