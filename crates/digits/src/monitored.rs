//! Monitored: one training run, and the ball behind it.

use crate::comparison::{BATCH, FLOW_RATE};
use crate::temperature::slices;
use crate::training::finite;
use crate::{Batches, Digits, Error, Extent, Loss, Model, Network, Rule};
use heavyball::Momentum;
use heavyball_monitor::{Monitor, Report};

/// Trains the network of two layers by momentum and records every iteration.
///
/// The gradients are those of two half batches; the step is that of the whole batch.
///
/// # Errors
/// [`Error::Diverged`], [`Error::Monitor`], and the framework's; [`Error::Extent`].
pub fn monitored<M: Model>(digits: &Digits, extent: &Extent) -> Result<Report, Error> {
    extent.check()?;
    let (alpha, beta) = (0.1 * FLOW_RATE, 0.9);
    let line = Rule::sgd(alpha, beta, false)?;
    let network = Network::TwoLayers;
    let mut model = M::new(network, &network.start(0), &line)?;
    let batches = Batches::new(digits.training.len(), BATCH, 0)?;
    let mut monitor = Monitor::new();
    let mut iteration = 0;
    for epoch in 0..extent.epochs(network) {
        for numbers in batches.epoch(epoch) {
            let halves = numbers.split_at(BATCH / 2);
            let half =
                |numbers| model.gradient(&digits.training.select(numbers), Loss::CrossEntropy);
            let ((one, a), (other, b)) = (half(halves.0)?, half(halves.1)?);
            let loss = 0.5 * (one + other);
            finite(loss, iteration, &line)?;
            monitor.record_halves(
                iteration,
                loss,
                Momentum::new(alpha, beta)?,
                &slices(&model.parameters()?),
                &slices(&a),
                &slices(&b),
            )?;
            model.step(&digits.training.select(&numbers), Loss::CrossEntropy)?;
            iteration += 1;
        }
    }
    Ok(monitor.report()?)
}
