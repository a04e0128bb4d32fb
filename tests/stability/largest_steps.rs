//! The largest stable steps of a particle: derivation (49).

use heavyball::error::MappingError;
use heavyball::prelude::*;
use heavyball::study::stability::{
    Recursion, StableSteps, largest_explicit_euler_step, largest_gradient_flow_step, largest_step,
};
use heavyball::study::{IntegratorScheme, Scheme};
use heavyball::{ConformalEuler, DriftKickEuler};
use nalgebra::{Const, vector};
use proptest::prelude::*;

/// Above these damping ratios γ/(2√(mk)) every step is stable.
const EVERY: [(Discretization, f64); 2] = [
    (Discretization::KickDampDrift, 0.245_670_022_283_193_34),
    (Discretization::Boaob, 0.515_859_514_949_278_3),
];

/// Whether (α, β) of a row dies out, and its ρ.
fn at(row: Discretization, ball: &HeavyBall, curvature: f64, dt: f64) -> (bool, f64) {
    let (alpha, beta) = match row.coefficients(ball, dt) {
        // β below −1 is the limit of a ball with a large explicit drag.
        Err(Error::Mapping(MappingError::NoBeta { beta, .. })) => return (false, beta.abs()),
        found => found.unwrap(),
    };
    let matrix = Recursion::Momentum.companion(alpha * curvature, beta);
    let eigenvalues = matrix.complex_eigenvalues();
    let rho = eigenvalues[0].norm().max(eigenvalues[1].norm());
    (Recursion::Momentum.is_stable(alpha * curvature, beta), rho)
}

fn particles() -> impl Strategy<Value = (HeavyBall, f64, f64)> {
    let decades = |from: f64, to: f64| (from..to).prop_map(|e| 10_f64.powf(e));
    let zeta = prop_oneof![
        6 => decades(-2.0, 1.5),
        1 => decades(-7.0, -2.0),
        1 => decades(1.5, 6.0),
        1 => 0.2455..0.2458_f64,
        1 => 0.5157..0.516_f64,
    ];
    (decades(-10.0, 10.0), decades(-10.0, 10.0), zeta).prop_map(|(mass, curvature, zeta)| {
        let drag = 2.0 * zeta * mass.sqrt() * curvature.sqrt();
        (HeavyBall::new(mass, drag).unwrap(), curvature, zeta)
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2000))]

    /// Derivation (49): just below the limit the step matrix of each row is stable, just above it is not.
    #[test]
    fn each_row_is_stable_up_to_its_limit_and_not_beyond((ball, curvature, zeta) in particles()) {
        for row in Discretization::ALL {
            let steps = largest_step(row, &ball, curvature)?;
            let threshold = EVERY.iter().find(|(of, _)| *of == row).map(|of| of.1);
            if steps == StableSteps::Every {
                prop_assert!(threshold.is_some_and(|threshold| zeta > threshold - 1e-12));
                continue;
            }
            prop_assert!(threshold.is_none_or(|threshold| zeta < threshold + 1e-12));
            // Where the two roots of a window have just met, they are known to half the digits.
            let near = threshold.is_some_and(|threshold| (zeta / threshold - 1.0).abs() < 1e-6);
            let side = if near { 1e-5 } else { 1e-9 };
            let limit = steps.limit();
            let (below, rho) = at(row, &ball, curvature, limit * (1.0 - side));
            prop_assert!(below && rho < 1.0 + 1e-12, "{row} ζ = {zeta}: {steps}, {rho}");
            prop_assert!(steps.contains(limit * (1.0 - side)) && !steps.contains(limit));
            if let StableSteps::Outside(_, again) = steps && (near || again > 1e3 * limit) {
                continue;
            }
            let (above, rho) = at(row, &ball, curvature, limit * (1.0 + side));
            prop_assert!(!above && rho > 1.0, "{row} ζ = {zeta}: {steps}, {rho}");
        }
    }

    /// The same of explicit Euler, whose β may be below −1, and of gradient flow.
    #[test]
    fn explicit_euler_is_stable_up_to_its_limit((ball, curvature, zeta) in particles()) {
        let limit = largest_explicit_euler_step(&ball, curvature)?.limit();
        let at = |dt: f64| {
            let beta = (-ball.drag).mul_add(dt, ball.mass) / ball.mass;
            let matrix = Recursion::ExplicitEuler.companion(dt / ball.mass * dt * curvature, beta);
            let eigenvalues = matrix.complex_eigenvalues();
            eigenvalues[0].norm().max(eigenvalues[1].norm())
        };
        // γ/k is where β + Q = 1: the margin is of the size of z.
        let side = if zeta < 1e-4 { 0.1 } else { 1e-6 };
        prop_assert!(at(limit * (1.0 - side)) < 1.0, "ζ = {zeta}: {limit}");
        prop_assert!(at(limit * (1.0 + side)) > 1.0, "ζ = {zeta}: {limit}");

        let drag = ball.drag;
        let limit = largest_gradient_flow_step(drag, curvature)?.limit();
        let stable = |dt: f64| Recursion::GradientDescent.is_stable(dt / drag * curvature, 0.0);
        prop_assert!(stable(limit * (1.0 - 1e-9)) && !stable(limit * (1.0 + 1e-9)));
    }

    /// Derivation (49): inside a window no step is stable, on both sides every one is.
    #[test]
    fn a_window_is_unstable_inside_only(zeta in 0.01..0.515_f64, part in 0.001..0.999_f64) {
        let ball = HeavyBall::new(1.0, 2.0 * zeta)?;
        for (row, threshold) in EVERY {
            let steps = largest_step(row, &ball, 1.0)?;
            if zeta >= threshold {
                prop_assert_eq!(steps, StableSteps::Every);
                continue;
            }
            let StableSteps::Outside(end, again) = steps else { panic!("{row}: {steps}") };
            let inside = end + part * (again - end);
            prop_assert!(!at(row, &ball, 1.0, inside).0 && !steps.contains(inside), "{} {}", row, steps);
            for stable in [part * end, again * (1.0 + 1e-9), again * (1.0 + part)] {
                // Far out e⁻ᶻ underflows, and with it α.
                if row.coefficients(&ball, stable).is_ok() {
                    prop_assert!(at(row, &ball, 1.0, stable).0 && steps.contains(stable), "{} {} {}", row, steps, stable);
                }
            }
        }
    }

    /// Derivation (49): the closed forms, in m, γ and k.
    #[test]
    fn the_closed_forms((ball, k, zeta) in particles()) {
        let HeavyBall { mass: m, drag, .. } = ball;
        let root = drag.hypot(2.0 * m.sqrt() * k.sqrt());
        let near = |row, expected: f64| {
            largest_step(row, &ball, k).is_ok_and(|steps| (steps.limit() / expected - 1.0).abs() < 1e-13)
        };
        prop_assert!(near(Discretization::ExplicitDrag, 4.0 * m / (drag + root)));
        prop_assert!(near(Discretization::ImplicitDrag, (drag + root) / k));
        prop_assert!(near(Discretization::CentralDrag, 2.0 * (m / k).sqrt()));
        prop_assert!(near(Discretization::Obabo, 2.0 * (m / k).sqrt()));
        // (Δt k/γ) tanh(γΔt/2m) = 2
        let dt = largest_step(Discretization::ExponentialDrag, &ball, k)?.limit();
        let left = dt * (k / drag) * (drag * dt / (2.0 * m)).tanh();
        prop_assert!((left - 2.0).abs() < 1e-13, "ζ = {zeta}: {left}");
        let euler = largest_explicit_euler_step(&ball, k)?.limit();
        let expected = if zeta < 1.0 { drag / k } else { 4.0 * m / (drag + ((drag - 2.0 * (m * k).sqrt()) * (drag + 2.0 * (m * k).sqrt())).sqrt()) };
        prop_assume!((zeta - 1.0).abs() > 1e-3);
        prop_assert!((euler / expected - 1.0).abs() < 1e-10, "ζ = {zeta}: {euler} {expected}");
    }
}

/// Derivation (49): without drag every row has the limit 2/ω₀ and stays bounded below it; with a tiny one it is next to it.
#[test]
fn without_drag_the_limit_is_that_of_the_oscillator() {
    for (mass, curvature) in [
        (1.0_f64, 4.0_f64),
        (1e-200, 1e-100),
        (1e200, 1e-80),
        (3.0, 0.7),
    ] {
        let omega: f64 = (curvature / mass).sqrt();
        for row in Discretization::ALL {
            for zeta in [0.0, 1e-300, 1e-17, 1e-12] {
                let drag = 2.0 * zeta * mass.sqrt() * curvature.sqrt();
                let ball = HeavyBall::new(mass, drag).unwrap();
                let limit = largest_step(row, &ball, curvature).unwrap().limit();
                assert!(
                    (limit * omega / 2.0 - 1.0).abs() < 1e-11,
                    "{row} {zeta}: {limit}"
                );
            }
        }
        let ball = HeavyBall::new(mass, 0.0).unwrap();
        assert_eq!(
            largest_explicit_euler_step(&ball, curvature).unwrap(),
            StableSteps::Never
        );
    }
    let ball = HeavyBall::new(1.0, 0.0).unwrap();
    for row in Discretization::ALL {
        assert_eq!(
            largest_step(row, &ball, 4.0).unwrap(),
            StableSteps::Below(1.0)
        );
        assert!((at(row, &ball, 4.0, 0.999).1 - 1.0).abs() < 1e-14);
    }
}

/// Derivation (49): above two damping ratios no step is too large, as large as it may be.
#[test]
fn enough_damping_makes_every_step_stable() {
    for (row, threshold) in EVERY {
        for zeta in [threshold * (1.0 + 1e-9), 1.0, 30.0] {
            let ball = HeavyBall::new(1.0, 2.0 * zeta).unwrap();
            assert_eq!(largest_step(row, &ball, 1.0).unwrap(), StableSteps::Every);
            for step in -30..40 {
                let dt = 10_f64.powf(f64::from(step) / 10.0);
                let Ok((alpha, beta)) = row.coefficients(&ball, dt) else {
                    continue;
                };
                assert!(
                    Recursion::Momentum.is_stable(alpha, beta),
                    "{row} {zeta} {dt}"
                );
            }
        }
        let ball = HeavyBall::new(1.0, 2.0 * threshold * (1.0 - 1e-9)).unwrap();
        let steps = largest_step(row, &ball, 1.0).unwrap();
        let StableSteps::Outside(end, again) = steps else {
            panic!("{row}: {steps}")
        };
        assert!(again / end > 1.0 && again / end < 1.001, "{steps}");
    }
}

/// The growth of one step of a real integrator.
fn growth<F, M>(make: F, ball: &HeavyBall, dt: f64, curvature: f64) -> f64
where
    F: Fn(f64) -> Result<M, Error>,
    M: FixedStep<f64>,
{
    let scheme = IntegratorScheme(make);
    Scheme::<Quartic, Const<1>>::growth(&scheme, ball, dt, curvature).unwrap()
}

/// Derivation (49): the integrators have the limits of their rows; and runs on a quadratic fall below them and grow above.
#[test]
fn integrators_have_the_limits_of_their_rows() {
    for (mass, drag, curvature) in [
        (1.0, 0.4, 4.0),
        (2.0, 5.0, 1.5),
        (0.3, 0.01, 9.0),
        (1.0, 12.0, 4.0),
    ] {
        let ball = HeavyBall::new(mass, drag).unwrap();
        let limit = |row| largest_step(row, &ball, curvature).unwrap().limit();
        let euler = largest_explicit_euler_step(&ball, curvature)
            .unwrap()
            .limit();
        for side in [1e-9, -1e-9] {
            let factors = [
                growth(
                    SymplecticEuler::new,
                    &ball,
                    limit(Discretization::ExplicitDrag) * (1.0 + side),
                    curvature,
                ),
                growth(
                    DriftKickEuler::new,
                    &ball,
                    limit(Discretization::ExplicitDrag) * (1.0 + side),
                    curvature,
                ),
                growth(
                    ConformalEuler::new,
                    &ball,
                    limit(Discretization::DampKickDrift) * (1.0 + side),
                    curvature,
                ),
                growth(
                    CentralLeapfrog::new,
                    &ball,
                    limit(Discretization::CentralDrag) * (1.0 + side),
                    curvature,
                ),
                growth(
                    Leapfrog::new,
                    &ball,
                    limit(Discretization::Obabo) * (1.0 + side),
                    curvature,
                ),
                growth(ExplicitEuler::new, &ball, euler * (1.0 + side), curvature),
            ];
            for factor in factors {
                assert!(
                    if side > 0.0 {
                        factor > 1.0
                    } else {
                        factor < 1.0
                    },
                    "{factor} {side}"
                );
            }
        }
        let bowl = Quadratic::diagonal(vector![curvature]).unwrap();
        for row in Discretization::ALL {
            let StableSteps::Below(limit) = largest_step(row, &ball, curvature).unwrap() else {
                continue;
            };
            let end = |dt| {
                let rule = Momentum::from_heavy_ball(&ball, dt, row).unwrap();
                rule.iterates(&bowl, vector![1.0])
                    .after(5000)
                    .map(|at| at.position.x.abs())
            };
            let grown = end(limit * 1.02);
            assert!(end(limit * 0.98).unwrap() < 1e-3, "{row}");
            assert!(grown.is_err() || grown.unwrap() > 1e3, "{row}");
        }
    }
}
