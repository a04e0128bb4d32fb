//! What the monitor costs beside a step of momentum on 10⁷ parameters in f32, both in one thread: medians of ratios, timed in
//! turn. A training step costs far more than the momentum step: it has the forward and the backward pass too.
//!
//! `cargo bench -p heavyball-monitor`
#![allow(clippy::print_stdout, reason = "the table is the result")]

use heavyball::Momentum;
use heavyball_monitor::Monitor;
use std::time::Instant;

const PARAMETERS: usize = 10_000_000;
const ROUNDS: usize = 21;

fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let rule = Momentum::of(1e-3_f32, 0.9)?;
    let watched = Momentum::new(1e-3, 0.9)?;
    let mut x: Vec<f32> = (0..PARAMETERS).map(|i| (i as f32).sin()).collect();
    let gradient: Vec<f32> = x.iter().map(|x| 0.1 * x).collect();
    let mut v = vec![0.0_f32; PARAMETERS];
    let monitors = [
        ("all 10 000 000", Monitor::new()),
        ("sample of 100 000", Monitor::sampled(100_000, 1)?),
        ("sample of 10 000", Monitor::sampled(10_000, 1)?),
        ("sample of 1 000", Monitor::sampled(1_000, 1)?),
    ];
    println!(
        "{:>20} {:>14} {:>14} {:>10}",
        "coordinates", "monitor, ms", "momentum, ms", "ratio"
    );
    for (name, mut monitor) in monitors {
        let (mut ratios, mut ours, mut theirs) = (Vec::new(), Vec::new(), Vec::new());
        for k in 0..=ROUNDS {
            let start = Instant::now();
            monitor.record(k, 1.0, watched, &[&x], &[&gradient])?;
            let monitored = start.elapsed().as_secs_f64();
            let start = Instant::now();
            rule.update_slices(&mut x, &mut v, &gradient)?;
            let step = start.elapsed().as_secs_f64();
            // The first iteration allocates.
            if k > 0 {
                ratios.push(monitored / step);
                ours.push(1e3 * monitored);
                theirs.push(1e3 * step);
            }
        }
        println!(
            "{name:>20} {:>14.3} {:>14.3} {:>10.4}",
            median(ours),
            median(theirs),
            median(ratios)
        );
    }
    Ok(())
}
