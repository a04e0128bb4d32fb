//! What is left of the heavy ball without mass, and of momentum without rate?
//!
//! `cargo run --release --example overdamped_limit -- --out DIR` takes m → 0 at fixed drag, and α → 0 at fixed β. Both
//! converge to gradient flow, to first order; the flow of f + ½c|∇f|² agrees to second order. It writes
//!
//! - `overdamped_limit.png`: paths of lighter and lighter balls on the double well, and their flow;
//! - `overdamped_orders.png`, `overdamped_limit.csv`: distances from both flows over m;
//! - `small_rate_orders.png`, `small_rate.csv`: the same for momentum and Nesterov over α.
//!
//! The tables have the columns `study,method,start,mass,error_position,error_velocity`, `alpha` in place of `mass`
//! in the second.
#![allow(clippy::print_stdout, reason = "an example prints its findings")]

mod support;

use heavyball::plot::{Axis, Color, Contours, Dash, Figure, Legend, Line, Panel};
use heavyball::prelude::*;
use heavyball::study::convergence_csv;
use heavyball::study::modified_equation::CorrectedFlow;
use heavyball::study::{Convergence, Limit, Reference, Rule, figure};
use nalgebra::{Vector2, vector};
use support::{Failure, Output};

const START: [f64; 2] = [0.4, 1.0];
const VELOCITY: [f64; 2] = [0.5, 0.3];
const DRAG: f64 = 2.0;
const TIME: f64 = 2.0;

fn main() -> Result<(), Failure> {
    let question = "What is left of the heavy ball without mass, and of momentum without rate?";
    let Some(output) = Output::from_arguments("overdamped_limit", question)? else {
        return Ok(());
    };
    output.figure("overdamped_limit.png", &paths()?)?;

    let masses = masses()?;
    println!("On the double well from {START:?} with velocity {VELOCITY:?}, drag {DRAG}:");
    masses.iter().for_each(|table| print!("{table}"));
    output.csv("overdamped_limit.csv", &convergence_csv(&masses))?;
    let title = "Without mass the ball is gradient flow; with little, the corrected flow";
    let caption = format!(
        "Largest distance of the ball m ẍ = −∇f − γẋ from both flows for times {} to {TIME}, past the layer m/γ; fitted orders in x and ẋ. f(x) = x₁⁴ − 2x₁² + x₂² from {START:?}, ẋ = {VELOCITY:?}, γ = {DRAG}. Corrected flow: γẋ = −(∇f + (m/γ²)∇²f∇f) from x₀ + (m/γ)(ẋ(0) + ∇f(x₀)/γ).",
        TIME / 2.0
    );
    output.figure(
        "overdamped_orders.png",
        &figure(title, &masses).caption(caption),
    )?;

    let rates = rates()?;
    println!("On the double well from {START:?} with v₀ = 0, τ = kα/(1 − β):");
    for table in &rates {
        let (study, method) = (table.title().study(), &table.title().method);
        let (x, u) = (table.position(), table.velocity());
        println!("  {method:<18} {study:<34} order in x {x}, in ẋ {u}");
    }
    output.csv("small_rate.csv", &convergence_csv(&rates))?;
    let title = "An optimiser without rate is gradient flow, 1/(1 − β) times as fast";
    let caption = "Largest distance of the iterates from both flows for τ = kα/(1 − β) from ½ to 1, past the layer βᵏ; fitted orders in x and dx/dτ. β = 0.9, v₀ = 0, f(x) = x₁⁴ − 2x₁² + x₂² from (0.4, 1). Corrected flow: dx/dτ = −∇(f + ½ε|∇f|²), ε = αλ(λ − ½ − θ), λ = 1/(1 − β), θ = 0 for momentum and β for Nesterov, from x₀ + αβλ²∇f(x₀).";
    let shown: Vec<_> = rates.into_iter().skip(4).collect();
    output.figure(
        "small_rate_orders.png",
        &figure(title, &shown).caption(caption),
    )
}

/// The ball against gradient flow and against the corrected flow, over m.
fn masses() -> Result<Vec<Convergence>, Error> {
    let (start, velocity) = (Vector2::from(START), Vector2::from(VELOCITY));
    let ball = HeavyBall::new(0.016, DRAG)?;
    let problem = Problem::new(ball, DoubleWell, start).with_velocity(velocity);
    let problem = problem.until(TIME);
    let study = || Limit::overdamped(&problem).with_halvings(0.016, 6);
    let flow = |mass| CorrectedFlow::overdamped(DoubleWell, &HeavyBall::new(mass, DRAG)?);
    let corrected = Reference::corrected_flow(flow, start, velocity, TIME);
    Ok(vec![
        study().measure()?,
        study().with_reference(corrected).measure()?,
    ])
}

/// Both rules against both flows, over α.
fn rates() -> Result<Vec<Convergence>, Error> {
    let (start, rest) = (Vector2::from(START), vector![0.0, 0.0]);
    let mut tables = Vec::new();
    // The figure shows the last four tables.
    for beta in [0.5, 0.9] {
        let largest = 0.016 * (1.0_f64 - beta).powi(2);
        let of = |rule| Limit::small_rate(rule, beta, &DoubleWell, start).with_halvings(largest, 5);
        let momentum = || of(Rule::Momentum);
        let nesterov = || of(Rule::Nesterov);
        tables.push(momentum().measure()?);
        tables.push(nesterov().measure()?);
        let flow = move |alpha| CorrectedFlow::momentum(DoubleWell, &Momentum::new(alpha, beta)?);
        let corrected = Reference::corrected_flow(flow, start, rest, 1.0);
        tables.push(momentum().with_reference(corrected).measure()?);
        let flow = move |alpha| CorrectedFlow::nesterov(DoubleWell, &Nesterov::new(alpha, beta)?);
        let corrected = Reference::corrected_flow(flow, start, rest, 1.0);
        tables.push(nesterov().with_reference(corrected).measure()?);
    }
    Ok(tables)
}

/// Balls of three masses, and gradient flow, over the contours of f.
fn paths() -> Result<Figure, Error> {
    let (start, velocity) = (vector![-0.25, 1.2], vector![3.0, 0.0]);
    let until = 12.0;
    let mut panel = Panel::new()
        .title("Thrown across the ridge")
        .x_axis(Axis::new("x₁").range(-1.8, 1.8))
        .y_axis(Axis::new("x₂").range(-0.8, 1.4))
        .layer(Contours::new((-1.8, 1.8), (-0.8, 1.4), |x, y| {
            DoubleWell.value(&vector![x, y])
        }));
    let mut time = Panel::new()
        .title("The layer m/γ, and the creep after it")
        .x_axis(Axis::new("time t").range(0.0, 4.0))
        .y_axis(Axis::new("x₁"));
    for (index, mass) in [2.0, 0.5, 0.125].into_iter().enumerate() {
        let ball = HeavyBall::new(mass, DRAG)?;
        let problem = Problem::new(ball, DoubleWell, start).with_velocity(velocity);
        let run = problem.until(until).solve(&Rk45::new(1e-10, 1e-10))?;
        let points: Vec<_> = run.sample(1500);
        let label = format!("m = {mass}");
        let path = points
            .iter()
            .map(|(_, phase)| (phase.position.x, phase.position.y));
        panel = panel.line(label.clone(), path, Color::series(index));
        let path = points.iter().map(|(t, phase)| (*t, phase.position.x));
        time = time.line(label, path, Color::series(index));
    }
    let flow = GradientFlow::new(DoubleWell, DRAG)?;
    let run = Rk45::new(1e-10, 1e-10).integrate(&flow, (0.0, until), start)?;
    let times = (0..=600).map(|k| until * f64::from(k) / 600.0);
    let points = times.map(|t| Ok((t, run.at(t)?)));
    let points: Vec<_> = points.collect::<Result<_, Error>>()?;
    let label = "gradient flow, m = 0";
    let line = |points: Vec<(f64, f64)>| {
        Line::new(label, points)
            .color(Color::BLACK)
            .dash(Dash::Dashed)
    };
    panel = panel.layer(line(points.iter().map(|(_, x)| (x.x, x.y)).collect()));
    time = time.layer(line(points.iter().map(|(t, x)| (*t, x.x)).collect()));
    Ok(Figure::new("The lighter the ball, the sooner it forgets that it was thrown")
        .caption(format!(
            "f(x) = x₁⁴ − 2x₁² + x₂² from (−0.25, 1.2) with ẋ = (3, 0), γ = {DRAG}. A ball keeps its velocity for a time m/γ, in which it gets (m/γ)ẋ far; then it creeps down the gradient."
        ))
        .size(1400, 660)
        .panel(panel.equal_aspect().legend(Legend::Hidden))
        .panel(time))
}
