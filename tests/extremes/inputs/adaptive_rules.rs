//! Adaptive rules: runs, saved states, and the ball that each is.

use super::Input;
use super::verdict::{any, message};
use heavyball::adaptive_rules::{
    Adagrad, Adam, AdaptiveRule, AdaptiveState, AmsGrad, Epsilon, Lion, Maximum, NAdam, RmsProp,
    ScheduledAdaptive, Settings,
};
use heavyball::frameworks::WeightDecay;
use heavyball::mapping::AdaptiveMapping;
use heavyball::prelude::*;
use nalgebra::{Const, DVector, vector};

fn epsilon(input: &mut Input<'_>) -> Epsilon {
    let outside = input.positive();
    match input.choice(5) {
        0 => Epsilon::Inside(outside),
        1 => Epsilon::BeforeCorrection(outside),
        2 => Epsilon::Both {
            outside,
            inside: input.positive(),
        },
        3 => Epsilon::Outside(0.0),
        _ => Epsilon::Outside(outside),
    }
}

fn settings(input: &mut Input<'_>) -> Option<Settings> {
    let alpha = if input.choice(6) == 0 {
        0.0
    } else {
        input.positive()
    };
    let settings = any(Settings::of(alpha))?.with_maximize(input.flag());
    let decay = input.positive();
    match input.choice(4) {
        0 => any(settings.with_weight_decay(WeightDecay::Coupled(decay))),
        1 => any(settings.with_weight_decay(WeightDecay::Decoupled(decay))),
        _ => Some(settings),
    }
}

/// A run by hand and in one call, which agree, and one from any state.
fn runs<R: AdaptiveRule<f64>>(input: &mut Input<'_>, rule: &R) {
    let start = vector![input.component(), input.component()];
    let steps = input.few();
    let mut run = rule.run(&DoubleWell, start);
    let taken = (0..=steps).filter(|_| run.advance().is_some()).count();
    let end = any(rule.run(&DoubleWell, start).after(steps));
    assert_eq!(end.is_some(), taken == steps + 1);
    if let Some(end) = end {
        assert_eq!(&end, run.state());
        assert!(end.position.iter().all(|x| x.is_finite()), "{end:?}");
    } else {
        let failure = run.failure().expect("a run that ends says why");
        message(&failure.to_string());
    }
    let numbers = || -> [f64; 2] { [0.5, -0.25] };
    let state = AdaptiveState {
        position: vector![input.component(), input.component()],
        first_moment: vector![input.component(), input.component()],
        second_moment: vector![input.number(), input.component()],
        auxiliary: numbers().into(),
        decay_product: input.share(),
        iteration: input.few() * input.few(),
    };
    any(rule.resume(&DoubleWell, state).after(input.few()));
    let rate = input.number();
    let scheduled = ScheduledAdaptive::new(rule.clone(), move |k: usize| rate / (k as f64 + 1.0));
    any(scheduled.run(&DoubleWell, start).path(input.few()));
}

/// The ball, its equation for a moment, and the rule at another step.
fn ball<R: AdaptiveMapping>(input: &mut Input<'_>, rule: &R) {
    let dt = input.positive();
    if let Some(other) = any(rule.rescaled(input.positive())) {
        runs(input, &other);
    }
    let Some(ball) = any(rule.to_adaptive_ball(dt)) else {
        return;
    };
    let system = ball.system(DoubleWell, Const::<2>);
    let position = vector![input.component(), input.component()];
    let Some(start) = any(system.start(&position)) else {
        return;
    };
    let mut derivative = DVector::zeros(start.len());
    system.derivative(input.positive(), &start, &mut derivative);
    let solver = Rk45::new(1e-4, 1e-4).with_max_steps(200);
    if let Some(run) = any(solver.integrate(&system, (0.0, input.share()), start)) {
        assert!(run.last().iter().all(|x| x.is_finite()));
    }
}

pub fn run(input: &mut Input<'_>) {
    let Some(settings) = settings(input) else {
        return;
    };
    let (beta1, beta2) = (input.beta(), input.beta());
    let made = || {
        Adam::new(0.1)
            .expect("a usual rate")
            .with_settings(settings)
    };
    match input.choice(6) {
        0 => {
            let adam = made().with_bias_correction(input.flag(), input.flag());
            let adam = any(adam.with_betas(beta1, beta2)).unwrap_or(adam);
            let adam = any(adam.with_epsilon(epsilon(input))).unwrap_or(adam);
            assert!(adam.largest_stable_curvature() >= 0.0);
            runs(input, &adam);
            ball(input, &adam);
        }
        1 => {
            let maximum = [
                Maximum::BeforeCorrection,
                Maximum::AfterCorrection,
                Maximum::Uncorrected,
            ][input.choice(3)];
            let rule = AmsGrad::of(0.1, maximum).expect("a usual rate");
            let rule = rule.with_settings(settings);
            let rule = any(rule.with_betas(beta1, beta2)).unwrap_or(rule);
            let rule = any(rule.with_epsilon(epsilon(input))).unwrap_or(rule);
            assert!(rule.largest_stable_curvature() >= 0.0);
            runs(input, &rule);
            ball(input, &rule);
        }
        2 => {
            let rule = NAdam::optax(0.1).expect("a usual rate");
            let rule = rule.with_settings(settings);
            let rule = any(rule.with_betas(beta1, beta2)).unwrap_or(rule);
            let rule = any(rule.with_epsilon(epsilon(input))).unwrap_or(rule);
            let rule = any(rule.with_momentum_decay(input.positive())).unwrap_or(rule);
            assert!(rule.largest_stable_curvature() >= 0.0);
            runs(input, &rule);
            ball(input, &rule);
        }
        3 => {
            let rule = RmsProp::optax(0.1).expect("a usual rate");
            let rule = rule.with_settings(settings).with_centered(input.flag());
            let rule = rule.with_nesterov(input.flag());
            let rule = rule.with_bias_correction(input.flag());
            let rule = any(rule.with_decay(beta1)).unwrap_or(rule);
            let rule = any(rule.with_momentum(beta2)).unwrap_or(rule);
            let rule = any(rule.with_initial_second_moment(input.positive())).unwrap_or(rule);
            let rule = any(rule.with_epsilon(epsilon(input))).unwrap_or(rule);
            assert!(rule.largest_stable_curvature() >= 0.0);
            runs(input, &rule);
            ball(input, &rule);
        }
        4 => {
            let rule = Adagrad::new(0.1).expect("a usual rate");
            let rule = rule.with_settings(settings);
            let rule = any(rule.with_rate_decay(input.positive())).unwrap_or(rule);
            let rule = any(rule.with_initial_sum(input.positive())).unwrap_or(rule);
            let rule = any(rule.with_epsilon(epsilon(input))).unwrap_or(rule);
            assert!(rule.largest_stable_curvature() >= 0.0);
            runs(input, &rule);
            ball(input, &rule);
        }
        _ => {
            let rule = Lion::new(0.1).expect("a usual rate");
            let rule = rule.with_settings(settings);
            let rule = any(rule.with_betas(beta1, beta2)).unwrap_or(rule);
            runs(input, &rule);
        }
    }
}
