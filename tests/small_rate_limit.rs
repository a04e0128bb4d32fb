//! α → 0 at fixed β: momentum and Nesterov's rule become one gradient flow, in the time τ = kα/(1 − β).
//!
//! Derivation (37): slope 1 in α against dx/dτ = −∇f, slope 2 against the flow of f + ½ε|∇f|², over five halvings,
//! on ½kx², where both sides have closed forms, and on nonlinear forces.
#![allow(
    clippy::unwrap_used,
    reason = "a test that cannot be set up should fail"
)]

mod smooth;

use heavyball::prelude::*;
use heavyball::study::{
    Convergence, CorrectedFlow, Deviation, Order, Reference, SmallRateLimit, Title,
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

fn slopes_are_1_and_2<P, D>(potential: P, start: OVector<f64, D>)
where
    P: Curvature<D> + Copy,
    D: DimAdd<D> + 'static,
    DefaultAllocator: Allocator<D> + Allocator<DimSum<D, D>>,
{
    for beta in [0.0, 0.5, 0.8] {
        let largest = 0.004 * (1.0_f64 - beta).powi(2);
        let rest = start.map(|_| 0.0);
        let momentum = || SmallRateLimit::momentum(&potential, beta, start.clone());
        let nesterov = || SmallRateLimit::nesterov(&potential, beta, start.clone());
        expect(&momentum().halvings(largest, 5).measure().unwrap(), 1.0);
        expect(&nesterov().halvings(largest, 5).measure().unwrap(), 1.0);

        let flow = |alpha| CorrectedFlow::momentum(potential, &Momentum::new(alpha, beta)?);
        let reference = Reference::corrected_flow(flow, start.clone(), rest.clone(), 1.0);
        let table = momentum().halvings(largest, 5).against(reference).measure();
        expect(&table.unwrap(), 2.0);

        let flow = |alpha| CorrectedFlow::nesterov(potential, &Nesterov::new(alpha, beta)?);
        let reference = Reference::corrected_flow(flow, start.clone(), rest, 1.0);
        let table = nesterov().halvings(largest, 5).against(reference).measure();
        expect(&table.unwrap(), 2.0);
    }
}

/// (37) where the force is not linear; β = 0 is gradient descent.
#[test]
fn a_small_rate_follows_gradient_flow_to_first_order_and_the_corrected_flow_to_second() {
    slopes_are_1_and_2(NONLINEAR, vector![1.5]);
    slopes_are_1_and_2(DoubleWell, vector![0.4, 1.0]);
}

/// (37) on ½kx²: iterates against x₁e^(−k(1 + εk)τ), x₁ = x₀ + βλv₀ + αβλ²kx₀, in closed form, with a start that moves.
#[test]
fn the_start_of_the_corrected_flow_counts_the_first_velocity() {
    let (k, x0, w0, tau) = (4.0, 1.0, 0.6, 1.0);
    let title = Title {
        study: String::new(),
        method: String::new(),
        start: String::new(),
        parameter: "alpha",
    };
    for (beta, theta) in [(0.5, 0.0), (0.5, 0.5), (0.8, 0.8)] {
        let gain: f64 = 1.0 / (1.0 - beta);
        let alphas: Vec<_> = (0..6)
            .map(|j| 4e-3 / gain / gain * 0.5_f64.powi(j))
            .collect();
        let table = Convergence::measure(title.clone(), &alphas, |alpha| {
            let bowl = Quadratic::diagonal(vector![k])?;
            let steps = (tau / alpha / gain).round() as usize;
            // A first displacement like α, as an iteration under way has.
            let v0 = vector![w0 * alpha];
            let start = vector![x0];
            let (before, end) = if theta == 0.0 {
                let iterates = Momentum::new(alpha, beta)?.iterates(&bowl, start);
                let mut iterates = iterates.with_velocity(v0).skip(steps);
                (iterates.next().unwrap(), iterates.next().unwrap())
            } else {
                let iterates = Nesterov::new(alpha, beta)?.iterates(&bowl, start);
                let mut iterates = iterates.with_velocity(v0).skip(steps);
                (iterates.next().unwrap(), iterates.next().unwrap())
            };
            let velocity = (before.velocity.x + end.velocity.x) / (2.0 * alpha * gain);
            let x1 = x0 + beta * gain * w0 * alpha + alpha * beta * gain * gain * k * x0;
            let rate = k * (1.0 + alpha * gain * (gain - 0.5 - theta) * k);
            let flow = x1 * (-rate * tau).exp();
            let error = (before.position.x - flow).abs();
            Ok(Deviation::of(error, (velocity + rate * flow).abs()))
        });
        expect(&table.unwrap(), 2.0);
    }
}

#[test]
fn a_limit_at_beta_1_is_refused() {
    let of = |beta| SmallRateLimit::momentum(&NONLINEAR, beta, vector![1.5]);
    assert!(matches!(
        of(1.0).halvings(1e-3, 4).measure(),
        Err(Error::NotPositive {
            name: "1 - beta",
            ..
        })
    ));
    assert!(matches!(
        of(f64::NAN).halvings(1e-3, 4).measure(),
        Err(Error::NotPositive {
            name: "1 - beta",
            ..
        })
    ));
    assert!(matches!(
        of(-1.5).halvings(1e-3, 4).measure(),
        Err(Error::BetaOutOfRange { .. })
    ));
    assert!(matches!(
        of(0.5).rates(&[1e-3, 1e-4, 1e-300]).measure(),
        Err(Error::TooManySteps { .. })
    ));
    assert!(matches!(
        CorrectedFlow::momentum(
            NONLINEAR,
            &Momentum {
                alpha: 0.1,
                beta: 1.0
            }
        ),
        Err(Error::NotPositive {
            name: "1 - beta",
            ..
        })
    ));
    assert!(matches!(
        CorrectedFlow::nesterov(
            NONLINEAR,
            &Nesterov {
                alpha: -0.1,
                beta: 0.5
            }
        ),
        Err(Error::NotPositive { name: "alpha", .. })
    ));
}
