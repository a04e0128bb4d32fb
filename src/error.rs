//! The one error type: a variant for each cause, with the numbers, saying what to do next.

/// Everything that can go wrong, each cause a variant of its own.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// A figure could not be drawn, encoded or written.
    #[error("the figure {path} could not be written: {reason}")]
    Figure {
        /// Where the figure was to go.
        path: String,
        /// What the drawing or the file system said.
        reason: String,
    },
}
