//! Comparison: SGD, momentum and Nesterov's rule at one flow time, and AdamW.
//!
//! Momentum follows the gradient flow ẋ = −∇f by α/(1 − β) an iteration, up to a memory of 1/(1 − β) iterations: derivation (10).
//! Gradient descent at the rate α/(1 − β) should therefore have the same losses, and the same temperature ασ²/2(1 − β),
//! derivation (89), up to terms of order α/(1 − β).

use crate::training::{Epoch, Training};
use crate::{Digits, Error, Extent, Interval, Model, Network, Rule, jobs};

/// α/(1 − β) of the first three rules.
pub(crate) const FLOW_RATE: f64 = 0.1;

/// Rows of a batch.
pub(crate) const BATCH: usize = 32;

/// Training runs of the same starts and batches by several rules.
#[derive(Debug, Clone, PartialEq)]
pub struct Comparison {
    /// The network.
    pub network: Network,
    /// Name, rule, and for each seed the scores after each epoch.
    pub rules: Vec<(&'static str, Rule, Vec<Vec<Epoch>>)>,
}

impl Comparison {
    /// The rules: SGD with the rate 0.1, momentum and Nesterov's with 0.01 and 0.9, AdamW with 0.001 and a decay of 0.01.
    ///
    /// # Errors
    /// None; the rules are valid.
    pub fn rules() -> Result<[(&'static str, Rule); 4], heavyball::Error> {
        let adam_w = Rule::AdamW {
            learning_rate: 1e-3,
            weight_decay: 0.01,
        };
        Ok([
            ("SGD", Rule::sgd(FLOW_RATE, 0.0, false)?),
            ("momentum", Rule::sgd(0.1 * FLOW_RATE, 0.9, false)?),
            ("Nesterov", Rule::sgd(0.1 * FLOW_RATE, 0.9, true)?),
            ("AdamW", adam_w),
        ])
    }

    /// Trains the network by every rule from every seed.
    ///
    /// # Errors
    /// Those of [`Training::run`]; [`Error::Extent`].
    pub fn run<M: Model>(
        digits: &Digits,
        network: Network,
        extent: &Extent,
    ) -> Result<Self, Error> {
        extent.check()?;
        let rules = Self::rules()?;
        let seeds = extent.seeds;
        let runs = jobs::results(rules.len() * seeds, |job| {
            let rule = rules.get(job / seeds).map_or(rules[0].1, |named| named.1);
            let training = Training {
                network,
                rule,
                batch: BATCH,
                epochs: extent.epochs(network),
            };
            Ok(training.run::<M>(digits, (job % seeds) as u64)?.1)
        })?;
        let mut runs = runs.into_iter();
        let of_rule = |(name, rule)| (name, rule, runs.by_ref().take(seeds).collect());
        Ok(Self {
            network,
            rules: rules.into_iter().map(of_rule).collect(),
        })
    }

    /// A score after the last epoch, over the seeds.
    pub fn last(&self, rule: usize, score: impl Fn(&Epoch) -> f64) -> Interval {
        let seeds = self.rules.get(rule).map_or(&[][..], |(.., seeds)| seeds);
        let last: Vec<f64> = seeds
            .iter()
            .filter_map(|run| run.last())
            .map(score)
            .collect();
        Interval::of(&last)
    }

    /// ln of the ratio of two rules' losses on the training set, the mean over the second half of the epochs, paired by seed.
    pub fn ratio(&self, one: usize, other: usize) -> Interval {
        let seeds = |rule: usize| self.rules.get(rule).map_or(&[][..], |(.., seeds)| seeds);
        let ratios = seeds(one).iter().zip(seeds(other)).map(|(one, other)| {
            let half = one.len() / 2;
            let late = one.iter().zip(other).skip(half);
            let logarithms = late.map(|(a, b)| (a.training.loss / b.training.loss).ln());
            logarithms.sum::<f64>() / (one.len() - half) as f64
        });
        Interval::of(&ratios.collect::<Vec<_>>())
    }
}
