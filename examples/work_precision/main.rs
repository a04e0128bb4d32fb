//! What does accuracy cost, in gradients and in time, with which method, with and without drag?
//!
//! `cargo run --release --example work_precision -- --out DIR` measures every integrator on an oscillator, against its
//! closed form, and on the double well, against a solution at tolerance 1e-13, each without drag and with it. It writes
//!
//! - `work_precision.png`: errors over gradients and over time on the oscillator;
//! - `work_precision_double_well.png`: the same on the double well;
//! - `work_precision.csv`: `problem,method,parameter,gradients,seconds,error_position,error_velocity` of every run.
#![allow(clippy::print_stdout, reason = "an example prints its findings")]

mod figure;
#[path = "../support/mod.rs"]
mod support;

use figure::figure;
use heavyball::prelude::*;
use heavyball::study::work_precision::{
    Efficiency, Family, Integrator, Outcome, Parameter, RankedRun, Ranking, Work, efficiency_csv,
};
use heavyball::study::{Curve, WorkPrecision};
use nalgebra::allocator::Allocator;
use nalgebra::{Const, DefaultAllocator, DimAdd, DimSum, Owned, vector};
use std::f64::consts::TAU;
use support::{Failure, Output};

/// Ten periods of the oscillator.
const TIME: f64 = 10.0 * TAU;
const DRAG: f64 = 0.1;
const WELL_TIME: f64 = 40.0;
const WELL_DRAG: f64 = 0.2;
/// Errors in x for which the cheapest method is named; every method has a run with a larger error.
const ACCURACIES: [f64; 5] = [1e-2, 1e-4, 1e-6, 1e-9, 1e-11];

fn main() -> Result<(), Failure> {
    let question = "What does accuracy cost, in gradients and in time, with which method, with and without drag?";
    let Some(output) = Output::from_arguments("work_precision", question)? else {
        return Ok(());
    };
    let mut oscillations = Vec::new();
    for drag in [0.0, DRAG] {
        let bowl = Quadratic::diagonal(vector![1.0])?;
        let problem = Problem::new(HeavyBall::new(1.0, drag)?, bowl, vector![1.0]).until(TIME);
        let study = WorkPrecision::new(&problem)
            .with_name(named("oscillator", drag))
            .with_reference(closed_form(drag)?);
        for budget in [1_000, 10_000] {
            print_ranking(&study.at_equal_gradients(budget, &Integrator::ALL)?);
        }
        oscillations.push(measured(&study, 12)?);
    }
    let mut wells = Vec::new();
    for drag in [0.0, WELL_DRAG] {
        let ball = HeavyBall::new(1.0, drag)?;
        let problem = Problem::new(ball, DoubleWell, vector![0.5, 1.0]).until(WELL_TIME);
        let study = WorkPrecision::new(&problem).with_name(named("double well", drag));
        print_ranking(&study.at_equal_gradients(1_000, &Integrator::ALL)?);
        wells.push(measured(&study, 10)?);
    }
    let all: Vec<_> = oscillations.iter().chain(&wells).collect();
    all.iter().for_each(|tables| print_findings(tables));

    let caption = format!(
        "ẍ = −x − γẋ from 1 at rest over ten periods, until time 20π, against the closed form. {EVERY}"
    );
    let title = "What accuracy costs: every integrator on an oscillator";
    output.figure(
        "work_precision.png",
        &figure(title, &oscillations, DRAG).caption(caption),
    )?;
    let caption = format!(
        "The double well from (0.5, 1) at rest, m = 1, until time {WELL_TIME}, against Dop853 at tolerance 1e-13, down to that solution’s own error. {EVERY}"
    );
    let title = "What accuracy costs: every integrator on the double well";
    output.figure(
        "work_precision_double_well.png",
        &figure(title, &wells, WELL_DRAG).caption(caption),
    )?;
    let rows: Vec<_> = all.into_iter().flatten().cloned().collect();
    output.csv("work_precision.csv", &efficiency_csv(&rows))
}

const EVERY: &str = "Error: largest |x − x(t)| over the run. Fixed steps: 105·2ᵏ gradients; adaptive: tolerances 10⁻¹ to 10⁻¹⁴. Runs that diverged are left out. In brackets the order. Time: median of five solves or more.";

fn named(problem: &str, drag: f64) -> String {
    match drag {
        0.0 => format!("{problem} without drag"),
        _ => format!("{problem} with drag {drag}"),
    }
}

fn closed_form(drag: f64) -> Result<Curve<'static, Const<1>>, Error> {
    let oscillator = DampedOscillator::new(1.0, drag, 1.0)?;
    Ok(Curve::exact(move |t| {
        let (x, u) = oscillator.at(t, 1.0, 0.0);
        (vector![x], vector![u])
    }))
}

/// The tables of every integrator, each down to the first run whose error is below that of the reference.
fn measured<P, D>(study: &WorkPrecision<'_, P, D>, doublings: u32) -> Result<Vec<Efficiency>, Error>
where
    P: Potential<f64, D>,
    D: DimAdd<D>,
    DefaultAllocator: Allocator<D> + Allocator<DimSum<D, D>>,
    Owned<f64, D>: Send + Sync,
    Owned<f64, DimSum<D, D>>: Send + Sync,
{
    let table = |integrator: Integrator| {
        let parameter = integrator.parameter()?;
        let parameters: Vec<f64> = match parameter {
            Parameter::Tolerance => (2..=28)
                .map(|k| 10.0_f64.powf(-0.5 * f64::from(k)))
                .collect(),
            Parameter::Step { .. } => (0..=doublings)
                .map(|k| study.parameter_within(&integrator, 105 << k))
                .collect::<Result<_, _>>()?,
        };
        let mut runs = Vec::new();
        for value in parameters {
            let run = study.run(&integrator, value)?;
            if matches!(run.outcome, Outcome::BelowReference(_)) {
                break;
            }
            runs.push(run);
        }
        Ok(Efficiency {
            problem: study.name().to_owned(),
            method: integrator.name(),
            parameter,
            runs,
        })
    };
    Integrator::ALL.into_iter().map(table).collect()
}

/// The table at equal gradients, and the best method of each kind.
fn print_ranking(ranking: &Ranking) {
    println!("{ranking}");
    let best = |adaptive: bool| {
        let is_such = |place: &&RankedRun| (place.parameter == Parameter::Tolerance) == adaptive;
        ranking.places().iter().find(is_such)
    };
    if let (Some(adaptive), Some(fixed)) = (best(true), best(false)) {
        let error = |place: &RankedRun| place.run.outcome.error().position;
        let (first, second, kind) = match error(adaptive) < error(fixed) {
            true => (adaptive, fixed, "fixed step"),
            false => (fixed, adaptive, "adaptive method"),
        };
        let ratio = error(second) / error(first);
        println!(
            "  {} is best; the best {kind}, {}, has {ratio:.1} times the error.\n",
            first.method, second.method
        );
    }
}

/// The cheapest method for each accuracy, and the number of gradients below which each method diverges.
fn print_findings(tables: &[Efficiency]) {
    let cheapest = |cost: &dyn Fn(&Efficiency) -> Option<f64>| {
        let costs = tables
            .iter()
            .filter_map(|table| Some((table.method.as_str(), cost(table)?)));
        costs.min_by(|one, other| one.1.total_cmp(&other.1))
    };
    println!("{}:", tables.first().map_or("", |table| &table.problem));
    for error in ACCURACIES {
        let gradients = cheapest(&|table| table.gradients_for(error, |e| e.position));
        let seconds = cheapest(&|table| table.seconds_for(error, |e| e.position));
        if let (Some((by_count, gradients)), Some((by_clock, seconds))) = (gradients, seconds) {
            println!(
                "  an error of {error:.0e} in x: fewest gradients {gradients:.0} by {by_count}, least time {seconds:.1e} s by {by_clock}"
            );
        }
    }
    let start = |table: &Efficiency| {
        let measured = |run: &Work| run.outcome.is_measured();
        let followed = table.runs.iter().find(|run| measured(run));
        let is_late = table.runs.first().is_some_and(|run| !measured(run));
        followed
            .filter(|_| is_late)
            .map(|run| format!("{} {}", table.method, run.gradients))
    };
    let starts: Vec<_> = tables.iter().filter_map(start).collect();
    println!(
        "  diverged with fewer gradients than: {}",
        starts.join(", ")
    );
}
