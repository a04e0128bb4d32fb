//! Rescaling: ten times the learning rate for the same ball, and alone.
//!
//! At s times the step the same ball has the rate s²α and the decay 1 − s(1 − β): derivation (48). Its iterations are s times fewer.
//! For the same temperature ασ²/2(1 − β), derivation (89), the batches are s times as large, so that an epoch is as long as
//! before in time. With s = √10 the rate is tenfold.

use crate::training::{Epoch, Training};
use crate::{Digits, Error, Extent, Interval, Model, Network, Rule, jobs};
use heavyball::mapping::Discretization;

/// Learning rate and decay before: 0.1 of flow time an iteration, and a memory of 50 iterations.
const BEFORE: (f64, f64) = (0.002, 0.98);

/// Rows of a batch before.
const BATCH: usize = 32;

/// The same training at a tenth of the rate, rescaled to ten times it, and with ten times the rate alone.
#[derive(Debug, Clone, PartialEq)]
pub struct Rescaling {
    /// Name, α, β, rows of a batch, and for each seed the scores after each epoch.
    pub runs: Vec<Rescaled>,
}

/// One of the three.
#[derive(Debug, Clone, PartialEq)]
pub struct Rescaled {
    /// Its name.
    pub name: &'static str,
    /// Learning rate.
    pub alpha: f64,
    /// Decay.
    pub beta: f64,
    /// Rows of a batch.
    pub batch: usize,
    /// For each seed the scores after each epoch.
    pub seeds: Vec<Vec<Epoch>>,
}

impl Rescaling {
    /// Trains the network of two layers.
    ///
    /// # Errors
    /// Those of [`Training::run`]; [`Error::Extent`].
    pub fn run<M: Model>(digits: &Digits, extent: &Extent) -> Result<Self, Error> {
        extent.check()?;
        let s = 10.0_f64.sqrt();
        let (alpha, beta) = BEFORE;
        let (larger, smaller_beta) = Discretization::ExplicitDrag.rescaled(alpha, beta, s)?;
        let batch = (s * BATCH as f64).round() as usize;
        let variants = [
            ("before", alpha, beta, BATCH),
            ("rescaled", larger, smaller_beta, batch),
            ("rate alone", larger, beta, batch),
        ];
        let count = extent.seeds;
        let mut runs: Vec<Rescaled> = Vec::new();
        let seeds = jobs::results(variants.len() * count, |job| {
            let (_, alpha, beta, batch) = variants[(job / count).min(2)];
            let training = Training {
                network: Network::TwoLayers,
                rule: Rule::sgd(alpha, beta, false)?,
                batch,
                epochs: extent.epochs(Network::TwoLayers),
            };
            Ok(training.run::<M>(digits, (job % count) as u64)?.1)
        })?;
        let mut seeds = seeds.into_iter();
        for (name, alpha, beta, batch) in variants {
            runs.push(Rescaled {
                name,
                alpha,
                beta,
                batch,
                seeds: seeds.by_ref().take(count).collect(),
            });
        }
        Ok(Self { runs })
    }

    /// The mean over the epochs of |ln| of the ratio of a variant's loss on the training set to that before, over the seeds.
    pub fn distance(&self, variant: usize) -> Interval {
        let seeds = |run: usize| self.runs.get(run).map_or(&[][..], |run| &run.seeds);
        let pairs = seeds(variant).iter().zip(seeds(0));
        let distances: Vec<f64> = pairs
            .map(|(other, before)| {
                let ratios = other.iter().zip(before);
                let logarithms =
                    ratios.map(|(a, b)| (a.training.loss / b.training.loss).ln().abs());
                logarithms.sum::<f64>() / before.len() as f64
            })
            .collect();
        Interval::of(&distances)
    }
}
