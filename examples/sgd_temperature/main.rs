//! Which temperature has a stochastic optimiser on real data, and is its loss what theory says?
//!
//! `cargo run --release --example sgd_temperature -- --out DIR` fits logistic regression to the breast cancer data of
//! Wisconsin, measures the covariance of its minibatch noise at the minimum, predicts from it and from the Hessian the loss
//! that remains, and compares with runs of gradient descent, momentum and Nesterov's rule over α, β and B. It writes
//!
//! - `sgd_temperature.png`: what remains, over the rate α/B(1 − β);
//! - `sgd_temperature.csv`: `rule,alpha,beta,batch,measured,standard_error,predicted`. Rules whose name ends with
//!   "reshuffled" draw each row once an epoch; they are shown with the prediction for independent batches.
#![allow(clippy::print_stdout, reason = "an example prints its findings")]

#[path = "../logistic_regression/data.rs"]
mod data;
mod figure;
#[path = "../logistic_regression/problem.rs"]
#[allow(dead_code, reason = "the rows that are held out are not used here")]
mod problem;
mod runs;
#[path = "../support/mod.rs"]
mod support;

use data::Table;
use heavyball::potentials::gradient_covariance;
use heavyball::prelude::*;
use problem::Fit;
use runs::{Measurement, Model, SERIES};
use std::fmt::Write as _;
use support::{Failure, Output};

const DATA: &str = include_str!("../data/breast_cancer.csv");

fn main() -> Result<(), Failure> {
    let question = "Which temperature has a stochastic optimiser on real data, and is its loss what theory says?";
    let Some(output) = Output::from_arguments("sgd_temperature", question)? else {
        return Ok(());
    };
    let fit = Fit::of(&Table::read(DATA.as_bytes())?)?;
    let model = Model {
        hessian: fit.training.hessian(&fit.minimum)?,
        noise: gradient_covariance(&fit.training, &fit.minimum)?,
        fit,
    };
    print_noise(&model)?;
    let mut measured = Vec::new();
    for series in SERIES {
        let points = series.measure(&model)?;
        print_series(series.name, &points);
        measured.push((series, points));
    }
    print_findings(&model, &measured)?;
    output.csv("sgd_temperature.csv", &csv(&measured)?)?;
    output.figure("sgd_temperature.png", &figure::remaining(&model, &measured))
}

fn print_noise(model: &Model) -> Result<(), Error> {
    let fit = &model.fit;
    let variances = model.noise.clone().symmetric_eigenvalues();
    let (low, high) = fit.training.curvatures(&fit.minimum)?;
    println!(
        "Logistic regression of {} rows in {} weights, at the minimum:",
        fit.training.features().rows(),
        fit.minimum.len()
    );
    println!("  loss* = {:.6}", fit.training.value(&fit.minimum));
    println!("  curvatures {low:.6} to {high:.4}");
    println!(
        "  variances of the gradient of one row, along its own axes: {:.2e} to {:.2e}, sum {:.6}",
        variances.min(),
        variances.max(),
        variances.sum()
    );
    println!("  so the noise is not isotropic, and each direction has its own temperature");
    Ok(())
}

fn print_series(name: &str, points: &[Measurement]) {
    println!("{name}:");
    println!("       α       β    B     measured      ± error    predicted   ratio");
    for point in points {
        println!(
            "  {:.4}  {:.4}  {:>3}  {:.5e}  {:.5e}  {:.5e}  {:.4}",
            point.alpha,
            point.beta,
            point.batch,
            point.measured,
            point.error,
            point.predicted,
            point.measured / point.predicted
        );
    }
}

fn print_findings(
    model: &Model,
    measured: &[(runs::Series, Vec<Measurement>)],
) -> Result<(), Failure> {
    let independent = measured
        .iter()
        .filter(|(series, _)| series.is_independent());
    let cold = independent.flat_map(|(_, points)| points.first());
    let worst = cold.map(|point| (point.measured / point.predicted - 1.0).abs());
    println!(
        "At the smallest rate of each the prediction is right to {:.1} %.",
        100.0 * worst.fold(0.0, f64::max)
    );
    let reshuffled = measured.iter().find(|(series, _)| !series.is_independent());
    if let Some(point) = reshuffled.and_then(|(_, points)| points.first()) {
        println!(
            "Reshuffled batches leave {:.3} of what independent ones leave, at α = {}.",
            point.measured / point.predicted,
            point.alpha
        );
    }
    // A batch four times as large, with the step four times as long.
    let rule = Momentum::new(0.01, 0.95)?;
    let other = rule.rescaled(4.0, Discretization::CentralDrag)?;
    let [one, four] = [(rule, 4), (other, 16)].map(|(rule, batch)| {
        let noise = &model.noise / f64::from(batch);
        heavyball::study::temperature::Stationary::of(rule, &model.hessian, &noise)
    });
    println!(
        "The same ball: B = 4 with α = {}, β = {} leaves {:.4e}; B = 16 with α = {:.4}, β = {:.4} leaves {:.4e}.",
        rule.alpha, rule.beta, one?.excess_loss, other.alpha, other.beta, four?.excess_loss
    );
    Ok(())
}

fn csv(measured: &[(runs::Series, Vec<Measurement>)]) -> Result<String, std::fmt::Error> {
    let mut csv = String::from("rule,alpha,beta,batch,measured,standard_error,predicted\n");
    for (series, points) in measured {
        for point in points {
            writeln!(
                csv,
                "{},{:.16e},{:.16e},{},{:.16e},{:.16e},{:.16e}",
                series.rule,
                point.alpha,
                point.beta,
                point.batch,
                point.measured,
                point.error,
                point.predicted
            )?;
        }
    }
    Ok(csv)
}
