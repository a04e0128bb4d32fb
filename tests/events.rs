//! Events: located where closed forms have them, in either direction of time, by every method, and nothing after them is run.
//!
//! The oscillator (27) gives turns and zeros; energy (7) gives the level.
#![allow(
    clippy::unwrap_used,
    reason = "a test that cannot be set up should fail"
)]

mod slope;

use heavyball::events::{
    CoordinateLevel, Crossing, EnergyLevel, Settled, TurningPoint, root, when,
};
use heavyball::potentials::{Diagonal, from_fn};
use heavyball::prelude::*;
use nalgebra::{Const, Vector1, vector};
use slope::{is_order, slope};
use std::cell::Cell;
use std::f64::consts::{FRAC_PI_2, PI};

type Scalar = Const<1>;
type Bowl = Quadratic<Diagonal<f64, Scalar>>;

fn oscillator(drag: f64) -> Problem<Bowl, Scalar> {
    let bowl = Quadratic::diagonal(vector![1.0]).unwrap();
    Problem::new(HeavyBall::new(1.0, drag).unwrap(), bowl, vector![1.0]).until(20.0)
}

fn tight() -> Dop853 {
    Dop853::new(1e-13, 1e-13)
}

/// (27) from rest: u = −(ω₀²/ω)e^(−at) sin ωt turns at π/ω, and x crosses 0 where tan ωt = −ω/a.
#[test]
fn turns_and_zeros_are_those_of_the_closed_form() {
    for drag in [0.0, 0.2, 1.0] {
        let problem = oscillator(drag);
        let a = drag / 2.0;
        let omega = (1.0 - a * a).sqrt();
        let time = |event: &dyn Event<_, _>| {
            problem
                .solve_until(&tight(), &[event])
                .unwrap()
                .event
                .unwrap()
                .time
        };
        assert!(
            (time(&TurningPoint::of(0)) - PI / omega).abs() < 1e-11,
            "{drag}"
        );
        let zero = (PI - (omega / a).atan()) / omega;
        let falling = CoordinateLevel::new(0, 0.0, Crossing::Falling).unwrap();
        let rising = CoordinateLevel::new(0, 0.0, Crossing::Rising).unwrap();
        let either = CoordinateLevel::new(0, 0.0, Crossing::Either).unwrap();
        assert!((time(&falling) - zero).abs() < 1e-11, "{drag}");
        assert!((time(&either) - zero).abs() < 1e-11, "{drag}");
        assert!((time(&rising) - zero - PI / omega).abs() < 1e-11, "{drag}");
    }
}

/// The time is the first number at which the change is seen, and the trajectory ends there.
#[test]
fn a_run_ends_at_its_event() {
    let problem = oscillator(0.0);
    let down = when(|_, phase: &Phase<f64, Scalar>| phase.position.x <= 0.5);
    let fixed = Leapfrog::new(0.1).unwrap();
    let yoshida = Composition::yoshida8(Leapfrog::new(0.3).unwrap()).unwrap();
    for (run, accuracy) in [
        (problem.solve_until(&tight(), &[&down]), 1e-12),
        (
            problem.solve_until(&Rk45::new(1e-10, 1e-10), &[&down]),
            1e-8,
        ),
        (
            problem.solve_until(&tight().without_dense_output(), &[&down]),
            1e-3,
        ),
        (problem.solve_until(&fixed, &[&down]), 1e-2),
        (problem.solve_until(&yoshida, &[&down]), 1e-6),
    ] {
        let run = run.unwrap();
        let event = run.event.unwrap();
        assert!((event.time - PI / 3.0).abs() < accuracy, "{}", event.time);
        let motion = run.trajectory;
        assert_eq!(motion.times().last(), Some(&event.time));
        assert_eq!(
            (motion.last(), motion.states().last()),
            (&event.phase, Some(&event.phase))
        );
        assert!(motion.at(event.time.next_up()).is_err());
        assert!(motion.times().windows(2).all(|pair| pair[0] < pair[1]));
        for k in 0..=50 {
            let time = event.time * f64::from(k) / 50.0;
            let x = motion.at(time).unwrap().position.x;
            assert!((x - time.cos()).abs() < accuracy, "{time}: {x}");
        }
    }
}

#[test]
fn a_backward_run_finds_its_event_too() {
    let backward = oscillator(0.0).until(-20.0);
    let methods: [&dyn Method<Bowl, Scalar>; 3] = [
        &tight(),
        &Rk45::new(1e-12, 1e-12),
        &Leapfrog::new(1e-4).unwrap(),
    ];
    for method in methods {
        let zero = CoordinateLevel::new(0, 0.0, Crossing::Either).unwrap();
        let late = TurningPoint::of(0);
        let run = backward.solve_until(method, &[&late, &zero]).unwrap();
        let event = run.event.unwrap();
        assert!((event.time + FRAC_PI_2).abs() < 1e-7, "{}", event.time);
        assert_eq!(event.index, 1);
        assert_eq!(run.trajectory.times().last(), Some(&event.time));
        assert_eq!(run.trajectory.times().first(), Some(&0.0));
        assert!(run.trajectory.at(-1.0).is_ok() && run.trajectory.at(-1.6).is_err());
    }
}

/// The located time has the order of the fixed step.
#[test]
fn a_fixed_step_locates_to_its_own_order() {
    let problem = oscillator(0.2);
    let omega = (1.0_f64 - 0.01).sqrt();
    let error = |dt: f64| {
        let run = problem.solve_until(&Leapfrog::new(dt).unwrap(), &[&TurningPoint::of(0)]);
        (run.unwrap().event.unwrap().time - PI / omega).abs()
    };
    let points: Vec<_> = (0..6)
        .map(|k| 0.1 * 0.5_f64.powi(k))
        .map(|dt| (dt, error(dt)))
        .collect();
    assert!(is_order(slope(&points), 2), "{points:?}");
}

/// x = cos t is below −0.9 for 0.9 of a time unit only, inside one large step.
#[test]
fn a_double_crossing_within_a_step_is_found() {
    let problem = oscillator(0.0);
    let run = problem.solve(&Rk45::new(1e-3, 1e-3)).unwrap();
    let longest = run
        .times()
        .windows(2)
        .map(|pair| pair[1] - pair[0])
        .fold(0.0, f64::max);
    assert!(longest > 0.9, "{longest}");
    let low = root(
        |_, phase: &Phase<f64, Scalar>| phase.position.x + 0.9,
        Crossing::Falling,
    );
    let event = problem
        .solve_until(&Rk45::new(1e-3, 1e-3), &[&low])
        .unwrap()
        .event
        .unwrap();
    assert!(
        (event.time - (-0.9_f64).acos()).abs() < 0.05,
        "{}",
        event.time
    );
}

#[test]
fn an_event_that_never_happens_leaves_the_whole_run() {
    let problem = oscillator(0.2);
    let never = CoordinateLevel::new(0, 2.0, Crossing::Either).unwrap();
    let run = problem.solve_until(&tight(), &[&never]).unwrap();
    assert!(run.event.is_none());
    assert_eq!(
        run.trajectory.last(),
        problem.solve(&tight()).unwrap().last()
    );
    let none = problem.solve_until(&tight(), &[]).unwrap();
    assert!(none.event.is_none() && none.trajectory.times().last() == Some(&20.0));
}

/// What holds at the start has happened; a zero at the start is no crossing.
#[test]
fn the_start_counts_for_what_holds_and_not_for_a_zero() {
    let problem = oscillator(0.2).from(3.0);
    for event in [
        &EnergyLevel::new(0.5).unwrap() as &dyn Event<_, _>,
        &when(|_, _: &Phase<f64, Scalar>| true),
    ] {
        let run = problem.solve_until(&tight(), &[event]).unwrap();
        assert_eq!(run.event.unwrap().time, 3.0);
        assert_eq!(run.trajectory.times(), [3.0]);
        assert_eq!(run.trajectory.at(3.0).unwrap().position.x, 1.0);
    }
    // At rest p = 0, and x − 1 = 0: neither is a crossing at 3.
    let turn = problem
        .solve_until(&tight(), &[&TurningPoint::of(0)])
        .unwrap();
    assert!(turn.event.unwrap().time > 6.0);
}

/// (7): E = ½ at the start, and the energy event is where the run's own energy says.
#[test]
fn the_energy_falls_to_its_level() {
    let problem = oscillator(0.2);
    let run = problem
        .solve_until(&tight(), &[&EnergyLevel::new(0.1).unwrap()])
        .unwrap();
    let event = run.event.unwrap();
    let (x, u) = DampedOscillator::new(1.0, 0.2, 1.0)
        .unwrap()
        .at(event.time, 1.0, 0.0);
    assert!((x * x / 2.0 + u * u / 2.0 - 0.1).abs() < 1e-12);
    // |x| and |p| small together, never one of them alone.
    let settled = Settled::new(1e-3, 1e-3).unwrap();
    let problem = problem.until(1e4);
    let event = problem
        .solve_until(&tight(), &[&settled])
        .unwrap()
        .event
        .unwrap();
    let (x, p) = (event.phase.position.x.abs(), event.phase.momentum.x.abs());
    assert!((x.max(p) - 1e-3).abs() < 1e-12, "{x} {p}");
    assert!((60.0..75.0).contains(&event.time), "{}", event.time);
}

/// Past the event nothing may fail or cost: the force is NaN there.
#[test]
fn nothing_beyond_the_event_is_run() {
    let asked = Cell::new(0);
    let cliff = from_fn(
        |x: &Vector1<f64>| -x.x,
        |x: &Vector1<f64>| {
            asked.set(asked.get() + 1);
            vector![if x.x > 1e3 { f64::NAN } else { -1.0 }]
        },
    );
    let problem = Problem::new(HeavyBall::new(1.0, 1.0).unwrap(), cliff, vector![0.0]).until(1e5);
    let mark = CoordinateLevel::new(0, 10.0, Crossing::Rising).unwrap();
    let methods: [&dyn Method<_, Scalar>; 3] = [
        &Rk45::new(1e-6, 1e-6),
        &Dop853::new(1e-6, 1e-6),
        &Leapfrog::new(0.01).unwrap(),
    ];
    for method in methods {
        asked.set(0);
        let event = problem
            .solve_until(method, &[&mark])
            .unwrap()
            .event
            .unwrap();
        // x = t − 1 + e^(−t).
        assert!((event.time - 11.0).abs() < 1e-3, "{}", event.time);
        assert!(asked.get() < 3000, "{}", asked.get());
    }
}

#[test]
fn a_function_that_is_nan_is_an_error() {
    let problem = oscillator(0.2);
    let error = problem
        .solve_until(&tight(), &[&TurningPoint::of(1)])
        .unwrap_err();
    assert!(
        matches!(error, Error::EventNotANumber { time: 0.0 }),
        "{error}"
    );
    let late = root(
        |t: f64, _: &Phase<f64, Scalar>| (5.0 - t).sqrt() + 1.0,
        Crossing::Falling,
    );
    for method in [&tight() as &dyn Method<_, _>, &Leapfrog::new(0.01).unwrap()] {
        match problem.solve_until(method, &[&late]).unwrap_err() {
            Error::EventNotANumber { time } => assert!((5.0..6.0).contains(&time), "{time}"),
            other => panic!("{other}"),
        }
    }
}

#[test]
fn the_errors_of_a_run_are_those_of_solve() {
    let never = TurningPoint::of(0);
    let problem = oscillator(0.2).until(f64::NAN);
    let error = problem.solve_until(&tight(), &[&never]).unwrap_err();
    assert!(matches!(error, Error::NotFinite { .. }), "{error}");
    let bad = Settled::new(0.0, 1.0).unwrap_err();
    assert!(matches!(
        bad,
        Error::NotPositive {
            name: "gradient tolerance",
            ..
        }
    ));
    assert!(matches!(
        EnergyLevel::new(f64::NAN),
        Err(Error::NotFinite { .. })
    ));
    let level = CoordinateLevel::new(0, f64::INFINITY, Crossing::Either);
    assert!(matches!(level, Err(Error::NotFinite { .. })));
}
