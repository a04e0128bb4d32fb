//! What do learning rate and momentum mean in each framework, and what happens when the rate changes?
//!
//! `cargo run --release --example conventions -- --out DIR` writes one optimiser in the convention of every framework,
//! runs it in each, and translates the states back; then it changes the rate. It writes
//!
//! - `conventions.png`, `conventions.csv`: one run of Nesterov's variant in eight conventions, the parameter and the
//!   buffer as each stores them, and x and v of Sutskever's form behind them, with the columns
//!   `convention,k,parameter_1,parameter_2,buffer_1,buffer_2,x_1,x_2,v_1,v_2`;
//! - `rate_change.png`, `rate_change.csv`: runs with a change of the rate, with the columns
//!   `change,run,k,time,x_1,x_2`.
#![allow(clippy::print_stdout, reason = "an example prints its findings")]

mod figure;
mod rate_change;
#[path = "../support/mod.rs"]
mod support;

use heavyball::error::FrameworkError;
use heavyball::frameworks::{Convention, Sgd, SgdState};
use heavyball::prelude::*;
use nalgebra::{Const, vector};
use std::fmt::Write as _;
use support::{Failure, Output};

/// The line that is translated.
const RATE: f64 = 0.02;
const MOMENTUM: f64 = 0.9;
const START: [f64; 2] = [-1.5, -1.5];
const STEPS: usize = 40;

type State = SgdState<f64, Const<2>>;
type Point = Iterate<f64, Const<2>>;

/// The run of one convention: its line, and each state with the (x, v) that it stands for.
struct Run {
    line: Sgd,
    states: Vec<(State, Point)>,
}

fn main() -> Result<(), Failure> {
    let question = "What do learning rate and momentum mean in each framework, and what happens when the rate changes?";
    let Some(output) = Output::from_arguments("conventions", question)? else {
        return Ok(());
    };
    let nesterov = false;
    let torch = Sgd::new(
        Convention::PyTorch {
            dampening: 0.0,
            nesterov,
        },
        RATE,
        MOMENTUM,
    )?;
    print_lines(&torch)?;
    let runs = runs(&torch.translated(Convention::Sutskever { nesterov })?, true)?;
    println!(
        "One run of {STEPS} steps in each convention on the double well, its state translated back to (x, v):"
    );
    println!("  momentum: largest difference {:.1e}", spread(&runs));
    let with = Convention::Sutskever { nesterov: true };
    let nesterov = Sgd::new(with, RATE, MOMENTUM)?;
    let runs = self::runs(&nesterov, false)?;
    println!("  Nesterov: largest difference {:.1e}", spread(&runs));
    output.csv("conventions.csv", &csv(&runs))?;
    output.figure("conventions.png", &figure::conventions(&runs)?)?;

    let changes = rate_change::Changes::made()?;
    changes.print();
    output.csv("rate_change.csv", &changes.csv())?;
    output.figure("rate_change.png", &figure::rate_change(&changes)?)
}

/// The same optimiser in the convention of every framework, and its particle.
fn print_lines(line: &Sgd) -> Result<(), Error> {
    println!("{line} is");
    for convention in Convention::ALL {
        let name = convention.name();
        println!("  {name:<20} {}", line.translated(convention)?);
    }
    println!("and a ball of mass 1:");
    for discretization in Discretization::ALL {
        let (ball, dt) = line.to_heavy_ball(discretization, Gauge::Mass(1.0))?;
        println!("  {discretization:<20} drag {:.6}, dt {dt:.6}", ball.drag);
    }
    Ok(())
}

/// The run of `form` in every convention that has it, from rest.
fn runs(form: &Sgd, dampened: bool) -> Result<Vec<Run>, Error> {
    let start = Iterate {
        position: START.into(),
        velocity: vector![0.0, 0.0],
    };
    let mut runs = Vec::new();
    for mut convention in Convention::ALL {
        if let Convention::Burn { dampening, .. } = &mut convention
            && !dampened
        {
            *dampening = 0.0;
        }
        let line = match form.translated(convention) {
            Ok(line) => line,
            Err(Error::Framework(FrameworkError::NoNesterovVariant { .. })) => continue,
            Err(error) => return Err(error),
        };
        let states = line
            .resume(&DoubleWell, line.state(&start))
            .take(STEPS + 1)
            .map(|state| {
                let point = line.iterate(&DoubleWell, &state)?;
                Ok((state, point))
            });
        let states = states.collect::<Result<_, Error>>()?;
        runs.push(Run { line, states });
    }
    Ok(runs)
}

/// The largest difference of any run's x and v from the first run's.
fn spread(runs: &[Run]) -> f64 {
    let points = |run: &Run| -> Vec<Point> { run.states.iter().map(|(_, point)| *point).collect() };
    let Some(first) = runs.first().map(points) else {
        return f64::NAN;
    };
    let differences = runs.iter().flat_map(|run| {
        let pairs: Vec<_> = points(run).into_iter().zip(first.clone()).collect();
        pairs
    });
    differences
        .map(|(a, b)| {
            (a.position - b.position)
                .amax()
                .max((a.velocity - b.velocity).amax())
        })
        .fold(0.0, f64::max)
}

fn csv(runs: &[Run]) -> String {
    let mut rows =
        String::from("convention,k,parameter_1,parameter_2,buffer_1,buffer_2,x_1,x_2,v_1,v_2\n");
    for run in runs {
        let name = run.line.convention().name();
        for (k, (state, point)) in run.states.iter().enumerate() {
            // Writing to a String cannot fail.
            let _ = write!(rows, "{name},{k}");
            let buffer = state.buffer.unwrap_or_default();
            for pair in [state.parameter, buffer, point.position, point.velocity] {
                let _ = write!(rows, ",{:.16e},{:.16e}", pair.x, pair.y);
            }
            rows.push('\n');
        }
    }
    rows
}
