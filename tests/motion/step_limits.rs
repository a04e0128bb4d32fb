//! Limits on the steps: what they find that the error estimate does not see, and that every method keeps to them.

use heavyball::Method;
use heavyball::VaryingBall;
use heavyball::error::ParameterError;
use heavyball::prelude::*;
use nalgebra::{Const, Vector1, vector};
use std::cell::Cell;

type Line = Const<1>;

/// A bump of height 1 at 50, with the value e^−1 at half a unit from there.
#[derive(Debug, Clone, Copy)]
struct Bump {
    tells: bool,
}

impl Potential<f64, Line> for Bump {
    fn value(&self, x: &Vector1<f64>) -> f64 {
        (-4.0 * (x.x - 50.0).powi(2)).exp()
    }

    fn gradient(&self, x: &Vector1<f64>, gradient: &mut Vector1<f64>) {
        gradient.x = -8.0 * (x.x - 50.0) * self.value(x);
    }

    fn length_scale(&self) -> Option<f64> {
        self.tells.then_some(0.5)
    }
}

/// A ball towards the bump at half of the energy that it needs.
fn shot(tells: bool) -> Result<Problem<Bump, Line>, Error> {
    let problem = Problem::new(HeavyBall::new(1.0, 0.0)?, Bump { tells }, vector![0.0]);
    Ok(problem.with_velocity(vector![1.0]).until(100.0))
}

/// Does the same with each method, under the name `method`, before the settings.
macro_rules! with_all {
    (($relative:expr, $absolute:expr), |$method:ident| $body:expr) => {{
        {
            let $method = Adaptive::new($relative, $absolute);
            $body
        }
        {
            let $method = Nystrom8::new($relative, $absolute);
            $body
        }
        {
            let $method = Nystrom12::new($relative, $absolute);
            $body
        }
        {
            let $method = Dop853::new($relative, $absolute);
            $body
        }
        {
            let $method = Rk45::new($relative, $absolute);
            $body
        }
    }};
}

/// Derivation (7): without a limit Rk45 flies through a wall twice as high as its energy, which a perfect energy does not
/// show. With a limit on the travel, or on the step, all methods are thrown back, with v = −1.
#[test]
fn a_ball_does_not_fly_through_a_wall() -> Result<(), Error> {
    let through = shot(false)?.solve(&Rk45::new(1e-9, 1e-9))?;
    assert_eq!(through.last().momentum.x, 1.0);
    assert!((through.last().position.x - 100.0).abs() < 1e-9);
    let energies = through.energies(&Bump { tells: false })?;
    assert!(energies.iter().all(|energy| (energy - 0.5).abs() < 1e-12));
    fn assert_back<M: Method<Bump, Line>>(method: &M, tells: bool) -> Result<(), Error> {
        let run = shot(tells)?.solve(method)?;
        assert!(
            (run.last().momentum.x + 1.0).abs() < 1e-6,
            "{:?}",
            run.last()
        );
        // It turned at e^(−4d²) = ½, d = √(ln 2)/2 before the top.
        let farthest = run
            .sample(10_001)
            .iter()
            .map(|(_, phase)| phase.position.x)
            .fold(0.0, f64::max);
        let turn = 50.0 - 2.0_f64.ln().sqrt() / 2.0;
        assert!((farthest - turn).abs() < 1e-4, "{farthest} {turn}");
        Ok(())
    }
    with_all!((1e-9, 1e-9), |method| {
        assert_back(&method.with_max_travel(0.5), false)?;
        assert_back(&method.with_max_step(0.5), false)?;
    });
    assert_back(&Adaptive::new(1e-9, 1e-9), true)?;
    assert_back(&Nystrom8::new(1e-9, 1e-9), true)?;
    assert_back(&Nystrom12::new(1e-9, 1e-9), true)?;
    assert_back(&Dop853::new(1e-9, 1e-9), true)
}

/// The user's own limit counts before that of the potential.
#[test]
fn the_users_travel_counts_before_that_of_the_potential() -> Result<(), Error> {
    let run = shot(true)?.solve(&Dop853::new(1e-9, 1e-9).with_max_travel(1e3))?;
    assert!(run.largest_step() > 10.0, "{}", run.largest_step());
    Ok(())
}

/// No step travels farther than the limit, also where drag rules and the steps are those of collocation, and where the ball
/// starts at rest and falls.
#[test]
fn no_step_travels_farther_than_its_limit() -> Result<(), Error> {
    fn assert_short<M: Method<DoubleWell, Const<2>>>(method: &M, length: f64) -> Result<(), Error> {
        for (mass, drag) in [(1.0, 0.2), (1e-3, 1.0), (1e-7, 1.0)] {
            if mass < 1e-3 && length > 0.0 && std::any::type_name::<M>().contains("Rk45") {
                continue;
            }
            let problem =
                Problem::new(HeavyBall::new(mass, drag)?, DoubleWell, vector![-1.9, -1.5]);
            let run = match problem.until(3.0).solve(method) {
                // Explicit methods have to give up at a tiny mass.
                Err(Error::Solver(_)) if mass < 1e-3 => continue,
                run => run?,
            };
            let longest = run
                .states()
                .windows(2)
                .map(|pair| (pair[1].position - pair[0].position).norm());
            let longest = longest.fold(0.0, f64::max);
            assert!(longest <= length * (1.0 + 1e-12), "{longest} {mass}");
            assert!(longest > 0.2 * length, "{longest} {mass}");
        }
        Ok(())
    }
    for length in [0.01, 0.05] {
        with_all!((1e-4, 1e-4), |method| {
            assert_short(
                &method.with_max_steps(20_000).with_max_travel(length),
                length,
            )?;
        });
    }
    Ok(())
}

/// Steps of the stated length at most, the first of the stated length, and ends that the sum of the steps meets only to
/// rounding: 1 is not ten times 0.1 in floating-point numbers.
#[test]
fn steps_are_no_longer_than_their_limit() -> Result<(), Error> {
    fn check<M: Method<Quartic, Line>>(
        method: &M,
        until: f64,
        limit: f64,
        first: f64,
    ) -> Result<(), Error> {
        let problem = Problem::new(HeavyBall::new(1.0, 0.2)?, Quartic, vector![1.0]).until(until);
        let run = problem.solve(method)?;
        let name = std::any::type_name::<M>();
        let durations: Vec<_> = run
            .times()
            .windows(2)
            .map(|pair| (pair[1] - pair[0]).abs())
            .collect();
        assert!(
            durations
                .iter()
                .all(|dt| *dt <= limit * (1.0 + 2e-9) + 1e-15),
            "{name} {durations:?}"
        );
        assert!(
            (durations[0] - first.min(until.abs())).abs() < 1e-15,
            "{name} {durations:?}"
        );
        let longest = durations.iter().copied().fold(0.0, f64::max);
        assert!((run.largest_step() - longest).abs() < 1e-14, "{name}");
        assert_eq!(run.times().last(), Some(&until));
        // No step is left over for the rounding of the clock.
        assert!(
            durations.iter().all(|dt| *dt > 1e-9),
            "{name} {until} {durations:?}"
        );
        Ok(())
    }
    for until in [1.0, 0.3, 0.7, -1.0, 5.3, 6.1] {
        for limit in [0.1, 0.05, 0.07] {
            with_all!((1e-4, 1e-4), |method| {
                check(
                    &method.with_max_step(limit).with_first_step(limit),
                    until,
                    limit,
                    limit,
                )?;
                check(
                    &method.with_max_step(limit).with_first_step(limit / 8.0),
                    until,
                    limit,
                    limit / 8.0,
                )?;
                // By the library's own loop, also for Rk45.
                let own = method
                    .with_max_step(limit)
                    .with_first_step(limit)
                    .with_max_travel(1e300);
                check(&own, until, limit, limit)?;
            });
        }
    }
    Ok(())
}

/// A pulse of drag from 50 to 50.5 in free flight, which Rk45 steps over and the stop times show.
#[test]
fn a_pulse_of_drag_is_felt_with_stop_times() -> Result<(), Error> {
    // Free flight at v = 1; a drag of 2 for half a unit of time leaves e^−1 of it.
    let level = heavyball::Linear::new(vector![0.0])?;
    let pulse = |t: f64| if (50.0..50.5).contains(&t) { 2.0 } else { 0.0 };
    let system = VaryingBall::new(&level, |_| 1.0, pulse).in_phase_space(Const::<1>);
    let (span, start) = ((0.0, 100.0), vector![0.0, 1.0]);
    let missed = Rk45::new(1e-9, 1e-9).integrate(&system, span, start)?;
    assert_eq!(missed.last()[1], 1.0);
    let stops = [50.5, 50.0];
    let five = Rk45::new(1e-10, 1e-10)
        .with_stop_times(&stops)
        .integrate(&system, span, start)?;
    let eight = Dop853::new(1e-10, 1e-10)
        .with_stop_times(&stops)
        .integrate(&system, span, start)?;
    for run in [five, eight] {
        // 50 + (1 − e^−1)/2 + 49.5e^−1.
        let (v, x) = (
            (-1.0_f64).exp(),
            50.0 + 0.5 * -(-1.0_f64).exp_m1() + 49.5 * (-1.0_f64).exp(),
        );
        assert!((run.last()[1] - v).abs() < 1e-9, "{}", run.last());
        assert!((run.last()[0] - x).abs() < 5e-8, "{} {x}", run.last());
        for stop in stops {
            assert!(run.times().contains(&stop));
        }
    }
    Ok(())
}

/// u̇ = −u + 20·[1 < t < 1.05], whose solution after the pulse is u(t) = e^(−t)(u₀ + 20(e^1.05 − e)).
struct Pulse;

impl FirstOrderSystem<Line> for Pulse {
    fn derivative(&self, time: f64, state: &Vector1<f64>, derivative: &mut Vector1<f64>) {
        derivative.x = -state.x + if 1.0 < time && time < 1.05 { 20.0 } else { 0.0 };
    }
}

/// Either way in time, a jump in the right-hand side costs no accuracy at a stop time, and much without.
#[test]
fn jumps_at_stop_times_are_exact() -> Result<(), Error> {
    let gained = 20.0 * (1.05_f64.exp() - 1.0_f64.exp());
    let exact = |t: f64| {
        let during = 20.0 * (t.clamp(1.0, 1.05).exp() - 1.0_f64.exp());
        (-t).exp() * (1.0 + during)
    };
    assert!((exact(3.0) - (-3.0_f64).exp() * (1.0 + gained)).abs() < 1e-15);
    for (from, until) in [(0.0, 3.0), (3.0, 0.0)] {
        let (span, start) = ((from, until), vector![exact(from)]);
        let stops = [1.0, 1.05, 7.0, -2.0, 0.0, 3.0, 1.0];
        let five = Rk45::new(1e-13, 1e-13)
            .with_stop_times(&stops)
            .integrate(&Pulse, span, start)?;
        let eight = Dop853::new(1e-13, 1e-13)
            .with_stop_times(&stops)
            .integrate(&Pulse, span, start)?;
        let without = Dop853::new(1e-13, 1e-13).integrate(&Pulse, span, start)?;
        for run in [&five, &eight] {
            assert!(
                (run.last().x - exact(until)).abs() < 1e-10,
                "{}",
                run.last()
            );
            for t in [0.5, 1.0, 1.01, 1.04, 1.05, 1.2, 2.9] {
                assert!(
                    (run.at(t)?.x - exact(t)).abs() < 1e-10,
                    "{t} {}",
                    run.at(t)?
                );
            }
            assert!(
                run.times()
                    .windows(2)
                    .all(|pair| (pair[0] < pair[1]) == (from < until))
            );
        }
        assert!(
            eight.evaluations() < without.evaluations() / 2,
            "{} {}",
            eight.evaluations(),
            without.evaluations()
        );
    }
    Ok(())
}

/// Stop times that differ by rounding alone are one, as 0.3 and 0.1 + 0.2, and those next to the ends are the ends.
#[test]
fn stop_times_next_to_each_other_are_one() -> Result<(), Error> {
    fn check<M: Method<Quartic, Line>>(method: &M, until: f64) -> Result<(), Error> {
        let problem = Problem::new(HeavyBall::new(1.0, 0.2)?, Quartic, vector![1.0]).until(until);
        let run = problem.solve(method)?;
        assert_eq!((run.times()[0], run.times().last()), (0.0, Some(&until)));
        assert!(
            run.times()
                .iter()
                .any(|time| (time.abs() - 0.3).abs() < 1e-15)
        );
        Ok(())
    }
    for direction in [1.0, -1.0] {
        let stops = [
            0.1 + 0.2,
            0.3,
            1.0_f64.next_down(),
            1e-320,
            1.0_f64.next_up(),
        ]
        .map(|time| direction * time);
        with_all!((1e-6, 1e-6), |method| check(
            &method.with_stop_times(&stops),
            direction
        )?);
    }
    Ok(())
}

/// Settings that are not numbers, not finite, zero or negative are refused by all methods, as are tolerances and stop times.
#[test]
fn bad_settings_are_refused_by_all() -> Result<(), Error> {
    fn refused<M: Method<Quartic, Line>>(method: &M, bad: f64, is_time: bool) {
        let problem = Problem::new(HeavyBall::new(1.0, 0.2).unwrap(), Quartic, vector![1.0]);
        for error in [problem.solve(method).err(), method.check().err()] {
            match error {
                Some(Error::Parameter(ParameterError::NotPositive { value, .. })) if !is_time => {
                    assert!(value == bad || bad.is_nan());
                }
                Some(Error::Parameter(ParameterError::NotFinite { .. })) => {
                    assert!(!bad.is_finite())
                }
                other => panic!("{bad}: {other:?} by {}", std::any::type_name::<M>()),
            }
        }
    }
    for bad in [f64::NAN, 0.0, -0.0, -1.0, f64::INFINITY, f64::NEG_INFINITY] {
        with_all!((1e-6, 1e-6), |method| {
            refused(&method.with_max_step(bad), bad, false);
            refused(&method.with_first_step(bad), bad, false);
            refused(&method.with_max_travel(bad), bad, false);
            if !bad.is_finite() {
                refused(&method.with_stop_times(&[0.5, bad]), bad, true);
            }
        });
        with_all!((bad, 1e-6), |method| refused(&method, bad, false));
        with_all!((1e-6, bad), |method| refused(&method, bad, false));
    }
    Ok(())
}

/// A potential that counts its gradients.
struct Counted(Cell<usize>);

impl Potential<f64, Const<2>> for Counted {
    fn value(&self, x: &nalgebra::Vector2<f64>) -> f64 {
        DoubleWell.value(x)
    }

    fn gradient(&self, x: &nalgebra::Vector2<f64>, gradient: &mut nalgebra::Vector2<f64>) {
        self.0.set(self.0.get() + 1);
        DoubleWell.gradient(x, gradient);
    }
}

/// What a run says of itself: its ends exact and its times strictly in order, either way; as many steps as times between
/// them; the longest; and as many gradients as the potential saw.
#[test]
fn a_run_counts_what_it_does() -> Result<(), Error> {
    fn check<M: Method<Counted, Const<2>>>(method: &M, counts_all: bool) -> Result<(), Error> {
        let name = std::any::type_name::<M>();
        for (from, until) in [(0.0, 7.0), (3.0, -2.0), (-5.0, -4.75), (1e6, 1e6 + 3.0)] {
            for (mass, drag) in [(1.0, 0.2), (0.01, 0.3), (1e-3, 1.0)] {
                // A tiny mass blows up backward, and forward it is stiff for explicit methods.
                if mass < 1.0 && !(0.0..0.5).contains(&(until - from)) {
                    continue;
                }
                let problem = Problem::new(
                    HeavyBall::new(mass, drag)?,
                    Counted(Cell::new(0)),
                    vector![-1.5, -1.5],
                );
                let problem = problem.with_start_time(from).until(until);
                let run = problem.solve(method)?;
                let times = run.times();
                assert_eq!(
                    (times.first(), times.last()),
                    (Some(&from), Some(&until)),
                    "{name}"
                );
                assert!(
                    times
                        .windows(2)
                        .all(|pair| (pair[0] < pair[1]) == (from < until) && pair[0] != pair[1])
                );
                assert_eq!(run.steps(), times.len() - 1, "{name} {from} {until} {mass}");
                assert_eq!(run.states().len(), times.len());
                let longest = times
                    .windows(2)
                    .map(|pair| (pair[1] - pair[0]).abs())
                    .fold(0.0, f64::max);
                let rounding = 4.0 * f64::EPSILON * from.abs().max(until.abs());
                assert!(
                    (run.largest_step() - longest).abs() <= rounding,
                    "{name} {longest} {}",
                    run.largest_step()
                );
                let seen = problem.potential().0.get();
                if counts_all {
                    assert_eq!(run.gradients(), seen, "{name} {from} {until} {mass}");
                } else {
                    assert!(run.gradients() <= seen, "{name}");
                }
            }
        }
        Ok(())
    }
    check(&Adaptive::new(1e-7, 1e-7).without_dense_output(), true)?;
    check(&Adaptive::new(1e-10, 1e-10).without_dense_output(), true)?;
    check(&Nystrom8::new(1e-7, 1e-7).without_dense_output(), true)?;
    check(&Nystrom12::new(1e-10, 1e-10).without_dense_output(), true)?;
    check(&Dop853::new(1e-8, 1e-8).without_dense_output(), true)?;
    with_all!((1e-7, 1e-7), |method| {
        check(&method, false)?;
        check(
            &method
                .with_max_step(0.1)
                .with_max_travel(0.1)
                .with_stop_times(&[0.5, -1.0]),
            false,
        )?;
    });
    check(&Rk45::new(1e-7, 1e-7), true)?;
    check(&Rk45::new(1e-7, 1e-7).with_max_travel(0.1), true)
}
