//! Whatever the numbers, nothing panics, hangs or returns a number that is not one.

use heavyball::prelude::*;

use heavyball::TwoStepMomentum;
use nalgebra::{Const, vector};
use proptest::prelude::*;

/// Any f64 at all: every bit pattern, and those that matter more often.
fn any_number() -> impl Strategy<Value = f64> {
    prop_oneof![
        4 => any::<u64>().prop_map(f64::from_bits),
        2 => prop::sample::select(vec![
            0.0, -0.0, 1.0, -1.0, 2.0, 5e-324, f64::MIN_POSITIVE, f64::MAX, f64::MIN, f64::EPSILON,
            f64::INFINITY, -f64::INFINITY, f64::NAN, 1e-160, 1e160, 1e300, -1e300, 0.1, 1e-9,
        ]),
        3 => -3.0..3.0_f64,
    ]
}

/// Both ends of a run are numbers.
fn is_finite<const N: usize>(phase: &Phase<f64, Const<N>>) -> bool {
    phase
        .position
        .iter()
        .chain(&phase.momentum)
        .all(|c| c.is_finite())
}

/// A ball whose public fields were set, unchecked.
fn unchecked(mass: f64, drag: f64) -> HeavyBall {
    let mut ball = HeavyBall::new(1.0, 0.0).unwrap();
    (ball.mass, ball.drag) = (mass, drag);
    ball
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 3000, failure_persistence: None, ..Default::default() })]

    /// Any numbers in any constructor and run: an error or a finite result, never a panic.
    #[test]
    fn any_numbers_give_a_finite_run_or_an_error(
        (mass, drag, dt) in (any_number(), any_number(), any_number()),
        (x, u) in (any_number(), any_number()),
        (from, parts) in (any_number(), -300.0..300.0_f64),
    ) {
        let until = from + dt * parts;
        let ball = unchecked(mass, drag);
        let problem = Problem::new(ball, Quartic, vector![x]).with_velocity(vector![u]).with_start_time(from).until(until);
        if let Ok(leapfrog) = Leapfrog::new(dt) {
            let fourth = Composition::yoshida4(leapfrog)?;
            let runs = [
                problem.solve(&leapfrog),
                problem.solve(&SymplecticEuler::new(dt)?),
                problem.solve(&ExplicitEuler::new(dt)?),
                problem.solve(&CentralLeapfrog::new(dt)?),
                problem.solve(&fourth),
            ];
            for run in runs.into_iter().flatten() {
                prop_assert!(run.states().iter().all(is_finite), "{:?}", run.last());
                prop_assert_eq!(run.times().last(), Some(&until));
                prop_assert!(run.at(from).is_ok() && run.at(until).is_ok());
            }
        }
        let _ = HeavyBall::new(mass, drag);
        let _ = Momentum::new(mass, drag);
    }

    /// The same for the adaptive methods, which may not go on for ever either, at tolerances of at most
    /// 1: one of 1e308 accepts any step at all, and with it states that nothing can be read between.
    #[test]
    fn any_numbers_give_a_finite_adaptive_run_or_an_error(
        (mass, drag) in (any_number(), any_number()),
        (x, u) in (any_number(), any_number()),
        (from, until) in (any_number(), any_number()),
        (relative, absolute) in (any_number(), any_number()),
    ) {
        let at_most_one = |tolerance| if tolerance > 1.0 { 1.0 } else { tolerance };
        let (relative, absolute) = (at_most_one(relative), at_most_one(absolute));
        let ball = unchecked(mass, drag);
        let problem = Problem::new(ball, Quartic, vector![x]).with_velocity(vector![u]).with_start_time(from).until(until);
        let five = problem.solve(&Rk45::new(relative, absolute).with_max_steps(100));
        let eight = problem.solve(&Dop853::new(relative, absolute).with_max_steps(30));
        let own = problem.solve(&Rk45::new(relative, absolute).with_max_travel(1e300).with_max_steps(100));
        let nystrom = problem.solve(&Nystrom8::new(relative, absolute).with_max_steps(30));
        let twelve = problem.solve(&Nystrom12::new(relative, absolute).with_max_steps(30));
        let any = problem.solve(&Adaptive::new(relative, absolute).with_max_steps(30));
        for run in [five, eight, own, nystrom, twelve, any].into_iter().flatten() {
            prop_assert!(is_finite(run.last()), "{:?}", run.last());
            prop_assert!(run.states().iter().all(is_finite));
            prop_assert_eq!((run.times()[0], run.times().last()), (from, Some(&until)));
            // The interpolation adds numbers of the size of the states, which must leave room for it.
            let size = |phase: &Phase<f64, Const<1>>| phase.position.amax().max(phase.momentum.amax());
            if run.states().iter().any(|phase| size(phase) > 1e290) {
                continue;
            }
            for part in [0.0, 0.3, 1.0] {
                let time = from + part * (until - from);
                if let Ok(phase) = run.at(time) {
                    prop_assert!(is_finite(&phase), "{phase:?} at {time}");
                }
            }
        }
    }

    /// Whatever the limits of a step: an error, or a finite run that ends where it should.
    #[test]
    fn any_limits_give_a_finite_run_or_an_error(
        (dt, first, length) in (any_number(), any_number(), any_number()),
        (stop, other) in (any_number(), any_number()),
        (mass, drag) in (prop::sample::select(vec![1.0, 1e-3, 1e-8]), prop::sample::select(vec![0.0, 0.3, 10.0])),
        until in -3.0..3.0_f64,
        used in prop::sample::select(vec![1_u8, 2, 4, 8, 7, 15]),
    ) {
        let ball = HeavyBall::new(mass, drag)?;
        let problem = Problem::new(ball, Quartic, vector![1.0]).until(until);
        let mut runs = Vec::new();
        macro_rules! with_limits {
            ($($method:ident),*) => {$(
                let mut method = $method::new(1e-6, 1e-6).with_max_steps(40).with_stop_times(&[]);
                if used & 1 != 0 { method = method.with_max_step(dt) }
                if used & 2 != 0 { method = method.with_first_step(first) }
                if used & 4 != 0 { method = method.with_max_travel(length) }
                if used & 8 != 0 { method = method.with_stop_times(&[stop, other, 0.5]) }
                runs.push(problem.solve(&method));
            )*};
        }
        with_limits!(Adaptive, Nystrom8, Nystrom12, Dop853, Rk45);
        for run in runs.into_iter().flatten() {
            prop_assert!(run.states().iter().all(is_finite), "{:?}", run.last());
            prop_assert_eq!((run.times()[0], run.times().last()), (0.0, Some(&until)));
            prop_assert!(run.times().windows(2).all(|pair| (pair[0] < pair[1]) == (until > 0.0)));
        }
    }

    /// Masses, drags and tolerances over many orders of magnitude: a finite run that ends where it should and can be read
    /// anywhere, or a typed error.
    #[test]
    fn extreme_balls_give_a_finite_run_or_an_error(
        (mass, drag) in (-8.0..8.0_f64, -3.0..4.0_f64),
        tolerance in -12.0..-3.0_f64,
        (x, y) in (-2.0..2.0_f64, -2.0..2.0_f64),
        (from, length) in (-10.0..10.0_f64, -1.0..3.0_f64),
    ) {
        // A drag below the smallest is none.
        let drag = if drag < -2.0 { 0.0 } else { 10_f64.powf(drag) };
        let (mass, tolerance) = (10_f64.powf(mass), 10_f64.powf(tolerance));
        let problem = Problem::new(HeavyBall::new(mass, drag)?, DoubleWell, vector![x, y]);
        let problem = problem.with_start_time(from).until(from + length);
        let runs = [
            problem.solve(&Adaptive::new(tolerance, tolerance).with_max_steps(100)),
            problem.solve(&Nystrom8::new(tolerance, tolerance).with_max_steps(60)),
            problem.solve(&Nystrom12::new(tolerance, tolerance).with_max_steps(40)),
            problem.solve(&Dop853::new(tolerance, tolerance).with_max_steps(60)),
        ];
        for run in runs.into_iter().flatten() {
            prop_assert!(run.states().iter().all(is_finite), "{:?}", run.last());
            prop_assert_eq!((run.times()[0], run.times().last()), (from, Some(&(from + length))));
            for part in [0.0, 0.25, 0.6, 1.0] {
                let phase = run.at(if part == 1.0 { from + length } else { from + part * length })?;
                prop_assert!(is_finite(&phase), "{phase:?}");
            }
        }
    }

    /// The same for the optimisers.
    #[test]
    fn any_numbers_give_finite_iterates_or_an_error(
        (alpha, beta) in (any_number(), any_number()),
        (x, v) in (any_number(), any_number()),
    ) {
        let (mut momentum, mut nesterov) = (Momentum::new(1.0, 0.5)?, Nesterov::new(1.0, 0.5)?);
        let (mut two_step, mut descent) = (TwoStepMomentum::new(1.0, 0.5)?, GradientDescent::new(1.0)?);
        // Assigned to the fields, which no constructor checks.
        (momentum.alpha, momentum.beta) = (alpha, beta);
        (nesterov.alpha, nesterov.beta) = (alpha, beta);
        (two_step.alpha, two_step.beta) = (alpha, beta);
        descent.alpha = alpha;
        let ends = [
            momentum.iterates(&Quartic, vector![x]).with_velocity(vector![v]).after(40),
            nesterov.iterates(&Quartic, vector![x]).with_velocity(vector![v]).after(40),
            two_step.iterates(&Quartic, vector![x]).with_velocity(vector![v]).after(40),
            descent.iterates(&Quartic, vector![x]).after(40),
        ];
        for end in ends.into_iter().flatten() {
            prop_assert!(end.position.x.is_finite() && end.velocity.x.is_finite(), "{end:?}");
        }
    }

    /// The same for the bridge: what it returns is a particle that it takes back, or an error.
    #[test]
    fn any_numbers_give_a_particle_or_an_error(
        (a, b, c) in (any_number(), any_number(), any_number()),
        map in prop::sample::select(&Discretization::ALL[..]),
    ) {
        if let Ok((alpha, beta)) = map.coefficients(&unchecked(a, b), c) {
            prop_assert!(Momentum::new(alpha, beta).is_ok(), "{alpha} {beta}");
        }
        if let Ok(ball) = map.effective_particle(&unchecked(a, b), c) {
            prop_assert!(HeavyBall::new(ball.mass, ball.drag).is_ok());
        }
        for gauge in [Gauge::Mass(c), Gauge::Step(c), Gauge::Drag(c)] {
            if let Ok((ball, dt)) = map.particle(a, b, gauge) {
                prop_assert!(HeavyBall::new(ball.mass, ball.drag).is_ok(), "{ball:?}");
                prop_assert!(dt > 0.0 && dt.is_finite(), "{dt}");
            }
        }
        let ball = unchecked(a, b);
        if let Ok(v0) = map.start_velocity(&ball, c, &vector![1.0], &vector![1.0]) {
            prop_assert!(!v0.x.is_nan(), "{v0}");
        }
    }

    /// The same for the exact motion: NaN only where the motion itself leaves the range of f64.
    #[test]
    fn any_numbers_give_an_oscillator_or_an_error(
        (mass, drag, stiffness) in (any_number(), any_number(), any_number()),
        (t, x, u) in (0.0..3.0_f64, -2.0..2.0_f64, -2.0..2.0_f64),
    ) {
        if let Ok(oscillator) = DampedOscillator::new(mass, drag, stiffness) {
            prop_assert_eq!(oscillator.at(0.0, x, u), (x, u));
            let end = oscillator.at(t, x, u);
            // With k ≥ 0 the energy never grows, and the motion stays where it was.
            if stiffness >= 0.0 && stiffness / mass < 1e200 && mass > 1e-150 {
                prop_assert!(end.0.is_finite() && end.1.is_finite(), "{oscillator:?} {end:?}");
                let energy = |(x, u): (f64, f64)| stiffness / mass * x * x + u * u;
                prop_assert!(energy(end) <= energy((x, u)) * (1.0 + 1e-12), "{oscillator:?} {end:?}");
            }
        }
    }
}
