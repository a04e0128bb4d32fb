//! Which minimum does each start reach, by gradient descent, by momentum, and by the ball itself?
//!
//! `cargo run --release --example basins -- --out DIR` runs each from a million starts on Himmelblau's function, which
//! has four equal minima. It writes
//!
//! - `basins.png`: the minimum that each start of a grid of 1000 × 1000 reaches;
//! - `basins.csv`: how many starts reach each minimum, with the columns `motion,minimum_1,minimum_2,starts,share`; in
//!   the last two rows of a motion, `none` counts the starts that reached no minimum, and `diverged` those that
//!   diverged.
#![allow(clippy::print_stdout, reason = "an example prints its findings")]

mod support;

use heavyball::Himmelblau;
use heavyball::ensemble::{Ensemble, Grid, Stepper};
use heavyball::plot::{Axis, Color, Dots, Figure, HeatMap, Marker, Panel};
use heavyball::prelude::*;
use nalgebra::vector;
use std::fmt::Write as _;
use std::time::Instant;
use support::{Failure, Output};

const SIDE: usize = 1000;
const REACH: f64 = 6.0;
const ALPHA: f64 = 0.004;
const BETA: f64 = 0.9;
const STEPS: usize = 240;
/// Number of steps of the ball per iteration of momentum.
const FINER: usize = 4;
/// A run that ends within this distance of a minimum has reached it.
const RADIUS: f64 = 0.1;

/// The minima of Himmelblau's function.
const MINIMA: [[f64; 2]; 4] = [
    [3.0, 2.0],
    [-2.805118086952745, 3.131312518250573],
    [-3.779310253377747, -3.28318599128617],
    [3.584428340330492, -1.848126526964404],
];
const COLORS: [Color; 4] = [Color::BLUE, Color::ORANGE, Color::GREEN, Color::PURPLE];

/// The basins of one motion: the index of the minimum that each start reaches; 4 for none, 5 if it diverges.
struct Basins {
    name: &'static str,
    reached: Vec<usize>,
    seconds: f64,
    steps: usize,
}

fn main() -> Result<(), Failure> {
    let question = "Which minimum does each start reach, by gradient descent, by momentum, and by the ball itself?";
    let Some(output) = Output::from_arguments("basins", question)? else {
        return Ok(());
    };
    let half = REACH / SIDE as f64;
    let grid = Grid::new([half - REACH; 2], [REACH - half; 2], [SIDE; 2])?;
    let (descent, momentum) = (GradientDescent::new(ALPHA)?, Momentum::new(ALPHA, BETA)?);
    let (ball, dt) = momentum.to_heavy_ball(Discretization::ExplicitDrag, Gauge::Mass(1.0))?;
    let leapfrog = Leapfrog::new(dt / FINER as f64)?;
    let phases = grid.points().map(Phase::at_rest);
    let basins = [
        found(
            "gradient descent",
            &Ensemble::from_positions(descent, &Himmelblau, grid.points())?,
            STEPS,
        )?,
        found(
            "momentum",
            &Ensemble::from_positions(momentum, &Himmelblau, grid.points())?,
            STEPS,
        )?,
        found(
            "the ball",
            &Ensemble::from_phases(&leapfrog, &ball, &Himmelblau, phases)?,
            FINER * STEPS,
        )?,
    ];
    println!(
        "A grid of {SIDE} × {SIDE} starts at rest in [−{REACH}, {REACH}]², α = {ALPHA}, β = {BETA}, {STEPS} iterations; the ball has mass 1 and drag {:.3}, and runs to the same time:",
        ball.drag
    );
    let mut rows = String::from("motion,minimum_1,minimum_2,starts,share\n");
    for basins in &basins {
        basins.report(&mut rows);
    }
    let [descent, momentum, ball] = &basins;
    let differ = |a: &Basins, b: &Basins| {
        let pairs = a.reached.iter().zip(&b.reached);
        pairs.filter(|(a, b)| a != b).count() as f64 / a.reached.len() as f64
    };
    println!(
        "  momentum and the ball differ at {:.1} % of the starts, momentum and gradient descent at {:.1} %",
        100.0 * differ(momentum, ball),
        100.0 * differ(momentum, descent)
    );
    output.csv("basins.csv", &rows)?;
    output.figure("basins.png", &figure(&basins))
}

fn found<M>(
    name: &'static str,
    ensemble: &Ensemble<'_, M, Himmelblau, 2>,
    steps: usize,
) -> Result<Basins, Error>
where
    M: Stepper<Himmelblau, 2>,
{
    let started = Instant::now();
    let run = ensemble.after(steps)?;
    let seconds = started.elapsed().as_secs_f64();
    let minima = MINIMA.map(|[x, y]| vector![x, y]);
    let reached = run.basins(&minima, RADIUS)?;
    let reached = reached
        .into_iter()
        .zip(run.is_finite())
        .map(|(basin, finite)| match basin {
            Some(basin) => basin,
            None if *finite => MINIMA.len(),
            None => MINIMA.len() + 1,
        });
    Ok(Basins {
        name,
        reached: reached.collect(),
        seconds,
        steps,
    })
}

impl Basins {
    fn report(&self, rows: &mut String) {
        let all = self.reached.len() as f64;
        let count = |index: usize| {
            self.reached
                .iter()
                .filter(|reached| **reached == index)
                .count()
        };
        let mut shares = Vec::new();
        for index in 0..MINIMA.len() + 2 {
            let (minimum, count) = (MINIMA.get(index), count(index));
            let name = match minimum {
                Some([x, y]) => format!("{x},{y}"),
                None if index == MINIMA.len() => "none,none".to_owned(),
                None => "diverged,diverged".to_owned(),
            };
            // Writing to a String cannot fail.
            let _ = writeln!(
                rows,
                "{},{name},{count},{:.6}",
                self.name,
                count as f64 / all
            );
            shares.push(format!("{:.2}", 100.0 * count as f64 / all));
        }
        let [a, b, c, d, none, lost] = shares.as_slice() else {
            return;
        };
        println!(
            "  {:<17} {a}, {b}, {c} and {d} % to the four minima, {none} % to none, {lost} % diverged",
            self.name
        );
        println!(
            "  {:<17} {} steps each in {:.2} s: {:.2}·10⁹ steps a second",
            "",
            self.steps,
            self.seconds,
            all * self.steps as f64 / self.seconds / 1e9
        );
    }
}

fn figure(basins: &[Basins; 3]) -> Figure {
    let ends = (-REACH, REACH);
    let panels = basins.iter().map(|basins| {
        let values = basins.reached.iter().map(|index| *index as f64).collect();
        let names = MINIMA
            .iter()
            .zip(COLORS)
            .map(|([x, y], color)| (format!("to ({x:.2}, {y:.2})").replace('-', "−"), color));
        let others = [
            ("to none yet".to_owned(), Color::GREY.lighter(0.6)),
            ("diverged".to_owned(), Color::BLACK),
        ];
        let map = HeatMap::new(ends, ends, SIDE, values);
        let mut panel = Panel::new()
            .title(basins.name)
            .x_axis(Axis::new("start x₁").range(-REACH, REACH))
            .y_axis(Axis::new("start x₂").range(-REACH, REACH))
            .layer(map.categories(names.chain(others)))
            .equal_aspect();
        let minima = MINIMA.map(|[x, y]| (x, y));
        panel = panel.layer(
            Dots::new("", minima)
                .color(Color::BLACK)
                .marker(Marker::Star)
                .size(12.0),
        );
        panel
    });
    let [_, momentum, ball] = basins;
    let pairs = momentum.reached.iter().zip(&ball.reached);
    let apart = pairs.map(|(a, b)| if a == b { 0.0 } else { 1.0 }).collect();
    let names = [
        ("the same minimum", Color::GREY.lighter(0.75)),
        ("another", Color::VERMILLION),
    ];
    let difference = Panel::new()
        .title("momentum against the ball")
        .x_axis(Axis::new("start x₁").range(-REACH, REACH))
        .y_axis(Axis::new("start x₂").range(-REACH, REACH))
        .layer(HeatMap::new(ends, ends, SIDE, apart).categories(names))
        .equal_aspect();
    Figure::new("Which minimum a start at rest reaches")
        .caption(format!("Himmelblau’s f(x) = (x₁² + x₂ − 11)² + (x₁ + x₂² − 7)²; stars: its four minima. {SIDE} × {SIDE} starts. Gradient descent with α = {ALPHA}; momentum with α = {ALPHA}, β = {BETA}, both after {STEPS} iterations; the ball of mass 1 that this momentum is, m = 1, γ = (1 − β)/√α = {:.3}, by leapfrog at a quarter of the step, to the same time.", (1.0 - BETA) / ALPHA.sqrt()))
        .size(1560, 1320)
        .columns(2)
        .panels(panels)
        .panel(difference)
}
