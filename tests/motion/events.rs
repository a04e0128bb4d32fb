//! Events: located where closed forms have them, in either direction of time, by every method, and nothing after them is run.
//!
//! The oscillator (27) gives turns and zeros; energy (7) gives the level.

use crate::support::slope::{is_order, slope};
use heavyball::error::{EventError, ParameterError, RunError};
use heavyball::events::{
    CoordinateLevel, Crossing, EnergyLevel, Settled, TurningPoint, root, when,
};
use heavyball::potentials::{Diagonal, from_fn};
use heavyball::prelude::*;
use heavyball::{Method, NesterovFlow};
use nalgebra::{Const, Vector1, vector};
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
            (time(&TurningPoint::new(0)) - PI / omega).abs() < 1e-11,
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
        assert!(motion.at(event.time * (1.0 + 1e-14)).is_err());
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
        let late = TurningPoint::new(0);
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
        let run = problem.solve_until(&Leapfrog::new(dt).unwrap(), &[&TurningPoint::new(0)]);
        (run.unwrap().event.unwrap().time - PI / omega).abs()
    };
    let points: Vec<_> = (0..6)
        .map(|k| 0.1 * 0.5_f64.powi(k))
        .map(|dt| (dt, error(dt)))
        .collect();
    assert!(is_order(slope(&points), 2), "{points:?}");
}

/// p = −sin t is below −cos 0.11 for 0.22 of a time unit only, around π/2 inside one large step: neither the step's ends nor its
/// middle show it, its first quarter does.
#[test]
fn a_double_crossing_within_a_step_is_found() {
    let problem = oscillator(0.0);
    let method = Rk45::new(1e-3, 1e-3);
    let run = problem.solve(&method).unwrap();
    let (down, up) = (FRAC_PI_2 - 0.11, FRAC_PI_2 + 0.11);
    let hides_both = |pair: &[f64]| {
        let middle = 0.5 * (pair[0] + pair[1]);
        pair[0] < down - 0.05 && pair[1] > up + 0.05 && !(down..up).contains(&middle)
    };
    assert!(run.times().windows(2).any(hides_both), "{:?}", run.times());
    for (crossing, expected) in [(Crossing::Falling, down), (Crossing::Rising, up)] {
        let low = root(
            |_, phase: &Phase<f64, Scalar>| phase.momentum.x + 0.11_f64.cos(),
            crossing,
        );
        let event = problem.solve_until(&method, &[&low]).unwrap().event;
        let time = event.unwrap().time;
        assert!((time - expected).abs() < 0.02, "{time} {expected}");
    }
}

/// As exact as the run is, from the first step on: a high order has the steps after the event to interpolate through.
#[test]
fn an_early_event_is_as_exact_as_the_run() {
    let base = |dt| Leapfrog::new(dt).unwrap();
    let eighth = |dt| Composition::yoshida8(base(dt)).unwrap();
    let sixth = |dt| Composition::yoshida6(base(dt)).unwrap();
    let fourth = |dt| Composition::yoshida4(base(dt)).unwrap();
    // The full run's own error between its first steps, in x and p.
    for (method, level, accuracy) in [
        (&eighth(0.3) as &dyn Method<Bowl, Scalar>, 0.99, 1e-8),
        (&eighth(0.3), 0.5, 1e-7),
        (&eighth(0.1), 0.999, 1e-12),
        (&eighth(0.1), 0.9995, 1e-12),
        (&sixth(0.2), 0.99, 2e-8),
        (&sixth(0.2), 0.9999, 2e-8),
        (&fourth(0.1), 0.999, 1e-5),
    ] {
        for until in [20.0, -20.0] {
            let problem = oscillator(0.0).until(until);
            let falls = CoordinateLevel::new(0, level, Crossing::Falling).unwrap();
            let found = problem.solve_until(method, &[&falls]).unwrap();
            let (motion, event) = (found.trajectory, found.event.unwrap());
            let exact = level.acos();
            let off = (event.time.abs() - exact).abs() * exact.sin();
            assert!(off < accuracy, "{level}: {off:e}");
            let whole = problem.solve(method).unwrap();
            for k in 0..=40 {
                let time = event.time * f64::from(k) / 40.0;
                let (phase, same) = (motion.at(time).unwrap(), whole.at(time).unwrap());
                assert!((phase.position.x - time.cos()).abs() < accuracy, "{time}");
                assert!((phase.momentum.x + time.sin()).abs() < 20.0 * accuracy);
                assert!((phase.position.x - same.position.x).abs() < 1e-15);
            }
            // Of what was run past the event nothing is shown.
            assert_eq!(motion.times().last(), Some(&event.time));
            assert_eq!(motion.states().last(), Some(&event.phase));
            assert_eq!(motion.times().len(), motion.states().len());
            let outside = event.time + until.signum() * 1e-9;
            assert!(motion.at(outside).is_err() && motion.at(-outside).is_err());
            assert_eq!(motion.sample(3)[2].1, event.phase);
            let csv = motion.to_csv();
            assert_eq!(csv.lines().count(), motion.times().len() + 1);
        }
    }
}

/// x = t: an event on a step has the step's own time and phase, at the end of the span too.
#[test]
fn an_event_on_a_step_is_that_step() {
    let flat = from_fn(|_: &Vector1<f64>| 0.0, |_: &Vector1<f64>| vector![0.0]);
    let ball = HeavyBall::new(1.0, 0.0).unwrap();
    let problem = Problem::new(ball, flat, vector![0.0]).with_velocity(vector![1.0]);
    let mark = CoordinateLevel::new(0, 0.5, Crossing::Rising).unwrap();
    let methods: [&dyn Method<_, Scalar>; 3] = [
        &Leapfrog::new(0.25).unwrap(),
        &Composition::yoshida8(Leapfrog::new(0.25).unwrap()).unwrap(),
        &Composition::yoshida4(Leapfrog::new(0.25).unwrap()).unwrap(),
    ];
    for method in methods {
        for (from, until) in [
            (0.0, 5.0),
            (0.0, 0.5),
            (0.0, 0.51),
            (0.1, 7.0),
            (1e3, 1e3 + 0.6),
        ] {
            let problem = problem.clone().with_start_time(from).until(until);
            let whole = problem.solve(method).unwrap();
            let reached = |phase: &Phase<f64, Scalar>| phase.position.x >= 0.5;
            let step = whole.states().iter().position(reached).unwrap();
            let run = problem.solve_until(method, &[&mark]).unwrap();
            let event = run.event.unwrap();
            assert!((event.time - from - 0.5).abs() < 1e-12);
            // Rounding may put it into the step before or after.
            assert!(step == 2 || step == 3);
            let last = run.trajectory.states().last().unwrap();
            assert_eq!(last, &event.phase);
            assert!((last.position.x - 0.5).abs() < 1e-15);
            assert!(reached(last));
            let times = run.trajectory.times();
            assert!(times.windows(2).all(|pair| pair[0] < pair[1]), "{times:?}");
            assert_eq!(times.first(), Some(&from));
        }
    }
    // Exact in binary: step 2 itself.
    let run = problem
        .until(5.0)
        .solve_until(&Leapfrog::new(0.25).unwrap(), &[&mark]);
    let run = run.unwrap();
    assert_eq!(run.trajectory.times(), [0.0, 0.25, 0.5]);
    assert_eq!(run.event.unwrap().phase.position.x, 0.5);
    assert_eq!(run.trajectory.gradients(), 2);
}

/// The steps that a fixed step goes past an event may fail, a shorter last one too.
#[test]
fn steps_past_an_event_may_fail() {
    let wall = |at: f64| {
        from_fn(
            |x: &Vector1<f64>| x.x * x.x / 2.0,
            move |x: &Vector1<f64>| vector![if x.x < at { f64::NAN } else { x.x }],
        )
    };
    let ball = HeavyBall::new(1.0, 0.0).unwrap();
    let half = CoordinateLevel::new(0, 0.5, Crossing::Falling).unwrap();
    for at in [0.0, -0.5, -0.9] {
        let problem = Problem::new(ball, wall(at), vector![1.0]).until(20.0);
        let method = Composition::yoshida8(Leapfrog::new(0.1).unwrap()).unwrap();
        assert!(problem.solve(&method).is_err());
        let event = problem.solve_until(&method, &[&half]).unwrap().event;
        assert!((event.unwrap().time - PI / 3.0).abs() < 1e-8, "{at}");
    }
    // cos 1.1 = 0.45 ends the last whole step, cos 1.15 = 0.41 fails.
    let problem = Problem::new(ball, wall(0.42), vector![1.0]).until(1.19);
    let method = Leapfrog::new(0.1).unwrap();
    assert!(problem.solve(&method).is_err());
    let event = problem.solve_until(&method, &[&half]).unwrap().event;
    assert!((event.unwrap().time - PI / 3.0).abs() < 1e-2);
}

/// An event in the run's last steps, where it has fewer of them to go on, and in a last step that is shorter.
#[test]
fn an_event_near_the_end_is_found_as_exactly() {
    let method = Composition::yoshida8(Leapfrog::new(0.1).unwrap()).unwrap();
    let half = CoordinateLevel::new(0, 0.5, Crossing::Falling).unwrap();
    let exact = PI / 3.0;
    for until in [
        exact.next_up(),
        exact + 1e-9,
        1.05,
        1.1,
        1.100_1,
        1.15,
        1.2,
        1.35,
    ] {
        for sign in [1.0, -1.0] {
            let problem = oscillator(0.0).until(sign * until);
            let run = problem.solve_until(&method, &[&half]).unwrap();
            let Some(event) = run.event else {
                // The method's own error may leave it beyond the end.
                assert!(until - exact < 1e-15);
                continue;
            };
            assert!((sign * event.time - exact).abs() < 1e-11, "{until}");
            assert_eq!(run.trajectory.times().last(), Some(&event.time));
            let middle = run.trajectory.at(event.time - sign * 0.02).unwrap();
            assert!((middle.position.x - (exact - 0.02).cos()).abs() < 1e-11);
        }
    }
}

/// An event that only shows between two steps, at the top of x = −10 + 6t − t²/2, is found although the run fails later.
#[test]
fn an_event_between_steps_survives_a_later_failure() {
    let slope = from_fn(
        |x: &Vector1<f64>| x.x,
        |x: &Vector1<f64>| vector![if x.x < -1e3 { f64::NAN } else { 1.0 }],
    );
    let ball = HeavyBall::new(1.0, 0.0).unwrap();
    let problem = Problem::new(ball, slope, vector![-10.0])
        .with_velocity(vector![6.0])
        .until(1e4);
    let over = CoordinateLevel::new(0, 4.0, Crossing::Rising).unwrap();
    let never = CoordinateLevel::new(0, 9.0, Crossing::Rising).unwrap();
    let methods: [&dyn Method<_, Scalar>; 4] = [
        &Rk45::new(1e-3, 1e-3),
        &Dop853::new(1e-3, 1e-3),
        &Leapfrog::new(9.5).unwrap(),
        &Composition::yoshida4(Leapfrog::new(9.5).unwrap()).unwrap(),
    ];
    for method in methods {
        let steps = problem.clone().until(25.0).solve(method).unwrap();
        assert!(
            steps.states().iter().all(|phase| phase.position.x < 4.0),
            "{:?}",
            steps.times()
        );
        let failure = problem.solve(method).unwrap_err();
        let run = problem.solve_until(method, &[&never, &over]).unwrap();
        let event = run.event.unwrap();
        assert_eq!(event.index, 1);
        let exact = 6.0 - 8.0_f64.sqrt();
        assert!((event.time - exact).abs() < 1e-9, "{}", event.time);
        assert_eq!(run.trajectory.times().last(), Some(&event.time));
        // Without an event the failure is the answer. Rk45 alone is solved by ode_solvers, and with events by the steps of
        // this crate, whose sizes differ by rounding.
        let failures = [problem.solve_until(method, &[&never]).unwrap_err(), failure];
        let times = failures.map(|failure| match failure {
            Error::Run(
                RunError::NonFiniteGradient { time, .. } | RunError::Diverged { time, .. },
            ) => time,
            other => panic!("{other:?}"),
        });
        assert!((times[0] - times[1]).abs() < 1e-9, "{times:?}");
    }
}

/// Of an event and a function that is no number after it, the earlier one counts, in whatever order they are named.
#[test]
fn a_function_may_end_at_the_event() {
    let problem = oscillator(0.0);
    let zero = CoordinateLevel::new(0, 0.0, Crossing::Falling).unwrap();
    let until_then = root(
        |_, phase: &Phase<f64, Scalar>| phase.position.x.sqrt() + 1.0,
        Crossing::Falling,
    );
    for method in [&tight() as &dyn Method<_, _>, &Leapfrog::new(0.01).unwrap()] {
        for (zero_index, events) in [
            (0, [&zero as &dyn Event<_, _>, &until_then]),
            (1, [&until_then as &dyn Event<_, _>, &zero]),
        ] {
            let event = problem.solve_until(method, &events).unwrap().event.unwrap();
            assert_eq!(event.index, zero_index);
            assert!((event.time - FRAC_PI_2).abs() < 1e-4);
        }
    }
}

/// All turns and zeros of one run, each once: (27) without drag.
#[test]
fn a_solution_gives_every_crossing() {
    let ball = |state: &nalgebra::Vector2<f64>| state[0];
    let bowl = Quadratic::diagonal(vector![1.0]).unwrap();
    // r/t with a tiny r is no drag.
    let flow = NesterovFlow::new(bowl, 1e-300)
        .unwrap()
        .in_phase_space(Const::<1>);
    for until in [20.0, -20.0] {
        let run = tight()
            .integrate(&flow, (0.0, until), vector![1.0, 0.0])
            .unwrap();
        let found = |crossing| run.crossings(crossing, |_, state| ball(state)).unwrap();
        let zeros = |first: f64, by: f64, count: usize| {
            (0..count)
                .map(|k| until.signum() * (first + by * k as f64))
                .collect::<Vec<_>>()
        };
        for (crossing, expected) in [
            (Crossing::Either, zeros(FRAC_PI_2, PI, 6)),
            (Crossing::Falling, zeros(FRAC_PI_2, 2.0 * PI, 3)),
            (Crossing::Reached, zeros(FRAC_PI_2, 2.0 * PI, 3)),
            (Crossing::Rising, zeros(3.0 * FRAC_PI_2, 2.0 * PI, 3)),
        ] {
            let found = found(crossing);
            assert_eq!(found.len(), expected.len(), "{crossing:?}: {found:?}");
            for (found, expected) in found.iter().zip(expected) {
                assert!((found - expected).abs() < 1e-11, "{crossing:?}: {found}");
            }
            let first = run
                .first_crossing(crossing, |_, state| ball(state))
                .unwrap();
            assert_eq!(first, found.first().copied());
        }
        // What holds at the start is the first.
        let below = run.crossings(Crossing::Reached, |_, state| state[0] - 2.0);
        assert_eq!(below.unwrap(), [0.0]);
        // A function that is zero on a step is one crossing, not two.
        let step = run.times()[4];
        let once = run.crossings(Crossing::Either, |time, _| time - step);
        assert_eq!(once.unwrap(), [step]);
        let never = run.crossings(Crossing::Either, |_, _| 0.0).unwrap();
        assert!(never.is_empty());
        let nan = run.crossings(Crossing::Either, |_, _| f64::NAN);
        assert!(matches!(
            nan,
            Err(Error::Event(EventError::NotANumber { time: 0.0 }))
        ));
    }
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
    let problem = oscillator(0.2).with_start_time(3.0);
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
        .solve_until(&tight(), &[&TurningPoint::new(0)])
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

/// What holds at the start needs no run, which here would fail.
#[test]
fn an_event_at_the_start_is_not_followed_by_a_run() {
    let asked = Cell::new(0);
    let cliff = from_fn(
        |x: &Vector1<f64>| -x.x,
        |x: &Vector1<f64>| {
            asked.set(asked.get() + 1);
            vector![if x.x > 30.0 { f64::NAN } else { -1.0 }]
        },
    );
    let ball = HeavyBall::new(1.0, 1.0).unwrap();
    let problem = Problem::new(ball, cliff, vector![0.0]).until(1e5);
    let early = when(|t: f64, _: &Phase<f64, Scalar>| t < 1e-6);
    let mark = CoordinateLevel::new(0, 10.0, Crossing::Rising).unwrap();
    let methods: [&dyn Method<_, Scalar>; 3] = [
        &Rk45::new(1e-6, 1e-6),
        &Dop853::new(1e-6, 1e-6),
        &Leapfrog::new(0.01).unwrap(),
    ];
    for method in methods {
        let run = problem.solve_until(method, &[&mark, &early]).unwrap();
        let event = run.event.unwrap();
        assert_eq!((event.index, event.time), (1, 0.0));
        assert_eq!(event.phase, problem.start());
        assert_eq!(run.trajectory.times(), [0.0]);
        assert_eq!(run.trajectory.at(0.0).unwrap(), problem.start());
        assert!(run.trajectory.at(0.1).is_err());
        assert_eq!(run.trajectory.sample(2)[1].1, problem.start());
        assert_eq!((asked.get(), run.trajectory.gradients()), (0, 0));
    }
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
        .solve_until(&tight(), &[&TurningPoint::new(1)])
        .unwrap_err();
    assert!(
        matches!(error, Error::Event(EventError::NotANumber { time: 0.0 })),
        "{error}"
    );
    let late = root(
        |t: f64, _: &Phase<f64, Scalar>| (5.0 - t).sqrt() + 1.0,
        Crossing::Falling,
    );
    for method in [&tight() as &dyn Method<_, _>, &Leapfrog::new(0.01).unwrap()] {
        match problem.solve_until(method, &[&late]).unwrap_err() {
            Error::Event(EventError::NotANumber { time }) => {
                assert!((5.0..6.0).contains(&time), "{time}")
            }
            other => panic!("{other}"),
        }
    }
}

#[test]
fn the_errors_of_a_run_are_those_of_solve() {
    let never = TurningPoint::new(0);
    let problem = oscillator(0.2).until(f64::NAN);
    let error = problem.solve_until(&tight(), &[&never]).unwrap_err();
    assert!(
        matches!(error, Error::Parameter(ParameterError::NotFinite { .. })),
        "{error}"
    );
    let bad = Settled::new(0.0, 1.0).unwrap_err();
    assert!(matches!(
        bad,
        Error::Parameter(ParameterError::NotPositive {
            name: "gradient tolerance",
            ..
        })
    ));
    assert!(matches!(
        EnergyLevel::new(f64::NAN),
        Err(Error::Parameter(ParameterError::NotFinite { .. }))
    ));
    let level = CoordinateLevel::new(0, f64::INFINITY, Crossing::Either);
    assert!(matches!(
        level,
        Err(Error::Parameter(ParameterError::NotFinite { .. }))
    ));
}
