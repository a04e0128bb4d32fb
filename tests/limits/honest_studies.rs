//! What a study cannot tell it says: no order without comparisons, from rounding, from a poor reference or from lengths
//! that do not fit; and what it can tell holds for small problems, late ones and all starts.

use crate::support::smooth::NONLINEAR;
use crate::support::tables::is_order;
use heavyball::error::{ParameterError, SpanError, StudyError, VectorError};
use heavyball::potentials::{Diagonal, from_fn};
use heavyball::prelude::*;
use heavyball::study::modified_equation::{CorrectedFlow, HessianDamped, SymplecticEulerFlow};
use heavyball::study::{
    Accelerated, Convergence, Curve, Deviation, IntegratorScheme, Limit, OptimizerScheme,
    Reference, Resolution, Rule, SmallParameter, Start, Title,
};
use nalgebra::{Const, DVector, Dyn, Vector1, dvector, vector};

type Scalar = Const<1>;

fn oscillator(drag: f64, start: f64) -> Problem<Quadratic<Diagonal<f64, Scalar>>, Scalar> {
    let bowl = Quadratic::diagonal(vector![4.0]).unwrap();
    Problem::new(HeavyBall::new(1.0, drag).unwrap(), bowl, vector![start]).until(2.0)
}

/// The equation is linear: a start of 1e-13 shows the same orders as one of 1, and so does a solved reference.
#[test]
fn a_small_problem_shows_the_order_of_a_large_one() {
    for start in [1e-60, 1e-13, 1e-11, 3e-12, 1.0, 1e9, 1e60] {
        let problem = oscillator(0.4, start);
        let study = Limit::small_step(&problem, IntegratorScheme(Leapfrog::new));
        let table = study.with_halvings(0.02, 5).measure().unwrap();
        assert!(is_order(table.position(), 2, ..), "{start:e}\n{table}");
        assert!(is_order(table.velocity(), 2, ..), "{start:e}\n{table}");
        let error = table.reference_error().position / start;
        assert!((1e-16..1e-10).contains(&error), "{error:e}");
    }
}

/// The reference's reported error is no less than its true one, over long undamped spans too.
#[test]
fn a_references_error_covers_its_true_error() {
    for (drag, k, until) in [
        (0.0, 1.0, 402.1238596594935),
        (0.0, 4.0, 50.0),
        (0.4, 4.0, 20.0),
    ] {
        let bowl = Quadratic::diagonal(vector![k]).unwrap();
        let ball = HeavyBall::new(1.0, drag).unwrap();
        let exact = DampedOscillator::new(1.0, drag, k).unwrap();
        let problem = Problem::new(ball, bowl, vector![1.0]).until(until);
        let curve = Curve::motion(&problem).unwrap();
        let mut worst = [0.0_f64; 2];
        for i in 0..=10_000 {
            let time = until * f64::from(i) / 10_000.0;
            let ((x, u), (x0, u0)) = (curve.at(time).unwrap(), exact.at(time, 1.0, 0.0));
            worst = [
                worst[0].max((x.x - x0).abs()),
                worst[1].max((u.x - u0).abs()),
            ];
        }
        let told = curve.error();
        assert!(
            told.position > worst[0] && told.velocity > worst[1],
            "{told:?} {worst:?}"
        );
        assert!(told.position < 30.0 * worst[0], "{told:?} {worst:?}");
    }
}

/// (25), (41): half a step late, from rest, the iterates follow their modified equation from rest, to second order.
#[test]
fn the_modified_equation_knows_the_half_step() {
    let ball = HeavyBall::new(1.3, 0.7).unwrap();
    let problem = Problem::new(ball, NONLINEAR, vector![1.5]).until(2.0);
    for row in Discretization::ALL {
        for scheme in [
            OptimizerScheme::momentum(row),
            OptimizerScheme::nesterov(row),
        ] {
            let scheme = scheme.with_start(Start::RestHalfStepEarly);
            let modified = Reference::modified_equation(&problem, scheme);
            let study = Limit::small_step(&problem, scheme).with_halvings(0.005, 5);
            let table = study.with_reference(modified).measure().unwrap();
            assert!(is_order(table.position(), 2, ..), "{table}");
            assert!(is_order(table.velocity(), 2, ..), "{table}");
        }
    }
}

/// With the error at the end alone, a run that is half a step late ends with its last time inside.
#[test]
fn the_end_of_a_late_run_is_its_last_time_inside() {
    let problem = oscillator(0.4, 1.0);
    let scheme = OptimizerScheme::momentum(Discretization::CentralDrag);
    let scheme = scheme.with_start(Start::RestHalfStepEarly);
    let study = Limit::small_step(&problem, scheme).with_halvings(0.02, 5);
    let table = study.with_error_at_end().measure().unwrap();
    assert!(is_order(table.position(), 2, ..), "{table}");
}

/// Far from time zero, where a step divides the span to the rounding of its ends only, no step is lost.
#[test]
fn no_step_is_lost_far_from_zero() {
    for from in [0.0, 1e6, 1e9, -1e9] {
        let problem = oscillator(0.4, 1.0).with_start_time(from).until(from + 0.3);
        let study = |problem| {
            let study = Limit::small_step(problem, IntegratorScheme(SymplecticEuler::new));
            let study = study.with_values(&[0.1, 0.05, 0.025, 0.0125]);
            study.with_error_at_end().measure().unwrap()
        };
        let errors = study(&problem)
            .rows()
            .iter()
            .map(|row| row.error.position)
            .collect::<Vec<_>>();
        let start = oscillator(0.4, 1.0).until(0.3);
        for (row, found) in study(&start).rows().iter().zip(errors) {
            // The span itself ends at 1e9 + 0.3 to 1e-7 only.
            assert!((found - row.error.position).abs() < 2e-7, "{from}: {found}");
        }
    }
}

#[test]
fn a_study_that_compares_nothing_is_refused() {
    let problem = oscillator(0.4, 1.0).until(1.0);
    let scheme = IntegratorScheme(Leapfrog::new);
    let nothing = |table: Result<Convergence, Error>| {
        assert!(
            matches!(table, Err(Error::Study(StudyError::NothingCompared { .. }))),
            "{table:?}"
        );
    };
    let of = || Limit::small_step(&problem, scheme);
    nothing(of().with_values(&[2.0, 0.1, 0.05, 0.025]).measure());
    nothing(of().with_errors_since(5.0).measure());
    let small = || Limit::small_rate(Rule::Momentum, 0.5, &NONLINEAR, vector![1.0]);
    nothing(small().with_errors_since(5.0).measure());
    let convex = Accelerated::Schedule { friction: 3.0 };
    let convex = Limit::accelerated(convex, &NONLINEAR, vector![1.0], Resolution::Low);
    nothing(convex.until(0.01).with_halvings(0.5, 3).measure());
    let ball = HeavyBall::new(1.0, 1.0).unwrap();
    let ball = Problem::new(ball, NONLINEAR, vector![1.0]);
    let light = || Limit::overdamped(&ball);
    for wrong in [5.0, 1.0, f64::NAN, f64::INFINITY] {
        let refused = light().with_errors_since(wrong).measure();
        assert!(
            matches!(
                refused,
                Err(Error::Parameter(ParameterError::NotPositive { .. }))
            ),
            "{refused:?}"
        );
    }
    for wrong in [f64::NAN, f64::INFINITY] {
        let refused = [
            of().with_errors_since(wrong).measure(),
            small().with_errors_since(wrong).measure(),
        ];
        for refused in refused {
            assert!(
                matches!(
                    refused,
                    Err(Error::Parameter(ParameterError::NotFinite { .. }))
                ),
                "{refused:?}"
            );
        }
    }
}

/// Errors may come with their sign.
#[test]
fn a_signed_error_counts_by_its_size() {
    let title = Title {
        parameter: SmallParameter::Other("h"),
        reference: "squares".into(),
        method: "none".into(),
        start: "none".into(),
    };
    let table = Convergence::measure(title, &[0.4, 0.2, 0.1, 0.05], |h| {
        Ok(Deviation::new(-h * h, -h))
    });
    let table = table.unwrap();
    assert!(
        is_order(table.position(), 2, ..) && is_order(table.velocity(), 1, ..),
        "{table}"
    );
}

/// Errors of 1e-18 are rounding to a problem of size 1, and an order to one of size 1e-12.
#[test]
fn rounding_is_that_of_the_problems_size() {
    let measure = |size: f64| {
        let title = Title {
            parameter: SmallParameter::Other("h"),
            reference: "powers".into(),
            method: "none".into(),
            start: "none".into(),
        };
        let noise = [1.0, 1.3, 0.8, 1.1];
        let mut noise = noise.into_iter();
        let table = Convergence::measure(title, &[0.4, 0.2, 0.1, 0.05], |_| {
            let error = 1e-18 * noise.next().unwrap();
            Ok(Deviation::new(error, error).with_scale(size, 10))
        });
        table.unwrap().position().clone()
    };
    assert_eq!(measure(1.0).rounding, Some(0.4));
    assert_eq!(measure(1e-12).rounding, None);
}

/// (13): at the end of a run with hardly any drag symplectic Euler's ẋ turns from second order to first, far above rounding as it
/// usually is and below what it may be at worst; the table shows it.
#[test]
fn a_smooth_change_of_order_is_not_called_rounding() {
    let drag = 1e-5;
    let problem = oscillator(drag, 1.0);
    let exact = DampedOscillator::new(1.0, drag, 4.0).unwrap();
    let exact = Curve::exact(move |t| {
        let (x, u) = exact.at(t, 1.0, 0.0);
        (vector![x], vector![u])
    });
    let table = Limit::small_step(&problem, IntegratorScheme(SymplecticEuler::new))
        .with_halvings(6.4e-4, 9)
        .with_error_at_end()
        .with_reference(Reference::curve("the closed form", exact))
        .measure()
        .unwrap();
    assert_eq!(table.velocity().rounding, None, "{table}");
    let pairwise = &table.velocity().pairwise;
    assert!(
        pairwise[0] > Some(1.9) && pairwise[8].is_some_and(|order| order < 1.4),
        "{table}"
    );
}

/// The limit that is told is the end of the stable steps from zero on, gaps of high compositions included.
#[test]
fn the_stable_step_that_is_told_is_stable_all_the_way() {
    let bowl = Quadratic::diagonal(vector![4.0]).unwrap();
    let ball = HeavyBall::new(1.3, 0.7).unwrap();
    let problem = Problem::new(ball, bowl, vector![1.0]).until(4000.0);
    fn told<M: FixedStep<f64>>(
        problem: &Problem<Quadratic<Diagonal<f64, Scalar>>, Scalar>,
        method: impl Fn(f64) -> Result<M, Error>,
    ) -> f64 {
        let study = Limit::small_step(problem, IntegratorScheme(&method));
        match study.with_values(&[5.0, 0.1, 0.05]).measure().unwrap_err() {
            Error::Study(StudyError::UnstableStep { advice, .. }) => {
                advice.rsplit(' ').next().unwrap().parse().unwrap()
            }
            other => panic!("{other}"),
        }
    }
    fn grows<M: FixedStep<f64>>(
        problem: &Problem<Quadratic<Diagonal<f64, Scalar>>, Scalar>,
        method: impl Fn(f64) -> Result<M, Error>,
        dt: f64,
    ) -> bool {
        let start = Phase::new(vector![1.0], vector![0.3]);
        let method = method(dt).unwrap();
        let phases = method
            .phases(problem.ball(), problem.potential(), start)
            .unwrap();
        let sizes: Vec<f64> = phases
            .take(20_000)
            .map(|phase| phase.position.norm() + phase.momentum.norm())
            .collect();
        if sizes.len() < 20_000 {
            return true;
        }
        let late = sizes[10_000..]
            .iter()
            .fold(0.0_f64, |most, size| most.max(*size));
        late > 2.0
            * sizes[..10_000]
                .iter()
                .fold(0.0_f64, |most, size| most.max(*size))
    }
    macro_rules! check {
        ($method:expr) => {
            let limit = told(&problem, $method);
            for part in 1..200 {
                assert!(
                    !grows(&problem, $method, limit * f64::from(part) / 200.0),
                    "{limit} {part}"
                );
            }
            assert!(grows(&problem, $method, limit * 1.02), "{limit}");
        };
    }
    check!(|dt| Composition::yoshida6(Leapfrog::new(dt)?));
    check!(|dt| Composition::yoshida8(Leapfrog::new(dt)?));
}

/// Section 8: explicit Euler's limit γ/k, and none where it is too small to be of use.
#[test]
fn explicit_euler_is_told_its_limit_or_none() {
    let advice = |drag: f64, dt: f64| {
        let problem = oscillator(drag, 1.0).until(400.0);
        let study = Limit::small_step(&problem, IntegratorScheme(ExplicitEuler::new));
        match study.with_values(&[dt, 0.01, 0.005]).measure().unwrap_err() {
            Error::Study(StudyError::UnstableStep { advice, .. }) => advice,
            other => panic!("{other}"),
        }
    };
    for drag in [0.0, 1e-8, 1e-6] {
        for dt in [0.5, 0.05] {
            let text = advice(drag, dt);
            assert!(text.contains("no usable step"), "{drag} {dt}: {text}");
        }
    }
    let text = advice(0.1, 0.05);
    let told: f64 = text.rsplit(' ').next().unwrap().parse().unwrap();
    assert!((told - 0.025).abs() < 1e-9, "{told}");
}

type Wide = Quadratic<Diagonal<f64, Dyn>>;

/// Vectors of lengths that do not fit are errors, in every study.
#[test]
fn lengths_that_do_not_fit_are_refused() {
    let bowl: Wide = Quadratic::diagonal(dvector![1.0, 4.0]).unwrap();
    let ball = HeavyBall::new(1.0, 0.5).unwrap();
    let row = Discretization::Obabo;
    let refused = |error: Error| {
        let fits = matches!(
            error,
            Error::Vector(VectorError::DimensionMismatch { .. })
                | Error::Vector(VectorError::Empty { .. })
        );
        assert!(fits, "{error}");
    };
    for length in [0, 1, 3] {
        let start = DVector::from_element(length, 1.0);
        let problem = Problem::new(ball, &bowl, start.clone());
        let two = || Curve::exact(|_| (dvector![0.0, 0.0], dvector![0.0, 0.0]));
        let two = || Reference::curve("two", two());
        let study = Limit::small_step(&problem, OptimizerScheme::momentum(row));
        refused(study.with_reference(two()).measure().unwrap_err());
        let study = Limit::small_step(&problem, IntegratorScheme(Leapfrog::new));
        refused(study.with_reference(two()).measure().unwrap_err());
        let scheme = OptimizerScheme::nesterov(row);
        let modified = Reference::modified_equation(&problem, scheme);
        let study = Limit::small_step(&problem, scheme);
        refused(study.with_reference(modified).measure().unwrap_err());
        for resolution in [Resolution::HighFromPaper, Resolution::Low] {
            let (rule, mu) = (Rule::Momentum, 1.0);
            let method = Accelerated::StronglyConvex { rule, mu };
            let study = Limit::accelerated(method, &bowl, start.clone(), resolution);
            refused(study.measure().unwrap_err());
        }
        let study = Limit::small_rate(Rule::Momentum, 0.5, &bowl, start.clone());
        refused(study.measure().unwrap_err());
        refused(Limit::overdamped(&problem).measure().unwrap_err());
        let flow = CorrectedFlow::overdamped(&bowl, &ball).unwrap();
        refused(flow.start(&start, &start).unwrap_err());
        refused(flow.start(&dvector![1.0, 1.0], &start).unwrap_err());
        let equation = HessianDamped::momentum(&bowl, &Momentum::new(0.1, 0.5).unwrap(), 0.1);
        let equation = equation.unwrap();
        refused(equation.start_velocity(&start, &start).unwrap_err());
        refused(
            equation
                .start_velocity(&dvector![1.0, 1.0], &start)
                .unwrap_err(),
        );
        let flow = SymplecticEulerFlow::new(&bowl, &ball, 0.1, Dyn(2)).unwrap();
        refused(flow.phase(&start).unwrap_err());
        refused(flow.motion(&start).unwrap_err());
    }
    // A curve of another length than the problem's.
    let problem = Problem::new(ball, &bowl, dvector![1.0, 1.0]);
    let short = Curve::exact(|_| (dvector![0.0], dvector![0.0]));
    let study = Limit::small_step(&problem, IntegratorScheme(Leapfrog::new));
    let study = study.with_reference(Reference::curve("short", short));
    refused(study.measure().unwrap_err());
    let thrown = Problem::new(ball, &bowl, dvector![1.0, 1.0]).with_velocity(dvector![1.0]);
    let study = Limit::small_step(&thrown, OptimizerScheme::momentum(row));
    refused(study.measure().unwrap_err());
}

/// Steps without end are refused before they are taken.
#[test]
fn endless_studies_are_refused() {
    let bowl = Quadratic::diagonal(vector![1.0]).unwrap();
    let (rule, mu) = (Rule::Momentum, 1.0);
    let method = Accelerated::StronglyConvex { rule, mu };
    let study = Limit::accelerated(method, &bowl, vector![1.0], Resolution::Low);
    let refused = study.with_halvings(1e-12, 3).measure();
    assert!(
        matches!(refused, Err(Error::Span(SpanError::TooManySteps { .. }))),
        "{refused:?}"
    );
    let ball = HeavyBall::new(1.0, 1.0).unwrap();
    let problem = Problem::new(ball, &bowl, vector![1.0]);
    let study = Limit::overdamped(&problem).with_values(&[1e-2, 1e-4, 1e-9]);
    let refused = study.measure();
    assert!(
        matches!(refused, Err(Error::Span(SpanError::TooManySteps { .. }))),
        "{refused:?}"
    );
}

/// A table reads in its columns what it holds: x and ẋ have orders of their own.
#[test]
fn a_table_shows_both_orders_in_their_places() {
    let potential = from_fn(
        |x: &Vector1<f64>| 2.0 * x.x * x.x,
        |x: &Vector1<f64>| vector![4.0 * x.x],
    );
    let ball = HeavyBall::new(1.0, 0.4).unwrap();
    let problem = Problem::new(ball, potential, vector![1.0])
        .with_velocity(vector![-0.4])
        .until(2.0);
    let scheme = OptimizerScheme::momentum(Discretization::CentralDrag);
    let scheme = scheme.with_reading(heavyball::study::Reading::OneSided);
    let table = Limit::small_step(&problem, scheme)
        .with_halvings(0.02, 5)
        .measure()
        .unwrap();
    let shown = table.to_string();
    let orders: Vec<f64> = ["order in x: ", "order in ẋ: "]
        .iter()
        .map(|label| {
            let rest = shown.split(label).nth(1).unwrap();
            rest.split(' ').next().unwrap().parse().unwrap()
        })
        .collect();
    assert!(
        (orders[0] - 2.0).abs() < 0.05 && (orders[1] - 1.0).abs() < 0.05,
        "{shown}"
    );
    let last = shown
        .lines()
        .find(|line| line.contains("6.2500e-4"))
        .unwrap();
    let cells: Vec<f64> = last
        .split_whitespace()
        .map(|cell| cell.parse().unwrap())
        .collect();
    assert_eq!(cells.len(), 5);
    assert!(
        (cells[2] - 2.0).abs() < 0.05 && (cells[4] - 1.0).abs() < 0.05,
        "{shown}"
    );
    assert!(cells[1] < cells[3] && shown.contains("reference's own error"));
    // A fitted order comes with the standard error of its regression, small on a straight line.
    let fits = [table.position(), table.velocity()].map(|order| order.fit.unwrap());
    assert!(
        fits.iter()
            .all(|fit| fit.standard_error < 0.02 && fit.points == 6)
    );
    assert_eq!(table.position().pairwise.len(), 5);
    assert!(
        table
            .position()
            .pairwise
            .iter()
            .all(|order| order.is_some_and(|order| (order - 2.0).abs() < 0.1))
    );
}
