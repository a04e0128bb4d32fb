//! A run that cannot go on ends in an error that names the cause, the step and the time; and each message
//! carries its numbers.

use heavyball::Iterates;
use heavyball::Linear;
use heavyball::error::{
    FileError, RuleError, RunError, SolverError, SpanError, StepError, VectorError,
};
use heavyball::potentials::{FromFn, from_fn_in_place};
use heavyball::prelude::*;
use nalgebra::{Const, Vector1, Vector2, vector};
use std::cell::Cell;

fn ball() -> HeavyBall {
    HeavyBall::new(1.0, 0.5).unwrap()
}

fn rolling() -> Problem<DoubleWell, Const<2>> {
    Problem::new(ball(), DoubleWell, vector![-1.5, -1.5])
}

/// Derivation (12), (15): explicit Euler on the quartic at α = 0.1, β = 0.5 has diverged by k = 17, where
/// |x| is 3.95469e8, and leaves the range of f64 at k = 23, from 1.01733e112; momentum at the same
/// coefficients converges. The recursion was run with mpmath at 50 digits.
#[test]
fn explicit_euler_diverges_where_momentum_converges() -> Result<(), Error> {
    let rule = Momentum::new(0.1, 0.5)?;
    let (ball, dt) = rule.to_heavy_ball(Discretization::ExplicitDrag, Gauge::Mass(1.0))?;
    let problem = Problem::new(ball, Quartic, vector![-0.5]).until(100.0 * dt);
    let Err(Error::Run(RunError::Diverged {
        step,
        time,
        position,
    })) = problem.solve(&ExplicitEuler::new(dt)?)
    else {
        panic!("explicit Euler did not diverge");
    };
    assert_eq!(step, 23);
    assert!((time - 23.0 * dt).abs() < 1e-12);
    assert!((position / 1.01733e112 - 1.0).abs() < 1e-5);
    // The plain iterator ends after the last finite phase and says the same.
    let mut phases = ExplicitEuler::new(dt)?.phases(&ball, &Quartic, problem.start())?;
    let lost = phases.clone().nth(17).map_or(0.0, |phase| phase.position.x);
    assert!((lost / -3.95469e8 - 1.0).abs() < 1e-5, "{lost:e}");
    assert_eq!(phases.by_ref().count(), step);
    assert!(
        matches!(phases.failure(), Some(Error::Run(RunError::Diverged { step: same, .. })) if *same == step)
    );
    assert_eq!(phases.next(), None);
    let converged = problem.solve(&SymplecticEuler::new(dt)?)?;
    assert!((converged.last().position.x - 2.25).abs() < 1e-9);
    Ok(())
}

/// Derivation (11): momentum without drag on the quartic at α = 0.1 has diverged by k = 11, where x is
/// 1.37621e7, and leaves the range of f64 at k = 15, from −3.72611e187. Run with mpmath at 50 digits.
#[test]
fn momentum_without_drag_diverges_on_the_quartic() -> Result<(), Error> {
    let run = Momentum::new(0.1, 1.0)?.iterates(&Quartic, vector![-0.5]);
    let lost = run
        .clone()
        .nth(11)
        .map_or(0.0, |iterate| iterate.position.x);
    assert!((lost / 1.37621e7 - 1.0).abs() < 1e-5, "{lost:e}");
    let Err(Error::Run(RunError::Diverged {
        step,
        time,
        position,
    })) = run.after(100)
    else {
        panic!("momentum did not diverge");
    };
    assert_eq!((step, time), (15, 15.0));
    assert!((position / 3.72611e187 - 1.0).abs() < 1e-5, "{position:e}");
    let error = Error::Run(RunError::Diverged {
        step,
        time,
        position,
    });
    let message = error.to_string();
    assert!(
        message.contains(&format!("step {step}")) && message.contains("smaller step"),
        "{message}"
    );
    Ok(())
}

/// Derivation (11): v₊ = 1.5e308 + 1e308 leaves the range of f64 while x₊ = (−1.7e308 + 1.5e308) + 1e308 does not. It is divergence, for one
/// ball as for a member of an ensemble.
#[test]
fn a_velocity_that_overflows_is_divergence() -> Result<(), Error> {
    let slope = Linear::new(vector![-1e308])?;
    let rule = Momentum::new(1.0, 1.0)?;
    let run = rule.iterates(&slope, vector![-1.7e308]);
    let run = run.with_velocity(vector![1.5e308]);
    assert_eq!(run.clone().count(), 1);
    let end = run.after(1);
    assert!(
        matches!(end, Err(Error::Run(RunError::Diverged { step: 1, .. }))),
        "{end:?}"
    );
    Ok(())
}

type Walled = FromFn<fn(&Vector1<f64>) -> f64, fn(&Vector1<f64>) -> Vector1<f64>>;

/// f = −x, but beyond x = 1 neither it nor its gradient is a number.
fn wall() -> Walled {
    let value: fn(&Vector1<f64>) -> f64 = |x| if x.x <= 1.0 { -x.x } else { f64::NAN };
    let gradient: fn(&Vector1<f64>) -> Vector1<f64> = |x| {
        if x.x <= 1.0 {
            vector![-1.0]
        } else {
            vector![f64::NAN]
        }
    };
    from_fn(value, gradient)
}

/// A gradient that is not a number past x = 1 is reported as such, where and when the ball gets there:
/// x = t²/2 reaches 1 at t = √2.
#[test]
fn a_gradient_that_fails_midway_is_reported_with_its_time() -> Result<(), Error> {
    let problem = Problem::new(HeavyBall::new(1.0, 0.0)?, wall(), vector![0.0]).until(5.0);
    let dt = 0.01;
    let errors = [
        problem.solve(&Leapfrog::new(dt)?).err(),
        problem.solve(&SymplecticEuler::new(dt)?).err(),
        problem.solve(&ExplicitEuler::new(dt)?).err(),
        problem
            .solve(&Composition::yoshida4(Leapfrog::new(dt)?)?)
            .err(),
    ];
    for error in errors {
        let Some(Error::Run(RunError::NonFiniteGradient {
            step,
            time,
            position,
        })) = error
        else {
            panic!("{error:?}");
        };
        assert!((140..=142).contains(&step), "{step}");
        assert!((time - 2.0_f64.sqrt()).abs() < 0.02, "{time}");
        assert!((position - 1.0).abs() < 0.03, "{position}");
    }
    for error in [
        problem.solve(&Rk45::new(1e-9, 1e-9)).err(),
        problem.solve(&Dop853::new(1e-9, 1e-9)).err(),
    ] {
        let Some(Error::Run(RunError::NonFiniteGradient { time, .. })) = error else {
            panic!("{error:?}");
        };
        assert!((time - 2.0_f64.sqrt()).abs() < 1e-6, "{time}");
    }
    let iterates = Momentum::new(0.01, 1.0)?
        .iterates(&wall(), vector![0.0])
        .after(100)
        .err();
    let Some(Error::Run(RunError::NonFiniteGradient {
        step,
        time,
        position,
    })) = iterates
    else {
        panic!("{iterates:?}");
    };
    // x_k = 0.01 k(k + 1)/2 passes 1 at k = 14.
    assert_eq!((step, time), (14, 14.0));
    assert!((position - 1.05).abs() < 1e-12);
    Ok(())
}

/// A gradient that fails at a given evaluation, whatever the position, is reported with the step.
#[test]
fn a_gradient_that_fails_at_an_evaluation_is_reported_with_its_step() -> Result<(), Error> {
    for spoiled in [f64::NAN, f64::INFINITY, -f64::INFINITY] {
        let evaluations = Cell::new(0);
        let faulty = from_fn_in_place(
            |_: &Vector2<f64>| 0.0,
            |x: &Vector2<f64>, gradient: &mut Vector2<f64>| {
                evaluations.set(evaluations.get() + 1);
                gradient.copy_from(x);
                if evaluations.get() == 8 {
                    gradient.y = spoiled;
                }
            },
        );
        let mut iterates: Iterates<'_, _, _, f64, _> =
            Nesterov::new(0.1, 0.5)?.iterates(&faulty, vector![1.0, -1.0]);
        assert_eq!(iterates.by_ref().count(), 8);
        let failure = iterates.failure().cloned();
        assert!(
            matches!(
                failure,
                Some(Error::Run(RunError::NonFiniteGradient { step: 7, .. }))
            ),
            "{failure:?}"
        );
        evaluations.set(0);
        let problem = Problem::new(ball(), &faulty, vector![1.0, -1.0])
            .with_start_time(-2.0)
            .until(3.0);
        let Err(Error::Run(RunError::NonFiniteGradient { step, time, .. })) =
            problem.solve(&CentralLeapfrog::new(0.25)?)
        else {
            panic!("the gradient did not fail");
        };
        assert_eq!((step, time), (7, -2.0 + 7.0 * 0.25));
        for first in [1, 2, 3] {
            // The first evaluations choose the step.
            evaluations.set(8 - first);
            let error = problem.solve(&Rk45::new(1e-6, 1e-6)).map(|run| *run.last());
            let sane = error
                .as_ref()
                .map_or(true, |end| end.position.iter().all(|x| x.is_finite()));
            assert!(sane, "{error:?}");
        }
    }
    Ok(())
}

/// A fixed step that would need more steps than can be kept is refused before it starts.
#[test]
fn too_many_steps_are_refused() -> Result<(), Error> {
    for (dt, until) in [
        (1e-12, 1.0),
        (1e-300, 1.0),
        (1.0, 1e300),
        (1e-9, -1.0),
        (5e-324, 1e300),
    ] {
        let Err(Error::Span(SpanError::TooManySteps {
            dt: carried,
            span,
            steps,
            limit,
        })) = rolling().until(until).solve(&Leapfrog::new(dt)?)
        else {
            panic!("{dt} over {until} was not refused");
        };
        assert_eq!((carried, span), (dt, f64::abs(until)));
        assert!(steps > limit && limit >= 1e7, "{steps} {limit}");
        let error = Error::Span(SpanError::TooManySteps {
            dt,
            span,
            steps,
            limit,
        });
        assert!(error.to_string().contains("use a larger step"), "{error}");
    }
    Ok(())
}

/// The adaptive methods stop at their limit of steps, and say how far they came.
#[test]
fn exhausted_steps_are_reported() -> Result<(), Error> {
    let problem = rolling().with_start_time(1.0).until(1001.0);
    let errors = [
        problem
            .solve(&Rk45::new(1e-9, 1e-9).with_max_steps(50))
            .err(),
        problem
            .solve(&Dop853::new(1e-12, 1e-12).with_max_steps(50))
            .err(),
    ];
    for error in errors {
        let Some(Error::Solver(SolverError::StepsExhausted { steps, time })) = error else {
            panic!("{error:?}");
        };
        assert!((50..=51).contains(&steps), "{steps}");
        assert!(time > 1.0 && time < 100.0, "{time}");
        let message = Error::Solver(SolverError::StepsExhausted { steps, time }).to_string();
        assert!(message.contains("with_max_steps"), "{message}");
    }
    Ok(())
}

/// Derivation (4): a tiny mass under drag is stiff; the error says so and names the way out, at which
/// the same problem is solved.
#[test]
fn a_tiny_mass_is_stiff_and_the_advice_helps() -> Result<(), Error> {
    let problem = Problem::new(
        HeavyBall::new(1e-6, 1.0)?,
        Quadratic::diagonal(vector![1.0])?,
        vector![1.0],
    );
    let problem = problem.until(1.0);
    let Err(Error::Solver(SolverError::Stiff { time })) = problem.solve(&Rk45::new(1e-6, 1e-6))
    else {
        panic!("a mass of 1e-6 was not found to be stiff");
    };
    assert!(time > 0.0 && time < 1.0);
    let message = Error::Solver(SolverError::Stiff { time }).to_string();
    assert!(
        ["Adaptive", "without_stiffness_test"]
            .iter()
            .all(|way| message.contains(way)),
        "{message}"
    );
    let exact = DampedOscillator::new(1e-6, 1.0, 1.0)?.at(1.0, 1.0, 0.0).0;
    let run = problem.solve(&Adaptive::new(1e-9, 1e-9))?;
    assert!((run.last().position.x - exact).abs() < 1e-9);
    let flow = GradientFlow::new(Quadratic::diagonal(vector![1.0])?, 1.0)?;
    let path = Rk45::new(1e-9, 1e-9).integrate(&flow, (0.0, 1.0), vector![1.0])?;
    assert!((path.last().x - exact).abs() < 1e-5);
    Ok(())
}

/// A singular motion, ẋ = x² from 1, which has no value at time 1, does not come back with one.
#[test]
fn a_singularity_is_reported_with_its_time() {
    struct Explosion;
    impl FirstOrderSystem<Const<1>> for Explosion {
        fn derivative(&self, _: f64, state: &Vector1<f64>, derivative: &mut Vector1<f64>) {
            derivative.x = state.x * state.x;
        }
    }
    for error in [
        Rk45::new(1e-9, 1e-9)
            .integrate(&Explosion, (0.0, 2.0), vector![1.0])
            .err(),
        Dop853::new(1e-9, 1e-9)
            .integrate(&Explosion, (0.0, 2.0), vector![1.0])
            .err(),
    ] {
        let time = match error {
            Some(Error::Solver(SolverError::StepSizeUnderflow { time })) => time,
            Some(
                Error::Run(RunError::Diverged { time, .. })
                | Error::Solver(SolverError::Stiff { time }),
            ) => time,
            _ => panic!("{error:?}"),
        };
        assert!((time - 1.0).abs() < 1e-6, "{time}");
    }
}

/// Derivation (31): central drag has a pole at z = −2, backward in time and inside compositions; the
/// error carries z and the pole.
#[test]
fn the_pole_of_central_drag_is_reported() -> Result<(), Error> {
    let ball = HeavyBall::new(1.0, 4.0)?;
    let problem = Problem::new(ball, DoubleWell, vector![-1.5, -1.5]).until(-1.0);
    let Err(Error::Step(StepError::Pole { z, pole, dt, .. })) =
        problem.solve(&CentralLeapfrog::new(0.5)?)
    else {
        panic!("the pole was stepped over");
    };
    assert_eq!((z, pole, dt), (-2.0, -2.0, -0.5));
    assert!(problem.solve(&CentralLeapfrog::new(0.49)?).is_ok());
    let composed = Composition::yoshida4(CentralLeapfrog::new(0.3)?)?;
    let error = problem.until(1.0).solve(&composed).err();
    assert!(
        matches!(error, Some(Error::Step(StepError::Pole { z, .. })) if z < -2.0),
        "{error:?}"
    );
    let message = error.map(|error| error.to_string()).unwrap_or_default();
    assert!(
        message.contains("reduce dt") && message.contains("Leapfrog"),
        "{message}"
    );
    Ok(())
}

/// A file that cannot be written is an error with its path and the system's reason.
#[test]
fn an_unwritable_path_is_reported() -> Result<(), Error> {
    let run = rolling().solve(&Leapfrog::new(0.1)?)?;
    let path = std::env::temp_dir()
        .join("no such directory")
        .join("run.csv");
    let error = run.write_csv(&path).err();
    let Some(Error::File(FileError::Write { what, reason })) = &error else {
        panic!("{error:?}");
    };
    assert_eq!(*what, path.display().to_string());
    assert!(!reason.is_empty());
    let message = error.map(|error| error.to_string()).unwrap_or_default();
    assert!(
        message.contains("run.csv") && message.contains("check that the place exists"),
        "{message}"
    );
    Ok(())
}

/// The message of every variant carries each of its numbers.
#[test]
fn messages_carry_their_numbers() {
    let (step, time, position) = (7, 1.25, 3.5);
    let cases: [(Error, &[&str]); 12] = [
        (
            Error::Rule(RuleError::BetaOutOfRange { value: 1.5 }),
            &["1.5", "-1 < beta <= 1"],
        ),
        (
            Error::Vector(VectorError::NonFiniteComponent {
                name: "start",
                component: 3,
                value: f64::NAN,
            }),
            &["3", "start", "NaN"],
        ),
        (
            Error::Vector(VectorError::DimensionMismatch {
                name: "velocity",
                expected: 4,
                found: 9,
            }),
            &["velocity", "4", "9"],
        ),
        (
            Error::Vector(VectorError::AsymmetricMatrix {
                row: 1,
                column: 2,
                upper: 0.5,
                lower: 0.75,
            }),
            &["(1, 2)", "(2, 1)", "0.5", "0.75", "(A + Aᵀ)/2"],
        ),
        (
            Error::Run(RunError::NonFiniteGradient {
                step,
                time,
                position,
            }),
            &["7", "1.25", "3.5", "check_gradient"],
        ),
        (
            Error::Run(RunError::Diverged {
                step,
                time,
                position,
            }),
            &["7", "1.25", "3.5", "smaller"],
        ),
        (
            Error::Span(SpanError::TooManySteps {
                dt: 0.125,
                span: 8.0,
                steps: 4e9,
                limit: 2e7,
            }),
            &["0.125", "8", "4e9", "2e7", "larger step"],
        ),
        (
            Error::Solver(SolverError::StepsExhausted { steps: 11, time }),
            &["11", "1.25", "with_max_steps"],
        ),
        (
            Error::Solver(SolverError::StepSizeUnderflow { time }),
            &["1.25", "loosen"],
        ),
        (
            Error::Solver(SolverError::Stiff { time }),
            &["1.25", "Adaptive"],
        ),
        (
            Error::Span(SpanError::TimeOutsideSpan {
                time: 9.0,
                start: 0.5,
                end: 2.5,
            }),
            &["9", "0.5", "2.5"],
        ),
        (
            Error::Step(StepError::NotSymmetric {
                method: "SymplecticEuler",
            }),
            &["SymplecticEuler", "compose Leapfrog"],
        ),
    ];
    for (error, parts) in cases {
        let message = error.to_string();
        for part in parts {
            assert!(message.contains(part), "{message} lacks {part}");
        }
    }
}
