//! With what probability does a ball leave the bad well, from a random start?
//!
//! `cargo run --release --example escape_probability -- --out DIR` releases balls at random points in the shallow well
//! of a tilted double well, and counts those that pass the barrier. It writes
//!
//! - `escape_probability.png`: the fraction that escapes over the drag, with Wilson's intervals, and over (α, β), each
//!   with the prediction of the critical drag γ*;
//! - `escape_probability.csv`: the fractions over the drag, with the columns `drag,escaped,trials,low,high,predicted`;
//! - `escape_map.csv`: the fractions over (α, β), with the columns `alpha,beta,escaped,trials,predicted`.
#![allow(clippy::print_stdout, reason = "an example prints its findings")]

mod support;

use heavyball::TiltedDoubleWell;
use heavyball::ensemble::{Ensemble, FirstPassage, Proportion, Random};
use heavyball::plot::{Axis, Band, Color, Dash, Dots, Figure, HeatMap, Line, Panel};
use heavyball::prelude::*;
use heavyball::study::escape::Barrier;
use nalgebra::{Vector1, vector};
use std::fmt::Write as _;
use support::{Failure, Output};

/// f = x⁴/4 − x²/2 + 0.1x: the well on the right is the higher one, and its saddle is to the left of it.
const TILT: f64 = 0.1;
const SADDLE: f64 = 0.10103125788101082;
/// The starts are uniform between the point as high as the saddle and this one.
const FARTHEST: f64 = 2.0;
const SEED: u64 = 20;
const TRIALS: usize = 1000;
const DRAGS: usize = 41;
const LARGEST_DRAG: f64 = 1.2;
const DT: f64 = 0.02;
/// The time by which the ball has either passed the saddle or is trapped.
const UNTIL: f64 = 200.0;
/// The map: number of points along each axis, and of starts at each point.
const SIDE: usize = 64;
const EACH: usize = 256;
const ITERATIONS: usize = 400;
const RATES: (f64, f64) = (0.01, 0.2);
const DECAYS: (f64, f64) = (0.5, 1.0);

/// The tilted well with the sign of x reversed, so that a ball escapes towards larger x.
fn well() -> impl Potential<f64, nalgebra::Const<1>> + Sync {
    from_fn(
        |x: &Vector1<f64>| x.x.powi(4) / 4.0 - x.x * x.x / 2.0 - TILT * x.x,
        |x: &Vector1<f64>| vector![x.x * x.x * x.x - x.x - TILT],
    )
}

fn main() -> Result<(), Failure> {
    let question = "With what probability does a ball leave the bad well, from a random start?";
    let Some(output) = Output::from_arguments("escape_probability", question)? else {
        return Ok(());
    };
    let predicted = Prediction::made()?;
    let over_drag = over_drag()?;
    println!(
        "{TRIALS} balls of mass 1, at rest at random points in the bad well of x⁴/4 − x²/2 + {TILT}x, between {:.4} and {FARTHEST}:",
        predicted.lowest
    );
    let mut rows = String::from("drag,escaped,trials,low,high,predicted\n");
    let (mut inside, mut points) = (0, Vec::new());
    for (drag, escaped) in over_drag {
        let found = Proportion::new(escaped, TRIALS)?;
        let (low, high) = found.interval(1.959964)?;
        let expected = predicted.share(drag);
        inside += usize::from((low..=high).contains(&expected));
        points.push((drag, found.share(), low, high));
        // Writing to a String cannot fail.
        let _ = writeln!(
            rows,
            "{drag},{escaped},{TRIALS},{low:.6},{high:.6},{expected:.6}"
        );
    }
    for (drag, share, low, high) in points.iter().step_by(10) {
        println!(
            "  drag {drag:.2}: {share:.4}, 95 % interval {low:.4} to {high:.4}; predicted {:.4}",
            predicted.share(*drag)
        );
    }
    println!(
        "  the prediction lies within the 95 % interval at {inside} of {DRAGS} drags, from the same {TRIALS} starts"
    );
    output.csv("escape_probability.csv", &rows)?;

    let map = map()?;
    let mut rows = String::from("alpha,beta,escaped,trials,predicted\n");
    let mut worst = 0.0_f64;
    for (alpha, beta, escaped) in &map {
        let expected = predicted.share(drag_of(*alpha, *beta));
        worst = worst.max((*escaped as f64 / EACH as f64 - expected).abs());
        // Writing to a String cannot fail.
        let _ = writeln!(rows, "{alpha},{beta},{escaped},{EACH},{expected:.6}");
    }
    println!(
        "Over (α, β), {SIDE} × {SIDE} rules with {EACH} starts each: within {worst:.3} of the prediction from c = (1 − β)√(2/(α(1 + β)))"
    );
    output.csv("escape_map.csv", &rows)?;
    output.figure("escape_probability.png", &figure(&points, &map, &predicted))
}

/// γ_eff/√m_eff of momentum, which is the drag of the equivalent ball of mass 1: derivation (45).
fn drag_of(alpha: f64, beta: f64) -> f64 {
    (1.0 - beta) * (2.0 / (alpha * (1.0 + beta))).sqrt()
}

/// The critical drag as a function of the start.
struct Prediction {
    /// The point as high as the saddle, where the critical drag is 0.
    lowest: f64,
    /// The starts, each with its γ*.
    critical: Vec<(f64, f64)>,
}

impl Prediction {
    fn made() -> Result<Self, Error> {
        let potential = TiltedDoubleWell::new(TILT)?;
        let lowest = lowest();
        let starts = (1..=120).map(|i| lowest + (FARTHEST - lowest) * f64::from(i) / 120.0);
        let critical = starts.map(|start| {
            let barrier = Barrier::new(potential, start, SADDLE)?;
            Ok((start, barrier.critical_drag(1.0)?.value))
        });
        Ok(Self {
            lowest,
            critical: critical.collect::<Result<_, Error>>()?,
        })
    }

    /// The fraction of starts, between the lowest and the farthest, whose critical drag is above `drag`.
    ///
    /// γ* is not monotone in the start: a ball with little drag passes the saddle, may come back over it and end on
    /// either side, but counts as escaped. So each start is counted separately.
    fn share(&self, drag: f64) -> f64 {
        let mut before = (self.lowest, 0.0);
        let mut above = 0.0;
        for &(start, critical) in &self.critical {
            let (from, low) = before;
            let (least, most) = if low < critical {
                (low, critical)
            } else {
                (critical, low)
            };
            // γ* is interpolated linearly between two starts.
            above += (start - from) * ((most - drag) / (most - least)).clamp(0.0, 1.0);
            before = (start, critical);
        }
        above / (FARTHEST - self.lowest)
    }
}

/// The point beyond the minimum that is as high as the saddle, by bisection.
fn lowest() -> f64 {
    let f = |x: f64| x.powi(4) / 4.0 - x * x / 2.0 + TILT * x;
    let (mut low, mut high) = (1.0, FARTHEST);
    for _ in 0..60 {
        let middle = 0.5 * (low + high);
        if f(middle) < f(SADDLE) {
            low = middle;
        } else {
            high = middle;
        }
    }
    high
}

/// Random starts, with the sign of x reversed.
fn starts() -> Result<impl Iterator<Item = Vector1<f64>>, Error> {
    Random::new(SEED).uniform([-FARTHEST], [-lowest()])
}

/// Number of balls of mass 1 that pass the saddle, for each drag.
fn over_drag() -> Result<Vec<(f64, usize)>, Error> {
    let well = well();
    let phases: Vec<_> = starts()?.take(TRIALS).map(Phase::at_rest).collect();
    let passage = FirstPassage::above(0, -SADDLE)?;
    let steps = (UNTIL / DT).round() as usize;
    let drags = (0..DRAGS).map(|i| LARGEST_DRAG * (i as f64 + 0.5) / DRAGS as f64);
    let counts = drags.map(|drag| {
        let ball = HeavyBall::new(1.0, drag)?;
        let ensemble = Ensemble::from_phases(&Leapfrog::new(DT)?, &ball, &well, phases.clone())?;
        // With this much drag, a ball that has not passed early never passes.
        let enough = steps.min((40.0 / drag.min(1.0 / drag) / DT).round() as usize);
        let run = ensemble.observe(enough, &passage)?;
        Ok((
            drag,
            run.records().iter().filter(|step| step.is_finite()).count(),
        ))
    });
    counts.collect()
}

/// Number of runs of momentum that pass the saddle, over a map of (α, β).
fn map() -> Result<Vec<(f64, f64, usize)>, Error> {
    let well = well();
    let along =
        |(low, high): (f64, f64), i: usize| low + (high - low) * (i as f64 + 0.5) / SIDE as f64;
    let starts: Vec<_> = starts()?.take(EACH).collect();
    let passage = FirstPassage::above(0, -SADDLE)?;
    let mut map = Vec::new();
    for row in 0..SIDE {
        let beta = along(DECAYS, row);
        let rates = (0..SIDE).map(|column| along(RATES, column));
        let rules: Result<Vec<_>, _> = rates
            .clone()
            .map(|alpha| Momentum::new(alpha, beta))
            .collect();
        let rules = rules?
            .into_iter()
            .flat_map(|rule| std::iter::repeat_n(rule, EACH));
        let places = (0..SIDE).flat_map(|_| starts.iter().copied());
        let run = Ensemble::from_rules(rules, &well, places)?.observe(ITERATIONS, &passage)?;
        for (alpha, records) in rates.zip(run.records().chunks(EACH)) {
            map.push((
                alpha,
                beta,
                records.iter().filter(|step| step.is_finite()).count(),
            ));
        }
    }
    Ok(map)
}

fn figure(
    points: &[(f64, f64, f64, f64)],
    map: &[(f64, f64, usize)],
    predicted: &Prediction,
) -> Figure {
    let curve = (0..=480).map(|i| LARGEST_DRAG * f64::from(i) / 480.0);
    let curve: Vec<_> = curve.map(|drag| (drag, predicted.share(drag))).collect();
    let left = Panel::new()
        .title("A ball of mass 1")
        .x_axis(Axis::new("drag γ").range(0.0, LARGEST_DRAG))
        .y_axis(Axis::new("probability of escape").range(0.0, 1.0))
        .layer(
            Band::new(
                "95 %, Wilson",
                points
                    .iter()
                    .map(|(drag, _, low, high)| (*drag, *low, *high)),
            )
            .color(Color::BLUE),
        )
        .layer(Line::new("share of starts with γ* > γ", curve).color(Color::BLACK))
        .layer(
            Dots::new(
                "found",
                points.iter().map(|(drag, share, ..)| (*drag, *share)),
            )
            .color(Color::BLUE)
            .size(5.0),
        );
    let shares = map
        .iter()
        .map(|(_, _, escaped)| *escaped as f64 / EACH as f64)
        .collect();
    let mut right = Panel::new()
        .title("Momentum")
        .x_axis(Axis::new("learning rate α").range(RATES.0, RATES.1))
        .y_axis(Axis::new("momentum β").range(DECAYS.0, DECAYS.1))
        .layer(
            HeatMap::new(RATES, DECAYS, SIDE, shares)
                .range(0.0, 1.0)
                .colorbar("probability of escape"),
        );
    for (share, dash) in [
        (0.25, Dash::Dotted),
        (0.5, Dash::Solid),
        (0.75, Dash::Dashed),
    ] {
        // The drag at which the prediction is this fraction, and the β that has it for each α: derivation (45).
        let drag = drag_at(predicted, share);
        let rates = (0..=200).map(|i| RATES.0 + (RATES.1 - RATES.0) * f64::from(i) / 200.0);
        let line = rates.map(|alpha| {
            let kappa = alpha * drag * drag / 2.0;
            (
                alpha,
                1.0 + kappa / 2.0 - (2.0 * kappa + kappa * kappa / 4.0).sqrt(),
            )
        });
        right = right.layer(
            Line::new(format!("{share}, by γ* = {drag:.3}"), line)
                .color(Color::VERMILLION)
                .dash(dash)
                .width(2.5),
        );
    }
    Figure::new("Out of the bad well, from a random start")
        .caption(format!("f(x) = x⁴/4 − x²/2 + {TILT}x, over the saddle at {SADDLE:.4}, from rest at places uniform between {:.4}, as high as the saddle, and {FARTHEST}. Left: {TRIALS} balls, leapfrog with Δt = {DT}. Right: {EACH} starts for each of {SIDE} × {SIDE} rules, {ITERATIONS} iterations from v₀ = 0; lines: β with (1 − β)√(2/(α(1 + β))) = γ* of that share.", predicted.lowest))
        .size(1480, 700)
        .panel(left)
        .panel(right)
}

/// The drag at which the predicted fraction is `share`, by bisection.
fn drag_at(predicted: &Prediction, share: f64) -> f64 {
    let (mut low, mut high) = (0.0, 10.0);
    for _ in 0..60 {
        let middle = 0.5 * (low + high);
        if predicted.share(middle) > share {
            low = middle;
        } else {
            high = middle;
        }
    }
    low
}
