//! What cannot be answered is a typed error.

use heavyball::error::{ParameterError, RuleError, VectorError};
use heavyball::prelude::*;
use heavyball::study::stability::{
    RateMap, Recursion, StableSteps, largest_explicit_euler_step, largest_gradient_flow_step,
    largest_step,
};

const NOT_POSITIVE: [f64; 5] = [0.0, -1.0, f64::NAN, f64::INFINITY, f64::NEG_INFINITY];

#[test]
fn curvatures_rates_and_particles_are_checked() {
    let ball = HeavyBall::new(1.0, 1.0).unwrap();
    let momentum = Momentum::new(0.1, 0.5).unwrap();
    let is_not_positive = |error: Error, of: &str| matches!(error, Error::Parameter(ParameterError::NotPositive { name, .. }) if name == of);
    for bad in NOT_POSITIVE {
        for row in Discretization::ALL {
            assert!(is_not_positive(
                largest_step(row, &ball, bad).unwrap_err(),
                "curvature"
            ));
        }
        assert!(is_not_positive(
            largest_explicit_euler_step(&ball, bad).unwrap_err(),
            "curvature"
        ));
        assert!(is_not_positive(
            largest_gradient_flow_step(bad, 1.0).unwrap_err(),
            "drag"
        ));
        assert!(is_not_positive(
            largest_gradient_flow_step(1.0, bad).unwrap_err(),
            "curvature"
        ));
        assert!(is_not_positive(momentum.stability(bad).unwrap_err(), "mu"));
        assert!(is_not_positive(
            momentum.stability_on(1.0, bad).unwrap_err(),
            "l"
        ));
        let mut wild = GradientDescent::new(0.1).unwrap();
        wild.alpha = bad;
        assert!(is_not_positive(wild.stability(1.0).unwrap_err(), "alpha"));
        let error = Recursion::Nesterov.rate_on(bad, 0.5, 1.0, 2.0).unwrap_err();
        assert!(is_not_positive(error, "alpha"));
        let mut ball = HeavyBall::new(1.0, 1.0).unwrap();
        ball.mass = bad;
        assert!(largest_step(Discretization::Boaob, &ball, 1.0).is_err());
    }
    let reversed = Nesterov::new(0.1, 0.5).unwrap().stability_on(2.0, 1.0);
    assert_eq!(
        reversed,
        Err(Error::Rule(RuleError::CurvaturesReversed {
            mu: 2.0,
            l: 1.0
        }))
    );
    for bad in [-1.0, 1.1, f64::NAN] {
        let mut wild = Momentum::new(0.1, 0.5).unwrap();
        wild.beta = bad;
        assert!(matches!(
            wild.stability(1.0),
            Err(Error::Rule(RuleError::BetaOutOfRange { .. }))
        ));
        assert!(matches!(
            Recursion::Momentum.largest_stable_q(bad),
            Err(Error::Rule(RuleError::BetaOutOfRange { .. }))
        ));
        assert!(matches!(
            RateMap::new(Recursion::Nesterov, &[1.0], &[bad]),
            Err(Error::Rule(RuleError::BetaOutOfRange { .. }))
        ));
    }
    assert!(matches!(
        Recursion::Momentum.rate_on(0.1, f64::NAN, 1.0, 2.0),
        Err(Error::Parameter(ParameterError::NotFinite { .. }))
    ));
    assert!(matches!(
        RateMap::new(Recursion::Momentum, &[], &[0.5]),
        Err(Error::Vector(VectorError::Empty { .. }))
    ));
    assert!(matches!(
        RateMap::new(Recursion::Momentum, &[1.0], &[]),
        Err(Error::Vector(VectorError::Empty { .. }))
    ));
    assert!(matches!(
        RateMap::new(Recursion::Momentum, &[f64::NAN], &[0.5]),
        Err(Error::Parameter(ParameterError::NotFinite { .. }))
    ));
}

#[test]
fn what_is_not_a_number_is_not_stable() {
    for recursion in Recursion::ALL {
        for (q, beta) in [(f64::NAN, 0.5), (f64::INFINITY, 0.5), (-1.0, 0.5)] {
            assert!(!recursion.is_stable(q, beta), "{recursion} {q} {beta}");
        }
        let rho = recursion.spectral_radius(f64::NAN, 0.5);
        assert!(rho.is_nan(), "{recursion}: {rho}");
    }
}

/// Where ζ = γ/2√(mk) overflows the limits are those of a large drag all the same: 2m/γ and 2γ/k.
#[test]
fn a_drag_beyond_the_damping_ratio_has_its_limits() -> Result<(), Error> {
    for (mass, drag, curvature) in [
        (1e-20, 1e300, 1e20),
        (1.0, 1e160, 1e-300),
        (1e-300, 1e-5, 1e-300),
    ] {
        let ball = HeavyBall::new(mass, drag)?;
        let is =
            |found: f64, expected: f64| found == expected || (found / expected - 1.0).abs() < 1e-14;
        let limit = |row| Ok::<_, Error>(largest_step(row, &ball, curvature)?.limit());
        let short = 2.0 * (mass / drag);
        assert!(is(limit(Discretization::ExplicitDrag)?, short));
        assert!(is(
            largest_explicit_euler_step(&ball, curvature)?.limit(),
            short
        ));
        for row in [
            Discretization::ImplicitDrag,
            Discretization::ExponentialDrag,
        ] {
            assert!(is(limit(row)?, 2.0 * (drag / curvature)), "{row} {ball:?}");
        }
    }
    Ok(())
}

/// A limit that overflows is none; and each answer reads as it should.
#[test]
fn steps_say_which_they_are() -> Result<(), Error> {
    let ball = HeavyBall::new(1.0, 1e160)?;
    let beyond = largest_step(Discretization::ImplicitDrag, &ball, 1e-300)?;
    assert_eq!(beyond, StableSteps::Every);
    for (steps, text) in [
        (StableSteps::Never, "no step is stable"),
        (StableSteps::Below(0.5), "stable for dt below 0.5"),
        (
            StableSteps::Outside(1.5, 4.0),
            "stable for dt below 1.5 and above 4",
        ),
        (StableSteps::Every, "every step is stable"),
    ] {
        assert_eq!(steps.to_string(), text);
        assert!(!steps.contains(0.0) && !steps.contains(-1.0) && !steps.contains(f64::NAN));
    }
    Ok(())
}

/// Particles at the ends of the range of numbers get an answer, and no panic and no endless loop.
#[test]
fn extreme_particles_are_answered() {
    for mass in [f64::MIN_POSITIVE, 1e-300, 1.0, 1e300] {
        for drag in [0.0, f64::MIN_POSITIVE, 1e-150, 1.0, 1e150, f64::MAX] {
            for curvature in [f64::MIN_POSITIVE, 1.0, f64::MAX] {
                let ball = HeavyBall::new(mass, drag).unwrap();
                for row in Discretization::ALL {
                    let limit = largest_step(row, &ball, curvature).unwrap().limit();
                    assert!(limit >= 0.0, "{row} {ball:?} {curvature}: {limit}");
                }
                assert!(
                    largest_explicit_euler_step(&ball, curvature)
                        .unwrap()
                        .limit()
                        >= 0.0
                );
            }
        }
    }
}
