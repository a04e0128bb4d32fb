//! Block: some members side by side, so that one instruction can work on several of them.

use crate::ensemble::Parts;
use crate::ensemble::State;

/// Number of members in a block, which one thread advances.
pub const MEMBERS: usize = 96;

/// Members side by side, in rows of one coordinate of all of them.
#[repr(align(64))]
pub(super) struct Block<S: State<D>, R, const D: usize, const N: usize> {
    rows: <S::Parts as Parts<D>>::Rows<N>,
    pub(super) records: [R; N],
}

impl<S: State<D>, R, const D: usize, const N: usize> Block<S, R, D, N> {
    /// The members at the origin, with these records.
    pub(super) fn at_origin(records: [R; N]) -> Self {
        Self {
            rows: S::Parts::rows(),
            records,
        }
    }

    #[inline(always)]
    pub(super) fn state(&self, member: usize) -> S {
        S::from_parts(S::Parts::of_member(&self.rows, member))
    }

    #[inline(always)]
    pub(super) fn write(&mut self, member: usize, state: &S) {
        state.parts().write(&mut self.rows, member);
    }
}
