//! Model: what a framework does for the experiments.

use crate::{Failure, Network, Rows};
use heavyball::frameworks::{Convention, Sgd};

/// A network in a framework, with an optimiser of the framework.
///
/// Everything else, data, order of batches, starting points, statistics, is the same for all frameworks.
pub trait Model: Sized {
    /// The network at these parameters, in the order of [`Network::shapes`], and the optimiser of this rule at its start.
    ///
    /// # Errors
    /// The framework's.
    fn new(network: Network, parameters: &[Vec<f32>], rule: &Rule) -> Result<Self, Failure>;

    /// One step of the optimiser with the loss of a batch; returns the loss before it.
    ///
    /// # Errors
    /// The framework's.
    fn step(&mut self, batch: &Rows, loss: Loss) -> Result<f64, Failure>;

    /// The loss and its gradient at the present parameters.
    ///
    /// # Errors
    /// The framework's.
    fn gradient(&self, batch: &Rows, loss: Loss) -> Result<(f64, Vec<Vec<f32>>), Failure>;

    /// The ten outputs of each row.
    ///
    /// # Errors
    /// The framework's.
    fn outputs(&self, rows: &Rows) -> Result<Vec<f32>, Failure>;

    /// The parameters.
    ///
    /// # Errors
    /// The framework's.
    fn parameters(&self) -> Result<Vec<Vec<f32>>, Failure>;

    /// Moves to other parameters; the optimiser's buffers stay.
    ///
    /// # Errors
    /// The framework's.
    fn move_to(&mut self, parameters: &[Vec<f32>]) -> Result<(), Failure>;
}

/// A loss, the mean over the rows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Loss {
    /// −ln p of the digit, with p by the softmax of the outputs.
    CrossEntropy,
    /// ½Σ(z − y)² over the ten outputs z, with y = 1 for the digit and 0 elsewhere.
    HalfSquares,
}

/// An optimiser.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Rule {
    /// SGD, by the adapter of this library.
    Sgd(Sgd),
    /// AdamW, by the framework: β₁ = 0.9, β₂ = 0.999, ε = 1e-8.
    AdamW {
        /// The learning rate.
        learning_rate: f64,
        /// λ of the decoupled decay.
        weight_decay: f64,
    },
}

impl Rule {
    /// PyTorch's SGD.
    ///
    /// # Errors
    /// [`heavyball::Error`] for a learning rate or momentum out of range.
    pub fn sgd(alpha: f64, beta: f64, nesterov: bool) -> Result<Self, heavyball::Error> {
        let torch = Convention::PyTorch {
            dampening: 0.0,
            nesterov,
        };
        Ok(Self::Sgd(Sgd::new(torch, alpha, beta)?))
    }
}

impl std::fmt::Display for Rule {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Sgd(line) => line.fmt(f),
            Self::AdamW {
                learning_rate,
                weight_decay,
            } => write!(f, "AdamW({learning_rate}, weight_decay={weight_decay})"),
        }
    }
}
