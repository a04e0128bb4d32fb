//! PageError: why the page shows a message instead of a result.

use crate::formula::FormulaError;

/// Why something cannot be shown; its text is what the page says.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum PageError {
    /// The library's own error.
    #[error(transparent)]
    Library(#[from] heavyball::Error),

    /// A mistake in one's own formula.
    #[error(transparent)]
    Formula(#[from] FormulaError),

    /// A name that the page sent and this crate does not know.
    #[error("there is no {kind} called “{name}”")]
    Unknown {
        /// What it should name.
        kind: &'static str,
        /// The name.
        name: String,
    },

    /// More work than a page should do at once.
    #[error("{what} = {value} is more than this page computes at once; choose at most {limit}")]
    TooMuch {
        /// What there is too much of.
        what: &'static str,
        /// The number asked for.
        value: f64,
        /// The largest number.
        limit: f64,
    },

    /// A function of one dimension is needed, or one of two.
    #[error(
        "this needs a function of {}", if *.needed == 1 { "one variable; choose the quartic or the tilted well" } else {
            "two variables; choose another one" }
    )]
    Dimension {
        /// The dimensions needed.
        needed: usize,
    },

    /// There is no barrier to escape over.
    #[error(
        "no barrier lies between this start and a lower minimum; choose the tilted well or the quartic, and a start above the barrier"
    )]
    NoBarrier,
}

/// Refuses a count that is not a number or beyond `limit`.
pub(crate) fn at_most(what: &'static str, value: f64, limit: f64) -> Result<usize, PageError> {
    if (0.0..=limit).contains(&value) {
        return Ok(value as usize);
    }
    Err(PageError::TooMuch { what, value, limit })
}
