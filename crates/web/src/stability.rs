//! Stability on a curvature: multipliers, the stable region and the map of rates.

use crate::choice::recursion;
use crate::error::{PageError, at_most};
use heavyball::study::stability::RateMap;

/// Both multipliers of a rule on αλ = `q` as real and imaginary parts, then ρ, then 1 if stable, else 0.
///
/// # Errors
/// [`PageError::Unknown`] for the rule.
pub fn multipliers(rule: &str, q: f64, beta: f64) -> Result<[f64; 6], PageError> {
    let recursion = recursion(rule)?;
    let [first, second] = recursion.multipliers(q, beta);
    let stable = f64::from(u8::from(recursion.is_stable(q, beta)));
    let rate = recursion.spectral_radius(q, beta);
    Ok([first.re, first.im, second.re, second.im, rate, stable])
}

/// ρ at the centres of `columns` × `rows` cells over 0 < αλ < `largest` and 0 < β < 1, a row for each β.
///
/// # Errors
/// [`PageError::TooMuch`] for too many cells; the library's.
pub fn rate_map(rule: &str, largest: f64, columns: f64, rows: f64) -> Result<Vec<f64>, PageError> {
    let columns = at_most("columns", columns, 500.0)?;
    let rows = at_most("rows", rows, 500.0)?;
    let centres = |count: usize, end: f64| -> Vec<f64> {
        let centre = |index| end * (index as f64 + 0.5) / count as f64;
        (0..count).map(centre).collect()
    };
    let map = RateMap::new(
        recursion(rule)?,
        &centres(columns, largest),
        &centres(rows, 1.0),
    )?;
    Ok(map.values().to_vec())
}

/// The end of the stable αλ for each of `rows` + 1 values of β from 0 to 1; 0 where none is stable.
///
/// # Errors
/// As [`rate_map`].
pub fn edge(rule: &str, rows: f64) -> Result<Vec<f64>, PageError> {
    let (recursion, rows) = (recursion(rule)?, at_most("rows", rows, 500.0)?);
    let ends = (0..=rows).map(|row| {
        let end = recursion.largest_stable_q(row as f64 / rows as f64)?;
        Ok(end.unwrap_or(0.0))
    });
    ends.collect()
}
