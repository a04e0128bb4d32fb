//! Edge: full-batch training at the edge of stability.
//!
//! On a quadratic a rule is stable while αλ_max is below an edge: 2(1 + β) for momentum, 2(1 + β)/(1 + 2β) for Nesterov's rule,
//! derivation (49). Cohen, Kaur, Li, Kolter and Talwalkar (2021) saw that the curvature of a network rises in training until it is there,
//! and then stays.

use crate::sharpness::Sharpness;
use crate::training::finite;
use crate::{Digits, Error, Extent, Interval, Loss, Model, Network, Rows, Rule, jobs};
use heavyball::study::stability::Recursion;

/// The curvature at which every rule is at its edge; it says what α is.
pub(crate) const CURVATURE: f64 = 16.0;

/// Iterations between two measurements of the curvature.
const BETWEEN: usize = 20;

/// Rounds of power iteration for each, and for the first.
const ROUNDS: (usize, usize) = (4, 60);

/// Iterations of each rule in percent of those of SGD, which takes the longest to get to its edge.
const SHARES: [usize; 4] = [100, 60, 40, 40];

/// Training by several rules, with the same curvature at their edges.
#[derive(Debug, Clone, PartialEq)]
pub struct Edge {
    /// The runs of each rule.
    pub rules: Vec<AtEdge>,
}

/// The runs of a rule.
#[derive(Debug, Clone, PartialEq)]
pub struct AtEdge {
    /// Its name.
    pub name: &'static str,
    /// Learning rate.
    pub alpha: f64,
    /// Decay.
    pub beta: f64,
    /// Whether it is Nesterov's rule.
    pub nesterov: bool,
    /// The largest stable αλ.
    pub edge: f64,
    /// For each seed, at every twentieth iteration: iteration, αλ_max, loss.
    pub seeds: Vec<Vec<(usize, f64, f64)>>,
}

impl Edge {
    /// Trains the network of two layers on every third image by the squares of its errors.
    ///
    /// # Errors
    /// [`Error::Diverged`], and the framework's; [`Error::Extent`].
    pub fn run<M: Model>(digits: &Digits, extent: &Extent) -> Result<Self, Error> {
        extent.check()?;
        let numbers: Vec<usize> = (0..digits.training.len()).step_by(3).collect();
        let rows = digits.training.select(&numbers);
        let rule = |name, beta, nesterov| -> Result<AtEdge, Error> {
            let recursion = if nesterov {
                Recursion::Nesterov
            } else {
                Recursion::Momentum
            };
            let edge = recursion.largest_stable_q(beta)?.unwrap_or(f64::NAN);
            Ok(AtEdge {
                name,
                alpha: edge / CURVATURE,
                beta,
                nesterov,
                edge,
                seeds: Vec::new(),
            })
        };
        let mut rules = vec![
            rule("SGD", 0.0, false)?,
            rule("momentum, β = 0.5", 0.5, false)?,
            rule("momentum, β = 0.9", 0.9, false)?,
            rule("Nesterov, β = 0.9", 0.9, true)?,
        ];
        let seeds = extent.seeds;
        let runs = jobs::results(rules.len() * seeds, |job| {
            let number = (job / seeds).min(SHARES.len() - 1);
            let of = &rules[number];
            let rule = Rule::sgd(of.alpha, of.beta, of.nesterov)?;
            let iterations = extent.edge_iterations * SHARES[number] / 100;
            followed::<M>(&rows, of.alpha, &rule, iterations, (job % seeds) as u64)
        })?;
        let mut runs = runs.into_iter();
        for rule in &mut rules {
            rule.seeds = runs.by_ref().take(seeds).collect();
        }
        Ok(Self { rules })
    }
}

impl AtEdge {
    /// αλ_max over the edge, the mean over the last half of the iterations, over the seeds.
    pub fn hovering(&self) -> Interval {
        let means = self.seeds.iter().map(|run| {
            let late = run.iter().skip(run.len() / 2);
            let ratios: Vec<f64> = late.map(|(_, q, _)| q / self.edge).collect();
            ratios.iter().sum::<f64>() / ratios.len() as f64
        });
        Interval::of(&means.collect::<Vec<_>>())
    }

    /// αλ_max over the edge at the start, over the seeds.
    pub fn at_start(&self) -> Interval {
        let first = self.seeds.iter().filter_map(|run| run.first());
        Interval::of(&first.map(|(_, q, _)| q / self.edge).collect::<Vec<_>>())
    }

    /// The loss at the end, over the seeds.
    pub fn last_loss(&self) -> Interval {
        let last = self.seeds.iter().filter_map(|run| run.last());
        Interval::of(&last.map(|(.., loss)| *loss).collect::<Vec<_>>())
    }
}

/// One run.
fn followed<M: Model>(
    rows: &Rows,
    alpha: f64,
    rule: &Rule,
    iterations: usize,
    seed: u64,
) -> Result<Vec<(usize, f64, f64)>, Error> {
    let start = Network::TwoLayers.start(seed);
    let mut model = M::new(Network::TwoLayers, &start, rule)?;
    let mut sharpness = Sharpness::new(&start, seed);
    let mut seen = Vec::new();
    for iteration in 0..=iterations {
        if iteration % BETWEEN == 0 {
            let rounds = if iteration == 0 { ROUNDS.1 } else { ROUNDS.0 };
            let largest = sharpness.largest(&mut model, (rows, Loss::HalfSquares), rounds)?;
            let loss = model.gradient(rows, Loss::HalfSquares)?.0;
            seen.push((iteration, alpha * largest, loss));
        }
        let loss = model.step(rows, Loss::HalfSquares)?;
        finite(loss, iteration, rule)?;
    }
    Ok(seen)
}
