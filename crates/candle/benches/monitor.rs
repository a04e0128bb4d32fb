//! What the monitor costs beside a training step, forward, backward and momentum, of the digits' networks in candle with batches of 32:
//! medians of ratios, timed in turn. Copying the parameters out of candle is counted with the monitor.
//!
//! `RAYON_NUM_THREADS=1 cargo bench -p heavyball-candle --bench monitor`
#![allow(clippy::print_stdout, reason = "the table is the result")]

#[path = "../examples/digits/network.rs"]
mod network;

use heavyball::Momentum;
use heavyball_digits::{Digits, Loss, Model, Network, Rule};
use heavyball_monitor::Monitor;
use network::OfCandle;
use std::time::Instant;

const ROUNDS: usize = 501;

fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}

fn main() -> Result<(), Box<dyn std::error::Error + Send + Sync>> {
    let batch = Digits::read()?.training.select(&Vec::from_iter(0..32));
    let rule = Momentum::new(0.01, 0.9)?;
    println!(
        "{:<14} {:>11} {:>12} {:>12} {:>8}",
        "network", "coordinates", "monitor, us", "step, us", "ratio"
    );
    let cases = Network::ALL.map(|network| [(network, None), (network, Some(500))]);
    for (network, sample) in cases.into_iter().flatten() {
        let line = Rule::sgd(0.01, 0.9, false)?;
        let mut model = OfCandle::new(network, &network.start(1), &line)?;
        let mut monitor = match sample {
            None => Monitor::new(),
            Some(count) => Monitor::sampled(count, 1)?,
        };
        let (mut ratios, mut ours, mut theirs) = (Vec::new(), Vec::new(), Vec::new());
        for k in 0..=ROUNDS {
            let (loss, gradient) = model.gradient(&batch, Loss::CrossEntropy)?;
            let start = Instant::now();
            let parameters = model.parameters()?;
            let x: Vec<&[f32]> = parameters.iter().map(Vec::as_slice).collect();
            let g: Vec<&[f32]> = gradient.iter().map(Vec::as_slice).collect();
            monitor.record(k, loss, rule, &x, &g)?;
            let monitored = start.elapsed().as_secs_f64();
            let start = Instant::now();
            model.step(&batch, Loss::CrossEntropy)?;
            let step = start.elapsed().as_secs_f64();
            // The first iteration allocates.
            if k > 0 {
                ratios.push(monitored / step);
                ours.push(1e6 * monitored);
                theirs.push(1e6 * step);
            }
        }
        println!(
            "{:<14} {:>11} {:>12.1} {:>12.1} {:>8.4}",
            network.name(),
            sample.map_or("all".to_owned(), |count: usize| count.to_string()),
            median(ours),
            median(theirs),
            median(ratios)
        );
    }
    Ok(())
}
