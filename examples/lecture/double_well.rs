//! Which well of f = x₁⁴ − 2x₁² + x₂² does each start reach, and what does a kick do on the ridge?

use crate::run::{ITERATIONS, Method, Run};
use crate::support::{Failure, Output};
use Method::{GradientDescent, Momentum, Nesterov};
use heavyball::plot::{
    Annotation, Axis, Color, Contours, Figure, Line, Marker, Panel, Path, SlopeTriangle,
};
use heavyball::prelude::{DoubleWell, Error, Potential};
use nalgebra::{Vector2, vector};
use rand::{RngExt as _, SeedableRng as _};
use rand_chacha::ChaCha8Rng;
use std::fmt::Write as _;

const ALPHA: f64 = 0.1;
const BETA: f64 = 0.5;
const STARTS: [[f64; 2]; 4] = [[-1.5, -1.5], [0.0, 1.0], [0.01, 1.0], [1.5, 1.5]];
const RIDGE: [f64; 2] = [0.0, 1.0];
/// Of their paths: told apart from each other and from the contours.
const COLORS: [Color; 4] = [Color::BLUE, Color::VERMILLION, Color::GREEN, Color::BLACK];
const KICKS: usize = 8;
const KICK: f64 = 0.01;
const SEED: u64 = 1;

/// The runs of one method, those of [`STARTS`] first, then the kicked ones.
struct Runs(Vec<Run<2>>);

impl Runs {
    fn new(method: Method, kicks: &[Vector2<f64>]) -> Result<Self, Error> {
        let beta = if method == GradientDescent { 0.0 } else { BETA };
        let run = |start: [f64; 2], kick| {
            Run::new(&DoubleWell, (method, ALPHA, beta), start.into(), kick)
        };
        let rest = STARTS.map(|start| (start, Vector2::zeros()));
        let kicked = kicks.iter().map(|kick| (RIDGE, *kick));
        let runs = rest.into_iter().chain(kicked);
        Ok(Self(
            runs.map(|(start, kick)| run(start, kick))
                .collect::<Result<_, _>>()?,
        ))
    }

    fn at_rest(&self) -> impl Iterator<Item = &Run<2>> {
        self.0.iter().take(STARTS.len())
    }

    fn kicked(&self) -> impl Iterator<Item = &Run<2>> {
        self.0.iter().skip(STARTS.len())
    }
}

/// Velocities of one size in random directions, the same on every machine.
fn random_kicks() -> Vec<Vector2<f64>> {
    let mut random = ChaCha8Rng::seed_from_u64(SEED);
    let mut turn = || random.random_range(0.0..std::f64::consts::TAU);
    (0..KICKS)
        .map(|_| turn().sin_cos())
        .map(|(sin, cos)| KICK * vector![cos, sin])
        .collect()
}

/// Computes, prints and draws this part of the lecture.
pub(crate) fn tell(output: &Output) -> Result<(), Failure> {
    let kicks = random_kicks();
    let descent = Runs::new(GradientDescent, &[])?;
    let momentum = Runs::new(Momentum, &kicks)?;
    let nesterov = Runs::new(Nesterov, &kicks)?;
    println!("The double well f = x₁⁴ − 2x₁² + x₂²: saddle at (0, 0), minima at (±1, 0)");
    println!("  alpha = {ALPHA}, beta = {BETA}, {ITERATIONS} iterations; where each start ends:");
    println!("  start             gradient descent               momentum               Nesterov");
    for ((start, descent), (momentum, nesterov)) in STARTS
        .iter()
        .zip(descent.at_rest())
        .zip(momentum.at_rest().zip(nesterov.at_rest()))
    {
        println!(
            "  {:<12} {:>21} {:>22} {:>22}",
            format!("({}, {})", start[0], start[1]),
            place(descent),
            place(momentum),
            place(nesterov)
        );
    }
    print_findings(&momentum, &nesterov);
    output.csv("double_well.csv", &csv([&descent, &momentum, &nesterov]))?;
    output.figure(
        "double_well_momentum.png",
        &paths(&momentum, "Momentum on the double well"),
    )?;
    output.figure(
        "double_well_nesterov.png",
        &paths(&nesterov, "Nesterov momentum on the double well"),
    )?;
    output.figure("double_well_kick.png", &kicked(&momentum))
}

fn print_findings(momentum: &Runs, nesterov: &Runs) {
    let ridge = [momentum, nesterov]
        .into_iter()
        .flat_map(|runs| runs.0.get(1));
    let exact = ridge.flat_map(|run| &run.positions).all(|x| x.x == 0.0);
    println!(
        "  Exactly on the ridge x₁ stays 0, to the bit, and the run ends on the saddle: {}.",
        if exact { "yes" } else { "no" }
    );
    let beyond = |runs: &Runs| {
        let across = runs.at_rest().flat_map(|run| run.positions.iter().skip(10));
        across
            .map(|x| x.x.abs() - 1.0)
            .fold(f64::NEG_INFINITY, f64::max)
    };
    println!(
        "  Nesterov irons the oscillation out: after 10 iterations momentum overshoots the minima by up to {:.4}, Nesterov by {:.4}.",
        beyond(momentum),
        beyond(nesterov)
    );
    for (runs, name) in [(momentum, "momentum"), (nesterov, "Nesterov")] {
        let left = runs.kicked().filter(|run| run.end().x < 0.0).count();
        let slowest = runs.kicked().filter_map(departure).max().unwrap_or(0);
        println!(
            "  {KICKS} random kicks of size {KICK} from the ridge, {name}: {left} went left, {} right, all past |x₁| = 1/2 by k = {slowest}.",
            KICKS - left
        );
    }
    println!(
        "    Beside the saddle x₁ grows by a factor {:.6} an iteration (Nesterov {:.6}): the kick picks the side and the delay, not the end.",
        growth(momentum),
        growth(nesterov)
    );
}

/// The first iterate in a well.
fn departure(run: &Run<2>) -> Option<usize> {
    run.positions.iter().position(|x| x.x.abs() > 0.5)
}

/// The factor by which x₁ grows near the saddle: the larger root of the two-step recursion there.
fn growth(runs: &Runs) -> f64 {
    let curvature = -4.0;
    let nesterov = runs.0.iter().any(|run| run.method == Nesterov);
    let beta = if nesterov {
        BETA * (1.0 - ALPHA * curvature)
    } else {
        BETA
    };
    let sum = 1.0 + beta - ALPHA * curvature;
    0.5 * (sum + (sum * sum - 4.0 * beta).sqrt())
}

fn csv(methods: [&Runs; 3]) -> String {
    let mut csv = String::from("method,alpha,beta,run,kick,k,x1,x2\n");
    for (number, run) in methods
        .into_iter()
        .flat_map(|runs| runs.0.iter().enumerate())
    {
        let (method, alpha, beta) = (run.method.name(), run.alpha, run.beta);
        let kick = if run.kick == Vector2::zeros() {
            "0".into()
        } else {
            format!("{};{}", run.kick.x, run.kick.y)
        };
        for (k, x) in run.positions.iter().enumerate() {
            // Writing to a String cannot fail.
            let _ = writeln!(
                csv,
                "{method},{alpha},{beta},{number},{kick},{k},{:.16e},{:.16e}",
                x.x, x.y
            );
        }
    }
    csv
}

/// Contours at every eighth over (low, high) in x₁ and in x₂.
fn landscape(x: (f64, f64), y: (f64, f64)) -> Panel {
    let contours = Contours::new(x, y, |x, y| DoubleWell.value(&vector![x, y]));
    Panel::new()
        .x_axis(Axis::new("x₁"))
        .y_axis(Axis::new("x₂"))
        .layer(
            contours
                .levels_at((-7..32).map(|level| 0.125 * f64::from(level)))
                .width(1.1)
                .colorbar("f(x)"),
        )
}

fn paths(runs: &Runs, title: &str) -> Figure {
    let path = |(run, color): (&Run<2>, Color)| {
        let points = run.positions.iter().map(|x| (x.x, x.y));
        Path::new(format!("x₀ = {}", pair(run.start.into())), points).color(color)
    };
    Figure::new(title)
        .caption(format!(
            "f(x) = x₁⁴ − 2x₁² + x₂². Four starts at rest, α = {ALPHA}, β = {BETA}, {ITERATIONS} iterations; an arrow leads from iterate to iterate."
        ))
        .size(1060, 780)
        .panel(
            landscape((-1.6, 1.6), (-1.6, 1.6))
                .layers(runs.at_rest().zip(COLORS).map(path))
                .equal_aspect(),
        )
}

fn kicked(runs: &Runs) -> Figure {
    let path = |run: &Run<2>| {
        let points = run.positions.iter().map(|x| (x.x, x.y));
        Line::new("", points)
            .color(side(run))
            .width(1.4)
            .marker(Marker::Dot)
            .marker_size(4.5)
    };
    let distance = |run: &Run<2>, label: String| {
        let points = run.component(0).map(|(k, x)| (k, x.abs())).skip(1).take(30);
        Line::new(label, points)
            .color(side(run))
            .width(1.4)
            .marker(Marker::Dot)
            .marker_size(4.5)
    };
    let (left, right): (Vec<_>, Vec<_>) = runs.kicked().partition(|run| run.end().x < 0.0);
    let labelled = [(left, "left well"), (right, "right well")]
        .into_iter()
        .flat_map(|(runs, well)| {
            let count = runs.len();
            let label = move |i: usize| {
                if i == 0 {
                    format!("{count} to the {well}")
                } else {
                    String::new()
                }
            };
            runs.into_iter()
                .enumerate()
                .map(move |(i, run)| distance(run, label(i)))
        });
    let factor = growth(runs);
    Figure::new("Momentum kicked off the ridge")
        .caption(format!(
            "f(x) = x₁⁴ − 2x₁² + x₂² from x₀ = (0, 1), α = {ALPHA}, β = {BETA}, {ITERATIONS} iterations: {KICKS} first velocities of size {KICK} (displacement per iteration) in random directions, seed {SEED}."
        ))
        .size(1400, 700)
        .panel(
            landscape((-1.3, 1.3), (-0.35, 1.15))
                .title("The kick picks the well")
                .layers(runs.kicked().map(path))
                .layer(Annotation::new("start on the ridge", RIDGE.into()).offset(90.0, 0.0))
                .layer(Annotation::new("saddle", (0.0, 0.0)).offset(0.0, 60.0)),
        )
        .panel(
            Panel::new()
                .title("Beside the saddle, |x₁| grows by one factor an iteration")
                .x_axis(Axis::new("k (iterations)").range(0.0, 31.0))
                .y_axis(Axis::new("|x₁|").logarithmic())
                .layers(labelled)
                .layer(SlopeTriangle::new(factor.log10(), (10.0, 2e-3)).width(5.0).label(format!("× {factor:.3} an iteration"))),
        )
}

/// Blue for the left well, red for the right one.
fn side(run: &Run<2>) -> Color {
    if run.end().x < 0.0 {
        Color::BLUE
    } else {
        Color::VERMILLION
    }
}

fn place(run: &Run<2>) -> String {
    let x = run.end();
    format!("({:.6}, {:.6})", x.x, x.y).replace("-0.000000", "0.000000")
}

fn pair([x, y]: [f64; 2]) -> String {
    format!("({x}, {y})").replace('-', "−")
}
