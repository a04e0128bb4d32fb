//! Table: rows of numbers for the page, and what to say beside them.

/// Rows of numbers, one after another, and a message if there are fewer than asked for.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Table {
    /// Numbers in a row.
    pub columns: usize,
    /// All rows.
    pub numbers: Vec<f64>,
    /// Why the rows end early; empty if they do not.
    pub note: String,
}
