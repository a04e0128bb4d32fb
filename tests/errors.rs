//! What cannot be computed is an error that names its cause: nothing panics, hangs or returns a number
//! that is not one.

use heavyball::Iterates;
use heavyball::potentials::{FromFn, from_fn_in_place};
use heavyball::prelude::*;
use nalgebra::{Const, DMatrix, DVector, Dyn, Vector1, Vector2, dmatrix, dvector, matrix, vector};
use proptest::prelude::*;
use std::cell::Cell;

const NAN: f64 = f64::NAN;
const INFINITY: f64 = f64::INFINITY;

/// A constructor of one parameter with the name its error must give.
type Constructor = (&'static str, fn(f64) -> Result<(), Error>);

/// Parameters that must be positive and finite.
const POSITIVE: &[Constructor] = &[
    ("mass", |v| HeavyBall::new(v, 0.5).map(drop)),
    ("drag", |v| GradientFlow::new(Quartic, v).map(drop)),
    ("mass", |v| DampedOscillator::new(v, 0.5, 1.0).map(drop)),
    ("alpha", |v| GradientDescent::new(v).map(drop)),
    ("alpha", |v| Momentum::new(v, 0.5).map(drop)),
    ("alpha", |v| Nesterov::new(v, 0.5).map(drop)),
    ("alpha", |v| TwoStep::new(v, 0.5).map(drop)),
    ("dt", |v| ExplicitEuler::new(v).map(drop)),
    ("dt", |v| SymplecticEuler::new(v).map(drop)),
    ("dt", |v| DriftKickEuler::new(v).map(drop)),
    ("dt", |v| ConformalEuler::new(v).map(drop)),
    ("dt", |v| Leapfrog::new(v).map(drop)),
    ("dt", |v| CentralLeapfrog::new(v).map(drop)),
    ("relative tolerance", |v| {
        rolling().solve(&Rk45::new(v, 1e-9)).map(drop)
    }),
    ("absolute tolerance", |v| {
        rolling().solve(&Rk45::new(1e-9, v)).map(drop)
    }),
    ("relative tolerance", |v| {
        rolling().solve(&Dop853::new(v, 1e-9)).map(drop)
    }),
    ("absolute tolerance", |v| {
        rolling().solve(&Dop853::new(1e-9, v)).map(drop)
    }),
    ("dt", |v| {
        Momentum::from_heavy_ball(&BALL, v, Discretization::Obabo).map(drop)
    }),
    ("mass", |v| {
        rolling_with(HeavyBall { mass: v, drag: 0.5 }).map(drop)
    }),
];

const BALL: HeavyBall = HeavyBall {
    mass: 1.0,
    drag: 0.5,
};

fn rolling() -> Problem<DoubleWell, Const<2>> {
    Problem::new(BALL, DoubleWell, vector![-1.5, -1.5])
}

/// A run of a ball whose public fields were set, unchecked.
fn rolling_with(ball: HeavyBall) -> Result<Phase<f64, Const<2>>, Error> {
    let problem = Problem::new(ball, DoubleWell, vector![-1.5, -1.5]);
    Ok(problem.solve(&Leapfrog::new(0.1)?)?.last().clone())
}

/// Every parameter that must be positive refuses zero, negatives, NaN and infinities, and its message
/// carries the name and the number.
#[test]
fn what_must_be_positive_is() {
    for (name, construct) in POSITIVE {
        assert_eq!(construct(0.25), Ok(()), "{name}");
        for value in [0.0, -0.0, -1.0, NAN, INFINITY, -INFINITY] {
            let error = construct(value).err();
            let Some(Error::NotPositive {
                name: found,
                value: carried,
                ..
            }) = &error
            else {
                panic!("{name} = {value} gave {error:?}");
            };
            assert!(found.contains(name), "{found} for {name}");
            assert!(
                *carried == value || carried.is_nan() && value.is_nan(),
                "{carried}"
            );
            let message = error.map(|error| error.to_string()).unwrap_or_default();
            assert!(
                message.contains(name) && message.contains(&value.to_string()),
                "{message}"
            );
            assert!(message.contains("must be positive and finite"), "{message}");
        }
    }
}

/// Parameters that may be zero but no less.
const NONNEGATIVE: &[Constructor] = &[
    ("drag", |v| HeavyBall::new(1.0, v).map(drop)),
    ("drag", |v| DampedOscillator::new(1.0, v, 1.0).map(drop)),
    ("drag", |v| {
        rolling_with(HeavyBall { mass: 1.0, drag: v }).map(drop)
    }),
];

/// Drag may be zero, but neither negative nor without a value.
#[test]
fn what_must_not_be_negative_is_not() {
    for (name, construct) in NONNEGATIVE {
        assert_eq!(construct(0.0), Ok(()), "{name}");
        for value in [-1.0, -1e-300, NAN, INFINITY, -INFINITY] {
            let error = construct(value).err();
            assert!(
                matches!(error, Some(Error::Negative { .. })),
                "{name} = {value}: {error:?}"
            );
            let message = error.map(|error| error.to_string()).unwrap_or_default();
            assert!(
                message.contains(name) && message.contains(&value.to_string()),
                "{message}"
            );
        }
    }
}

/// Parameters of any sign that must be finite.
const FINITE: &[Constructor] = &[
    ("stiffness", |v| {
        DampedOscillator::new(1.0, 0.5, v).map(drop)
    }),
    ("tilt", |v| TiltedDoubleWell::new(v).map(drop)),
    ("start time", |v| {
        rolling().from(v).solve(&Leapfrog::new(0.1)?).map(drop)
    }),
    ("end time", |v| {
        rolling().until(v).solve(&Leapfrog::new(0.1)?).map(drop)
    }),
    ("end time", |v| {
        rolling().until(v).solve(&Rk45::new(1e-6, 1e-6)).map(drop)
    }),
    ("start time", |v| {
        rolling().from(v).solve(&Dop853::new(1e-6, 1e-6)).map(drop)
    }),
    ("matrix entry", |v| {
        Quadratic::symmetric(matrix![v]).map(drop)
    }),
];

/// What may have either sign must still be finite.
#[test]
fn what_must_be_finite_is() {
    for (name, construct) in FINITE {
        assert_eq!(construct(-0.5), Ok(()), "{name}");
        for value in [NAN, INFINITY, -INFINITY] {
            let error = construct(value).err();
            assert!(
                matches!(error, Some(Error::NotFinite { .. })),
                "{name} = {value}: {error:?}"
            );
            let message = error.map(|error| error.to_string()).unwrap_or_default();
            assert!(
                message.contains(name) && message.contains(&value.to_string()),
                "{message}"
            );
        }
    }
    let far = rolling()
        .from(-f64::MAX)
        .until(f64::MAX)
        .solve(&Rk45::new(1e-6, 1e-6));
    assert!(
        matches!(
            far,
            Err(Error::NotFinite {
                name: "the length of the span",
                ..
            })
        ),
        "{far:?}"
    );
}

/// Derivation (11), (14), (18), (34): β lies in (−1, 1].
#[test]
fn beta_lies_above_minus_one_and_not_above_one() {
    let constructors: [fn(f64) -> Result<(), Error>; 4] = [
        |beta| Momentum::new(0.1, beta).map(drop),
        |beta| Nesterov::new(0.1, beta).map(drop),
        |beta| TwoStep::new(0.1, beta).map(drop),
        |beta| SutskeverSchedule::new(beta).map(drop),
    ];
    for construct in constructors {
        for beta in [1.0, 0.0, -0.0, 0.9, -1.0_f64.next_down().abs().min(0.999)] {
            assert_eq!(construct(beta), Ok(()), "{beta}");
        }
        assert_eq!(construct((-1.0_f64).next_up()), Ok(()));
        for beta in [-1.0, 1.0_f64.next_up(), 2.0, -2.0, NAN, INFINITY, -INFINITY] {
            let error = construct(beta).err();
            assert!(
                matches!(error, Some(Error::BetaOutOfRange { .. })),
                "{beta}: {error:?}"
            );
            let message = error.map(|error| error.to_string()).unwrap_or_default();
            assert!(
                message.contains(&format!("beta = {beta}")) && message.contains("0.9"),
                "{message}"
            );
        }
    }
}

/// Runs of every kind from one start, for errors of the start.
fn runs<P>(potential: &P, position: &DVector<f64>, velocity: &DVector<f64>) -> Vec<Option<Error>>
where
    P: Potential<f64, Dyn>,
{
    let problem = Problem::new(BALL, potential, position.clone()).with_velocity(velocity.clone());
    let momentum = Momentum {
        alpha: 0.01,
        beta: 0.5,
    };
    let iterates = momentum
        .iterates(potential, position.clone())
        .with_velocity(velocity.clone());
    let start = Phase::new(position.clone(), velocity.clone());
    vec![
        Leapfrog::new(0.1)
            .and_then(|method| problem.solve(&method))
            .err(),
        problem.solve(&Rk45::new(1e-6, 1e-6)).err(),
        problem.solve(&Dop853::new(1e-6, 1e-6)).err(),
        Leapfrog::new(0.1)
            .and_then(|m| m.phases(&BALL, potential, start).map(drop))
            .err(),
        iterates.after(3).err(),
    ]
}

/// A start without components, with one that is not finite, or of two lengths is refused by every kind
/// of run, with the component or the lengths.
#[test]
fn a_start_that_is_none_is_refused() -> Result<(), Error> {
    let bowl = from_fn_in_place(
        |x: &DVector<f64>| 0.5 * x.norm_squared(),
        |x: &DVector<f64>, gradient: &mut DVector<f64>| gradient.copy_from(x),
    );
    let empty: DVector<f64> = dvector![];
    for error in runs(&bowl, &empty, &empty) {
        assert!(matches!(error, Some(Error::Empty { .. })), "{error:?}");
    }
    for error in runs(&bowl, &dvector![1.0, NAN, 2.0], &dvector![0.0, 0.0, 0.0]) {
        let found = matches!(error, Some(Error::NonFiniteComponent { component: 1, value, .. }) if value.is_nan());
        assert!(found, "{error:?}");
    }
    for error in runs(&bowl, &dvector![1.0, 2.0], &dvector![-INFINITY, 0.0]) {
        let value = -INFINITY;
        let name = "start velocity";
        assert_eq!(
            error,
            Some(Error::NonFiniteComponent {
                name,
                component: 0,
                value
            })
        );
    }
    for error in runs(&bowl, &dvector![1.0, 2.0], &dvector![0.0, 0.0, 0.0]) {
        let (name, expected, found) = ("start velocity", 2, 3);
        assert_eq!(
            error,
            Some(Error::DimensionMismatch {
                name,
                expected,
                found
            })
        );
    }
    let mismatched = [
        (runs(&Rosenbrock, &dvector![1.0], &dvector![0.0]), 2, 1),
        (
            runs(
                &Linear::new(dvector![1.0, 2.0])?,
                &dvector![1.0],
                &dvector![0.0],
            ),
            2,
            1,
        ),
        (
            runs(
                &Quadratic::diagonal(dvector![1.0])?,
                &dvector![1.0, 2.0],
                &dvector![0.0, 0.0],
            ),
            1,
            2,
        ),
        (
            runs(
                &Quadratic::symmetric(dmatrix![1.0])?,
                &dvector![1.0, 2.0],
                &dvector![0.0, 0.0],
            ),
            1,
            2,
        ),
    ];
    for (errors, needed, given) in mismatched {
        for error in errors {
            let fits = matches!(error, Some(Error::DimensionMismatch { expected, found, .. })
                if expected == needed && found == given);
            assert!(fits, "{error:?}");
        }
    }
    let flow = GradientFlow::new(Quadratic::diagonal(dvector![1.0, 2.0])?, 1.0)?;
    let error = Rk45::new(1e-6, 1e-6)
        .integrate(&flow, (0.0, 1.0), dvector![1.0])
        .err();
    assert!(matches!(
        error,
        Some(Error::DimensionMismatch {
            expected: 2,
            found: 1,
            ..
        })
    ));
    Ok(())
}

/// A finite velocity times a finite mass can overflow; the start is refused, by a span of no length too.
#[test]
fn a_momentum_that_overflows_is_refused() -> Result<(), Error> {
    let heavy = HeavyBall::new(1e200, 0.0)?;
    let problem = Problem::new(heavy, Quartic, vector![0.0]).with_velocity(vector![1e200]);
    let still = problem.clone().until(0.0);
    for error in [
        problem.solve(&Leapfrog::new(0.1)?).err(),
        problem.solve(&Rk45::new(1e-6, 1e-6)).err(),
        still.solve(&Leapfrog::new(0.1)?).err(),
        still.solve(&Dop853::new(1e-6, 1e-6)).err(),
    ] {
        let (name, component, value) = ("start momentum", 0, INFINITY);
        assert_eq!(
            error,
            Some(Error::NonFiniteComponent {
                name,
                component,
                value
            })
        );
    }
    Ok(())
}

/// Vectors and matrices of potentials are checked when they are made.
#[test]
fn a_potential_that_is_none_is_refused() {
    assert!(matches!(
        Linear::new(dvector![] as DVector<f64>),
        Err(Error::Empty { .. })
    ));
    assert!(matches!(
        Quadratic::diagonal(dvector![] as DVector<f64>),
        Err(Error::Empty { .. })
    ));
    let none = DMatrix::<f64>::zeros(0, 0);
    assert_eq!(
        Quadratic::symmetric(none).err(),
        Some(Error::Empty { name: "matrix" })
    );
    let oblong = Quadratic::symmetric(DMatrix::<f64>::zeros(2, 3)).err();
    assert!(
        matches!(
            oblong,
            Some(Error::DimensionMismatch {
                expected: 3,
                found: 2,
                ..
            })
        ),
        "{oblong:?}"
    );
    let error = Quadratic::symmetric(matrix![1.0, 2.0; 3.0, 4.0]).err();
    let (row, column, upper, lower) = (0, 1, 2.0, 3.0);
    assert_eq!(
        error,
        Some(Error::AsymmetricMatrix {
            row,
            column,
            upper,
            lower
        })
    );
    let slope = Linear::new(vector![1.0, INFINITY]).err();
    assert!(
        matches!(slope, Some(Error::NonFiniteComponent { component: 1, .. })),
        "{slope:?}"
    );
}

/// A terminal velocity needs drag.
#[test]
fn without_drag_there_is_no_terminal_velocity() -> Result<(), Error> {
    let slope = Linear::new(vector![1.0])?;
    let error = HeavyBall::new(1.0, 0.0)?.terminal_velocity(&slope).err();
    let message = error.map(|error| error.to_string()).unwrap_or_default();
    assert!(
        message.contains("drag = 0") && message.contains("no terminal velocity"),
        "{message}"
    );
    Ok(())
}

/// Derivation (12), (15): explicit Euler on the quartic at α = 0.1, β = 0.5 has diverged by k = 17, where
/// |x| is 3.95469e8, and leaves the range of f64 at k = 23, from 1.01733e112; momentum at the same
/// coefficients converges. The recursion was run with mpmath at 50 digits.
#[test]
fn explicit_euler_diverges_where_momentum_converges() -> Result<(), Error> {
    let rule = Momentum::new(0.1, 0.5)?;
    let (ball, dt) = rule.to_heavy_ball(Discretization::ExplicitDrag, Gauge::Mass(1.0))?;
    let problem = Problem::new(ball, Quartic, vector![-0.5]).until(100.0 * dt);
    let Err(Error::Diverged {
        step,
        time,
        position,
    }) = problem.solve(&ExplicitEuler::new(dt)?)
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
    assert!(matches!(phases.failure(), Some(Error::Diverged { step: same, .. }) if *same == step));
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
    let Err(Error::Diverged {
        step,
        time,
        position,
    }) = run.after(100)
    else {
        panic!("momentum did not diverge");
    };
    assert_eq!((step, time), (15, 15.0));
    assert!((position / 3.72611e187 - 1.0).abs() < 1e-5, "{position:e}");
    let error = Error::Diverged {
        step,
        time,
        position,
    };
    let message = error.to_string();
    assert!(
        message.contains(&format!("step {step}")) && message.contains("smaller step"),
        "{message}"
    );
    Ok(())
}

type Walled = FromFn<fn(&Vector1<f64>) -> f64, fn(&Vector1<f64>) -> Vector1<f64>>;

/// f = −x, but beyond x = 1 neither it nor its gradient is a number.
fn wall() -> Walled {
    let value: fn(&Vector1<f64>) -> f64 = |x| if x.x <= 1.0 { -x.x } else { NAN };
    let gradient: fn(&Vector1<f64>) -> Vector1<f64> = |x| {
        if x.x <= 1.0 {
            vector![-1.0]
        } else {
            vector![NAN]
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
        let Some(Error::NonFiniteGradient {
            step,
            time,
            position,
        }) = error
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
        let Some(Error::NonFiniteGradient { time, .. }) = error else {
            panic!("{error:?}");
        };
        assert!((time - 2.0_f64.sqrt()).abs() < 1e-6, "{time}");
    }
    let iterates = Momentum::new(0.01, 1.0)?
        .iterates(&wall(), vector![0.0])
        .after(100)
        .err();
    let Some(Error::NonFiniteGradient {
        step,
        time,
        position,
    }) = iterates
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
    for spoiled in [NAN, INFINITY, -INFINITY] {
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
            matches!(failure, Some(Error::NonFiniteGradient { step: 7, .. })),
            "{failure:?}"
        );
        evaluations.set(0);
        let problem = Problem::new(BALL, &faulty, vector![1.0, -1.0])
            .from(-2.0)
            .until(3.0);
        let Err(Error::NonFiniteGradient { step, time, .. }) =
            problem.solve(&CentralLeapfrog::new(0.25)?)
        else {
            panic!("the gradient did not fail");
        };
        assert_eq!((step, time), (7, -2.0 + 7.0 * 0.25));
        for first in [1, 2, 3] {
            // The first evaluations choose the step.
            evaluations.set(8 - first);
            let error = problem
                .solve(&Rk45::new(1e-6, 1e-6))
                .map(|run| run.last().clone());
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
        let Err(Error::TooManySteps {
            dt: carried,
            span,
            steps,
            limit,
        }) = rolling().until(until).solve(&Leapfrog::new(dt)?)
        else {
            panic!("{dt} over {until} was not refused");
        };
        assert_eq!((carried, span), (dt, f64::abs(until)));
        assert!(steps > limit && limit >= 1e7, "{steps} {limit}");
        let error = Error::TooManySteps {
            dt,
            span,
            steps,
            limit,
        };
        assert!(error.to_string().contains("use a larger step"), "{error}");
    }
    Ok(())
}

/// The adaptive methods stop at their limit of steps, and say how far they came.
#[test]
fn exhausted_steps_are_reported() -> Result<(), Error> {
    let problem = rolling().from(1.0).until(1001.0);
    let errors = [
        problem
            .solve(&Rk45::new(1e-9, 1e-9).with_max_steps(50))
            .err(),
        problem
            .solve(&Dop853::new(1e-12, 1e-12).with_max_steps(50))
            .err(),
    ];
    for error in errors {
        let Some(Error::StepsExhausted { steps, time }) = error else {
            panic!("{error:?}");
        };
        assert!((50..=51).contains(&steps), "{steps}");
        assert!(time > 1.0 && time < 100.0, "{time}");
        let message = Error::StepsExhausted { steps, time }.to_string();
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
    let Err(Error::Stiff { time }) = problem.solve(&Rk45::new(1e-6, 1e-6)) else {
        panic!("a mass of 1e-6 was not found to be stiff");
    };
    assert!(time > 0.0 && time < 1.0);
    let message = Error::Stiff { time }.to_string();
    assert!(
        message.contains("Leapfrog") && message.contains("GradientFlow"),
        "{message}"
    );
    let exact = DampedOscillator::new(1e-6, 1.0, 1.0)?.at(1.0, 1.0, 0.0).0;
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
            Some(Error::StepSizeUnderflow { time }) => time,
            Some(Error::Diverged { time, .. } | Error::Stiff { time }) => time,
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
    let Err(Error::StepPole { z, pole, dt, .. }) = problem.solve(&CentralLeapfrog::new(0.5)?)
    else {
        panic!("the pole was stepped over");
    };
    assert_eq!((z, pole, dt), (-2.0, -2.0, -0.5));
    assert!(problem.solve(&CentralLeapfrog::new(0.49)?).is_ok());
    let composed = Composition::yoshida4(CentralLeapfrog::new(0.3)?)?;
    let error = problem.until(1.0).solve(&composed).err();
    assert!(
        matches!(error, Some(Error::StepPole { z, .. }) if z < -2.0),
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
    let Some(Error::Write { what, reason }) = &error else {
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
            Error::BetaOutOfRange { value: 1.5 },
            &["1.5", "-1 < beta <= 1"],
        ),
        (
            Error::NonFiniteComponent {
                name: "start",
                component: 3,
                value: NAN,
            },
            &["3", "start", "NaN"],
        ),
        (
            Error::DimensionMismatch {
                name: "velocity",
                expected: 4,
                found: 9,
            },
            &["velocity", "4", "9"],
        ),
        (
            Error::AsymmetricMatrix {
                row: 1,
                column: 2,
                upper: 0.5,
                lower: 0.75,
            },
            &["(1, 2)", "(2, 1)", "0.5", "0.75", "(A + Aᵀ)/2"],
        ),
        (
            Error::NonFiniteGradient {
                step,
                time,
                position,
            },
            &["7", "1.25", "3.5", "check_gradient"],
        ),
        (
            Error::Diverged {
                step,
                time,
                position,
            },
            &["7", "1.25", "3.5", "smaller"],
        ),
        (
            Error::TooManySteps {
                dt: 0.125,
                span: 8.0,
                steps: 4e9,
                limit: 2e7,
            },
            &["0.125", "8", "4e9", "2e7", "larger step"],
        ),
        (
            Error::StepsExhausted { steps: 11, time },
            &["11", "1.25", "with_max_steps"],
        ),
        (Error::StepSizeUnderflow { time }, &["1.25", "loosen"]),
        (Error::Stiff { time }, &["1.25", "Leapfrog"]),
        (
            Error::TimeOutsideSpan {
                time: 9.0,
                start: 0.5,
                end: 2.5,
            },
            &["9", "0.5", "2.5"],
        ),
        (
            Error::NotSymmetric {
                method: "SymplecticEuler",
            },
            &["SymplecticEuler", "compose over"],
        ),
    ];
    for (error, parts) in cases {
        let message = error.to_string();
        for part in parts {
            assert!(message.contains(part), "{message} lacks {part}");
        }
    }
}

/// Any f64 at all: every bit pattern, and those that matter more often.
fn any_number() -> impl Strategy<Value = f64> {
    prop_oneof![
        4 => any::<u64>().prop_map(f64::from_bits),
        2 => prop::sample::select(vec![
            0.0, -0.0, 1.0, -1.0, 2.0, 5e-324, f64::MIN_POSITIVE, f64::MAX, f64::MIN, f64::EPSILON,
            INFINITY, -INFINITY, NAN, 1e-160, 1e160, 1e300, -1e300, 0.1, 1e-9,
        ]),
        3 => -3.0..3.0_f64,
    ]
}

/// Both ends of a run are numbers.
fn is_finite<const N: usize>(phase: &Phase<f64, Const<N>>) -> bool {
    phase
        .position
        .iter()
        .chain(&phase.momentum)
        .all(|c| c.is_finite())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 3000, failure_persistence: None, ..Default::default() })]

    /// Any numbers in any constructor and run: an error or a finite result, never a panic.
    #[test]
    fn any_numbers_give_a_finite_run_or_an_error(
        (mass, drag, dt) in (any_number(), any_number(), any_number()),
        (x, u) in (any_number(), any_number()),
        (from, parts) in (any_number(), -300.0..300.0_f64),
    ) {
        let until = from + dt * parts;
        let ball = HeavyBall { mass, drag };
        let problem = Problem::new(ball, Quartic, vector![x]).with_velocity(vector![u]).from(from).until(until);
        if let Ok(leapfrog) = Leapfrog::new(dt) {
            let fourth = Composition::yoshida4(leapfrog)?;
            let runs = [
                problem.solve(&leapfrog),
                problem.solve(&SymplecticEuler::new(dt)?),
                problem.solve(&ExplicitEuler::new(dt)?),
                problem.solve(&CentralLeapfrog::new(dt)?),
                problem.solve(&fourth),
            ];
            for run in runs.into_iter().flatten() {
                prop_assert!(run.states().iter().all(is_finite), "{:?}", run.last());
                prop_assert_eq!(run.times().last(), Some(&until));
                prop_assert!(run.at(from).is_ok() && run.at(until).is_ok());
            }
        }
        let _ = HeavyBall::new(mass, drag);
        let _ = Momentum::new(mass, drag);
    }

    /// The same for the adaptive methods, which may not go on for ever either, at tolerances of at most
    /// 1: one of 1e308 accepts any step at all, and with it states that nothing can be read between.
    #[test]
    fn any_numbers_give_a_finite_adaptive_run_or_an_error(
        (mass, drag) in (any_number(), any_number()),
        (x, u) in (any_number(), any_number()),
        (from, until) in (any_number(), any_number()),
        (relative, absolute) in (any_number(), any_number()),
    ) {
        let at_most_one = |tolerance| if tolerance > 1.0 { 1.0 } else { tolerance };
        let (relative, absolute) = (at_most_one(relative), at_most_one(absolute));
        let ball = HeavyBall { mass, drag };
        let problem = Problem::new(ball, Quartic, vector![x]).with_velocity(vector![u]).from(from).until(until);
        let five = problem.solve(&Rk45::new(relative, absolute).with_max_steps(100));
        let eight = problem.solve(&Dop853::new(relative, absolute).with_max_steps(30));
        for run in [five, eight].into_iter().flatten() {
            prop_assert!(is_finite(run.last()), "{:?}", run.last());
            prop_assert!(run.states().iter().all(is_finite));
            prop_assert_eq!((run.times()[0], run.times().last()), (from, Some(&until)));
            // The interpolation adds numbers of the size of the states, which must leave room for it.
            let size = |phase: &Phase<f64, Const<1>>| phase.position.amax().max(phase.momentum.amax());
            if run.states().iter().any(|phase| size(phase) > 1e290) {
                continue;
            }
            for part in [0.0, 0.3, 1.0] {
                let time = from + part * (until - from);
                if let Ok(phase) = run.at(time) {
                    prop_assert!(is_finite(&phase), "{phase:?} at {time}");
                }
            }
        }
    }

    /// The same for the optimisers.
    #[test]
    fn any_numbers_give_finite_iterates_or_an_error(
        (alpha, beta) in (any_number(), any_number()),
        (x, v) in (any_number(), any_number()),
    ) {
        let (momentum, nesterov) = (Momentum { alpha, beta }, Nesterov { alpha, beta });
        let ends = [
            momentum.iterates(&Quartic, vector![x]).with_velocity(vector![v]).after(40),
            nesterov.iterates(&Quartic, vector![x]).with_velocity(vector![v]).after(40),
            TwoStep { alpha, beta }.iterates(&Quartic, vector![x]).with_velocity(vector![v]).after(40),
            GradientDescent { alpha }.iterates(&Quartic, vector![x]).after(40),
        ];
        for end in ends.into_iter().flatten() {
            prop_assert!(end.position.x.is_finite() && end.velocity.x.is_finite(), "{end:?}");
        }
    }

    /// The same for the bridge: what it returns is a particle that it takes back, or an error.
    #[test]
    fn any_numbers_give_a_particle_or_an_error(
        (a, b, c) in (any_number(), any_number(), any_number()),
        map in prop::sample::select(&Discretization::ALL[..]),
    ) {
        if let Ok((alpha, beta)) = map.coefficients(&HeavyBall { mass: a, drag: b }, c) {
            prop_assert!(Momentum::new(alpha, beta).is_ok(), "{alpha} {beta}");
        }
        if let Ok(ball) = map.effective_particle(&HeavyBall { mass: a, drag: b }, c) {
            prop_assert!(HeavyBall::new(ball.mass, ball.drag).is_ok());
        }
        for gauge in [Gauge::Mass(c), Gauge::Step(c), Gauge::Drag(c)] {
            if let Ok((ball, dt)) = map.particle(a, b, gauge) {
                prop_assert!(HeavyBall::new(ball.mass, ball.drag).is_ok(), "{ball:?}");
                prop_assert!(dt > 0.0 && dt.is_finite(), "{dt}");
            }
        }
        let ball = HeavyBall { mass: a, drag: b };
        if let Ok(v0) = map.start_velocity(&ball, c, &vector![1.0], &vector![1.0]) {
            prop_assert!(!v0.x.is_nan(), "{v0}");
        }
    }

    /// The same for the exact motion: NaN only where the motion itself leaves the range of f64.
    #[test]
    fn any_numbers_give_an_oscillator_or_an_error(
        (mass, drag, stiffness) in (any_number(), any_number(), any_number()),
        (t, x, u) in (0.0..3.0_f64, -2.0..2.0_f64, -2.0..2.0_f64),
    ) {
        if let Ok(oscillator) = DampedOscillator::new(mass, drag, stiffness) {
            prop_assert_eq!(oscillator.at(0.0, x, u), (x, u));
            let end = oscillator.at(t, x, u);
            // With k ≥ 0 the energy never grows, and the motion stays where it was.
            if stiffness >= 0.0 && stiffness / mass < 1e200 && mass > 1e-150 {
                prop_assert!(end.0.is_finite() && end.1.is_finite(), "{oscillator:?} {end:?}");
                let energy = |(x, u): (f64, f64)| stiffness / mass * x * x + u * u;
                prop_assert!(energy(end) <= energy((x, u)) * (1.0 + 1e-12), "{oscillator:?} {end:?}");
            }
        }
    }
}
