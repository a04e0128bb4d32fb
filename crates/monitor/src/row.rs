//! Row: the means over consecutive observations.

use crate::Observation;
use crate::mean::{Mean, Ratio};

/// The means over one or more consecutive observations.
///
/// The curvature is that of all their steps, Σ(gₖ − gₖ₋₁)·v/Σ|v|², and αλ likewise. A mean is `None` where no observation has the
/// value, and where the sum is beyond the range of f64.
///
/// ```
/// use heavyball::Momentum;
/// use heavyball_monitor::Monitor;
///
/// let rule = Momentum::new(0.5, 0.0)?;
/// let mut monitor = Monitor::new();
/// for (k, x) in [4.0, 2.0, 1.0].into_iter().enumerate() {
///     monitor.record(k, 0.5 * x * x, rule, &[&[x]], &[&[x]])?;
/// }
/// // One row for each iteration, and all in one.
/// let report = monitor.report()?;
/// assert_eq!(report.rows().len(), 3);
/// let all = report.joined(1);
/// assert_eq!((all[0].first(), all[0].last().iteration, all[0].count()), (0, 2, 3));
/// assert_eq!((all[0].loss(), all[0].curvature()), (Some(3.5), Some(1.0)));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct Row {
    first: usize,
    last: Observation,
    count: usize,
    over_edge: usize,
    largest: Option<f64>,
    edge: Mean,
    loss: Mean,
    kinetic_energy: Mean,
    energy: Mean,
    temperature: Mean,
    kinetic_temperature: Mean,
    gradient_norm: Mean,
    mismatch: Mean,
    curvature: Ratio,
    alpha_lambda: Ratio,
}

impl Row {
    /// The row of one observation.
    pub(crate) fn of(seen: &Observation) -> Self {
        let mean = |value: Option<f64>| {
            let mut mean = Mean::default();
            mean.add(value);
            mean
        };
        let squared = seen.speed.map(|speed| speed * speed);
        let ratio = |value: Option<f64>| {
            let mut ratio = Ratio::default();
            ratio.add(value, squared);
            ratio
        };
        Self {
            first: seen.iteration,
            last: *seen,
            count: 1,
            over_edge: usize::from(seen.is_over_edge()),
            largest: seen.alpha_lambda,
            edge: mean(Some(seen.edge)),
            loss: mean(Some(seen.loss)),
            kinetic_energy: mean(seen.kinetic_energy),
            energy: mean(seen.energy()),
            temperature: mean(seen.temperature),
            kinetic_temperature: mean(seen.kinetic_temperature),
            gradient_norm: mean(Some(seen.gradient_norm)),
            mismatch: mean(seen.mismatch.map(f64::abs)),
            curvature: ratio(seen.curvature),
            alpha_lambda: ratio(seen.alpha_lambda),
        }
    }

    /// Appends a later row.
    pub(crate) fn join(&mut self, later: &Self) {
        self.last = later.last;
        self.count += later.count;
        self.over_edge += later.over_edge;
        self.largest = match (self.largest, later.largest) {
            (Some(one), Some(other)) => Some(one.max(other)),
            (one, other) => one.or(other),
        };
        self.edge.join(&later.edge);
        self.loss.join(&later.loss);
        self.kinetic_energy.join(&later.kinetic_energy);
        self.energy.join(&later.energy);
        self.temperature.join(&later.temperature);
        self.kinetic_temperature.join(&later.kinetic_temperature);
        self.gradient_norm.join(&later.gradient_norm);
        self.mismatch.join(&later.mismatch);
        self.curvature.join(&later.curvature);
        self.alpha_lambda.join(&later.alpha_lambda);
    }

    /// The first iteration.
    pub fn first(&self) -> usize {
        self.first
    }

    /// The last observation, with the times and sums up to there.
    pub fn last(&self) -> &Observation {
        &self.last
    }

    /// The number of iterations that were recorded.
    pub fn count(&self) -> usize {
        self.count
    }

    /// How many of them had αλ above the edge.
    pub fn over_edge(&self) -> usize {
        self.over_edge
    }

    /// The largest αλ of one of them.
    pub fn largest_alpha_lambda(&self) -> Option<f64> {
        self.largest
    }

    /// The mean edge of stability.
    pub fn edge(&self) -> Option<f64> {
        self.edge.value()
    }

    /// The mean loss.
    pub fn loss(&self) -> Option<f64> {
        self.loss.value()
    }

    /// The mean kinetic energy of the effective particle.
    pub fn kinetic_energy(&self) -> Option<f64> {
        self.kinetic_energy.value()
    }

    /// The mean energy.
    pub fn energy(&self) -> Option<f64> {
        self.energy.value()
    }

    /// The curvature along the motion.
    pub fn curvature(&self) -> Option<f64> {
        self.curvature.value()
    }

    /// αλ along the motion.
    pub fn alpha_lambda(&self) -> Option<f64> {
        self.alpha_lambda.value()
    }

    /// The mean temperature of the noise, over the iterations with half batches.
    pub fn temperature(&self) -> Option<f64> {
        self.temperature.value()
    }

    /// The mean kinetic temperature.
    pub fn kinetic_temperature(&self) -> Option<f64> {
        self.kinetic_temperature.value()
    }

    /// The mean norm of the gradient.
    pub fn gradient_norm(&self) -> Option<f64> {
        self.gradient_norm.value()
    }

    /// The mean size of the mismatch between the steps and the rule.
    pub fn mismatch(&self) -> Option<f64> {
        self.mismatch.value()
    }
}
