//! Figure: tables of convergence as log-log plots, errors in x and in ẋ side by side, with slope triangles.

use crate::plot::{Axis, Color, Figure, Line, Marker, Panel, SlopeTriangle};
use crate::study::order::Order;
use crate::study::{Convergence, Distance};

/// The errors of `tables` over their parameter: x on the left, ẋ on the right.
///
/// Each line's legend gives its method, or its start where the methods agree, and the fitted order; a
/// triangle shows each whole slope that occurs. Errors that are exactly zero have no place on a logarithmic
/// axis and are left out.
///
/// ```no_run
/// use heavyball::prelude::*;
/// use heavyball::study::{Integrated, StepLimit, figure};
/// use nalgebra::vector;
///
/// let problem = Problem::new(HeavyBall::new(1.0, 0.4)?, DoubleWell, vector![0.5, 1.0]).until(2.0);
/// let study = StepLimit::of(&problem);
/// let tables = [
///     study.measure(&Integrated(SymplecticEuler::new))?,
///     study.measure(&Integrated(Leapfrog::new))?,
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
    let position = panel(tables, "Error in x", Convergence::position, |e| e.position);
    let velocity = panel(tables, "Error in ẋ", Convergence::velocity, |e| {
        e.velocity
    });
    Figure::new(title)
        .caption(format!("Largest error over the run. {caption}."))
        .size(1400, 700)
        .panel(position)
        .panel(velocity)
}

/// One panel of [`figure`], for a figure of one's own: `order` and `error` choose x or ẋ.
fn panel(
    tables: &[Convergence],
    title: &str,
    order: fn(&Convergence) -> &Order,
    error: fn(&Distance) -> f64,
) -> Panel {
    let parameter = tables.first().map_or("dt", |table| table.title().parameter);
    let markers = [
        Marker::Dot,
        Marker::Square,
        Marker::Diamond,
        Marker::Triangle,
    ];
    let lines = tables.iter().enumerate().map(|(index, table)| {
        let points = table
            .rows()
            .iter()
            .map(|row| (row.parameter, error(&row.error)));
        let fit = &order(table).fit;
        let fitted = fit.map_or_else(|| "rounding".to_owned(), |fit| format!("{:.2}", fit.order));
        Line::new(
            format!("{}: {fitted}", label(table, tables)),
            points.filter(|point| point.1 > 0.0),
        )
        .color(Color::series(index))
        .marker(
            markers
                .into_iter()
                .cycle()
                .nth(index)
                .unwrap_or(Marker::Dot),
        )
    });
    Panel::new()
        .title(title)
        .x_axis(Axis::new(axis(parameter)).logarithmic())
        .y_axis(Axis::new("largest error").logarithmic())
        .layers(lines)
        .layers(triangles(tables, order, error))
}

fn axis(parameter: &str) -> String {
    match parameter {
        "dt" => "Δt (time units)".to_owned(),
        "mass" => "mass m (drag × time units)".to_owned(),
        "alpha" => "α".to_owned(),
        other => other.to_owned(),
    }
}

/// What tells a table from the others: its method, its start, or both.
fn label(table: &Convergence, tables: &[Convergence]) -> String {
    let title = table.title();
    let methods = distinct(tables.iter().map(|table| table.title().method.clone()));
    let starts = distinct(tables.iter().map(|table| table.title().start.clone()));
    match (methods.len() > 1, starts.len() > 1) {
        (true, true) => format!("{}, {}", title.method, title.start),
        (false, true) => title.start.clone(),
        _ => title.method.clone(),
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
