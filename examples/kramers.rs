//! How long must a ball wait until noise carries it out of the bad well, and at which drag is it quickest?
//!
//! `cargo run --release --example kramers -- --out DIR` puts balls into the shallow well of a tilted double well, in a bath of
//! three temperatures and over three decades of drag, counts how many leave it per time, and compares the rate with Kramers'. It
//! writes
//!
//! - `kramers.png`: the rate over the drag with its turnover, and the ratio of found and predicted;
//! - `kramers.csv`: the rates, with the columns `drag,temperature,escapes,rate,lower,upper,kramers`; the interval is Poisson's, 95 %.
#![allow(clippy::print_stdout, reason = "an example prints its findings")]

mod support;

use heavyball::TiltedDoubleWell;
use heavyball::ensemble::EventRate;
use heavyball::langevin::{Baoab, Langevin};
use heavyball::noise::Noise;
use heavyball::plot::{Axis, Band, Color, Dash, Dots, Figure, Legend, Line, Panel, ReferenceLine};
use heavyball::prelude::*;
use heavyball::study::kramers::{ThermalBarrier, Waiting};
use nalgebra::vector;
use std::fmt::Write as _;
use support::{Failure, Output};

/// f = x⁴/4 − x²/2 + 0.1x: the well on the right is the higher one.
const TILT: f64 = 0.1;
/// A member has escaped at the minimum of the other well.
const TARGET: f64 = -1.0466805318046022;
/// ΔE/T, and the drags: the higher the barrier, the longer takes each.
const HEIGHTS: [(f64, &[f64]); 3] = [
    (
        5.0,
        &[0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0, 2.0, 3.0, 5.0, 7.0],
    ),
    (6.5, &[0.02, 0.05, 0.1, 0.2, 0.5, 1.0, 2.0, 5.0]),
    (8.0, &[0.05, 0.2, 0.5, 1.0, 2.0]),
];
/// Balls at each drag, of which four in ten leave; a program without optimisation takes a tenth.
const MEMBERS: usize = if cfg!(debug_assertions) { 96 } else { 1056 };
const COLORS: [Color; 3] = [Color::VERMILLION, Color::GREEN, Color::BLUE];

/// What was found at a drag and a temperature, and what is predicted there.
struct Point {
    bath: Langevin,
    found: EventRate,
    interval: (f64, f64),
    kramers: f64,
    turnover: f64,
}

type Barrier<'p> = ThermalBarrier<'p, TiltedDoubleWell, 1>;

fn bath(barrier: &Barrier<'_>, drag: f64, height: f64) -> Result<Langevin, Error> {
    Langevin::new(HeavyBall::new(1.0, drag)?, barrier.height() / height)
}

/// Short against the frequencies, and against m/γ: with z = γΔt/m BAOAB diffuses (z/2)coth(z/2) times too fast.
fn step(drag: f64) -> f64 {
    f64::min(0.2, 0.4 / drag)
}

fn point(barrier: &Barrier<'_>, drag: f64, height: f64, seed: u64) -> Result<Point, Error> {
    let bath = bath(barrier, drag, height)?;
    let (dt, turnover) = (step(drag), barrier.turnover_rate(&bath)?);
    // Half of the mean time, and before it what the start needs to be forgotten.
    let until = 0.5 / turnover + 5.0 * (1.0 / drag + drag / barrier.minimum_curvatures().x);
    let waiting = Waiting::new(MEMBERS, until, Noise::new(seed));
    let found = barrier.measured_rate(&Baoab::new(dt)?, &bath, &vector![TARGET], &waiting)?;
    Ok(Point {
        bath,
        found,
        interval: found.interval(1.959964)?,
        kramers: barrier.rate(&bath)?,
        turnover,
    })
}

fn main() -> Result<(), Failure> {
    let question = "How long must a ball wait until noise carries it out of the bad well?";
    let Some(output) = Output::from_arguments("kramers", question)? else {
        return Ok(());
    };
    let well = TiltedDoubleWell::new(TILT)?;
    let barrier = ThermalBarrier::new(&well, vector![0.95], vector![0.1])?;
    let mut curves = Vec::new();
    for (i, (height, drags)) in HEIGHTS.into_iter().enumerate() {
        let seeds = (0..).map(|j| 100 * i as u64 + j);
        let points = drags.iter().zip(seeds);
        let points = points.map(|(drag, seed)| point(&barrier, *drag, height, seed));
        curves.push(points.collect::<Result<Vec<_>, _>>()?);
    }

    let mut rows = String::from("drag,temperature,escapes,rate,lower,upper,kramers\n");
    for point in curves.iter().flatten() {
        let (drag, (low, high)) = (point.bath.ball.drag, point.interval);
        // Writing to a String cannot fail.
        let _ = writeln!(
            rows,
            "{drag},{},{},{:e},{low:e},{high:e},{:e}",
            point.bath.temperature,
            point.found.events(),
            point.found.rate(),
            point.kramers
        );
    }
    findings(&barrier, &curves)?;
    output.csv("kramers.csv", &rows)?;
    output.figure("kramers.png", &figure(&barrier, &curves)?)
}

fn findings(barrier: &Barrier<'_>, curves: &[Vec<Point>]) -> Result<(), Error> {
    println!(
        "The bad well of x⁴/4 − x²/2 + {TILT}x at {:.4}, its saddle at {:.4}, {:.4} higher; a ball of mass 1, BAOAB:",
        barrier.minimum().x,
        barrier.saddle().x,
        barrier.height()
    );
    for ((height, _), points) in HEIGHTS.iter().zip(curves) {
        let escapes: usize = points.iter().map(|point| point.found.events()).sum();
        let best = points
            .iter()
            .max_by(|a, b| a.found.rate().total_cmp(&b.found.rate()));
        if let Some(best) = best {
            println!(
                "  ΔE/T = {height}: {escapes} escapes; quickest at the drag {}, where a ball waits {:.0}",
                best.bath.ball.drag,
                1.0 / best.found.rate()
            );
        }
        // A ball that loses ten temperatures in a round has long replaced what left. All these escapes together, over those
        // that Kramers expects in the same times.
        let (mut escapes, mut expected) = (0, 0.0);
        for point in points {
            if barrier.energy_loss(&point.bath)? > 10.0 {
                escapes += point.found.events();
                expected += point.found.time() * point.kramers;
            }
        }
        let ratio = EventRate::new(escapes, expected)?;
        let (low, high) = ratio.interval(1.959964)?;
        println!(
            "    above the turnover {:.3} of Kramers' rate, 95 % interval {low:.3} to {high:.3}; the well's shape makes it {:.3}",
            ratio.rate(),
            barrier.well_correction(barrier.height() / height)?
        );
        if let Some(point) = points.first() {
            println!(
                "    at the drag {} Kramers' rate is {:.1} times too high, Mel'nikov and Meshkov's by {:.0} %",
                point.bath.ball.drag,
                point.kramers / point.found.rate(),
                100.0 * (point.turnover / point.found.rate() - 1.0)
            );
        }
    }
    Ok(())
}

/// Upright lines from low to high, broken between them.
fn bars(points: impl Iterator<Item = (f64, f64, f64)>, color: Color) -> Line {
    let ends = points.flat_map(|(x, low, high)| [(x, low), (x, high), (f64::NAN, f64::NAN)]);
    Line::new("", ends).color(color).width(2.0)
}

fn figure(barrier: &Barrier<'_>, curves: &[Vec<Point>]) -> Result<Figure, Error> {
    let (least, most): (f64, f64) = (0.007, 15.0);
    let drags: Vec<f64> = (0..=160)
        .map(|i| least * f64::powf(most / least, f64::from(i) / 160.0))
        .collect();
    let mut left = Panel::new()
        .title("The turnover")
        .x_axis(Axis::new("drag γ").range(least, most).logarithmic())
        .y_axis(
            Axis::new("rate of escape k")
                .range(1e-5, 1e-2)
                .logarithmic(),
        );
    let mut right = Panel::new()
        .title("Found over Kramers")
        .x_axis(Axis::new("drag γ").range(least, most).logarithmic())
        .y_axis(Axis::new("rate found / Kramers' rate").range(0.0, 1.25))
        .legend(Legend::LowerRight)
        .layer(
            Band::new("within 15 %", [(1.0, 0.85, 1.15), (most, 0.85, 1.15)])
                .color(Color::GREY)
                .opacity(0.2),
        )
        .layer(ReferenceLine::horizontal(1.0, "").color(Color::GREY));
    for (((height, _), points), color) in HEIGHTS.iter().zip(curves).zip(COLORS) {
        let line = |of: &dyn Fn(&Langevin) -> Result<f64, Error>| {
            let point = |drag: &f64| Ok((*drag, of(&bath(barrier, *drag, *height)?)?));
            drags.iter().map(point).collect::<Result<Vec<_>, Error>>()
        };
        let label = format!("ΔE/T = {height}");
        let is_first = *height == HEIGHTS[0].0;
        let named = |name: &str| {
            if is_first {
                name.to_owned()
            } else {
                String::new()
            }
        };
        left = left
            .layer(
                Line::new(named("Kramers"), line(&|bath| barrier.rate(bath))?)
                    .color(color)
                    .dash(Dash::Dashed),
            )
            .layer(
                Line::new(
                    named("small drag"),
                    line(&|bath| barrier.energy_diffusion_rate(bath))?,
                )
                .color(color)
                .dash(Dash::Dotted),
            )
            .layer(
                Line::new(
                    named("Mel'nikov, Meshkov"),
                    line(&|bath| barrier.turnover_rate(bath))?,
                )
                .color(color),
            )
            .layer(bars(
                points
                    .iter()
                    .map(|point| (point.bath.ball.drag, point.interval.0, point.interval.1)),
                color,
            ))
            .layer(
                Dots::new(
                    label.clone(),
                    points
                        .iter()
                        .map(|point| (point.bath.ball.drag, point.found.rate())),
                )
                .color(color)
                .size(7.0),
            );
        let ratio = |bath: &Langevin| Ok(barrier.turnover_rate(bath)? / barrier.rate(bath)?);
        right = right
            .layer(Line::new("", line(&ratio)?).color(color))
            .layer(bars(
                points.iter().map(|point| {
                    (
                        point.bath.ball.drag,
                        point.interval.0 / point.kramers,
                        point.interval.1 / point.kramers,
                    )
                }),
                color,
            ))
            .layer(
                Dots::new(
                    label,
                    points
                        .iter()
                        .map(|point| (point.bath.ball.drag, point.found.rate() / point.kramers)),
                )
                .color(color)
                .size(7.0),
            );
    }
    Ok(Figure::new("How long a ball waits in the bad well")
        .caption(format!(
            "f(x) = x⁴/4 − x²/2 + {TILT}x, out of the right well over ΔE = {:.4}, mass 1. Dots: ensembles by BAOAB with Δt = min(0.2, 0.4/γ), counted at the bottom of the other well; bars: 95 %, Poisson. Left: Kramers' rate dashed, that of small drag dotted, Mel'nikov and Meshkov's solid; so on the right, over Kramers'.",
            barrier.height()
        ))
        .size(1480, 720)
        .panel(left)
        .panel(right))
}
