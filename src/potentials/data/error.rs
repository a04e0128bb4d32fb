//! What makes a table of features unusable.

use crate::error::Short;

/// A table of features cannot be used.
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
        "the feature in row {row}, column {column} is {value}, both counted from 0; every entry must be finite: fill gaps, or leave the row out", value = Short(*.value))]
    NonFiniteEntry {
        /// Row of the first entry that is not finite.
        row: usize,
        /// Its column.
        column: usize,
        /// That entry.
        value: f64,
    },

    /// A column has no spread to be standardised by.
    #[error(
        "every entry of column {column}, counted from 0, is {value}: it has no spread to divide by and tells no rows apart; leave it out, and add an intercept after standardising", value = Short(*.value))]
    ConstantColumn {
        /// The column.
        column: usize,
        /// Its one value.
        value: f64,
    },

    /// The squares of a table leave the range of the numbers.
    #[error(
        "the spread of the features leaves the range of the numbers: the largest entry of column {column}, counted from 0, is {largest:e} in size; measure that column in other units"
    )]
    FeaturesTooLarge {
        /// The column.
        column: usize,
        /// Its largest entry, in absolute value.
        largest: f64,
    },
}
