//! Adaptive and the Nyström pairs reach known numbers, for any mass, at no more than the cost of the best method.

use crate::support::smooth::nonlinear;
use heavyball::Method;
use heavyball::potentials::Diagonal;
use heavyball::prelude::*;
use nalgebra::{Const, Vector2, vector};

type Line = Const<1>;
type Plane = Const<2>;

/// g = x³ + x + 0.3 cos x, m = 1.3, γ = 0.7 from (1.5, −0.4): (x, u) at time 2, by mpmath's odefun at 40 digits.
const END: (f64, f64) = (-0.929_351_279_628_555_7, -0.576_333_378_450_334_5);

/// Derivation (4), (56): on the nonlinear motion each method ends within a few tolerances of the known numbers, to 14 digits.
#[test]
fn the_nonlinear_motion_ends_where_it_should() -> Result<(), Error> {
    fn check<M>(method: &M, allowed: f64) -> Result<(), Error>
    where
        M: Method<Box<dyn Potential<f64, Line>>, Line>,
    {
        let potential: Box<dyn Potential<f64, Line>> = Box::new(nonlinear());
        let problem = Problem::new(HeavyBall::new(1.3, 0.7)?, potential, vector![1.5]);
        let run = problem
            .with_velocity(vector![-0.4])
            .until(2.0)
            .solve(method)?;
        let off = (run.last().position.x - END.0).hypot(run.last().momentum.x / 1.3 - END.1);
        println!("{} {off:.1e} of {allowed:e}", std::any::type_name::<M>());
        assert!(off < allowed, "{} {off:e}", std::any::type_name::<M>());
        Ok(())
    }
    for tolerance in [1e-5, 1e-8, 1e-11, 1e-14] {
        let allowed = 5.0 * tolerance;
        let allowed = if tolerance < 1e-13 { 1e-13 } else { allowed };
        check(&Adaptive::new(tolerance, tolerance), allowed)?;
        check(&Nystrom8::new(tolerance, tolerance), allowed)?;
        check(&Nystrom12::new(tolerance, tolerance), allowed)?;
        check(&Dop853::new(tolerance, tolerance), allowed)?;
    }
    Ok(())
}

type Spring = Problem<Quadratic<Diagonal<f64, Line>>, Line>;

/// A ball of this mass on a spring, m ẍ = −x − ẋ from 1 at rest, and the closed form of x(2).
fn light(mass: f64) -> Result<(Spring, f64), Error> {
    let bowl = Quadratic::diagonal(vector![1.0])?;
    let exact = DampedOscillator::new(mass, 1.0, 1.0)?.at(2.0, 1.0, 0.0).0;
    Ok((
        Problem::new(HeavyBall::new(mass, 1.0)?, bowl, vector![1.0]).until(2.0),
        exact,
    ))
}

/// Derivation (27), (59): a tiny mass ends where the closed form does, near e^−2 = 0.135335, and so does the momentum
/// between the steps.
#[test]
fn a_tiny_mass_follows_the_closed_form() -> Result<(), Error> {
    for mass in [1e-2, 1e-3, 1e-4, 1e-6, 1e-8, 1e-10] {
        for tolerance in [1e-5, 1e-8, 1e-11] {
            let (problem, exact) = light(mass)?;
            let run = problem.solve(&Adaptive::new(tolerance, tolerance))?;
            let off = (run.last().position.x - exact).abs() / tolerance;
            assert!(off < 3.0, "{mass:e} {tolerance:e}: {off}");
            let oscillator = DampedOscillator::new(mass, 1.0, 1.0)?;
            for i in 1..=40 {
                let time = 0.05 * f64::from(i);
                let ((x, u), phase) = (oscillator.at(time, 1.0, 0.0), run.at(time)?);
                let off = (phase.position.x - x).hypot(phase.momentum.x - mass * u) / tolerance;
                assert!(off < 10.0, "{mass:e} {tolerance:e} {time}: {off}");
            }
        }
    }
    let (_, exact) = light(1e-4)?;
    assert!((exact - 0.135_322).abs() < 1e-6, "{exact}");
    Ok(())
}

/// Derivation (60): the cost of a ball does not grow as its mass shrinks: from m = 1e−4 to 1e−8 by less than a third, and
/// against m = 1e−2 by a factor of at most 2, since the layer at the start, of length m, takes a few steps of its own. An
/// explicit method needs a million times as many. On a spring and on the double well.
#[test]
fn a_tiny_mass_costs_no_more_than_a_small_one() -> Result<(), Error> {
    for tolerance in [1e-4, 1e-6, 1e-8, 1e-10, 1e-12, 1e-13] {
        let method = Adaptive::new(tolerance, tolerance);
        let spring =
            |mass| -> Result<f64, Error> { Ok(light(mass)?.0.solve(&method)?.gradients() as f64) };
        let well = |mass| -> Result<f64, Error> {
            let problem = Problem::new(HeavyBall::new(mass, 1.0)?, DoubleWell, vector![-1.5, -1.5]);
            Ok(problem.until(2.0).solve(&method)?.gradients() as f64)
        };
        let springs = [spring(1e-2)?, spring(1e-4)?, spring(1e-8)?];
        let wells = [well(1e-2)?, well(1e-4)?, well(1e-8)?];
        for [small, tiny, tiniest] in [springs, wells] {
            println!("{tolerance:e}: {small} {tiny} {tiniest}");
            assert!(tiniest <= 1.3 * tiny, "{tolerance:e}: {tiny} {tiniest}");
            assert!(tiniest <= 2.0 * small, "{tolerance:e}: {small} {tiniest}");
        }
    }
    Ok(())
}

/// Derivation (27), (55), (59): the dense output holds over a run in which Adaptive changes between its methods, as where drag
/// begins to limit their steps, γ = 3 to 40 at m = k = 1, and where two springs are of very different strengths.
#[test]
fn the_dense_output_holds_where_the_method_changes() -> Result<(), Error> {
    let stiffnesses = vector![1.0, 0.04];
    for drag in [3.0, 6.0, 12.0, 40.0] {
        for tolerance in [1e-5, 1e-7, 1e-9, 1e-11] {
            let ball = HeavyBall::new(1.0, drag)?;
            let bowl = Quadratic::diagonal(stiffnesses);
            let problem = Problem::new(ball, bowl?, vector![1.0, -2.0]).until(20.0 * drag);
            let run = problem.solve(&Adaptive::new(tolerance, tolerance))?;
            for (axis, (stiffness, start)) in [(1.0, 1.0), (0.04, -2.0)].into_iter().enumerate() {
                let oscillator = DampedOscillator::new(1.0, drag, stiffness)?;
                for i in 1..=1000 {
                    let time = 0.02 * drag * f64::from(i);
                    let ((x, u), phase) = (oscillator.at(time, start, 0.0), run.at(time)?);
                    let off = (phase.position[axis] - x).hypot(phase.momentum[axis] - u);
                    let allowed = 0.2 * tolerance;
                    assert!(off < allowed, "{drag} {tolerance:e} {time}: {off:e}");
                }
            }
        }
    }
    Ok(())
}

/// The gradients that a method needs for an error, interpolated over tolerances.
fn cost<M>(
    problem: &Problem<DoubleWell, Plane>,
    end: &Vector2<f64>,
    error: f64,
    order: f64,
    method: impl Fn(f64) -> M,
) -> f64
where
    M: Method<DoubleWell, Plane>,
{
    let mut logs = Vec::new();
    // Stiff runs are long, and the number of their steps hardly depends on the tolerance.
    let ball = problem.ball();
    let spacing = if ball.drag > 50.0 * ball.mass {
        0.9
    } else {
        // Errors of Dop853 change sign between tolerances; at every 0.3 of a decade such a dip can move its mean by 4 %.
        0.15
    };
    let count = (13.2 / spacing) as u32;
    for k in 0..count {
        let tolerance = 10_f64.powf(-1.5 - spacing * f64::from(k));
        if let Ok(run) = problem.solve(&method(tolerance)) {
            let decades = ((run.last().position - end).norm() / error).log10();
            if decades.abs() < 1.0 {
                logs.push(
                    (run.gradients() as f64).ln() + decades * std::f64::consts::LN_10 / order,
                );
            }
        }
    }
    (logs.iter().sum::<f64>() / logs.len() as f64).exp()
}

/// At equal error on the double well, for any drag and mass, Adaptive needs at most 1.15 times the gradients of the best of
/// Nystrom8, Nystrom12 and Dop853, and a sixth to nine tenths of them where drag rules.
///
/// The exceptions, at an error of 1e-8: where drag begins to limit the steps, γ²/m from 40 to 49, those of Dop853 may be
/// longer than those of a Nyström pair, and 1.3 is allowed; and so it is at m = 0.01, γ = 0.1, where tolerances above 3e-6
/// give Nystrom12 that error.
#[test]
fn adaptive_costs_little_more_than_the_best_method() -> Result<(), Error> {
    let balls = [
        (1.0, 0.0),
        (1.0, 0.2),
        (1.0, 1.0),
        (1.0, 2.0),
        (1.0, 3.0),
        (1.0, 5.0),
        (1.0, 7.0),
        (1.0, 10.0),
        (1.0, 30.0),
        (1.0, 100.0),
        (0.1, 0.3),
        (0.1, 2.0),
        (1e-2, 0.1),
        (1e-2, 0.3),
        (1e-2, 1.0),
        (1e-3, 1.0),
    ];
    let mut compared = 0;
    for (mass, drag) in balls {
        let until = if mass < 0.05 { 2.0 } else { 5.0 };
        let problem =
            Problem::new(HeavyBall::new(mass, drag)?, DoubleWell, vector![-1.5, -1.5]).until(until);
        let end = problem
            .solve(&Dop853::new(1e-13, 1e-14 * mass).without_stiffness_test())?
            .last()
            .position;
        let other = problem
            .solve(&Adaptive::new(1e-14, 1e-14 * mass))?
            .last()
            .position;
        println!(
            "m {mass} gamma {drag}: reference {:.1e}",
            (other - end).norm()
        );
        for error in [1e-5, 1e-8, 1e-11] {
            let eight = cost(&problem, &end, error, 8.0, |tolerance| {
                Nystrom8::new(tolerance, tolerance).without_dense_output()
            });
            let twelve = cost(&problem, &end, error, 12.0, |tolerance| {
                Nystrom12::new(tolerance, tolerance).without_dense_output()
            });
            let kutta = cost(&problem, &end, error, 8.0, |tolerance| {
                Dop853::new(tolerance, tolerance)
                    .without_dense_output()
                    .without_stiffness_test()
            });
            let own = cost(&problem, &end, error, 9.0, |tolerance| {
                Adaptive::new(tolerance, tolerance).without_dense_output()
            });
            let best = eight.min(twelve).min(kutta);
            let ratio = own / best;
            println!(
                "    error {error:e}: {eight:8.0} {twelve:8.0} {kutta:8.0} own {own:8.0} ratio {ratio:.2}"
            );
            // Without a number where no tolerance gives such an error.
            let is_exception =
                error == 1e-8 && [(1.0, 7.0), (0.1, 2.0), (1e-2, 0.1)].contains(&(mass, drag));
            let allowed = if is_exception { 1.3 } else { 1.15 };
            assert!(
                ratio.is_nan() || ratio <= allowed,
                "{mass} {drag} {error:e}: {ratio}"
            );
            if drag * drag >= 300.0 * mass && error < 1e-6 {
                compared += 1;
                assert!(ratio < 1.0, "{mass} {drag} {error:e}: {ratio}");
            }
        }
    }
    assert!(compared >= 6, "{compared}");
    Ok(())
}
