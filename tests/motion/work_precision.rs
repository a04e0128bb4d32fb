//! What accuracy costs: gradients are counted, budgets are kept, errors fall with the order of the method.
//!
//! Derivation (4) is the equation, (27) the closed form of its oscillator; (8), (13), (16), (28), (31), (32) the methods.

use crate::support::even::slope_of_even_expansion;
use crate::support::slope::{is_order, slope};
use heavyball::error::{ParameterError, RunError, SolverError, SpanError, StudyError};
use heavyball::potentials::Diagonal;
use heavyball::prelude::*;
use heavyball::study::work_precision::{
    Family, Integrator, Outcome, Parameter, Work, efficiency_csv,
};
use heavyball::study::{Curve, Distance, IntegratorScheme, WorkPrecision};
use nalgebra::{Const, Vector1, vector};
use std::collections::BTreeSet;
use std::f64::consts::TAU;
use std::path::{Path, PathBuf};

type Line = Const<1>;
type Bowl = Quadratic<Diagonal<f64, Line>>;

/// mẍ = −kx − γẋ from (x₀, u₀) until a time, with its closed form (27).
#[derive(Clone, Copy)]
struct Oscillation {
    mass: f64,
    drag: f64,
    stiffness: f64,
    start: (f64, f64),
    until: f64,
}

impl Oscillation {
    fn problem(&self) -> Problem<Bowl, Line> {
        let ball = HeavyBall::new(self.mass, self.drag).unwrap();
        let bowl = Quadratic::diagonal(vector![self.stiffness]).unwrap();
        Problem::new(ball, bowl, vector![self.start.0])
            .with_velocity(vector![self.start.1])
            .until(self.until)
    }

    fn curve(self) -> Curve<'static, Line> {
        let exact = DampedOscillator::new(self.mass, self.drag, self.stiffness).unwrap();
        Curve::exact(move |t| {
            let (x, u) = exact.at(t, self.start.0, self.start.1);
            (vector![x], vector![u])
        })
    }
}

/// The underdamped motion of tests/motion/orders.rs.
const DAMPED: Oscillation = Oscillation {
    mass: 1.3,
    drag: 1.3,
    stiffness: 1.3,
    start: (1.0, 0.3),
    until: 3.0,
};

/// ẍ = −x from (1, 0) over a hundred periods.
const UNDAMPED: Oscillation = Oscillation {
    mass: 1.0,
    drag: 0.0,
    stiffness: 1.0,
    start: (1.0, 0.0),
    until: 100.0 * TAU,
};

/// Orders, and gradients a step, as the literature has them.
const FIXED_STEPS: [(Integrator, usize, usize); 10] = [
    (Integrator::ExplicitEuler, 1, 1),
    (Integrator::SymplecticEuler, 1, 1),
    (Integrator::DriftKickEuler, 1, 1),
    (Integrator::ConformalEuler, 1, 1),
    (Integrator::Leapfrog, 2, 1),
    (Integrator::CentralLeapfrog, 2, 1),
    (Integrator::Yoshida4, 4, 3),
    (Integrator::Suzuki4, 4, 5),
    (Integrator::Yoshida6, 6, 7),
    (Integrator::Yoshida8, 8, 15),
];

/// (8) to (32): the count of a run is that of its steps times the gradients a step, a shorter last step included, and
/// for every method what its trajectory says.
#[test]
fn gradients_are_counted_as_they_are_declared() {
    let problem = DAMPED.problem();
    let study = WorkPrecision::new(&problem).with_reference(DAMPED.curve());
    for (integrator, order, gradients) in FIXED_STEPS {
        let declared = Parameter::Step { order, gradients };
        assert_eq!(integrator.parameter(), Ok(declared), "{integrator}");
        // 3 is 42 steps of 0.07 and one of 0.06.
        for (dt, steps) in [(0.1, 30), (0.07, 43)] {
            let run = study.run(&integrator, dt).unwrap();
            assert_eq!(run.gradients, steps * gradients, "{integrator}");
        }
    }
    for integrator in Integrator::ALL {
        for parameter in [1e-2, 1e-4, 1e-7] {
            let counted = study.run(&integrator, parameter).map(|run| run.gradients);
            let solved = integrator.solve(&problem, parameter);
            assert_eq!(
                counted,
                solved.map(|run| run.gradients()),
                "{integrator} {parameter}"
            );
        }
    }
}

/// The gradients that reach the potential are the count, whoever counts.
#[test]
fn the_potential_sees_the_gradients_that_are_counted() {
    let seen = std::cell::Cell::new(0);
    let bowl = from_fn(
        |x: &Vector1<f64>| x.x * x.x / 2.0,
        |x: &Vector1<f64>| {
            seen.set(seen.get() + 1);
            vector![x.x]
        },
    );
    let ball = HeavyBall::new(1.0, 0.2).unwrap();
    let problem = Problem::new(ball, bowl, vector![1.0]).until(5.0);
    let exact = Curve::exact(|t| {
        let (x, u) = DampedOscillator::new(1.0, 0.2, 1.0)
            .unwrap()
            .at(t, 1.0, 0.0);
        (vector![x], vector![u])
    });
    let study = WorkPrecision::new(&problem)
        .with_reference(exact)
        .with_repetitions(1);
    for integrator in Integrator::ALL {
        let run = study.run(&integrator, 1e-3).unwrap();
        seen.set(0);
        integrator.solve(&problem, 1e-3).unwrap();
        assert_eq!(run.gradients, seen.get(), "{integrator}");
    }
}

/// What follows `before` on each line of the source that has it, up to the first character that ends a name.
fn names(source: &str, before: &str) -> Vec<String> {
    let name = |line: &str| {
        let rest = line.split_once(before)?.1;
        let end = rest
            .find(|c: char| !c.is_alphanumeric())
            .unwrap_or(rest.len());
        Some(rest[..end].to_owned())
    };
    source.lines().filter_map(name).collect()
}

/// The files of a folder and of those in it.
fn sources(folder: &Path) -> Vec<String> {
    let entries = std::fs::read_dir(folder).unwrap();
    let paths = entries.map(|entry| entry.unwrap().path());
    let read = |path: PathBuf| {
        if path.is_dir() {
            sources(&path)
        } else {
            vec![std::fs::read_to_string(path).unwrap()]
        }
    };
    paths.flat_map(read).collect()
}

/// Every `impl FixedStep` and every method with the settings of the adaptive ones is in the list, a composition once for each constructor.
#[test]
fn every_integrator_of_the_crate_is_in_the_list() {
    let (mut fixed, mut adaptive) = (BTreeSet::new(), BTreeSet::new());
    for source in sources(Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/src"))) {
        for method in names(&source, " FixedStep<T> for ") {
            if method == "Composition" {
                fixed.extend(names(&source, "Self::with_weights(base, \""));
            } else {
                fixed.insert(method);
            }
        }
        adaptive.extend(names(&source, "control_settings!("));
    }
    let listed = |integrators: &[Integrator]| -> BTreeSet<String> {
        integrators.iter().map(Family::name).collect()
    };
    assert_eq!(fixed.len(), 10, "{fixed:?}");
    assert_eq!(adaptive.len(), 5, "{adaptive:?}");
    assert_eq!(listed(&Integrator::FIXED_STEP), fixed);
    assert_eq!(listed(&Integrator::ADAPTIVE), adaptive);
    let all = Integrator::FIXED_STEP.iter().chain(&Integrator::ADAPTIVE);
    assert!(all.eq(&Integrator::ALL));
}

/// The steps at the coarse end of four halvings, and whether the fit needs the even powers after the first: as in tests/motion/orders.rs.
fn window(order: usize) -> (usize, bool) {
    match order {
        1 => (800, false),
        2 => (40, false),
        4 => (20, false),
        6 => (7, true),
        _ => (4, true),
    }
}

/// (8), (13), (16), (28), (31), (32): the error falls like the gradients to the power −order, in x and in ẋ.
#[test]
fn errors_fall_with_the_gradients_at_the_order_of_the_method() {
    let problem = DAMPED.problem();
    for (integrator, order, gradients) in FIXED_STEPS {
        let (coarsest, even) = window(order);
        let parts = if even { 4 } else { 1 };
        let budget = |part: u32| {
            let refinement = (f64::from(part) / f64::from(parts)).exp2();
            gradients * (coarsest as f64 * refinement).round() as usize
        };
        let budgets: Vec<_> = (0..=4 * parts).map(budget).collect();
        let study = WorkPrecision::new(&problem).with_reference(DAMPED.curve());
        let study = study
            .with_budgets(&budgets)
            .with_error_at_end()
            .with_repetitions(1);
        let table = study.measure(&integrator).unwrap();
        assert!(table.runs.iter().map(|run| run.gradients).eq(budgets));
        for component in [|e: &Distance| e.position, |e: &Distance| e.velocity] {
            let point = |run: &Work| {
                let step = DAMPED.until * gradients as f64 / run.gradients as f64;
                (step, component(&run.outcome.error()))
            };
            let points: Vec<_> = table.runs.iter().map(point).collect();
            // The slope over 1/gradients, and so minus that over the gradients.
            let observed = match even {
                true => slope_of_even_expansion(&points).unwrap(),
                false => slope(&points),
            };
            println!("{integrator}: {observed:.3}");
            assert!(
                is_order(observed, order),
                "{integrator}: {observed}\n{table}"
            );
        }
    }
}

/// The largest distance of (x, u) after n steps from (cos nh, −sin nh).
fn largest(steps: usize, h: f64, found: impl Fn(f64) -> (f64, f64)) -> Distance {
    let mut largest = Distance::default();
    for n in 0..=steps {
        let ((x, u), (sine, cosine)) = (found(n as f64), (n as f64 * h).sin_cos());
        largest.position = largest.position.max((x - cosine).abs());
        largest.velocity = largest.velocity.max((u + sine).abs());
    }
    largest
}

/// (29) on ẍ = −x from (1, 0), 2 sin(θ/2) = h: leapfrog is at (cos nθ, −sin nθ/cos(θ/2)), symplectic Euler at
/// (cos(nθ + θ/2), −sin nθ)/cos(θ/2), explicit Euler at (1 + h²)^(n/2)(cos nφ, −sin nφ) with tan φ = h. At equal gradients over
/// a hundred periods the first two keep their phase to 2nd order, and explicit Euler is lost.
#[test]
fn over_a_hundred_periods_errors_are_those_of_the_exact_discrete_motion() {
    let problem = UNDAMPED.problem();
    let study = WorkPrecision::new(&problem).with_reference(UNDAMPED.curve());
    for steps in [10_000, 40_000] {
        let ranking = study.at_equal_gradients(steps, &Integrator::ALL).unwrap();
        let outcome = |integrator: Integrator| {
            let mut places = ranking.places().iter();
            let place = places
                .find(|place| place.method == integrator.name())
                .unwrap();
            place.run.outcome.clone()
        };
        let h = UNDAMPED.until / steps as f64;
        let theta = 2.0 * (h / 2.0).asin();
        let (wide, radius, phi) = ((theta / 2.0).cos(), h.hypot(1.0), h.atan());
        let leapfrog = largest(steps, h, |n| ((n * theta).cos(), -(n * theta).sin() / wide));
        let symplectic = largest(steps, h, |n| {
            (
                (n * theta + theta / 2.0).cos() / wide,
                -(n * theta).sin() / wide,
            )
        });
        let explicit = largest(steps, h, |n| {
            let grown = (n * radius.ln()).exp();
            (grown * (n * phi).cos(), -grown * (n * phi).sin())
        });
        for (integrator, expected) in [
            (Integrator::Leapfrog, Outcome::Measured(leapfrog)),
            // Without drag the two are one, and so are the two below.
            (Integrator::CentralLeapfrog, Outcome::Measured(leapfrog)),
            (Integrator::SymplecticEuler, Outcome::Measured(symplectic)),
            (Integrator::ConformalEuler, Outcome::Measured(symplectic)),
            (Integrator::ExplicitEuler, Outcome::Lost(explicit)),
        ] {
            let found = outcome(integrator);
            assert_eq!(found.is_measured(), expected.is_measured(), "{integrator}");
            let (found, expected) = (found.error(), expected.error());
            let close = |a: f64, b: f64| (a / b - 1.0).abs() < 1e-7;
            assert!(
                close(found.position, expected.position)
                    && close(found.velocity, expected.velocity),
                "{integrator} {found:?} {expected:?}"
            );
        }
        // Beyond twice the extent of x, from 1 to −1.
        assert!(explicit.position > 4.0);
        assert_eq!(ranking.places().last().unwrap().method, "ExplicitEuler");
    }
}

/// (29): leapfrog's x² + (1 − h²/4)u² is constant, so that its energy ½(x² + u²) errs by (h²/8)u² and
/// never by more than (h²/8)/(1 − h²/4); Rk45 at the same gradients loses the same part of its energy every period.
#[test]
fn the_energy_error_of_leapfrog_is_bounded_and_that_of_rk45_grows_linearly() {
    let budget = 20_000;
    let shorter = UNDAMPED.problem();
    let study = WorkPrecision::new(&shorter).with_reference(UNDAMPED.curve());
    let parameter = |integrator| study.parameter_within(&integrator, budget).unwrap();
    let (h, tolerance) = (parameter(Integrator::Leapfrog), parameter(Integrator::Rk45));
    let errors = |integrator: Integrator, parameter: f64, periods: f64| -> Vec<f64> {
        let problem = UNDAMPED.problem().until(periods * TAU);
        let run = integrator.solve(&problem, parameter).unwrap();
        let energies = run.energies(problem.potential()).unwrap();
        energies.iter().map(|energy| energy - 0.5).collect()
    };
    let bound = h * h / 8.0 / (1.0 - h * h / 4.0);
    for periods in [100.0, 200.0] {
        let errors = errors(Integrator::Leapfrog, h, periods);
        let (least, most) = errors
            .iter()
            .fold((0.0_f64, 0.0_f64), |(low, high), error| {
                (low.min(*error), high.max(*error))
            });
        assert!(least > -1e-12, "{least:e}");
        assert!((most / bound - 1.0).abs() < 1e-3, "{most:e} {bound:e}");
    }
    let drift = |periods| *errors(Integrator::Rk45, tolerance, periods).last().unwrap();
    let (once, twice) = (drift(100.0), drift(200.0));
    println!("Rk45 at {tolerance:e}: {once:e}, {twice:e}");
    assert!(once < 0.0 && (twice / once - 2.0).abs() < 0.01);
}

/// Equal gradients: no method is over the budget, a fixed step is within a step of it, and an adaptive method is at a
/// tolerance whose neighbour is over it.
#[test]
fn a_budget_is_kept_and_used() {
    let damped = Oscillation {
        drag: 0.2,
        ..UNDAMPED
    };
    let problem = damped.problem().until(60.0);
    let study = WorkPrecision::new(&problem)
        .with_reference(damped.curve())
        .with_repetitions(1);
    for budget in [1000, 1050, 4321] {
        let ranking = study.at_equal_gradients(budget, &Integrator::ALL).unwrap();
        assert_eq!((ranking.budget(), ranking.places().len()), (budget, 15));
        for place in ranking.places() {
            let used = place.run.gradients;
            assert!(used <= budget, "{}: {used}", place.method);
            if let Parameter::Step { gradients, .. } = place.parameter {
                assert_eq!(used, budget / gradients * gradients, "{}", place.method);
            }
        }
        for integrator in Integrator::ADAPTIVE {
            let tolerance = study.parameter_within(&integrator, budget).unwrap();
            // The number of gradients rises as the tolerance falls, but not at every step of the way.
            let exceeds = |part: f64| {
                let tighter = study.run(&integrator, tolerance * (1.0 - part)).unwrap();
                tighter.gradients > budget
            };
            // The tightest tolerance that is tried may still be within the budget.
            let is_tightest = tolerance <= 1.000_001e-14;
            let is_used = [1e-6, 1e-3, 0.2, 0.7].into_iter().any(exceeds);
            assert!(is_used || is_tightest, "{integrator} {tolerance:e}");
        }
        let errors = ranking
            .places()
            .iter()
            .map(|place| place.run.outcome.error().position);
        assert!(errors.is_sorted(), "{ranking}");
    }
}

fn table_of(runs: &[(usize, Outcome)]) -> heavyball::study::work_precision::Efficiency {
    let run = |(gradients, outcome): &(usize, Outcome)| Work {
        parameter: 1.0 / *gradients as f64,
        gradients: *gradients,
        seconds: 1.0,
        outcome: outcome.clone(),
    };
    heavyball::study::work_precision::Efficiency {
        problem: "a, b".into(),
        method: "\"x\"".into(),
        parameter: Parameter::Step {
            order: 3,
            gradients: 1,
        },
        runs: runs.iter().map(run).collect(),
    }
}

fn both(error: f64) -> Distance {
    Distance {
        position: error,
        velocity: 8.0 * error,
    }
}

/// e = g⁻³ in x and 8g⁻³ in ẋ: 10^a gradients for 10^(−3a), twice as many in ẋ; nothing beyond the table or beside a lost run.
#[test]
fn gradients_for_an_error_lie_on_the_power_law() {
    let law = |gradients: usize| Outcome::Measured(both((gradients as f64).powi(-3)));
    let table = table_of(&[
        (4, Outcome::Lost(both(0.3))),
        (8, law(8)),
        (16, law(16)),
        (64, law(64)),
        (128, law(128)),
    ]);
    let x = |error| table.gradients_for(error, |distance| distance.position);
    let u = |error| table.gradients_for(error, |distance| distance.velocity);
    let close = |found: Option<f64>, expected: f64| (found.unwrap() / expected - 1.0).abs() < 1e-12;
    for gradients in [9.0_f64, 16.0, 30.0, 100.0, 127.0] {
        assert!(close(x(gradients.powi(-3)), gradients), "{gradients}");
        assert!(close(u(8.0 * gradients.powi(-3)), gradients), "{gradients}");
    }
    assert_eq!(x(7.0_f64.powi(-3)), None);
    assert_eq!(x(129.0_f64.powi(-3)), None);
    assert_eq!(x(f64::NAN), None);
    assert_eq!(x(-1.0), None);
    // An error that rises again is reached where it falls for the last time.
    let table = table_of(&[(1, law(8)), (8, law(2)), (64, law(4)), (512, law(512))]);
    let found = table.gradients_for(4.5_f64.powi(-3), |distance| distance.position);
    assert!(found.unwrap() > 64.0);
}

/// A quartic overflows at a coarse step, and the fine ones are measured all the same; an error beyond the motion's size is lost;
/// a stiff run says so.
#[test]
fn runs_that_diverge_are_rows_and_not_errors() {
    let ball = HeavyBall::new(1.0, 0.1).unwrap();
    let problem = Problem::new(ball, Quartic, vector![-0.5]).until(9.0);
    let study = WorkPrecision::new(&problem).with_budgets(&[15, 45, 1000, 10_000]);
    let table = study.measure(&Integrator::ExplicitEuler).unwrap();
    let [overflown, lost, .., fine] = table.runs.as_slice() else {
        panic!("{table}");
    };
    assert!(
        matches!(
            overflown.outcome,
            Outcome::Failed(Error::Run(RunError::Diverged { .. }))
        ),
        "{table}"
    );
    assert!(
        matches!(lost.outcome, Outcome::Failed(_) | Outcome::Lost(_)),
        "{table}"
    );
    assert!(fine.outcome.is_measured(), "{table}");
    assert!(table.to_string().contains("diverged"));
    assert!(
        efficiency_csv(&[table])
            .lines()
            .nth(1)
            .unwrap()
            .ends_with(",inf,inf")
    );

    // (1 + h²)^(N/2) with N = 1000 and h = 2π/10 is e^166: lost, and finite.
    let problem = UNDAMPED.problem();
    let study = WorkPrecision::new(&problem).with_reference(UNDAMPED.curve());
    let run = study.run(&Integrator::ExplicitEuler, TAU / 10.0).unwrap();
    let Outcome::Lost(error) = run.outcome else {
        panic!("{run:?}");
    };
    let growth = 500.0 * (TAU * TAU / 100.0).ln_1p();
    assert!((error.position.ln() / growth - 1.0).abs() < 0.01);

    let light = HeavyBall::new(1e-4, 1.0).unwrap();
    let problem = Problem::new(light, DoubleWell, vector![0.5, 1.0]).until(2.0);
    let here = Curve::exact(|_| (vector![0.5, 1.0], vector![1.0, 1.0]));
    let study = WorkPrecision::new(&problem).with_reference(here);
    let run = study.run(&Integrator::Dop853, 1e-12).unwrap();
    assert!(
        matches!(
            run.outcome,
            Outcome::Failed(Error::Solver(SolverError::Stiff { .. }))
        ),
        "{run:?}"
    );
    assert_eq!(run.outcome.error().position, f64::INFINITY);
}

/// Against x = 1 − a(1 − cos t)/2, u = −(b/2) sin t, which reach a and b/2, the unit oscillator errs by 2 − a and 1 − b/2:
/// more than twice as much for a or b below 2/3.
#[test]
fn a_run_is_lost_beyond_twice_the_extent_of_the_motion() {
    let problem = UNDAMPED.problem().until(TAU);
    let is_measured = |a: f64, b: f64| {
        let narrow = Curve::exact(move |t: f64| {
            let x = 1.0 - a * (1.0 - t.cos()) / 2.0;
            (vector![x], vector![-b / 2.0 * t.sin()])
        });
        let study = WorkPrecision::new(&problem).with_reference(narrow);
        let run = study.run(&Integrator::Yoshida8, TAU / 100.0).unwrap();
        run.outcome.is_measured()
    };
    assert!(is_measured(0.67, 0.67));
    assert!(!is_measured(0.66, 0.67));
    assert!(!is_measured(0.67, 0.66));
}

/// The unit oscillator against x = 1 − t, u = −1: the largest error is not the last.
#[test]
fn the_error_at_the_end_is_that_of_the_last_step() {
    let problem = UNDAMPED.problem().until(TAU / 4.0);
    let swung = || Curve::exact(|t: f64| (vector![1.0 - t], vector![-1.0]));
    let run = |study: WorkPrecision<'_, _, _>| {
        study
            .run(&Integrator::Yoshida8, TAU / 400.0)
            .unwrap()
            .outcome
            .error()
    };
    let whole = run(WorkPrecision::new(&problem).with_reference(swung()));
    let end = run(WorkPrecision::new(&problem)
        .with_reference(swung())
        .with_error_at_end());
    // cos t − (1 − t) grows to π/2 − 1; 1 − sin t falls from 1 to 0.
    assert!((whole.position - (TAU / 4.0 - 1.0)).abs() < 1e-9);
    assert!((end.position - whole.position).abs() < 1e-12);
    assert!((whole.velocity - 1.0).abs() < 1e-12 && end.velocity < 1e-9);
}

/// Against the problem's own motion, which says how wrong it may be, the errors are those against the closed form.
#[test]
fn the_own_motion_serves_as_reference() {
    let problem = DAMPED.problem();
    let own = WorkPrecision::new(&problem).with_tolerances(&[1e-4, 1e-6, 1e-8]);
    let exact = WorkPrecision::new(&problem).with_reference(DAMPED.curve());
    let table = own.measure(&Integrator::Rk45).unwrap();
    for run in &table.runs {
        let found = run.outcome.error().position;
        let expected = exact.run(&Integrator::Rk45, run.parameter).unwrap();
        assert!((found - expected.outcome.error().position).abs() < 1e-12);
    }
    let any = IntegratorScheme(|dt| Composition::yoshida4(CentralLeapfrog::new(dt)?));
    let table = own.with_doublings(30, 3).measure(&any).unwrap();
    assert_eq!(table.method, "Yoshida4");
    assert!(
        table
            .runs
            .iter()
            .map(|run| run.gradients)
            .eq([30, 60, 120, 240])
    );
    assert!(
        table
            .runs
            .iter()
            .all(|run| run.seconds > 0.0 && run.seconds < 1.0)
    );
}

#[test]
fn nonsense_is_refused() {
    let problem = DAMPED.problem();
    let study = || WorkPrecision::new(&problem).with_reference(DAMPED.curve());
    let (leapfrog, rk45, yoshida8) = (Integrator::Leapfrog, Integrator::Rk45, Integrator::Yoshida8);
    let too_few = |name, found| Err(Error::Study(StudyError::TooFewSteps { name, found }));
    assert_eq!(
        study().with_budgets(&[10, 20]).measure(&leapfrog),
        too_few("dt", 2)
    );
    assert_eq!(
        study().with_tolerances(&[]).measure(&rk45),
        too_few("tolerance", 0)
    );
    // 30 and 44 gradients both pay for two steps of 15.
    let repeated = study().with_budgets(&[30, 44, 60]).measure(&yoshida8);
    assert_eq!(repeated, too_few("dt", 2));
    let repeated = study().with_tolerances(&[1e-3, 1e-4, 1e-3]).measure(&rk45);
    let (name, value) = ("tolerance", 1e-3);
    assert_eq!(
        repeated,
        Err(Error::Study(StudyError::RepeatedStep { name, value }))
    );
    let negative = study().with_tolerances(&[1e-3, -1e-4, 1e-5]).measure(&rk45);
    assert!(matches!(
        negative,
        Err(Error::Parameter(ParameterError::NotPositive {
            name: "tolerance",
            ..
        }))
    ));
    for parameter in [0.0, -0.1, f64::NAN] {
        for integrator in Integrator::ALL {
            let refused = study().run(&integrator, parameter);
            assert!(
                matches!(
                    refused,
                    Err(Error::Parameter(ParameterError::NotPositive { .. }))
                ),
                "{integrator}"
            );
        }
    }
    let too_small = |method: &str, budget, needed| {
        let method = method.to_owned();
        Error::Study(StudyError::BudgetTooSmall {
            method,
            budget,
            needed,
        })
    };
    let refused = study().at_equal_gradients(14, &[leapfrog, yoshida8]);
    assert_eq!(refused, Err(too_small("Yoshida8", 14, 15)));
    let refused = study()
        .measure(&leapfrog)
        .and(study().with_budgets(&[0, 1, 2]).measure(&leapfrog));
    assert_eq!(refused, Err(too_small("Leapfrog", 0, 1)));
    let refused = study().at_equal_gradients(5, &[rk45]).unwrap_err();
    let Error::Study(StudyError::BudgetTooSmall { needed, .. }) = refused else {
        panic!("{refused}");
    };
    assert!(study().at_equal_gradients(needed, &[rk45]).is_ok());
    assert!(study().at_equal_gradients(needed - 1, &[rk45]).is_err());

    let own = WorkPrecision::new(&problem);
    // What the reference cannot tell from itself is said, with what it can tell; it is no error of the method's.
    for (integrator, parameter) in [(Integrator::Dop853, 1e-14), (yoshida8, 0.01)] {
        let run = own.run(&integrator, parameter).unwrap();
        let Outcome::BelowReference(most) = run.outcome else {
            panic!("{run:?}");
        };
        assert!((1e-16..1e-11).contains(&most.position) && (1e-16..1e-11).contains(&most.velocity));
        let exact = study()
            .with_repetitions(1)
            .run(&integrator, parameter)
            .unwrap();
        assert!(
            exact.outcome.error().position <= 2.0 * most.position,
            "{exact:?} {most:?}"
        );
    }
    let all = own
        .with_repetitions(1)
        .at_equal_gradients(20_000, &Integrator::ALL)
        .unwrap();
    assert!(all.to_string().contains("< "), "{all}");
    assert_eq!(all.places().len(), Integrator::ALL.len());
    // Budgets between which no further step can be paid for are one run.
    let few = study()
        .with_budgets(&[100, 102, 104, 300, 600])
        .measure(&yoshida8)
        .unwrap();
    assert_eq!(few.runs.len(), 3, "{few}");
    let backward = DAMPED.problem().until(-1.0);
    let backward = WorkPrecision::new(&backward).with_reference(DAMPED.curve());
    for integrator in [leapfrog, rk45] {
        let refused = backward.at_equal_gradients(1000, &[integrator]);
        assert!(matches!(
            refused,
            Err(Error::Parameter(ParameterError::NotPositive {
                name: "span",
                ..
            }))
        ));
    }
    let refused = study().run(&leapfrog, 1e-9);
    assert!(
        matches!(refused, Err(Error::Span(SpanError::TooManySteps { .. }))),
        "{refused:?}"
    );
}
