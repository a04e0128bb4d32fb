//! What the speed of the Python package is compared with: the same work in Rust, the least of several times in seconds.
//!
//! `cargo run --release -p heavyball-benches --bin baseline`; `crates/python/benches/speed.py` runs it.

#![allow(clippy::print_stdout, reason = "the report")]

use heavyball::ensemble::Ensemble;
use heavyball::prelude::*;
use nalgebra::{Vector2, vector};
use std::hint::black_box;
use std::time::Instant;

const ITERATES: usize = 1_000_000;
const MEMBERS: usize = 100_000;
const STEPS: usize = 1000;

/// The least time of `runs` runs.
fn least(runs: usize, mut run: impl FnMut() -> Result<(), Error>) -> Result<f64, Error> {
    let mut best = f64::INFINITY;
    for _ in 0..runs {
        let begun = Instant::now();
        run()?;
        best = best.min(begun.elapsed().as_secs_f64());
    }
    Ok(best)
}

fn main() -> Result<(), Error> {
    let rule = Momentum::new(0.1, 0.5)?;
    let iterates = least(10, || {
        let mut rows = Vec::with_capacity(2 * (ITERATES + 1));
        let mut run = rule.iterates(&DoubleWell, vector![-1.5, -1.5]);
        for _ in 0..=ITERATES {
            let Some(iterate) = run.advance() else { break };
            rows.extend_from_slice(iterate.position.as_slice());
        }
        black_box(rows);
        Ok(())
    })?;
    println!("iterates {iterates}");

    let side = |i: usize| -2.0 + 4.0 * (i as f64 / MEMBERS as f64);
    let starts: Vec<Vector2<f64>> = (0..MEMBERS).map(|i| vector![side(i), -side(i)]).collect();
    let rule = Momentum::new(0.01, 0.9)?;
    let ensemble = least(10, || {
        let ensemble = Ensemble::from_positions(rule, &DoubleWell, starts.iter().copied())?;
        let run = ensemble.after(STEPS)?;
        let states = run.states().iter();
        let rows: Vec<f64> = states
            .flat_map(|state| {
                [
                    state.position.x,
                    state.position.y,
                    state.velocity.x,
                    state.velocity.y,
                ]
            })
            .collect();
        black_box(rows);
        Ok(())
    })?;
    println!("ensemble {ensemble}");
    Ok(())
}
