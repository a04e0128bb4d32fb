//! Error: what a training loop handed over that cannot be used, with the iteration.

/// Everything that can go wrong.
///
/// After an error the monitor forgets the last parameters and gradients, so that the next iteration has no step to look back
/// on. Its report keeps what it has, and times and sums run on.
///
/// ```
/// use heavyball::Momentum;
/// use heavyball_monitor::{Error, Monitor};
///
/// let rule = Momentum::new(0.1, 0.9)?;
/// let mut monitor = Monitor::new();
/// monitor.record(0, 1.0, rule, &[&[1.0, 2.0], &[3.0]], &[&[1.0, 1.0], &[1.0]])?;
/// let error = monitor.record(1, 1.0, rule, &[&[1.0, 2.0], &[f64::INFINITY]], &[&[1.0, 1.0], &[1.0]]);
/// assert!(matches!(error, Err(Error::NotFinite { piece: 1, component: 0, iteration: 1, .. })));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The loss is NaN or infinite.
    #[error(
        "the loss is {value} at iteration {iteration}; the run has diverged, or a batch holds a value that is not finite"
    )]
    Loss {
        /// The iteration.
        iteration: usize,
        /// The loss.
        value: f64,
    },

    /// A parameter or a gradient is NaN or infinite.
    #[error(
        "component {component} of {name} {piece} is {value} at iteration {iteration}; compare the last rows of alpha*lambda \
         with the edge, and use a smaller rate or clipping"
    )]
    NotFinite {
        /// Parameter or gradient.
        name: &'static str,
        /// The index of the slice.
        piece: usize,
        /// The index in the slice.
        component: usize,
        /// The value.
        value: f64,
        /// The iteration.
        iteration: usize,
    },

    /// A sum of squares, an energy or a time is beyond the range of f64.
    #[error(
        "an energy, a time or a sum of squares at iteration {iteration} is beyond the range of f64; the run has diverged, or \
         its rate is extreme"
    )]
    Overflow {
        /// The iteration.
        iteration: usize,
    },

    /// The number of slices differs from that of the parameters, or from that of the iteration before.
    #[error(
        "iteration {iteration} has {found} slices of {name} where {expected} are needed, one for each of the parameters"
    )]
    Pieces {
        /// Parameters or gradients.
        name: &'static str,
        /// The number needed.
        expected: usize,
        /// The number found.
        found: usize,
        /// The iteration.
        iteration: usize,
    },

    /// A slice has another length than its parameter, or than in the iteration before.
    #[error(
        "slice {piece} of {name} has {found} components at iteration {iteration} where {expected} are needed; a monitor \
         follows one set of parameters, so use a new one if the model has changed"
    )]
    Length {
        /// Parameters or gradients.
        name: &'static str,
        /// The index of the slice.
        piece: usize,
        /// The length needed.
        expected: usize,
        /// The length found.
        found: usize,
        /// The iteration.
        iteration: usize,
    },

    /// There are no parameters.
    #[error(
        "there are no parameters at iteration {iteration}; pass at least one slice with a component"
    )]
    Empty {
        /// The iteration.
        iteration: usize,
    },

    /// A sample follows no coordinate.
    #[error(
        "a sample of 0 coordinates follows nothing; 1 000 to 10 000 is usual, and new() follows all"
    )]
    EmptySample,

    /// The iterations are not in ascending order.
    #[error(
        "iteration {iteration} comes after iteration {last}; number the iterations upwards, and use a new monitor for a new \
         run"
    )]
    Order {
        /// The iteration.
        iteration: usize,
        /// The one before.
        last: usize,
    },

    /// The rule of an iteration has no ball.
    #[error(
        "the rule of iteration {iteration} has no ball: {source}; leave out iterations at the rate 0"
    )]
    Rule {
        /// The iteration.
        iteration: usize,
        /// Why.
        source: heavyball::Error,
    },

    /// A report needs at least one iteration.
    #[error("nothing was recorded; call record in each iteration before the parameters change")]
    NothingRecorded,

    /// The figure could not be drawn or written.
    #[cfg(feature = "plot")]
    #[error(transparent)]
    Figure(#[from] heavyball_plot::Error),
}
