//! What does Nesterov's momentum schedule become as the rate goes to zero?
//!
//! `cargo run --release --example nesterov_flow -- --out DIR` follows ẍ + (r/t)ẋ + ∇f = 0 of Su, Boyd and Candès, whose
//! solutions on a quadratic are Bessel functions, and Nesterov's method with β_k = (k − 1)/(k + r − 1) beside it. It
//! writes
//!
//! - `nesterov_flow.png`: both on a quadratic, for several r; and the gap f − f* below its bound 2/t²;
//! - `nesterov_orders.png`, `nesterov_flow.csv`: the distance between them as √s halves, with the columns
//!   `study,method,start,dt,error_position,error_velocity`, dt = √s.
#![allow(clippy::print_stdout, reason = "an example prints its findings")]

mod support;

use heavyball::events::Crossing;
use heavyball::plot::{Axis, Color, Dash, Dots, Figure, Line, Panel};
use heavyball::prelude::*;
use heavyball::study::convergence_csv;
use heavyball::study::{Accelerated, Limit, Resolution, figure};
use heavyball::{NesterovFlow, RuleFromFn};
use nalgebra::{Const, Vector1, vector};
use support::{Failure, Output};

const CURVATURE: f64 = 2.0;

fn main() -> Result<(), Failure> {
    let question = "What does Nesterov's momentum schedule become as the rate goes to zero?";
    let Some(output) = Output::from_arguments("nesterov_flow", question)? else {
        return Ok(());
    };
    print_values()?;
    output.figure("nesterov_flow.png", &overlay()?)?;

    let mut tables = Vec::new();
    for friction in [2.0, 3.0, 6.0] {
        let start = vector![0.6, 1.0];
        let method = Accelerated::Schedule { friction };
        let study = Limit::accelerated(method, &DoubleWell, start, Resolution::Low);
        tables.push(study.with_halvings(0.01, 5).measure()?);
    }
    println!("Nesterov's method with β_k = (k − 1)/(k + r − 1) on the double well, at k√s:");
    for table in &tables {
        let (x, u) = (table.position(), table.velocity());
        println!("  {:<17} order in x {x}, in ẋ {u}", table.title().method);
    }
    output.csv("nesterov_flow.csv", &convergence_csv(&tables))?;
    let caption = "Largest distance, for times from 1 to 2, of the look-ahead points of Nesterov’s method with rate s and β_k = (k − 1)/(k + r − 1) from ẍ + (r/t)ẋ + ∇f = 0 at k√s; Δt = √s; fitted orders in x and ẋ. f(x) = x₁⁴ − 2x₁² + x₂² from (0.6, 1) at rest.";
    let title = "The schedule follows its equation to first order in √s";
    output.figure(
        "nesterov_orders.png",
        &figure(title, &tables).caption(caption),
    )
}

/// The closed form and the computed flow at two published values.
fn print_values() -> Result<(), Error> {
    let (x, u) = NesterovFlow::exact(3, CURVATURE, 1.7, 1.0)?;
    let bowl = Quadratic::diagonal(vector![CURVATURE])?;
    let flow = NesterovFlow::new(bowl, 3.0)?.in_phase_space(Const::<1>);
    let method = Dop853::new(1e-13, 1e-14).with_fine_output();
    let run = method.integrate(&flow, (0.0, 4.0), vector![1.0, 0.0])?;
    let solved = run.at(1.7)?;
    println!("On f = x² from 1 at rest, r = 3: X(t) = 2J₁(√2 t)/(√2 t)");
    println!("  X(1.7) = {x:.17}, solved from t = 0: {:.17}", solved[0]);
    println!("  Ẋ(1.7) = {u:.17}, solved from t = 0: {:.17}", solved[1]);
    if let Some(zero) = run.first_crossing(Crossing::Falling, |_, state| state[0])? {
        println!("  its first zero: {zero:.13}; j₁,₁/√2 = 2.7094252750467");
    }
    Ok(())
}

fn overlay() -> Result<Figure, Error> {
    let until = 12.0;
    let mut left = Panel::new()
        .title("On f = x²: Bessel functions")
        .x_axis(Axis::new("time t = k√s").range(0.0, until))
        .y_axis(Axis::new("position"));
    let root = 0.05;
    for (index, friction) in [2_u16, 3, 6].into_iter().enumerate() {
        let times = (0..=500).map(|k| until * f64::from(k) / 500.0);
        let exact = times.map(|t| Ok((t, NesterovFlow::exact(friction, CURVATURE, t, 1.0)?.0)));
        let exact: Vec<_> = exact.collect::<Result<_, Error>>()?;
        let color = Color::series(index);
        left = left.line(format!("r = {friction}"), exact, color);
        let r = f64::from(friction);
        let rule = RuleFromFn(|k| {
            let k = (k as f64).max(1.0);
            Nesterov::new(root * root, (k - 1.0) / (k + r - 1.0))
        });
        let bowl = Quadratic::diagonal(vector![CURVATURE])?;
        let iterates = rule
            .iterates(&bowl, vector![1.0])
            .take(1 + (until / root) as usize);
        let points = iterates
            .enumerate()
            .map(|(k, x)| (k as f64 * root, x.position.x));
        let label = if index == 0 {
            "iterates, √s = 0.05, each fourth"
        } else {
            ""
        };
        left = left.layer(Dots::new(label, points).color(color).size(3.0));
    }

    let mut right = Panel::new()
        .title("r = 3: never above 2/t²")
        .x_axis(Axis::new("time t").logarithmic().range(1.0, 100.0))
        .y_axis(Axis::new("f(x(t)) − f*").logarithmic().range(1e-8, 3.0));
    for (index, power) in [2.0, 4.0, 12.0].into_iter().enumerate() {
        let f = from_fn(
            move |x: &Vector1<f64>| x.x.abs().powf(power) / power,
            move |x: &Vector1<f64>| vector![x.x.signum() * x.x.abs().powf(power - 1.0)],
        );
        let flow = NesterovFlow::new(f, 3.0)?.in_phase_space(Const::<1>);
        let method = Dop853::new(1e-11, 1e-13).with_fine_output();
        let run = method.integrate(&flow, (0.0, 100.0), vector![1.0, 0.0])?;
        let times = (0..=4000).map(|k| 100.0_f64.powf(f64::from(k) / 4000.0));
        let gap = |t: f64| Ok((t, run.at(t)?[0].abs().powf(power) / power));
        let gaps: Vec<_> = times.map(gap).collect::<Result<_, Error>>()?;
        let shown = gaps.into_iter().filter(|(_, gap)| *gap > 0.0);
        let exponent = ["²", "⁴", "¹²"].get(index).copied().unwrap_or_default();
        right = right.line(
            format!("|x|{exponent}/{power}"),
            shown,
            Color::series(index),
        );
    }
    let bound = [1.0, 100.0].map(|t: f64| (t, 2.0 / t / t));
    let bound = Line::new("2|x₀|²/t²", bound)
        .color(Color::BLACK)
        .dash(Dash::Dashed);
    Ok(Figure::new("Nesterov’s schedule is a ball whose drag r/t fades")
        .caption("ẍ + (r/t)ẋ + ∇f = 0 from x = 1 at rest. Left: x₀ Γ(ν + 1)(2/s)^ν J_ν(s), s = t√2, ν = (r − 1)/2, and Nesterov’s method with rate s = 0.0025, β_k = (k − 1)/(k + r − 1). Right: the gap on |x|^p/p, p = 2, 4, 12; the flatter the minimum, the nearer to the bound’s slope.")
        .size(1460, 680)
        .panel(left)
        .panel(right.layer(bound)))
}
