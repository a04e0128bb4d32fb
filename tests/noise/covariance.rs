//! The covariance of (x, p) on f = kx²/2, step by step and in the limit.
//!
//! A step is linear there, so the covariance obeys C₊ = ACAᵀ + BBᵀ. A and B are read off the library's own step: A from
//! the step without noise of the two unit vectors, B from steps from the origin with known normal numbers.

use heavyball::langevin::{
    Aboba, Baoab, Boaob, EulerMaruyama, Langevin, LangevinMethod, Obabo, StochasticSymplecticEuler,
};
use heavyball::noise::Noise;
use heavyball::prelude::*;
use nalgebra::{Matrix2, Vector2, matrix, vector};

const K: f64 = 3.0;
const MASS: f64 = 0.7;
const T: f64 = 0.6;

pub(crate) struct Recursion {
    pub(crate) step: Matrix2<f64>,
    noise: Matrix2<f64>,
}

impl Recursion {
    pub(crate) fn of(method: &impl LangevinMethod, drag: f64) -> Self {
        let (noise, well) = (Noise::new(1), Quadratic::diagonal(vector![K]).unwrap());
        let run = |temperature, start: Vector2<f64>, k| {
            let bath = Langevin::new(HeavyBall::new(MASS, drag).unwrap(), temperature).unwrap();
            let start = Phase::new(vector![start.x], vector![start.y]);
            let run = method.phases(&bath, &well, start, noise).unwrap();
            let end = run.from_step(k).after(1).unwrap();
            vector![end.position.x, end.momentum.x]
        };
        let columns = [
            run(0.0, vector![1.0, 0.0], 0),
            run(0.0, vector![0.0, 1.0], 0),
        ];
        // Two places give B, which acts on both normal numbers of each.
        let ends =
            Matrix2::from_columns(&[run(T, Vector2::zeros(), 4), run(T, Vector2::zeros(), 9)]);
        let normals = [4, 9].map(|k| Vector2::from(noise.normal_pair(0, k, 0)));
        Self {
            step: Matrix2::from_columns(&columns),
            noise: ends * Matrix2::from_columns(&normals).try_inverse().unwrap(),
        }
    }

    /// The covariance after `steps` steps from (x, p) = `start`, and the mean square with the mean of the start.
    pub(crate) fn second_moments(&self, start: Vector2<f64>, steps: usize) -> Matrix2<f64> {
        (0..steps).fold(start * start.transpose(), |moments, _| {
            self.step * moments * self.step.transpose() + self.noise * self.noise.transpose()
        })
    }
}

/// Var x and Var p in the limit, for every method: what the table of the room promises.
fn promised(name: &str, h: f64, drag: f64) -> (f64, f64) {
    let (z, q) = (drag * h / MASS, h * h * K / MASS);
    let (x, p) = (T / K, MASS * T);
    match name {
        "Baoab" => (x, p * (1.0 - q / 4.0)),
        "Obabo" => (x / (1.0 - q / 4.0), p),
        "Aboba" => (x, p / (1.0 - q / 4.0)),
        "Boaob" => {
            let half: f64 = z / 2.0;
            let u = 1.0 / half.cosh();
            let rest = q / 4.0 * half.tanh() * half.sinh() / (1.0 - u * q / 4.0);
            (x / (u * (1.0 - u * q / 4.0)), p * (1.0 + rest))
        }
        "StochasticSymplecticEuler" => (
            x / (1.0 - q / (4.0 - 2.0 * z)),
            p / (1.0 - z / 2.0 - q / 4.0),
        ),
        _ => (x / (1.0 - h * K / (2.0 * drag)), 0.0),
    }
}

fn check(method: &impl LangevinMethod, drag: f64) {
    let (name, h) = (method.properties().name, method.dt());
    let limit = Recursion::of(method, drag).second_moments(Vector2::zeros(), 40_000);
    let (x, p) = promised(name, h, drag);
    assert!(
        (limit.m11 / x - 1.0).abs() < 1e-12,
        "{name}, h = {h}: {limit} instead of {x}"
    );
    assert!(
        (limit.m22 - p).abs() < 1e-12 * MASS * T,
        "{name}, h = {h}: {limit} instead of {p}"
    );
}

/// Equations (86), (87) and (88).
#[test]
fn the_variances_are_those_of_the_table_at_any_step_and_drag() {
    // The largest step is 2√(m/k) = 0.966.
    for h in [0.01, 0.1, 0.5, 0.9] {
        for drag in [0.05, 0.5, 2.0] {
            check(&Baoab::new(h).unwrap(), drag);
            check(&Obabo::new(h).unwrap(), drag);
            check(&Aboba::new(h).unwrap(), drag);
            check(&Boaob::new(h).unwrap(), drag);
        }
    }
    for (h, drag) in [(0.01, 0.05), (0.1, 0.5), (0.5, 0.5), (0.5, 1.0)] {
        check(&StochasticSymplecticEuler::new(h).unwrap(), drag);
    }
    for (h, drag) in [(0.01, 0.5), (0.1, 0.5), (0.3, 0.5), (0.5, 2.0)] {
        check(&EulerMaruyama::new(h).unwrap(), drag);
    }
}

/// The mean of x² at time 1 from (x, p) = (1, ½): C(t) = C∞ + e^(Ft)(C₀ − C∞)e^(Fᵀt).
fn exact(drag: f64) -> f64 {
    let limit = matrix![T / K, 0.0; 0.0, MASS * T];
    let flow = matrix![0.0, 1.0 / MASS; -K, -drag / MASS].exp();
    let start = vector![1.0, 0.5];
    (limit + flow * (start * start.transpose() - limit) * flow.transpose()).m11
}

/// The slopes of the error of the mean of x² at time 1 over four halvings, from 1/`coarsest` on.
fn slopes<M: LangevinMethod>(coarsest: i32, of: impl Fn(f64) -> M) -> Vec<f64> {
    let drag = 0.8;
    let error = |halvings: i32| {
        let steps = coarsest << halvings;
        let recursion = Recursion::of(&of(1.0 / f64::from(steps)), drag);
        let moments = recursion.second_moments(vector![1.0, 0.5], steps as usize);
        (moments.m11 - exact(drag)).abs()
    };
    let errors: Vec<_> = (0..=4).map(error).collect();
    errors
        .windows(2)
        .map(|pair| (pair[0] / pair[1]).log2())
        .collect()
}

#[test]
fn the_weak_orders_are_two_and_one() {
    let near = |slopes: Vec<f64>, order: f64| {
        assert!(
            slopes.iter().all(|slope| (slope - order).abs() < 0.05),
            "{slopes:?}"
        );
    };
    near(slopes(40, |h| Baoab::new(h).unwrap()), 2.0);
    near(slopes(40, |h| Obabo::new(h).unwrap()), 2.0);
    near(slopes(40, |h| Aboba::new(h).unwrap()), 2.0);
    near(slopes(40, |h| Boaob::new(h).unwrap()), 2.0);
    near(
        slopes(640, |h| StochasticSymplecticEuler::new(h).unwrap()),
        1.0,
    );
}

/// Equation (85).
#[test]
fn the_noise_of_a_small_drag_loses_no_digits() {
    // z = 1e-14: σ² = mT(1 − e⁻²ᶻ) = 2zmT to 14 digits; 1 − e⁻²ᶻ has none.
    let (h, drag) = (0.01, 7e-13);
    let recursion = Recursion::of(&Baoab::new(h).unwrap(), drag);
    let variance = recursion.noise.row(1).norm_squared();
    let kick = 1.0 - h * h * K / (4.0 * MASS);
    assert!((variance / (2.0 * drag * h * T * kick * kick) - 1.0).abs() < 1e-12);
}
