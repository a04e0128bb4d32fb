//! Δt → 0: what order each row of the mapping has as a solver, from each start, with each reading of ẋ.
//!
//! Derivation (24) gives the rows, (25) the starts and readings; the order is a slope over five halvings, on
//! the oscillator (27) below, at and above critical drag and on a nonlinear force.

use crate::support::oscillators::REGIMES;
use crate::support::smooth::nonlinear;
use crate::support::tables::expect_each;
use heavyball::error::{ParameterError, RunError, SpanError, StudyError};
use heavyball::potentials::Diagonal;
use heavyball::prelude::*;
use heavyball::study::{
    Convergence, Curve, IntegratorScheme, Label, Limit, OptimizerScheme, Reading, Reference,
    Scheme, Start, Visit,
};
use nalgebra::{Const, vector};

type Scalar = Const<1>;
type AnyProblem = Problem<Box<dyn Potential<f64, Scalar>>, Scalar>;

/// Calls `check` with a problem and its own motion: three oscillators in closed form, one nonlinear force.
fn on_every_problem(
    velocity: f64,
    check: impl Fn(&AnyProblem, &dyn Fn() -> Reference<'static, Scalar>),
) {
    for [m, gamma, k] in REGIMES {
        let oscillator = DampedOscillator::new(m, gamma, k).unwrap();
        let bowl: Box<dyn Potential<f64, Scalar>> =
            Box::new(Quadratic::diagonal(vector![k]).unwrap());
        let ball = HeavyBall::new(m, gamma).unwrap();
        let problem = Problem::new(ball, bowl, vector![1.0])
            .with_velocity(vector![velocity])
            .until(2.0);
        let exact = || {
            let path = move |t| {
                let (x, u) = oscillator.at(t, 1.0, velocity);
                (vector![x], vector![u])
            };
            Reference::curve("the closed form", Curve::exact(path))
        };
        check(&problem, &exact);
    }
    let force: Box<dyn Potential<f64, Scalar>> = Box::new(nonlinear());
    let ball = HeavyBall::new(1.3, 0.7).unwrap();
    let problem = Problem::new(ball, force, vector![1.5])
        .with_velocity(vector![velocity])
        .until(2.0);
    let solved = || {
        let own = Problem::new(ball, nonlinear(), vector![1.5])
            .with_velocity(vector![velocity])
            .until(2.0);
        Reference::curve("the ball", Curve::motion(&own).unwrap())
    };
    check(&problem, &solved);
}

/// The table of `scheme` for Δt = 0.01 and five halvings.
fn measure<'p>(
    problem: &'p AnyProblem,
    scheme: impl Scheme<Box<dyn Potential<f64, Scalar>>, Scalar> + 'p,
    reference: Reference<'p, Scalar>,
) -> Convergence {
    let study = Limit::small_step(problem, scheme).with_halvings(0.01, 5);
    study.with_reference(reference).measure().unwrap()
}

/// (24), (25): from the right start each row has its own order in x and ẋ; from the naive start, order 1.
#[test]
fn rows_have_their_order_from_the_right_start_and_order_1_from_the_naive() {
    on_every_problem(-0.4, |problem, own| {
        for row in Discretization::ALL {
            let matched = OptimizerScheme::momentum(row);
            let naive = matched.with_start(Start::Naive);
            expect_each(&measure(problem, matched, own()), row.order(), row.order());
            expect_each(&measure(problem, naive, own()), 1, 1);
        }
    });
}

/// (25): v_k/Δt is a backward difference, of first order whatever the row.
#[test]
fn a_one_sided_velocity_is_first_order() {
    on_every_problem(-0.4, |problem, own| {
        for row in Discretization::ALL {
            let scheme = OptimizerScheme::momentum(row).with_reading(Reading::OneSided);
            expect_each(&measure(problem, scheme, own()), row.order(), 1);
        }
    });
}

/// (23): against its effective particle every row is of order 2 from the right start, 1 from the naive.
#[test]
fn every_row_follows_its_effective_particle_to_second_order() {
    on_every_problem(-0.4, |problem, _| {
        for row in Discretization::ALL {
            let effective = Reference::effective_particle(problem, row);
            let matched = OptimizerScheme::momentum(row);
            let naive = matched.with_start(Start::Naive);
            expect_each(&measure(problem, matched, effective.clone()), 2, 2);
            expect_each(&measure(problem, naive, effective), 1, 1);
        }
    });
}

/// (25), from rest: v₀ = 0 is order 1 against X(t), the row's own order against X(t + Δt/2), and order 2
/// there for the effective particle.
#[test]
fn a_rest_start_is_half_a_step_early() {
    on_every_problem(0.0, |problem, own| {
        for row in Discretization::ALL {
            let rest = OptimizerScheme::momentum(row).with_start(Start::Rest);
            let early = rest.with_start(Start::RestHalfStepEarly);
            expect_each(&measure(problem, rest, own()), 1, 1);
            expect_each(&measure(problem, early, own()), row.order(), row.order());
            let effective = Reference::effective_particle(problem, row);
            expect_each(&measure(problem, early, effective), 2, 2);
        }
    });
}

/// (18): Nesterov's rule is of order 1 under every row, from the right start too.
#[test]
fn nesterov_is_first_order_under_every_row() {
    on_every_problem(-0.4, |problem, own| {
        for row in Discretization::ALL {
            let study = Limit::small_step(problem, OptimizerScheme::nesterov(row));
            let study = study.with_halvings(0.002, 5).with_reference(own());
            expect_each(&study.measure().unwrap(), 1, 1);
        }
    });
}

/// (13), (30): the integrators in x and in p/m.
#[test]
fn integrators_have_the_order_they_state() {
    fn check<M: FixedStep<f64>>(new: impl Fn(f64) -> Result<M, Error>, coarsest: f64) {
        let order = new(1.0).unwrap().properties().order;
        let scheme = IntegratorScheme(new);
        on_every_problem(-0.4, |problem, own| {
            let study = Limit::small_step(problem, &scheme).with_halvings(coarsest, 4);
            expect_each(
                &study.with_reference(own()).measure().unwrap(),
                order,
                order,
            );
        });
    }
    check(ExplicitEuler::new, 0.002);
    check(SymplecticEuler::new, 0.005);
    check(DriftKickEuler::new, 0.005);
    check(ConformalEuler::new, 0.005);
    check(Leapfrog::new, 0.02);
    check(CentralLeapfrog::new, 0.02);
    check(|dt| Composition::yoshida4(Leapfrog::new(dt)?), 0.04);
    check(|dt| Composition::suzuki4(Leapfrog::new(dt)?), 0.04);
}

/// How three frameworks write the loop, each with the state it keeps between iterations.
#[derive(Clone, Copy)]
enum Framework {
    /// b = μb + g, x −= lr·b.
    PyTorch,
    /// t = g + μt, x += −lr·t.
    Optax,
    /// w = μw − lr·g, x += w.
    Keras,
}

impl Scheme<Box<dyn Potential<f64, Scalar>>, Scalar> for Framework {
    fn name(&self) -> Label {
        Label::default()
    }

    fn start(&self) -> Label {
        Label::default()
    }

    fn run(
        &self,
        problem: &AnyProblem,
        dt: f64,
        steps: usize,
        visit: &mut Visit<'_, Scalar>,
    ) -> Result<(), Error> {
        let (row, ball) = (Discretization::CentralDrag, problem.ball());
        let (lr, mu) = row.coefficients(ball, dt)?;
        let mut gradient = vector![0.0];
        let mut x = problem.start().position;
        let u = ball.velocity(&problem.start());
        problem.potential().gradient(&x, &mut gradient);
        let v = row.start_velocity(ball, dt, &u, &gradient)?;
        let mut buffer = match self {
            Self::PyTorch | Self::Optax => -v / lr,
            Self::Keras => v,
        };
        let mut before = x - v;
        for k in 0..=steps {
            let here = x;
            problem.potential().gradient(&x, &mut gradient);
            match self {
                Self::PyTorch => {
                    buffer = mu * buffer + gradient;
                    x -= lr * buffer;
                }
                Self::Optax => {
                    buffer = gradient + mu * buffer;
                    x += -lr * buffer;
                }
                Self::Keras => {
                    buffer = mu * buffer - lr * gradient;
                    x += buffer;
                }
            }
            visit(k, k as f64 * dt, &(here, (x - before) / (2.0 * dt)))?;
            before = here;
        }
        Ok(())
    }

    fn growth(&self, _: &HeavyBall, _: f64, _: f64) -> Option<f64> {
        None
    }
}

/// (24), (25): the loop of PyTorch, Optax and Keras, mapped by `CentralDrag` and its buffer started right,
/// is a second-order solver of the heavy-ball equation.
#[test]
fn the_loop_of_every_framework_is_a_second_order_solver() {
    for framework in [Framework::PyTorch, Framework::Optax, Framework::Keras] {
        on_every_problem(-0.4, |problem, own| {
            expect_each(&measure(problem, framework, own()), 2, 2);
        });
    }
}

/// The reference problem's published end: x(2), u(2), from mpmath.
#[test]
#[allow(clippy::excessive_precision, reason = "as printed by mpmath")]
fn the_reference_is_right_to_1e_12() {
    let ball = HeavyBall::new(1.3, 0.7).unwrap();
    let problem = Problem::new(ball, nonlinear(), vector![1.5])
        .with_velocity(vector![-0.4])
        .until(2.0);
    let curve = Curve::motion(&problem).unwrap();
    let (x, u) = curve.at(2.0).unwrap();
    assert!((x.x + 0.929_351_279_628_556_66).abs() < 1e-12);
    assert!((u.x + 0.576_333_378_450_334_55).abs() < 1e-12);
    assert!(curve.error().position < 1e-11 && curve.error().position > 0.0);
}

fn oscillator(drag: f64) -> Problem<Quadratic<Diagonal<f64, Scalar>>, Scalar> {
    let bowl = Quadratic::diagonal(vector![4.0]).unwrap();
    Problem::new(HeavyBall::new(1.0, drag).unwrap(), bowl, vector![1.0]).until(400.0)
}

/// The largest stable steps on curvature k, section 8, each named by the error of a step above it.
#[test]
fn an_unstable_step_is_refused_with_its_limit() {
    let (gamma, k) = (0.4_f64, 4.0_f64);
    let root = (gamma * gamma + 4.0 * k).sqrt();
    let problem = oscillator(gamma);
    let check = |scheme: &dyn Scheme<_, Scalar>, limit: f64| {
        let study = Limit::small_step(&problem, scheme);
        let study = study.with_values(&[limit * 1.05, 0.1, 0.05]);
        match study.measure().unwrap_err() {
            Error::Study(StudyError::UnstableStep {
                dt,
                curvature,
                growth,
                advice,
                ..
            }) => {
                assert_eq!((dt, curvature), (limit * 1.05, k));
                assert!(growth > 1.0);
                let told: f64 = advice.rsplit(' ').next().unwrap().parse().unwrap();
                assert!((told - limit).abs() < 1e-9, "{told} for {limit}");
            }
            other => panic!("{other}"),
        }
    };
    let momentum = OptimizerScheme::momentum;
    check(
        &momentum(Discretization::ExplicitDrag),
        4.0 / (gamma + root),
    );
    check(
        &momentum(Discretization::ImplicitDrag),
        4.0 / (root - gamma),
    );
    check(&momentum(Discretization::Obabo), 1.0);
    check(
        &IntegratorScheme(SymplecticEuler::new),
        4.0 / (gamma + root),
    );
    check(&IntegratorScheme(Leapfrog::new), 1.0);
    check(&IntegratorScheme(ExplicitEuler::new), gamma / k);
}

#[test]
fn explicit_euler_without_drag_has_no_stable_step() {
    let problem = oscillator(0.0);
    let study = Limit::small_step(&problem, IntegratorScheme(ExplicitEuler::new));
    let error = study.with_values(&[0.5, 0.25, 0.125]).measure();
    let error = error.unwrap_err();
    assert!(
        matches!(&error, Error::Study(StudyError::UnstableStep { growth, advice, .. }) if *growth > 1.0 && advice.contains("no usable step")),
        "{error:?}"
    );
    // Over a short span its growth is mild, and its order is 1.
    let problem = oscillator(0.0).until(1.0);
    let study = Limit::small_step(&problem, IntegratorScheme(ExplicitEuler::new));
    let table = study.with_halvings(1e-3, 4).measure();
    expect_each(&table.unwrap(), 1, 1);
}

#[test]
fn a_study_refuses_what_shows_no_order() {
    let problem = oscillator(0.4).until(2.0);
    let scheme = IntegratorScheme(Leapfrog::new);
    let refused = |study: Limit<'_, Scalar>| study.measure().unwrap_err();
    let of = || Limit::small_step(&problem, scheme);
    assert_eq!(
        refused(of().with_values(&[0.1, 0.05])),
        Error::Study(StudyError::TooFewSteps {
            name: "dt",
            found: 2
        })
    );
    assert_eq!(
        refused(of().with_values(&[0.1, 0.05, 0.1])),
        Error::Study(StudyError::RepeatedStep {
            name: "dt",
            value: 0.1
        })
    );
    for bad in [0.0, -0.1, f64::NAN, f64::INFINITY] {
        let error = refused(of().with_values(&[0.1, bad, 0.05]));
        assert!(
            matches!(
                error,
                Error::Parameter(ParameterError::NotPositive { name: "dt", .. })
            ),
            "{error}"
        );
    }
    let error = refused(of().with_values(&[0.1, 0.05, 1e-300]));
    assert!(
        matches!(error, Error::Span(SpanError::TooManySteps { .. })),
        "{error}"
    );
    let backward = oscillator(0.4).until(-1.0);
    let error = refused(Limit::small_step(&backward, scheme).with_values(&[0.1, 0.05, 0.02]));
    assert!(
        matches!(
            error,
            Error::Parameter(ParameterError::NotPositive { name: "span", .. })
        ),
        "{error}"
    );
}

/// A reference solved to 1e-13 cannot judge a method of order 8 at fine steps.
#[test]
fn a_reference_less_accurate_than_the_finest_error_is_refused() {
    let problem = oscillator(0.4).until(2.0);
    let scheme = IntegratorScheme(|dt| Composition::yoshida8(Leapfrog::new(dt)?));
    let study = Limit::small_step(&problem, scheme).with_halvings(0.1, 4);
    let error = study.measure();
    match error.unwrap_err() {
        Error::Study(StudyError::ReferenceTooCoarse {
            reference, error, ..
        }) => assert!(reference >= error && reference < 1e-10),
        other => panic!("{other}"),
    }
}

#[test]
fn a_run_that_diverges_is_an_error_with_its_step() {
    let problem =
        Problem::new(HeavyBall::new(1.0, 0.1).unwrap(), Quartic, vector![-9.0]).until(9.0);
    let exact = Reference::curve("nothing", Curve::exact(|_| (vector![0.0], vector![0.0])));
    let scheme = OptimizerScheme::momentum(Discretization::Obabo);
    let error = Limit::small_step(&problem, scheme)
        .with_values(&[1.0, 0.5, 0.25])
        .with_reference(exact)
        .measure();
    assert!(
        matches!(error, Err(Error::Run(RunError::Diverged { step: 2.., .. }))),
        "{error:?}"
    );
}

#[test]
fn a_rest_start_needs_a_problem_at_rest() {
    let problem = oscillator(0.4).with_velocity(vector![-0.5]).until(2.0);
    let scheme = OptimizerScheme::momentum(Discretization::Obabo).with_start(Start::Rest);
    let error = Limit::small_step(&problem, scheme).measure().unwrap_err();
    assert_eq!(error, Error::Study(StudyError::NotAtRest { speed: 0.5 }));
}

/// (x, ẋ) = (h, h) at the end only, 1 before: what the two choices of times see.
#[test]
fn the_times_that_count_can_be_chosen() {
    struct Late;
    impl<P> Scheme<P, Scalar> for Late {
        fn name(&self) -> Label {
            "late, but right".into()
        }
        fn start(&self) -> Label {
            "any".into()
        }
        fn run(
            &self,
            _: &Problem<P, Scalar>,
            dt: f64,
            steps: usize,
            visit: &mut Visit<'_, Scalar>,
        ) -> Result<(), Error> {
            for k in 0..=steps {
                let error = if k == steps { dt } else { 1.0 };
                visit(k, k as f64 * dt, &(vector![error], vector![error]))?;
            }
            Ok(())
        }
        fn growth(&self, _: &HeavyBall, _: f64, _: f64) -> Option<f64> {
            None
        }
    }
    let problem = oscillator(0.4).until(1.0);
    let study = || {
        let exact = Reference::curve("zero", Curve::exact(|_| (vector![0.0], vector![0.0])));
        let study = Limit::small_step(&problem, Late).with_halvings(0.25, 3);
        study.with_reference(exact)
    };
    let errors = |study: Limit<'_, Scalar>| -> Vec<f64> {
        let table = study.measure().unwrap();
        table.rows().iter().map(|row| row.error.position).collect()
    };
    assert_eq!(errors(study()), [1.0; 4]);
    assert_eq!(
        errors(study().with_error_at_end()),
        [0.25, 0.125, 0.0625, 0.03125]
    );
    assert_eq!(
        errors(study().with_errors_since(0.9)),
        [0.25, 0.125, 1.0, 1.0]
    );

    let csv = study().with_error_at_end().measure().unwrap().to_csv();
    let lines: Vec<_> = csv.lines().collect();
    assert_eq!(lines.len(), 5);
    assert_eq!(
        lines[0],
        "study,method,start,dt,error_position,error_velocity"
    );
    assert!(lines[1].starts_with("Δt → 0 against zero,\"late, but right\",any,2.5"));
}

#[test]
fn progress_is_told_after_each_run() {
    let problem = oscillator(0.4).until(1.0);
    let told = std::cell::RefCell::new(Vec::new());
    Limit::small_step(&problem, IntegratorScheme(Leapfrog::new))
        .with_halvings(0.1, 3)
        .with_progress(|done, all| told.borrow_mut().push((done, all)))
        .measure()
        .unwrap();
    assert_eq!(told.into_inner(), [(1, 4), (2, 4), (3, 4), (4, 4)]);
}
