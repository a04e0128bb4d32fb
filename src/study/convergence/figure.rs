//! Figure: tables of convergence as log-log plots, errors in x and in ẋ side by side, with slope triangles.

use crate::plot::{Axis, Color, Dash, Figure, Legend, Line, Marker, Panel, SlopeTriangle};
use crate::study::convergence::{Convergence, Distance, Order, SmallParameter, Title};

/// The errors of `tables` over their parameter: x on the left, ẋ on the right.
///
/// The legend gives the parts of each title that distinguish it, and the fitted orders in x and ẋ; a triangle shows
/// each integer slope that occurs. Errors of exactly zero cannot be drawn on a logarithmic axis and are omitted.
///
/// ```no_run
/// use heavyball::prelude::*;
/// use heavyball::study::{IntegratorScheme, Limit, figure};
/// use nalgebra::vector;
///
/// let problem = Problem::new(HeavyBall::new(1.0, 0.4)?, DoubleWell, vector![0.5, 1.0]).until(2.0);
/// let tables = [
///     Limit::small_step(&problem, IntegratorScheme(SymplecticEuler::new)).measure()?,
///     Limit::small_step(&problem, IntegratorScheme(Leapfrog::new)).measure()?,
/// ];
/// figure("Two integrators", &tables).save("orders.png")?;
/// # Ok::<(), heavyball::Error>(())
/// ```
#[must_use]
pub fn figure(title: &str, tables: &[Convergence]) -> Figure {
    let studies = tables.iter().map(|table| table.title().study());
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

fn axis(tables: &[Convergence]) -> &'static str {
    let first = tables.first().map(|table| table.title().parameter);
    first.unwrap_or(SmallParameter::Step).axis()
}

/// The fewest parts of their titles that distinguish the tables, and the orders of each.
fn labels(tables: &[Convergence]) -> Vec<String> {
    let kinds: [fn(&Title) -> Vec<String>; 3] = [
        |title| title.method.parts().to_vec(),
        |title| title.start.parts().to_vec(),
        |title| vec![format!("against {}", title.reference)],
    ];
    let choices: [&[usize]; 7] = [&[0], &[1], &[2], &[0, 1], &[0, 2], &[1, 2], &[0, 1, 2]];
    let parts = |choice: &[usize]| {
        let chosen = |table: &Convergence| {
            let kinds = choice.iter().filter_map(|kind| kinds.get(*kind));
            kinds.flat_map(|kind| kind(table.title())).collect()
        };
        tables.iter().map(chosen).collect::<Vec<Vec<String>>>()
    };
    let mut candidates = choices.into_iter().map(parts);
    let is_enough = |parts: &Vec<Vec<String>>| distinct(parts.iter()).len() == tables.len();
    let parts = candidates
        .find(is_enough)
        .unwrap_or_else(|| parts(&[0, 1, 2]));
    let is_shared = |part: &String| parts.len() > 1 && parts.iter().all(|own| own.contains(part));
    let label = |(table, own): (&Convergence, &Vec<String>)| {
        let own: Vec<_> = own
            .iter()
            .filter(|part| !is_shared(part))
            .cloned()
            .collect();
        let order = |order: &Order| match order.fit {
            Some(fit) => format!("{:.2}", fit.order),
            None => "rounding".to_owned(),
        };
        let (x, u) = (order(table.position()), order(table.velocity()));
        format!("{}: {x}, {u}", own.join(" · "))
    };
    tables.iter().zip(&parts).map(label).collect()
}

fn distinct<T: PartialEq>(items: impl Iterator<Item = T>) -> Vec<T> {
    let mut seen = Vec::new();
    for item in items {
        if !seen.contains(&item) {
            seen.push(item);
        }
    }
    seen
}

/// A slope triangle below the lowest line of each order, at the fine end.
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
