//! Figure: tables of convergence as log-log plots, errors in x and in ẋ side by side, with slope triangles.

use crate::plot::{Axis, Color, Dash, Figure, Legend, Line, Marker, Panel, SlopeTriangle};
use crate::study::convergence::{Convergence, Distance, Order};
use std::collections::BTreeSet;

/// The errors of `tables` over their parameter: x on the left, ẋ on the right.
///
/// The legend gives what tells a line from the others and its fitted orders in x and ẋ; a
/// triangle shows each whole slope that occurs. Errors that are exactly zero have no place on a logarithmic
/// axis and are left out.
///
/// ```no_run
/// use heavyball::prelude::*;
/// use heavyball::study::{IntegratorScheme, StepLimit, figure};
/// use nalgebra::vector;
///
/// let problem = Problem::new(HeavyBall::new(1.0, 0.4)?, DoubleWell, vector![0.5, 1.0]).until(2.0);
/// let study = StepLimit::new(&problem);
/// let tables = [
///     study.measure(&IntegratorScheme(SymplecticEuler::new))?,
///     study.measure(&IntegratorScheme(Leapfrog::new))?,
/// ];
/// figure("Two integrators", &tables).save("orders.png")?;
/// # Ok::<(), heavyball::Error>(())
/// ```
#[must_use]
pub fn figure(title: &str, tables: &[Convergence]) -> Figure {
    let studies = tables.iter().map(|table| table.title().study.clone());
    let caption = match distinct(studies).as_slice() {
        [one] => one.clone(),
        several => several.join("; "),
    };
    let labels = labels(tables);
    let part = |title, order, error| {
        Panel::new()
            .title(title)
            .x_axis(Axis::new(axis(tables)).logarithmic())
            .y_axis(Axis::new("largest error").logarithmic())
            .layers(lines(tables, &labels, error))
            .layers(triangles(tables, order, error))
    };
    let position = part("Error in x", Convergence::position, |e| e.position);
    let velocity = part("Error in ẋ", Convergence::velocity, |e| e.velocity);
    Figure::new(title)
        .caption(format!(
            "Largest error over the run, with the fitted orders in x and ẋ. {caption}."
        ))
        .size(1480, 700)
        .panel(position.legend(Legend::Hidden))
        .panel(velocity.legend(Legend::Outside))
}

fn lines(tables: &[Convergence], labels: &[String], error: fn(&Distance) -> f64) -> Vec<Line> {
    let markers = [
        Marker::Dot,
        Marker::Square,
        Marker::Diamond,
        Marker::Triangle,
    ];
    let dashes = [Dash::Solid, Dash::Dashed, Dash::Dotted, Dash::DashDotted];
    let line = |(index, (table, label)): (usize, (&Convergence, &String))| {
        let rows = table.rows().iter();
        let points = rows.map(|row| (row.parameter, error(&row.error)));
        Line::new(label, points.filter(|point| point.1 > 0.0))
            .color(Color::series(index))
            .marker(
                markers
                    .into_iter()
                    .cycle()
                    .nth(index)
                    .unwrap_or(Marker::Dot),
            )
            // Colours repeat after seven.
            .dash(
                dashes
                    .into_iter()
                    .cycle()
                    .nth(index / 7)
                    .unwrap_or_default(),
            )
    };
    tables.iter().zip(labels).enumerate().map(line).collect()
}

fn axis(tables: &[Convergence]) -> String {
    match tables.first().map_or("dt", |table| table.title().parameter) {
        "dt" => "Δt (time units)".to_owned(),
        "mass" => "mass m (drag × time units)".to_owned(),
        "alpha" => "learning rate α (1/curvature units)".to_owned(),
        other => other.to_owned(),
    }
}

/// What tells each table from the others, in as few words as do, and its orders.
fn labels(tables: &[Convergence]) -> Vec<String> {
    let against = |table: &Convergence| {
        let study = &table.title().study;
        // "Δt → 0 against this" and "Δt → 0 against that" differ in their ends.
        let end = study.find("against").and_then(|at| study.get(at..));
        end.unwrap_or(study).to_owned()
    };
    let method = |table: &Convergence| table.title().method.clone();
    let start = |table: &Convergence| table.title().start.clone();
    let parts: [&dyn Fn(&Convergence) -> String; 3] = [&method, &start, &against];
    let choices: [&[usize]; 7] = [&[0], &[1], &[2], &[0, 1], &[0, 2], &[1, 2], &[0, 1, 2]];
    let words = |choice: &[usize]| {
        let chosen = |table| {
            let parts = choice.iter().filter_map(|part| parts.get(*part));
            parts
                .map(|part| part(table))
                .collect::<Vec<_>>()
                .join(" · ")
        };
        tables.iter().map(chosen).collect::<Vec<_>>()
    };
    let mut candidates = choices.into_iter().map(words);
    let is_enough = |words: &Vec<String>| distinct(words.iter().cloned()).len() == tables.len();
    let words = candidates
        .find(is_enough)
        .unwrap_or_else(|| words(&[0, 1, 2]));
    let shared = shared_parts(&words);
    let label = |(table, words): (&Convergence, &String)| {
        let own = words.split(" · ").filter(|part| !shared.contains(*part));
        let own: Vec<_> = own.collect();
        let order = |order: &Order| match order.fit {
            Some(fit) => format!("{:.2}", fit.order),
            None => "rounding".to_owned(),
        };
        let (x, u) = (order(table.position()), order(table.velocity()));
        format!("{}: {x}, {u}", own.join(" · "))
    };
    tables.iter().zip(&words).map(label).collect()
}

/// The parts that all of several labels have.
fn shared_parts(labels: &[String]) -> BTreeSet<String> {
    let parts = |label: &String| {
        label
            .split(" · ")
            .map(str::to_owned)
            .collect::<BTreeSet<_>>()
    };
    let mut all = labels.iter().map(parts);
    match all.next() {
        Some(first) if labels.len() > 1 => all.fold(first, |shared, one| &shared & &one),
        _ => BTreeSet::new(),
    }
}

fn distinct(texts: impl Iterator<Item = String>) -> Vec<String> {
    let mut seen: Vec<String> = Vec::new();
    for text in texts {
        if !seen.contains(&text) {
            seen.push(text);
        }
    }
    seen
}

/// A triangle below the lowest line of each order, at the fine end.
fn triangles(
    tables: &[Convergence],
    order: fn(&Convergence) -> &Order,
    error: fn(&Distance) -> f64,
) -> Vec<SlopeTriangle> {
    let mut lowest: Vec<(f64, (f64, f64))> = Vec::new();
    for table in tables {
        let found = order(table);
        let Some(fit) = found.fit else { continue };
        let slope = fit.order.round();
        // The second finest point before rounding leaves room for the triangle to its right.
        let Some(row) = table.rows().get(fit.points.saturating_sub(2)) else {
            continue;
        };
        let point = (row.parameter, error(&row.error));
        if slope < 1.0 || point.1 <= 0.0 {
            continue;
        }
        match lowest.iter_mut().find(|(other, _)| *other == slope) {
            Some((_, least)) if point.1 < least.1 => *least = point,
            Some(_) => {}
            None => lowest.push((slope, point)),
        }
    }
    let triangle = |(slope, (parameter, error)): (f64, (f64, f64))| {
        SlopeTriangle::new(slope, (parameter, error / 3.0))
            .width(0.35)
            .label(format!("order {slope}"))
    };
    lowest.into_iter().map(triangle).collect()
}
