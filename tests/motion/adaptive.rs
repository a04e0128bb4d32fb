//! Rk45 and Dop853 are right at the end of every span and at every time within it.

use heavyball::error::SpanError;
use heavyball::prelude::*;
use heavyball::{Solution, Trajectory};
use nalgebra::{Const, DVector, Vector1, Vector2, dvector, vector};

const STIFFNESS: f64 = 4.0;

/// How far, in tolerances of 1e-9, a run may stray from the exact motion: the error of each step is
/// kept below one tolerance, and the drag forgets it again within a few.
const STRAY: f64 = 20.0;

fn ball() -> Result<HeavyBall, Error> {
    HeavyBall::new(1.0, 0.4)
}

type Oscillation = Problem<Quadratic<heavyball::potentials::Diagonal<f64, Const<1>>>, Const<1>>;

/// The oscillator (27) from (1, 0.3) at the start of the span.
fn oscillation(from: f64, until: f64) -> Result<Oscillation, Error> {
    let bowl = Quadratic::diagonal(vector![STIFFNESS])?;
    Ok(Problem::new(ball()?, bowl, vector![1.0])
        .with_velocity(vector![0.3])
        .with_start_time(from)
        .until(until))
}

/// The largest error of a run of [`oscillation`], at its steps and at `count` times between its ends,
/// relative to the size of the motion where that exceeds 1.
fn stray(run: &Trajectory<Const<1>>, count: usize) -> Result<f64, Error> {
    let exact = DampedOscillator::new(1.0, 0.4, STIFFNESS)?;
    let from = run.times()[0];
    let until = run.times()[run.times().len() - 1];
    let error = |t: f64, phase: &Phase<f64, Const<1>>| {
        let (x, u) = exact.at(t - from, 1.0, 0.3);
        (phase.position.x - x).hypot(phase.momentum.x - u) / x.hypot(u).max(1.0)
    };
    let steps = run.times().iter().zip(run.states());
    // A step's time is rounded, by more the farther it lies from zero; it moves the phase by 5 at most.
    let rounded = |t: f64| 5.0 * f64::EPSILON * t.abs();
    let at_steps = steps.map(|(t, phase)| error(*t, phase) - rounded(*t));
    let mut worst = at_steps.fold(0.0, f64::max);
    for i in 0..=count {
        let part = i as f64 / count as f64;
        let t = if i == count {
            until
        } else {
            from + part * (until - from)
        };
        worst = worst.max(error(t, &run.at(t)?));
    }
    Ok(worst)
}

/// Times run strictly from one end to the other, and both ends are the span's to the bit.
fn assert_times(times: &[f64], from: f64, until: f64) {
    assert_eq!((times.first(), times.last()), (Some(&from), Some(&until)));
    let forward = until > from;
    for pair in times.windows(2) {
        assert!(
            (pair[1] > pair[0]) == forward && pair[0] != pair[1],
            "{pair:?}"
        );
    }
}

/// Spans forward, backward, across and far from zero, tiny and long.
const SPANS: [(f64, f64); 22] = [
    (0.0, 1.0),
    (0.0, 10.0),
    (-1.0, 2.0),
    (-5.0, -2.0),
    (3.0, 0.0),
    (2.0, -3.0),
    (-2.0, -7.0),
    (0.0, 1e-3),
    (0.0, 1e-9),
    (0.0, -1e-9),
    (0.0, 2.3e-308),
    (1.0, 1.0 + 1e-12),
    (1.0, 1.0 - 1e-12),
    (0.0, 100.0),
    (100.0, 101.0),
    (-100.0, -101.0),
    (1e6, 1e6 + 5.0),
    (1e6, 1e6 - 5.0),
    (-1e9, -1e9 + 5.0),
    (0.1, 0.30000000000000004),
    (0.7, 8.1),
    (1.0 / 3.0, -2.0 / 3.0),
];

/// Derivation (27): both methods follow the exact oscillator to a small multiple of the tolerance, at
/// every step and at every time between, over every kind of span.
#[test]
fn adaptive_runs_are_right_over_every_span_and_at_every_time() -> Result<(), Error> {
    let tolerance = 1e-9;
    for (from, until) in SPANS {
        let problem = oscillation(from, until)?;
        let five = problem.solve(&Rk45::new(tolerance, tolerance))?;
        let eight = problem.solve(&Dop853::new(tolerance, tolerance))?;
        for (name, run) in [("Rk45", five), ("Dop853", eight)] {
            assert_times(run.times(), from, until);
            assert_eq!(run.at(from)?.position.x, 1.0);
            assert_eq!(&run.at(until)?, run.last());
            let stray = stray(&run, 1000)? / tolerance;
            println!("{name} {from:e} {until:e}: {stray:.2} tolerances");
            assert!(
                stray < STRAY,
                "{name} over {from}..{until}: {stray} tolerances"
            );
        }
    }
    Ok(())
}

/// Derivation (27): at a tolerance of 1e-13 the times between the steps of Dop853 with fine output are as accurate as
/// the steps, also where the time itself has few digits after the point.
#[test]
fn dop853_is_as_accurate_between_its_steps_as_at_them() -> Result<(), Error> {
    for (from, until) in [
        (0.0, 20.0),
        (5.0, -2.0),
        (1e6, 1e6 + 10.0),
        (-1e9, -1e9 + 10.0),
    ] {
        let method = Dop853::new(1e-13, 1e-13).with_fine_output();
        let run = oscillation(from, until)?.solve(&method)?;
        // Binary fractions are exact at every origin, so that the time between is what it says.
        let (exact, mut worst) = (DampedOscillator::new(1.0, 0.4, STIFFNESS)?, 0.0_f64);
        let direction = f64::signum(until - from);
        let count = (until - from).abs() * 64.0;
        for i in 0..=count as u32 {
            let elapsed = direction * f64::from(i) / 64.0;
            let (x, u) = exact.at(elapsed, 1.0, 0.3);
            let phase = run.at(from + elapsed)?;
            let error = (phase.position.x - x).hypot(phase.momentum.x - u);
            worst = worst.max(error / x.hypot(u).max(1.0));
        }
        println!("{from} {until}: {worst:.1e} in {} steps", run.times().len());
        assert!(worst < 2e-12, "{from}..{until}: {worst:e}");
    }
    Ok(())
}

/// Derivation (3): ẍ = −x over [0, 10] ends at cos 10 = −0.8390715290764524, whatever the grid asked
/// for: steps of the output never spoil or miss the end.
#[test]
fn the_end_is_neither_extrapolated_nor_missed() -> Result<(), Error> {
    let problem = Problem::new(
        HeavyBall::new(1.0, 0.0)?,
        Quadratic::diagonal(vector![1.0])?,
        vector![1.0],
    );
    let ten = problem.clone().until(10.0);
    for run in [
        ten.solve(&Rk45::new(1e-9, 1e-9))?,
        ten.solve(&Dop853::new(1e-9, 1e-9))?,
    ] {
        for count in [2, 3, 4, 11, 34, 101] {
            let sample = run.sample(count);
            assert_eq!(sample.len(), count);
            assert_eq!(sample.last().map(|(t, _)| *t), Some(10.0));
            for (t, phase) in sample {
                assert!(
                    (phase.position.x - t.cos()).abs() < 1e-7,
                    "{t}: {}",
                    phase.position.x
                );
                assert!(
                    (phase.momentum.x + t.sin()).abs() < 1e-7,
                    "{t}: {}",
                    phase.momentum.x
                );
            }
        }
        assert!((run.last().position.x + 0.839_071_529_076_452_4).abs() < 1e-7);
    }
    let one = problem.until(1.0);
    for run in [
        one.solve(&Rk45::new(1e-9, 1e-9))?,
        one.solve(&Dop853::new(1e-9, 1e-9))?,
    ] {
        for t in [0.0, 0.3, 0.6, 0.899_999_999_999_999_9, 0.9, 1.0] {
            assert!((run.at(t)?.position.x - t.cos()).abs() < 1e-8, "{t}");
        }
    }
    Ok(())
}

/// Times outside the span, and NaN, are refused with the span in the error.
#[test]
fn a_time_outside_the_span_is_refused() -> Result<(), Error> {
    for (from, until) in [(0.0, 1.0), (-3.0, -5.0), (2.0, 2.0)] {
        let problem = oscillation(from, until)?;
        let runs = [
            problem.solve(&Rk45::new(1e-9, 1e-9))?,
            problem.solve(&Dop853::new(1e-9, 1e-9))?,
            problem.solve(&Leapfrog::new(0.1)?)?,
        ];
        for run in runs {
            let (low, high) = (f64::min(from, until), f64::max(from, until));
            for time in [
                // More than the rounding of the ends.
                low - 1e-13,
                high + 1e-13,
                f64::INFINITY,
                f64::NEG_INFINITY,
            ] {
                let (start, end) = (from, until);
                assert_eq!(
                    run.at(time),
                    Err(Error::Span(SpanError::TimeOutsideSpan { time, start, end }))
                );
            }
            assert!(
                matches!(run.at(f64::NAN), Err(Error::Span(SpanError::TimeOutsideSpan { time, .. })) if time.is_nan())
            );
        }
    }
    Ok(())
}

/// A span without length is its start.
#[test]
fn a_span_of_no_length_is_its_start() -> Result<(), Error> {
    let problem = oscillation(2.5, 2.5)?;
    for run in [
        problem.solve(&Rk45::new(1e-9, 1e-9))?,
        problem.solve(&Dop853::new(1e-9, 1e-9))?,
        problem.solve(&Leapfrog::new(0.1)?)?,
    ] {
        assert_eq!(run.times(), [2.5]);
        assert_eq!(
            (run.last(), run.at(2.5)?),
            (&problem.start(), problem.start())
        );
        assert_eq!(run.gradients(), 0);
    }
    Ok(())
}

/// Derivation (4): a run backward from the end of a run forward returns to the start.
#[test]
fn backward_undoes_forward() -> Result<(), Error> {
    let well = || {
        Problem::new(
            HeavyBall::new(1.0, 0.2).unwrap(),
            DoubleWell,
            vector![-1.5, -1.5],
        )
    };
    let there = [
        well().until(3.0).solve(&Rk45::new(1e-11, 1e-11))?,
        well().until(3.0).solve(&Dop853::new(1e-11, 1e-11))?,
    ];
    for run in there {
        let end = run.last();
        let back = Problem::new(*run.ball(), DoubleWell, end.position)
            .with_velocity(run.ball().velocity(end))
            .with_start_time(3.0)
            .until(0.0);
        for back in [
            back.solve(&Rk45::new(1e-11, 1e-11))?,
            back.solve(&Dop853::new(1e-11, 1e-11))?,
        ] {
            let start = back.last();
            assert!((start.position - vector![-1.5, -1.5]).norm() < 1e-8);
            assert!(start.momentum.norm() < 1e-8);
            for t in [0.4, 1.7, 2.9] {
                assert!(
                    (back.at(t)?.position - run.at(t)?.position).norm() < 1e-8,
                    "{t}"
                );
            }
        }
    }
    Ok(())
}

/// Static and dynamic dimension are the same computation: the same numbers to the bit.
#[test]
fn static_and_dynamic_dimension_give_the_same_bits() -> Result<(), Error> {
    let ball = HeavyBall::new(1.3, 0.2)?;
    let fixed = Problem::new(ball, Rosenbrock, vector![-1.2, 1.0]).until(2.0);
    let growing = Problem::new(ball, Rosenbrock, dvector![-1.2, 1.0]).until(2.0);
    let fixed = [
        fixed.solve(&Rk45::new(1e-9, 1e-9))?,
        fixed.solve(&Dop853::new(1e-9, 1e-9))?,
    ];
    let growing = [
        growing.solve(&Rk45::new(1e-9, 1e-9))?,
        growing.solve(&Dop853::new(1e-9, 1e-9))?,
    ];
    for (fixed, growing) in fixed.iter().zip(&growing) {
        assert_eq!(fixed.times(), growing.times());
        assert_eq!(fixed.gradients(), growing.gradients());
        for t in [0.0, 0.33, 1.9, 2.0] {
            let (a, b) = (fixed.at(t)?, growing.at(t)?);
            assert_eq!(a.position.as_slice(), b.position.as_slice());
            assert_eq!(a.momentum.as_slice(), b.momentum.as_slice());
        }
    }
    Ok(())
}

/// Derivation (2): gradient flow of each curvature λ is x₀e^(−λt/γ), forward and backward.
#[test]
fn gradient_flow_decays_at_the_curvature_over_the_drag() -> Result<(), Error> {
    let flow = GradientFlow::new(Quadratic::diagonal(vector![1.0, 3.0])?, 2.0)?;
    for span in [(0.0, 4.0), (-1.0, 2.0), (1.0, -1.0)] {
        let start: Vector2<f64> = vector![1.0, -2.0];
        let five = Rk45::new(1e-10, 1e-10).integrate(&flow, span, start)?;
        let eight = Dop853::new(1e-10, 1e-10).integrate(&flow, span, start)?;
        for path in [five, eight] {
            assert_times(path.times(), span.0, span.1);
            for part in [0.0, 0.1, 0.37, 0.8, 1.0] {
                let elapsed = part * (span.1 - span.0);
                let exact = vector![(-elapsed / 2.0).exp(), -2.0 * (-1.5 * elapsed).exp()];
                let found = path.at(span.0 + elapsed)?;
                let size = exact.norm().max(1.0);
                assert!((found - exact).norm() < 3e-9 * size, "{span:?} {elapsed}");
            }
        }
    }
    Ok(())
}

/// ẏ = −2ty, whose solution is y₀e^(t₀² − t²): a system that depends on the time.
struct Bell;

impl FirstOrderSystem<Const<1>> for Bell {
    fn derivative(&self, time: f64, state: &Vector1<f64>, derivative: &mut Vector1<f64>) {
        derivative.x = -2.0 * time * state.x;
    }
}

/// The same of dynamic dimension.
struct BellDynamic;

impl FirstOrderSystem<nalgebra::Dyn> for BellDynamic {
    fn derivative(&self, time: f64, state: &DVector<f64>, derivative: &mut DVector<f64>) {
        derivative.copy_from(state);
        *derivative *= -2.0 * time;
    }
}

/// A system that depends on the time sees its own time, not the solver's, either way through zero,
/// with the dense output of either method, in either kind of dimension.
#[test]
fn a_system_of_the_users_own_sees_its_own_time() -> Result<(), Error> {
    for (from, until) in [(-1.0, 2.0), (2.0, -1.0), (-2.0, -0.5), (0.5, 1.5)] {
        let start = f64::exp(-from * from);
        let check = |path: Solution<Const<1>>| -> Result<(), Error> {
            assert_times(path.times(), from, until);
            // A stage at a wrong time would cost the order, and thousands of evaluations.
            assert!(path.evaluations() < 1000, "{}", path.evaluations());
            for i in 0..=50 {
                let t = from + f64::from(i) / 50.0 * (until - from);
                assert!(
                    (path.at(t)?.x - (-t * t).exp()).abs() < 2e-9,
                    "{from} {until} {t}"
                );
            }
            Ok(())
        };
        check(Rk45::new(1e-10, 1e-10).integrate(&Bell, (from, until), vector![start])?)?;
        check(Dop853::new(1e-10, 1e-10).integrate(&Bell, (from, until), vector![start])?)?;
        let dynamic = Dop853::new(1e-10, 1e-10);
        let path = dynamic.integrate(&BellDynamic, (from, until), dvector![start])?;
        assert!((path.last()[0] - (-until * until).exp()).abs() < 2e-9);
    }
    Ok(())
}

/// Without dense output, and with a fine one, the steps of Dop853 are the same to the bit.
#[test]
fn dense_output_does_not_change_the_steps() -> Result<(), Error> {
    let problem = oscillation(0.0, 7.0)?;
    let dense = problem.solve(&Dop853::new(1e-10, 1e-10))?;
    let sparse = problem.solve(&Dop853::new(1e-10, 1e-10).without_dense_output())?;
    let fine = problem.solve(&Dop853::new(1e-10, 1e-10).with_fine_output())?;
    for other in [&sparse, &fine] {
        assert_eq!(dense.times(), other.times());
        assert_eq!(dense.states(), other.states());
        assert_eq!(dense.gradients(), other.gradients());
    }
    assert!(stray(&sparse, 200)? < 1e-3);
    Ok(())
}
