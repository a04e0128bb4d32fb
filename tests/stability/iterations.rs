//! Iterations to 1e-8 over κ, by running: derivation (50) and (52).

use crate::support::slope::{is_order, slope};
use heavyball::prelude::*;
use nalgebra::vector;

/// Iterations from which on the largest error of four modes between 1 and κ stays below 1e-8, from 1 and at rest.
fn needed<R: UpdateRule<f64> + Clone>(rule: &R, kappa: f64) -> f64 {
    let curvatures = vector![1.0, kappa.powf(0.3), kappa.powf(0.7), kappa];
    let bowl = Quadratic::diagonal(curvatures).unwrap();
    let mut iterates = rule.iterates(&bowl, vector![1.0, 1.0, 1.0, 1.0]);
    let (mut k, mut last) = (0, 0);
    // Twice as long as the last error above the mark is long enough: the envelope only falls.
    while let Some(at) = iterates.advance() {
        if at.position.amax() >= 1e-8 {
            last = k;
        } else if k > 2 * last + 10 {
            break;
        }
        k += 1;
    }
    last as f64 + 1.0
}

/// κ = 10, 31.6, …, 1e5.
fn kappas() -> impl Iterator<Item = f64> {
    (2..=10).map(|k| 10_f64.powf(f64::from(k) / 2.0))
}

/// Derivation (50), (52): gradient descent takes κ times as many iterations, momentum and Nesterov's rules √κ times; the
/// double roots add a logarithm, which the fitted exponents carry, and which the closed forms give to one iteration.
#[test]
fn iterations_grow_like_kappa_and_like_its_root() {
    let fit = |needed: &dyn Fn(f64) -> f64| {
        slope(
            &kappas()
                .map(|kappa| (kappa, needed(kappa)))
                .collect::<Vec<_>>(),
        )
    };
    let descent = fit(&|kappa| needed(&GradientDescent::optimal(1.0, kappa).unwrap(), kappa));
    let momentum = fit(&|kappa| needed(&Momentum::optimal(1.0, kappa).unwrap(), kappa));
    let nesterov = fit(&|kappa| needed(&Nesterov::optimal(1.0, kappa).unwrap(), kappa));
    let standard = fit(&|kappa| needed(&Nesterov::standard(1.0, kappa).unwrap(), kappa));
    println!(
        "iterations to 1e-8 grow like κ^p: gradient descent {descent:.4}, momentum {momentum:.4}, Nesterov tuned {nesterov:.4}, standard {standard:.4}"
    );
    assert!(is_order(descent, 1));
    for slope in [momentum, nesterov, standard] {
        assert!((slope - 0.5).abs() < 0.05, "{slope}");
    }
}

/// Derivation (52): the count is that of (1 + k(1 ± ρ))ρᵏ, to one iteration.
#[test]
fn the_count_is_that_of_the_double_root() {
    let closed = |rho: f64, by: f64| {
        let log = |k: f64| (k * by).ln_1p() + k * rho.ln() - 1e-8_f64.ln();
        // Past the peak it falls for good.
        let mut k = (-1.0 / rho.ln()).ceil();
        while log(k) >= 0.0 {
            k += 1.0;
        }
        k
    };
    for kappa in kappas() {
        let root = kappa.sqrt();
        let rho = (root - 1.0) / (root + 1.0);
        let found = needed(&Momentum::optimal(1.0, kappa).unwrap(), kappa);
        assert!(
            (found - closed(rho, 1.0 + rho)).abs() <= 1.0,
            "κ = {kappa}: {found}"
        );
        let rho = 1.0 - 2.0 / (3.0 * kappa + 1.0).sqrt();
        let found = needed(&Nesterov::optimal(1.0, kappa).unwrap(), kappa);
        assert!(
            (found - closed(rho, 1.0 - rho)).abs() <= 1.0,
            "κ = {kappa}: {found}"
        );
    }
}
