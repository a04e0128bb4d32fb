//! Who gets over the flat saddle of f = x⁴ − 3x³ + 2, and who settles at 9/4?

use crate::run::{ITERATIONS, Method, Run};
use crate::support::{Failure, Output};
use Method::{GradientDescent, Momentum, Nesterov};
use heavyball::plot::ReferenceLine;
use heavyball::plot::{Annotation, Axis, Color, Dots, Figure, Line, Marker, Panel, Path};
use heavyball::prelude::{Error, Potential, Quartic};
use nalgebra::{Vector1, vector};
use std::fmt::Write as _;

const START: f64 = -0.5;
const MINIMUM: f64 = 2.25;
/// f″ at the minimum.
const CURVATURE: f64 = 20.25;

struct Runs {
    descent: Run<1>,
    momentum: Run<1>,
    nesterov: Run<1>,
    /// Momentum with β = 0, and with β = 1 at two learning rates.
    beta_zero: Run<1>,
    diverging: Run<1>,
    restless: Run<1>,
    /// Momentum from the saddle: at rest, kicked forward, kicked back.
    saddle: [Run<1>; 3],
}

impl Runs {
    fn new() -> Result<Self, Error> {
        let run = |method, alpha, beta, start, kick| {
            Run::new(
                &Quartic,
                (method, alpha, beta),
                vector![start],
                vector![kick],
            )
        };
        Ok(Self {
            descent: run(GradientDescent, 0.1, 0.0, START, 0.0)?,
            momentum: run(Momentum, 0.1, 0.5, START, 0.0)?,
            nesterov: run(Nesterov, 0.1, 0.5, START, 0.0)?,
            beta_zero: run(Momentum, 0.1, 0.0, START, 0.0)?,
            diverging: run(Momentum, 0.1, 1.0, START, 0.0)?,
            restless: run(Momentum, 0.01, 1.0, START, 0.0)?,
            saddle: [
                run(Momentum, 0.1, 0.5, 0.0, 0.0)?,
                run(Momentum, 0.1, 0.5, 0.0, 0.1)?,
                run(Momentum, 0.1, 0.5, 0.0, -0.1)?,
            ],
        })
    }

    fn all(&self) -> impl Iterator<Item = &Run<1>> {
        let from_the_slope = [
            &self.descent,
            &self.beta_zero,
            &self.momentum,
            &self.nesterov,
            &self.diverging,
            &self.restless,
        ];
        from_the_slope.into_iter().chain(&self.saddle)
    }
}

/// Computes, prints and draws this part of the lecture.
pub(crate) fn tell(output: &Output) -> Result<(), Failure> {
    let runs = Runs::new()?;
    println!("The quartic f = x⁴ − 3x³ + 2: flat saddle at x = 0, minimum at x = 9/4");
    print_table(&runs);
    print_findings(&runs)?;
    output.csv("quartic.csv", &csv(&runs))?;
    output.figure("quartic_landscape.png", &landscape(&runs))?;
    output.figure("quartic_iterates.png", &iterates(&runs))
}

fn print_table(runs: &Runs) {
    println!("  method            alpha  beta  start  kick  last k      last x   largest x");
    for run in runs.all() {
        println!(
            "  {:<16} {:>6} {:>5} {:>6} {:>5} {:>7} {:>11} {:>11}",
            run.method.title(),
            run.alpha,
            run.beta,
            run.start.x,
            run.kick.x,
            run.positions.len() - 1,
            short(run.end().x),
            short(largest(run)),
        );
    }
}

fn print_findings(runs: &Runs) -> Result<(), Failure> {
    let near = |x: &Vector1<f64>| (x.x - MINIMUM).abs() < 1e-12;
    let path = &runs.momentum.positions;
    let first = path.iter().position(near).unwrap_or(ITERATIONS);
    let last = path.iter().rposition(|x| !near(x)).unwrap_or(0);
    println!(
        "  Gradient descent stalls before the saddle, at x = {:.6}; beta = 0 is the same run: {}.",
        runs.descent.end().x,
        yes(runs.beta_zero.positions == runs.descent.positions)
    );
    println!(
        "  Momentum rolls over it, overshoots to {:.4} and settles: within 1e-12 of 9/4\n    first at k = {first}, for good from k = {}.",
        largest(&runs.momentum),
        last + 1
    );
    println!(
        "  Nesterov gets to {:.4} and is thrown back over the saddle, to x = {:.6}: alpha f''(9/4) = {:.3}",
        largest(&runs.nesterov),
        runs.nesterov.end().x,
        0.1 * CURVATURE
    );
    println!(
        "    lies above its limit 2(1 + beta)/(1 + 2 beta) = {:.1} (gradient descent 2, momentum 2(1 + beta) = 3).",
        2.0 * 1.5 / 2.0
    );
    let last = runs.diverging.positions.len() - 1;
    let wild = |x: &Vector1<f64>| x.x.abs() > 1e3;
    let lost = runs
        .diverging
        .positions
        .iter()
        .position(wild)
        .unwrap_or(last);
    println!(
        "  beta = 1 has no drag. At alpha = 0.1 it diverges: |x| passes 1000 at k = {lost} and is {} at k = {last}, the last with a finite f.",
        short(runs.diverging.end().x.abs())
    );
    let stirring = stirring(100_000)?;
    println!(
        "    At alpha = 0.01 it never stops: over iterations 99 001 to 100 000 it still moves up to {stirring:.2} at once."
    );
    let [rest, forward, back] = &runs.saddle;
    println!(
        "  On the saddle at rest it stays: {}. A kick of +0.1 takes it to {:.12}; one of −0.1 takes",
        yes(rest.positions.iter().all(|x| x.x == 0.0)),
        forward.end().x
    );
    println!(
        "    it to {:.4} and the slope brings it back to {:.6}, towards the saddle, which it does not cross.",
        smallest(back),
        back.end().x
    );
    Ok(())
}

/// The longest step without drag in the last 1000 of many iterations.
fn stirring(iterations: usize) -> Result<f64, Error> {
    use heavyball::prelude::UpdateRule as _;
    let rule = heavyball::Momentum::new(0.01, 1.0)?;
    let mut iterates = rule.iterates(&Quartic, vector![START]);
    let late = iterates
        .by_ref()
        .take(iterations + 1)
        .skip(iterations - 999);
    Ok(late
        .map(|iterate| iterate.velocity.x.abs())
        .fold(0.0, f64::max))
}

fn csv(runs: &Runs) -> String {
    let mut csv = String::from("method,alpha,beta,start,kick,k,x,f\n");
    for run in runs.all() {
        let (method, alpha, beta) = (run.method.name(), run.alpha, run.beta);
        let (start, kick) = (run.start.x, run.kick.x);
        for (k, position) in run.positions.iter().enumerate() {
            let (x, f) = (position.x, Quartic.value(position));
            // Writing to a String cannot fail.
            let _ = writeln!(
                csv,
                "{method},{alpha},{beta},{start},{kick},{k},{x:.16e},{f:.16e}"
            );
        }
    }
    csv
}

fn landscape(runs: &Runs) -> Figure {
    let panel = |run: &Run<1>, title: &str, color: Color, remarks: [(usize, f64, f64); 1]| {
        let curve = (0..=400).map(|i| -0.85 + 3.85 * f64::from(i) / 400.0);
        let path = run.positions.iter().map(|x| (x.x, Quartic.value(x)));
        let remark = |(k, right, down): (usize, f64, f64)| {
            let at = run.positions.get(k).map_or(START, |x| x.x);
            let text = format!("x{} = {at:.4}", subscript(k)).replace('-', "−");
            Annotation::new(text, (at, value(at)))
                .offset(right, down)
                .color(color)
        };
        Panel::new()
            .title(title)
            .x_axis(Axis::new("x").range(-0.85, 3.0))
            .y_axis(Axis::new("f(x)").range(-7.6, 4.4))
            .layer(
                Line::new("", curve.map(|x| (x, value(x))))
                    .color(Color::GREY)
                    .width(2.4),
            )
            .layer(
                Dots::new("", [(MINIMUM, value(MINIMUM))])
                    .color(Color::BLACK)
                    .marker(Marker::Star)
                    .size(18.0),
            )
            .layer(Path::new("", path).color(color).width(1.7).iterates(5.5))
            .layer(Annotation::new("start", (START, value(START))).offset(34.0, -18.0))
            .layer(Annotation::new("flat saddle", (0.0, 2.0)).offset(62.0, -30.0))
            .layer(Annotation::new("minimum 9/4", (MINIMUM, value(MINIMUM))).offset(-112.0, 8.0))
            .layers(remarks.map(remark))
    };
    let peak = |run: &Run<1>| {
        let peak = largest(run);
        run.positions.iter().position(|x| x.x == peak).unwrap_or(0)
    };
    let (far, back) = (peak(&runs.momentum), peak(&runs.nesterov));
    Figure::new("Over the flat saddle of f(x) = x⁴ − 3x³ + 2")
        .caption(format!(
            "From x₀ = −0.5 at rest, α = 0.1, β = 0.5 (gradient descent: no β), {ITERATIONS} iterations. Ring: start; small dots: iterates; large dot: x{}; star: minimum.",
            subscript(ITERATIONS)
        ))
        .size(1500, 600)
        .panel(panel(&runs.descent, "Gradient descent stalls", Color::VERMILLION, [(ITERATIONS, -10.0, 44.0)]))
        .panel(panel(&runs.momentum, "Momentum arrives", Color::BLUE, [(far, -66.0, -26.0)]))
        .panel(panel(&runs.nesterov, "Nesterov is thrown back", Color::GREEN, [(back, -2.0, 26.0)]))
}

fn iterates(runs: &Runs) -> Figure {
    let axes = |title: &str| {
        Panel::new()
            .title(title)
            .x_axis(Axis::new("k (iterations)").range(0.0, ITERATIONS as f64))
            .y_axis(Axis::new("x").range(-0.62, 2.95))
            .layer(ReferenceLine::horizontal(MINIMUM, "minimum 9/4"))
            .layer(
                ReferenceLine::horizontal(0.0, "flat saddle 0").dash(heavyball::plot::Dash::Dotted),
            )
    };
    let line = |run: &Run<1>, label: &str, color: Color| {
        Line::new(label, run.component(0))
            .color(color)
            .marker(Marker::Dot)
            .marker_size(5.0)
    };
    let [rest, forward, back] = &runs.saddle;
    Figure::new("Iterates on f(x) = x⁴ − 3x³ + 2")
        .caption("α = 0.1, β = 0.5 (gradient descent: no β), 100 iterations. Above: from x₀ = −0.5 at rest. Below: momentum from the flat saddle x₀ = 0, where v₀ is the first velocity, a displacement per iteration.")
        .size(1200, 860)
        .columns(1)
        .panel(
            axes("From the slope, x₀ = −0.5")
                .layer(line(&runs.momentum, "momentum", Color::BLUE))
                .layer(line(&runs.nesterov, "Nesterov", Color::GREEN))
                .layer(line(&runs.descent, "gradient descent", Color::VERMILLION)),
        )
        .panel(
            axes("Momentum from the flat saddle, x₀ = 0")
                .layer(line(forward, "kicked by v₀ = +0.1", Color::BLUE))
                .layer(line(rest, "at rest", Color::BLACK))
                .layer(line(back, "kicked by v₀ = −0.1", Color::ORANGE)),
        )
}

fn value(x: f64) -> f64 {
    Quartic.value(&vector![x])
}

fn largest(run: &Run<1>) -> f64 {
    run.positions
        .iter()
        .map(|x| x.x)
        .fold(f64::NEG_INFINITY, f64::max)
}

fn smallest(run: &Run<1>) -> f64 {
    run.positions
        .iter()
        .map(|x| x.x)
        .fold(f64::INFINITY, f64::min)
}

/// Six decimals, or a power of ten for what is large.
fn short(x: f64) -> String {
    if x.abs() < 1e4 {
        format!("{x:.6}")
    } else {
        format!("{x:.3e}")
    }
}

/// k in subscript digits.
fn subscript(k: usize) -> String {
    let digits = k.to_string();
    let lowered = digits.chars().filter_map(|digit| digit.to_digit(10));
    lowered
        .filter_map(|digit| char::from_u32(0x2080 + digit))
        .collect()
}

fn yes(claim: bool) -> &'static str {
    if claim { "yes" } else { "no" }
}
