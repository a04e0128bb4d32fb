//! The observed order of a method: the slope of its error over its step, both on logarithmic scales.

/// The least-squares slope of log(error) over log(step) through `(step, error)` points.
pub(crate) fn slope(points: &[(f64, f64)]) -> f64 {
    let count = points.len() as f64;
    let logs = || points.iter().map(|(step, error)| (step.ln(), error.ln()));
    let mean = logs().fold((0.0, 0.0), |m, (x, y)| (m.0 + x / count, m.1 + y / count));
    let (covariance, variance) = logs().fold((0.0, 0.0), |sum, (x, y)| {
        let (x, y) = (x - mean.0, y - mean.1);
        (sum.0 + x * y, sum.1 + x * x)
    });
    covariance / variance
}

/// Whether `slope` lies within 0.05 of `order`; false for NaN.
pub(crate) fn is_order(slope: f64, order: usize) -> bool {
    (slope - order as f64).abs() <= 0.05
}
