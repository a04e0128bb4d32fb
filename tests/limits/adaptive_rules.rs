//! Δt → 0: each adaptive rule follows the ball whose mass its gradients set, to order 1, from the start that the order needs.
//!
//! Derivation (80), (81), (82): slopes over five halvings on potentials that couple their coordinates, closed forms under a steady
//! force, and what holds for Lion, whose equation is discontinuous.

use crate::support::tables::{expect, is_order};
use heavyball::adaptive_rules::{
    Adagrad, Adam, AdaptiveRule, AmsGrad, Epsilon, Lion, Maximum, NAdam, RmsProp,
};
use heavyball::frameworks::WeightDecay;
use heavyball::mapping::AdaptiveMapping;
use heavyball::prelude::*;
use heavyball::study::{Convergence, Deviation, Label, Limit, Reference, SmallParameter, Title};
use nalgebra::{Vector2, vector};

/// A double well that is coupled to the other coordinate.
fn coupled() -> impl Potential<f64, nalgebra::Const<2>> {
    from_fn(
        |x: &Vector2<f64>| x.x.powi(4) - 2.0 * x.x * x.x + x.y * x.y + 0.5 * x.x * x.y,
        |x| {
            vector![
                4.0 * x.x.powi(3) - 4.0 * x.x + 0.5 * x.y,
                2.0 * x.y + 0.5 * x.x
            ]
        },
    )
}

const DT: f64 = 0.01;

/// Order 1 in x, over the second half of the span and over all of it, by all six steps of five halvings.
#[track_caller]
fn first_order<R: AdaptiveMapping>(rule: R, largest: f64) {
    let potential = coupled();
    for since in [1.0, 0.0] {
        let study = Limit::adaptive(rule.clone(), DT, &potential, vector![-1.6, 1.2])
            .until(2.0)
            .with_errors_since(since)
            .with_halvings(largest, 5);
        let table = study.measure().unwrap();
        assert!(is_order(table.position(), 1, 6..=6), "{}\n{table}", R::NAME);
    }
}

/// η = 1, a = 3, b = 2, ε = 0.1 at Δt = 0.01.
fn adam() -> Adam {
    let rule = Adam::new(DT).unwrap().with_betas(0.97, 0.98).unwrap();
    rule.with_epsilon(Epsilon::Outside(0.1)).unwrap()
}

/// Derivation (81): Adam with both averages corrected, as the frameworks start it, with ε in each place, and with weight decay.
#[test]
fn adam_and_adam_w_are_of_order_1() {
    first_order(adam(), DT);
    let inside = adam().with_epsilon(Epsilon::Inside(0.01)).unwrap();
    first_order(inside, DT);
    first_order(
        adam()
            .with_weight_decay(WeightDecay::Decoupled(0.5))
            .unwrap(),
        DT,
    );
    first_order(
        adam().with_weight_decay(WeightDecay::Coupled(0.5)).unwrap(),
        DT,
    );
}

/// Derivation (84): Adam follows its effective ball from half a step before the start to order 2, in x and ẋ, with decoupled weight
/// decay and without a correction of m as well; the plain ball to order 1 only.
#[test]
fn adam_follows_its_effective_ball_to_order_2() {
    let (potential, start) = (coupled(), vector![-1.6, 1.2]);
    let decayed = adam()
        .with_weight_decay(WeightDecay::Decoupled(0.5))
        .unwrap();
    let inside = adam().with_epsilon(Epsilon::Inside(0.01)).unwrap();
    for rule in [
        adam(),
        decayed,
        inside,
        adam().with_bias_correction(false, true),
    ] {
        let reference = Reference::effective_adaptive(rule, DT, &potential, start, 2.0);
        let study = Limit::adaptive(rule, DT, &potential, start)
            .until(2.0)
            .with_halvings(DT, 5);
        let table = study.with_reference(reference.clone()).measure().unwrap();
        expect(&table, 2);
        // From the first iterate on, in x.
        let study = Limit::adaptive(rule, DT, &potential, start)
            .until(2.0)
            .with_errors_since(0.0)
            .with_halvings(DT, 5);
        let table = study.with_reference(reference).measure().unwrap();
        assert!(is_order(table.position(), 2, 6..=6), "{table}");
    }
}

/// Derivation (81): without corrections the velocity starts like √t, and the order is 1 still.
#[test]
fn adam_without_corrections_is_of_order_1() {
    first_order(adam().with_bias_correction(false, true), DT);
    first_order(adam().with_bias_correction(false, false), 0.5 * DT);
}

/// Derivation (80), (81): NAdam with a constant μ follows the ball of Adam; with PyTorch's schedule a part of the force has no mass.
#[test]
fn n_adam_is_of_order_1() {
    let optax = NAdam::optax(DT).unwrap().with_betas(0.97, 0.98).unwrap();
    let optax = optax.with_epsilon(Epsilon::Outside(0.1)).unwrap();
    assert_eq!(optax.to_adaptive_ball(DT), adam().to_adaptive_ball(DT));
    first_order(optax, 0.5 * DT);
    first_order(optax.with_momentum_decay(0.1).unwrap(), 0.5 * DT);
}

/// Derivation (81): AMSGrad, of which the largest is before the correction, behind it, or not corrected.
#[test]
fn ams_grad_is_of_order_1() {
    for maximum in [
        Maximum::BeforeCorrection,
        Maximum::AfterCorrection,
        Maximum::Uncorrected,
    ] {
        let rule = AmsGrad::of(DT, maximum).unwrap();
        let rule = rule.with_betas(0.97, 0.98).unwrap();
        let rule = rule.with_epsilon(Epsilon::Outside(0.1)).unwrap();
        // Not corrected, v needs an m that is not corrected either, as in the paper.
        let is_corrected = maximum != Maximum::Uncorrected;
        let rule = rule.with_first_corrected(is_corrected);
        first_order(rule, if is_corrected { DT } else { 0.5 * DT });
    }
}

/// Derivation (81): RMSprop from an initial second moment or with a correction, without and with momentum; Adagrad from an
/// initial sum.
#[test]
fn rmsprop_and_adagrad_are_of_order_1_from_their_start() {
    let rule = RmsProp::new(DT).unwrap().with_decay(0.98).unwrap();
    let rule = rule.with_epsilon(Epsilon::Outside(0.1)).unwrap();
    first_order(rule.with_bias_correction(true), DT);
    let begun = rule.with_initial_second_moment(20.0).unwrap();
    first_order(begun, DT);
    // α = ηaΔt².
    let begun =
        begun.with_settings(heavyball::adaptive_rules::Settings::of(3.0 * DT * DT).unwrap());
    first_order(begun.with_momentum(0.97).unwrap(), 0.25 * DT);
    // α = η√Δt, s = v/Δt, ε/√Δt.
    let adagrad = Adagrad::new(DT.sqrt()).unwrap();
    let adagrad = adagrad.with_initial_sum(20.0 / DT).unwrap();
    first_order(
        adagrad
            .with_epsilon(Epsilon::Outside(0.1 / DT.sqrt()))
            .unwrap(),
        DT,
    );
}

fn table(rows: impl Fn(f64) -> f64) -> Convergence {
    let title = Title {
        parameter: SmallParameter::Step,
        reference: String::new(),
        method: Label::default(),
        start: Label::default(),
    };
    let steps: Vec<f64> = (0..8).map(|j| 1e-3 * 0.5_f64.powi(j)).collect();
    Convergence::measure(title, &steps, |dt| {
        let error = rows(dt);
        Ok(Deviation::new(error, error))
    })
    .unwrap()
}

/// Derivation (81): from v = 0 and ε = 0 under a steady force ẋ = −η/√(1 − e^(−bt)), so that x = −(2η/b) artanh √(1 − e^(−bt)), and
/// RMSprop is of order ½, with the error −ζ(½)η√(Δt/b); so is Adam with m corrected and v not; Adagrad's ẋ = −η/√t and x = −2η√t likewise. Adam, corrected, moves by α in each iteration, which is exact.
#[test]
fn the_order_is_one_half_from_nothing() {
    let slope = heavyball::Linear::new(vector![3.0]).unwrap();
    let (b, until) = (2.0_f64, 1.0);
    let rms = table(|dt| {
        let rule = RmsProp::new(dt).unwrap().with_decay(1.0 - b * dt).unwrap();
        let rule = rule.with_epsilon(Epsilon::Outside(0.0)).unwrap();
        let steps = (until / dt).round() as usize;
        let end = rule
            .run(&slope, vector![0.0])
            .after(steps)
            .unwrap()
            .position
            .x;
        end + 2.0 / b * (1.0 - (-b * until).exp()).sqrt().atanh()
    });
    let adam = table(|dt| {
        let rule = Adam::new(dt)
            .unwrap()
            .with_betas(1.0 - 3.0 * dt, 1.0 - b * dt);
        let rule = rule.unwrap().with_epsilon(Epsilon::Outside(0.0)).unwrap();
        let rule = rule.with_bias_correction(true, false);
        let steps = (until / dt).round() as usize;
        let end = rule.run(&slope, vector![0.0]).after(steps);
        end.unwrap().position.x + 2.0 / b * (1.0 - (-b * until).exp()).sqrt().atanh()
    });
    let adagrad = table(|dt| {
        let rule = Adagrad::new(dt.sqrt()).unwrap();
        let rule = rule.with_epsilon(Epsilon::Outside(0.0)).unwrap();
        let steps = (until / dt).round() as usize;
        let end = rule
            .run(&slope, vector![0.0])
            .after(steps)
            .unwrap()
            .position
            .x;
        end + 2.0 * until.sqrt()
    });
    for (table, b) in [(rms, b), (adam, b), (adagrad, 1.0)] {
        let order = table.position().fit.unwrap();
        assert!(
            (order.order - 0.5).abs() < 0.05 && order.points == 8,
            "{table}"
        );
        // −ζ(½).
        let finest = table.rows().last().unwrap();
        let constant = finest.error.position / (finest.parameter / b).sqrt();
        assert!((constant - 1.4604).abs() < 0.03, "{constant}");
    }
    let end = Adam::new(0.01)
        .unwrap()
        .run(&slope, vector![0.0])
        .after(100)
        .unwrap();
    assert!((end.position.x + 1.0).abs() < 1e-8);
}

/// Derivation (82): Lion on ½x² moves by ηΔt exactly until β₁m + (1 − β₁)x = 0, at the t* of the closed form; turns within a
/// constant times Δt of it; and ends in a cycle no wider than 2α.
#[test]
fn lion_follows_a_discontinuous_equation() {
    let (b, beta1) = (1.0, 0.9);
    let bowl = Quadratic::diagonal(vector![1.0]).unwrap();
    // β₁m + (1 − β₁)x with x = 1 − t and ṁ = b(x − m), m(0) = 0.
    let direction = |t: f64| beta1 * (1.0 + 1.0 / b) * (1.0 - (-b * t).exp()) + (1.0 - beta1) - t;
    let (mut low, mut high) = (1.0, 2.0);
    for _ in 0..60 {
        let middle = 0.5 * (low + high);
        if direction(middle) > 0.0 {
            low = middle;
        } else {
            high = middle;
        }
    }
    let turn = low;
    for halving in 0..6 {
        let dt = 0.01 * 0.5_f64.powi(halving);
        let lion = Lion::new(dt)
            .unwrap()
            .with_betas(beta1, 1.0 - b * dt)
            .unwrap();
        let path = lion
            .run(&bowl, vector![1.0])
            .path((40.0 / dt) as usize)
            .unwrap();
        let lowest = path.iter().enumerate().min_by(|a, b| a.1.total_cmp(b.1));
        let lowest = lowest.map_or(0, |(k, _)| k);
        let before = (0..lowest).map(|k| (path[k] - (1.0 - k as f64 * dt)).abs());
        assert!(before.fold(0.0, f64::max) < 1e-11);
        assert!(
            (lowest as f64 * dt - turn).abs() < 2.0 * dt,
            "{lowest} {turn}"
        );
        let late = path.columns(path.ncols() - 1000, 1000).amax();
        assert!(late > 0.4 * dt && late < 1.001 * dt, "{late}");
    }
}
