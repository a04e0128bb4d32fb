//! What cannot be computed from is an error that names the parameter, the start or the potential at fault,
//! and carries its number.

use heavyball::error::{ParameterError, RuleError, RunError, SpanError, StudyError, VectorError};
use heavyball::potentials::from_fn_in_place;
use heavyball::prelude::*;
use heavyball::{Linear, SutskeverSchedule, TiltedDoubleWell, TwoStepMomentum};
use nalgebra::{Const, DMatrix, DVector, Dyn, dmatrix, dvector, matrix, vector};

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
    ("alpha", |v| TwoStepMomentum::new(v, 0.5).map(drop)),
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
        Momentum::from_heavy_ball(&ball(), v, Discretization::Obabo).map(drop)
    }),
    ("mass", |v| rolling_with(unchecked(v, 0.5)).map(drop)),
];

fn ball() -> HeavyBall {
    unchecked(1.0, 0.5)
}

/// A ball whose public fields were set, unchecked.
fn unchecked(mass: f64, drag: f64) -> HeavyBall {
    let mut ball = HeavyBall::new(1.0, 0.0).unwrap();
    (ball.mass, ball.drag) = (mass, drag);
    ball
}

fn rolling() -> Problem<DoubleWell, Const<2>> {
    Problem::new(ball(), DoubleWell, vector![-1.5, -1.5])
}

/// A run of a ball whose public fields were set, unchecked.
fn rolling_with(ball: HeavyBall) -> Result<Phase<f64, Const<2>>, Error> {
    let problem = Problem::new(ball, DoubleWell, vector![-1.5, -1.5]);
    Ok(*problem.solve(&Leapfrog::new(0.1)?)?.last())
}

/// Every parameter that must be positive refuses zero, negatives, NaN and infinities, and its message
/// carries the name and the number.
#[test]
fn what_must_be_positive_is() {
    for (name, construct) in POSITIVE {
        assert_eq!(construct(0.25), Ok(()), "{name}");
        for value in [0.0, -0.0, -1.0, NAN, INFINITY, -INFINITY] {
            let error = construct(value).err();
            let Some(Error::Parameter(ParameterError::NotPositive {
                name: found,
                value: carried,
                ..
            })) = &error
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
    ("drag", |v| rolling_with(unchecked(1.0, v)).map(drop)),
];

/// Drag may be zero, but neither negative nor without a value.
#[test]
fn what_must_not_be_negative_is_not() {
    for (name, construct) in NONNEGATIVE {
        assert_eq!(construct(0.0), Ok(()), "{name}");
        for value in [-1.0, -1e-300, NAN, INFINITY, -INFINITY] {
            let error = construct(value).err();
            assert!(
                matches!(
                    error,
                    Some(Error::Parameter(ParameterError::Negative { .. }))
                ),
                "{name} = {value}: {error:?}"
            );
            let message = error.map(|error| error.to_string()).unwrap_or_default();
            let shown = match value {
                -1e-300 => "= -1e-300 ".to_owned(),
                _ => value.to_string(),
            };
            assert!(
                message.contains(name) && message.contains(&shown),
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
        rolling()
            .with_start_time(v)
            .solve(&Leapfrog::new(0.1)?)
            .map(drop)
    }),
    ("end time", |v| {
        rolling().until(v).solve(&Leapfrog::new(0.1)?).map(drop)
    }),
    ("end time", |v| {
        rolling().until(v).solve(&Rk45::new(1e-6, 1e-6)).map(drop)
    }),
    ("start time", |v| {
        rolling()
            .with_start_time(v)
            .solve(&Dop853::new(1e-6, 1e-6))
            .map(drop)
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
                matches!(
                    error,
                    Some(Error::Parameter(ParameterError::NotFinite { .. }))
                ),
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
        .with_start_time(-f64::MAX)
        .until(f64::MAX)
        .solve(&Rk45::new(1e-6, 1e-6));
    assert!(
        matches!(
            far,
            Err(Error::Parameter(ParameterError::NotFinite {
                name: "the length of the span",
                ..
            }))
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
        |beta| TwoStepMomentum::new(0.1, beta).map(drop),
        |beta| SutskeverSchedule::new(beta).map(drop),
    ];
    for construct in constructors {
        for beta in [
            1.0,
            1.0_f64.next_down(),
            0.9,
            0.0,
            -0.0,
            -0.9,
            (-1.0_f64).next_up(),
        ] {
            assert_eq!(construct(beta), Ok(()), "{beta}");
        }
        for beta in [-1.0, 1.0_f64.next_up(), 2.0, -2.0, NAN, INFINITY, -INFINITY] {
            let error = construct(beta).err();
            assert!(
                matches!(error, Some(Error::Rule(RuleError::BetaOutOfRange { .. }))),
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
    let problem = Problem::new(ball(), potential, position.clone()).with_velocity(velocity.clone());
    let momentum = Momentum::new(0.01, 0.5).unwrap();
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
            .and_then(|m| m.phases(&ball(), potential, start).map(drop))
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
        assert!(
            matches!(error, Some(Error::Vector(VectorError::Empty { .. }))),
            "{error:?}"
        );
    }
    for error in runs(&bowl, &dvector![1.0, NAN, 2.0], &dvector![0.0, 0.0, 0.0]) {
        let found = matches!(error, Some(Error::Vector(VectorError::NonFiniteComponent { component: 1, value, .. })) if value.is_nan());
        assert!(found, "{error:?}");
    }
    for error in runs(&bowl, &dvector![1.0, 2.0], &dvector![-INFINITY, 0.0]) {
        let value = -INFINITY;
        let name = "start velocity";
        assert_eq!(
            error,
            Some(Error::Vector(VectorError::NonFiniteComponent {
                name,
                component: 0,
                value
            }))
        );
    }
    for error in runs(&bowl, &dvector![1.0, 2.0], &dvector![0.0, 0.0, 0.0]) {
        let (name, expected, found) = ("start velocity", 2, 3);
        assert_eq!(
            error,
            Some(Error::Vector(VectorError::DimensionMismatch {
                name,
                expected,
                found
            }))
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
            let fits = matches!(error, Some(Error::Vector(VectorError::DimensionMismatch { expected, found, .. }))
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
        Some(Error::Vector(VectorError::DimensionMismatch {
            expected: 2,
            found: 1,
            ..
        }))
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
            Some(Error::Vector(VectorError::NonFiniteComponent {
                name,
                component,
                value
            }))
        );
    }
    Ok(())
}

/// Vectors and matrices of potentials are checked when they are made.
#[test]
fn a_potential_that_is_none_is_refused() {
    assert!(matches!(
        Linear::new(dvector![] as DVector<f64>),
        Err(Error::Vector(VectorError::Empty { .. }))
    ));
    assert!(matches!(
        Quadratic::diagonal(dvector![] as DVector<f64>),
        Err(Error::Vector(VectorError::Empty { .. }))
    ));
    let none = DMatrix::<f64>::zeros(0, 0);
    assert_eq!(
        Quadratic::symmetric(none).err(),
        Some(Error::Vector(VectorError::Empty { name: "matrix" }))
    );
    let oblong = Quadratic::symmetric(DMatrix::<f64>::zeros(2, 3)).err();
    assert!(
        matches!(
            oblong,
            Some(Error::Vector(VectorError::DimensionMismatch {
                expected: 3,
                found: 2,
                ..
            }))
        ),
        "{oblong:?}"
    );
    let error = Quadratic::symmetric(matrix![1.0, 2.0; 3.0, 4.0]).err();
    let (row, column, upper, lower) = (0, 1, 2.0, 3.0);
    assert_eq!(
        error,
        Some(Error::Vector(VectorError::AsymmetricMatrix {
            row,
            column,
            upper,
            lower
        }))
    );
    let slope = Linear::new(vector![1.0, INFINITY]).err();
    assert!(
        matches!(
            slope,
            Some(Error::Vector(VectorError::NonFiniteComponent {
                component: 1,
                ..
            }))
        ),
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

/// A message shows a tiny or huge number by its exponent and not by a row of zeros, a usual one as it is written, and each parses back.
#[test]
fn numbers_in_messages_are_short() {
    let shown = |dt: f64| {
        let error = Leapfrog::new(dt).unwrap_err().to_string();
        let number = error
            .strip_prefix("dt = ")
            .and_then(|rest| rest.split(' ').next());
        number.unwrap().to_owned()
    };
    for (dt, expected) in [
        (-1e-300, "-1e-300"),
        (-f64::MIN_POSITIVE, "-2.2250738585072014e-308"),
        (-9.9e-5, "-9.9e-5"),
        (-1e-4, "-0.0001"),
        (-0.5, "-0.5"),
        (-2.0, "-2"),
        (-9007199254740993.0, "-9007199254740992"),
        (-1e16, "-1e16"),
        (f64::MIN, "-1.7976931348623157e308"),
        (0.0, "0"),
        (-0.0, "-0"),
        (NAN, "NaN"),
        (INFINITY, "inf"),
        (-INFINITY, "-inf"),
    ] {
        assert_eq!(shown(dt), expected);
        let back: f64 = shown(dt).parse().unwrap();
        assert!(back == dt || back.is_nan() && dt.is_nan());
    }
    // Every message with a number, and the advice in it.
    let ball = unchecked(1e-300, 1e300);
    for error in [
        Momentum::new(1e-300, -1e300).unwrap_err(),
        Momentum::from_heavy_ball(&ball, 0.1, Discretization::ExplicitDrag).unwrap_err(),
        Error::Span(SpanError::TimeOutsideSpan {
            time: 1e300,
            start: -1e300,
            end: 1e-300,
        }),
        Error::Rule(RuleError::ScheduleOutOfRange {
            name: "alpha",
            iteration: 3,
            value: -1e300,
            range: "positive",
        }),
        Error::Run(RunError::Diverged {
            step: 3,
            time: 1e300,
            position: 1e300,
        }),
        Error::Study(StudyError::UnstableStep {
            method: "it".to_owned(),
            dt: 1e-300,
            curvature: 1e300,
            growth: 1e300,
            advice: String::new(),
        }),
    ] {
        let text = error.to_string();
        assert!(!text.contains("0000000") && text.contains("e"), "{text}");
    }
}
