//! Training: one network, one rule, one seed.

use crate::{Batches, Digits, Error, Loss, Model, Network, Rule, Score};

/// What is trained, and how long.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Training {
    /// The network.
    pub network: Network,
    /// The rule.
    pub rule: Rule,
    /// Rows of a batch.
    pub batch: usize,
    /// Passes through the training set, reshuffled for each.
    pub epochs: usize,
}

/// The scores after one epoch.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Epoch {
    /// On the training set.
    pub training: Score,
    /// On the test set.
    pub test: Score,
}

impl Training {
    /// Trains from the start of the seed; the model, and the scores after each epoch.
    ///
    /// # Errors
    /// [`Error::Diverged`] for a loss that is not finite, [`Error::Batch`], and the framework's.
    pub fn run<M: Model>(&self, digits: &Digits, seed: u64) -> Result<(M, Vec<Epoch>), Error> {
        let mut model = M::new(self.network, &self.network.start(seed), &self.rule)?;
        let batches = Batches::new(digits.training.len(), self.batch, seed)?;
        let mut epochs = Vec::with_capacity(self.epochs);
        let mut iteration = 0;
        for epoch in 0..self.epochs {
            for numbers in batches.epoch(epoch) {
                let batch = digits.training.select(&numbers);
                let loss = model.step(&batch, Loss::CrossEntropy)?;
                finite(loss, iteration, &self.rule)?;
                iteration += 1;
            }
            epochs.push(Epoch {
                training: digits.training.score(&model.outputs(&digits.training)?)?,
                test: digits.test.score(&model.outputs(&digits.test)?)?,
            });
        }
        Ok((model, epochs))
    }
}

/// Refuses a loss that is not finite.
pub(crate) fn finite(loss: f64, iteration: usize, rule: &Rule) -> Result<(), Error> {
    if loss.is_finite() {
        return Ok(());
    }
    Err(Error::Diverged {
        rule: rule.to_string(),
        iteration,
        loss,
    })
}
