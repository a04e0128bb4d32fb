//! What tells Nesterov's method from the heavy ball, if both become the same equation as the rate goes to zero?
//!
//! `cargo run --release --example high_resolution -- --out DIR` follows both with the same (α, β) on a narrow valley,
//! beside their common limit and beside the high-resolution equations of Shi, Du, Jordan and Su, which keep √s. It
//! writes
//!
//! - `high_resolution.png`: iterates, limit and high-resolution equation across the valley;
//! - `high_resolution_orders.png`, `high_resolution.csv`: distances as √s halves, from both starts, with the columns
//!   `study,method,start,dt,error_position,error_velocity`, dt = √s.
#![allow(clippy::print_stdout, reason = "an example prints its findings")]

mod support;

use heavyball::HighResolution;
use heavyball::plot::{Axis, Color, Dash, Dots, Figure, Line, Panel};
use heavyball::prelude::*;
use heavyball::study::convergence_csv;
use heavyball::study::{Accelerated, Convergence, Curve, Limit, Resolution, Rule, figure};
use nalgebra::{Const, Vector2, vector};
use support::{Failure, Output};

const MU: f64 = 0.1;
const STEEP: f64 = 9.0;
const ROOT: f64 = 0.15;

fn main() -> Result<(), Failure> {
    let question = "What tells Nesterov's method from the heavy ball, if both become the same equation as the rate goes to zero?";
    let Some(output) = Output::from_arguments("high_resolution", question)? else {
        return Ok(());
    };
    let valley = Quadratic::diagonal(vector![MU, STEEP])?;
    output.figure("high_resolution.png", &overlay(&valley)?)?;
    let tables = orders(&valley)?;
    println!(
        "f = ({MU}x₁² + {STEEP}x₂²)/2 from (1, 1), until time 2, √s = 0.005 and five halvings:"
    );
    for table in &tables {
        let title = table.title();
        let (x, u) = (table.position(), table.velocity());
        let (method, start) = (&title.method, &title.start);
        println!("  {method:<18} {start:<23} order in x {x}, in ẋ {u}");
    }
    output.csv("high_resolution.csv", &convergence_csv(&tables))?;
    let caption = format!(
        "Largest distance for times from 1 to 2 of x_k from x₁ = x₀ − 2s∇f(x₀)/(1 + √μs) (NAG-C: its own) from the plain limit and from equations 1.10, 1.11, 1.12 of Shi et al., started by the paper and by Ẋ(0) = −(3/2)√s∇f(x₀); Δt = √s; fitted orders in x and ẋ. f(x) = ({MU}x₁² + {STEEP}x₂²)/2 from (1, 1)."
    );
    let title = "The start decides between first and second order";
    output.figure(
        "high_resolution_orders.png",
        &figure(title, &tables).caption(caption),
    )
}

type Valley = Quadratic<heavyball::potentials::Diagonal<f64, Const<2>>>;

fn orders(valley: &Valley) -> Result<Vec<Convergence>, Error> {
    let start = vector![1.0, 1.0];
    let mut tables = Vec::new();
    let fixed = |rule| Accelerated::StronglyConvex { rule, mu: MU };
    for method in [
        fixed(Rule::Momentum),
        fixed(Rule::Nesterov),
        Accelerated::Schedule { friction: 3.0 },
    ] {
        for resolution in [
            Resolution::Low,
            Resolution::HighFromPaper,
            Resolution::HighFromCentral,
        ] {
            let study = Limit::accelerated(method, valley, start, resolution);
            tables.push(study.with_halvings(0.005, 5).measure()?);
        }
    }
    // For NAG-C the two initial velocities are the same.
    tables.pop();
    Ok(tables)
}

/// The steep component of both methods, their common limit, and the high-resolution equation of each.
fn overlay(valley: &Valley) -> Result<Figure, Error> {
    let (start, until, s) = (vector![1.0, 1.0], 6.0, ROOT * ROOT);
    let product = MU.sqrt() * ROOT;
    let beta = (1.0 - product) / (1.0 + product);
    let ball = HeavyBall::new(1.0, 2.0 * MU.sqrt())?;
    let limit = Curve::motion(&Problem::new(ball, valley, start).until(until))?;
    let path = |curve: &Curve<'_, Const<2>>| {
        let times = (0..=600).map(|k| until * f64::from(k) / 600.0);
        let points = times.map(|t| Ok((t, curve.at(t)?.0.y)));
        points.collect::<Result<Vec<_>, Error>>()
    };
    let count = 1 + (until / ROOT) as usize;
    let dots = |points: Vec<Vector2<f64>>| {
        let points = points.into_iter().enumerate();
        points
            .map(|(k, x)| (k as f64 * ROOT, x.y))
            .collect::<Vec<_>>()
    };
    let kick = vector![-s * MU, -s * STEEP];
    let momentum = Momentum::new(s, beta)?
        .iterates(valley, start)
        .with_velocity(kick);
    let momentum = momentum
        .take(count)
        .map(|iterate| iterate.position)
        .collect();
    let nesterov = Nesterov::new(s, beta)?.iterates(valley, start).take(count);
    let nesterov = nesterov
        .map(|iterate| iterate.position + iterate.velocity * beta)
        .collect();
    let mut panels = Vec::new();
    for (index, (title, equation, points)) in [
        (
            "Heavy ball: equation 1.10",
            HighResolution::heavy_ball(valley, MU, s)?,
            momentum,
        ),
        (
            "Nesterov: equation 1.11",
            HighResolution::strongly_convex(valley, MU, s)?,
            nesterov,
        ),
    ]
    .into_iter()
    .enumerate()
    {
        let velocity = equation.second_order_start(&start)?;
        let high = Curve::second_order(equation, (0.0, until), &start, &velocity)?;
        let color = Color::series(index);
        panels.push(
            Panel::new()
                .title(title)
                .x_axis(Axis::new("time t = k√s").range(0.0, until))
                .y_axis(Axis::new("steep component x₂").range(-0.9, 1.5))
                .layer(
                    Line::new("the limit s → 0 of both", path(&limit)?)
                        .color(Color::GREY)
                        .dash(Dash::Dashed),
                )
                .line("high-resolution equation", path(&high)?, color)
                .layer(Dots::new("iterates", dots(points)).color(color)),
        );
    }
    Ok(Figure::new("Nesterov’s look-ahead is a drag that grows with the curvature")
        .caption(format!(
            "f(x) = ({MU}x₁² + {STEEP}x₂²)/2 from (1, 1), √s = {ROOT}: α = s = {s:.4}, β = (1 − √μs)/(1 + √μs) = {beta:.4}. Equations Ẍ + 2√μẊ + b∇²f Ẋ + (1 + √μs)∇f = 0 with b = 0 and b = √s, from Ẋ(0) = −(3/2)√s∇f(x₀); both have the limit Ẍ + 2√μẊ + ∇f = 0."
        ))
        .size(1460, 640)
        .panels(panels))
}
