//! Error: what ends an experiment.

/// What a framework reports.
pub type Failure = Box<dyn std::error::Error + Send + Sync>;

/// Why an experiment ended.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// A line of the data is not 64 pixels of 0 to 16 and a digit.
    #[error("line {line} of the data is not 64 pixels of 0 to 16 and a digit")]
    Data {
        /// The line, counted from 1.
        line: usize,
    },

    /// A network has not ten outputs for each row.
    #[error("{rows} rows have {outputs} outputs; a network has 10 for each, and at least one row")]
    Outputs {
        /// The rows.
        rows: usize,
        /// The outputs.
        outputs: usize,
    },

    /// A batch needs more rows than there are, or none.
    #[error("a batch of {batch} of {rows} rows; use 1 to {rows}")]
    Batch {
        /// The rows of a batch.
        batch: usize,
        /// The rows to draw from.
        rows: usize,
    },

    /// A label is not a digit.
    #[error("the label {label} is not a digit of 0 to 9")]
    Label {
        /// The label.
        label: u32,
    },

    /// A study of no seeds, epochs or iterations.
    #[error(
        "a study needs at least one of each of its seeds, epochs and iterations, not {extent:?}"
    )]
    Extent {
        /// How much was asked for.
        extent: crate::Extent,
    },

    /// The loss is not finite.
    #[error("the loss is {loss} at iteration {iteration} with {rule}; use a smaller learning rate")]
    Diverged {
        /// The rule.
        rule: String,
        /// The iteration.
        iteration: usize,
        /// The loss.
        loss: f64,
    },

    /// The framework failed.
    #[error(transparent)]
    Framework(#[from] Failure),

    /// heavyball refuses a rule or a study.
    #[error(transparent)]
    Heavyball(#[from] heavyball::Error),

    /// The monitor refuses an iteration.
    #[error(transparent)]
    Monitor(#[from] heavyball_monitor::Error),

    /// The figure could not be drawn or written.
    #[error(transparent)]
    Figure(#[from] heavyball_plot::Error),

    /// A file could not be written.
    #[error(transparent)]
    File(#[from] std::io::Error),
}
