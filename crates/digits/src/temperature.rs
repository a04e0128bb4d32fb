//! Temperature: the noise of minibatches over their size.
//!
//! A batch of B of n rows, drawn without replacement, has a gradient with the variance S²(1/B − 1/n), where S² is that of the gradients of
//! single rows, so that T = ασ²/2(1 − β), derivation (89), falls as 1/B − 1/n. With a and b of its halves, |a − b|²/4 has the
//! mean S²/B: it is multiplied by 1 − B/n here. The ball also falls: along a constant slope it has the velocity −α∇f/(1 − β), whose
//! kinetic energy adds (1 + β)α|∇f|²/2(1 − β)² to 2K, derivation (23).

use crate::training::Training;
use crate::{Batches, Digits, Error, Extent, Interval, Loss, Model, Network, Rule, jobs};
use heavyball::Momentum;
use heavyball_monitor::Monitor;

/// Learning rate and decay: so slow that the network stays where it is.
pub(crate) const RULE: (f64, f64) = (2e-4, 0.9);

/// Rows of a batch.
pub(crate) const SIZES: [usize; 6] = [8, 16, 32, 64, 128, 256];

/// Iterations before the kinetic energy counts: five memories of β.
const BEFORE: usize = 50;

/// Iterations between two gradients of all rows.
const BETWEEN: usize = 10;

/// The temperature of each size of batch.
#[derive(Debug, Clone, PartialEq)]
pub struct Temperature {
    /// For each size, its seeds.
    pub sizes: Vec<(usize, Vec<Warm>)>,
}

/// Temperatures of one size and one seed, in the unit of the loss.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Warm {
    /// T from the gradients of single rows at the start.
    pub predicted: f64,
    /// T from the halves of batches, the mean over the iterations.
    pub of_halves: f64,
    /// 2K of the ball for each parameter, the mean over the iterations.
    pub kinetic: f64,
    /// What the fall down the slope adds to it, from gradients of all rows now and then.
    pub of_fall: f64,
}

impl Temperature {
    /// Trains the network of two layers for a few epochs with each seed, and measures from there.
    ///
    /// # Errors
    /// Those of [`Training::run`] and of [`Monitor::record_halves`]; [`Error::Extent`].
    pub fn run<M: Model>(digits: &Digits, extent: &Extent) -> Result<Self, Error> {
        extent.check()?;
        let seeds = jobs::results(extent.seeds, |seed| {
            let training = Training {
                network: Network::TwoLayers,
                rule: Rule::sgd(0.01, 0.9, false)?,
                batch: 32,
                epochs: extent.warm_epochs,
            };
            let (model, _) = training.run::<M>(digits, seed as u64)?;
            let at = model.parameters()?;
            let noise = NoiseOfRows::measure(&model, digits)?;
            let warm =
                |size: &usize| measured::<M>(digits, &at, noise, (*size, extent, seed as u64));
            SIZES.iter().map(warm).collect::<Result<Vec<_>, _>>()
        })?;
        let of_size = |(number, size)| {
            let warm = seeds.iter().filter_map(|seed| seed.get(number).copied());
            (size, warm.collect())
        };
        Ok(Self {
            sizes: SIZES.into_iter().enumerate().map(of_size).collect(),
        })
    }

    /// Something of each seed at a size, as an interval.
    pub fn over_seeds(&self, size: usize, value: impl Fn(&Warm) -> f64) -> Interval {
        let seeds = self.sizes.get(size).map_or(&[][..], |(_, seeds)| seeds);
        Interval::of(&seeds.iter().map(value).collect::<Vec<_>>())
    }

    /// The slope of ln T over ln(1/B − 1/n) by least squares: 1 in theory.
    pub fn slope(&self, rows: usize) -> Interval {
        let count = self.sizes.first().map_or(0, |(_, seeds)| seeds.len());
        let slopes = (0..count).map(|seed| {
            let points = self.sizes.iter().filter_map(|(size, seeds)| {
                let share = 1.0 / *size as f64 - 1.0 / rows as f64;
                Some((share.ln(), seeds.get(seed)?.of_halves.ln()))
            });
            let points: Vec<(f64, f64)> = points.collect();
            let n = points.len() as f64;
            let (x, y) = points
                .iter()
                .fold((0.0, 0.0), |(x, y), p| (x + p.0 / n, y + p.1 / n));
            let (xy, xx) = points.iter().fold((0.0, 0.0), |(xy, xx), p| {
                (xy + (p.0 - x) * (p.1 - y), xx + (p.0 - x).powi(2))
            });
            xy / xx
        });
        Interval::of(&slopes.collect::<Vec<_>>())
    }
}

/// The variance of the gradients of single rows, summed over the parameters.
#[derive(Debug, Clone, Copy)]
struct NoiseOfRows {
    variance: f64,
    parameters: f64,
}

impl NoiseOfRows {
    fn measure<M: Model>(model: &M, digits: &Digits) -> Result<Self, Error> {
        let rows = &digits.training;
        let mean = model.gradient(rows, Loss::CrossEntropy)?.1.concat();
        let mut variance = 0.0;
        for number in 0..rows.len() {
            let row = model
                .gradient(&rows.select(&[number]), Loss::CrossEntropy)?
                .1;
            let off = row.iter().flatten().zip(&mean);
            variance += off
                .map(|(g, mean)| f64::from(g - mean).powi(2))
                .sum::<f64>();
        }
        Ok(Self {
            variance: variance / (rows.len() as f64 - 1.0),
            parameters: mean.len() as f64,
        })
    }
}

fn measured<M: Model>(
    digits: &Digits,
    at: &[Vec<f32>],
    noise: NoiseOfRows,
    (size, extent, seed): (usize, &Extent, u64),
) -> Result<Warm, Error> {
    let (alpha, beta) = RULE;
    let rule = Momentum::new(alpha, beta)?;
    let mut model = M::new(Network::TwoLayers, at, &Rule::sgd(alpha, beta, false)?)?;
    let rows = &digits.training;
    let n = rows.len() as f64;
    let batches = Batches::new(rows.len(), size, seed)?;
    let mut monitor = Monitor::new();
    let (mut halves, mut kinetic) = (0.0, 0.0);
    let (mut squares, mut measurements) = (0.0, 0.0);
    for iteration in 0..BEFORE + extent.warm_iterations {
        let numbers = batches.drawn(iteration);
        let (one, other) = numbers.split_at(size / 2);
        let (loss, a) = model.gradient(&rows.select(one), Loss::CrossEntropy)?;
        let (other_loss, b) = model.gradient(&rows.select(other), Loss::CrossEntropy)?;
        let x = model.parameters()?;
        let loss = 0.5 * (loss + other_loss);
        let seen =
            monitor.record_halves(iteration, loss, rule, &slices(&x), &slices(&a), &slices(&b))?;
        if iteration >= BEFORE {
            halves += seen.temperature.unwrap_or(f64::NAN);
            kinetic += seen.kinetic_temperature.unwrap_or(f64::NAN);
            if iteration % BETWEEN == 0 {
                let slope = model.gradient(rows, Loss::CrossEntropy)?.1;
                let slope = slope.iter().flatten();
                squares += slope.map(|g| f64::from(*g).powi(2)).sum::<f64>();
                measurements += 1.0;
            }
        }
        model.step(&rows.select(&numbers), Loss::CrossEntropy)?;
    }
    let count = extent.warm_iterations as f64;
    let size = size as f64;
    let of_variance = alpha / (2.0 * (1.0 - beta)) / noise.parameters;
    Ok(Warm {
        predicted: of_variance * noise.variance * (1.0 / size - 1.0 / n),
        of_halves: halves / count * (1.0 - size / n),
        kinetic: kinetic / count,
        of_fall: of_variance * squares / measurements * (1.0 + beta) / (1.0 - beta),
    })
}

pub(crate) fn slices(pieces: &[Vec<f32>]) -> Vec<&[f32]> {
    pieces.iter().map(Vec::as_slice).collect()
}
