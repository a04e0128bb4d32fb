//! The same physics at another step: Derivation (48), and what a changed rate does to a motion: (47).

use crate::support::slope::{is_order, slope};
use heavyball::error::{MappingError, ParameterError};
use heavyball::prelude::*;
use nalgebra::vector;
use proptest::prelude::*;

/// α₊ and β₊ of each row by hand, from those at Δt.
fn by_hand(row: Discretization, alpha: f64, beta: f64, s: f64) -> (f64, f64) {
    let decayed = beta.powf(s);
    let z = -beta.ln();
    let mean = |z: f64| if z == 0.0 { 1.0 } else { -(-z).exp_m1() / z };
    match row {
        Discretization::ExplicitDrag => (s * s * alpha, 1.0 - s * (1.0 - beta)),
        Discretization::ImplicitDrag => {
            let sum = beta + s * (1.0 - beta);
            (s * s * alpha / sum, beta / sum)
        }
        Discretization::DampKickDrift => (s * s * alpha, decayed),
        Discretization::KickDampDrift => (s * s * alpha * decayed / beta, decayed),
        Discretization::ExponentialDrag => (s * s * alpha * mean(s * z) / mean(z), decayed),
        Discretization::CentralDrag => {
            let sum = 1.0 + beta + s * (1.0 - beta);
            (
                2.0 * s * s * alpha / sum,
                (1.0 + beta - s * (1.0 - beta)) / sum,
            )
        }
        Discretization::Obabo => (s * s * alpha * (1.0 + decayed) / (1.0 + beta), decayed),
        Discretization::Boaob => (s * s * alpha * (decayed / beta).sqrt(), decayed),
        // A row added later fails every comparison.
        _ => (f64::NAN, f64::NAN),
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(512))]

    /// Derivation (48): each row's (α, β) at sΔt in closed form, and its particle the one before.
    #[test]
    fn the_particle_stays_and_the_step_changes(
        log_alpha in -12.0..3.0_f64,
        drag_per_step in prop_oneof![Just(0.0), 1e-9..1e-6_f64, 1e-3..0.999_f64],
        s in prop_oneof![0.01..1.0_f64, Just(1.0), 1.0..30.0_f64],
    ) {
        let (alpha, beta) = (10.0_f64.powf(log_alpha), 1.0 - drag_per_step);
        for row in Discretization::ALL {
            let expected = by_hand(row, alpha, beta, s);
            let rule = Momentum::new(alpha, beta)?;
            match rule.rescaled(s, row) {
                Ok(other) => {
                    prop_assert!((other.alpha / expected.0 - 1.0).abs() < 1e-12, "{row}: {other:?} {expected:?}");
                    prop_assert!((other.beta - expected.1).abs() < 1e-13 * (1.0 + s), "{row}: {other:?} {expected:?}");
                    let before = rule.to_heavy_ball(row, Gauge::Mass(2.0))?;
                    // 1 − β carries ε only, which a small drag magnifies.
                    if drag_per_step > 1e-3 && other.beta > 1e-3 {
                        let after = other.to_heavy_ball(row, Gauge::Mass(2.0))?;
                        prop_assert!((after.0.drag / before.0.drag - 1.0).abs() < 1e-10);
                        prop_assert!((after.1 / before.1 / s - 1.0).abs() < 1e-10);
                    }
                    let nesterov = Nesterov::new(alpha, beta)?.rescaled(s, row)?;
                    prop_assert_eq!((nesterov.alpha, nesterov.beta), (other.alpha, other.beta));
                }
                // The rows with a rational β end where β would be −1 or below; the others have e⁻ᶻ → 0.
                Err(Error::Mapping(MappingError::NoBeta { .. })) => prop_assert!(expected.1 <= -1.0 + 1e-12, "{row} {expected:?}"),
                Err(error) => return Err(error.into()),
            }
        }
    }
}

/// Derivation (48): the largest factor that explicit drag has is 2/(1 − β); the message says what to do.
#[test]
fn explicit_drag_ends_at_a_factor() -> Result<(), Error> {
    let rule = Momentum::new(0.01, 0.9)?;
    assert!(rule.rescaled(19.99, Discretization::ExplicitDrag).is_ok());
    let error = rule
        .rescaled(20.01, Discretization::ExplicitDrag)
        .unwrap_err();
    assert!(
        matches!(&error, Error::Mapping(MappingError::NoBeta { advice, .. }) if advice.contains("factor of the step below 20")),
        "{error:?}"
    );
    for factor in [0.0, -1.0, f64::NAN, f64::INFINITY] {
        let error = rule.rescaled(factor, Discretization::Obabo).unwrap_err();
        assert!(
            matches!(error, Error::Parameter(ParameterError::NotPositive { .. })),
            "{error}"
        );
    }
    Ok(())
}

/// Derivation (47), (48): double the step of a ball on its way, at time 1. With v rescaled by s, the motion goes on and
/// is followed to first order; with v kept, or rescaled by α₊/α = s², its velocity ẋ jumps, and the distance at
/// time 2 does not vanish with the step.
#[test]
fn only_the_rescaled_velocity_goes_on_with_the_motion() -> Result<(), Error> {
    let (ball, start, s) = (HeavyBall::new(1.0, 0.6)?, vector![0.5, 1.0], 2.0_f64);
    let exact = Problem::new(ball, DoubleWell, start)
        .until(2.0)
        .solve(&Dop853::new(1e-12, 1e-12))?;
    let row = Discretization::ExplicitDrag;
    let mut slopes = Vec::new();
    for power in [1, 0, 2] {
        let mut points = Vec::new();
        for halving in 0..6 {
            let steps = 100 << halving;
            let dt = 1.0 / f64::from(steps);
            let rule = Momentum::from_heavy_ball(&ball, dt, row)?;
            let way = rule.iterates(&DoubleWell, start).after(steps as usize)?;
            let way = way.rescaled(s.powi(power));
            let end = rule
                .rescaled(s, row)?
                .iterates(&DoubleWell, way.position)
                .with_velocity(way.velocity)
                .after(steps as usize / 2)?;
            points.push((dt, (end.position - exact.last().position).norm()));
        }
        if power != 1 {
            assert!(points.iter().all(|(_, error)| *error > 0.1), "{points:?}");
        }
        slopes.push(slope(&points));
    }
    assert!(
        is_order(slopes[0], 1) && is_order(slopes[1], 0) && is_order(slopes[2], 0),
        "{slopes:?}"
    );
    Ok(())
}

/// A factor of the step is refused by its own name, and one that leaves no β by the ball.
#[test]
fn factors_out_of_range_are_refused() {
    for row in Discretization::ALL {
        for factor in [0.0, -1.0, f64::NAN, f64::INFINITY] {
            assert!(matches!(
                row.rescaled(0.01, 0.9, factor),
                Err(Error::Parameter(ParameterError::NotPositive {
                    name: "the factor of the step",
                    ..
                }))
            ));
        }
    }
    let explicit = Discretization::ExplicitDrag;
    assert!(explicit.rescaled(0.01, 0.5, 3.999).is_ok());
    assert!(matches!(
        explicit.rescaled(0.01, 0.5, 4.001),
        Err(Error::Mapping(MappingError::NoBeta { .. }))
    ));
}
