//! Polyak's transient: double roots, exactly.

use crate::support::exact::ratio;
use heavyball::prelude::*;
use heavyball::study::stability::Recursion;
use nalgebra::vector;
use num_rational::BigRational;
use num_traits::{One, pow};

/// Derivation (52): from rest at 1 the modes μ and L are (1 + k(1 − ρ))ρᵏ and (1 + k(1 + ρ))(−ρ)ᵏ, to the last digit, for
/// every whole √κ; at κ = 25 these are (1 + k/3)(2/3)ᵏ and (1 + 5k/3)(−2/3)ᵏ.
#[test]
fn the_modes_at_both_ends_have_double_roots() {
    for n in [2_i64, 3, 5, 10, 31] {
        let (alpha, rho) = (ratio(4, (n + 1) * (n + 1)), ratio(n - 1, n + 1));
        let rule = Momentum::of(alpha, &rho * &rho).unwrap();
        let bowl = Quadratic::diagonal(vector![ratio(1, 1), ratio(n * n, 1)]).unwrap();
        let start = vector![BigRational::one(), BigRational::one()];
        for (k, at) in rule.iterates(&bowl, start).take(40).enumerate() {
            let count = ratio(k as i64, 1);
            let grown = |by: BigRational| BigRational::one() + &count * by;
            let mu = grown(BigRational::one() - &rho) * pow(rho.clone(), k);
            let l = grown(BigRational::one() + &rho) * pow(-rho.clone(), k);
            assert_eq!(
                [&at.position[0], &at.position[1]],
                [&mu, &l],
                "κ = {}, k = {k}",
                n * n
            );
        }
    }
}

/// Derivation (52): at κ = 25 the error first grows to 52/27 = 1.9259; for large κ to √κ/e.
#[test]
fn the_error_grows_before_it_falls() {
    let peak = |kappa: f64, steps: usize| {
        let rule = Momentum::optimal(1.0, kappa).unwrap();
        let bowl = Quadratic::diagonal(vector![1.0, kappa]).unwrap();
        let sizes = rule.iterates(&bowl, vector![1.0, 1.0]).take(steps);
        sizes.map(|at| at.position.amax()).fold(0.0, f64::max)
    };
    assert!((peak(25.0, 50) - 52.0 / 27.0).abs() < 1e-12);
    for (kappa, within) in [(1e2_f64, 0.3), (1e4, 0.02), (1e6, 0.002)] {
        let ratio =
            peak(kappa, 40 + 5 * kappa.sqrt() as usize) * std::f64::consts::E / kappa.sqrt();
        println!("κ = {kappa:e}: the peak is {ratio:.5} √κ/e");
        assert!((ratio - 1.0).abs() < within, "{kappa}: {ratio}");
    }
}

/// Derivation (52): Nesterov's rules have a double root at μ only, and from rest (1 + k(1 − ρ)) is all that it costs: the
/// error never grows.
#[test]
fn nesterov_has_no_peak() {
    for kappa in [10.0, 1e3, 1e5] {
        for rule in [
            Nesterov::optimal(1.0, kappa).unwrap(),
            Nesterov::standard(1.0, kappa).unwrap(),
        ] {
            let rho = Recursion::Nesterov
                .rate_on(rule.alpha, rule.beta, 1.0, kappa)
                .unwrap();
            let bowl = Quadratic::diagonal(vector![1.0, kappa]).unwrap();
            for (k, at) in rule
                .iterates(&bowl, vector![1.0, 1.0])
                .take(2000)
                .enumerate()
            {
                let expected = (1.0 + k as f64 * (1.0 - rho)) * rho.powi(k as i32);
                assert!((at.position[0] - expected).abs() < 1e-4, "κ = {kappa}, {k}");
                assert!(at.position.amax() <= 1.0, "κ = {kappa}, {k}");
            }
        }
    }
}
