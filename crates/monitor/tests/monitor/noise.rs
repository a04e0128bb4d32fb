//! Temperatures and curvatures under noise of known covariance.

use heavyball::LogisticRegression;
use heavyball::potentials::{
    Features, FiniteSum, Minibatches, NoisyGradient, Sampling, gradient_covariance,
};
use heavyball::prelude::*;
use heavyball::study::temperature::NoisyMode;
use heavyball_monitor::Monitor;
use nalgebra::{DMatrix, DVector, SVector, dmatrix, dvector};

/// The mean, and its standard error from the means of 50 blocks.
fn mean_and_error(values: &[f64]) -> (f64, f64) {
    let blocks: Vec<f64> = values
        .chunks_exact(values.len() / 50)
        .map(|block| block.iter().sum::<f64>() / block.len() as f64)
        .collect();
    let count = blocks.len() as f64;
    let mean = blocks.iter().sum::<f64>() / count;
    let variance = blocks.iter().map(|b| (b - mean).powi(2)).sum::<f64>() / (count - 1.0);
    (mean, (variance / count).sqrt())
}

/// A half batch has twice the covariance of the whole, and |a − b|²/4 has the mean tr Σ: T = α tr Σ/2N(1 − β), (89).
#[test]
fn two_half_batches_show_the_temperature() {
    let covariance: DMatrix<f64> = dmatrix![2.0, 0.6, 0.0; 0.6, 1.0, -0.3; 0.0, -0.3, 0.25];
    let bowl = Quadratic::diagonal(dvector![1.0, 2.0, 5.0]).unwrap();
    let noisy = NoisyGradient::full(&bowl, &(2.0 * &covariance), 11).unwrap();
    let other = noisy.clone().of_member(1);
    let rule = Momentum::new(0.02, 0.9).unwrap();
    let mut monitor = Monitor::new();
    let (mut x, mut v) = (dvector![0.3, 0.2, 0.1], dvector![0.0, 0.0, 0.0]);
    let (mut a, mut b) = (x.clone(), x.clone());
    let mut seen = Vec::new();
    for k in 0..10_000 {
        noisy.gradient_at_step(0, k, &x, &mut a);
        other.gradient_at_step(1, k, &x, &mut b);
        let halves: [&[&[f64]]; 2] = [&[a.as_slice()], &[b.as_slice()]];
        let [first, second] = halves;
        let at = monitor
            .record_halves(k, bowl.value(&x), rule, &[x.as_slice()], first, second)
            .unwrap();
        seen.push(at.temperature.unwrap());
        let gradient = 0.5 * (&a + &b);
        rule.update_slices(x.as_mut_slice(), v.as_mut_slice(), gradient.as_slice())
            .unwrap();
    }
    let expected = rule.temperature(covariance.trace() / 3.0).unwrap();
    let mean = seen.iter().sum::<f64>() / seen.len() as f64;
    // Var |a − b|²/4 = 2 tr Σ², as a − b has the covariance 4Σ.
    let spread = 2.0 * (&covariance * &covariance).trace();
    let error = rule.temperature(spread.sqrt() / 3.0).unwrap() / (seen.len() as f64).sqrt();
    assert!(
        (mean - expected).abs() < 4.0 * error,
        "{mean} {expected} {error}"
    );
    assert!(4.0 * error < 0.05 * expected); // a factor of 2 or of 4 would be seen
    let row = monitor.report().unwrap().joined(1).pop().unwrap();
    assert!((row.temperature().unwrap() - mean).abs() < 1e-12 * mean);
}

/// Curvatures and kinetic temperatures of a stationary run on 40 equal modes with noise of variance σ² = 2.
struct Stationary {
    alpha_lambda: (f64, f64),
    kinetic_temperature: (f64, f64),
}

fn stationary(rule: Momentum, curvature: f64, halves: bool) -> Stationary {
    const N: usize = 40;
    let bowl = Quadratic::diagonal(SVector::<f64, N>::repeat(curvature)).unwrap();
    let noisy = NoisyGradient::isotropic(&bowl, 4.0, 5).unwrap();
    let mut monitor = Monitor::new();
    let (mut x, mut v) = (SVector::<f64, N>::zeros(), SVector::<f64, N>::zeros());
    let (mut a, mut b) = (x, x);
    let (mut curvatures, mut temperatures) = (Vec::new(), Vec::new());
    for k in 0..22_000 {
        noisy.gradient_at_step(0, k, &x, &mut a);
        noisy.gradient_at_step(1, k, &x, &mut b);
        let gradient = 0.5 * (a + b);
        let (x_slice, g) = ([x.as_slice()], [gradient.as_slice()]);
        let seen = if halves {
            monitor.record_halves(k, 0.0, rule, &x_slice, &[a.as_slice()], &[b.as_slice()])
        } else {
            monitor.record(k, 0.0, rule, &x_slice, &g)
        };
        let seen = seen.unwrap();
        if k >= 2000 {
            curvatures.push(seen.alpha_lambda.unwrap());
            temperatures.push(seen.kinetic_temperature.unwrap());
        }
        rule.update_slices(x.as_mut_slice(), v.as_mut_slice(), gradient.as_slice())
            .unwrap();
    }
    Stationary {
        alpha_lambda: mean_and_error(&curvatures),
        kinetic_temperature: mean_and_error(&temperatures),
    }
}

/// Without half batches the noise adds α²σ²/Var v = (1 − β)(2(1 + β) − αλ)/2 to αλ, by (90); with them, nothing.
///
/// Means of ratios differ from ratios of means by O(1/N), so that 0.02 is allowed for 40 coordinates.
#[test]
fn half_batches_take_the_noise_out_of_the_curvature() {
    let (rule, lambda) = (Momentum::new(0.1, 0.8).unwrap(), 1.0);
    let q = 0.1 * lambda;
    let added = 0.5 * (1.0 - 0.8) * (2.0 * 1.8 - q);
    let (raw, error) = stationary(rule, lambda, false).alpha_lambda;
    assert!(
        (raw - q - added).abs() < 4.0 * error + 0.02,
        "{raw} {error}"
    );
    let (seen, error) = stationary(rule, lambda, true).alpha_lambda;
    assert!((seen - q).abs() < 4.0 * error + 0.02, "{seen} {error}");
    assert!(4.0 * error + 0.02 < 0.1 * added);
}

/// m Var ẋ = T/(1 − αλ/2(1 + β)), (91): the mass is that of the effective particle.
#[test]
fn the_motion_shows_the_temperature_of_the_noise() {
    let (rule, lambda) = (Momentum::new(0.2, 0.6).unwrap(), 4.0);
    let (seen, error) = stationary(rule, lambda, true).kinetic_temperature;
    let expected = rule.temperature(2.0).unwrap() / (1.0 - 0.8 / 3.2);
    assert!(
        (seen - expected).abs() < 4.0 * error,
        "{seen} {expected} {error}"
    );
    assert!(4.0 * error < 0.05 * expected); // explicit drag has 2/(1 + β) = 1.25 of it
    let state = NoisyMode::new(rule, lambda, 2.0)
        .unwrap()
        .stationary()
        .unwrap();
    assert!((state.var_velocity * 1.6 / 0.4 - expected).abs() < 1e-12 * expected);
}

/// Batches of 2 + 2 rows drawn with replacement: T = α tr Σ/2NB(1 − β) with the covariance Σ of single rows.
#[test]
fn minibatches_have_the_temperature_of_their_covariance() {
    let hours = [[0.5], [1.0], [1.75], [2.0], [3.0], [3.5], [4.0], [5.0]];
    let passed = [false, false, true, false, false, true, true, true];
    let features = Features::from_rows(hours).unwrap().with_intercept();
    let loss = LogisticRegression::new(features, &passed, 0.1).unwrap();
    let x: DVector<f64> = dvector![0.4, -0.8];
    let [first, second] =
        [1, 2].map(|seed| Minibatches::new(&loss, 2, Sampling::WithReplacement, seed).unwrap());
    assert_eq!(FiniteSum::terms(&loss), 8);
    let rule = Momentum::new(0.1, 0.75).unwrap();
    let (mut a, mut b) = (x.clone(), x.clone());
    let mut monitor = Monitor::new();
    let seen: Vec<f64> = (0..20_000)
        .map(|k| {
            first.gradient_at_step(0, k, &x, &mut a);
            second.gradient_at_step(0, k, &x, &mut b);
            let value = loss.value(&x);
            let seen = monitor.record_halves(
                k,
                value,
                rule,
                &[x.as_slice()],
                &[a.as_slice()],
                &[b.as_slice()],
            );
            seen.unwrap().temperature.unwrap()
        })
        .collect();
    let covariance = gradient_covariance(&loss, &x).unwrap();
    let expected = rule.temperature(covariance.trace() / 2.0 / 4.0).unwrap();
    let (mean, error) = mean_and_error(&seen);
    assert!(
        (mean - expected).abs() < 4.0 * error,
        "{mean} {expected} {error}"
    );
    assert!(4.0 * error < 0.1 * expected);
}
