//! Every integrator converges at the order it states, in every damping regime and off quadratics.

use crate::support::even::slope_of_even_expansion;
use crate::support::slope::{is_order, slope};
use heavyball::Method;
use heavyball::error::StepError;
use heavyball::prelude::*;
use nalgebra::{Const, Vector1, vector};

/// A motion with drag whose end is known.
struct Motion {
    name: &'static str,
    ball: HeavyBall,
    potential: Box<dyn Potential<f64, Const<1>>>,
    start: (f64, f64),
    until: f64,
    /// (x, u) at the end.
    end: (f64, f64),
}

/// g = x³ + x + 0.3 cos x, m = 1.3, γ = 0.7 from (1.5, −0.4) until 2: derivation (4) off quadratics.
/// The end was computed with mpmath's odefun at 50 digits.
fn nonquadratic() -> Result<Motion, Error> {
    Ok(Motion {
        name: "nonquadratic",
        ball: HeavyBall::new(1.3, 0.7)?,
        potential: Box::new(from_fn(
            |x: &Vector1<f64>| x[0].powi(4) / 4.0 + x[0].powi(2) / 2.0 + 0.3 * x[0].sin(),
            |x: &Vector1<f64>| vector![x[0] * x[0] * x[0] + x[0] + 0.3 * x[0].cos()],
        )),
        start: (1.5, -0.4),
        until: 2.0,
        end: (-0.929_351_279_628_555_7, -0.576_333_378_450_334_5),
    })
}

/// The oscillator (27) below, at and above critical drag, and the nonquadratic motion.
/// The ends of the oscillators were computed from the closed form with mpmath at 900 digits.
fn motions() -> Result<[Motion; 4], Error> {
    let oscillator = |name, (drag, stiffness), start, until, end| -> Result<Motion, Error> {
        Ok(Motion {
            name,
            ball: HeavyBall::new(1.3, drag)?,
            potential: Box::new(Quadratic::diagonal(vector![stiffness])?),
            start,
            until,
            end,
        })
    };
    let under = (-0.084_381_974_202_999_42, -0.210_521_867_445_977_03);
    let critical = (0.434_434_858_626_112_8, -0.086_886_971_725_222_56);
    let over = (-0.341_615_820_994_176_4, 0.017_103_663_267_176_894);
    Ok([
        oscillator("underdamped", (1.3, 1.3), (1.0, 0.3), 3.0, under)?,
        oscillator("critical", (2.6, 1.3), (-1.0, 3.0), 1.75, critical)?,
        oscillator("overdamped", (2.9, 1.5), (1.0, -3.0), 1.5, over)?,
        nonquadratic()?,
    ])
}

/// The errors of position and velocity at the end of a motion.
fn errors<M: FixedStep<f64>>(method: &M, motion: &Motion) -> Result<(f64, f64), Error> {
    let run = Problem::new(
        motion.ball,
        motion.potential.as_ref(),
        vector![motion.start.0],
    )
    .with_velocity(vector![motion.start.1])
    .until(motion.until)
    .solve(method)?;
    let (x, u) = (
        run.last().position.x,
        run.last().momentum.x / motion.ball.mass,
    );
    Ok(((x - motion.end.0).abs(), (u - motion.end.1).abs()))
}

type Errors = Box<dyn Fn(&Motion, f64) -> Result<(f64, f64), Error>>;

/// A line of the table of methods: name, order, errors at a step.
struct Row {
    name: &'static str,
    order: usize,
    stated: usize,
    errors: Errors,
}

fn row<M, F>(name: &'static str, order: usize, method: F) -> Result<Row, Error>
where
    M: FixedStep<f64>,
    F: Fn(f64) -> Result<M, Error> + 'static,
{
    Ok(Row {
        name,
        order,
        stated: method(1.0)?.properties().order,
        errors: Box::new(move |motion, dt| errors(&method(dt)?, motion)),
    })
}

/// The one table of methods and orders.
fn methods() -> Result<Vec<Row>, Error> {
    Ok(vec![
        row("explicit Euler", 1, ExplicitEuler::new)?,
        row("symplectic Euler", 1, SymplecticEuler::new)?,
        row("drift-kick Euler", 1, DriftKickEuler::new)?,
        row("conformal Euler", 1, ConformalEuler::new)?,
        row("leapfrog", 2, Leapfrog::new)?,
        row("central leapfrog", 2, CentralLeapfrog::new)?,
        row("Yoshida 4", 4, |dt| {
            Composition::yoshida4(Leapfrog::new(dt)?)
        })?,
        row("Yoshida 4, central", 4, |dt| {
            Composition::yoshida4(CentralLeapfrog::new(dt)?)
        })?,
        row("Suzuki 4", 4, |dt| Composition::suzuki4(Leapfrog::new(dt)?))?,
        row("Suzuki 4, central", 4, |dt| {
            Composition::suzuki4(CentralLeapfrog::new(dt)?)
        })?,
        row("Yoshida 6", 6, |dt| {
            Composition::yoshida6(Leapfrog::new(dt)?)
        })?,
        row("Yoshida 6, central", 6, |dt| {
            Composition::yoshida6(CentralLeapfrog::new(dt)?)
        })?,
        row("Yoshida 8", 8, |dt| {
            Composition::yoshida8(Leapfrog::new(dt)?)
        })?,
        row("Yoshida 8, central", 8, |dt| {
            Composition::yoshida8(CentralLeapfrog::new(dt)?)
        })?,
    ])
}

/// How many steps divide the motion at the coarse end of the four halvings, where the error is
/// in its asymptotic regime, and whether the fit needs the even powers after the first.
fn window(order: usize, motion: &Motion) -> (usize, bool) {
    match (order, motion.name) {
        (1, _) => (800, false),
        (2, _) => (40, false),
        (4, _) => (20, false),
        (6, "nonquadratic") => (12, false),
        (6, "underdamped") => (7, true),
        (6, _) => (5, true),
        (_, "nonquadratic") => (5, true),
        _ => (4, true),
    }
}

/// Derivation (8), (13), (16), (28), (31), (32): each method has the order it states, in position and
/// in velocity p/m (6), below, at and above critical drag (27) and on a nonquadratic potential (4).
#[test]
fn every_method_converges_at_its_order() -> Result<(), Error> {
    let mut wrong = Vec::new();
    for method in methods()? {
        assert_eq!(method.stated, method.order, "{}", method.name);
        for motion in motions()? {
            let (coarsest, even) = window(method.order, &motion);
            let parts = if even { 4 } else { 1 };
            let (mut positions, mut velocities) = (Vec::new(), Vec::new());
            for part in 0..=4 * parts {
                let refinement = (f64::from(part) / f64::from(parts)).exp2();
                let dt = motion.until / (coarsest as f64 * refinement).round();
                let (x, u) = (method.errors)(&motion, dt)?;
                positions.push((dt, x));
                velocities.push((dt, u));
            }
            for (what, points) in [("x", positions), ("u", velocities)] {
                let observed = match even {
                    true => slope_of_even_expansion(&points).unwrap_or(f64::NAN),
                    false => slope(&points),
                };
                let last = points[points.len() - 1].1;
                let line = format!(
                    "{} {} {what}: {observed:.3} (last error {last:.1e})",
                    method.name, motion.name
                );
                println!("{line}");
                if !is_order(observed, method.order) {
                    wrong.push(line);
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
    Ok(())
}

/// Derivation (32): a composition needs a symmetric base, and is refused over any other.
#[test]
fn a_composition_over_a_method_that_is_not_symmetric_is_refused() -> Result<(), Error> {
    let refusals = [
        Composition::yoshida4(SymplecticEuler::new(0.1)?).err(),
        Composition::yoshida6(SymplecticEuler::new(0.1)?).err(),
        Composition::yoshida8(SymplecticEuler::new(0.1)?).err(),
        Composition::suzuki4(SymplecticEuler::new(0.1)?).err(),
    ];
    let method = "SymplecticEuler";
    for refusal in refusals {
        assert_eq!(
            refusal,
            Some(Error::Step(StepError::NotSymmetric { method }))
        );
    }
    let others = [
        Composition::yoshida4(ExplicitEuler::new(0.1)?).err(),
        Composition::suzuki4(DriftKickEuler::new(0.1)?).err(),
        Composition::yoshida6(ConformalEuler::new(0.1)?).err(),
    ];
    let methods = ["ExplicitEuler", "DriftKickEuler", "ConformalEuler"];
    for (refusal, method) in others.into_iter().zip(methods) {
        assert_eq!(
            refusal,
            Some(Error::Step(StepError::NotSymmetric { method }))
        );
    }
    // A composition is symmetric itself, and is a base.
    assert!(Composition::yoshida4(Composition::yoshida4(Leapfrog::new(0.1)?)?).is_ok());
    Ok(())
}

/// Derivation (32): Yoshida's three steps raise a symmetric base from 2 to 4, but leave kick-drift
/// at order 1. That is why a base that is not symmetric is refused.
#[test]
fn yoshida_by_hand_raises_leapfrog_to_order_4_and_leaves_kick_drift_at_1() -> Result<(), Error> {
    fn by_hand<M: FixedStep<f64>>(
        method: &M,
        motion: &Motion,
        steps: u32,
    ) -> Result<(f64, f64), Error> {
        let outer = 1.0 / (2.0 - 2.0_f64.cbrt());
        let dt = motion.until / f64::from(steps);
        let weights = [outer, 1.0 - 2.0 * outer, outer];
        let (x0, u0) = motion.start;
        let mut phase = motion.ball.launch(vector![x0], vector![u0]);
        let mut gradient = phase.position;
        for _ in 0..steps {
            for weight in weights {
                let step = method.step_for(&motion.ball, weight * dt)?;
                step.advance(motion.potential.as_ref(), &mut phase, &mut gradient);
            }
        }
        let (x, u) = (phase.position.x, phase.momentum.x / motion.ball.mass);
        Ok((dt, (x - motion.end.0).hypot(u - motion.end.1)))
    }
    let motion = nonquadratic()?;
    let steps = [400, 800, 1600, 3200, 6400];
    let kick_drift: Result<Vec<_>, Error> = steps
        .iter()
        .map(|steps| by_hand(&SymplecticEuler::new(1.0)?, &motion, *steps))
        .collect();
    let leapfrog: Result<Vec<_>, Error> = steps
        .iter()
        .map(|steps| by_hand(&Leapfrog::new(1.0)?, &motion, steps / 10))
        .collect();
    let (kick_drift, leapfrog) = (slope(&kick_drift?), slope(&leapfrog?));
    assert!(is_order(kick_drift, 1), "{kick_drift}");
    assert!(is_order(leapfrog, 4), "{leapfrog}");
    Ok(())
}

/// The error of an adaptive run at the end of a motion, in the norm of (x, u).
fn adaptive_error<M>(method: &M, motion: &Motion) -> Result<f64, Error>
where
    M: for<'p> Method<&'p dyn Potential<f64, Const<1>>, Const<1>>,
{
    let run = Problem::new(
        motion.ball,
        motion.potential.as_ref(),
        vector![motion.start.0],
    )
    .with_velocity(vector![motion.start.1])
    .until(motion.until)
    .solve(method)?;
    let (x, u) = (
        run.last().position.x,
        run.last().momentum.x / motion.ball.mass,
    );
    Ok((x - motion.end.0).hypot(u - motion.end.1))
}

/// Derivation (4), (27): the error of an adaptive run at its end follows the tolerance over eight
/// decades, never above three times it.
#[test]
fn adaptive_errors_follow_the_tolerance() -> Result<(), Error> {
    for motion in motions()? {
        let (mut five, mut eight) = (Vec::new(), Vec::new());
        for exponent in 4..=12 {
            let tolerance = 10.0_f64.powi(-exponent);
            five.push((
                tolerance,
                adaptive_error(&Rk45::new(tolerance, tolerance), &motion)?,
            ));
            eight.push((
                tolerance,
                adaptive_error(&Dop853::new(tolerance, tolerance), &motion)?,
            ));
        }
        for (name, points) in [("Rk45", five), ("Dop853", eight)] {
            for (tolerance, error) in &points {
                let ratio = error / tolerance;
                println!("{name} {} {tolerance:.0e}: {ratio:.3}", motion.name);
                assert!(ratio < 3.0, "{name} {} {tolerance:e}: {ratio}", motion.name);
            }
            let along = slope(&points);
            println!("{name} {}: slope {along:.3}", motion.name);
            assert!(
                (along - 1.0).abs() < 0.25,
                "{name} {}: {along}",
                motion.name
            );
        }
    }
    Ok(())
}

/// Derivation (4): the reference values of the nonquadratic motion are reached to 1e-12.
#[test]
fn the_nonquadratic_motion_is_reached_to_1e_12() -> Result<(), Error> {
    let error = adaptive_error(&Dop853::new(1e-13, 1e-13), &nonquadratic()?)?;
    assert!(error < 1e-12, "{error:e}");
    Ok(())
}
