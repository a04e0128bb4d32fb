//! argmin's loop against heavyball's own, on the double well in two dimensions; the two are timed alternately.

#![allow(clippy::print_stdout, reason = "the table is the result")]

use argmin::core::{CostFunction, Error, Executor, Gradient};
use heavyball::prelude::*;
use heavyball_argmin::RuleSolver;
use nalgebra::{Vector2, vector};
use std::hint::black_box;
use std::time::{Duration, Instant};

struct Well;

impl CostFunction for Well {
    type Param = Vector2<f64>;
    type Output = f64;
    #[inline]
    fn cost(&self, x: &Vector2<f64>) -> Result<f64, Error> {
        Ok(DoubleWell.value(x))
    }
}

impl Gradient for Well {
    type Param = Vector2<f64>;
    type Gradient = Vector2<f64>;
    #[inline]
    fn gradient(&self, x: &Vector2<f64>) -> Result<Vector2<f64>, Error> {
        let mut gradient = *x;
        DoubleWell.gradient(x, &mut gradient);
        Ok(gradient)
    }
}

fn timed<T>(run: impl FnOnce() -> Result<T, Error>) -> Result<Duration, Error> {
    let start = Instant::now();
    black_box(run()?);
    Ok(start.elapsed())
}

fn main() -> Result<(), Error> {
    const STEPS: u64 = 400_000;
    let rule = Momentum::new(0.01, 0.9)?;
    let start: Vector2<f64> = vector![-1.5, -1.5];
    println!(
        "steps per iteration | argmin ns/step | heavyball ns/step | median of the ratios of 31 pairs"
    );
    for steps in [1, 10, 100, 1000, 10_000] {
        let mut pairs = Vec::new();
        for _ in 0..31 {
            let ours = timed(|| {
                Ok(rule
                    .iterates(&DoubleWell, black_box(start))
                    .after(STEPS as usize)?)
            })?;
            let solver = RuleSolver::new(rule).with_steps_per_iteration(steps);
            let executor = Executor::new(Well, solver)
                .configure(|state| state.param(black_box(start)).max_iters(STEPS / steps));
            let theirs = timed(|| executor.ctrlc(false).run())?;
            pairs.push((theirs.as_secs_f64(), ours.as_secs_f64()));
        }
        let least = |pick: fn(&(f64, f64)) -> f64| {
            let least = pairs.iter().map(pick).fold(f64::INFINITY, f64::min);
            least * 1e9 / STEPS as f64
        };
        let mut ratios: Vec<f64> = pairs.iter().map(|(a, b)| a / b).collect();
        ratios.sort_by(f64::total_cmp);
        println!(
            "{steps:>8} | {:>8.2} | {:>8.2} | {:>8.3}",
            least(|pair| pair.0),
            least(|pair| pair.1),
            ratios[15]
        );
    }
    Ok(())
}
