//! Which equation do the iterates really follow?
//!
//! `cargo run --release --example modified_equation -- --out DIR` compares momentum, Nesterov's rule and explicit Euler
//! with the ball they discretise and with their modified equations, which have a different mass, a different drag, and
//! for Nesterov a drag that grows with the curvature. It writes
//!
//! - `modified_equation.png`: iterates on the curve of their modified equation, beside that of the ball;
//! - `modified_orders.png`, `modified_equation.csv`: distances from both as Δt halves, with the columns
//!   `study,method,start,dt,error_position,error_velocity`.
#![allow(clippy::print_stdout, reason = "an example prints its findings")]

mod support;

use heavyball::TiltedDoubleWell;
use heavyball::plot::{Axis, Color, Dash, Dots, Figure, Legend, Line, Panel};
use heavyball::prelude::*;
use heavyball::study::convergence_csv;
use heavyball::study::modified_equation::HessianDamped;
use heavyball::study::{
    Convergence, Curve, IntegratorScheme, Limit, OptimizerScheme, Reference, Start, figure,
};
use nalgebra::{Const, Vector1, vector};
use support::{Failure, Output};

const TIME: f64 = 6.0;
const DT: f64 = 0.2;

fn main() -> Result<(), Failure> {
    let question = "Which equation do the iterates really follow?";
    let Some(output) = Output::from_arguments("modified_equation", question)? else {
        return Ok(());
    };
    let ball = HeavyBall::new(1.0, 1.0)?;
    let problem = Problem::new(ball, TiltedDoubleWell::new(0.1)?, vector![1.6]).until(TIME);
    output.figure("modified_equation.png", &overlay(&problem)?)?;
    let tables = orders(&problem)?;
    println!("Tilted double well from 1.6 at rest, m = 1, drag = 1, until time {TIME}:");
    for table in &tables {
        let (study, method) = (table.title().study(), &table.title().method);
        let (x, u) = (table.position(), table.velocity());
        println!("  {method:<23} {study:<46} order in x {x}, in ẋ {u}");
    }
    println!(
        "In x every iteration solves its modified equation to second order. For explicit Euler, p/m is not ẋ."
    );
    output.csv("modified_equation.csv", &convergence_csv(&tables))?;
    let caption = "Largest distance from the ball m ẍ + γẋ + ∇f = 0 and from the modified equation m_eff ẍ + (γ_eff + θΔt∇²f)ẋ + ∇f = 0, θ = 0 for momentum, β for Nesterov, −1 for explicit Euler; fitted orders in x and ẋ; explicit Euler’s velocity is p/m, which is not ẋ. f(x) = x⁴/4 − x²/2 + x/10 from 1.6 at rest (v₀ = 0), m = 1, γ = 1, until time 6.";
    let title = "First order to the ball they came from, second order to their own equation";
    output.figure(
        "modified_orders.png",
        &figure(title, &tables).caption(caption),
    )
}

type Well = Problem<TiltedDoubleWell, Const<1>>;

/// Explicit Euler's equation: θ = −1, with ẋ(0) = u₀ − ½Δt ẍ(0), u₀ = 0.
fn of_explicit_euler(problem: &Well) -> Reference<'_, Const<1>> {
    Reference::each("its modified equation", |dt| {
        let method = ExplicitEuler::new(dt)?;
        let (ball, potential) = (problem.ball(), problem.potential());
        let equation = HessianDamped::explicit_euler(potential, ball, &method)?;
        let position = problem.start().position;
        let mut velocity = position;
        potential.gradient(&position, &mut velocity);
        velocity *= 0.5 * dt / ball.mass;
        Curve::second_order(equation, (0.0, TIME), &position, &velocity)
    })
}

fn orders(problem: &Well) -> Result<Vec<Convergence>, Error> {
    let row = Discretization::ExplicitDrag;
    let mut tables = Vec::new();
    for scheme in [
        OptimizerScheme::momentum(row),
        OptimizerScheme::nesterov(row),
    ] {
        let scheme = scheme.with_start(Start::Rest);
        let study = Limit::small_step(problem, scheme).with_halvings(0.02, 6);
        tables.push(study.measure()?);
        let own = Reference::modified_equation(problem, scheme);
        tables.push(study.with_reference(own).measure()?);
    }
    let euler = IntegratorScheme(ExplicitEuler::new);
    let study = Limit::small_step(problem, euler).with_halvings(0.02, 6);
    tables.push(study.measure()?);
    let own = of_explicit_euler(problem);
    tables.push(study.with_reference(own).measure()?);
    Ok(tables)
}

/// The iterates at a large step, the ball and the modified equation, for each method.
fn overlay(problem: &Well) -> Result<Figure, Error> {
    let ball = Curve::motion(problem)?;
    let times = || (0..=400).map(|k| TIME * f64::from(k) / 400.0);
    let path = |curve: &Curve<'_, Const<1>>| {
        let point = |t| Ok((t, curve.at(t)?.0.x));
        times().map(point).collect::<Result<Vec<_>, Error>>()
    };
    let steps = (TIME / DT) as usize;
    let dots = |positions: Vec<Vector1<f64>>| {
        let positions = positions.into_iter().take(steps + 1).enumerate();
        positions
            .map(|(k, x)| (k as f64 * DT, x.x))
            .collect::<Vec<_>>()
    };
    let row = Discretization::ExplicitDrag;
    let (start, potential) = (problem.start().position, problem.potential());
    let momentum = Momentum::from_heavy_ball(problem.ball(), DT, row)?.iterates(potential, start);
    let nesterov = Nesterov::from_heavy_ball(problem.ball(), DT, row)?.iterates(potential, start);
    let euler = ExplicitEuler::new(DT)?.phases(problem.ball(), potential, problem.start())?;
    let own = |scheme: OptimizerScheme| {
        let (rule, rest) = (scheme.with_start(Start::Rest), vector![0.0]);
        let (alpha, beta) = row.coefficients(problem.ball(), DT)?;
        let equation = if rule == OptimizerScheme::momentum(row).with_start(Start::Rest) {
            HessianDamped::momentum(potential, &Momentum::new(alpha, beta)?, DT)?
        } else {
            HessianDamped::nesterov(potential, &Nesterov::new(alpha, beta)?, DT)?
        };
        let velocity = equation.start_velocity(&start, &rest)?;
        Curve::second_order(equation, (0.0, TIME), &start, &velocity)
    };
    let of_euler = {
        let method = ExplicitEuler::new(DT)?;
        let equation = HessianDamped::explicit_euler(potential, problem.ball(), &method)?;
        let mut velocity = start;
        potential.gradient(&start, &mut velocity);
        velocity *= 0.5 * DT / problem.ball().mass;
        Curve::second_order(equation, (0.0, TIME), &start, &velocity)?
    };
    let momentum_path = path(&own(OptimizerScheme::momentum(row))?)?;
    let nesterov_path = path(&own(OptimizerScheme::nesterov(row))?)?;
    let panels = [
        (
            "Momentum: a lighter ball",
            dots(
                momentum
                    .map(|iterate| iterate.position)
                    .take(steps + 1)
                    .collect(),
            ),
            momentum_path,
        ),
        (
            "Nesterov: the Hessian brakes",
            dots(
                nesterov
                    .map(|iterate| iterate.position)
                    .take(steps + 1)
                    .collect(),
            ),
            nesterov_path,
        ),
        (
            "Explicit Euler: the Hessian pushes",
            dots(euler.map(|phase| phase.position).take(steps + 1).collect()),
            path(&of_euler)?,
        ),
    ];
    let plain = path(&ball)?;
    let panels = panels
        .into_iter()
        .enumerate()
        .map(|(index, (title, dots, own))| {
            let color = Color::series(index);
            Panel::new()
                .title(title)
                .x_axis(Axis::new("time t = kΔt"))
                .y_axis(Axis::new("position x").range(0.0, 1.8))
                .layer(
                    Line::new("the ball", plain.clone())
                        .color(Color::GREY)
                        .dash(Dash::Dashed),
                )
                .line("modified equation", own, color)
                .layer(Dots::new("iterates", dots).color(color))
                .legend(Legend::UpperRight)
        });
    Ok(Figure::new("The iterates lie on the curve of their own equation")
        .caption(format!(
            "f(x) = x⁴/4 − x²/2 + x/10 from 1.6 at rest, m = 1, γ = 1, Δt = {DT}: α = 0.04, β = 0.8. Momentum and Nesterov from v₀ = 0. Modified equation: m_eff ẍ + (γ_eff + θΔt f″)ẋ + f′ = 0, m_eff = 0.9, γ_eff = 1, θ = 0, 0.8, −1."
        ))
        .size(1500, 620)
        .panels(panels))
}
