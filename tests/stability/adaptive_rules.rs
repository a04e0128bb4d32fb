//! The edge of stability of adaptive rules, from the polynomial of a frozen denominator and in runs.

use heavyball::adaptive_rules::{
    Adagrad, Adam, AdaptiveRule, AmsGrad, Epsilon, Maximum, NAdam, RmsProp,
};
use heavyball::frameworks::WeightDecay;
use heavyball::prelude::*;
use nalgebra::vector;

/// A run from 10⁻⁸ with ε = 1, at which the denominator is 1 to 10⁻⁶ as long as x is small, on a curvature that is `part` of
/// `edge`: the largest |x|, and that over the last tenth.
fn largest_and_late<R: AdaptiveRule<f64>>(rule: &R, edge: f64, part: f64) -> (f64, f64) {
    let bowl = Quadratic::diagonal(vector![part * edge]).unwrap();
    let path = rule.run(&bowl, vector![1e-8]).path(40_000).unwrap();
    (path.amax(), path.columns(36_000, 4000).amax())
}

/// Settles below, whatever it does while its averages are few; does not settle above, where it grows until its denominator has
/// grown with it.
#[track_caller]
fn has_its_edge<R: AdaptiveRule<f64>>(rule: &R, edge: f64) {
    let (_, below) = largest_and_late(rule, edge, 0.998);
    let (_, above) = largest_and_late(rule, edge, 1.002);
    assert!(below < 1e-14, "below: {below:e}");
    assert!(above > 1e-6 && above < 1e3, "above: {above:e}");
}

/// The same for a rule whose denominator never shrinks: it comes to rest above its edge as well, once it has grown.
#[track_caller]
fn grows_above_its_edge<R: AdaptiveRule<f64>>(rule: &R, edge: f64) {
    let (below, late) = largest_and_late(rule, edge, 0.998);
    let (above, _) = largest_and_late(rule, edge, 1.002);
    assert!(below < 1e-6 && late < 1e-14, "below: {below:e} {late:e}");
    assert!(above > 1e-6 && above > 5.0 * below, "above: {above:e}");
}

/// Derivation (83): each rule settles just below its edge and not just above, for several β, with decoupled weight decay too.
#[test]
fn runs_settle_just_below_the_edge_and_not_above() {
    let one = Epsilon::Outside(1.0);
    for beta1 in [0.0, 0.5, 0.9] {
        let adam = Adam::new(0.1).unwrap().with_betas(beta1, 0.9).unwrap();
        let adam = adam.with_epsilon(one).unwrap();
        let edge = adam.largest_stable_curvature();
        assert!((edge - 2.0 * (1.0 + beta1) / (0.1 * (1.0 - beta1))).abs() < 1e-12 * edge);
        has_its_edge(&adam, edge);
        let decayed = adam.with_weight_decay(WeightDecay::Decoupled(2.0)).unwrap();
        let edge = decayed.largest_stable_curvature();
        assert!((edge - 1.8 * (1.0 + beta1) / (0.1 * (1.0 - beta1))).abs() < 1e-12 * edge);
        has_its_edge(&decayed, edge);

        let n_adam = NAdam::optax(0.1).unwrap().with_betas(beta1, 0.9).unwrap();
        let n_adam = n_adam.with_epsilon(one).unwrap();
        let edge = n_adam.largest_stable_curvature();
        assert!(
            (edge - 20.0 * (1.0 + beta1) / (1.0 - beta1) / (1.0 + 2.0 * beta1)).abs()
                < 1e-12 * edge
        );
        has_its_edge(&n_adam, edge);
        let ams = AmsGrad::of(0.1, Maximum::AfterCorrection).unwrap();
        let ams = ams.with_first_corrected(false);
        let ams = ams
            .with_betas(beta1, 0.9)
            .unwrap()
            .with_epsilon(one)
            .unwrap();
        let edge = ams.largest_stable_curvature();
        grows_above_its_edge(&ams, edge);
    }
    for (momentum, nesterov) in [(0.0, false), (0.8, false), (0.8, true)] {
        let rule = RmsProp::new(0.1).unwrap().with_decay(0.9).unwrap();
        let rule = rule
            .with_epsilon(one)
            .unwrap()
            .with_momentum(momentum)
            .unwrap();
        let rule = rule.with_nesterov(nesterov);
        let edge = rule.largest_stable_curvature();
        let expected = 20.0 * (1.0 + momentum) / if nesterov { 2.6 } else { 1.0 };
        assert!((edge - expected).abs() < 1e-12 * edge);
        has_its_edge(&rule, edge);
    }
    let adagrad = Adagrad::new(0.1).unwrap().with_epsilon(one).unwrap();
    let edge = adagrad.largest_stable_curvature();
    assert!((edge - 20.0).abs() < 1e-12);
    grows_above_its_edge(&adagrad, edge);
}

/// Derivation (83): with a small ε, Adam on a bowl of any curvature goes to its edge by itself: λ/(√v̂ + ε) ends near
/// 2(1 + β₁)/((1 − β₁)α), and no component comes to rest.
#[test]
fn adam_goes_to_its_edge() {
    let adam = Adam::new(0.01).unwrap();
    let edge = adam.largest_stable_curvature();
    assert!((edge - 3800.0).abs() < 1e-9);
    let bowl = Quadratic::diagonal(vector![1.0, 100.0]).unwrap();
    let mut run = adam.run(&bowl, vector![1.0, 1.0]);
    run.nth(40_000);
    let (mut sums, mut farthest) = ([0.0; 2], [0.0_f64; 2]);
    for _ in 0..20_000 {
        let state = run.advance().unwrap();
        for (i, curvature) in [1.0, 100.0].into_iter().enumerate() {
            let ratio = curvature / (state.second_moment[i].sqrt() + 1e-8);
            sums[i] += ratio / edge / 20_000.0;
            farthest[i] = farthest[i].max(state.position[i].abs());
        }
    }
    for (mean, farthest) in sums.into_iter().zip(farthest) {
        assert!((0.85..1.0).contains(&mean), "{mean}");
        assert!((1e-4..1e-2).contains(&farthest), "{farthest}");
    }
}
