//! Runs through events: every crossing is found, and after a response the motion is that of the new ball and phase.

use heavyball::Linear;
use heavyball::error::EventError;
use heavyball::events::{CoordinateLevel, Crossing, Event, TurningPoint};
use heavyball::motion::{EventLogIn, Response};
use heavyball::potentials::Diagonal;
use heavyball::prelude::*;
use nalgebra::{Const, vector};
use std::cell::Cell;
use std::f64::consts::{FRAC_PI_2, FRAC_PI_4, PI};

type Line = Const<1>;
type Spring = Quadratic<Diagonal<f64, Line>>;

/// Does the same with every adaptive method and two fixed steps.
macro_rules! with_all {
    (|$method:ident, $error:ident| $body:expr) => {{
        {
            let ($method, $error) = (Adaptive::new(1e-12, 1e-12), 1e-9);
            $body
        }
        {
            let ($method, $error) = (Adaptive::new(1e-7, 1e-7), 1e-4);
            $body
        }
        {
            let ($method, $error) = (Nystrom8::new(1e-12, 1e-12), 1e-9);
            $body
        }
        {
            let ($method, $error) = (Nystrom12::new(1e-12, 1e-12), 1e-9);
            $body
        }
        {
            let ($method, $error) = (Dop853::new(1e-12, 1e-12), 1e-9);
            $body
        }
        {
            let ($method, $error) = (Rk45::new(1e-12, 1e-12), 1e-9);
            $body
        }
        {
            let ($method, $error) = (Leapfrog::new(1e-3)?, 1e-5);
            $body
        }
        {
            let ($method, $error) = (Composition::yoshida8(Leapfrog::new(0.05)?)?, 1e-7);
            $body
        }
    }};
}

/// x(0) = `height`, ẋ(0) = `speed`, under gravity 10.
fn thrown(height: f64, speed: f64) -> Result<Problem<Linear<f64, Line>, Line>, Error> {
    let problem = Problem::new(
        HeavyBall::new(1.0, 0.0)?,
        Linear::new(vector![10.0])?,
        vector![height],
    );
    Ok(problem.with_velocity(vector![speed]).until(2.0))
}

/// x = 10t − 5t² rises through 4.9 at 1 − √0.02 = 0.858579 and falls through it at 1 + √0.02: both are found, although they
/// lie within one step, where the motion changes sign twice.
#[test]
fn two_crossings_within_a_step_are_found() -> Result<(), Error> {
    with_all!(|method, _error| {
        let level = |crossing| CoordinateLevel::new(0, 4.9, crossing);
        let early = thrown(0.0, 10.0)?.solve_until(&method, &[&level(Crossing::Rising)?])?;
        let time = early.event.map(|event| event.time);
        let root = 0.02_f64.sqrt();
        assert!(
            time.is_some_and(|time| (time - (1.0 - root)).abs() < 1e-10),
            "{time:?}"
        );
        assert!((1.0 - root - 0.858_579).abs() < 1e-6);
        let note = |_: &HeavyBall, _: &Phase<f64, Line>| Response::GoOn;
        let either = level(Crossing::Either)?;
        let log = thrown(0.0, 10.0)?.solve_through(&method, &[(&either, &note)])?;
        let times: Vec<_> = log.events.iter().map(|event| event.time).collect();
        assert_eq!(times.len(), 2, "{times:?}");
        assert!((times[0] - (1.0 - root)).abs() < 1e-10 && (times[1] - (1.0 + root)).abs() < 1e-10);
        // Noting leaves the steps as they are.
        let alone = thrown(0.0, 10.0)?.solve(&method)?;
        assert!((log.trajectory.last().position - alone.last().position).norm() < 1e-12);
    });
    Ok(())
}

/// A level that the ball only touches, or misses by 1e-9, is no crossing; one 1e-6 below the top is crossed twice.
#[test]
fn a_level_above_the_top_is_not_crossed() -> Result<(), Error> {
    let method = Nystrom8::new(1e-12, 1e-12);
    let note = |_: &HeavyBall, _: &Phase<f64, Line>| Response::GoOn;
    for (height, count) in [(5.0 + 1e-9, 0), (5.0 - 1e-6, 2)] {
        let level = CoordinateLevel::new(0, height, Crossing::Either)?;
        let log = thrown(0.0, 10.0)?.solve_through(&method, &[(&level, &note)])?;
        assert_eq!(log.events.len(), count, "{height}");
    }
    Ok(())
}

/// Derivation (3): dropped from 1 on a floor that returns 0.8 of the speed, the ball bounces at T(1 + 2Σ0.8ᵏ), T = √0.2, and
/// flies in parabolas between.
#[test]
fn bounces_are_those_of_the_closed_form() -> Result<(), Error> {
    let fall = 0.2_f64.sqrt();
    with_all!(|method, _error| {
        let floor = CoordinateLevel::new(0, 0.0, Crossing::Falling)?;
        let bounce =
            |ball: &HeavyBall, phase: &Phase<f64, Line>| Response::bounce(*ball, phase, 0, 0.8);
        let log = thrown(1.0, 0.0)?
            .until(3.0)
            .solve_through(&method, &[(&floor, &bounce)])?;
        let (mut exact, mut speed) = (vec![], 10.0 * fall);
        let mut time = fall;
        while time < 3.0 {
            exact.push((time, speed));
            speed *= 0.8;
            time += 2.0 * speed / 10.0;
        }
        assert_eq!(log.events.len(), exact.len());
        let times = log.trajectory.times();
        assert!(times.windows(2).all(|pair| pair[0] <= pair[1]));
        for (event, (time, speed)) in log.events.iter().zip(&exact) {
            assert!((event.time - time).abs() < 1e-9, "{} {time}", event.time);
            assert!((event.phase.momentum.x + speed).abs() < 1e-8);
            // The phases before and after stand at the same time.
            let at: Vec<_> = (0..times.len())
                .filter(|i| times[*i] == event.time)
                .collect();
            assert_eq!(at.len(), 2);
            let [before, after] = [at[0], at[1]].map(|i| log.trajectory.states()[i]);
            assert_eq!(before.momentum.x * -0.8, after.momentum.x);
            assert_eq!(before.position, after.position);
            let at = log.trajectory.at(event.time)?;
            assert!(
                (at.momentum - after.momentum).norm() < 1e-12,
                "{at:?} {after:?}"
            );
            let middle = log.trajectory.at(time + 0.1 * speed * 0.8)?;
            let top = (speed * 0.8).powi(2) / 20.0;
            if time + 0.1 * speed * 0.8 < 3.0 {
                assert!(
                    (middle.position.x - top).abs() < 1e-8,
                    "{} {top}",
                    middle.position.x
                );
            }
        }
    });
    Ok(())
}

/// The bounces of a ball that loses a part of its speed at each accumulate at T(1 + 2·0.8/0.2) = 9T: a typed error with that
/// time, by every method, and not a run without end.
#[test]
fn endless_bounces_are_an_error() -> Result<(), Error> {
    with_all!(|method, _error| {
        let floor = CoordinateLevel::new(0, 0.0, Crossing::Falling)?;
        let bounce =
            |ball: &HeavyBall, phase: &Phase<f64, Line>| Response::bounce(*ball, phase, 0, 0.8);
        let outcome = thrown(1.0, 0.0)?
            .until(5.0)
            .solve_through(&method, &[(&floor, &bounce)]);
        match outcome {
            Err(Error::Event(EventError::Endless { time })) => {
                assert!((time - 9.0 * 0.2_f64.sqrt()).abs() < 1e-6, "{time}");
            }
            other => assert!(other.is_err(), "{:?}", other.map(|log| log.events.len())),
        }
    });
    Ok(())
}

fn spring(drag: f64) -> Result<Problem<Spring, Line>, Error> {
    let bowl = Quadratic::diagonal(vector![4.0])?;
    Ok(Problem::new(HeavyBall::new(1.0, drag)?, bowl, vector![1.0]).until(6.0))
}

/// (x, u) of the spring with this drag and mass, `elapsed` after (x, u).
fn free(mass: f64, drag: f64, elapsed: f64, (x, u): (f64, f64)) -> Result<(f64, f64), Error> {
    Ok(DampedOscillator::new(mass, drag, 4.0)?.at(elapsed, x, u))
}

#[track_caller]
fn assert_phase(
    log: &EventLogIn<1>,
    time: f64,
    mass: f64,
    (x, u): (f64, f64),
    error: f64,
) -> Result<(), Error> {
    let phase = log.trajectory.at(time)?;
    let off = (phase.position.x - x).hypot(phase.momentum.x - mass * u);
    assert!(off < error, "{time}: {off:e}");
    Ok(())
}

/// Derivation (27): at each fall through zero the drag changes between 0 and 1; in between the motion is that of the
/// oscillator with the drag of the time.
#[test]
fn the_drag_changes_at_events() -> Result<(), Error> {
    with_all!(|method, error| {
        let zero = CoordinateLevel::new(0, 0.0, Crossing::Falling)?;
        let toggle = |ball: &HeavyBall, phase: &Phase<f64, Line>| {
            Response::drag(*ball, phase, 1.0 - ball.drag)
        };
        let log = spring(0.0)?.solve_through(&method, &[(&zero, &toggle)])?;
        let damped = (4.0_f64 - 0.25).sqrt();
        let (first, second) = (FRAC_PI_4, FRAC_PI_4 + 2.0 * PI / damped);
        let times: Vec<_> = log.events.iter().map(|event| event.time).collect();
        assert_eq!(times.len(), 2, "{times:?}");
        assert!(
            (times[0] - first).abs() < error && (times[1] - second).abs() < error,
            "{times:?}"
        );
        for part in [0.1, 0.5, 0.9] {
            assert_phase(
                &log,
                part * first,
                1.0,
                free(1.0, 0.0, part * first, (1.0, 0.0))?,
                error,
            )?;
            let elapsed = part * (second - first);
            assert_phase(
                &log,
                first + elapsed,
                1.0,
                free(1.0, 1.0, elapsed, (0.0, -2.0))?,
                error,
            )?;
            let (_, speed) = free(1.0, 1.0, second - first, (0.0, -2.0))?;
            let elapsed = part * (6.0 - second);
            assert_phase(
                &log,
                second + elapsed,
                1.0,
                free(1.0, 0.0, elapsed, (0.0, speed))?,
                error,
            )?;
        }
        assert_eq!(log.trajectory.times().last(), Some(&6.0));
    });
    Ok(())
}

/// Derivation (27): a kick of 3 at the first turn, x = −1 at π/2; at the second the mass quadruples and the momentum, zero
/// there, stays; at the third the run stops.
#[test]
fn kicks_masses_and_stops() -> Result<(), Error> {
    with_all!(|method, error| {
        let turn = TurningPoint::new(0);
        let count = Cell::new(0);
        let act = |ball: &HeavyBall, phase: &Phase<f64, Line>| {
            count.set(count.get() + 1);
            match count.get() {
                1 => Response::kick(*ball, phase, &vector![3.0]),
                2 => Response::mass(*ball, phase, 4.0),
                _ => Response::Stop,
            }
        };
        let log = spring(0.0)?.solve_through(&method, &[(&turn, &act)])?;
        // After the kick: −cos 2τ + (3/2) sin 2τ, which turns at tan 2τ = −3/2, at the amplitude √(1 + 9/4).
        let (first, amplitude) = (FRAC_PI_2, 3.25_f64.sqrt());
        let second = first + 0.5 * (PI - 1.5_f64.atan());
        // With m = 4, ω = 1: half a period is π.
        let third = second + PI;
        let times: Vec<_> = log.events.iter().map(|event| event.time).collect();
        let exact = [first, second, third];
        assert_eq!(times.len(), 3, "{times:?}");
        assert!(
            times
                .iter()
                .zip(exact)
                .all(|(time, exact)| (time - exact).abs() < error),
            "{times:?} {exact:?}"
        );
        assert_eq!(log.trajectory.times().last(), Some(&times[2]));
        assert_phase(
            &log,
            first + 0.3,
            1.0,
            free(1.0, 0.0, 0.3, (-1.0, 3.0))?,
            error,
        )?;
        assert_phase(
            &log,
            second + 1.0,
            4.0,
            free(4.0, 0.0, 1.0, (amplitude, 0.0))?,
            4.0 * error,
        )?;
        assert_phase(&log, times[2], 4.0, (-amplitude, 0.0), 4.0 * error)?;
    });
    Ok(())
}

/// A bounce does what it says backward in time as well: thrown back with 1/0.8 of the speed at each.
#[test]
fn bounces_run_backward() -> Result<(), Error> {
    let fall = 0.2_f64.sqrt();
    with_all!(|method, _error| {
        // Forward the ball leaves the floor at 0 with 8T after one bounce of 0.8; backward it arrives with −10T before.
        let floor = CoordinateLevel::new(0, 0.0, Crossing::Falling)?;
        let back = |ball: &HeavyBall, phase: &Phase<f64, Line>| {
            Response::bounce(*ball, phase, 0, 1.0 / 0.8)
        };
        // From the top after the bounce, 0.64, at time 0.
        let problem = thrown(0.64, 0.0)?.with_start_time(0.0).until(-1.0);
        let log = problem.solve_through(&method, &[(&floor, &back)])?;
        assert_eq!(log.events.len(), 1);
        assert!(
            (log.events[0].time + 0.8 * fall).abs() < 1e-9,
            "{}",
            log.events[0].time
        );
        let top = log.trajectory.at(-0.8 * fall - 0.1)?;
        let x = fall.mul_add(10.0 * 0.1, -0.05);
        assert!((top.position.x - x).abs() < 1e-8, "{} {x}", top.position.x);
    });
    Ok(())
}

/// Derivation (27): zeros and turns of a spring alternate at each quarter of π, and are told in that order, by their index.
#[test]
fn several_events_answer_in_the_order_of_time() -> Result<(), Error> {
    let note = |_: &HeavyBall, _: &Phase<f64, Line>| Response::GoOn;
    let (zero, turn) = (
        CoordinateLevel::new(0, 0.0, Crossing::Either)?,
        TurningPoint::new(0),
    );
    let events: [(
        &dyn Event<Spring, Line>,
        heavyball::motion::Reaction<'_, Line>,
    ); 2] = [(&turn, &note), (&zero, &note)];
    with_all!(|method, error| {
        let log = spring(0.0)?.solve_through(&method, &events)?;
        // Zeros at π/4 + kπ/2, turns at kπ/2: every quarter of π in turn.
        for (k, event) in log.events.iter().enumerate() {
            assert!(
                (event.time - (k + 1) as f64 * FRAC_PI_4).abs() < error,
                "{k} {}",
                event.time
            );
            assert_eq!(event.index, (k + 1) % 2);
        }
        assert_eq!(log.events.len(), 7);
    });
    Ok(())
}
