//! Error: what ends a run of argmin, with the iteration.

/// Why a solver of this crate ended a run.
///
/// argmin passes it on as its own error; `error.downcast_ref::<heavyball_argmin::Error>()` finds it there.
///
/// ```
/// use argmin::core::{CostFunction, Error, Executor, Gradient};
/// use heavyball::Momentum;
/// use heavyball_argmin::RuleSolver;
///
/// /// f = √x, which ends at 0.
/// struct Root;
///
/// impl CostFunction for Root {
///     type Param = Vec<f64>;
///     type Output = f64;
///     fn cost(&self, x: &Vec<f64>) -> Result<f64, Error> {
///         Ok(x[0].sqrt())
///     }
/// }
///
/// impl Gradient for Root {
///     type Param = Vec<f64>;
///     type Gradient = Vec<f64>;
///     fn gradient(&self, x: &Vec<f64>) -> Result<Vec<f64>, Error> {
///         Ok(vec![0.5 / x[0].sqrt()])
///     }
/// }
///
/// let solver = RuleSolver::new(Momentum::new(0.1, 0.9)?);
/// let run = Executor::new(Root, solver).configure(|state| state.param(vec![1.0]).max_iters(100)).run();
/// let error = run.err().map(|error| error.to_string()).unwrap_or_default();
/// assert!(error.starts_with("the cost is NaN at iteration 6"), "{error}");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// There is no start.
    #[error("the run has no start; give it one by Executor::configure(|state| state.param(start))")]
    NoStart,

    /// An iteration of no steps.
    #[error(
        "with 0 steps per iteration nothing happens; use 1, or more for less work between the steps"
    )]
    NoSteps,

    /// A tolerance that cannot be used.
    #[error("the {name} is {value}; it must be {range}")]
    Tolerance {
        /// Which.
        name: &'static str,
        /// Its value.
        value: f64,
        /// What it must be.
        range: &'static str,
    },

    /// The cost is NaN or infinite.
    #[error(
        "the cost is {cost} at iteration {iteration}, where the largest component of the parameter is {position:e} in \
         size; check the cost function there, or use a smaller rate"
    )]
    NonFiniteCost {
        /// The iteration: the number of steps that led there.
        iteration: u64,
        /// The cost.
        cost: f64,
        /// Largest component of the parameter, in absolute value.
        position: f64,
    },

    /// The gradient is NaN or infinite.
    #[error(
        "the gradient is not finite at iteration {iteration}, where the largest component of the parameter is \
         {position:e} in size; check the gradient there with heavyball's check_gradient"
    )]
    NonFiniteGradient {
        /// The iteration: the number of steps before the gradient failed.
        iteration: u64,
        /// Largest component of the parameter, in absolute value.
        position: f64,
    },

    /// The parameter or the velocity became infinite or NaN.
    #[error(
        "the run diverged: the parameter after iteration {iteration} is not finite, its largest component before was \
         {position:e} in size; use a smaller rate"
    )]
    Diverged {
        /// The iteration whose result is not finite.
        iteration: u64,
        /// Largest component of the last finite parameter, in absolute value.
        position: f64,
    },

    /// The gradient has another length than the parameter.
    #[error(
        "the gradient at iteration {iteration} has {found} components where the parameter has {expected}"
    )]
    GradientLength {
        /// The iteration.
        iteration: u64,
        /// Components of the parameter.
        expected: usize,
        /// Components of the gradient.
        found: usize,
    },

    /// The cost function or the gradient returned an error.
    #[error("the problem failed at iteration {iteration}: {source}")]
    Problem {
        /// The iteration.
        iteration: u64,
        /// Its error.
        source: argmin::core::Error,
    },

    /// A checkpoint belongs to another run.
    #[error(
        "the checkpoint is of {found} where {expected} is to be continued; use another file, or the solver of that run"
    )]
    Checkpoint {
        /// What is to be continued.
        expected: String,
        /// What was saved.
        found: String,
    },

    /// heavyball refuses the start, a coefficient or the ball.
    #[error(transparent)]
    Heavyball(#[from] heavyball::Error),
}
