//! An adaptive rule is momentum for a ball whose mass its gradients set.

use heavyball::adaptive_rules::{Adam, AmsGrad, Epsilon, Maximum, RmsProp};
use heavyball::mapping::AdaptiveMapping;
use heavyball::particle::{AdaptiveBall, History, Inertia};
use heavyball::prelude::*;
use nalgebra::{Const, Vector2, vector};

/// The largest distance, over 300 iterations, of a rule from the steps of its ball with the masses of its states.
fn apart<R: AdaptiveMapping>(
    rule: &R,
    dt: f64,
    steps: impl Fn(&mut Vector2<f64>, Vector2<f64>, Vector2<f64>) -> Vector2<f64>,
) -> f64 {
    let start = vector![-1.6, 1.2];
    let mut run = rule.run(&DoubleWell, start);
    run.advance();
    let (mut x, mut p, mut apart) = (start, Vector2::zeros(), 0.0_f64);
    for _ in 0..300 {
        let state = *run.advance().unwrap();
        let mut gradient = Vector2::zeros();
        DoubleWell.gradient(&x, &mut gradient);
        let velocity = steps(&mut p, gradient, rule.masses(&state, dt));
        x += dt * velocity;
        apart = apart.max((x - state.position).norm());
    }
    apart
}

/// Derivation (78): p₊ = β₁p − Δt∇f, x₊ = x + Δt p₊/M₊ for Adam and AMSGrad, whatever is corrected and wherever ε stands; with
/// the mass before the iteration, it is another run.
#[test]
fn adam_keeps_its_momentum_and_changes_its_mass() {
    let dt = 0.3;
    fn check<R: AdaptiveMapping>(rule: &R, beta1: f64, dt: f64) {
        let found = apart(rule, dt, |p, gradient, mass| {
            *p = beta1 * *p - dt * gradient;
            p.component_div(&mass)
        });
        assert!(found < 1e-13, "{}: {found:e}", R::NAME);
        // A tenth of a percent of the mass would show.
        let wrong = apart(rule, dt, |p, gradient, mass| {
            *p = beta1 * *p - dt * gradient;
            p.component_div(&(mass * 1.001))
        });
        assert!(wrong > 1e-5, "{wrong:e}");
    }
    let adam = Adam::new(0.02).unwrap();
    check(&adam, 0.9, dt);
    let adam = adam.with_betas(0.7, 0.95).unwrap();
    for first in [false, true] {
        for second in [false, true] {
            for epsilon in [
                Epsilon::Outside(0.01),
                Epsilon::Inside(0.01),
                Epsilon::BeforeCorrection(0.01),
            ] {
                let rule = adam.with_bias_correction(first, second);
                check(&rule.with_epsilon(epsilon).unwrap(), 0.7, dt);
            }
        }
    }
    for maximum in [
        Maximum::BeforeCorrection,
        Maximum::AfterCorrection,
        Maximum::Uncorrected,
    ] {
        check(&AmsGrad::of(0.02, maximum).unwrap(), 0.9, dt);
    }
}

/// Derivation (78): RMSprop with momentum keeps its velocity instead, u₊ = μu − Δt∇f/M₊, x₊ = x + Δt u₊; with its momentum kept
/// it would be another run.
#[test]
fn rmsprop_keeps_its_velocity() {
    let dt = 0.3;
    for rule in [RmsProp::new(0.004).unwrap(), RmsProp::optax(0.004).unwrap()] {
        let rule = rule.with_momentum(0.8).unwrap();
        let found = apart(&rule, dt, |u, gradient, mass| {
            *u = 0.8 * *u - dt * gradient.component_div(&mass);
            *u
        });
        assert!(found < 1e-13, "{found:e}");
        let kept = apart(&rule, dt, |p, gradient, mass| {
            *p = 0.8 * *p - dt * gradient;
            p.component_div(&mass)
        });
        assert!(kept > 1e-3, "{kept:e}");
    }
}

/// Derivation (79): along the solution d(Mẋ)/dt = −∇f − aMẋ, and Mẍ + (aM + Ṁ)ẋ = −∇f, by central differences of M, Mẋ and
/// ẋ; with the velocity kept Mẍ + aMẋ = −∇f.
#[test]
fn the_equation_is_a_ball_of_that_mass() {
    let a = 3.0;
    let average = |corrected, initial| History::Average {
        forgetting: 2.0,
        corrected,
        initial,
    };
    let kept = |corrected| Inertia::MomentumKept { drag: a, corrected };
    for (inertia, history) in [
        (kept(true), average(true, 0.0)),
        (kept(false), average(false, 1.0)),
        (
            kept(true),
            History::Largest {
                forgetting: 2.0,
                corrected: true,
            },
        ),
        (Inertia::VelocityKept { drag: a }, average(false, 1.0)),
    ] {
        let ball = AdaptiveBall::new(1.3, inertia, history).unwrap();
        let ball = ball.with_epsilon(0.1, 0.02).unwrap();
        let system = ball.system(DoubleWell, Const::<2>);
        let start = system.start(&vector![-1.6, 1.2]).unwrap();
        let solver = Dop853::new(1e-12, 1e-13).with_fine_output();
        let run = solver.integrate(&system, (0.0, 1.0), start).unwrap();
        let at = |time: f64| {
            let state = run.at(time).unwrap();
            let (mass, velocity) = (system.mass(time, &state), system.velocity(time, &state));
            (system.position(&state), mass, velocity)
        };
        let h = 1e-4;
        for time in [0.2, 0.5, 0.8] {
            let ((_, m0, u0), (x, m, u), (_, m1, u1)) = (at(time - h), at(time), at(time + h));
            let change = (m1 - m0) / (2.0 * h);
            let acceleration = (u1 - u0) / (2.0 * h);
            let mut force = Vector2::zeros();
            DoubleWell.gradient(&x, &mut force);
            let is_velocity_kept = matches!(inertia, Inertia::VelocityKept { .. });
            let drag = if is_velocity_kept {
                a * m
            } else {
                a * m + change
            };
            let balance = m.component_mul(&acceleration) + drag.component_mul(&u) + force;
            assert!(
                balance.norm() < 1e-5 * force.norm(),
                "{inertia:?} {balance}"
            );
            // With the wrong drag the balance is off.
            let other = if is_velocity_kept {
                a * m + change
            } else {
                a * m
            };
            let off = m.component_mul(&acceleration) + other.component_mul(&u) + force;
            assert!(off.norm() > 1e-2 * force.norm(), "{off}");
        }
    }
}

/// Derivation (79): a ball of Adam is the same at every step, whatever the time unit: to the rule and to Δt, scaled together.
#[test]
fn the_ball_is_that_of_the_rescaled_rule() {
    let adam = Adam::adam_w(0.02, 0.1).unwrap();
    let rms = RmsProp::new(0.02).unwrap().with_momentum(0.8).unwrap();
    for s in [0.25, 0.5, 2.0] {
        let (one, other) = (
            adam.to_adaptive_ball(0.5).unwrap(),
            adam.rescaled(s).unwrap().to_adaptive_ball(0.5 * s).unwrap(),
        );
        assert!((one.speed() - other.speed()).abs() < 1e-15);
        let drag = |ball: &AdaptiveBall| match ball.inertia() {
            Inertia::MomentumKept { drag, .. } | Inertia::VelocityKept { drag } => drag,
            _ => f64::NAN,
        };
        assert!((drag(&one) - drag(&other)).abs() < 1e-12);
        let (one, other) = (
            rms.to_adaptive_ball(0.5).unwrap(),
            rms.rescaled(s).unwrap().to_adaptive_ball(0.5 * s).unwrap(),
        );
        assert!(
            (one.speed() - other.speed()).abs() < 1e-14,
            "{one:?} {other:?}"
        );
        assert!((drag(&one) - drag(&other)).abs() < 1e-12);
    }
}
