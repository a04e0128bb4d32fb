//! Multipliers, rates and largest stable steps.

use super::Input;
use super::verdict::{any, checked, message};
use heavyball::optimizers::{Accelerated, OptimizedGradient, Restart, Tuning};
use heavyball::prelude::*;
use heavyball::study::escape::escape_speed;
use heavyball::study::stability::{
    RateMap, Recursion, largest_explicit_euler_step, largest_gradient_flow_step, largest_step,
};
use nalgebra::vector;

pub fn run(input: &mut Input<'_>) {
    let recursion = Recursion::ALL[input.choice(Recursion::ALL.len())];
    match input.choice(5) {
        0 => {
            let (q, beta) = (input.number(), input.beta());
            let radius = recursion.spectral_radius(q, beta);
            assert!(
                !radius.is_nan()
                    || !q.is_finite()
                    || !beta.is_finite()
                    || q.abs() > 1e150
                    || beta.abs() > 1e150,
                "{recursion} {q} {beta}"
            );
            recursion.damping(q, beta);
            if recursion.is_stable(q, beta) {
                assert!(radius <= 1.0, "{recursion} {q} {beta}: {radius}");
            }
            checked(recursion.largest_stable_q(beta));
        }
        1 => {
            let (low, high) = (input.positive(), input.positive());
            checked(recursion.rate_on(input.positive(), input.beta(), low, high));
            let Some(rule) = checked(Momentum::new(input.positive(), input.beta())) else {
                return;
            };
            if let Some(report) = any(rule.stability_on(low, high)) {
                assert!(report.rate.is_finite(), "{report:?}");
                assert!(report.to_string().chars().count() < 2000);
                checked(Ok::<_, Error>(report.iterations_per_digit()));
            }
            any(Nesterov::new(input.positive(), input.beta()).and_then(|rule| rule.stability(low)));
            any(GradientDescent::new(input.positive()).and_then(|rule| rule.stability(low)));
            family(input, low, high);
        }
        2 => {
            let list: Vec<f64> = (0..input.few()).map(|_| input.number()).collect();
            let betas: Vec<f64> = (0..input.few()).map(|_| input.beta()).collect();
            if let Some(map) = any(RateMap::new(recursion, &list, &betas)) {
                checked(Ok::<_, Error>(map.values().to_vec()));
                assert_eq!(map.to_csv().lines().count(), 1 + list.len() * betas.len());
            }
        }
        3 => {
            let Some(ball) = checked(input.ball()) else {
                return;
            };
            let curvature = input.positive();
            for steps in [
                any(largest_step(input.discretization(), &ball, curvature)),
                any(largest_explicit_euler_step(&ball, curvature)),
                any(largest_gradient_flow_step(ball.drag, curvature)),
            ]
            .into_iter()
            .flatten()
            {
                assert!(!steps.limit().is_nan() && steps.limit() >= 0.0, "{steps:?}");
                message(&steps.to_string());
                steps.contains(input.number());
            }
        }
        _ => {
            let Some(ball) = checked(input.ball()) else {
                return;
            };
            checked(escape_speed(&ball, input.number(), input.number()));
        }
    }
}

/// The rule with three coefficients, and its named points.
fn family(input: &mut Input<'_>, low: f64, high: f64) {
    let tuning = Tuning::ALL[input.choice(Tuning::ALL.len())];
    let rules = [
        any(Accelerated::new(
            input.positive(),
            input.beta(),
            input.number(),
        )),
        any(Accelerated::quasi_hyperbolic(
            input.positive(),
            input.beta(),
            input.number(),
        )),
        any(tuning.rule(low, high)),
    ];
    if let Some(rule) = any(OptimizedGradient::new(high, input.choice(50))) {
        let bound = rule.bound(input.number());
        assert!(bound >= 0.0 || bound.is_nan());
        let start = vector![input.number(), input.number()];
        checked(
            rule.iterates(&DoubleWell, start)
                .after(input.choice(60))
                .map(|end| end.position.x),
        );
    }
    let (list, eta) = ([low, high], input.number());
    if let Some(map) = any(RateMap::accelerated(
        |beta| eta * beta,
        &list,
        &[input.beta()],
    )) {
        assert!(map.values().iter().all(|rate| rate.is_finite()));
    }
    for rule in rules.into_iter().flatten() {
        checked(rule.rate_on(low, high));
        any(rule.is_stable_on(low, high));
        checked(rule.to_quasi_hyperbolic().map(|(a, b, c)| vec![a, b, c]));
        let start = nalgebra::vector![input.component(), input.component()];
        let mut run = rule.iterates(&DoubleWell, start);
        for _ in 0..input.few() {
            let Some(iterate) = run.advance() else { break };
            assert!(iterate.position.iter().all(|x| x.is_finite()));
        }
        if let Some(failure) = run.failure() {
            message(&failure.to_string());
        }
        let (every, steps) = (input.count(), input.few());
        if let Some(path) = any(rule.iterates(&DoubleWell, start).path_every(every, steps)) {
            assert_eq!(path.ncols(), steps / every + 1);
            assert_eq!(path.column(0), start);
            assert!(path.iter().all(|x| x.is_finite()));
        }
        let restart = Restart::ALL[input.choice(3)];
        let mut run = restart
            .run(rule, &DoubleWell, start)
            .with_least(input.few());
        for _ in 0..input.few() {
            let Some(iterate) = run.advance() else { break };
            assert!(iterate.position.iter().all(|x| x.is_finite()));
        }
        if let Some(failure) = run.failure() {
            message(&failure.to_string());
        }
    }
    if let Some(rate) = any(tuning.rate_on_quadratics(low, high)) {
        assert!((0.0..=1.0).contains(&rate), "{tuning} {low} {high}: {rate}");
    }
}
