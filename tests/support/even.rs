//! The observed order of a symmetric method whose window between coarse steps and rounding is narrow.

use nalgebra::{DMatrix, DVector};

/// The order p in error = C hᵖ exp(ah² + bh⁴), fitted by least squares.
///
/// A symmetric method's error has even powers only, hᵖ(C + C′h² + …). At order 8 four halvings span
/// a factor 4·10⁹, nearly all there is between a coarse step and rounding, so that the two powers
/// after the first count at the coarse end. An order off by 2, the next a symmetric method can
/// have, stays off by 2 in this fit.
pub(crate) fn slope_of_even_expansion(points: &[(f64, f64)]) -> Option<f64> {
    let powers = DMatrix::from_fn(points.len(), 4, |i, power| match (points[i].0, power) {
        (_, 0) => 1.0,
        (step, 1) => step.ln(),
        (step, 2) => step * step,
        (step, _) => step.powi(4),
    });
    let logs = DVector::from_iterator(points.len(), points.iter().map(|p| p.1.ln()));
    let fit = powers.svd(true, true).solve(&logs, 1e-14).ok()?;
    Some(fit[1])
}
