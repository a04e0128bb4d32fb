//! Whether Adaptive chooses well: its gradients at equal error against Nystrom8, Nystrom12 and Dop853.
//!
//! The ball starts at rest at (−1.5, −1.5) in the double well and runs for ten times √m + γ, its periods or its times of
//! decay. Every method runs at tolerances from 1e-2 to 10^−12.5, two a decade, with at most 60 000 steps. The error is the
//! largest over five runs to a fifth, two fifths, … of the time. A number is the least gradients with which a method stays
//! below an error; "mean" and "most" are Adaptive's ratio to the best method over the errors from 1e-4 to 1e-11, two a
//! decade, as a geometric mean and the largest. Nothing is timed: `cargo bench --bench choice` prints the same everywhere.

#![allow(clippy::print_stdout, reason = "the table is the result")]

use heavyball::Method;
use heavyball::prelude::*;
use nalgebra::{Const, Vector2, vector};

type Well = Problem<DoubleWell, Const<2>>;

const MASSES: [f64; 6] = [1.0, 1e-1, 1e-2, 1e-3, 1e-4, 1e-6];
const DRAGS: [f64; 11] = [0.0, 0.1, 0.3, 1.0, 2.0, 3.0, 5.0, 7.0, 10.0, 30.0, 100.0];
const ERRORS: [f64; 3] = [1e-5, 1e-8, 1e-11];
const MOST_STEPS: u32 = 60_000;

/// The runs of a ball to several times, and where they end.
struct Ball {
    runs: Vec<(Well, Vector2<f64>)>,
}

impl Ball {
    fn new(mass: f64, drag: f64) -> Result<Self, Error> {
        let ball = HeavyBall::new(mass, drag)?;
        let until = 10.0 * (mass.sqrt() + drag);
        let runs = (1..=5).map(|part| {
            let problem = Problem::new(ball, DoubleWell, vector![-1.5, -1.5])
                .until(until * f64::from(part) / 5.0);
            let end = problem.solve(&Adaptive::new(1e-14, 1e-14))?.last().position;
            Ok((problem, end))
        });
        let runs = runs.collect::<Result<_, Error>>()?;
        Ok(Self { runs })
    }

    /// The largest error and the gradients of the longest run, for each tolerance at which all runs succeed.
    fn costs<M>(&self, method: impl Fn(f64) -> M) -> Vec<(f64, usize)>
    where
        M: Method<DoubleWell, Const<2>>,
    {
        let tolerances = (0..22).map(|half| 10_f64.powf(-2.0 - 0.5 * f64::from(half)));
        let cost = |tolerance| {
            let (mut largest, mut gradients) = (0.0_f64, 0);
            for (problem, end) in &self.runs {
                let run = problem.solve(&method(tolerance)).ok()?;
                largest = largest.max((run.last().position - end).norm());
                gradients = run.gradients();
            }
            Some((largest, gradients))
        };
        tolerances.filter_map(cost).collect()
    }
}

/// The least gradients with an error of at most `error`.
fn least(costs: &[(f64, usize)], error: f64) -> Option<usize> {
    let good = costs.iter().filter(|(found, _)| *found <= error);
    good.map(|(_, gradients)| *gradients).min()
}

fn main() -> Result<(), Error> {
    println!("gradients of Adaptive, Nystrom8, Nystrom12, Dop853; Adaptive over the best");
    for mass in MASSES {
        for drag in DRAGS {
            let ball = Ball::new(mass, drag)?;
            let costs = [
                ball.costs(|t| Adaptive::new(t, t).with_max_steps(MOST_STEPS)),
                ball.costs(|t| Nystrom8::new(t, t).with_max_steps(MOST_STEPS)),
                ball.costs(|t| Nystrom12::new(t, t).with_max_steps(MOST_STEPS)),
                ball.costs(|t| {
                    Dop853::new(t, t)
                        .without_stiffness_test()
                        .with_max_steps(MOST_STEPS)
                }),
            ];
            let ratio = |error: f64| {
                let best = costs.iter().filter_map(|costs| least(costs, error)).min()?;
                Some(least(&costs[0], error)? as f64 / best as f64)
            };
            print!("m {mass:7} γ {drag:5}");
            for error in ERRORS {
                print!(" | {error:5.0e}");
                for costs in &costs {
                    let number = least(costs, error).map_or("-".into(), |n| n.to_string());
                    print!(" {number:>6}");
                }
                print!(" {:5.2}", ratio(error).unwrap_or(f64::NAN));
            }
            let errors = (8..=22).map(|half| 10_f64.powf(-0.5 * f64::from(half)));
            let ratios: Vec<f64> = errors.filter_map(ratio).collect();
            let mean = ratios.iter().map(|r| r.ln()).sum::<f64>() / ratios.len() as f64;
            let most = ratios.iter().copied().fold(0.0, f64::max);
            println!(" | mean {:.2} most {most:.2}", mean.exp());
        }
    }
    Ok(())
}
