//! DataError: why a table of features cannot be used.

use crate::error::Short;

/// A table of features, or a batch of its rows, cannot be used.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum DataError {
    /// A row of a table is shorter or longer than the first.
    #[error(
        "row {row} of the features has {found} entries where {expected} are needed; rows count from 0"
    )]
    RaggedRow {
        /// Index of the first row that differs.
        row: usize,
        /// The length that is needed.
        expected: usize,
        /// The length that was found.
        found: usize,
    },

    /// An entry of a table is NaN or infinite.
    #[error(
        "the feature in row {row}, column {column} is {value}, both counted from 0; every entry must be finite: fill the gap or remove the row", value = Short(*.value))]
    NonFiniteEntry {
        /// Row of the first entry that is not finite.
        row: usize,
        /// Its column.
        column: usize,
        /// That entry.
        value: f64,
    },

    /// A column cannot be standardised because its entries are all equal.
    #[error(
        "every entry of column {column}, counted from 0, is {value}: it has no spread to divide by and does not distinguish the rows; remove it, and add an intercept after standardising", value = Short(*.value))]
    ConstantColumn {
        /// The column.
        column: usize,
        /// The value of its entries.
        value: f64,
    },

    /// A minibatch is empty, or larger than the sum that it is drawn from.
    #[error("a batch of {batch} of {terms} terms cannot be drawn; take between 1 and {terms}")]
    BatchSize {
        /// The size of the batch.
        batch: usize,
        /// The terms of the sum.
        terms: usize,
    },

    /// The squares of the entries of a table overflow or underflow.
    #[error(
        "the spread of the features is outside the range of f64: the largest entry of column {column}, counted from 0, is {largest:e} in size; measure that column in other units"
    )]
    FeaturesTooLarge {
        /// The column.
        column: usize,
        /// Its largest entry, in absolute value.
        largest: f64,
    },
}
