//! What a study's table must show: fitted orders within 0.05, each from enough comparisons.

use heavyball::study::{Convergence, Order};
use std::ops::RangeBounds;

/// Whether a fit to so many `points` lies within 0.05 of `expected`.
pub(crate) fn is_order(order: &Order, expected: usize, points: impl RangeBounds<usize>) -> bool {
    order.fit.is_some_and(|fit| {
        (fit.order - expected as f64).abs() <= 0.05 && points.contains(&fit.points)
    })
}

/// Position and velocity converge at this order, by all six points of five halvings.
#[track_caller]
pub(crate) fn expect(table: &Convergence, order: usize) {
    assert!(is_order(table.position(), order, 6..=6), "x\n{table}");
    assert!(is_order(table.velocity(), order, 6..=6), "ẋ\n{table}");
}

/// Position and velocity converge at these orders, by five points at least.
#[track_caller]
pub(crate) fn expect_each(table: &Convergence, position: usize, velocity: usize) {
    assert!(is_order(table.position(), position, 5..), "x\n{table}");
    assert!(is_order(table.velocity(), velocity, 5..), "ẋ\n{table}");
}
