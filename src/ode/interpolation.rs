//! Hermite interpolation: the polynomial through values and derivatives at a few nodes.
//!
//! With s nodes the polynomial has degree 2s − 1. Its error is O(h^2s) in the value and one order lower in the
//! derivative.

use std::ops::Range;

/// The weights of one node in the interpolated value and in the interpolated derivative.
pub(crate) struct Weight {
    /// Weight of the node's value in the interpolated value.
    pub(crate) value: f64,
    /// Weight of the node's derivative in the interpolated value.
    pub(crate) rate: f64,
    /// Weight of the node's value in the interpolated derivative.
    pub(crate) value_slope: f64,
    /// Weight of the node's derivative in the interpolated derivative.
    pub(crate) rate_slope: f64,
}

/// The Hermite weights of distinct `nodes` at `time`.
///
/// Nodes within 1e-290 of each other count as one point, since their inverse distances could overflow.
///
/// With the Lagrange polynomial ℓⱼ and δ = t − tⱼ: (1 − 2ℓⱼ′(tⱼ)δ)ℓⱼ(t)² for the value, δℓⱼ(t)² for
/// the derivative.
pub(crate) fn hermite(nodes: &[f64], time: f64) -> Vec<Weight> {
    let spread = nodes.first().zip(nodes.last()).map(|(a, b)| (b - a).abs());
    if spread < Some(1e-290) {
        let only = |(j, _)| {
            let one = if j == 0 { 1.0 } else { 0.0 };
            Weight {
                value: one,
                rate: 0.0,
                value_slope: 0.0,
                rate_slope: one,
            }
        };
        return nodes.iter().enumerate().map(only).collect();
    }
    let weight = |(j, node): (usize, &f64)| {
        let others = || {
            let other = move |(k, other): (usize, &f64)| (k != j).then_some(*other);
            nodes.iter().enumerate().filter_map(other)
        };
        let lagrange: f64 = others()
            .map(|other| (time - other) / (node - other))
            .product();
        let lagrange_slope: f64 = others()
            .enumerate()
            .map(|(skipped, other)| {
                let rest = others().enumerate().filter(|(k, _)| *k != skipped);
                let product: f64 = rest.map(|(_, o)| (time - o) / (node - o)).product();
                product / (node - other)
            })
            .sum();
        let steepness: f64 = others().map(|other| 1.0 / (node - other)).sum();
        let delta = time - node;
        let square = lagrange * lagrange;
        let square_slope = 2.0 * lagrange * lagrange_slope;
        let factor = 1.0 - 2.0 * steepness * delta;
        Weight {
            value: factor * square,
            rate: delta * square,
            value_slope: factor * square_slope - 2.0 * steepness * square,
            rate_slope: square + delta * square_slope,
        }
    };
    nodes.iter().enumerate().map(weight).collect()
}

/// The indices of the `width` nodes nearest to the interval of `times` that holds `time`.
///
/// `times` is monotonic, increasing or decreasing.
pub(crate) fn window(times: &[f64], time: f64, width: usize) -> Range<usize> {
    let forward = times.first() <= times.last();
    let after = times.partition_point(|t| if forward { *t <= time } else { *t >= time });
    let width = width.min(times.len());
    let start = after.saturating_sub(width / 2).min(times.len() - width);
    start..start + width
}

#[cfg(test)]
mod tests {
    use super::*;

    /// With s nodes, polynomials of degree up to 2s − 1 are exact in value and derivative.
    #[test]
    fn polynomials_of_degree_twice_the_nodes_less_one_are_exact() {
        let polynomial = |t: f64, degree: i32| (t - 0.3).powi(degree);
        let slope = |t: f64, degree: i32| f64::from(degree) * (t - 0.3).powi(degree - 1);
        let nodes = [-1.0, -0.2, 0.5, 1.3];
        let at = |t: f64, degree: i32| {
            let weights = hermite(&nodes, t);
            nodes.iter().zip(&weights).fold((0.0, 0.0), |sum, (n, w)| {
                let (v, r) = (polynomial(*n, degree), slope(*n, degree));
                (
                    sum.0 + w.value * v + w.rate * r,
                    sum.1 + w.value_slope * v + w.rate_slope * r,
                )
            })
        };
        for t in [-0.9, 0.1, 0.5, 1.2] {
            for degree in 1..8 {
                let (value, derivative) = at(t, degree);
                assert!((value - polynomial(t, degree)).abs() < 1e-13);
                assert!((derivative - slope(t, degree)).abs() < 1e-12);
            }
        }
        assert!((at(0.1, 8).0 - polynomial(0.1, 8)).abs() > 1e-3);
    }

    #[test]
    fn window_is_centred_and_stays_inside() {
        let times = [0.0, 1.0, 2.0, 3.0, 4.0];
        assert_eq!(window(&times, 2.5, 2), 2..4);
        assert_eq!(window(&times, 2.5, 4), 1..5);
        assert_eq!(window(&times, 0.1, 4), 0..4);
        assert_eq!(window(&times, 4.0, 2), 3..5);
        let backward = [4.0, 3.0, 2.0, 1.0];
        assert_eq!(window(&backward, 2.5, 2), 1..3);
        assert_eq!(window(&[1.0], 1.0, 2), 0..1);
    }
}
