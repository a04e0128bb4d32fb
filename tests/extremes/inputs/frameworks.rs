//! Optimiser lines of frameworks: runs, changes of the rate, translations and states.

use super::Input;
use super::verdict::{any, checked, message};
use heavyball::frameworks::{Clipping, Convention, RateChange, Sgd, WeightDecay};
use heavyball::prelude::*;
use nalgebra::vector;

fn convention(input: &mut Input<'_>) -> Convention {
    let (dampening, nesterov) = (
        if input.flag() { 0.0 } else { input.number() },
        input.flag(),
    );
    match input.choice(10) {
        0 => Convention::PyTorch {
            dampening,
            nesterov,
        },
        1 => Convention::Optax { nesterov },
        2 => Convention::Keras { nesterov },
        3 => Convention::FluxMomentum,
        4 => Convention::FluxNesterov,
        5 => Convention::Mlx {
            dampening,
            nesterov,
        },
        6 => Convention::Burn {
            dampening,
            nesterov,
        },
        7 => Convention::ExponentialAverage,
        8 => Convention::TwoStep { nesterov },
        _ => Convention::Sutskever { nesterov },
    }
}

pub fn run(input: &mut Input<'_>) {
    let rate = if input.choice(6) == 0 {
        0.0
    } else {
        input.positive()
    };
    let Some(sgd) = any(Sgd::new(convention(input), rate, input.beta())) else {
        return;
    };
    let decay = input.positive();
    let kind = [WeightDecay::Coupled(decay), WeightDecay::Decoupled(decay)];
    let sgd = match input.choice(4) {
        chosen @ (0 | 1) => any(sgd.with_weight_decay(kind[chosen])).unwrap_or(sgd),
        _ => sgd,
    };
    let bound = match input.choice(4) {
        0 => any(Clipping::norm(input.number())),
        1 => any(Clipping::value(input.number())),
        _ => None,
    };
    let sgd = bound.map_or(sgd, |clipping| sgd.with_clipping(clipping));
    let sgd = any(sgd.with_maximize(input.flag())).unwrap_or(sgd);
    message(&sgd.to_string());
    any(sgd.sutskever());
    if let Some(other) = any(sgd.decoupled(convention(input))) {
        message(&other.to_string());
    }
    checked(sgd.to_heavy_ball(input.discretization(), input.gauge()));
    if let Some(other) = any(sgd.translated(convention(input))) {
        message(&other.to_string());
    }
    let norm = input.flag().then(|| input.number());
    if let Some(step) = any(sgd.step(input.flag(), norm)) {
        let (mut parameters, mut buffer) = ([input.component()], [input.component()]);
        any(step.update_slices(&mut parameters, &mut buffer, &[input.component()]));
    }
    let start = vector![input.component(), input.component()];
    let mut run = sgd.run(&DoubleWell, start);
    for _ in 0..input.few() {
        if input.choice(3) == 0 {
            let kept = [
                RateChange::KeepBuffer,
                RateChange::KeepVelocity,
                RateChange::RescaleVelocity,
            ];
            any(run.change_learning_rate(input.positive(), kept[input.choice(3)]));
        }
        if run.advance().is_none() {
            let failure = run.failure().expect("a run that ends says why");
            message(&failure.to_string());
            return;
        }
        let state = run.state();
        let is_finite = state.parameter.iter().all(|x| x.is_finite());
        assert!(is_finite, "{state:?} by {}", run.sgd());
        checked(run.sgd().iterate(&DoubleWell, &state));
    }
    scheduled(input, &sgd, start);
    let iterate = Iterate {
        position: vector![input.component(), input.component()],
        velocity: vector![input.component(), input.component()],
    };
    let state = sgd.state(&iterate);
    let mut resumed = sgd.resume(&DoubleWell, state);
    if let Some(parameter) = resumed.advance() {
        assert!(parameter.iter().all(|x| x.is_finite()));
    } else {
        message(
            &resumed
                .failure()
                .expect("a run that ends says why")
                .to_string(),
        );
    }
}

/// A run with schedules of both numbers, from any iteration.
fn scheduled(input: &mut Input<'_>, sgd: &Sgd, start: nalgebra::Vector2<f64>) {
    let (rate, momentum, first) = (input.number(), input.beta(), input.few() * input.few());
    let line = sgd.scheduled(move |k: usize| rate / (k as f64 + 1.0), momentum);
    let mut run = line.resume(&DoubleWell, sgd.fresh(start), first);
    for _ in 0..input.few() {
        let Some(parameter) = run.advance() else {
            let failure = run.failure().expect("a run that ends says why");
            return message(&failure.to_string());
        };
        assert!(parameter.iter().all(|x| x.is_finite()), "{sgd}");
    }
}
