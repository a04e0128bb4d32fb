//! Schedules, and the ball whose mass and drag they change: Derivation (47).

use crate::support::slope::{is_order, slope};
use heavyball::error::{ParameterError, RuleError, VectorError};
use heavyball::frameworks::{Convention, RateChange, Sgd};
use heavyball::{
    Cosine, CosineRestarts, ExponentialDecay, MultiStep, NesterovSchedule, OneCycle, PerEpoch,
    Polynomial, RuleFromFn, StepDrop, SutskeverSchedule, WarmUp,
};
use heavyball::{VaryingBall, prelude::*};
use nalgebra::{Const, Vector1, vector};

const UNTIL: f64 = 3.0;

/// m(t), from 1.6 down to 0.4 and up again.
fn mass(t: f64) -> f64 {
    1.0 + 0.6 * (2.0 * t + 0.5).cos()
}

/// ṁ(t).
fn growth(t: f64) -> f64 {
    -1.2 * (2.0 * t + 0.5).sin()
}

/// γ(t) for the test in which β changes too.
fn drag(t: f64) -> f64 {
    0.7 + 0.4 * (3.0 * t).sin()
}

/// Where the ball with m(t) and `drag` is at the end, from (0.5, 1) at rest.
fn end(drag: impl Fn(f64) -> f64) -> Result<nalgebra::Vector2<f64>, Error> {
    let system = VaryingBall::new(DoubleWell, mass, drag).in_phase_space(Const::<2>);
    let start = system.state(&vector![0.5, 1.0], &vector![0.0, 0.0])?;
    let run = Dop853::new(1e-12, 1e-12).integrate(&system, (0.0, UNTIL), start)?;
    Ok(system.motion(run.last())?.0)
}

/// Steps Δt = UNTIL/n over four halvings.
fn steps() -> impl Iterator<Item = (usize, f64)> {
    (0..5)
        .map(|halving| 2400 << halving)
        .map(|n| (n, UNTIL / n as f64))
}

/// Derivation (47): momentum and Nesterov with α_k = Δt²/m(t), β_k = 1 − γ(t)Δt/m(t) keep v, and follow
/// m(t)ẍ + γ(t)ẋ + ∇f = 0 to first order, four halvings; and `balls` gives m and γ back.
#[test]
fn a_scheduled_rule_follows_the_ball_of_varying_mass() -> Result<(), Error> {
    let exact = end(drag)?;
    let other = end(|t| drag(t) + growth(t))?;
    let (mut momentum, mut nesterov, mut wrong) = (Vec::new(), Vec::new(), Vec::new());
    for (n, dt) in steps() {
        let time = move |k: usize| k as f64 * dt;
        let alpha = move |k| dt * dt / mass(time(k));
        let beta = move |k| 1.0 - drag(time(k)) * dt / mass(time(k));
        let rule = Momentum::scheduled(alpha, beta);
        for (k, now) in rule
            .balls(Discretization::ExplicitDrag, Gauge::Step(dt))
            .take(n)
            .enumerate()
        {
            let now = now?;
            assert!((now.time - time(k)).abs() < 1e-9 && (now.dt - dt).abs() < 1e-15);
            assert!((now.ball.mass / mass(time(k)) - 1.0).abs() < 1e-13);
            assert!((now.ball.drag - drag(time(k))).abs() < 1e-9);
        }
        let at = rule
            .iterates(&DoubleWell, vector![0.5, 1.0])
            .after(n)?
            .position;
        momentum.push((dt, (at - exact).norm()));
        wrong.push((dt, (at - other).norm()));
        let at = Nesterov::scheduled(alpha, beta)
            .iterates(&DoubleWell, vector![0.5, 1.0])
            .after(n)?;
        nesterov.push((dt, (at.position - exact).norm()));
    }
    assert!(is_order(slope(&momentum), 1), "{momentum:?}");
    assert!(is_order(slope(&nesterov), 1), "{nesterov:?}");
    assert!(wrong.iter().all(|(_, error)| *error > 0.05), "{wrong:?}");
    Ok(())
}

/// Derivation (47): the same learning rates in PyTorch and in Keras, at one momentum (γ = ζm with ζ constant), are two different balls:
/// Keras keeps the velocity when the mass changes, PyTorch the momentum, γ + ṁ in the place of γ. Each follows its own
/// equation to first order, and stays away from the other's.
#[test]
fn pytorch_keeps_momentum_and_keras_velocity() -> Result<(), Error> {
    let zeta = 0.6;
    let velocity = end(|t| zeta * mass(t))?;
    let momentum = end(|t| zeta * mass(t) + growth(t))?;
    let between = (velocity - momentum).norm();
    assert!(between > 0.1);
    let cases = [
        (Convention::Keras { nesterov: false }, velocity, momentum),
        (Convention::FluxMomentum, velocity, momentum),
        (
            Convention::PyTorch {
                dampening: 0.0,
                nesterov: false,
            },
            momentum,
            velocity,
        ),
        (Convention::Optax { nesterov: true }, momentum, velocity),
        (Convention::Keras { nesterov: true }, velocity, momentum),
    ];
    for (convention, own, other) in cases {
        let (mut points, mut apart) = (Vec::new(), Vec::new());
        for (n, dt) in steps() {
            let rate = |k: usize| dt * dt / mass(k as f64 * dt);
            let line = Sgd::new(convention, rate(0), 1.0 - zeta * dt)?;
            let mut run = line.run(&DoubleWell, vector![0.5, 1.0]);
            for k in 0..n {
                run.change_learning_rate(rate(k), RateChange::KeepBuffer)?;
                run.advance();
                if k == 0 {
                    run.advance(); // the start is item 0
                }
            }
            let at = run.sgd().iterate(&DoubleWell, &run.state())?.position;
            points.push((dt, (at - own).norm()));
            apart.push((at - other).norm());
        }
        assert!(is_order(slope(&points), 1), "{convention:?} {points:?}");
        assert!(
            apart.iter().all(|error| *error > 0.8 * between),
            "{convention:?} {apart:?}"
        );
    }
    Ok(())
}

/// Each schedule is its formula, the ends among them.
#[test]
fn schedules_have_their_values() -> Result<(), Error> {
    let cosine = Cosine::new(0.3, 0.1, 40)?;
    let warm = WarmUp::new(9, StepDrop::new(0.5, 0.1, 10)?)?;
    let nesterov = NesterovSchedule::new(3.0)?;
    let sutskever = SutskeverSchedule::new(0.99)?;
    for k in 0..200_usize {
        let t = k as f64;
        let expected = 0.1 + 0.2 * (1.0 + (std::f64::consts::PI * t.min(40.0) / 40.0).cos()) / 2.0;
        assert!((cosine.at(k) - expected).abs() < 1e-16, "{k}");
        let expected = if k < 9 {
            0.05 * (t + 1.0)
        } else {
            0.5 * 0.1_f64.powi((k as i32 - 9) / 10)
        };
        assert!((warm.at(k) - expected).abs() < 1e-15, "{k}");
        if k > 0 {
            assert!(
                (nesterov.at(k) - (t - 1.0) / (t + 2.0)).abs() < 1e-16,
                "{k}"
            );
        }
        assert_eq!(sutskever.at(k), sutskever.beta(k));
    }
    assert_eq!((nesterov.at(0), cosine.at(usize::MAX)), (0.0, 0.1));
    // Near its end a cosine that falls to 0 keeps its digits: a(π/2n)² at k = n − 1.
    let last = Cosine::new(1.0, 0.0, 1_000_000)?.at(999_999);
    let expected = (std::f64::consts::FRAC_PI_2 / 1e6).powi(2);
    assert!((last / expected - 1.0).abs() < 1e-9, "{last:e}");
    Ok(())
}

/// Restarts of every length: cosine i begins at n(φⁱ − 1)/(φ − 1), counted by hand, and ends just above b.
#[test]
fn cosines_restart_where_the_lengths_add_up() -> Result<(), Error> {
    for growth in [1.0, 2.0, 3.0] {
        let rate = CosineRestarts::new(0.5, 0.1, 7)?
            .with_growth(growth)?
            .with_decay(0.8)?;
        let (mut begin, mut length, mut highest) = (0, 7, 0.5);
        for _ in 0..8 {
            assert!((rate.at(begin) - highest).abs() < 1e-15, "{growth} {begin}");
            let last = rate.at(begin + length - 1);
            let share = (length - 1) as f64 / length as f64;
            let expected =
                0.1 + (highest - 0.1) * (1.0 + (std::f64::consts::PI * share).cos()) / 2.0;
            assert!((last - expected).abs() < 1e-15, "{growth} {begin}");
            begin += length;
            length *= growth as usize;
            highest = 0.1 + (highest - 0.1) * 0.8;
        }
    }
    // A growth that is no whole number: the sum 10(1 + 1.5 + 2.25) = 47.5 lies between 47 and 48.
    let rate = CosineRestarts::new(1.0, 0.0, 10)?.with_growth(1.5)?;
    let expected = |share: f64| (1.0 + (std::f64::consts::PI * share).cos()) / 2.0;
    assert!((rate.at(47) - expected(22.0 / 22.5)).abs() < 1e-14);
    assert!((rate.at(48) - expected(0.5 / 33.75)).abs() < 1e-14);
    // Far out the share is still one of a cosine.
    for growth in [1.0, 1.0 + 1e-9, 1.3, 1e6] {
        let rate = CosineRestarts::new(1.0, 0.0, 3)?.with_growth(growth)?;
        assert!(
            (0.0..=1.0).contains(&rate.at(usize::MAX)) && (0.0..=1.0).contains(&rate.at(1 << 40))
        );
    }
    Ok(())
}

/// A one-cycle schedule has its peak and its ends where they are promised, is constant afterwards, and refuses phases without
/// iterations; a warm-up rises from its start, and an epoch holds its rate.
#[test]
fn cycles_rises_and_epochs() -> Result<(), Error> {
    let cycle = OneCycle::pytorch(1.0, 100)?
        .with_peak_at(0.25)?
        .with_ends(0.2, 0.0)?
        .linear();
    assert_eq!([0, 24, 99, 1000].map(|k| cycle.at(k)), [0.2, 1.0, 0.0, 0.0]);
    assert!((cycle.at(12) - 0.6).abs() < 1e-15 && (cycle.at(25) - 74.0 / 75.0).abs() < 1e-15);
    let three = OneCycle::pytorch(1.0, 100)?
        .in_three_phases()?
        .with_peak_at(0.25)?;
    assert_eq!(
        [0, 24, 48, 99].map(|k| three.at(k)),
        [0.04, 1.0, 0.04, 0.04 / 1e4]
    );
    for share in [0.0, 0.01, 1.0, 1.5, -0.3, f64::NAN] {
        let refused = matches!(
            OneCycle::pytorch(1.0, 100)?.with_peak_at(share),
            Err(Error::Rule(RuleError::CycleTooShort { steps: 100, .. }))
        );
        assert!(refused, "{share}");
    }
    assert!(OneCycle::pytorch(1.0, 3).is_err() && OneCycle::optax(1.0, 0).is_err());
    assert!(OneCycle::pytorch(0.0, 100).is_err() && OneCycle::optax(f64::NAN, 100).is_err());
    assert!(three.momentum(f64::NAN, 0.9).is_err() && three.with_ends(0.1, f64::INFINITY).is_err());
    assert!(
        OneCycle::pytorch(1.0, 10)?
            .with_peak_at(0.6)?
            .in_three_phases()
            .is_err()
    );

    let warm = WarmUp::new(10, Cosine::new(0.5, 0.1, 20)?)?.rising_from(0.1)?;
    for k in 0..10 {
        assert!((warm.at(k) - (0.1 + 0.4 * k as f64 / 10.0)).abs() < 2e-16);
    }
    assert_eq!((warm.at(10), warm.at(30)), (0.5, 0.1));
    assert!(WarmUp::new(10, 0.5)?.rising_from(f64::NAN).is_err());

    let epochs = PerEpoch::new(5, Polynomial::new(1.0, 0.0, 1.0, 4)?)?;
    assert_eq!(
        [0, 4, 5, 14, 19, 20].map(|k| epochs.at(k)),
        [1.0, 1.0, 0.75, 0.5, 0.25, 0.0]
    );
    assert!(PerEpoch::new(0, 0.1).is_err() && Polynomial::new(0.1, 0.0, 0.0, 5).is_err());
    assert!(
        Polynomial::new(f64::NAN, 0.0, 1.0, 5).is_err()
            && Polynomial::new(0.1, 0.0, 1.0, 0).is_err()
    );
    assert!(
        ExponentialDecay::new(0.1, 0.0, 1).is_err() && ExponentialDecay::new(0.1, 0.9, 0).is_err()
    );
    assert!(MultiStep::new(0.1, -0.5, [3]).is_err() && MultiStep::new(0.0, 0.5, [3]).is_err());
    assert_eq!(MultiStep::new(1.0, 0.5, [9, 3, 3])?.at(3), 0.25);
    let refused = CosineRestarts::new(1.0, 0.0, 5)?.with_growth(0.5);
    assert!(
        matches!(refused, Err(Error::Rule(RuleError::GrowthBelowOne { value })) if value == 0.5)
    );
    Ok(())
}

/// A momentum that rises from 0, as PyTorch's lines have it by hand: its buffer begins, undampened, with the first step that
/// has a momentum; the rates of the first steps are 0, and the parameter stays.
#[test]
fn a_momentum_that_rises_from_zero() -> Result<(), Error> {
    let (tau, rate, decay) = (
        0.4,
        |k: usize| if k < 2 { 0.0 } else { 0.1 },
        |k: usize| [0.0, 0.0, 0.0, 0.5, 0.0, 0.8][k.min(5)],
    );
    let torch = Convention::PyTorch {
        dampening: tau,
        nesterov: false,
    };
    let line = Sgd::new(torch, 0.1, 0.5)?.scheduled(rate, decay);
    let bowl = Quadratic::diagonal(vector![2.0])?;
    let (mut x, mut buffer): (f64, Option<f64>) = (1.0, None);
    let mut run = line.run(&bowl, vector![1.0]);
    assert_eq!(run.next().map(|state| state.parameter), Some(vector![1.0]));
    for k in 0..12 {
        let g = 2.0 * x;
        let step = if decay(k) == 0.0 {
            g
        } else {
            let b = buffer.map_or(g, |b| decay(k) * b + (1.0 - tau) * g);
            buffer = Some(b);
            b
        };
        x -= rate(k) * step;
        let state = run.next();
        let same = |ours: Vector1<f64>, theirs: f64| (ours.x - theirs).abs() < 1e-15;
        let equal = state.is_some_and(|state| {
            same(state.parameter, x)
                && state.buffer.is_some() == buffer.is_some()
                && state
                    .buffer
                    .zip(buffer)
                    .is_none_or(|(ours, theirs)| same(ours, theirs))
        });
        assert!(equal, "{k}");
    }
    assert_eq!(run.iteration(), 12);
    assert_eq!(*run.sgd().momentum(), 0.8);
    Ok(())
}

/// At the rate 0 PyTorch's buffer fills and Keras's velocity decays, and neither moves.
#[test]
fn at_the_rate_zero_nothing_moves() -> Result<(), Error> {
    let bowl = Quadratic::diagonal(vector![2.0])?;
    let torch = Convention::PyTorch {
        dampening: 0.0,
        nesterov: false,
    };
    for (convention, filled) in [
        (torch, 2.0 * (1.0 - 0.5_f64.powi(5)) / 0.5),
        (Convention::Keras { nesterov: false }, 0.0),
    ] {
        let line = Sgd::new(convention, 0.1, 0.5)?.scheduled(0.0, 0.5);
        let state = line.run(&bowl, vector![1.0]).nth(5);
        let buffer = state
            .and_then(|state| (state.parameter == vector![1.0]).then_some(state.buffer))
            .flatten();
        assert!(
            buffer.is_some_and(|buffer| (buffer.x - filled).abs() < 1e-14),
            "{convention:?}"
        );
    }
    Ok(())
}

/// A schedule of a line that leaves its range ends the run at that iteration, counted from the start of training.
#[test]
fn a_line_whose_schedule_fails_is_told() -> Result<(), Error> {
    let torch = Convention::PyTorch {
        dampening: 0.0,
        nesterov: false,
    };
    let sgd = Sgd::new(torch, 0.1, 0.5)?;
    let run = |rate: fn(usize) -> f64, momentum: fn(usize) -> f64| {
        let mut run =
            sgd.scheduled(rate, momentum)
                .resume(&DoubleWell, sgd.fresh(vector![0.5, 1.0]), 100);
        (run.by_ref().take(50).count(), run.failure().cloned())
    };
    let falling = |k: usize| 0.1035 - 0.001 * k as f64;
    let falls: fn(usize) -> f64 = falling;
    let (count, failure) = run(falls, |_| 0.5);
    assert_eq!(count, 5);
    let named = matches!(
        failure,
        Some(Error::Rule(RuleError::ScheduleOutOfRange {
            name: "the learning rate",
            iteration: 104,
            ..
        }))
    );
    assert!(named, "{failure:?}");
    for momentum in [1.5, f64::NAN, -1.0] {
        let line = sgd.scheduled(0.1, momentum);
        let named = matches!(
            line.at(3),
            Err(Error::Rule(RuleError::ScheduleOutOfRange {
                name: "the momentum",
                iteration: 3,
                ..
            }))
        );
        assert!(named, "{momentum}");
    }
    let refused = sgd.scheduled(0.1, -0.2).at(0);
    assert!(matches!(
        refused,
        Err(Error::Framework(
            heavyball::error::FrameworkError::Refused {
                framework: "PyTorch",
                ..
            }
        ))
    ));
    let mut wrong = sgd
        .scheduled(0.1, 0.5)
        .run(&DoubleWell, vector![f64::NAN, 1.0]);
    assert!(wrong.next().is_none() && wrong.failure().is_some());
    Ok(())
}

/// The rule at iteration k is `Momentum` or `Nesterov` with α_k and β_k: the same bits as choosing it anew each time.
#[test]
fn a_scheduled_rule_is_the_rule_of_each_iteration() -> Result<(), Error> {
    let (alpha, beta) = (Cosine::new(0.1, 0.01, 30)?, SutskeverSchedule::new(0.9)?);
    let start = vector![-1.5, -1.5];
    let ours = Momentum::scheduled(alpha, beta).iterates(&DoubleWell, start);
    let anew = RuleFromFn(|k| Momentum::new(alpha.at(k), beta.at(k)));
    assert!(
        ours.zip(anew.iterates(&DoubleWell, start))
            .take(60)
            .all(|(a, b)| a == b)
    );
    let ours = Nesterov::scheduled(alpha, beta).iterates(&DoubleWell, start);
    let anew = RuleFromFn(|k| Nesterov::new(alpha.at(k), beta.at(k)));
    assert!(
        ours.zip(anew.iterates(&DoubleWell, start))
            .take(60)
            .all(|(a, b)| a == b)
    );
    Ok(())
}

/// A value that no rule can use ends the run where it comes, with its iteration; 0 is a rate that can.
#[test]
fn a_schedule_that_fails_is_told() -> Result<(), Error> {
    let at = |alpha: fn(usize) -> f64, beta: fn(usize) -> f64| {
        let mut run = Momentum::scheduled(alpha, beta).iterates(&DoubleWell, vector![0.5, 1.0]);
        let count = run.by_ref().take(50).count();
        (count, run.failure().cloned())
    };
    let broken = |k: usize| if k == 7 { f64::NAN } else { 0.05 };
    for (result, name) in [
        (at(broken, |_| 0.5), "alpha"),
        (at(|_| 0.05, broken), "beta"),
    ] {
        let (count, failure) = result;
        assert_eq!(count, 8);
        assert!(
            matches!(failure, Some(Error::Rule(RuleError::ScheduleOutOfRange { name: n, iteration: 7, .. })) if n == name),
            "{failure:?}"
        );
    }
    assert!(at(|k| 0.05 - 0.01 * k as f64, |_| 0.5).1.is_some());
    assert!(matches!(
        at(|_| f64::INFINITY, |_| 0.5).1,
        Some(Error::Rule(RuleError::ScheduleOutOfRange {
            name: "alpha",
            iteration: 0,
            ..
        }))
    ));
    assert!(at(|_| 0.05, |_| 1.5).1.is_some() && at(|_| 0.05, |_| -1.0).1.is_some());
    assert_eq!(at(|_| 0.0, |_| 1.0), (50, None));

    let balls = Momentum::scheduled(|k: usize| if k == 2 { 0.0 } else { 0.1 }, 0.9);
    let mut balls = balls.balls(Discretization::ExplicitDrag, Gauge::Step(0.1));
    assert!(balls.by_ref().take(2).all(|now| now.is_ok()));
    assert!(matches!(
        balls.next(),
        Some(Err(Error::Parameter(ParameterError::NotPositive { .. })))
    ));
    // The clock is even, t = kΔt, also after an iteration that has no particle, and after a million.
    assert_eq!(
        balls.next().transpose()?.map(|now| now.time),
        Some(0.1 * 3.0)
    );
    let later = balls.nth(999_996).transpose()?;
    assert_eq!(later.map(|now| now.time), Some(0.1 * 1e6));

    assert_eq!(Cosine::new(1e308, -1e308, 10)?.at(0), 1e308);
    assert!(StepDrop::new(0.1, 0.0, 5).is_err() && StepDrop::new(0.1, 0.5, 0).is_err());
    assert!(Cosine::new(0.1, f64::NAN, 5).is_err());
    assert!(Cosine::new(f64::NAN, 0.0, 5).is_err() && Cosine::new(0.1, 0.0, 0).is_err());
    assert!(WarmUp::new(0, 0.1).is_err() && NesterovSchedule::new(-1.0).is_err());
    assert!(SutskeverSchedule::new(1.5).is_err());
    Ok(())
}

/// A mass that reaches zero ends the run of its ball with an error; a negative one never begins.
#[test]
fn a_ball_without_mass_is_told() {
    let run = |mass: fn(f64) -> f64| {
        let system = VaryingBall::new(DoubleWell, mass, |_| 0.5).in_phase_space(Const::<2>);
        let start = system.state(&vector![0.5, 1.0], &vector![0.0, 0.0])?;
        Rk45::new(1e-8, 1e-8).integrate(&system, (0.0, 2.0), start)
    };
    assert!(run(|t| 2.5 - t).is_ok());
    for mass in [|t| 1.0 - t, |_| -1.0, |_| 0.0, |_| f64::NAN] {
        assert!(run(mass).is_err());
    }
    let system = VaryingBall::new(DoubleWell, |_| 1.0, |_| 0.5).in_phase_space(Const::<2>);
    let (fine, wrong) = (vector![0.5, 1.0], vector![0.5, f64::NAN]);
    for (position, velocity, name) in [
        (fine, wrong, "start velocity"),
        (wrong, fine, "start position"),
    ] {
        let run = system
            .state(&position, &velocity)
            .and_then(|start| Rk45::new(1e-8, 1e-8).integrate(&system, (0.0, 1.0), start));
        assert!(
            matches!(&run, Err(Error::Vector(VectorError::NonFiniteComponent { name: n, component: 1, .. })) if *n == name),
            "{run:?}"
        );
    }
}

/// With a fixed mass the time of iterate k is the sum of the steps before it: α_k = (k + 1)² on a mass of 1 has
/// Δt_k = k + 1 and t_k = k(k + 1)/2.
#[test]
fn with_a_fixed_mass_the_steps_add_up() -> Result<(), Error> {
    let rule = Momentum::scheduled(|k: usize| ((k + 1) * (k + 1)) as f64, 0.9);
    let balls = rule.balls(Discretization::ExplicitDrag, Gauge::Mass(1.0));
    for (k, now) in balls.take(50).enumerate() {
        let now = now?;
        assert_eq!(
            (now.dt, now.time),
            ((k + 1) as f64, (k * (k + 1) / 2) as f64)
        );
    }
    Ok(())
}

/// A rule made anew at each iteration ends the run at the first that cannot be made, or whose schedule fails.
#[test]
fn a_rule_that_cannot_be_made_ends_the_run() -> Result<(), Error> {
    let made = RuleFromFn(|k: usize| Momentum::new(0.05 - 0.01 * k as f64, 0.5));
    let mut run = made.iterates(&DoubleWell, vector![0.5, 1.0]);
    assert_eq!(run.by_ref().take(50).count(), 6);
    assert!(
        matches!(
            run.failure(),
            Some(Error::Parameter(ParameterError::NotPositive {
                name: "alpha",
                ..
            }))
        ),
        "{:?}",
        run.failure()
    );
    let broken = Momentum::scheduled(|k: usize| if k == 7 { f64::NAN } else { 0.05 }, 0.5);
    let (plain, fallible) = (RuleFromFn(|_| broken), RuleFromFn(|_| Ok(broken)));
    let mut runs = (
        plain.iterates(&DoubleWell, vector![0.5, 1.0]),
        fallible.iterates(&DoubleWell, vector![0.5, 1.0]),
    );
    assert_eq!(runs.0.by_ref().take(50).count(), 8);
    assert_eq!(runs.1.by_ref().take(50).count(), 8);
    for failure in [runs.0.failure(), runs.1.failure()] {
        assert!(
            matches!(
                failure,
                Some(Error::Rule(RuleError::ScheduleOutOfRange {
                    name: "alpha",
                    iteration: 7,
                    ..
                }))
            ),
            "{failure:?}"
        );
    }
    Ok(())
}
