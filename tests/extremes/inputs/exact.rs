//! Motions in closed form.

use super::Input;
use super::verdict::{any, checked};
use heavyball::NesterovFlow;
use heavyball::elementary;
use heavyball::particle::QuadraticMotion;
use heavyball::prelude::*;
use nalgebra::{DVector, Matrix2, vector};

/// The elementary functions are those of the standard library to a few units in the last place.
fn elementary_functions(x: f64) {
    let pairs = [
        (elementary::exp(x), x.exp()),
        (elementary::exp_m1(x), x.exp_m1()),
        (elementary::ln(x), x.ln()),
        (elementary::ln_1p(x), x.ln_1p()),
        (elementary::sin(x), x.sin()),
        (elementary::cos(x), x.cos()),
        (elementary::tanh(x), x.tanh()),
    ];
    for (ours, std) in pairs {
        let same = ours == std || ours.is_nan() && std.is_nan();
        let spacing = (std.abs().next_up() - std.abs()).abs();
        assert!(
            same || (ours - std).abs() <= 2.0 * spacing,
            "{x:e}: {ours:e} {std:e}"
        );
    }
    let bounded = [elementary::sin_bounded(x), elementary::cos_bounded(x)];
    assert!(
        bounded.iter().all(|y| y.is_nan() || y.abs() <= 1.0),
        "{x:e}"
    );
}

pub fn run(input: &mut Input<'_>) {
    elementary_functions(input.number());
    match input.choice(4) {
        0 | 1 => {
            let (mass, drag) = (input.positive(), input.positive().abs());
            let stiffness = if input.choice(4) == 0 {
                input.number()
            } else {
                input.positive()
            };
            let Some(oscillator) = any(DampedOscillator::new(mass, drag, stiffness)) else {
                return;
            };
            assert!(oscillator.critical_drag() >= 0.0);
            let time = input.positive().abs();
            let (x0, u0) = (input.component(), input.component());
            let (x, u) = oscillator.at(time, x0, u0);
            if !(time.is_finite() && x0.is_finite() && u0.is_finite() && stiffness >= 0.0) {
                return;
            }
            // Forward in time on a bowl the energy does not grow.
            let room = 1e140;
            let is_moderate = [mass, stiffness, x0.abs(), u0.abs()]
                .iter()
                .all(|v| *v < room && (*v == 0.0 || *v > 1.0 / room));
            if is_moderate {
                // A free ball may go so far that x² overflows.
                let spring = |x: f64| {
                    if stiffness == 0.0 {
                        0.0
                    } else {
                        stiffness * x * x
                    }
                };
                let energy = |x: f64, u: f64| 0.5 * mass * u * u + 0.5 * spring(x);
                let (before, after) = (energy(x0, u0), energy(x, u));
                assert!(
                    after <= before * (1.0 + 1e-9),
                    "{oscillator:?} at {time}: {before} {after}"
                );
            }
            assert!(
                !x.is_nan() && !u.is_nan(),
                "{oscillator:?} at {time} from {x0}, {u0}: {x} {u}"
            );
        }
        2 => {
            let turn = nalgebra::Rotation2::new(7.0 * input.share()).into_inner();
            let curvatures = vector![input.number(), input.number()];
            let matrix: Matrix2<f64> =
                turn * Matrix2::from_diagonal(&curvatures) * turn.transpose();
            let Some(quadratic) = any(Quadratic::symmetric(matrix)) else {
                return;
            };
            let curvature = Potential::<f64, nalgebra::Const<2>>::largest_curvature(&quadratic);
            assert!(curvature.is_none_or(f64::is_finite));
            let Some(ball) = checked(input.ball()) else {
                return;
            };
            let Some(motion) = any(QuadraticMotion::new(&ball, &quadratic)) else {
                return;
            };
            let (x0, u0) = (
                vector![input.component(), input.component()],
                vector![input.component(), 0.0],
            );
            any(motion.at(input.number(), &x0, &u0));
        }
        _ => {
            let friction = u16::from(input.byte());
            let curvature = input.positive();
            checked(NesterovFlow::<()>::exact(
                friction,
                curvature,
                input.positive(),
                input.component(),
            ));
            let position = DVector::from_element(1, input.component());
            any(heavyball::potentials::check_gradient(
                &heavyball::Linear::new(DVector::from_element(1, 2.0)).expect("finite"),
                &position,
            ));
        }
    }
}
