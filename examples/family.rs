//! Momentum, Nesterov, triple momentum: one rule with three coefficients. Which is fastest?
//!
//! `cargo run --release --example family -- --out DIR` maps the rate of v₊ = βv − α∇f(x + ηv), x₊ = x + v₊ on quadratics with
//! curvatures from 1 to 25 over β and η, with the best α for each, and runs the named rules on g(x) + ½y², where g is the
//! function of Lessard, Recht and Packard, with curvatures 1 and 25. It writes
//!
//! - `family.png`: the map with the named rules and the best rule of a search, and the distance from the minimum over k;
//! - `family.csv`: the map, with the columns `beta,eta,alpha,rho`;
//! - `family_runs.csv`: the runs, with the columns `rule,k,distance`.
#![allow(clippy::print_stdout, reason = "an example prints its findings")]

mod support;

use heavyball::optimizers::{Accelerated, Tuning};
use heavyball::plot::{
    Annotation, Axis, Color, Dash, Dots, Figure, HeatMap, Legend, Line, Marker, Panel,
};
use heavyball::{LessardRechtPackard, prelude::*};
use nalgebra::{Vector2, vector};
use std::fmt::Write as _;
use support::{Failure, Output};

const MU: f64 = 1.0;
const L: f64 = 25.0;
const BETA: (f64, f64) = (-0.1, 1.0);
const ETA: (f64, f64) = (-0.5, 1.2);
const COLUMNS: usize = 132;
const ROWS: usize = 136;
const ITERATIONS: usize = 90;
const START: f64 = 3.3;

fn main() -> Result<(), Failure> {
    let question = "Momentum, Nesterov, triple momentum: which is fastest?";
    let Some(output) = Output::from_arguments("family", question)? else {
        return Ok(());
    };
    println!(
        "On quadratics with curvatures from {MU} to {L}, and proved for all functions with such curvatures:"
    );
    for tuning in Tuning::ALL {
        let rule = tuning.rule(MU, L)?;
        let proved = tuning.proved_rate(MU, L)?;
        println!(
            "  {tuning:22} α = {:.5}, β = {:.5}, η = {:.5}: ρ = {:.5}, {}",
            rule.alpha,
            rule.beta,
            rule.eta,
            rule.rate_on(MU, L)?,
            proved.map_or("none".into(), |rate| format!("{rate:.5}"))
        );
    }
    let best = search()?;
    let limit = Tuning::Polyak.rate_on_quadratics(MU, L)?;
    println!(
        "A search over all three finds α = {:.5}, β = {:.5}, η = {:.5}: ρ = {:.7}, no less than (√κ − 1)/(√κ + 1) = {limit:.7}.",
        best.alpha,
        best.beta,
        best.eta,
        best.rate_on(MU, L)?
    );

    let mut csv = String::from("beta,eta,alpha,rho\n");
    let mut values = Vec::new();
    for eta in middles(ETA, ROWS) {
        for beta in middles(BETA, COLUMNS) {
            let rule = with_best_alpha(beta, eta)?;
            let rate = rule.rate_on(MU, L)?;
            // Writing to a String cannot fail.
            let _ = writeln!(
                csv,
                "{beta:.16e},{eta:.16e},{:.16e},{rate:.16e}",
                rule.alpha
            );
            values.push(rate);
        }
    }
    output.csv("family.csv", &csv)?;

    let runs = [
        (Tuning::GradientDescent, Color::VERMILLION, Dash::Solid),
        (Tuning::Polyak, Color::BLUE, Dash::Solid),
        (Tuning::Nesterov, Color::GREEN, Dash::Solid),
        (Tuning::TripleMomentum, Color::PURPLE, Dash::Solid),
    ];
    let mut csv = String::from("rule,k,distance\n");
    let mut lines = Vec::new();
    for (tuning, color, dash) in runs {
        let points = distances(tuning)?;
        for (k, distance) in &points {
            let _ = writeln!(csv, "{tuning},{k},{distance:.16e}");
        }
        let line = Line::new(tuning.name(), points).color(color).dash(dash);
        lines.push(line.width(2.2));
    }
    output.csv("family_runs.csv", &csv)?;

    let rate = Tuning::TripleMomentum.rate_on_quadratics(MU, L)?;
    let proved = (0..=ITERATIONS).map(|k| (k as f64, 20.0 * rate.powi(k as i32)));
    let right = Panel::new()
        .title("On a function that is not quadratic")
        .x_axis(Axis::new("iteration k").range(0.0, ITERATIONS as f64))
        .y_axis(
            Axis::new("distance from the minimum")
                .logarithmic()
                .range(1e-8, 1e2),
        )
        .layers(lines)
        .layer(
            Line::new(
                "(1 − 1/√κ)ᵏ, proved for triple momentum",
                proved.collect::<Vec<_>>(),
            )
            .color(Color::BLACK)
            .dash(Dash::Dashed)
            .width(1.6),
        )
        .legend(Legend::LowerLeft);
    let figure = Figure::new("One rule with three coefficients")
        .caption(format!(
            "v₊ = βv − α∇f(x + ηv), x₊ = x + v₊. Left: rate on quadratics with curvatures from {MU} to {L} at the best α for each β and η; on the line η = 0 it is momentum, on η = β Nesterov’s rule. Dots: named tunings, with the rates at their own α. The cross is the best of a search over all three coefficients: Polyak’s. Right: the same tunings on g(x) + ½y² from ({START}, {START}), where g is the function of Lessard, Recht and Packard with curvatures {MU} and {L}: Polyak’s momentum circles forever. Triple momentum shows the point for which its rate is proved."
        ))
        .size(1500, 760)
        .columns(2)
        .panels([map(values, &best)?, right]);
    output.figure("family.png", &figure)
}

/// The rule of (β, η) with the best α: the rate is the larger of two quasiconvex functions of α, which has one valley.
fn with_best_alpha(beta: f64, eta: f64) -> Result<Accelerated, Error> {
    let rate = |alpha: f64| Accelerated::new(alpha, beta, eta)?.rate_on(MU, L);
    let golden = 0.5 * (5.0_f64.sqrt() - 1.0);
    let (mut low, mut high) = (1e-6, 4.0 / MU);
    for _ in 0..60 {
        let width = golden * (high - low);
        let (left, right) = (high - width, low + width);
        if rate(left)? <= rate(right)? {
            high = right;
        } else {
            low = left;
        }
    }
    Accelerated::new(0.5 * (low + high), beta, eta)
}

/// The best rule by a grid over (β, η), each with its best α, around which finer grids are laid.
fn search() -> Result<Accelerated, Error> {
    const CELLS: usize = 20;
    let (mut beta, mut eta) = ((-0.9, 0.999), (-2.0, 2.0));
    let mut best = (f64::INFINITY, with_best_alpha(0.0, 0.0)?);
    for _ in 0..24 {
        for b in middles(beta, CELLS) {
            for e in middles(eta, CELLS) {
                let rule = with_best_alpha(b, e)?;
                let rate = rule.rate_on(MU, L)?;
                if rate < best.0 {
                    best = (rate, rule);
                }
            }
        }
        let around = |(low, high): (f64, f64), center: f64| {
            let half = 0.35 * (high - low);
            ((center - half).max(-0.99), (center + half).min(1.99))
        };
        beta = around(beta, best.1.beta);
        beta.1 = beta.1.min(1.0);
        eta = around(eta, best.1.eta);
    }
    Ok(best.1)
}

/// The centres of cells.
fn middles((low, high): (f64, f64), cells: usize) -> impl Iterator<Item = f64> {
    let width = (high - low) / cells as f64;
    (0..cells).map(move |cell| low + (cell as f64 + 0.5) * width)
}

/// The distance from the minimum, the origin, over k.
fn distances(tuning: Tuning) -> Result<Vec<(f64, f64)>, Error> {
    let rule = tuning.rule(MU, L)?;
    let kinked = heavyball::from_fn(
        |at: &Vector2<f64>| LessardRechtPackard.value(&vector![at.x]) + 0.5 * at.y * at.y,
        |at| {
            let mut slope = vector![0.0];
            LessardRechtPackard.gradient(&vector![at.x], &mut slope);
            vector![slope.x, at.y]
        },
    );
    let run = rule.iterates(&kinked, vector![START, START]);
    run.take(ITERATIONS + 1)
        .enumerate()
        .map(|(k, iterate)| Ok((k as f64, tuning.output(MU, L, &iterate)?.norm())))
        .collect()
}

fn map(values: Vec<f64>, best: &Accelerated) -> Result<Panel, Error> {
    let mut panel = Panel::new()
        .title("Rate on quadratics at the best α")
        .x_axis(Axis::new("decay β").range(BETA.0, BETA.1))
        .y_axis(Axis::new("look-ahead η").range(ETA.0, ETA.1))
        .legend(Legend::Hidden)
        .layer(
            HeatMap::new(BETA, ETA, COLUMNS, values)
                .range(0.65, 1.0)
                .colorbar("rate ρ"),
        );
    for ends in [
        [(BETA.0, 0.0), (BETA.1, 0.0)],
        [(BETA.0, BETA.0), (BETA.1, BETA.1)],
    ] {
        let line = Line::new("", ends).color(Color::WHITE).dash(Dash::Dashed);
        panel = panel.layer(line.width(1.8));
    }
    let places = [
        (Tuning::GradientDescent, (64.0, -20.0)),
        (Tuning::Polyak, (16.0, -26.0)),
        (Tuning::Nesterov, (-70.0, -26.0)),
        (Tuning::NesterovOnQuadratics, (-128.0, 8.0)),
        (Tuning::OptimizedGradient, (110.0, 12.0)),
        (Tuning::TripleMomentum, (-106.0, 10.0)),
    ];
    for (tuning, offset) in places {
        let rule = tuning.rule(MU, L)?;
        let at = (rule.beta, rule.eta);
        panel = panel
            .layer(Dots::new("", [at]).color(Color::VERMILLION).size(11.0))
            .layer(
                Annotation::new(format!("{tuning}, {:.3}", rule.rate_on(MU, L)?), at)
                    .offset(offset.0, offset.1),
            );
    }
    Ok(panel.layer(
        Dots::new("", [(best.beta, best.eta)])
            .color(Color::BLACK)
            .marker(Marker::Cross)
            .size(16.0),
    ))
}
