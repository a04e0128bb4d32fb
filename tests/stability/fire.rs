//! FIRE is a ball whose drag steers: its limit and its energy; and the iterates of ASE.

use crate::support::slope::{is_order, slope};
use heavyball::error::{RuleError, RunError, VectorError};
use heavyball::optimizers::Fire;
use heavyball::potentials::from_fn;
use heavyball::prelude::*;
use nalgebra::{Const, DVector, Vector2, dvector, vector};
use num_dual::Dual64;
use proptest::array::uniform2;
use proptest::prelude::*;
use serde_json::Value;

/// The unit-mass ball of (77) with this drag, in the double well.
struct Steered(f64);

impl SecondOrderSystem<Const<2>> for Steered {
    fn acceleration(&self, _: f64, x: &Vector2<f64>, u: &Vector2<f64>, a: &mut Vector2<f64>) {
        DoubleWell.gradient(x, a);
        let force = -*a;
        *a = force - self.0 * (u - u.norm() * force.normalize());
    }
}

/// Derivation (77): with a = γΔt and a step that stays, FIRE follows its equation to first order, in position and velocity.
#[test]
fn fire_follows_a_ball_whose_drag_steers() -> Result<(), Error> {
    let (drag, time, start) = (1.5, 0.2, vector![-1.9, 1.2]);
    let system = Steered(drag).in_phase_space(Const::<2>);
    let state = system.state(&start, &vector![0.0, 0.0])?;
    // At rest the direction of the motion is that of the force.
    let exact = Dop853::new(1e-12, 1e-12).integrate(&system, (0.0, time), state)?;
    let (x, u) = system.motion(exact.last())?;
    let mut points = Vec::new();
    for halving in 5..10 {
        let dt = time * f64::from(-halving).exp2();
        let fire = Fire::new(dt)?
            .with_factors(1.0, 1.0)?
            .with_mixing(drag * dt, 1.0)?;
        let end = fire
            .run(&DoubleWell, start)
            .after((time / dt).round() as usize)?;
        assert_eq!(end.downhill + 1, (time / dt).round() as usize); // it rolls downhill all the time
        assert!((end.drag() - drag).abs() < 1e-12);
        points.push((
            dt,
            (end.position - x).norm().hypot((end.velocity - u).norm()),
        ));
    }
    let order = slope(&points);
    assert!(is_order(order, 1), "{order} {points:?}");
    Ok(())
}

proptest! {
    /// Derivation (77): turning toward the force never raises the kinetic energy, and leaves a ball that falls along the
    /// force as it is. A step Δt of almost 0 shows the turn alone.
    #[test]
    fn steering_never_speeds_up(slopes in uniform2(-3.0..3.0_f64), push in uniform2(-3.0..3.0_f64), mixing in 0.0..=1.0_f64) {
        let (first, later) = (Vector2::from(slopes), Vector2::from(push));
        prop_assume!(first.norm() > 0.1 && later.norm() > 0.1 && first.dot(&later) > 0.0);
        // The force changes its direction once the ball has moved.
        let turning = from_fn(
            |_: &Vector2<f64>| 0.0,
            move |x: &Vector2<f64>| if x.norm() == 0.0 { -first } else { -later * 1e-9 },
        );
        let fire = Fire::new(1.0)?.with_mixing(mixing, 1.0)?;
        let before = fire.run(&turning, vector![0.0, 0.0]).after(1)?;
        let after = fire.run(&turning, vector![0.0, 0.0]).after(2)?;
        prop_assert!((before.velocity - first).norm() < 1e-14);
        let expected = (1.0 - mixing) * first + mixing * first.norm() * later.normalize();
        prop_assert!((after.velocity - expected).norm() < 1e-7);
        prop_assert!(after.velocity.norm() <= first.norm() + 1e-7);
    }
}

/// In one dimension, along the force, FIRE is symplectic Euler without drag until it is stopped beyond the minimum.
#[test]
fn in_one_dimension_it_falls_freely_until_it_stops() -> Result<(), Error> {
    let bowl = Quadratic::diagonal(vector![2.0])?;
    let fire = Fire::new(0.125)?.with_factors(1.0, 1.0)?;
    let method = SymplecticEuler::new(0.125)?;
    let mut phases = method.phases(
        &HeavyBall::new(1.0, 0.0)?,
        &bowl,
        Phase::at_rest(vector![1.0]),
    )?;
    let mut run = fire.run(&bowl, vector![1.0]);
    let mut free = 0;
    while run.stops() == 0 {
        let (Some(state), Some(phase)) = (run.advance().cloned(), phases.advance()) else {
            return Ok(());
        };
        if run.stops() == 0 {
            let off =
                (state.position - phase.position).norm() + (state.velocity - phase.momentum).norm();
            assert!(off < 1e-14, "{off:e}");
            free += 1;
        }
    }
    // A quarter of a period is π/(2√2 · 0.125) = 8.9 steps.
    assert!((9..=11).contains(&free), "{free}");
    Ok(())
}

fn follows(run: &Value, potential: &impl Potential<f64, nalgebra::Dyn>) -> Option<(f64, f64)> {
    let options = &run["options"];
    let option = |name: &str, default: f64| options[name].as_f64().unwrap_or(default);
    let is_second = run["optimizer"].as_str()? == "FIRE2";
    let dt = option("dt", 0.1);
    let (fire, wait, mixing, smallest) = match is_second {
        true => (Fire::version_2(dt), 20.0, 0.25, 2e-3),
        false => (Fire::new(dt), 5.0, 0.1, 0.0),
    };
    let fire = fire
        .ok()?
        .with_steps(option("dtmin", smallest), option("dtmax", 1.0))
        .ok()?
        .with_wait(option("Nmin", wait) as usize)
        .with_factors(option("finc", 1.1), option("fdec", 0.5))
        .ok()?
        .with_mixing(option("astart", mixing), option("fa", 0.99))
        .ok()?
        .with_longest_move(option("maxstep", 0.2))
        .ok()?;
    let vector = |value: &Value| {
        let numbers: Option<Vec<f64>> = value.as_array()?.iter().map(Value::as_f64).collect();
        numbers.map(DVector::from_vec)
    };
    let states: Vec<_> = fire
        .run(potential, vector(&run["start"])?)
        .take(201)
        .collect();
    let (positions, steps) = (run["positions"].as_array()?, vector(&run["dt"])?);
    assert_eq!((states.len(), positions.len(), steps.len()), (201, 41, 201));
    let (mut off, mut largest) = (0.0_f64, 0.0_f64);
    for (state, position) in states.iter().step_by(5).zip(positions) {
        let position = vector(position)?;
        largest = largest.max(position.amax());
        off = off.max((&state.position - position).amax());
    }
    let dt = states.iter().zip(steps.iter());
    Some((
        off / largest,
        dt.map(|(state, dt)| (state.dt / dt - 1.0).abs())
            .fold(0.0, f64::max),
    ))
}

/// 16 runs of ASE's FIRE and FIRE2 over 200 steps, (77) with their own choice of Δt and a.
#[test]
fn the_runs_of_ase() {
    let runs: Value = serde_json::from_str(include_str!("../data/fire_iterates.json")).unwrap();
    let runs = runs.as_array().unwrap();
    assert_eq!(runs.len(), 16);
    let wells = from_fn(
        |_: &DVector<f64>| 0.0,
        |x: &DVector<f64>| {
            DVector::from_fn(x.len(), |i, _| {
                let toward = |j: usize| x.get(j).map_or(0.0, |y| 0.5 * (x[i] - y));
                x[i].powi(3) - x[i] + toward(i + 1) + if i > 0 { toward(i - 1) } else { 0.0 }
            })
        },
    );
    // Rosenbrock's function with the rounding of the recorded one, which FIRE2 amplifies 10⁴ times where the force turns.
    let valley = from_fn(
        |_: &DVector<f64>| 0.0,
        |x: &DVector<f64>| {
            let mut gradient = DVector::zeros(x.len());
            for i in 0..x.len() - 1 {
                let t = x[i + 1] - x[i] * x[i];
                gradient[i] += -400.0 * x[i] * t - 2.0 * (1.0 - x[i]);
                gradient[i + 1] += 200.0 * t;
            }
            gradient
        },
    );
    for run in runs {
        let found = match run["potential"].as_str() {
            Some("bowl") => follows(
                run,
                &Quadratic::diagonal(dvector![1.0, 10.0, 40.0]).unwrap(),
            ),
            Some("rosenbrock") => follows(run, &valley),
            _ => follows(run, &wells),
        };
        let (off, dt) = found.unwrap();
        println!(
            "{} {} {}: {off:e} {dt:e}",
            run["optimizer"], run["potential"], run["options"]
        );
        assert!(
            off < 1e-12,
            "{off:e} {} {}",
            run["optimizer"],
            run["options"]
        );
        assert!(dt < 1e-12, "{dt:e} {} {}", run["optimizer"], run["options"]);
    }
}

/// At the minimum there is no force to turn to: the ball stays, and nothing is NaN.
#[test]
fn at_the_minimum_it_stays() -> Result<(), Error> {
    for fire in [Fire::new(0.1)?, Fire::version_2(0.1)?] {
        let end = fire.run(&DoubleWell, vector![1.0, 0.0]).after(300)?;
        assert_eq!(
            (end.position, end.velocity),
            (vector![1.0, 0.0], vector![0.0, 0.0])
        );
    }
    Ok(())
}

/// The derivative of an iterate with respect to the start, by dual numbers, is that of differences.
#[test]
fn iterates_have_derivatives() -> Result<(), Error> {
    let end = |x: Dual64| {
        let fire = Fire::of_version_2(Dual64::from(0.05))?;
        Ok::<_, Error>(
            fire.run(&DoubleWell, vector![x, Dual64::from(0.7)])
                .after(40)?
                .position
                .x,
        )
    };
    let exact = end(Dual64::new(-1.4, 1.0))?.eps;
    let h = 1e-6;
    let difference =
        (end(Dual64::from(-1.4 + h))?.re - end(Dual64::from(-1.4 - h))?.re) / (2.0 * h);
    assert!(
        (exact - difference).abs() < 1e-6 * exact.abs().max(1e-3),
        "{exact} {difference}"
    );
    Ok(())
}

/// Nonsense is a typed error that names the number; a run that leaves f64 says so.
#[test]
fn nonsense_is_refused() -> Result<(), Error> {
    for dt in [0.0, -1.0, f64::NAN, f64::INFINITY, 1e308] {
        assert!(
            Fire::new(dt).is_err() && Fire::version_2(dt).is_err(),
            "{dt}"
        );
    }
    let fire = Fire::new(0.1)?;
    for (low, high) in [
        (0.2, 1.0),
        (0.0, 0.05),
        (-1.0, 1.0),
        (f64::NAN, 1.0),
        (0.0, f64::INFINITY),
        (0.0, f64::NAN),
    ] {
        let error = fire.with_steps(low, high).unwrap_err();
        assert!(
            matches!(error, Error::Rule(RuleError::FireSteps { .. })),
            "{error}"
        );
    }
    for (up, down) in [
        (0.9, 0.5),
        (1.1, 0.0),
        (1.1, 1.5),
        (f64::NAN, 0.5),
        (f64::INFINITY, 0.5),
        (1.1, f64::NAN),
    ] {
        let error = fire.with_factors(up, down).unwrap_err();
        assert!(
            matches!(error, Error::Rule(RuleError::FireFactor { .. })),
            "{error}"
        );
    }
    for (share, factor) in [
        (-0.1, 0.9),
        (1.1, 0.9),
        (0.1, 0.0),
        (0.1, 1.1),
        (f64::NAN, 0.9),
        (0.1, f64::NAN),
    ] {
        let error = fire.with_mixing(share, factor).unwrap_err();
        assert!(
            matches!(error, Error::Rule(RuleError::FireFactor { .. })),
            "{error}"
        );
    }
    for length in [0.0, -1.0, f64::NAN, f64::INFINITY] {
        assert!(fire.with_longest_move(length).is_err());
    }
    let error = fire.run(&Quartic, vector![f64::NAN]).after(3).unwrap_err();
    assert!(
        matches!(error, Error::Vector(VectorError::NonFiniteComponent { .. })),
        "{error}"
    );
    let error = Fire::new(1.0)?
        .run(&Quartic, vector![1e60])
        .after(30)
        .unwrap_err();
    assert!(
        matches!(error, Error::Run(RunError::Diverged { .. })),
        "{error}"
    );
    let hole = from_fn(
        |_: &Vector2<f64>| 0.0,
        |_: &Vector2<f64>| vector![f64::NAN, 0.0],
    );
    let mut run = fire.run(&hole, vector![1.0, 1.0]);
    assert_eq!(run.by_ref().count(), 1);
    assert!(matches!(
        run.failure(),
        Some(Error::Run(RunError::NonFiniteGradient { .. }))
    ));
    Ok(())
}
