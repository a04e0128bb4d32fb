//! Which equations an optimiser follows, from (α, β) alone: derivation (10), (23), (37), (41).
//!
//! Distances against the iterates' own loop and closed forms written here; orders over four halvings.

use crate::support::smooth::NONLINEAR;
use crate::support::tables::is_order;
use heavyball::error::{ParameterError, RuleError, StudyError, VectorError};
use heavyball::potentials::from_fn;
use heavyball::prelude::*;
use heavyball::study::{Equation, Followed, SmallParameter};
use nalgebra::{Vector1, vector};
use proptest::prelude::*;

const K: f64 = 4.0;

/// Whether an equation is followed at these orders in x and ẋ, by all five points of four halvings.
fn has_orders(equation: &Equation, position: usize, velocity: usize) -> bool {
    is_order(equation.order(), position, 5..=5)
        && is_order(equation.velocity_order(), velocity, 5..=5)
}

/// The largest distance of the iterates x_k, k = 0, 1, …, from a path at (k + shift)Δt, up to the time of iterate `count`.
fn distance(
    iterates: impl Fn(f64, f64) -> (f64, f64),
    count: u32,
    shift: f64,
    path: impl Fn(f64) -> f64,
) -> f64 {
    let (mut x, mut v, mut worst) = (1.0, 0.0, 0.0_f64);
    for k in 0..=count {
        let time = f64::from(k) + shift;
        if time <= f64::from(count) {
            worst = worst.max((x - path(time)).abs());
        }
        (x, v) = iterates(x, v);
    }
    worst
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    /// (10), (23), (37) on f = 2x² from 1: the residual at (α, β) itself, for each equation, from closed forms; orders 1, 1, 2
    /// and, for gradient flow, 1 in x and 0 in ẋ, which starts from rest.
    #[test]
    fn the_residual_is_the_distance_from_the_closed_form(
        alpha in 1e-3..0.02_f64, beta in prop_oneof![Just(0.0), Just(0.9), 0.0..0.95_f64], count in 10..60_u32,
    ) {
        let bowl = Quadratic::diagonal(vector![K])?;
        let followed = Followed::by_momentum(&Momentum::new(alpha, beta)?, &bowl, vector![1.0], count)?;
        let dt = alpha.sqrt();
        prop_assert!((followed.dt() - dt).abs() < 1e-15);
        let update = |x: f64, v: f64| {
            let v = beta * v - alpha * K * x;
            (x + v, v)
        };
        let drag = (1.0 - beta) / dt;
        let ball = DampedOscillator::new(1.0, drag, K)?;
        let effective = DampedOscillator::new((1.0 + beta) / 2.0, drag, K)?;
        let expected = [
            distance(update, count, 0.0, |t| ball.at(t * dt, 1.0, 0.0).0),
            distance(update, count, 0.5, |t| ball.at(t * dt, 1.0, 0.0).0),
            distance(update, count, 0.5, |t| effective.at(t * dt, 1.0, 0.0).0),
            distance(update, count, 0.0, |t| (-K * t * alpha / (1.0 - beta)).exp()),
        ];
        prop_assert_eq!(followed.equations().len(), 4);
        for (equation, expected) in followed.equations().iter().zip(expected) {
            let found = equation.residual();
            prop_assert!((found - expected).abs() < 1e-11, "{found} {expected} {equation:?}");
        }
    }
}

/// (23), (37), (41) on the oscillator and on a nonlinear force: the orders of both rules.
#[test]
fn orders_are_those_of_the_theory() {
    fn check<P: Curvature<nalgebra::Const<1>>>(potential: &P, start: f64) {
        let (alpha, beta, count) = (1e-3, 0.9, 60);
        let start = vector![start];
        let momentum = Momentum::new(alpha, beta).unwrap();
        let momentum = Followed::by_momentum(&momentum, potential, start, count).unwrap();
        let nesterov = Nesterov::new(alpha, beta).unwrap();
        let nesterov = Followed::by_nesterov(&nesterov, potential, start, count).unwrap();
        for followed in [&momentum, &nesterov] {
            let [early, late, own, _] = followed.equations() else {
                panic!("{followed}");
            };
            assert!(has_orders(early, 1, 1), "{followed}");
            assert!(has_orders(late, 1, 1), "{followed}");
            assert!(has_orders(own, 2, 2), "{followed}");
            assert_eq!(followed.closest(), Some(own));
        }
        // Gradient flow needs a rate at which the layer of 1/(1 − β) iterations is short.
        let slow = Momentum::new(1e-4, 0.5).unwrap();
        let slow = Followed::by_momentum(&slow, potential, start, 2000).unwrap();
        assert!(has_orders(&slow.equations()[3], 1, 0), "{slow}");
    }
    check(&Quadratic::diagonal(vector![K]).unwrap(), 1.0);
    check(&NONLINEAR, 1.5);
}

/// Where the iterates cannot be told from an equation there is no order, and an answer all the same.
#[test]
fn a_start_at_rest_has_an_answer() {
    for start in [1.0, 1.0 + 1e-9, -1.0, 0.0] {
        let rule = Momentum::new(0.01, 0.9).unwrap();
        let start = vector![start, 0.0];
        let followed = Followed::by_momentum(&rule, &DoubleWell, start, 50).unwrap();
        assert_eq!(followed.equations().len(), 4, "{followed}");
        let followed =
            Followed::by_nesterov(&Nesterov::new(0.01, 0.9).unwrap(), &DoubleWell, start, 50);
        assert_eq!(followed.unwrap().equations().len(), 4);
    }
    let flat = Quadratic::diagonal(vector![1e-8]).unwrap();
    let rule = Momentum::new(0.01, 0.9).unwrap();
    assert!(Followed::by_momentum(&rule, &flat, vector![1.0], 50).is_ok());
    // A flow that is too stiff to solve is left out, and said.
    let bowl = Quadratic::diagonal(vector![K]).unwrap();
    let rule = Momentum::new(0.01, 1.0 - 1e-12).unwrap();
    let followed = Followed::by_momentum(&rule, &bowl, vector![1.0], 50).unwrap();
    assert_eq!(followed.equations().len(), 3);
    assert!(
        followed.to_string().contains("no gradient flow: "),
        "{followed}"
    );
}

#[test]
fn the_answer_reads_as_a_table() {
    let rule = Momentum::new(0.01, 0.9).unwrap();
    let followed = Followed::by_momentum(&rule, &NONLINEAR, vector![1.5], 100).unwrap();
    let text = followed.to_string();
    let lines: Vec<_> = text.lines().collect();
    assert_eq!(lines.len(), 6, "{text}");
    assert!(lines[0].starts_with("Momentum α = 0.01, β = 0.9 from v₀ = 0, 100 iterations"));
    assert!(lines[4].contains("0.95 ẍ + 1 ẋ + ∇f = 0") && lines[4].contains("(k + ½)Δt"));
    let widths: Vec<_> = lines[2..].iter().map(|line| line.chars().count()).collect();
    assert!(widths.iter().all(|width| *width == widths[0]), "{text}");
    assert_eq!(followed.tables().len(), 3);
    assert!(
        followed
            .tables()
            .iter()
            .all(|table| table.title().parameter == SmallParameter::Step)
    );
    assert_eq!(followed.tables()[0].rows()[0].parameter, 0.01_f64.sqrt());

    let free = Momentum::new(0.01, 1.0).unwrap();
    let free = Followed::by_momentum(&free, &NONLINEAR, vector![1.5], 100).unwrap();
    assert!(free.to_string().contains("no gradient flow") && free.equations().len() == 3);
}

/// A closure without a Hessian is enough for momentum, and nonsense is refused.
#[test]
fn nonsense_is_refused() {
    let potential = from_fn(
        |x: &Vector1<f64>| 2.0 * x.x * x.x,
        |x: &Vector1<f64>| vector![4.0 * x.x],
    );
    let by = |alpha, beta, start: f64, count| {
        let mut rule = Momentum::new(0.01, 0.9).unwrap();
        (rule.alpha, rule.beta) = (alpha, beta);
        Followed::by_momentum(&rule, &potential, vector![start], count)
    };
    assert!(by(0.01, 0.9, 1.0, 100).is_ok());
    assert!(by(0.01, 0.9, 1.0, 1).is_ok());
    assert!(matches!(
        by(0.0, 0.9, 1.0, 100),
        Err(Error::Parameter(ParameterError::NotPositive { .. }))
    ));
    assert!(matches!(
        by(0.01, 1.5, 1.0, 100),
        Err(Error::Rule(RuleError::BetaOutOfRange { .. }))
    ));
    assert!(matches!(
        by(0.01, f64::NAN, 1.0, 100),
        Err(Error::Rule(RuleError::BetaOutOfRange { .. }))
    ));
    assert!(matches!(
        by(0.01, 0.9, f64::NAN, 100),
        Err(Error::Vector(VectorError::NonFiniteComponent { .. }))
    ));
    assert!(matches!(
        by(0.01, 0.9, 1.0, 0),
        Err(Error::Study(StudyError::NothingCompared { .. }))
    ));
    let bowl = Quadratic::diagonal(vector![4.0]).unwrap();
    let unstable = Momentum::new(1.1, 0.9).unwrap();
    let unstable = Followed::by_momentum(&unstable, &bowl, vector![1.0], 100);
    assert!(
        matches!(unstable, Err(Error::Study(StudyError::UnstableStep { .. }))),
        "{unstable:?}"
    );
}
