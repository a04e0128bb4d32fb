//! The figures: the motion at several steps, and the ends as a function of the step.

use super::cycle::{
    DRAG, End, RANGE, START, at_step, ball_from_start, bisect, end, exists, points, stable_below,
    steps,
};
use heavyball::LessardRechtPackard;
use heavyball::plot::{
    Annotation, Axis, Color, Dash, Dots, Figure, HeatMap, Legend, Line, Marker, Panel,
    ReferenceLine,
};
use heavyball::prelude::*;
use nalgebra::vector;

const POLYAK: f64 = 1.0 / 3.0;
const SHORTER: f64 = 0.3;

/// The iterates over k, and the phase plane.
pub(crate) fn motion() -> Result<Figure, Error> {
    let start = vector![START];
    let count = 37;
    let positions = |x: Vec<f64>| {
        x.into_iter()
            .enumerate()
            .map(|(k, x)| (k as f64, x))
            .collect::<Vec<_>>()
    };
    let by = |dt: f64| -> Result<Vec<f64>, Error> {
        Ok(at_step(dt)?
            .iterates(&LessardRechtPackard, start)
            .take(count)
            .map(|at| at.position.x)
            .collect())
    };
    let descent = GradientDescent::new(1.0 / 13.0)?
        .iterates(&LessardRechtPackard, start)
        .take(count);
    let nesterov = Nesterov::new(1.0 / 25.0, 2.0 / 3.0)?
        .iterates(&LessardRechtPackard, start)
        .take(count);
    let line = |label: &str, points, color, marker| {
        Line::new(label, points)
            .color(color)
            .width(1.6)
            .marker(marker)
            .marker_size(6.0)
    };
    let left = Panel::new()
        .title("From 3.3: one of four does not settle")
        .x_axis(Axis::new("iteration k").range(0.0, count as f64 - 1.0))
        .y_axis(Axis::new("position x").range(-3.5, 5.4))
        .layer(ReferenceLine::horizontal(0.0, ""))
        .layer(line(
            "momentum, α = 1/9, β = 4/9: Δt = 1/3",
            positions(by(POLYAK)?),
            Color::BLUE,
            Marker::Dot,
        ))
        .layer(line(
            "the same ball at Δt = 0.3",
            positions(by(SHORTER)?),
            Color::ORANGE,
            Marker::Triangle,
        ))
        .layer(line(
            "Nesterov, α = 1/25, β = 2/3",
            positions(nesterov.map(|at| at.position.x).collect()),
            Color::GREEN,
            Marker::Diamond,
        ))
        .layer(line(
            "gradient descent, α = 1/13",
            positions(descent.map(|at| at.position.x).collect()),
            Color::VERMILLION,
            Marker::Square,
        ))
        .legend(Legend::UpperRight);

    let phases = |dt: f64, count: usize| -> Result<Vec<(f64, f64)>, Error> {
        let run = at_step(dt)?
            .iterates(&LessardRechtPackard, start)
            .take(count);
        Ok(run.map(|at| (at.position.x, at.velocity.x / dt)).collect())
    };
    let motion = ball_from_start(20.0)?;
    let path = motion
        .sample(2000)
        .into_iter()
        .map(|(_, phase)| (phase.position.x, phase.momentum.x));
    let [a, b, c] = points(&(1.0 / 9.0), &(4.0 / 9.0));
    let triangle = [(a, (a - c) * 3.0), (b, (b - a) * 3.0), (c, (c - b) * 3.0)];
    let closed = triangle.iter().chain(triangle.first()).copied();
    let named = [
        ("792/1225", (60.0, 10.0)),
        ("−2208/1225", (-60.0, -12.0)),
        ("2592/1225", (48.0, -22.0)),
    ];
    let names = named
        .into_iter()
        .zip(triangle)
        .map(|((name, (right, down)), at)| Annotation::new(name, at).offset(right, down));
    let right = Panel::new()
        .title("Phase plane: the ball spirals into 0")
        .x_axis(Axis::new("position x").range(-4.4, 4.4))
        .y_axis(Axis::new("velocity ẋ, or v/Δt").range(-21.0, 21.0))
        .layer(
            Line::new("the ball, m = 1, γ = 5/3", path.collect::<Vec<_>>())
                .color(Color::BLACK)
                .width(1.8),
        )
        .layer(
            Dots::new("Δt = 1/30", phases(1.0 / 30.0, 300)?)
                .color(Color::VERMILLION)
                .size(4.5),
        )
        .layer(
            Line::new("", closed.collect::<Vec<_>>())
                .color(Color::BLUE.lighter(0.3))
                .width(1.5)
                .dash(Dash::Dashed),
        )
        .layer(
            Dots::new(
                "Δt = 1/3: the 3-cycle and the way into it",
                phases(POLYAK, 60)?,
            )
            .color(Color::BLUE)
            .size(7.5),
        )
        .layers(names)
        .legend(Legend::LowerRight);
    Ok(Figure::new("On a convex function, the best momentum for quadratics circles for ever")
        .caption("f′ = 25x below 1, x + 24 up to 2, 25x − 24 from there: curvatures 1 and 25, minimum at 0. From x = 3.3 at rest. Momentum with α = 1/9, β = 4/9 is the ball m = 1, γ = 5/3 by kick and drift at Δt = 1/3; the circle belongs to that step, not to the ball.")
        .size(1460, 700)
        .panel(left)
        .panel(right))
}

/// The ends from 3.3 over Δt, and the starts that end on the cycle.
pub(crate) fn steps_figure() -> Result<Figure, Error> {
    let low = bisect(|dt| Ok(exists(dt)), 0.3, POLYAK)?;
    let circles = |dt: f64| Ok(matches!(end(START, dt)?, End::Cycle(_)));
    let caught = (
        bisect(circles, 0.327, POLYAK)?,
        bisect(circles, 0.336, POLYAK)?,
    );
    let mut ends = Vec::new();
    for dt in steps(160) {
        match end(START, dt)? {
            End::Cycle(limits) => ends.extend(limits.map(|x| (dt, x))),
            End::Rest(_) => ends.push((dt, 0.0)),
        }
    }
    let mut left = Panel::new()
        .title("Where the run from 3.3 ends")
        .x_axis(Axis::new("step Δt").range(RANGE.0, RANGE.1))
        .y_axis(Axis::new("limit points x").range(-2.6, 4.2))
        .layer(ReferenceLine::vertical(low, "").color(Color::GREY));
    for (index, label) in ["the cycle, (54)", "", ""].into_iter().enumerate() {
        let branch = (0..=200).map(|i| low + (RANGE.1 - low) * f64::from(i) / 200.0);
        let branch =
            branch.filter_map(|dt| Some((dt, *points(&(dt * dt), &(1.0 - DRAG * dt)).get(index)?)));
        left = left.layer(
            Line::new(label, branch.collect::<Vec<_>>())
                .color(Color::VERMILLION)
                .width(2.0),
        );
    }
    let left = left
        .layer(
            Dots::new("ends from 3.3", ends)
                .color(Color::BLUE)
                .size(4.5),
        )
        .layer(
            Annotation::new(format!("cycle from Δt = {low:.6} on"), (low, 3.45)).offset(125.0, 0.0),
        )
        .layer(Annotation::new("Δt = 1/3", (POLYAK, 2592.0 / 1225.0)).offset(20.0, -30.0))
        .legend(Legend::UpperRight);

    let (columns, rows, range) = (240, 240, (-8.0, 8.0));
    let mut fates = Vec::with_capacity(columns * rows);
    for row in 0..rows {
        let start = range.0 + (range.1 - range.0) * (row as f64 + 0.5) / rows as f64;
        for dt in steps(columns) {
            fates.push(if matches!(end(start, dt)?, End::Cycle(_)) {
                1.0
            } else {
                0.0
            });
        }
    }
    let right = Panel::new()
        .title("Which starts circle, at rest")
        .x_axis(Axis::new("step Δt"))
        .y_axis(Axis::new("start x₀"))
        .layer(HeatMap::new(RANGE, range, columns, fates).categories([
            ("rests at 0", Color::SKY.lighter(0.6)),
            ("circles", Color::BLUE),
        ]))
        .layer(ReferenceLine::vertical(low, "").color(Color::BLACK))
        .layer(ReferenceLine::horizontal(START, "").color(Color::BLACK))
        .layer(Annotation::new("x₀ = 3.3", (RANGE.0 + 0.0012, START)).offset(10.0, -16.0));
    Ok(Figure::new("The cycle is an artefact of the step: it ends at Δt = 0.3256")
        .caption(format!(
            "The ball m = 1, γ = 5/3 by kick and drift on the function of Lessard, Recht and Packard. The cycle exists from Δt = {low:.9} on, where its middle point reaches the knot at 1; the run from 3.3 is caught by it for Δt between {:.9} and {:.9}. At {:.6}, beyond the axis, 0 itself becomes unstable.",
            caught.0, caught.1, stable_below()
        ))
        .size(1500, 700)
        .panel(left)
        .panel(right))
}
