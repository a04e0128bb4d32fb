//! The library's own loop and ode_solvers check each other: the same coefficients give the same steps.

use crate::support::slope::slope;
use heavyball::Trajectory;
use heavyball::prelude::*;
use nalgebra::{Const, Vector2, Vector4, vector};
use ode_solvers::OutputType;

type Plane = Const<2>;

const DRAG: f64 = 0.2;

fn well(until: f64) -> Result<Problem<DoubleWell, Plane>, Error> {
    Ok(Problem::new(HeavyBall::new(1.0, DRAG)?, DoubleWell, vector![-1.5, -1.5]).until(until))
}

/// The double well as one writes it for ode_solvers.
struct Direct;

impl ode_solvers::System<f64, Vector4<f64>> for Direct {
    fn system(&self, _time: f64, y: &Vector4<f64>, dy: &mut Vector4<f64>) {
        let force = [4.0 * y[0] * (y[0] * y[0] - 1.0), 2.0 * y[1]];
        *dy = Vector4::new(y[2], y[3], -force[0] - DRAG * y[2], -force[1] - DRAG * y[3]);
    }
}

/// The end, and the number of evaluations, of ode_solvers' own Dop853 on the double well; `dt` limits its steps.
fn direct(until: f64, tolerance: f64, dt: f64, first: f64) -> (Vector4<f64>, usize) {
    let start = Vector4::new(-1.5, -1.5, 0.0, 0.0);
    // The safety factor and the limits of the step that the library has.
    let (safety, beta, shrink, grow) = (0.8, 0.0, 1.0 / 3.0, 6.0);
    let mut solver = ode_solvers::Dop853::from_param(
        Direct,
        0.0,
        until,
        until,
        start,
        tolerance,
        tolerance,
        safety,
        beta,
        shrink,
        grow,
        dt,
        first,
        100_000,
        1_000_000,
        OutputType::Sparse,
    );
    let statistics = solver.integrate().unwrap();
    (
        *solver.y_out().last().unwrap(),
        statistics.num_eval as usize,
    )
}

fn difference<const N: usize>(one: &Phase<f64, Const<N>>, other: &Phase<f64, Const<N>>) -> f64 {
    (one.position - other.position)
        .norm()
        .hypot((one.momentum - other.momentum).norm())
}

/// Steps of the same length by both loops end in the same phases, and have the same dense output, to rounding.
#[test]
fn equal_steps_of_rk45_agree_to_rounding() -> Result<(), Error> {
    for dt in [0.1, 0.03125] {
        let method = Rk45::new(1e3, 1e3).with_max_step(dt).with_first_step(dt);
        let theirs = well(4.0)?.solve(&method)?;
        let ours = well(4.0)?.solve(&method.with_max_travel(1e300))?;
        assert_eq!(theirs.steps(), ours.steps());
        for i in 0..=100 {
            let time = 0.04 * f64::from(i);
            let off = difference(&theirs.at(time)?, &ours.at(time)?);
            assert!(off < 1e-13, "{dt} {time}: {off:e}");
        }
    }
    Ok(())
}

/// Both loops of Rk45 have order 5 by the same slope; at equal tolerances, which they control a little differently, their
/// ends agree within some tolerances and their costs within a tenth.
#[test]
fn both_loops_of_rk45_agree() -> Result<(), Error> {
    let reference = well(4.0)?.solve(&Dop853::new(1e-14, 1e-14))?;
    let order = |own: bool| -> Result<f64, Error> {
        let point = |count: &u32| {
            let dt = 4.0 / f64::from(*count);
            let method = Rk45::new(1e3, 1e3).with_max_step(dt).with_first_step(dt);
            let run: Trajectory<_> = if own {
                well(4.0)?.solve(&method.with_max_travel(1e300))?
            } else {
                well(4.0)?.solve(&method)?
            };
            Ok((dt, difference(run.last(), reference.last())))
        };
        let points: Result<Vec<_>, Error> = [400, 800, 1600].iter().map(point).collect();
        Ok(slope(&points?))
    };
    for own in [false, true] {
        let order = order(own)?;
        assert!((order - 5.0).abs() < 0.2, "{own}: {order}");
    }
    for tolerance in [1e-5, 1e-8, 1e-11] {
        for backward in [false, true] {
            let until = if backward { -2.0 } else { 20.0 };
            let method = Rk45::new(tolerance, tolerance);
            let theirs = well(until)?.solve(&method)?;
            let ours = well(until)?.solve(&method.with_max_travel(1e300))?;
            let off = difference(theirs.last(), ours.last()) / tolerance;
            let cost = ours.gradients() as f64 / theirs.gradients() as f64;
            println!("{tolerance:e} {until}: {off:.1} tolerances, cost {cost:.3}");
            assert!(off < 100.0, "{tolerance:e} {until}: {off}");
            assert!((0.85..1.1).contains(&cost), "{tolerance:e} {until}: {cost}");
        }
    }
    Ok(())
}

/// Equal steps of the library's Dop853 and of ode_solvers' end in the same phase to rounding, on an autonomous system.
#[test]
fn equal_steps_of_dop853_agree_to_rounding() -> Result<(), Error> {
    for dt in [0.2, 0.0625] {
        let method = Dop853::new(1e3, 1e3).with_max_step(dt).with_first_step(dt);
        let ours = well(4.0)?.solve(&method)?;
        let (theirs, _) = direct(4.0, 1e3, dt, dt);
        let off = (ours.last().position - theirs.xy())
            .norm()
            .hypot((ours.last().momentum - Vector2::new(theirs.z, theirs.w)).norm());
        println!("{dt}: {off:e}");
        assert!(off < 1e-13, "{dt}: {off:e}");
    }
    Ok(())
}

/// With equal tolerances both choose nearly the same steps: ends within some tolerances, costs within a fifteenth.
#[test]
fn both_programs_of_dop853_agree() -> Result<(), Error> {
    for tolerance in [1e-4, 1e-7, 1e-10, 1e-13] {
        let ours = well(20.0)?.solve(&Dop853::new(tolerance, tolerance))?;
        let (theirs, evaluations) = direct(20.0, tolerance, 20.0, 0.0);
        let off = (ours.last().position - theirs.xy())
            .norm()
            .hypot((ours.last().momentum - Vector2::new(theirs.z, theirs.w)).norm());
        let cost = ours.gradients() as f64 / evaluations as f64;
        println!(
            "{tolerance:e}: {:.1} tolerances, cost {cost:.3}",
            off / tolerance
        );
        assert!(off < 10.0 * tolerance, "{tolerance:e}: {off:e}");
        assert!((0.94..1.06).contains(&cost), "{tolerance:e}: {cost}");
    }
    Ok(())
}
