//! Adaptive rules on dual numbers and in any dimension.

use heavyball::adaptive_rules::{
    Adagrad, Adam, AdaptiveRule, AmsGrad, Lion, Maximum, NAdam, RmsProp,
};
use heavyball::prelude::*;
use nalgebra::{dvector, vector};
use num_dual::Dual64;

/// The derivative of the last position with respect to α by dual numbers, against a central difference.
fn check<R: AdaptiveRule<f64>, S: AdaptiveRule<Dual64>>(
    of: impl Fn(f64) -> R,
    dual: impl Fn(Dual64) -> S,
) {
    let (alpha, h, start) = (0.01, 1e-6, vector![-1.6, 0.7]);
    let end = |alpha| {
        of(alpha)
            .run(&DoubleWell, start)
            .after(40)
            .unwrap()
            .position
    };
    let difference = (end(alpha + h) - end(alpha - h)) / (2.0 * h);
    let number = Dual64::from(alpha).derivative();
    let run = dual(number).run(&DoubleWell, start.map(Dual64::from));
    let found = run.after(40).unwrap().position;
    assert!((found.map(|x| x.re) - end(alpha)).norm() < 1e-14);
    let derivative = found.map(|x| x.eps);
    assert!(
        (derivative - difference).norm() < 1e-6 * difference.norm(),
        "{derivative} {difference}"
    );
}

/// Derivation (78): every rule over dual numbers has the derivative of its run.
#[test]
fn the_last_position_has_a_derivative_by_the_learning_rate() {
    check(|a| Adam::of(a).unwrap(), |a| Adam::of(a).unwrap());
    check(
        |a| Adam::adam_w(a, 0.1).unwrap(),
        |a| Adam::adam_w(a, Dual64::from(0.1)).unwrap(),
    );
    check(|a| NAdam::of(a).unwrap(), |a| NAdam::of(a).unwrap());
    let scheduled = |rule: NAdam| rule.with_momentum_decay(0.01).unwrap();
    check(
        |a| scheduled(NAdam::of(a).unwrap()),
        |a| NAdam::of(a).unwrap().with_momentum_decay(0.01).unwrap(),
    );
    for maximum in [Maximum::BeforeCorrection, Maximum::AfterCorrection] {
        check(
            |a| AmsGrad::of(a, maximum).unwrap(),
            |a| AmsGrad::of(a, maximum).unwrap(),
        );
    }
    check(|a| RmsProp::of(a).unwrap(), |a| RmsProp::of(a).unwrap());
    check(|a| Adagrad::of(a).unwrap(), |a| Adagrad::of(a).unwrap());
    check(|a| Lion::of(a).unwrap(), |a| Lion::of(a).unwrap());
}

/// Derivation (78): a component that starts at its minimum stays there, with the derivative 0, also for ε = 0.
#[test]
fn a_component_without_a_gradient_stays() {
    use heavyball::adaptive_rules::Epsilon;
    let alpha = Dual64::from(0.01).derivative();
    let rule = Adam::of(alpha).unwrap();
    let rule = rule
        .with_epsilon(Epsilon::Outside(Dual64::from(0.0)))
        .unwrap();
    let start = vector![Dual64::from(1.0), Dual64::from(0.0)];
    let dual = Quadratic::diagonal(vector![Dual64::from(1.0), Dual64::from(3.0)]).unwrap();
    let end = rule.run(&dual, start).after(10).unwrap();
    assert_eq!(end.position.y, Dual64::from(0.0));
    assert!(end.position.x.re < 0.91 && end.position.x.eps < -9.0);
}

/// Derivation (78): static and dynamic dimension agree to the last bit, by every way through a run.
#[test]
fn dimensions_and_ways_through_a_run_agree() {
    let rule = Adam::new(0.02).unwrap();
    let fixed = rule.run(&Rosenbrock, vector![-1.2, 1.0]);
    let dynamic = rule.run(&Rosenbrock, dvector![-1.2, 1.0]);
    let end = fixed.clone().after(777).unwrap();
    assert_eq!(
        dynamic.after(777).unwrap().position.as_slice(),
        end.position.as_slice()
    );
    assert_eq!(fixed.clone().nth(777), Some(end));
    assert_eq!(fixed.clone().take(778).last(), Some(end));
    assert_eq!(fixed.clone().path(777).unwrap().column(777), end.position);
    assert_eq!(fixed.path_every(111, 777).unwrap().column(7), end.position);
}
