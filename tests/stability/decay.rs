//! What a run measures is ρ: derivation (49).

use heavyball::prelude::*;
use heavyball::study::stability::{Damping, Recursion};
use nalgebra::{Const, vector};

/// |x| + |v| along a run on f = ½Qx² with α = 1, from x = 1 and v = −0.3.
fn sizes(recursion: Recursion, q: f64, beta: f64, steps: usize) -> Vec<f64> {
    let mode = Quadratic::diagonal(vector![q]).unwrap();
    let (x, v) = (vector![1.0], vector![-0.3]);
    let size =
        |iterate: Iterate<f64, Const<1>>| iterate.position.x.abs() + iterate.velocity.x.abs();
    match recursion {
        Recursion::GradientDescent => {
            let rule = GradientDescent::new(1.0).unwrap();
            let run = rule.iterates(&mode, x).with_velocity(v);
            run.map(size).take(steps).collect()
        }
        Recursion::Momentum => {
            let rule = Momentum::new(1.0, beta).unwrap();
            let run = rule.iterates(&mode, x).with_velocity(v);
            run.map(size).take(steps).collect()
        }
        Recursion::Nesterov => {
            let rule = Nesterov::new(1.0, beta).unwrap();
            let run = rule.iterates(&mode, x).with_velocity(v);
            run.map(size).take(steps).collect()
        }
        Recursion::ExplicitEuler => {
            let ball = HeavyBall::new(1.0, 1.0 - beta).unwrap();
            let euler = ExplicitEuler::new(1.0).unwrap();
            let phases = euler.phases(&ball, &mode, Phase::new(x, v)).unwrap();
            let run = phases.map(|at| at.position.x.abs() + at.momentum.x.abs());
            run.take(steps).collect()
        }
    }
}

/// Derivation (49): the decay, or growth, of a run over 600 e-folds of its last half is ln ρ within 1 %, in every damping,
/// stable and unstable.
#[test]
fn runs_decay_at_the_spectral_radius() {
    use Damping::{Alternating, Critical, Overdamped, Underdamped};
    use Recursion::{ExplicitEuler, GradientDescent, Momentum, Nesterov};
    let cases = [
        (GradientDescent, 0.05, 0.0, Overdamped),
        (GradientDescent, 1.9, 0.0, Alternating),
        (GradientDescent, 2.1, 0.0, Alternating),
        (GradientDescent, -0.1, 0.0, Overdamped),
        (Momentum, 0.002, 0.9, Overdamped),
        (Momentum, 0.25, 0.25, Critical),
        (Momentum, 2.25, 0.25, Critical),
        (Momentum, 0.5, 0.9, Underdamped),
        (Momentum, 2.45, 0.25, Alternating),
        (Momentum, 2.6, 0.25, Alternating),
        (Momentum, 0.3, -0.5, Overdamped),
        (Momentum, 0.9, -0.5, Alternating),
        (Momentum, 1.3, -0.5, Alternating),
        (Momentum, -0.1, 0.5, Overdamped),
        (Nesterov, 0.001, 0.9, Overdamped),
        (Nesterov, 0.0625, 0.6, Critical),
        (Nesterov, 0.3, 0.9, Underdamped),
        (Nesterov, 1.4, 0.5, Alternating),
        (Nesterov, 2.025, 0.5, Alternating),
        (Nesterov, 2.5, -0.5, Underdamped),
        (Nesterov, 3.2, -0.5, Underdamped),
        (Nesterov, 0.6, -0.5, Overdamped),
        (Nesterov, -0.1, 0.5, Overdamped),
        (ExplicitEuler, 0.002, 0.9, Overdamped),
        (ExplicitEuler, 0.0625, 0.5, Critical),
        (ExplicitEuler, 0.05, 0.9, Underdamped),
        (ExplicitEuler, 0.2, 0.9, Underdamped),
        (ExplicitEuler, 1.2, -1.5, Alternating),
        (ExplicitEuler, -0.1, 0.5, Overdamped),
    ];
    for (recursion, q, beta, damping) in cases {
        assert_eq!(
            recursion.damping(q, beta),
            damping,
            "{recursion} {q} {beta}"
        );
        let rho = recursion.spectral_radius(q, beta);
        assert_eq!(recursion.is_stable(q, beta), rho < 1.0);
        let steps = (600.0 / rho.ln().abs()) as usize;
        let sizes = sizes(recursion, q, beta, steps);
        assert_eq!(sizes.len(), steps);
        let found = log_slope(&sizes, steps / 2);
        let error = found / rho.ln() - 1.0;
        assert!(
            error.abs() < 0.01,
            "{recursion} {q} {beta}: ρ {rho}, measured {}",
            found.exp()
        );
    }
    // Nilpotent: gradient descent at Q = 1 is there after one step.
    assert_eq!(GradientDescent.spectral_radius(1.0, 0.0), 0.0);
    assert_eq!(sizes(GradientDescent, 1.0, 0.0, 3)[2], 0.0);
}

/// The least-squares slope of ln(size) over k, from index `from` on.
fn log_slope(sizes: &[f64], from: usize) -> f64 {
    let points = || {
        sizes
            .iter()
            .enumerate()
            .skip(from)
            .map(|(k, size)| (k as f64, size.ln()))
    };
    let count = points().count() as f64;
    let mean = points().fold((0.0, 0.0), |m, (x, y)| (m.0 + x / count, m.1 + y / count));
    let (covariance, variance) = points().fold((0.0, 0.0), |sum, (x, y)| {
        let (x, y) = (x - mean.0, y - mean.1);
        (sum.0 + x * y, sum.1 + x * x)
    });
    covariance / variance
}

/// Derivation (49): a rule's report has the same numbers, and says what to do.
#[test]
fn reports_read_as_they_should() {
    let verdict = Nesterov::new(0.1, 0.5).unwrap().stability(20.25).unwrap();
    assert!(!verdict.is_stable() && verdict.iterations_per_digit().is_none());
    let text = verdict.to_string();
    assert!(
        text.contains("not stable") && text.contains("alternating"),
        "{text}"
    );
    assert!(
        text.contains("stable for alpha below 0.074074 at this beta"),
        "{text}"
    );

    let verdict = Momentum::optimal(1.0, 25.0)
        .unwrap()
        .stability_on(1.0, 25.0)
        .unwrap();
    assert_eq!(verdict.damping, Damping::Critical);
    let text = verdict.to_string();
    assert!(
        text.contains("on curvatures from 1 to 25: stable"),
        "{text}"
    );
    assert!(
        text.contains("critically damped at the slowest curvature"),
        "{text}"
    );
    let digit = verdict.iterations_per_digit().unwrap();
    assert!((digit - 10.0_f64.ln() / 1.5_f64.ln()).abs() < 1e-5);

    let text = Momentum::new(0.1, 1.0)
        .unwrap()
        .stability(1.0)
        .unwrap()
        .to_string();
    assert!(
        text.contains("not stable") && text.contains("stable for no alpha at this beta"),
        "{text}"
    );
    let text = GradientDescent::new(0.1)
        .unwrap()
        .stability_on(1.0, 2.0)
        .unwrap()
        .to_string();
    assert!(
        text.contains("overdamped at the slowest curvature, 1") && !text.contains("beta"),
        "{text}"
    );
}
