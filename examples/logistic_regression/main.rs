//! How many gradients does momentum save on real data, and is it what theory says?
//!
//! `cargo run --release --example logistic_regression -- --out DIR` fits ridge logistic regression to the breast cancer
//! data of Wisconsin, finds the minimum by Newton's method, and runs gradient descent, momentum and Nesterov's method
//! from w = 0, tuned first to bounds on all curvatures and then to the curvatures measured at the minimum. It writes
//!
//! - `logistic_regression.png`: loss − loss* over gradients, with the theoretical slopes;
//! - `logistic_flow.png`: the particle of the optimal momentum, its iterates at that step and at a quarter of it, and
//!   gradient flow; weight 1 is that of the mean radius, weight 20 that of the error of the fractal dimension;
//! - `logistic_regression.csv`: every gap, with the columns `tuning,method,alpha,beta,gradients,gap`.
//!
//! `--data FILE` reads another table of the same form.
#![allow(clippy::print_stdout, reason = "an example prints its findings")]

mod data;
mod figure;
mod flow;
mod problem;
mod race;
#[path = "../support/mod.rs"]
mod support;

use data::Table;
use heavyball::prelude::*;
use problem::{Fit, SEED};
use race::{ARRIVED, Model, NEAR, Run, contestants};
use std::fmt::Write as _;
use std::fs::File;
use std::path::Path;
use support::{Failure, Output};

const DATA: &str = include_str!("../data/breast_cancer.csv");

fn main() -> Result<(), Failure> {
    let question =
        "How many gradients does momentum save on real data, and is it what theory says?";
    let arguments = Output::and_data(
        "logistic_regression",
        question,
        "examples/data/breast_cancer.csv",
    )?;
    let Some((output, file)) = arguments else {
        return Ok(());
    };
    let (source, table) = match &file {
        None => (
            "Breast Cancer Wisconsin (Diagnostic)".into(),
            Table::read(DATA.as_bytes())?,
        ),
        Some(path) => (path.display().to_string(), read(path)?),
    };
    let fit = Fit::of(&table)?;
    print_problem(&table, &fit)?;

    let model = Model::of(&fit)?;
    let global = fit.training.bounds();
    let measured = fit.training.curvatures(&fit.minimum)?;
    let mut races = Vec::new();
    for (tuning, (mu, l)) in [("bounds", global), ("measured", measured)] {
        let runs = contestants(mu, l)?.map(|(name, rule)| Run::of(&fit, &model, name, rule));
        let runs: Vec<Run> = runs.into_iter().collect::<Result<_, Error>>()?;
        println!(
            "\nTuned to {tuning}, μ = {mu:.6}, L = {l:.6}, κ = {:.1}:",
            l / mu
        );
        print_race(&runs);
        races.push((tuning, l / mu, runs));
    }
    print_stability(&fit, measured)?;
    output.csv("logistic_regression.csv", &csv(&races)?)?;
    output.figure(
        "logistic_regression.png",
        &figure::race(&source, &fit, &races),
    )?;
    let flow = flow::Flow::of(&fit, global)?;
    flow.print();
    output.figure("logistic_flow.png", &flow.figure())
}

fn read(path: &Path) -> Result<Table, Failure> {
    let file = File::open(path).map_err(|error| Failure::reading(path, error))?;
    Table::read(file).map_err(|error| Failure::reading(path, error))
}

fn print_problem(table: &Table, fit: &Fit) -> Result<(), Error> {
    let [zero, one] = &table.names;
    let (rows, held_out) = (
        fit.training.features().rows(),
        fit.held_out.features().rows(),
    );
    let mut gradient = fit.start();
    fit.training.gradient(&fit.minimum, &mut gradient);
    println!(
        "{zero} or {one}: {rows} rows to train on, {held_out} held out (seed {SEED}), {} features and an intercept",
        fit.minimum.len() - 1
    );
    println!("  ridge λ = 1/{rows}, the C = 1 of other programs");
    println!(
        "  loss* = {:.15}, where |∇f| = {:.1e}",
        fit.training.value(&fit.minimum),
        gradient.norm()
    );
    let (mu, l) = fit.training.bounds();
    println!(
        "  bounds on every curvature:   μ = {mu:.6}, L = {l:.6}, κ = {:.1}",
        l / mu
    );
    for (place, weights) in [("w = 0", &fit.start()), ("w*", &fit.minimum)] {
        let (low, high) = fit.training.curvatures(weights)?;
        println!(
            "  curvatures at {place:<14} {low:.6} to {high:.6}, κ = {:.1}",
            high / low
        );
    }
    println!(
        "  held-out accuracy at w*: {:.4}",
        fit.held_out.accuracy(&fit.minimum)?
    );
    Ok(())
}

fn print_race(runs: &[Run]) {
    println!(
        "  {:<20} {:>8} {:>8}  {:>9} {:>9}  {:>6} {:>7} {:>7}  {:>7}",
        "", "α", "β", "ρ theory", "measured", "1e-10", "from w0", "from 1e-3", "peak"
    );
    for run in runs {
        let (alpha, beta) = run.rule.coefficients();
        println!(
            "  {:<20} {alpha:>8.4} {beta:>8.4}  {:>9.6} {:>9.6}  {:>6} {:>7} {:>9}  {:>7.3}",
            run.name,
            run.rate,
            run.measured_rate(),
            run.arrival(),
            run.from_start,
            run.from_near,
            run.peak()
        );
    }
    println!(
        "  (gradients to a gap of {ARRIVED:e}: counted, and predicted by the quadratic at w* from w = 0 and from the gap {NEAR:e})"
    );
    println!("  At equal gradients, loss − loss* and held-out accuracy:");
    for k in [10, 30, 100, 200, 400] {
        let of = |run: &Run| match run.gaps.get(k).zip(run.accuracies.get(k)) {
            Some((gap, accuracy)) => format!("{gap:.1e} {accuracy:.4}"),
            None => "arrived".to_owned(),
        };
        let all: Vec<String> = runs.iter().map(of).collect();
        println!("  {k:>5}  {}", all.join(" | "));
    }
    let [descent, .., momentum] = runs else {
        return;
    };
    let factor = |of: &dyn Fn(&Run) -> f64| of(descent) / of(momentum);
    println!("  Gradient descent over momentum, in gradients to a gap of {ARRIVED:e}:");
    println!(
        "    by the rates, 1/ln ρ:      theory {:.2}, measured from 1e-10 to 1e-14 {:.2}",
        factor(&|run| 1.0 / run.rate.ln()),
        factor(&|run| 1.0 / run.measured_rate().ln())
    );
    println!(
        "    by counting, with the start: theory {:.2} from w = 0, {:.2} from {NEAR:e}, measured {:.2}",
        factor(&|run| run.from_start as f64),
        factor(&|run| run.from_near as f64),
        factor(&|run| run.arrival() as f64)
    );
    let k = momentum.arrival() as f64;
    let growth = 1.0 + k * (1.0 - momentum.rate);
    println!(
        "    momentum's double root, 1 + k(1 − ρ) = {growth:.1} at k = {k}, costs ln {growth:.1}/ln(1/ρ) = {:.0} gradients",
        -growth.ln() / momentum.rate.ln()
    );
}

/// Whether the rule tuned to the curvatures at the minimum is stable at the start.
fn print_stability(fit: &Fit, (mu, l): (f64, f64)) -> Result<(), Error> {
    let steepest = fit.training.curvatures(&fit.start())?.1;
    println!(
        "\nIs the tuning to w* stable at w = 0, where the largest curvature is {steepest:.4}?"
    );
    for (name, rule, limit) in [
        (
            "gradient descent",
            Momentum::new(GradientDescent::optimal(mu, l)?.alpha, 0.0)?,
            2.0,
        ),
        (
            "momentum, optimal",
            Momentum::optimal(mu, l)?,
            2.0 * (1.0 + Momentum::optimal(mu, l)?.beta),
        ),
    ] {
        let product = rule.alpha * steepest;
        let verdict = if product < limit {
            "yes"
        } else {
            "no: the loss grows at first, and need not fall again"
        };
        println!("  {name}: αλ = {product:.2}, limit {limit:.2}: {verdict}");
    }
    Ok(())
}

fn csv(races: &[(&'static str, f64, Vec<Run>)]) -> Result<String, std::fmt::Error> {
    let mut csv = String::from("tuning,method,alpha,beta,gradients,gap\n");
    for (tuning, _, runs) in races {
        for run in runs {
            let (alpha, beta) = run.rule.coefficients();
            let name = run.name.replace(',', "");
            for (k, gap) in run.gaps.iter().enumerate() {
                // Long runs are thinned out: every gap up to 1000, then every tenth.
                if k <= 1000 || k % 10 == 0 || k + 1 == run.gaps.len() {
                    writeln!(
                        csv,
                        "{tuning},{name},{alpha:.16e},{beta:.16e},{k},{gap:.16e}"
                    )?;
                }
            }
        }
    }
    Ok(csv)
}
