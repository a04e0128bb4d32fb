//! Path: the iterates of a rule.

use crate::bath::Bath;
use crate::choice::Rule;
use crate::error::{PageError, at_most};
use crate::landscape::Landscape;
use crate::table::Table;
use heavyball::prelude::*;
use nalgebra::{Const, SVector, Vector1, Vector2};

/// The most iterations of a path.
pub const ITERATIONS: f64 = 20_000.0;

/// The iterates from `start` with first displacement `velocity`: a row of x, v and f for each, x and v with both
/// components, the second 0 in one dimension. A run that leaves the numbers ends early, with a note. Each gradient has the
/// noise of `bath`.
///
/// # Errors
/// [`PageError::TooMuch`] for too many iterations; the library's for a start that is not finite.
pub fn path(
    landscape: &Landscape,
    rule: Rule,
    bath: &Bath,
    start: [f64; 2],
    velocity: [f64; 2],
    iterations: f64,
) -> Result<Table, PageError> {
    let iterations = at_most("iterations", iterations, ITERATIONS)?;
    match landscape {
        Landscape::Line(line) => {
            let [start, velocity] = [start, velocity].map(|[x, _]| Vector1::new(x));
            let line = bath.seen_by(rule, line, 0)?;
            by_rule(rule, &line, start, velocity, iterations)
        }
        Landscape::Plane(plane) => {
            let [start, velocity] = [start, velocity].map(Vector2::from);
            let plane = bath.seen_by(rule, plane, 0)?;
            by_rule(rule, &plane, start, velocity, iterations)
        }
    }
}

fn by_rule<P: Potential<f64, Const<D>>, const D: usize>(
    rule: Rule,
    potential: &P,
    start: SVector<f64, D>,
    velocity: SVector<f64, D>,
    iterations: usize,
) -> Result<Table, PageError> {
    match rule {
        Rule::Descent(rule) => rows(rule, potential, start, velocity, iterations),
        Rule::Momentum(rule) => rows(rule, potential, start, velocity, iterations),
        Rule::Nesterov(rule) => rows(rule, potential, start, velocity, iterations),
    }
}

fn rows<R: UpdateRule<f64> + Clone, P: Potential<f64, Const<D>>, const D: usize>(
    rule: R,
    potential: &P,
    start: SVector<f64, D>,
    velocity: SVector<f64, D>,
    iterations: usize,
) -> Result<Table, PageError> {
    let mut run = rule.iterates(potential, start).with_velocity(velocity);
    let mut numbers = Vec::with_capacity(5 * (iterations + 1));
    for _ in 0..=iterations {
        let Some(Iterate { position, velocity }) = run.advance() else {
            break;
        };
        let component =
            |vector: &SVector<f64, D>, i: usize| vector.iter().nth(i).copied().unwrap_or(0.0);
        numbers.extend(
            [position, velocity]
                .into_iter()
                .flat_map(|v| [component(v, 0), component(v, 1)]),
        );
        numbers.push(potential.value(position));
    }
    if numbers.is_empty()
        && let Some(failure) = run.failure()
    {
        return Err(failure.clone().into());
    }
    Ok(Table {
        columns: 5,
        numbers,
        note: run.failure().map(ToString::to_string).unwrap_or_default(),
    })
}
