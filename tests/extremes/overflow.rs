//! Where an intermediate product leaves the range of f64 and the result does not, the result is right; where the result
//! does, it is an error.

use heavyball::Method;
use heavyball::error::{ParameterError, VectorError};
use heavyball::frameworks::{Convention, RateChange, Sgd};
use heavyball::potentials::{Features, LogisticRegression};
use heavyball::prelude::*;
use heavyball::study::modified_equation::{CorrectedFlow, HessianDamped};
use heavyball::study::stability::{RateMap, Recursion};
use heavyball::{Cosine, Gauge, HighResolution, Linear, Schedule, WarmUp};
use nalgebra::{Const, DVector, Vector1, matrix, vector};

fn out_of_range<T: std::fmt::Debug>(found: Result<T, Error>) {
    let is_refused = matches!(
        found,
        Err(Error::Parameter(ParameterError::OutOfRange { .. })
            | Error::Vector(VectorError::NonFiniteComponent { .. }))
    );
    assert!(is_refused, "{found:?}");
}

/// z = γΔt/m, derivation (12): at m = γ = 1e308 and Δt = 10 the product γΔt overflows, and β = e^(−10).
#[test]
fn the_drag_of_a_heavy_ball_is_not_lost() -> Result<(), Error> {
    let ball = HeavyBall::new(1e308, 1e308)?;
    let near = |found: (f64, f64), alpha: f64, beta: f64| {
        assert!((found.0 / alpha - 1.0).abs() < 1e-13, "{found:?}");
        assert!((found.1 / beta - 1.0).abs() < 1e-13, "{found:?}");
    };
    let decay = (-10.0_f64).exp();
    near(
        Discretization::Obabo.coefficients(&ball, 10.0)?,
        1e-306 * (1.0 + decay) / 2.0,
        decay,
    );
    near(
        Discretization::ImplicitDrag.coefficients(&ball, 10.0)?,
        1e-306 / 11.0,
        1.0 / 11.0,
    );
    near(
        Discretization::CentralDrag.coefficients(&ball, 1.0)?,
        1e-308 / 1.5,
        1.0 / 3.0,
    );
    near(
        Discretization::ExplicitDrag.coefficients(&ball, 0.5)?,
        0.25e-308,
        0.5,
    );
    // The same motion in ordinary units, (c²m, cγ, cΔt) with c = 2⁵⁰⁰: exactly the same numbers.
    let c = 500.0_f64.exp2();
    let usual = HeavyBall::new(1.5, 0.25)?;
    let moved = HeavyBall::new(1.5 * c * c, 0.25 * c)?;
    for map in Discretization::ALL {
        assert_eq!(
            map.coefficients(&usual, 0.3)?,
            map.coefficients(&moved, 0.3 * c)?,
            "{map}"
        );
    }
    // And the fixed step takes the same z: one step of Leapfrog from rest on a slope, p = −Δt(1 + e^(−z))/2.
    let slope = Linear::new(vector![1.0])?;
    let run = Problem::new(ball, slope, vector![0.0])
        .until(10.0)
        .solve(&Leapfrog::new(10.0)?)?;
    assert!((run.last().momentum.x / (-5.0 * (1.0 + decay)) - 1.0).abs() < 1e-12);
    Ok(())
}

/// The kinetic energy ½m|ẋ|² of mass 1e160 at speed 1 is 5e159, and γ|ẋ|² is γ.
#[test]
fn energies_of_heavy_balls_are_finite() -> Result<(), Error> {
    let ball = HeavyBall::new(1e160, 3.0)?;
    let phase = ball.launch(vector![0.0], vector![1.0]);
    assert!((ball.kinetic_energy(&phase) / 5e159 - 1.0).abs() < 1e-15);
    assert!((ball.dissipated_power(&phase) / 3.0 - 1.0).abs() < 1e-15);
    Ok(())
}

/// A free ball at speed 1 is at t with p = m, at the steps and between them, by every method, however heavy it is. Where
/// Δt/m is not a normal number a fixed step would lose digits, and says so.
#[test]
fn a_heavy_ball_moves_or_is_refused() -> Result<(), Error> {
    let free = Linear::new(vector![0.0])?;
    let methods: [&dyn Method<_, Const<1>>; 8] = [
        &Leapfrog::new(0.1)?,
        &CentralLeapfrog::new(0.1)?,
        &SymplecticEuler::new(0.1)?,
        &ExplicitEuler::new(0.1)?,
        &Rk45::new(1e-9, 1e-9),
        &Dop853::new(1e-9, 1e-9),
        &Nystrom12::new(1e-9, 1e-9),
        &Adaptive::new(1e-9, 1e-9),
    ];
    let mut moved = 0;
    for mass in [1e-306, 1e-300, 1e300, 1e306, 1e308] {
        let problem = Problem::new(HeavyBall::new(mass, 0.0)?, &free, vector![0.0])
            .with_velocity(vector![1.0])
            .until(1.0);
        for (index, method) in methods.iter().enumerate() {
            let run = match problem.solve(*method) {
                Ok(run) => run,
                Err(error) => {
                    assert!(mass > 1e307, "{mass:e} {index}: {error}");
                    out_of_range(Err::<(), _>(error));
                    continue;
                }
            };
            for time in [0.55, 1.0] {
                let phase = run.at(time)?;
                let miss = (phase.position.x - time).abs();
                let allowed = if index < 4 { 2e-15 } else { 1e-12 };
                assert!(miss < allowed, "{mass:e} {index} {time}: {phase:?}");
                assert!(
                    (phase.momentum.x / mass - 1.0).abs() < 2e-15,
                    "{mass:e} {index}"
                );
                moved += 1;
            }
        }
    }
    assert!(moved >= 2 * 8 * 4);
    Ok(())
}

/// A damped motion ends at rest, derivation (27), however late one looks; an undamped one stays within its amplitude.
#[test]
fn the_exact_motion_dies_out() -> Result<(), Error> {
    assert_eq!(
        DampedOscillator::new(0.6, 0.1, 68.0)?.at(1e308, 1.0, 0.0),
        (0.0, 0.0)
    );
    assert_eq!(
        DampedOscillator::new(1.0, 100.0, 1.0)?.at(1e308, 1.0, 0.0),
        (0.0, 0.0)
    );
    let (x, u) = DampedOscillator::new(0.01, 0.0, 100.0)?.at(1e308, 1.0, 0.0);
    assert!(x.abs() <= 1.0 && u.abs() <= 100.0, "{x} {u}");
    // Free under drag: x → x₀ + mu₀/γ.
    let (x, u) = DampedOscillator::new(2.0, 1e3, 0.0)?.at(1e308, 1.0, 500.0);
    assert!((x - 2.0).abs() < 1e-15 && u == 0.0, "{x} {u}");
    // Started 10³⁰⁰ away with a large rate: (u₀ + ax₀) overflows, the motion does not.
    let (x, _) = DampedOscillator::new(1e-10, 1.0, 1e12)?.at(1e-13, 1e300, 0.0);
    assert!(x.is_finite() && x.abs() < 1e300, "{x}");
    Ok(())
}

/// (28) at the smallest β: JᵀΩJ = βΩ with det J = β.
#[test]
fn the_smallest_beta_deforms_by_itself() -> Result<(), Error> {
    use heavyball::study::Deformation;
    use num_dual::Dual64;
    let beta = 5e-324;
    let rule = Momentum::of(Dual64::from(0.1), Dual64::from(beta))?;
    let start = Iterate {
        position: vector![0.5, 0.2],
        velocity: vector![0.1, 0.1],
    };
    let found = Deformation::of_updates(&rule, &DoubleWell, &start, 3)?;
    for number in [found.factor(), found.defect(), found.volume()] {
        assert!(number.is_finite(), "{found:?}");
    }
    assert!(found.factor().abs() < 1e-300 && found.defect() < 1e-12);
    Ok(())
}

/// v₀ = Δt·e^(z/2)u₀ + q∇f/2 of OBABO, derivation (20): beyond the range at z = 1500 unless the ball is at rest.
#[test]
fn a_start_velocity_is_a_number_or_an_error() -> Result<(), Error> {
    let ball = HeavyBall::new(1.0, 1500.0)?;
    let map = Discretization::Obabo;
    out_of_range(map.start_velocity(&ball, 1.0, &vector![1.0], &vector![1.0]));
    assert_eq!(
        map.start_velocity(&ball, 1.0, &vector![0.0], &vector![1.0])?,
        vector![0.5]
    );
    let ball = HeavyBall::new(1.0, 1.0)?;
    out_of_range(map.start_velocity(&ball, 1.0, &vector![f64::NAN], &vector![1.0]));
    out_of_range(map.start_velocity(&ball, 1.0, &vector![1.0], &vector![f64::INFINITY]));
    Ok(())
}

#[test]
fn results_beyond_the_range_are_errors() -> Result<(), Error> {
    let light = HeavyBall::new(1.0, 1e-300)?;
    out_of_range(light.terminal_velocity(&Linear::new(vector![1e300])?));
    out_of_range(Recursion::Momentum.rate_on(1e300, 0.9, 1e10, 1e10));
    out_of_range(RateMap::new(Recursion::Nesterov, &[1.0, f64::MAX], &[0.9]));
    out_of_range(Momentum::new(1e300, 0.9)?.stability(1e300));
    out_of_range(
        LogisticRegression::new(Features::from_rows([[1.0]])?, &[true], f64::MAX).and_then(
            |model| {
                let (low, high) = model.bounds();
                assert!(low.is_finite() && high.is_finite(), "{low} {high}");
                Err::<(), _>(Error::from(ParameterError::OutOfRange {
                    name: "none",
                    value: high,
                }))
            },
        ),
    );
    // Features whose squares just fit have finite bounds, ¼|a|².
    let model = LogisticRegression::new(
        Features::from_rows([[1e154, 0.0], [0.0, 1e-3]])?,
        &[true, false],
        0.0,
    )?;
    let (_, high) = model.bounds();
    assert!((high / 0.125e308 - 1.0).abs() < 1e-10, "{high:e}");
    // λ of [[a, a], [a, a]] is 2a.
    let curvature = |of: &dyn Potential<f64, Const<2>>| of.largest_curvature();
    let huge = Quadratic::symmetric(matrix![8e307, 8e307; 8e307, 8e307])?;
    assert!((curvature(&huge).unwrap() / 1.6e308 - 1.0).abs() < 1e-12);
    let beyond = Quadratic::symmetric(matrix![1e308, 1e308; 1e308, 1e308])?;
    assert_eq!(curvature(&beyond), None);

    let steep = Linear::new(vector![1e200])?;
    let position = vector![0.0];
    out_of_range(
        HighResolution::heavy_ball(steep.clone(), 1e-300, 1e300)
            .and_then(|flow| flow.paper_start(&position)),
    );
    out_of_range(
        HighResolution::heavy_ball(steep.clone(), 1e-300, 1e300)
            .and_then(|flow| flow.second_order_start(&position)),
    );
    out_of_range(
        CorrectedFlow::momentum(steep.clone(), &Momentum::new(1e200, 0.5)?)
            .and_then(|flow| flow.start(&position, &position)),
    );
    out_of_range(
        HessianDamped::momentum(steep, &Momentum::new(1e200, 0.5)?, 1.0)
            .and_then(|equation| equation.start_velocity(&position, &position)),
    );
    // The sum of many huge steps.
    let rule = Momentum::scheduled(1e300, 0.5);
    let late = rule
        .balls(Discretization::ExplicitDrag, Gauge::Step(1e307))
        .take(40);
    out_of_range(late.collect::<Result<Vec<_>, _>>());
    Ok(())
}

/// (1 − β)√(2/(α(1 + β))) at the ends of the range of α.
#[test]
fn the_drag_over_root_mass_of_extreme_rates() -> Result<(), Error> {
    for (alpha, expected) in [
        (1e308, 0.5 * (4.0_f64 / 3.0).sqrt() * 1e-154),
        (5e-324, 0.5 * (4.0_f64 / 3.0).sqrt() * 537.0_f64.exp2()),
    ] {
        let found = Momentum::new(alpha, 0.5)?.drag_over_root_mass();
        assert!(
            (found / expected - 1.0).abs() < 1e-6,
            "{alpha:e}: {found:e}"
        );
    }
    Ok(())
}

/// A warm-up rises from a(k + 1)/(n + 1) even where a(k + 1) overflows.
#[test]
fn a_warm_up_to_the_largest_rate_rises_evenly() -> Result<(), Error> {
    let rise = WarmUp::new(10, 1e308)?;
    for k in 0..12 {
        let share = ((k + 1) as f64 / 11.0).min(1.0);
        assert!((rise.at(k) / 1e308 - share).abs() < 1e-15, "{k}");
    }
    let fall = Cosine::new(f64::MAX, -f64::MAX, 10)?;
    assert!((0..=10).all(|k| fall.at(k).is_finite()));
    Ok(())
}

#[cfg(feature = "parallel")]
#[test]
fn normal_numbers_stay_in_range() {
    use heavyball::ensemble::Random;
    let random = Random::new(1);
    assert!(random.normal::<1>(1e308).is_err());
    let mut kicks = random.normal::<1>(2e307).unwrap().take(10_000);
    assert!(kicks.all(|kick| kick.x.is_finite()));
}

/// A buffer that the new rate would blow up is refused, and the run goes on as it was.
#[test]
fn a_buffer_is_rescaled_within_the_range() -> Result<(), Error> {
    let slope = Linear::new(vector![1.0])?;
    let keras = Sgd::new(Convention::Keras { nesterov: false }, 1e-310, 0.5)?;
    let mut run = keras.run(&slope, vector![0.0]);
    run.advance();
    out_of_range(run.change_learning_rate(1e5, RateChange::RescaleVelocity));
    assert_eq!(*run.sgd().learning_rate(), 1e-310);
    assert!(run.advance().is_some());
    Ok(())
}

/// ẋ(0) and the path of a ball from `Leapfrog`(f64::MAX) over a span of 1e-16: one step of the span, x = 1 + 1e20·1e-16.
#[test]
fn a_span_far_shorter_than_the_step_is_one_step() -> Result<(), Error> {
    let free = Linear::new(vector![0.0])?;
    let problem = Problem::new(HeavyBall::new(1.0, 0.0)?, free, vector![1.0])
        .with_velocity(vector![1e20])
        .until(1e-16);
    let run = problem.solve(&Leapfrog::new(f64::MAX)?)?;
    assert_eq!(run.steps(), 1);
    assert!(
        (run.last().position.x - 10_001.0).abs() < 1e-10,
        "{:?}",
        run.last()
    );
    Ok(())
}

/// A gradient of another length than the position is an error of every method, never a motion of some coordinates.
#[test]
fn a_gradient_of_another_length_is_refused_everywhere() -> Result<(), Error> {
    use heavyball::potentials::{from_fn, from_fn_in_place};
    struct Short;
    impl Potential<f64, nalgebra::Dyn> for Short {
        fn value(&self, x: &DVector<f64>) -> f64 {
            0.5 * x.norm_squared()
        }
        fn gradient(&self, x: &DVector<f64>, gradient: &mut DVector<f64>) {
            *gradient = DVector::from_element(1, x[0]);
        }
    }
    let value = |x: &DVector<f64>| 0.5 * x.norm_squared();
    let in_place = from_fn_in_place(value, |x: &DVector<f64>, gradient: &mut DVector<f64>| {
        *gradient = DVector::from_element(1, x[0]);
    });
    let returned = from_fn(value, |x: &DVector<f64>| DVector::from_element(1, x[0]));
    let start = DVector::from_element(3, 1.0);
    let kinds: [&dyn Potential<f64, nalgebra::Dyn>; 3] = [&in_place, &returned, &Short];
    for potential in kinds {
        assert!(
            Momentum::new(0.1, 0.9)?
                .iterates(potential, start.clone())
                .after(3)
                .is_err()
        );
        assert!(
            Nesterov::new(0.1, 0.9)?
                .iterates(potential, start.clone())
                .after(3)
                .is_err()
        );
        let torch = Convention::PyTorch {
            dampening: 0.0,
            nesterov: false,
        };
        let mut run = Sgd::new(torch, 0.1, 0.9)?.run(potential, start.clone());
        assert!(run.nth(3).is_none() && run.failure().is_some());
        let problem = Problem::new(HeavyBall::new(1.0, 0.1)?, potential, start.clone()).until(1.0);
        assert!(problem.solve(&Leapfrog::new(0.1)?).is_err());
        assert!(problem.solve(&ExplicitEuler::new(0.1)?).is_err());
        assert!(problem.solve(&SymplecticEuler::new(0.1)?).is_err());
        assert!(problem.solve(&Adaptive::new(1e-6, 1e-6)).is_err());
        assert!(problem.solve(&Nystrom12::new(1e-6, 1e-6)).is_err());
        assert!(problem.solve(&Dop853::new(1e-6, 1e-6)).is_err());
        assert!(problem.solve(&Rk45::new(1e-6, 1e-6)).is_err());
    }
    Ok(())
}

/// PyTorch at a learning rate of 0, from a warm-up: θ stays and the buffer fills, b = 1, 1.9; at rate 0.1 θ = −0.19. The
/// update v₊ = βv − α∇f from the same schedule gives −0.1, since its velocity is already multiplied by the rate.
#[test]
fn a_learning_rate_of_zero_fills_the_buffer() -> Result<(), Error> {
    let slope = Linear::new(vector![1.0])?;
    let torch = Convention::PyTorch {
        dampening: 0.0,
        nesterov: false,
    };
    let mut run = Sgd::new(torch, 0.0, 0.9)?.run(&slope, vector![0.0]);
    assert_eq!(run.advance(), Some(&vector![0.0]));
    assert_eq!(run.advance(), Some(&vector![0.0]));
    run.change_learning_rate(0.1, RateChange::KeepBuffer)?;
    assert_eq!(run.state().buffer, Some(vector![1.0]));
    assert_eq!(run.advance(), Some(&vector![-0.19]));
    for kept in [RateChange::KeepVelocity, RateChange::RescaleVelocity] {
        let mut run = Sgd::new(torch, 0.0, 0.9)?.run(&slope, vector![0.0]);
        run.advance();
        let refused = run.change_learning_rate(0.1, kept);
        assert_eq!(
            refused.is_err(),
            kept == RateChange::RescaleVelocity,
            "{refused:?}"
        );
    }
    let rate = |k: usize| if k == 0 { 0.0 } else { 0.1 };
    let end = Momentum::scheduled(rate, 0.9)
        .iterates(&slope, vector![0.0])
        .after(2)?;
    assert_eq!(end.position, Vector1::new(-0.1));
    // A cosine ends there.
    let mut run = Sgd::new(torch, 0.1, 0.9)?.run(&slope, vector![0.0]);
    let cosine = Cosine::new(0.1, 0.0, 5)?;
    for k in 0..8 {
        run.change_learning_rate(cosine.at(k), RateChange::KeepBuffer)?;
        run.advance();
    }
    assert!(run.state().parameter.x.is_finite());
    // No particle and no Sutskever form.
    let still = Sgd::new(torch, 0.0, 0.9)?;
    assert!(still.sutskever().is_err());
    assert!(
        still
            .to_heavy_ball(Discretization::ExplicitDrag, Gauge::Mass(1.0))
            .is_err()
    );
    Ok(())
}

/// A gradient that is NaN now and then is an error, or the right motion by the steps in which it was not: never a wrong one.
#[test]
fn a_gradient_that_is_nan_at_random_gives_no_wrong_motion() -> Result<(), Error> {
    use std::cell::Cell;
    struct Shaky(Cell<u64>);
    impl Potential<f64, Const<1>> for Shaky {
        fn value(&self, x: &Vector1<f64>) -> f64 {
            0.5 * x.x * x.x
        }
        fn gradient(&self, x: &Vector1<f64>, gradient: &mut Vector1<f64>) {
            let next = self
                .0
                .get()
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1);
            self.0.set(next);
            gradient.x = if next >> 59 == 0 { f64::NAN } else { x.x };
        }
    }
    let ball = HeavyBall::new(1.0, 0.1)?;
    let exact = DampedOscillator::new(1.0, 0.1, 1.0)?.at(10.0, 1.0, 0.0).0;
    let mut refused = 0;
    for seed in 0..40 {
        let methods: [&dyn Method<Shaky, Const<1>>; 6] = [
            &Rk45::new(1e-9, 1e-9),
            &Dop853::new(1e-9, 1e-9),
            &Nystrom8::new(1e-9, 1e-9),
            &Nystrom12::new(1e-9, 1e-9),
            &Adaptive::new(1e-9, 1e-9),
            &Leapfrog::new(0.01)?,
        ];
        for (index, method) in methods.iter().enumerate() {
            let potential = Shaky(Cell::new(seed));
            let problem = Problem::new(ball, potential, vector![1.0]).until(10.0);
            match problem.solve(*method) {
                Ok(run) => {
                    let x = run.last().position.x;
                    let allowed = if index == 5 { 1e-3 } else { 1e-6 };
                    assert!((x - exact).abs() < allowed, "{index} {seed}: {x} {exact}");
                    for k in 0..=100 {
                        let between = run.at(0.1 * f64::from(k))?.position.x;
                        assert!(
                            between.is_finite() && between.abs() <= 1.0 + 1e-6,
                            "{index} {seed} {k}: {between}"
                        );
                    }
                }
                Err(_) => refused += 1,
            }
        }
    }
    assert!(refused > 40, "{refused}");
    Ok(())
}

/// (22): (c²m, cγ, cΔt) has exactly the (α, β) of (m, γ, Δt) for every power of two c that leaves the particle in range:
/// where γΔt is not a normal number, and where 2m or 2m + γΔt overflows, with drag and without.
#[test]
fn a_gauge_at_the_ends_of_the_range_changes_no_bit() -> Result<(), Error> {
    for (mass, drag, exponent) in [
        (1.5, 0.25, -520.0),
        (1.2, 6.0, 511.0),
        (3.0, 0.25, 511.0),
        (3.0, 0.0, 511.0),
    ] {
        let c = f64::exp2(exponent);
        let usual = HeavyBall::new(mass, drag)?;
        let moved = HeavyBall::new(mass * c * c, drag * c)?;
        for map in Discretization::ALL {
            assert_eq!(
                map.coefficients(&moved, 0.3 * c)?,
                map.coefficients(&usual, 0.3)?,
                "{map} {mass} {drag}"
            );
        }
    }
    Ok(())
}

/// (24): (m/s, γ/s) has (sα, β), to a rounding error at the largest α and the smallest mass; and the smallest α,
/// 2Δt²/(2m + γΔt) of central drag, is a number although no gauge has 2m, γ and γΔt all in range.
#[test]
fn the_largest_and_the_smallest_rate_have_their_digits() -> Result<(), Error> {
    let s = f64::exp2(1022.0);
    let usual = HeavyBall::new(1.3, 0.375)?;
    let light = HeavyBall::new(1.3 / s, 0.375 / s)?;
    for map in Discretization::ALL {
        let (alpha, beta) = map.coefficients(&light, 2.2)?;
        let expected = map.coefficients(&usual, 2.2)?;
        assert!((alpha / s / expected.0 - 1.0).abs() < 1e-15, "{map}");
        assert!((beta / expected.1 - 1.0).abs() < 1e-15, "{map}");
    }
    let heavy = HeavyBall::new(1.5 * f64::exp2(1003.0), f64::exp2(-1015.0))?;
    let (alpha, beta) = Discretization::CentralDrag.coefficients(&heavy, f64::exp2(-12.0))?;
    assert!((alpha / (f64::exp2(-1027.0) / 1.5) - 1.0).abs() < 1e-13);
    assert_eq!(beta, 1.0);
    Ok(())
}

/// (27): the motion is linear, so that a start 2⁹⁶⁰ times as large moves exactly 2⁹⁶⁰ times as far, although
/// u₀ + ax₀ or kx₀/m overflows on the way.
#[test]
fn a_start_far_away_moves_in_proportion() -> Result<(), Error> {
    let c = f64::exp2(960.0);
    for (mass, drag, stiffness, u0) in [(1e-10, 1.0, 1e12, 5e9), (1e-30, 1.0, 1e-5, 1e15)] {
        let oscillator = DampedOscillator::new(mass, drag, stiffness)?;
        for t in [1e-13, 1e-11] {
            let (x, u) = oscillator.at(t, 1.0, u0);
            assert_eq!(
                oscillator.at(t, c, c * u0),
                (c * x, c * u),
                "{mass:e} {t:e}"
            );
        }
    }
    Ok(())
}

/// Without drag ½mu² + ½kx² is constant, however many radians have passed.
#[test]
fn a_phase_beyond_the_range_keeps_the_energy() -> Result<(), Error> {
    // ω = 100, and ωt = 1e310.
    let oscillator = DampedOscillator::new(0.01, 0.0, 100.0)?;
    for (x0, u0) in [(0.0, 30.0), (2.0, 0.0), (-1.0, 70.0)] {
        let (x, u) = oscillator.at(1e308, x0, u0);
        let energy = |x: f64, u: f64| 0.01 * u * u + 100.0 * x * x;
        assert!((energy(x, u) / energy(x0, u0) - 1.0).abs() < 1e-14);
    }
    // ωt = 1e-320: x = x₀ + u₀t.
    let slow = DampedOscillator::new(1e300, 0.0, 1e-300)?;
    let (x, u) = slow.at(1e-20, 0.0, 1.0);
    assert!((x / 1e-20 - 1.0).abs() < 1e-15 && u == 1.0, "{x:e} {u}");
    Ok(())
}

/// x = u₀(1 − e^(−t)) and u = u₀e^(−t) at m = γ = 5e-324, the smallest number, and k = 0.
#[test]
fn the_smallest_ball_is_damped() -> Result<(), Error> {
    let (x, u) = DampedOscillator::new(5e-324, 5e-324, 0.0)?.at(1.0, 0.0, 2.0);
    let decay = (-1.0_f64).exp();
    assert!((x / (2.0 * (1.0 - decay)) - 1.0).abs() < 1e-15, "{x}");
    assert!((u / (2.0 * decay) - 1.0).abs() < 1e-15, "{u}");
    // And a motion that has died out is at rest, whatever its start.
    assert_eq!(
        DampedOscillator::new(1.0, 100.0, 1.0)?.at(1e308, 1.0, 500.0),
        (0.0, 0.0)
    );
    Ok(())
}

/// (24), inverted: (sα, β) is the particle (m/s, γ/s) at the same step, to the bit at the largest α.
#[test]
fn the_largest_rate_has_a_particle() -> Result<(), Error> {
    let s = f64::exp2(1023.0);
    for map in Discretization::ALL {
        let step = Gauge::Step(f64::exp2(20.0));
        let (usual, _) = map.particle(1.6, 0.95, step)?;
        let (light, dt) = map.particle(1.6 * s, 0.95, step)?;
        assert_eq!(
            (light.mass, light.drag, dt),
            (usual.mass / s, usual.drag / s, f64::exp2(20.0)),
            "{map}"
        );
    }
    Ok(())
}

/// (24): m_eff and γ_eff are proportional to (m, γ) at the same Δt, to the bit at the largest mass; and as z → 0 they are
/// m and γ, where m/Δt overflows too.
#[test]
fn the_largest_mass_has_its_effective_particle() -> Result<(), Error> {
    let s = f64::exp2(1023.0);
    for map in Discretization::ALL {
        let usual = map.effective_particle(&HeavyBall::new(1.7, 0.1)?, 1.5)?;
        let heavy = map.effective_particle(&HeavyBall::new(1.7 * s, 0.1 * s)?, 1.5)?;
        assert_eq!(
            (heavy.mass, heavy.drag),
            (usual.mass * s, usual.drag * s),
            "{map}"
        );
        let nearly_free = HeavyBall::new(1e305, 3.0)?;
        let effective = map.effective_particle(&nearly_free, 1e-9)?;
        assert_eq!((effective.mass, effective.drag), (1e305, 3.0), "{map}");
    }
    Ok(())
}

/// (24) as z → ∞, here to 10³¹⁰: α = Δt/γ of exponential drag, whose m_eff is γΔt/2; γ_eff = m/Δt of damp–kick–drift and
/// 2m/Δt of OBABO.
#[test]
fn a_drag_per_step_beyond_the_range_has_its_limits() -> Result<(), Error> {
    let (ball, dt) = (HeavyBall::new(f64::exp2(-1000.0), f64::exp2(30.0))?, 4.0);
    let exact = Discretization::ExponentialDrag;
    assert_eq!(exact.coefficients(&ball, dt)?, (f64::exp2(-28.0), 0.0));
    assert_eq!(
        exact.effective_particle(&ball, dt)?,
        HeavyBall::new(f64::exp2(31.0), ball.drag)?
    );
    assert_eq!(
        Discretization::DampKickDrift.effective_particle(&ball, dt)?,
        HeavyBall::new(ball.mass / 2.0, ball.mass / 4.0)?
    );
    assert_eq!(
        Discretization::Obabo.effective_particle(&ball, dt)?,
        HeavyBall::new(ball.mass, ball.mass / 2.0)?
    );
    Ok(())
}
