//! Random points (Q, β), half of them on a boundary or within 1e-1 to 1e-12 of one.

use heavyball::study::stability::Recursion;
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;

/// A recursion, Q and β.
pub(crate) type Point = (Recursion, f64, f64);

/// `count` points, the same everywhere.
pub(crate) fn points(count: usize) -> Vec<Point> {
    let mut random = ChaCha8Rng::seed_from_u64(49);
    (0..count).map(|k| point(&mut random, k)).collect()
}

fn point(random: &mut ChaCha8Rng, k: usize) -> Point {
    let recursion = Recursion::ALL[k % 4];
    let small = 10.0_f64.powf(-random.random_range(1.0..12.0));
    let sign = if random.random_bool(0.5) { 1.0 } else { -1.0 };
    let beta = match random.random_range(0..10) {
        0 => -1.0 + small,
        1 => 1.0 - small,
        2 => sign * small,
        3 => [0.0, 1.0, 0.5, -0.5, -1.0 / 3.0][random.random_range(0..5)],
        _ => random.random_range(-0.999..1.0),
    };
    let offset = match random.random_range(0..20) {
        0 => 0.0,
        _ => sign * 10.0_f64.powf(-random.random_range(1.0..12.0)),
    };
    let end = recursion.largest_stable_q(beta).unwrap().unwrap_or(0.0);
    let root = beta.max(0.0).sqrt();
    let q = match random.random_range(0..8) {
        0 | 1 => end * (1.0 + offset),
        2 => match recursion {
            Recursion::GradientDescent => 1.0 + offset,
            Recursion::Momentum => ((1.0 - beta) / (1.0 + root)).powi(2) * (1.0 + offset),
            Recursion::Nesterov => ((1.0 - beta) / (1.0 + beta)).powi(2) * (1.0 + offset),
            Recursion::ExplicitEuler => (1.0 - beta).powi(2) / 4.0 * (1.0 + offset),
        },
        3 => match recursion {
            Recursion::Momentum => (1.0 + root).powi(2) * (1.0 + offset),
            _ => 1.0 + offset,
        },
        4 => offset,
        _ => random.random_range(-0.5..5.0),
    };
    (recursion, q, beta)
}
