//! Does the ball cross the barrier: how much drag, and which momentum, lets it out of a bad local minimum?
//!
//! `cargo run --release --example escape -- --out DIR` finds the critical drag γ* between escape and capture by
//! bisection on located events, on the quartic's shelf and on the saddle of a tilted double well, and the critical β of
//! momentum, whose effective drag tends to γ* with the learning rate. It writes
//!
//! - `escape.png`: the potentials, and f along a path that just escapes and along one that just does not;
//! - `critical_drag.png`, `critical_drag.csv`: γ* and the bound below which escape is certain, over the start, with the
//!   columns `potential,start,lower_bound,critical_drag`;
//! - `critical_beta.png`, `critical_beta.csv`: the critical β over α, with the columns
//!   `alpha,critical_beta,effective_drag,naive_drag,critical_drag`.
#![allow(clippy::print_stdout, reason = "an example prints its findings")]

mod support;

use heavyball::TiltedDoubleWell;
use heavyball::plot::{
    Annotation, Axis, Band, Color, Dash, Figure, Legend, Line, Marker, Panel, SlopeTriangle,
};
use heavyball::prelude::*;
use heavyball::study::escape::{Barrier, Fate};
use nalgebra::{Const, vector};
use std::fmt::Write as _;
use support::{Failure, Output};

const TILT: f64 = 0.1;
/// The saddle of x⁴/4 − x²/2 + x/10, where x³ − x + 1/10 = 0.
const SADDLE: f64 = 0.10103125788101082;
/// Start of the ball in the shallow well.
const START: f64 = 1.5;
/// Relative distance of the paths in the figure from the critical drag: on the shelf and at the saddle.
const NEAR: [f64; 2] = [0.2, 0.01];

fn main() -> Result<(), Failure> {
    let question = "Does the ball cross the barrier: how much drag, and which momentum, lets it out of a bad local minimum?";
    let Some(output) = Output::from_arguments("escape", question)? else {
        return Ok(());
    };
    let tilted = TiltedDoubleWell::new(TILT)?;
    let (shelf, saddle) = (
        Barrier::new(Quartic, -0.5, 0.0)?,
        Barrier::new(tilted, START, SADDLE)?,
    );
    for (name, barrier) in [
        (
            "x⁴ − 3x³ + 2 from −0.5, over the shelf at 0",
            Critical::of(&shelf, NEAR[0])?,
        ),
        (
            "x⁴/4 − x²/2 + x/10 from 1.5, over the saddle at 0.101",
            Critical::of(&saddle, NEAR[1])?,
        ),
    ] {
        let Critical {
            drag,
            bound,
            free,
            trapped,
            near,
        } = barrier;
        println!("{name}, m = 1:");
        println!("  critical drag γ* = {drag:.14}; below {bound:.6} escape is certain");
        println!(
            "  at {:.2}γ* it is past the barrier at t = {free:.3}, at {:.2}γ* trapped for ever from t = {trapped:.3}",
            1.0 - near,
            1.0 + near
        );
    }
    output.figure("escape.png", &paths(&shelf, &saddle)?)?;

    let curves = curves(tilted)?;
    let mut csv = String::from("potential,start,lower_bound,critical_drag\n");
    for (name, points) in &curves {
        for [start, bound, drag] in points {
            writeln!(csv, "{name},{start:.16e},{bound:.16e},{drag:.16e}")?;
        }
    }
    output.csv("critical_drag.csv", &csv)?;
    output.figure("critical_drag.png", &drag_figure(&curves))?;

    let limit = shelf.critical_drag(1.0)?.value;
    let rates = rates(&shelf)?;
    let mut csv = String::from("alpha,critical_beta,effective_drag,naive_drag,critical_drag\n");
    println!(
        "Critical β of momentum on the quartic from −0.5, v₀ = 0; c = (1 − β)√(2/(α(1 + β))):"
    );
    for Rate {
        alpha,
        beta,
        effective,
        naive,
    } in &rates
    {
        println!(
            "  α = {alpha:.3e}  β = {beta:.10}  c − γ* = {:9.2e}  (1 − β)/√α − γ* = {:9.2e}",
            effective - limit,
            naive - limit
        );
        writeln!(
            csv,
            "{alpha:.16e},{beta:.16e},{effective:.16e},{naive:.16e},{limit:.16e}"
        )?;
    }
    if let [.., before, last] = rates.as_slice() {
        let slope = |read: fn(&Rate) -> f64| {
            ((read(before) - limit) / (read(last) - limit)).log(before.alpha / last.alpha)
        };
        println!(
            "  last slopes: {:.3} of c, {:.3} of (1 − β)/√α",
            slope(|rate| rate.effective),
            slope(|rate| rate.naive)
        );
    }
    output.csv("critical_beta.csv", &csv)?;
    output.figure("critical_beta.png", &beta_figure(&rates, limit))
}

/// The printed results for one barrier.
struct Critical {
    drag: f64,
    bound: f64,
    free: f64,
    trapped: f64,
    near: f64,
}

impl Critical {
    fn of<P: Potential<f64, Const<1>>>(barrier: &Barrier<P>, near: f64) -> Result<Self, Error> {
        let drag = barrier.critical_drag(1.0)?.value;
        let time = |part: f64| {
            let fate = barrier.fate(&HeavyBall::new(1.0, part * drag)?)?;
            let (Fate::Free { time } | Fate::Trapped { time }) = fate;
            Ok::<_, Error>(time)
        };
        Ok(Self {
            drag,
            bound: barrier.lower_bound(1.0)?,
            near,
            free: time(1.0 - near)?,
            trapped: time(1.0 + near)?,
        })
    }
}

/// Start, lower bound and critical drag along a curve.
type Curve = Vec<[f64; 3]>;

fn curves(tilted: TiltedDoubleWell) -> Result<[(&'static str, Curve); 2], Error> {
    let shelf = (0..=90).map(|i| -0.02 - 0.02 * f64::from(i));
    let shelf = shelf.map(|start| {
        let barrier = Barrier::new(Quartic, start, 0.0)?;
        Ok([
            start,
            barrier.lower_bound(1.0)?,
            barrier.critical_drag(1.0)?.value,
        ])
    });
    // Below 1.3404 the start is lower than the saddle.
    let saddle = (0..=80).map(|i| 1.345 + 0.00825 * f64::from(i));
    let saddle = saddle.map(|start| {
        let barrier = Barrier::new(tilted, start, SADDLE)?;
        Ok([
            start,
            barrier.lower_bound(1.0)?,
            barrier.critical_drag(1.0)?.value,
        ])
    });
    Ok([
        ("quartic", shelf.collect::<Result<_, Error>>()?),
        ("tilted double well", saddle.collect::<Result<_, Error>>()?),
    ])
}

fn drag_figure(curves: &[(&'static str, Curve); 2]) -> Figure {
    let [(_, shelf), (_, saddle)] = curves;
    let part = |title: &str, points: &Curve, range: (f64, f64), top: f64| {
        let line = |column: fn(&[f64; 3]) -> f64| {
            points
                .iter()
                .map(move |row| (row[0], column(row)))
                .collect::<Vec<_>>()
        };
        let above = points
            .iter()
            .map(|row| (row[0], row[2], top))
            .collect::<Vec<_>>();
        let below = points
            .iter()
            .map(|row| (row[0], 0.0, row[2]))
            .collect::<Vec<_>>();
        Panel::new()
            .title(title)
            .x_axis(Axis::new("start x₀, at rest").range(range.0, range.1))
            .y_axis(Axis::new("drag γ (√(energy)/length, at m = 1)").range(0.0, top))
            .layer(
                Band::new("trapped", &above)
                    .color(Color::VERMILLION)
                    .opacity(0.12),
            )
            .layer(
                Band::new("escapes", &below)
                    .color(Color::BLUE)
                    .opacity(0.12),
            )
            .layer(
                Line::new("critical drag γ*", line(|row| row[2]))
                    .color(Color::BLACK)
                    .width(3.0),
            )
            .layer(
                Line::new("escape certain below, (43)", line(|row| row[1]))
                    .color(Color::BLUE)
                    .dash(Dash::Dashed),
            )
    };
    let shelf = part(
        "Over the shelf of x⁴ − 3x³ + 2 at 0",
        shelf,
        (-1.82, 0.0),
        6.0,
    )
    .legend(Legend::Hidden)
    .layer(Annotation::new(
        "the lecture’s start",
        (-0.5, 2.440_483_786_704_68),
    ));
    let saddle = part(
        "Over the saddle of x⁴/4 − x²/2 + x/10 at 0.101",
        saddle,
        (1.3, 2.005),
        1.2,
    )
    .legend(Legend::Outside);
    Figure::new("How much drag a ball can take and still escape")
        .caption("Critical drag γ* at m = 1 by bisection on located events, for a ball released at rest; for mass m both curves are √m times as high. Below the start 1.340 the ball in the tilted well lacks the energy of the saddle and never escapes.")
        .size(1480, 640)
        .panel(shelf)
        .panel(saddle)
}

/// A learning rate and its critical β.
struct Rate {
    alpha: f64,
    beta: f64,
    /// γ/√m of the effective particle.
    effective: f64,
    /// (1 − β)/√α, the value for the particle with explicit drag.
    naive: f64,
}

fn rates(barrier: &Barrier<Quartic>) -> Result<Vec<Rate>, Error> {
    let rate = |halving: i32| {
        let alpha = 0.1 * 0.5_f64.powi(halving);
        let beta = barrier.critical_beta(alpha)?.value;
        Ok(Rate {
            alpha,
            beta,
            effective: Momentum::new(alpha, beta)?.drag_over_root_mass(),
            naive: (1.0 - beta) / alpha.sqrt(),
        })
    };
    (0..=16).map(rate).collect()
}

fn beta_figure(rates: &[Rate], limit: f64) -> Figure {
    let critical = rates.iter().map(|rate| (rate.alpha, rate.beta));
    let top = rates.iter().map(|rate| (rate.alpha, rate.beta, 1.0));
    let bottom = rates.iter().map(|rate| (rate.alpha, 0.3, rate.beta));
    let alpha = || Axis::new("learning rate α (1/curvature units)").logarithmic();
    let left = Panel::new()
        .title("Which momentum passes")
        .x_axis(alpha())
        .y_axis(Axis::new("momentum β").range(0.3, 1.0))
        .layer(
            Band::new("passes", top.collect::<Vec<_>>())
                .color(Color::BLUE)
                .opacity(0.12),
        )
        .layer(
            Band::new("trapped", bottom.collect::<Vec<_>>())
                .color(Color::VERMILLION)
                .opacity(0.12),
        )
        .layer(
            Line::new("critical β", critical.collect::<Vec<_>>())
                .color(Color::BLACK)
                .width(3.0)
                .marker(Marker::Dot),
        )
        .legend(Legend::LowerLeft);
    let distance = |read: fn(&Rate) -> f64| {
        let points = rates
            .iter()
            .map(move |rate| (rate.alpha, (read(rate) - limit).abs()));
        points.collect::<Vec<_>>()
    };
    let (effective, naive) = (distance(|rate| rate.effective), distance(|rate| rate.naive));
    let place = |points: &[(f64, f64)], below: f64| {
        points
            .get(12)
            .map_or((1e-4, 1e-4), |point| (point.0, point.1 * below))
    };
    let right = Panel::new()
        .title("Its drag tends to the ball’s critical one")
        .x_axis(alpha())
        .y_axis(Axis::new("distance from γ*").logarithmic())
        .layer(
            SlopeTriangle::new(1.0, place(&effective, 0.4))
                .width(0.35)
                .label("order 1"),
        )
        .layer(
            SlopeTriangle::new(0.5, place(&naive, 0.5))
                .width(0.35)
                .label("order ½"),
        )
        .layer(
            Line::new("effective, c = (1 − β)√(2/(α(1 + β)))", effective)
                .color(Color::BLUE)
                .marker(Marker::Dot),
        )
        .layer(
            Line::new("naive, (1 − β)/√α", naive)
                .color(Color::VERMILLION)
                .marker(Marker::Square),
        )
        .legend(Legend::LowerRight);
    Figure::new("The critical momentum is the ball’s critical drag, read through the effective particle")
        .caption(format!("f(x) = x⁴ − 3x³ + 2 from −0.5 with v₀ = 0. The ball’s critical drag at m = 1 is γ* = {limit:.6}; c = γ/√m of the particle that the iterates really follow, (23), is linear in α, (45)."))
        .size(1400, 660)
        .panel(left)
        .panel(right)
}

/// The potentials above, and f along two paths below.
fn paths(shelf: &Barrier<Quartic>, saddle: &Barrier<TiltedDoubleWell>) -> Result<Figure, Error> {
    let tilted = TiltedDoubleWell::new(TILT)?;
    let critical = [
        shelf.critical_drag(1.0)?.value,
        saddle.critical_drag(1.0)?.value,
    ];
    let [shelf_top, shelf_bottom] = column(
        "f(x) = x⁴ − 3x³ + 2",
        (&Quartic, -0.5, 0.0),
        (critical[0], NEAR[0]),
        ((-0.8, 3.1), 12.0),
    )?;
    let [saddle_top, saddle_bottom] = column(
        "f(x) = x⁴/4 − x²/2 + x/10",
        (&tilted, START, SADDLE),
        (critical[1], NEAR[1]),
        ((-1.65, 1.65), 30.0),
    )?;
    Ok(Figure::new("A little more drag, and the ball stays")
        .caption(format!("m = 1, released at rest at −0.5 and {START}, with a drag below and one above the critical γ* = {:.6} and {:.6}. On the shelf, where f′ = f″ = 0, the trapped ball creeps towards 0 for ever; at the saddle it turns back.", critical[0], critical[1]))
        .size(1400, 1000)
        .columns(2)
        .panels([
            shelf_top.legend(Legend::Hidden),
            saddle_top.legend(Legend::Hidden),
            shelf_bottom.legend(Legend::LowerLeft),
            saddle_bottom.legend(Legend::UpperRight),
        ]))
}

fn column<P: Potential<f64, Const<1>>>(
    title: &str,
    (potential, start, top): (&P, f64, f64),
    (critical, near): (f64, f64),
    ((left, right), until): ((f64, f64), f64),
) -> Result<[Panel; 2], Error> {
    let value = |x: f64| potential.value(&vector![x]);
    let ground = (0..=400).map(|i| left + (right - left) * f64::from(i) / 400.0);
    let ground: Vec<_> = ground.map(|x| (x, value(x))).collect();
    let mut landscape = Panel::new()
        .title(title)
        .x_axis(Axis::new("position x").range(left, right))
        .y_axis(Axis::new("f(x)"))
        .layer(Line::new("f", &ground).color(Color::GREY).width(2.0))
        .horizontal(value(top), "");
    let mut along = Panel::new()
        .title("f along the way")
        .x_axis(Axis::new("time t").range(0.0, until))
        .y_axis(Axis::new("f(x(t))"))
        .horizontal(value(top), "the barrier’s height");
    for (part, word, color, width) in [
        (1.0 - near, "escapes", Color::BLUE, 7.0),
        (1.0 + near, "is trapped", Color::VERMILLION, 3.5),
    ] {
        let ball = HeavyBall::new(1.0, part * critical)?;
        let problem = Problem::new(ball, potential, vector![start]).until(until);
        let run = problem.solve(&Dop853::new(1e-12, 1e-12))?;
        let states = run.sample(1200);
        let way = states
            .iter()
            .map(|(_, phase)| (phase.position.x, value(phase.position.x)));
        landscape = landscape.layer(
            Line::new(word, way.collect::<Vec<_>>())
                .color(color)
                .width(width),
        );
        let way = states
            .iter()
            .map(|(time, phase)| (*time, value(phase.position.x)));
        let label = format!("{part:.2}γ* {word}");
        along = along.layer(
            Line::new(label, way.collect::<Vec<_>>())
                .color(color)
                .width(2.5),
        );
    }
    landscape = landscape
        .layer(Annotation::new("start", (start, value(start))))
        .layer(Annotation::new("barrier", (top, value(top))));
    Ok([landscape, along])
}
