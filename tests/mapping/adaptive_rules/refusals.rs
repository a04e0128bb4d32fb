//! What the frameworks refuse, and what has no meaning, is a typed error that names the parameter.

use heavyball::adaptive_rules::{
    Adagrad, Adam, AdaptiveRule, AmsGrad, Epsilon, Lion, NAdam, RmsProp, ScheduledAdaptive,
};
use heavyball::error::{MappingError, ParameterError, RuleError, RunError, VectorError};
use heavyball::frameworks::WeightDecay;
use heavyball::mapping::AdaptiveMapping;
use heavyball::prelude::*;
use nalgebra::{dvector, vector};

fn is_negative<T: std::fmt::Debug>(refused: Result<T, Error>, expected: &str) {
    let error = refused.unwrap_err();
    let is = matches!(&error, Error::Parameter(ParameterError::Negative { name, .. }) if *name == expected);
    assert!(is, "{error:?}");
}

fn is_decay<T: std::fmt::Debug>(refused: Result<T, Error>, expected: &str) {
    let error = refused.unwrap_err();
    let is = matches!(&error, Error::Rule(RuleError::MomentDecayOutOfRange { name, .. }) if *name == expected);
    assert!(is && error.to_string().contains(expected), "{error:?}");
}

/// Derivation (78): decays in [0, 1), and nothing negative; PyTorch refuses the same, except a decay of RMSprop from 1 on.
#[test]
fn nonsense_names_its_parameter() {
    for alpha in [-1e-3, f64::NAN, f64::INFINITY] {
        is_negative(Adam::new(alpha), "alpha");
        is_negative(AmsGrad::optax(alpha), "alpha");
        is_negative(NAdam::new(alpha), "alpha");
        is_negative(RmsProp::keras(alpha), "alpha");
        is_negative(Adagrad::optax(alpha), "alpha");
        is_negative(Lion::new(alpha), "alpha");
    }
    let (adam, rms) = (Adam::new(0.1).unwrap(), RmsProp::new(0.1).unwrap());
    for wrong in [-0.1, 1.0, 1.5, f64::NAN] {
        is_decay(adam.with_betas(wrong, 0.9), "beta1");
        is_decay(adam.with_betas(0.9, wrong), "beta2");
        is_decay(Lion::new(0.1).unwrap().with_betas(0.9, wrong), "beta2");
        is_decay(NAdam::new(0.1).unwrap().with_betas(wrong, 0.9), "beta1");
        is_decay(rms.with_decay(wrong), "decay");
        is_decay(rms.with_momentum(wrong), "momentum");
    }
    for wrong in [-1e-8, f64::NAN, f64::INFINITY] {
        is_negative(adam.with_epsilon(Epsilon::Outside(wrong)), "epsilon");
        is_negative(
            adam.with_epsilon(Epsilon::BeforeCorrection(wrong)),
            "epsilon",
        );
        let both = Epsilon::Both {
            outside: 0.0,
            inside: wrong,
        };
        is_negative(adam.with_epsilon(both), "epsilon inside the root");
        is_negative(
            adam.with_weight_decay(WeightDecay::Decoupled(wrong)),
            "the weight decay",
        );
        is_negative(Adam::adam_w(0.1, wrong), "the weight decay");
        is_negative(
            rms.with_initial_second_moment(wrong),
            "the initial second moment",
        );
        is_negative(
            Adagrad::new(0.1).unwrap().with_initial_sum(wrong),
            "the initial sum",
        );
        is_negative(
            NAdam::new(0.1).unwrap().with_momentum_decay(wrong),
            "momentum_decay",
        );
    }
}

/// Derivation (79): what has no ball says so.
#[test]
fn the_mapping_refuses_what_has_no_ball() {
    let centered = RmsProp::new(0.1).unwrap().with_centered(true);
    let refused = centered.to_adaptive_ball(0.1);
    let is = matches!(
        refused,
        Err(Error::Mapping(MappingError::NoAdaptiveBall {
            rule: "RMSprop",
            ..
        }))
    );
    assert!(is, "{refused:?}");
    let adam = Adam::new(0.1).unwrap();
    let still = Adam::new(0.0).unwrap().to_adaptive_ball(0.1);
    for refused in [
        adam.to_adaptive_ball(0.0),
        adam.to_adaptive_ball(f64::NAN),
        still,
    ] {
        let is = matches!(
            refused,
            Err(Error::Parameter(ParameterError::NotPositive { .. }))
        );
        assert!(is, "{refused:?}");
    }
    assert!(adam.rescaled(0.0).is_err());
    is_decay(adam.rescaled(10.5), "beta1");
}

/// Derivation (78): a run that cannot go on ends with its iteration, counted from the saved state on.
#[test]
fn runs_end_with_a_reason() {
    let adam = Adam::new(0.1).unwrap();
    let wrong = adam.run(&DoubleWell, vector![f64::NAN, 0.0]).after(3);
    assert!(matches!(
        wrong,
        Err(Error::Vector(VectorError::NonFiniteComponent { .. }))
    ));
    let mut state = adam.fresh(dvector![1.0, 2.0]);
    state.second_moment = dvector![1.0];
    let mut run = adam.resume(&Rosenbrock, state);
    assert!(run.advance().is_none());
    let failure = run.failure().cloned();
    let is = matches!(
        failure,
        Some(Error::Vector(VectorError::DimensionMismatch {
            name: "second moment",
            ..
        }))
    );
    assert!(is, "{failure:?}");

    let wall = from_fn(
        |x: &nalgebra::Vector1<f64>| x.x,
        |x| vector![if x.x > 0.5 { 1.0 } else { f64::NAN }],
    );
    let failure = adam.run(&wall, vector![0.95]).after(100).unwrap_err();
    let is = matches!(
        failure,
        Error::Run(RunError::NonFiniteGradient { step: 5, .. })
    );
    assert!(is, "{failure:?}");
    // A constant learning rate of 0 is allowed: the moments are filled.
    let still = Adam::new(0.0)
        .unwrap()
        .run(&DoubleWell, vector![0.5, 1.0])
        .after(5)
        .unwrap();
    assert!(still.position == vector![0.5, 1.0] && still.first_moment.y > 0.5);
    let falling = ScheduledAdaptive::new(adam, |k: usize| 0.05 - 0.01 * k as f64);
    let refused = falling.run(&DoubleWell, vector![0.5, 1.0]).after(100);
    let is = matches!(
        refused,
        Err(Error::Rule(RuleError::ScheduleOutOfRange {
            iteration: 6,
            ..
        }))
    );
    assert!(is, "{refused:?}");
    // The last usable state is still there.
    assert_eq!(falling.run(&DoubleWell, vector![0.5, 1.0]).count(), 7);
}
