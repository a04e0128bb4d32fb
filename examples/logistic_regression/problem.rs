//! The problem: the training rows and the held-out rows, the loss on each, and its minimum.

use super::data::Table;
use heavyball::LogisticRegression;
use heavyball::potentials::{Features, Standardisation};
use heavyball::prelude::*;
use nalgebra::DVector;
use rand::SeedableRng as _;
use rand::seq::SliceRandom as _;
use rand_chacha::ChaCha8Rng;

/// Seed of the shuffle before the split.
pub(crate) const SEED: u64 = 1995;
/// A quarter of the rows is held out.
const HELD_OUT: usize = 4;

/// The loss on the training set, the loss on the held-out rows, and the minimum of the former.
pub(crate) struct Fit {
    pub(crate) training: LogisticRegression,
    pub(crate) held_out: LogisticRegression,
    pub(crate) minimum: DVector<f64>,
}

impl Fit {
    /// Splits, standardises by the training set, adds the intercept, and minimises by Newton's method.
    pub(crate) fn of(table: &Table) -> Result<Self, Error> {
        let mut order: Vec<usize> = (0..table.rows.len()).collect();
        order.shuffle(&mut ChaCha8Rng::seed_from_u64(SEED));
        let (held_out, training) = order.split_at(order.len() / HELD_OUT);
        let rows =
            |part: &[usize]| Features::from_rows(part.iter().filter_map(|&i| table.rows.get(i)));
        let classes = |part: &[usize]| -> Vec<bool> {
            part.iter()
                .filter_map(|&i| table.classes.get(i).copied())
                .collect()
        };
        let ridge = 1.0 / training.len() as f64;
        let standardisation = Standardisation::fit(&rows(training)?)?;
        let loss = |part: &[usize]| {
            let features = standardisation.apply(&rows(part)?)?.with_intercept();
            LogisticRegression::new(features, &classes(part), ridge)
        };
        let training = loss(training)?;
        Ok(Self {
            minimum: newton(&training)?,
            held_out: loss(held_out)?,
            training,
        })
    }

    /// loss − loss*, without cancellation.
    pub(crate) fn gap(&self, weights: &DVector<f64>) -> Result<f64, Error> {
        self.training.divergence(weights, &self.minimum)
    }

    /// w = 0, the start of every run.
    pub(crate) fn start(&self) -> DVector<f64> {
        DVector::zeros(self.minimum.len())
    }
}

/// Newton's method from w = 0, halving each step until |∇f| falls, until rounding keeps it from falling.
fn newton(loss: &LogisticRegression) -> Result<DVector<f64>, Error> {
    let slope = |weights: &DVector<f64>| {
        let mut gradient = weights.clone();
        loss.gradient(weights, &mut gradient);
        gradient
    };
    let mut weights = DVector::zeros(loss.features().columns());
    let mut gradient = slope(&weights);
    loop {
        // ∇²f ≥ λ > 0, so the Cholesky factors exist.
        let Some(factors) = loss.hessian(&weights)?.cholesky() else {
            return Ok(weights);
        };
        let step = factors.solve(&gradient);
        let shorter = (0..20).map(|halvings| &weights - &step * 0.5_f64.powi(halvings));
        let tried = shorter.map(|weights| (slope(&weights), weights));
        let better = tried
            .into_iter()
            .find(|(new, _)| new.norm() < gradient.norm());
        let Some((new, there)) = better else {
            return Ok(weights);
        };
        (gradient, weights) = (new, there);
    }
}
