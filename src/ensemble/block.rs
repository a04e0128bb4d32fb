//! Block: some members side by side, so that one instruction can work on several of them.

use nalgebra::SVector;

/// Number of members in a block, which one thread advances.
pub const MEMBERS: usize = 96;

/// Members side by side: coordinate i of member j is `[i][j]`.
#[derive(Debug, Clone, PartialEq)]
#[repr(align(64))]
pub(super) struct Block<R, const D: usize, const N: usize> {
    first: [[f64; N]; D],
    second: [[f64; N]; D],
    pub(super) records: [R; N],
}

impl<R, const D: usize, const N: usize> Block<R, D, N> {
    /// The members at the origin, with these records.
    pub(super) fn at_origin(records: [R; N]) -> Self {
        Self {
            first: [[0.0; N]; D],
            second: [[0.0; N]; D],
            records,
        }
    }

    #[inline(always)]
    pub(super) fn parts(&self, member: usize) -> [SVector<f64, D>; 2] {
        [&self.first, &self.second].map(|rows| SVector::from_fn(|i, _| rows[i][member]))
    }

    #[inline(always)]
    pub(super) fn write(&mut self, member: usize, parts: &[SVector<f64, D>; 2]) {
        let [first, second] = parts;
        let rows = self.first.iter_mut().zip(&mut self.second);
        for ((row, other), (x, y)) in rows.zip(first.iter().zip(second)) {
            row[member] = *x;
            other[member] = *y;
        }
    }
}
