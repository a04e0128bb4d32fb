//! What a run measures is ρ: derivation (49).

use heavyball::prelude::*;
use heavyball::study::stability::{Damping, Recursion, Stability};
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

/// Derivation (49): iterations a digit from the smallest rates to the very end of the stable ones, where ρ rounds to 1.
#[test]
fn a_digit_takes_its_iterations_where_the_rate_rounds_to_1() {
    let ln_10 = std::f64::consts::LN_10;
    let digit = |verdict: Result<Stability, Error>| {
        let verdict = verdict.unwrap();
        assert!(verdict.is_stable() && !verdict.to_string().contains("inf"));
        verdict.iterations_per_digit().unwrap()
    };
    let is = |found: f64, expected: f64| (found / expected - 1.0).abs() < 1e-9;
    // A flow: 1 − ρ = α/(1 − β) to first order in α.
    for alpha in [1e-12, 1e-17, 1e-20, 1e-300] {
        let slow = ln_10 / alpha;
        assert!(is(
            digit(GradientDescent::new(alpha).unwrap().stability(1.0)),
            slow
        ));
        for beta in [-0.9, 0.0, 0.9] {
            let slow = slow * (1.0 - beta);
            assert!(is(
                digit(Momentum::new(alpha, beta).unwrap().stability(1.0)),
                slow
            ));
            assert!(is(
                digit(Nesterov::new(alpha, beta).unwrap().stability(1.0)),
                slow
            ));
        }
        // Without drag Nesterov's rule has ρ² = 1 − α.
        let undamped = Nesterov::new(alpha, 1.0).unwrap();
        assert!(is(digit(undamped.stability(1.0)), 2.0 * ln_10 / alpha));
    }
    // Just inside the other end the alternating multiplier is −1 + δ/(1 − β) for momentum, Q = 2(1 + β) − δ.
    let (alpha, delta) = (3.0_f64.next_down(), 3.0 - 3.0_f64.next_down());
    let end = Momentum::new(alpha, 0.5).unwrap();
    assert!(is(digit(end.stability(1.0)), ln_10 * 0.5 / delta));
    // For Nesterov's rule at β = ½: 1 + s + d = 3 − 2Q, and the other multiplier is ¼.
    let (alpha, delta) = (1.5_f64.next_down(), 1.5 - 1.5_f64.next_down());
    let end = Nesterov::new(alpha, 0.5).unwrap();
    assert!(is(digit(end.stability(1.0)), ln_10 * 1.25 / (2.0 * delta)));
    let alpha = 2.0_f64.next_down();
    let end = GradientDescent::new(alpha).unwrap();
    assert!(is(digit(end.stability(1.0)), ln_10 / (2.0 - alpha)));
}

/// A rate far beyond the stable ones is not critical, though its squares overflow.
#[test]
fn an_overflow_is_no_double_root() {
    for q in [1e154, 1e155, 1e200, f64::MAX, f64::INFINITY] {
        for recursion in [Recursion::GradientDescent, Recursion::Momentum] {
            assert_eq!(recursion.damping(q, 0.5), Damping::Alternating, "{q:e}");
        }
        assert_ne!(
            Recursion::Nesterov.damping(q, 0.5),
            Damping::Critical,
            "{q:e}"
        );
    }
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
