//! m → 0: the ball becomes gradient flow, to first order in m, and the corrected flow, to second.
//!
//! Derivation (36), on the oscillator, whose motion (27) and flows have closed forms, and on nonlinear forces;
//! slopes over five halvings.
#![allow(
    clippy::unwrap_used,
    reason = "a test that cannot be set up should fail"
)]

mod smooth;

use heavyball::prelude::*;
use heavyball::study::{
    Convergence, CorrectedFlow, Curve, Deviation, Order, OverdampedLimit, Reference, Title,
};
use nalgebra::{DefaultAllocator, DimAdd, DimSum, OVector, allocator::Allocator, vector};
use smooth::NONLINEAR;

fn is_order(order: &Order, expected: f64) -> bool {
    let fit = order.fit.unwrap();
    (fit.order - expected).abs() <= 0.05 && fit.points == 6
}

#[track_caller]
fn expect(table: &Convergence, order: f64) {
    assert!(is_order(table.position(), order), "{table}");
    assert!(is_order(table.velocity(), order), "{table}");
}

fn slopes_are_1_and_2<P, D>(potential: P, start: OVector<f64, D>, velocity: OVector<f64, D>)
where
    P: Curvature<D> + Copy,
    D: DimAdd<D> + 'static,
    DefaultAllocator: Allocator<D> + Allocator<DimSum<D, D>>,
{
    let drag = 2.0;
    let study = || {
        OverdampedLimit::of(&potential, drag, start.clone())
            .with_velocity(velocity.clone())
            .until(2.0)
            .halvings(8e-3, 5)
    };
    expect(&study().measure().unwrap(), 1.0);
    let flow = |mass| CorrectedFlow::overdamped(potential, &HeavyBall::new(mass, drag)?);
    let corrected = Reference::corrected_flow(flow, start.clone(), velocity.clone(), 2.0);
    expect(&study().against(corrected).measure().unwrap(), 2.0);
    // Without the shifted start the corrected flow is no better than the plain one.
    let unshifted = Reference::each("unshifted", |mass| {
        let flow = CorrectedFlow::overdamped(potential, &HeavyBall::new(mass, drag)?)?;
        Curve::flow(&flow, (0.0, 2.0), &start)
    });
    expect(&study().against(unshifted).measure().unwrap(), 1.0);
}

/// (36) on forces that are not linear, with a start that moves.
#[test]
fn a_light_ball_follows_gradient_flow_to_first_order_and_the_corrected_flow_to_second() {
    slopes_are_1_and_2(NONLINEAR, vector![1.5], vector![-0.4]);
    slopes_are_1_and_2(DoubleWell, vector![0.4, 1.0], vector![0.5, 0.3]);
}

/// (36) on ½kx², both sides in closed form: (27) against e^(−kt/γ) and against x₁e^(−(k/γ)(1 + mk/γ²)t).
#[test]
fn the_oscillator_shows_both_orders_in_closed_form() {
    let (gamma, k, x0, u0, t) = (0.7, 4.0, 1.0, 0.3, 1.0);
    let title = || Title {
        study: String::new(),
        method: String::new(),
        start: String::new(),
        parameter: "mass",
    };
    let masses: Vec<_> = (0..6).map(|j| 4e-3 * 0.5_f64.powi(j)).collect();
    let order = |corrected: bool| {
        let table = Convergence::measure(title(), &masses, |m| {
            let (x, u) = DampedOscillator::new(m, gamma, k)?.at(t, x0, u0);
            let (start, rate) = if corrected {
                let layer = m / gamma * (u0 + k * x0 / gamma);
                (x0 + layer, k / gamma * (1.0 + m * k / gamma / gamma))
            } else {
                (x0, k / gamma)
            };
            let flow = start * (-rate * t).exp();
            Ok(Deviation::of((x - flow).abs(), (u + rate * flow).abs()))
        });
        table.unwrap()
    };
    expect(&order(false), 1.0);
    expect(&order(true), 2.0);
}

#[test]
fn a_limit_without_drag_or_mass_is_refused() {
    let start = vector![1.5];
    let of = |drag| OverdampedLimit::of(&NONLINEAR, drag, start);
    assert!(matches!(
        of(0.0).masses(&[0.1, 0.05, 0.02]).measure(),
        Err(Error::NotPositive { name: "drag", .. })
    ));
    assert!(matches!(
        of(1.0).masses(&[0.1, 0.0, 0.02]).measure(),
        Err(Error::NotPositive { name: "mass", .. })
    ));
    assert!(matches!(
        of(1.0).masses(&[0.1]).measure(),
        Err(Error::TooFewSteps {
            name: "mass",
            found: 1
        })
    ));
    assert!(matches!(
        of(1.0).until(-1.0).measure(),
        Err(Error::NotPositive { name: "until", .. })
    ));
    assert!(matches!(
        CorrectedFlow::overdamped(
            NONLINEAR,
            &HeavyBall {
                mass: 1.0,
                drag: 0.0
            }
        ),
        Err(Error::NotPositive { name: "drag", .. })
    ));
}
