//! Which ball is Adam?
//!
//! `cargo run --release --example adaptive_mass -- --out DIR` runs Adam on a bowl with the curvatures 1 and 10 000, beside the ball
//! whose mass the gradients set and beside momentum with the same β at its largest useful rate. It writes
//!
//! - `adaptive_mass.png`: both coordinates over time, and the mass in both directions;
//! - `adaptive_mass.csv`: `kind,time,x1,x2,mass1,mass2`, Adam's masses being those after each iteration.
#![allow(clippy::print_stdout, reason = "an example prints its findings")]

mod support;

use heavyball::adaptive_rules::{Adam, AdaptiveRule};
use heavyball::mapping::AdaptiveMapping;
use heavyball::plot::{Axis, Color, Dash, Dots, Figure, Line, Panel};
use heavyball::prelude::*;
use nalgebra::{Const, Vector2, vector};
use std::fmt::Write as _;
use support::{Failure, Output};

const CURVATURES: [f64; 2] = [1.0, 10_000.0];
/// The time that an iteration takes.
const DT: f64 = 0.02;
const RATE: f64 = 0.02;
const BETAS: (f64, f64) = (0.9, 0.98);
const ITERATIONS: u32 = 200;

/// A point of a run, with its masses.
struct Point {
    time: f64,
    position: Vector2<f64>,
    mass: Vector2<f64>,
}

fn main() -> Result<(), Failure> {
    let question = "Which ball is Adam?";
    let Some(output) = Output::from_arguments("adaptive_mass", question)? else {
        return Ok(());
    };
    let bowl = Quadratic::diagonal(Vector2::from(CURVATURES))?;
    let adam = Adam::new(RATE)?.with_betas(BETAS.0, BETAS.1)?;
    let ball = adam.to_adaptive_ball(DT)?;
    println!("Adam with {RATE} and {BETAS:?}, an iteration taking the time {DT}:");
    println!("  {ball:?}");

    let (iterates, motion) = (adams(&adam, &bowl)?, motion(&adam, &bowl)?);
    let momentum = momentum(&bowl)?;
    let mut csv = String::from("kind,time,x1,x2,mass1,mass2\n");
    for (kind, points) in [
        ("Adam", &iterates),
        ("ball", &motion),
        ("momentum", &momentum),
    ] {
        for Point {
            time,
            position,
            mass,
        } in points
        {
            // Writing to a String cannot fail.
            let _ = writeln!(
                csv,
                "{kind},{time:.16e},{:.16e},{:.16e},{:.16e},{:.16e}",
                position.x, position.y, mass.x, mass.y
            );
        }
    }
    if let Some(half) = iterates.get(50) {
        println!(
            "  after 50 iterations the mass is {:.3} and {:.1}: {:.0} times as large in the steep direction",
            half.mass.x,
            half.mass.y,
            half.mass.y / half.mass.x
        );
    }
    output.csv("adaptive_mass.csv", &csv)?;
    output.figure("adaptive_mass.png", &figure(&iterates, &motion, &momentum)?)
}

fn start() -> Vector2<f64> {
    vector![1.0, 0.6]
}

/// Adam's iterates, with the masses after each iteration.
fn adams<P: Potential<f64, Const<2>>>(adam: &Adam, bowl: &P) -> Result<Vec<Point>, Error> {
    let mut points = Vec::new();
    let mut run = adam.run(bowl, start());
    run.advance_by(ITERATIONS as usize + 1, |state| {
        points.push(Point {
            time: state.iteration as f64 * DT,
            position: state.position,
            mass: adam.masses(state, DT),
        });
    })?;
    Ok(points)
}

/// The motion of its ball, at ten times as many times.
fn motion<P>(adam: &Adam, bowl: &P) -> Result<Vec<Point>, Error>
where
    P: Potential<f64, Const<2>>,
{
    let system = adam.to_adaptive_ball(DT)?.system(bowl, Const::<2>);
    let until = f64::from(ITERATIONS) * DT;
    let solver = Dop853::new(1e-10, 1e-12);
    let run = solver.integrate(&system, (0.0, until), system.start(&start())?)?;
    let times = (0..=10 * ITERATIONS).map(|k| (f64::from(k) * 0.1 * DT).min(until));
    times
        .map(|time| {
            let state = run.at(time)?;
            Ok(Point {
                time,
                position: system.position(&state),
                mass: system.mass(time, &state),
            })
        })
        .collect()
}

/// Momentum with Adam's β₁, at half of its largest stable rate: a mass for all directions, in the same unit of time.
fn momentum<P: Potential<f64, Const<2>>>(bowl: &P) -> Result<Vec<Point>, Error> {
    let [_, steep] = CURVATURES;
    let rule = Momentum::new((1.0 + BETAS.0) / steep, BETAS.0)?;
    let mut points = Vec::new();
    let mut run = rule.iterates(bowl, start());
    run.advance_by(ITERATIONS as usize + 1, |iterate| {
        points.push(Point {
            time: points.len() as f64 * DT,
            position: iterate.position,
            mass: Vector2::repeat(DT * DT / rule.alpha),
        });
    })?;
    Ok(points)
}

/// The coordinates and the masses over time.
fn figure(adam: &[Point], ball: &[Point], momentum: &[Point]) -> Result<Figure, Error> {
    let series = |points: &[Point], value: fn(&Point) -> f64, every: usize| -> Vec<(f64, f64)> {
        let points = points.iter().step_by(every);
        points.map(|point| (point.time, value(point))).collect()
    };
    let left = Panel::new()
        .title("Both directions at the same pace")
        .x_axis(Axis::new("time kΔt"))
        .y_axis(Axis::new("coordinate").range(-0.15, 1.1))
        .layer(
            Line::new(
                "x₁ of momentum, curvature 1",
                series(momentum, |p| p.position.x, 1),
            )
            .color(Color::GREY)
            .dash(Dash::Dashed)
            .width(2.0),
        )
        .layer(
            Line::new("x₁ of the ball", series(ball, |p| p.position.x, 1))
                .color(Color::BLUE)
                .width(2.0),
        )
        .layer(Dots::new("x₁ of Adam", series(adam, |p| p.position.x, 5)).color(Color::BLUE))
        .layer(
            Line::new(
                "x₂ of the ball, curvature 10 000",
                series(ball, |p| p.position.y, 1),
            )
            .color(Color::VERMILLION)
            .width(2.0),
        )
        .layer(Dots::new("x₂ of Adam", series(adam, |p| p.position.y, 5)).color(Color::VERMILLION));
    // At time 0 the mass is 0, which a logarithm cannot show.
    let (adam, ball) = (
        adam.get(1..).unwrap_or_default(),
        ball.get(1..).unwrap_or_default(),
    );
    let right = Panel::new()
        .title("It is heavier where it is steep")
        .x_axis(Axis::new("time kΔt"))
        .y_axis(
            Axis::new("mass M (force × time²/length)")
                .logarithmic()
                .range(1e-3, 1e5),
        )
        .layer(
            Line::new("M₂ of the ball", series(ball, |p| p.mass.y, 1))
                .color(Color::VERMILLION)
                .width(2.0),
        )
        .layer(Dots::new("M₂ of Adam", series(adam, |p| p.mass.y, 5)).color(Color::VERMILLION))
        .layer(
            Line::new("M₁ of the ball", series(ball, |p| p.mass.x, 1))
                .color(Color::BLUE)
                .width(2.0),
        )
        .layer(Dots::new("M₁ of Adam", series(adam, |p| p.mass.x, 5)).color(Color::BLUE))
        .layer(
            Line::new("m of momentum", series(momentum, |p| p.mass.x, 1))
                .color(Color::GREY)
                .dash(Dash::Dashed)
                .width(2.0),
        );
    Ok(Figure::new("Adam is a ball with a mass in each direction, which the gradients of the past set")
        .caption(format!(
            "f(x) = ½(x₁² + 10 000x₂²) from (1, 0.6). Adam with α = {RATE}, β₁ = {}, β₂ = {}, Δt = {DT}, every fifth iterate; its ball d(Mẋ)/dt = −∇f − aMẋ with M = c₁(√(v/c₂) + ε)/aη, v̇ = b(g² − v), a = 5, b = 1, η = 1. Momentum with β = {} and half of its largest stable rate has one mass for both.",
            BETAS.0, BETAS.1, BETAS.0
        ))
        .size(1500, 700)
        .panel(left)
        .panel(right))
}
