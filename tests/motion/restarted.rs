//! Balls that are stopped, or thrown back by walls, and go on: closed forms.

use heavyball::error::{EventError, ParameterError, VectorError};
use heavyball::events::{Crossing, Plane, SlowingDown, Uphill};
use heavyball::motion::Response;
use heavyball::prelude::*;
use heavyball::{Linear, PhaseIn};
use nalgebra::{Const, Rotation2, Vector2, dvector, vector};
use proptest::prelude::*;

fn rest<const N: usize>(ball: &HeavyBall, phase: &PhaseIn<N>) -> Response<Const<N>> {
    Response::rest(*ball, phase)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    /// Derivation (76): the speed restart of a damped spring acts at every arccos ζ/ω, and leaves 2ζe^(−ζω₀τ) of x.
    #[test]
    fn speed_restarts_of_a_spring(mass in 0.3..3.0_f64, stiffness in 0.3..3.0_f64, zeta in 0.05..0.95_f64) {
        let drag = 2.0 * zeta * (mass * stiffness).sqrt();
        let natural = (stiffness / mass).sqrt();
        let tau = zeta.acos() / (natural * (1.0 - zeta * zeta).sqrt());
        let share = 2.0 * zeta * (-zeta * natural * tau).exp();
        let problem = Problem::new(HeavyBall::new(mass, drag)?, Quadratic::diagonal(vector![stiffness])?, vector![1.0]);
        let run = problem.until(4.5 * tau).solve_through(&Dop853::new(1e-12, 1e-14).with_fine_output(), &[(&SlowingDown, &rest)])?;
        prop_assert_eq!(run.events.len(), 4);
        for (k, event) in (1..).zip(&run.events) {
            let (time, x) = (f64::from(k) * tau, share.powi(k));
            prop_assert!((event.time - time).abs() < 1e-9 * time, "{} {time}", event.time);
            prop_assert!((event.phase.position.x - x).abs() < 1e-9, "{} {x}", event.phase.position.x);
        }
    }

    /// Derivation (76): under drag the function restart comes at x = 0, after (π − arccos ζ)/ω.
    #[test]
    fn the_first_function_restart_of_a_spring(mass in 0.3..3.0_f64, stiffness in 0.3..3.0_f64, zeta in 0.0..0.9_f64) {
        let drag = 2.0 * zeta * (mass * stiffness).sqrt();
        let time = (std::f64::consts::PI - zeta.acos()) / ((stiffness / mass).sqrt() * (1.0 - zeta * zeta).sqrt());
        let problem = Problem::new(HeavyBall::new(mass, drag)?, Quadratic::diagonal(vector![stiffness])?, vector![1.0]);
        let run = problem.until(2.0 * time).solve_until(&Dop853::new(1e-12, 1e-14).with_fine_output(), &[&Uphill])?;
        let found = run.event.map(|event| (event.time, event.phase.position.x.abs()));
        prop_assert!(found.is_some_and(|(at, x)| (at / time - 1.0).abs() < 1e-9 && x < 1e-9), "{found:?} {time}");
    }

    /// A wall: the momentum along the normal is reversed and multiplied by e, that along the wall stays.
    #[test]
    fn a_reflection_turns_the_normal_part(angle in -3.0..3.0_f64, p in -3.0..3.0_f64, q in -3.0..3.0_f64, e in 0.0..1.0_f64, length in 0.1..9.0_f64) {
        let turn = Rotation2::new(angle).into_inner();
        let (normal, along) = (turn * vector![1.0, 0.0], turn * vector![0.0, 1.0]);
        let phase = Phase::new(vector![0.0, 0.0], p * normal + q * along);
        let Response::Change(_, after) = Response::reflect(HeavyBall::new(1.0, 0.0)?, &phase, &(length * normal), e) else {
            return Err(TestCaseError::fail("no change"));
        };
        prop_assert!((after.momentum - (q * along - e * p * normal)).norm() < 1e-14);
    }
}

/// Derivation (76) in two dimensions without drag: f falls from rest to rest along a²cos²t + κb²cos²(√κt), whose minimum is
/// found by bisection; the amplitudes after it are those there.
#[test]
fn function_restarts_in_a_valley() -> Result<(), Error> {
    let kappa = 7.0_f64;
    let root = kappa.sqrt();
    let bowl = Quadratic::diagonal(vector![1.0, kappa])?;
    let problem = Problem::new(HeavyBall::new(1.0, 0.0)?, bowl, vector![1.0, 0.6]).until(6.0);
    let (mut start, mut amplitudes) = (0.0, vector![1.0, 0.6]);
    let mut expected: Vec<(f64, Vector2<f64>)> = Vec::new();
    loop {
        let rate = |t: f64| {
            let (a, b) = (amplitudes.x, amplitudes.y);
            -a * a * (2.0 * t).sin() - kappa * root * b * b * (2.0 * root * t).sin()
        };
        let mut right = 1e-3;
        while rate(right) < 0.0 {
            right += 1e-3;
        }
        let mut left = right - 1e-3;
        for _ in 0..60 {
            let middle = 0.5 * (left + right);
            if rate(middle) < 0.0 {
                left = middle;
            } else {
                right = middle;
            }
        }
        start += right;
        if start > 6.0 {
            break;
        }
        amplitudes = vector![
            amplitudes.x * right.cos(),
            amplitudes.y * (root * right).cos()
        ];
        expected.push((start, amplitudes));
    }
    assert!(expected.len() > 3);
    for error in [1e-8, 1e-4] {
        let run = if error < 1e-6 {
            problem.solve_through(
                &Dop853::new(1e-13, 1e-14).with_fine_output(),
                &[(&Uphill, &rest)],
            )?
        } else {
            problem.solve_through(&Leapfrog::new(1e-3)?, &[(&Uphill, &rest)])?
        };
        assert_eq!(run.events.len(), expected.len());
        for (event, (time, position)) in run.events.iter().zip(&expected) {
            let off = (event.time - time).abs() + (event.phase.position - position).norm();
            assert!(off < error, "{time} {off:e}");
            // The run goes on from rest.
            let at = run.trajectory.at(event.time)?;
            assert!(at.momentum.norm() < 1e-12);
        }
    }
    Ok(())
}

/// A stop takes the kinetic energy: between the restarts energy stays, at each it falls to f.
#[test]
fn a_restart_takes_the_kinetic_energy() -> Result<(), Error> {
    let ball = HeavyBall::new(1.0, 0.0)?;
    let problem = Problem::new(ball, DoubleWell, vector![-1.8, 1.0]).until(6.0);
    for event in [&Uphill as &dyn Event<DoubleWell, Const<2>>, &SlowingDown] {
        let run = problem.solve_through(&Nystrom8::new(1e-11, 1e-11), &[(event, &rest)])?;
        assert!(run.events.len() > 3);
        let mut before = ball.energy(&DoubleWell, &problem.start());
        for event in &run.events {
            let energy = ball.energy(&DoubleWell, &event.phase);
            assert!((energy - before).abs() < 1e-8, "{energy} {before}");
            before = DoubleWell.value(&event.phase.position);
            assert!(before <= energy);
        }
        assert!(ball.energy(&DoubleWell, &problem.start()) - before > 2.0);
    }
    Ok(())
}

/// Between two walls at an angle of 90° an elastic ball comes back antiparallel after two bounces, at the times of the
/// straight lines.
#[test]
fn a_corner_throws_the_ball_back() -> Result<(), Error> {
    let level = Linear::new(vector![0.0, 0.0])?;
    let turn = Rotation2::new(0.3).into_inner();
    let (first, second) = (turn * vector![1.0, 0.0], turn * vector![0.0, 1.0]);
    let (x, u) = (turn * vector![2.0, 3.0], turn * vector![-1.0, -1.2]);
    let problem = Problem::new(HeavyBall::new(2.0, 0.0)?, level, x)
        .with_velocity(u)
        .until(6.0);
    let walls = [
        Plane::new(3.0 * first, 0.0, Crossing::Falling)?,
        Plane::new(second, 0.0, Crossing::Falling)?,
    ];
    let bounce = [first, second].map(|normal| {
        move |ball: &HeavyBall, phase: &PhaseIn<2>| Response::reflect(*ball, phase, &normal, 1.0)
    });
    let [a, b] = &bounce;
    let run = problem.solve_through(
        &Adaptive::new(1e-11, 1e-11),
        &[(&walls[0], a), (&walls[1], b)],
    )?;
    let times: Vec<_> = run
        .events
        .iter()
        .map(|event| (event.index, event.time))
        .collect();
    assert_eq!(times.len(), 2);
    assert!(
        times[0].0 == 0 && (times[0].1 - 2.0).abs() < 1e-12,
        "{times:?}"
    );
    assert!(
        times[1].0 == 1 && (times[1].1 - 2.5).abs() < 1e-12,
        "{times:?}"
    );
    let end = run.trajectory.last();
    assert!((end.momentum + 2.0 * u).norm() < 1e-12);
    assert!((end.position - turn * vector![4.0, 4.2]).norm() < 1e-11);
    Ok(())
}

/// Nonsense is refused, and a ball that is at rest at its restart goes nowhere, without end or error.
#[test]
fn nonsense_is_refused() -> Result<(), Error> {
    let error = Plane::new(vector![0.0, 0.0], 1.0, Crossing::Either).unwrap_err();
    assert!(matches!(
        error,
        Error::Parameter(ParameterError::NotPositive {
            name: "the length of the normal",
            ..
        })
    ));
    let error = Plane::new(vector![1.0, f64::NAN], 1.0, Crossing::Either).unwrap_err();
    assert!(matches!(
        error,
        Error::Vector(VectorError::NonFiniteComponent { name: "normal", .. })
    ));
    let error = Plane::new(vector![1.0, 0.0], f64::INFINITY, Crossing::Either).unwrap_err();
    assert!(matches!(
        error,
        Error::Parameter(ParameterError::NotFinite { name: "offset", .. })
    ));
    let wall = Plane::new(dvector![1.0, 0.0, 0.0], 0.0, Crossing::Either)?;
    let problem = Problem::new(HeavyBall::new(1.0, 0.0)?, Rosenbrock, dvector![0.5, 0.5]);
    let error = problem
        .solve_until(&Leapfrog::new(0.01)?, &[&wall])
        .unwrap_err();
    assert!(
        matches!(error, Error::Event(EventError::NotANumber { .. })),
        "{error}"
    );
    let still = Problem::new(HeavyBall::new(1.0, 0.0)?, DoubleWell, vector![1.0, 0.0]).until(3.0);
    let run = still.solve_through(
        &Adaptive::new(1e-9, 1e-9),
        &[(&Uphill, &rest), (&SlowingDown, &rest)],
    )?;
    assert!(run.events.is_empty() && run.trajectory.last().momentum.norm() == 0.0);
    Ok(())
}
