//! The runs: rules on minibatches, the loss that remains, and its prediction.

use super::problem::Fit;
use heavyball::optimizers::Accelerated;
use heavyball::potentials::{Minibatches, Sampling};
use heavyball::prelude::*;
use heavyball::study::temperature::Stationary;
use nalgebra::DMatrix;

/// Iterations of a run, after a tenth as many that are not counted.
const ITERATIONS: usize = 60_000;
/// The loss is read in every tenth iteration.
const EVERY: usize = 10;
/// Blocks whose means give the standard error.
const BLOCKS: usize = 30;
const SEED: u64 = 1995;

/// The data, and what the prediction needs of them.
pub(crate) struct Model {
    pub(crate) fit: Fit,
    pub(crate) hessian: DMatrix<f64>,
    /// The covariance of the gradient of one row at the minimum.
    pub(crate) noise: DMatrix<f64>,
}

/// A rule with its β and its batches, over several α.
#[derive(Clone, Copy)]
pub(crate) struct Series {
    pub(crate) name: &'static str,
    /// As the table calls it.
    pub(crate) rule: &'static str,
    pub(crate) beta: f64,
    /// η of [`Accelerated`], in units of β.
    look_ahead: f64,
    pub(crate) batch: usize,
    sampling: Sampling,
    /// α of the first point; each next one is twice as large.
    first: f64,
    count: i32,
}

const MOMENTUM: Series = Series {
    name: "momentum, B = 8",
    rule: "momentum",
    beta: 0.9,
    look_ahead: 0.0,
    batch: 8,
    sampling: Sampling::WithReplacement,
    first: 0.005,
    count: 6,
};

pub(crate) const SERIES: [Series; 5] = [
    Series {
        name: "gradient descent, B = 8",
        rule: "gradient descent",
        beta: 0.0,
        first: 0.05,
        count: 5,
        ..MOMENTUM
    },
    MOMENTUM,
    Series {
        name: "momentum, B = 32",
        batch: 32,
        first: 0.02,
        ..MOMENTUM
    },
    Series {
        name: "Nesterov, B = 8",
        rule: "nesterov",
        look_ahead: 1.0,
        ..MOMENTUM
    },
    Series {
        name: "momentum, B = 8, reshuffled",
        rule: "momentum reshuffled",
        sampling: Sampling::Reshuffled,
        ..MOMENTUM
    },
];

/// One run.
#[derive(Clone, Copy)]
pub(crate) struct Measurement {
    pub(crate) alpha: f64,
    pub(crate) beta: f64,
    pub(crate) batch: usize,
    pub(crate) measured: f64,
    pub(crate) error: f64,
    pub(crate) predicted: f64,
}

impl Measurement {
    /// α/B(1 − β), to which the temperature is proportional.
    pub(crate) fn rate(&self) -> f64 {
        self.alpha / (self.batch as f64 * (1.0 - self.beta))
    }
}

impl Series {
    /// Whether the batches are independent of each other, as the theory needs.
    pub(crate) fn is_independent(&self) -> bool {
        self.sampling == Sampling::WithReplacement
    }

    fn rule(&self, alpha: f64) -> Result<Accelerated, Error> {
        Accelerated::new(alpha, self.beta, self.look_ahead * self.beta)
    }

    /// The loss that remains by theory, if the rule converges.
    pub(crate) fn predicted(&self, model: &Model, alpha: f64) -> Result<f64, Error> {
        let noise = &model.noise / self.batch as f64;
        Ok(Stationary::of(self.rule(alpha)?, &model.hessian, &noise)?.excess_loss)
    }

    /// Every run.
    pub(crate) fn measure(&self, model: &Model) -> Result<Vec<Measurement>, Error> {
        (0..self.count)
            .map(|doublings| self.run(model, self.first * 2.0_f64.powi(doublings)))
            .collect()
    }

    fn run(&self, model: &Model, alpha: f64) -> Result<Measurement, Error> {
        let rule = self.rule(alpha)?;
        let batches = Minibatches::new(&model.fit.training, self.batch, self.sampling, SEED)?;
        let mut run = rule.iterates(&batches, model.fit.minimum.clone());
        run.advance_by(ITERATIONS / 10, |_| {})?;
        let mut means = [0.0; BLOCKS];
        let readings = ITERATIONS / BLOCKS / EVERY;
        for mean in &mut means {
            for _ in 0..readings {
                run.advance_by(EVERY - 1, |_| {})?;
                if let Some(iterate) = run.advance() {
                    *mean += model.fit.gap(&iterate.position)? / readings as f64;
                }
            }
        }
        if let Some(failure) = run.failure() {
            return Err(failure.clone());
        }
        let blocks = BLOCKS as f64;
        let measured = means.iter().sum::<f64>() / blocks;
        let squares = means.iter().map(|mean| (mean - measured).powi(2));
        Ok(Measurement {
            alpha,
            beta: self.beta,
            batch: self.batch,
            measured,
            error: (squares.sum::<f64>() / (blocks - 1.0) / blocks).sqrt(),
            predicted: self.predicted(model, alpha)?,
        })
    }
}
