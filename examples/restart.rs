//! Stop the ball when it rolls uphill: how much faster does it come to rest?
//!
//! `cargo run --release --example restart -- --out DIR` runs Nesterov's rule with its schedule (k − 1)/(k + 2), and momentum with
//! too little drag, on ½(x² + κy²) with κ = 1000, with and without restarts. It writes
//!
//! - `restart.png`: f over k with each condition, and the energy of the ball with and without stops;
//! - `restart.csv`: all runs, with the columns `run,k,value,energy`.
#![allow(clippy::print_stdout, reason = "an example prints its findings")]

mod support;

use heavyball::optimizers::{NesterovSchedule, Restart};
use heavyball::plot::{Axis, Color, Dash, Figure, Legend, Line, Panel};
use heavyball::prelude::*;
use nalgebra::{Vector2, vector};
use std::fmt::Write as _;
use support::{Failure, Output};

const KAPPA: f64 = 1000.0;
const ITERATIONS: usize = 1200;
const LIGHT: f64 = 0.998;
/// Su, Boyd and Candès's least number of iterations between restarts by the speed.
const LEAST: usize = 10;

/// f and the energy over k.
struct Run {
    name: String,
    values: Vec<(f64, f64)>,
    energies: Vec<(f64, f64)>,
}

impl Run {
    fn new(
        name: impl Into<String>,
        iterates: impl Iterator<Item = Iterate<f64, nalgebra::Const<2>>>,
    ) -> Self {
        let mut run = Self {
            name: name.into(),
            values: Vec::new(),
            energies: Vec::new(),
        };
        for (k, iterate) in iterates.take(ITERATIONS + 1).enumerate() {
            let value = value(&iterate.position);
            // With α = Δt²/m the kinetic energy is |v|²/2α.
            let kinetic = 0.5 * KAPPA * iterate.velocity.norm_squared();
            run.values.push((k as f64, value));
            run.energies.push((k as f64, value + kinetic));
        }
        run
    }

    /// The first k from which on f stays below `bound`.
    fn arrival(&self, bound: f64) -> Option<usize> {
        let last_above = self.values.iter().rposition(|(_, value)| *value >= bound);
        let arrival = last_above.map_or(0, |k| k + 1);
        (arrival < self.values.len()).then_some(arrival)
    }
}

fn value(at: &Vector2<f64>) -> f64 {
    0.5 * (at.x * at.x + KAPPA * at.y * at.y)
}

fn main() -> Result<(), Failure> {
    let question = "Stop the ball when it rolls uphill: how much faster does it come to rest?";
    let Some(output) = Output::from_arguments("restart", question)? else {
        return Ok(());
    };
    let bowl = Quadratic::diagonal(vector![1.0, KAPPA])?;
    let (start, alpha) = (vector![1.0, 1.0], 1.0 / KAPPA);
    let rule = Nesterov::scheduled(alpha, NesterovSchedule::new(3.0)?);
    let mut accelerated = vec![Run::new("no restart", rule.iterates(&bowl, start))];
    for restart in Restart::ALL {
        let mut run = restart.run(rule, &bowl, start);
        if restart == Restart::Speed {
            run = run.with_least(LEAST);
        }
        accelerated.push(Run::new(restart.name(), &mut run));
        println!(
            "Nesterov's schedule, {} restart: {} restarts",
            restart.name(),
            run.restarts()
        );
    }
    let tuned = Nesterov::standard(1.0, KAPPA)?;
    accelerated.push(Run::new("tuned with κ known", tuned.iterates(&bowl, start)));
    for run in &accelerated {
        let arrival = run.arrival(1e-10);
        let arrival = arrival.map_or(format!("not within {ITERATIONS}"), |k| k.to_string());
        println!("  {:20} iterations to f < 1e-10: {arrival}", run.name);
    }
    let light = Momentum::new(alpha, LIGHT)?;
    // In the valley alone: across it a light ball rings in a few iterations, and each swing would stop it.
    let start = vector![1.0, 0.0];
    let balls = [
        Run::new("momentum", light.iterates(&bowl, start)),
        Run::new(
            "stopped momentum",
            Restart::Gradient.of(light).iterates(&bowl, start),
        ),
    ];
    for run in &balls {
        let energy = run.energies.last().map_or(f64::NAN, |(_, energy)| *energy);
        println!(
            "{}: energy after {ITERATIONS} iterations {energy:.2e}",
            run.name
        );
    }

    let mut csv = String::from("run,k,value,energy\n");
    for run in accelerated.iter().chain(&balls) {
        for ((k, value), (_, energy)) in run.values.iter().zip(&run.energies) {
            // Writing to a String cannot fail.
            let _ = writeln!(csv, "{},{k},{value:.16e},{energy:.16e}", run.name);
        }
    }
    output.csv("restart.csv", &csv)?;

    let colors = [
        Color::GREY,
        Color::BLUE,
        Color::ORANGE,
        Color::GREEN,
        Color::BLACK,
    ];
    let mut left = panel("Nesterov’s schedule (k − 1)/(k + 2)", "f(x)");
    for (run, color) in accelerated.iter().zip(colors) {
        let dash = if color == Color::BLACK {
            Dash::Dashed
        } else {
            Dash::Solid
        };
        left = left.layer(
            Line::new(&*run.name, run.values.clone())
                .color(color)
                .dash(dash)
                .width(2.0),
        );
    }
    let mut right = panel(
        &format!("Momentum with little drag, β = {LIGHT}"),
        "energy f(x) + ½mẋ²",
    );
    for (run, color) in balls.iter().zip([Color::GREY, Color::BLUE]) {
        right = right.layer(
            Line::new(&*run.name, run.energies.clone())
                .color(color)
                .width(2.0),
        );
    }
    let figure = Figure::new("Stopping the ball when it rolls uphill")
        .caption(format!(
            "f = ½(x² + κy²) with κ = {KAPPA}, from (1, 1) at rest, α = 1/κ. A restart sets the velocity, and the count of the schedule, to 0: by the gradient if ∇f·v > 0, by the function if f rose, by the speed if |v| fell (at least {LEAST} iterations apart). Right: in the valley alone, from (1, 0), stopped by the gradient; the kinetic energy is |v|²/2α."
        ))
        .size(1480, 700)
        .columns(2)
        .panels([left, right]);
    output.figure("restart.png", &figure)
}

fn panel(title: &str, of: &str) -> Panel {
    Panel::new()
        .title(title)
        .x_axis(Axis::new("iteration k").range(0.0, ITERATIONS as f64))
        .y_axis(Axis::new(of).logarithmic().range(1e-14, 1e4))
        .legend(Legend::UpperRight)
}
