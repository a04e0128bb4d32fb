//! Fixed steps: where they fall, what lies between them, what they conserve, and how they are written.

use crate::support::slope::{is_order, slope};
use heavyball::Linear;
use heavyball::prelude::*;
use nalgebra::{Const, Vector1, Vector2, dvector, vector};
use proptest::prelude::*;
use std::cell::Cell;

fn ball() -> Result<HeavyBall, Error> {
    HeavyBall::new(1.3, 0.7)
}

/// What a run of any fixed step must fulfil: both ends exact, whole steps Δt from the start and one
/// shorter last step, never past the end.
fn check_times(times: &[f64], from: f64, until: f64, dt: f64) -> Result<(), TestCaseError> {
    prop_assert_eq!(times.first(), Some(&from));
    prop_assert_eq!(times.last(), Some(&until));
    let direction = if until < from { -1.0 } else { 1.0 };
    for (k, pair) in times.windows(2).enumerate() {
        let step = direction * (pair[1] - pair[0]);
        let rounding = 8.0 * f64::EPSILON * from.abs().max(until.abs()).max(dt);
        prop_assert!(step > 0.0 && step <= dt + rounding, "step {k} is {step}");
        prop_assert!(
            direction * (until - pair[1]) >= 0.0,
            "{} lies past {until}",
            pair[1]
        );
        if k + 2 < times.len() {
            prop_assert_eq!(pair[1], from + direction * ((k + 1) as f64 * dt));
        }
    }
    let whole = (until - from).abs() / dt;
    prop_assert!((times.len() as f64 - 1.0 - whole.ceil()).abs() <= 1.0);
    prop_assert!(
        times.len() as f64 > whole,
        "{} steps for {whole}",
        times.len() - 1
    );
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1000, failure_persistence: None, ..Default::default() })]

    /// Any span, either way, divided by any step.
    #[test]
    fn steps_fill_the_span_and_end_on_it(
        from in prop_oneof![Just(0.0), -10.0..10.0_f64, Just(1e6), Just(-1e3)],
        length in prop_oneof![1e-9..20.0_f64, Just(1.0), Just(0.3), Just(3.0)],
        parts in prop_oneof![(1..200_u32).prop_map(f64::from), 0.3..300.0_f64],
        backward in prop::bool::ANY,
    ) {
        let until = if backward { from - length } else { from + length };
        let dt = length / parts;
        let run = Problem::new(ball()?, Quadratic::diagonal(vector![2.0])?, vector![1.0])
            .with_start_time(from)
            .until(until)
            .solve(&Leapfrog::new(dt)?)?;
        check_times(run.times(), from, until, dt)?;
        prop_assert_eq!(run.times().len(), run.states().len());
        prop_assert_eq!(run.last(), &run.states()[run.states().len() - 1]);
        prop_assert_eq!(run.gradients(), run.times().len() - 1);
    }
}

/// 1 = 3 · 0.3 + 0.1: three whole steps and one of 0.1, not the four of 0.3 that would end at 1.2.
#[test]
fn a_step_that_does_not_divide_the_span_is_followed_by_a_shorter_one() -> Result<(), Error> {
    let method = SymplecticEuler::new(0.3)?;
    for (from, until) in [(0.0, 1.0), (1.0, 0.0), (-0.5, 0.5)] {
        let direction = f64::signum(until - from);
        let problem = Problem::new(ball()?, DoubleWell, vector![-1.5, -1.5])
            .with_start_time(from)
            .until(until);
        let run = problem.solve(&method)?;
        assert_eq!(run.times().len(), 5);
        let (mut phase, mut gradient) = (problem.start(), vector![0.0, 0.0]);
        for dt in [0.3, 0.3, 0.3, 1.0 - 3.0 * 0.3] {
            let step = method.step_for(&ball()?, direction * dt)?;
            step.advance(&DoubleWell, &mut phase, &mut gradient);
        }
        assert!((run.last().position - phase.position).norm() < 1e-15);
        assert!((run.last().momentum - phase.momentum).norm() < 1e-15);
        assert_eq!(&run.at(until)?, run.last());
    }
    Ok(())
}

/// A potential that counts its gradients.
struct Counted<P>(P, Cell<usize>);

impl<P: Potential<f64, Const<2>>> Potential<f64, Const<2>> for Counted<P> {
    fn value(&self, position: &Vector2<f64>) -> f64 {
        self.0.value(position)
    }
    fn gradient(&self, position: &Vector2<f64>, gradient: &mut Vector2<f64>) {
        self.1.set(self.1.get() + 1);
        self.0.gradient(position, gradient);
    }
}

/// Calls a check for every fixed-step method with the given step.
macro_rules! every_method {
    ($check:ident($($argument:expr),*), $dt:expr) => {{
        $check(&ExplicitEuler::new($dt)? $(, $argument)*)?;
        $check(&SymplecticEuler::new($dt)? $(, $argument)*)?;
        $check(&DriftKickEuler::new($dt)? $(, $argument)*)?;
        $check(&ConformalEuler::new($dt)? $(, $argument)*)?;
        $check(&Leapfrog::new($dt)? $(, $argument)*)?;
        $check(&CentralLeapfrog::new($dt)? $(, $argument)*)?;
        $check(&Composition::yoshida4(Leapfrog::new($dt)?)? $(, $argument)*)?;
        $check(&Composition::suzuki4(CentralLeapfrog::new($dt)?)? $(, $argument)*)?;
        $check(&Composition::yoshida6(Leapfrog::new($dt)?)? $(, $argument)*)?;
        $check(&Composition::yoshida8(CentralLeapfrog::new($dt)?)? $(, $argument)*)?;
    }};
}

/// `gradients` is the number of gradients that the potential was asked for, the shorter step included.
#[test]
fn gradients_are_counted_as_they_are_taken() -> Result<(), Error> {
    fn check<M: FixedStep<f64>>(method: &M, gradients_a_step: &Cell<usize>) -> Result<(), Error> {
        let counted = Counted(DoubleWell, Cell::new(0));
        let problem = Problem::new(ball()?, &counted, vector![0.4, 0.2]).until(1.0);
        let run = problem.solve(method)?;
        assert_eq!(
            run.gradients(),
            counted.1.get(),
            "{}",
            method.properties().name
        );
        assert_eq!(
            run.gradients(),
            34 * method.properties().gradients,
            "{}",
            method.properties().name
        );
        gradients_a_step.set(gradients_a_step.get() + method.properties().gradients);
        Ok(())
    }
    let total = Cell::new(0);
    every_method!(check(&total), 0.03);
    assert_eq!(total.get(), 6 + 3 + 5 + 7 + 15);
    // A composition is symmetric and may be composed itself: 3 · 5 gradients.
    let twice = Composition::suzuki4(Composition::yoshida4(Leapfrog::new(0.03)?)?)?;
    check(&twice, &total)?;
    assert_eq!(total.get(), 6 + 3 + 5 + 7 + 15 + 3 * 5);
    Ok(())
}

/// The plain iterator and `solve` are one computation: the same phases to the bit, by `next`, `nth`,
/// `advance` and `after`.
#[test]
fn plain_iterators_equal_solve() -> Result<(), Error> {
    fn check<M: FixedStep<f64>>(method: &M) -> Result<(), Error> {
        let problem = Problem::new(ball()?, DoubleWell, vector![-1.5, -1.5])
            .with_velocity(vector![0.3, 0.1])
            .until(4.0);
        let run = problem.solve(method)?;
        assert_eq!(run.states().len(), 65);
        let phases = || method.phases(&problem.ball().to_owned(), &DoubleWell, problem.start());
        let collected: Vec<_> = phases()?.take(65).collect();
        assert_eq!(collected, run.states(), "{}", method.properties().name);
        assert_eq!(phases()?.nth(17).as_ref(), run.states().get(17));
        assert_eq!(&phases()?.after(64)?, run.last());
        let mut lent = phases()?;
        for state in run.states() {
            assert_eq!(lent.advance(), Some(state));
        }
        assert_eq!(lent.failure(), None);
        Ok(())
    }
    every_method!(check(), 0.0625);
    Ok(())
}

/// Derivation (31), (32): a symmetric method's backward run undoes its forward run to rounding.
#[test]
fn symmetric_methods_run_back_to_their_start() -> Result<(), Error> {
    fn check<M: FixedStep<f64>>(method: &M) -> Result<(), Error> {
        let start = vector![-1.5, -1.5];
        let end = Problem::new(ball()?, DoubleWell, start)
            .until(2.0)
            .solve(method)?;
        let back = Problem::new(ball()?, DoubleWell, end.last().position)
            .with_velocity(ball()?.velocity(end.last()))
            .with_start_time(2.0)
            .until(0.0)
            .solve(method)?;
        let missed = (back.last().position - start).norm() + back.last().momentum.norm();
        assert_eq!(
            missed < 1e-12,
            method.properties().symmetric,
            "{}: {missed:e}",
            method.properties().name
        );
        Ok(())
    }
    every_method!(check(), 0.0625);
    Ok(())
}

/// Root mean square errors of position and momentum of a run of the underdamped oscillator (27), at
/// its steps and at 997 times between.
fn errors_at_and_between<M: FixedStep<f64>>(method: &M) -> Result<[f64; 4], Error> {
    let exact = DampedOscillator::new(1.3, 0.7, 4.0)?;
    let run = Problem::new(ball()?, Quadratic::diagonal(vector![4.0])?, vector![1.0])
        .with_velocity(vector![0.3])
        .until(4.0)
        .solve(method)?;
    let error = |times: &[f64]| -> Result<(f64, f64), Error> {
        let (mut position, mut momentum) = (0.0, 0.0);
        for t in times {
            let ((x, u), phase) = (exact.at(*t, 1.0, 0.3), run.at(*t)?);
            position += (phase.position.x - x).powi(2) / times.len() as f64;
            momentum += (phase.momentum.x - 1.3 * u).powi(2) / times.len() as f64;
        }
        Ok((position.sqrt(), momentum.sqrt()))
    };
    let times: Vec<f64> = (0..997).map(|i| 4.0 * f64::from(i) / 997.0).collect();
    let (at, between) = (error(run.times())?, error(&times)?);
    Ok([at.0, at.1, between.0, between.1])
}

/// Derivation (27), (31), (32): between the steps, position and momentum have the order of the
/// method: the interpolation adds no error of a lower one.
#[test]
fn between_the_steps_the_order_is_the_methods() -> Result<(), Error> {
    fn check<M: FixedStep<f64>>(
        method: impl Fn(f64) -> Result<M, Error>,
        coarsest: usize,
    ) -> Result<(), Error> {
        let (mut positions, mut momenta, mut order) = (Vec::new(), Vec::new(), 0);
        for halvings in 0..=4 {
            let dt = 4.0 / (coarsest << halvings) as f64;
            let method = method(dt)?;
            order = method.properties().order;
            let [.., position, momentum] = errors_at_and_between(&method)?;
            positions.push((dt, position));
            momenta.push((dt, momentum));
        }
        let (x, p) = (slope(&positions), slope(&momenta));
        println!("{order} {x:.3} {p:.3}");
        assert!(
            is_order(x, order) && is_order(p, order),
            "order {order}: {x} {p}"
        );
        Ok(())
    }
    check(ExplicitEuler::new, 800)?;
    check(SymplecticEuler::new, 800)?;
    check(Leapfrog::new, 160)?;
    check(|dt| Composition::yoshida4(Leapfrog::new(dt)?), 40)?;
    check(|dt| Composition::yoshida6(Leapfrog::new(dt)?), 16)?;
    Ok(())
}

/// Derivation (32): at order 8, where rounding leaves two halvings only, the errors between the steps
/// are those at the steps to a tenth, and keep that ratio as the step shrinks; with a node less
/// the momentum's would grow by 0.02.
#[test]
fn between_the_steps_of_order_8_the_error_is_that_at_the_steps() -> Result<(), Error> {
    let mut momenta = Vec::new();
    for steps in [24, 48, 96] {
        let dt = 4.0 / f64::from(steps);
        let method = Composition::yoshida8(Leapfrog::new(dt)?)?;
        let [x_at, p_at, x_between, p_between] = errors_at_and_between(&method)?;
        let (x, p) = (x_between / x_at, p_between / p_at);
        println!("{steps}: {x} {p}");
        assert!(x < 1.1 && p < 1.1, "{steps} steps: {x} {p}");
        momenta.push(p);
    }
    assert!((momenta[2] - momenta[0]).abs() < 0.004, "{momenta:?}");
    Ok(())
}

/// `at` a step's own time is that step, and at the ends the ends, for every order, forward and back.
#[test]
fn at_a_step_the_interpolation_is_the_step() -> Result<(), Error> {
    fn check<M: FixedStep<f64>>(method: &M, span: (f64, f64)) -> Result<(), Error> {
        let run = Problem::new(ball()?, DoubleWell, vector![-1.5, -1.5])
            .with_start_time(span.0)
            .until(span.1)
            .solve(method)?;
        for (time, state) in run.times().iter().zip(run.states()) {
            let phase = run.at(*time)?;
            assert!(
                (phase.position - state.position).norm() < 1e-13,
                "{}",
                method.properties().name
            );
            assert!(
                (phase.momentum - state.momentum).norm() < 1e-12,
                "{}",
                method.properties().name
            );
        }
        Ok(())
    }
    every_method!(check((0.0, 1.0)), 0.07);
    every_method!(check((1.0, -0.3)), 0.07);
    every_method!(check((0.0, 0.05)), 0.07);
    Ok(())
}

/// Derivation (5): on f = cx the velocity is −c/γ + (u₀ + c/γ)e^(−γt/m), for the methods whose drag is
/// exact to 1e-13, and it ends at the terminal velocity −c/γ.
#[test]
fn a_ball_on_a_slope_reaches_its_terminal_velocity() -> Result<(), Error> {
    let (ball, c, u0) = (ball()?, vector![2.0, -0.5], vector![1.0, 3.0]);
    let slope = Linear::new(c)?;
    let terminal = ball.terminal_velocity(&slope)?;
    assert_eq!(terminal, -c / 0.7);
    let problem = Problem::new(ball, slope, vector![0.0, 0.0]).with_velocity(u0);
    for t in [0.1, 1.0, 5.0] {
        let exact = terminal + (u0 - terminal) * f64::exp(-0.7 * t / 1.3);
        let problem = problem.clone().until(t);
        let run = problem.solve(&Dop853::new(1e-13, 1e-13))?;
        assert!((ball.velocity(run.last()) - exact).norm() < 1e-12);
        // Kick and damp in halves: wrong by (z²/12) of the force, and so second order.
        let leapfrog = problem.solve(&Leapfrog::new(1e-3)?)?;
        assert!((ball.velocity(leapfrog.last()) - exact).norm() < 1e-6);
    }
    let end = problem.until(100.0).solve(&Leapfrog::new(0.01)?)?;
    assert!((ball.velocity(end.last()) - terminal).norm() < 1e-5);
    Ok(())
}

/// Derivation (7): dE/dt = −γ|ẋ|²: what the energy loses is the integral of the dissipated power, here
/// by Simpson's rule along a fine run.
#[test]
fn the_energy_lost_is_the_power_dissipated() -> Result<(), Error> {
    let ball = HeavyBall::new(1.3, 0.4)?;
    let run = Problem::new(ball, DoubleWell, vector![-1.5, -1.5])
        .with_velocity(vector![0.5, 2.0])
        .until(8.0)
        .solve(&Dop853::new(1e-13, 1e-13))?;
    let sample = run.sample(8001);
    let power = |i: usize| ball.dissipated_power(&sample[i].1);
    let simpson = |i: usize| (power(i) + 4.0 * power(i + 1) + power(i + 2)) * 0.002 / 6.0;
    let start = ball.energy(&DoubleWell, &sample[0].1);
    let mut lost = 0.0;
    for i in (0..8000).step_by(2) {
        lost += simpson(i);
        let energy = ball.energy(&DoubleWell, &sample[i + 2].1);
        assert!(
            (start - energy - lost).abs() < 1e-11,
            "{i}: {:e}",
            start - energy - lost
        );
    }
    assert!(lost > 5.0);
    Ok(())
}

/// Derivation (7), (13), (31): along a run the energy balance E − E₀ + ∫γ|ẋ|² is kept to first order by
/// kick-drift and explicit Euler, to second by leapfrog.
#[test]
fn the_energy_balance_has_the_order_of_the_method() -> Result<(), Error> {
    fn imbalance<M: FixedStep<f64>>(method: &M) -> Result<f64, Error> {
        let ball = HeavyBall::new(1.3, 0.4)?;
        let run = Problem::new(ball, DoubleWell, vector![-1.5, -1.5])
            .until(4.0)
            .solve(method)?;
        let energies = run.energies(&DoubleWell)?;
        let (mut lost, mut worst) = (0.0, 0.0_f64);
        for (k, pair) in run.states().windows(2).enumerate() {
            let power = ball.dissipated_power(&pair[0]) + ball.dissipated_power(&pair[1]);
            lost += method.dt() / 2.0 * power;
            worst = worst.max((energies[k + 1] - energies[0] + lost).abs());
        }
        Ok(worst)
    }
    let (mut explicit, mut symplectic, mut leapfrog) = (Vec::new(), Vec::new(), Vec::new());
    for steps in [2000, 4000, 8000, 16000, 32000] {
        let dt = 4.0 / f64::from(steps);
        explicit.push((dt, imbalance(&ExplicitEuler::new(dt)?)?));
        symplectic.push((dt, imbalance(&SymplecticEuler::new(dt)?)?));
        leapfrog.push((dt, imbalance(&Leapfrog::new(dt)?)?));
    }
    let slopes = (slope(&explicit), slope(&symplectic), slope(&leapfrog));
    assert!(
        is_order(slopes.0, 1) && is_order(slopes.1, 1) && is_order(slopes.2, 2),
        "{slopes:?}"
    );
    Ok(())
}

/// Derivation (29): on the oscillator ω = 1 without drag, after 1000 steps of 0.1 explicit Euler's
/// energy is (1 + h²)¹⁰⁰⁰ = 20959.1556378-fold; kick-drift's stays in [1/(1 + h/2), 1/(1 − h/2)], and
/// leapfrog's x² + (1 − h²/4)u² stays what it was.
#[test]
fn energies_without_drag() -> Result<(), Error> {
    let h = 0.1;
    let problem = Problem::new(
        HeavyBall::new(1.0, 0.0)?,
        Quadratic::diagonal(vector![1.0])?,
        vector![1.0],
    )
    .until(100.0);
    let energies = |run: heavyball::Trajectory<Const<1>>| run.energies(problem.potential());
    let explicit = energies(problem.solve(&ExplicitEuler::new(h)?)?)?;
    assert_eq!(explicit.len(), 1001);
    assert!((explicit[1000] / explicit[0] / 20_959.155_637_8 - 1.0).abs() < 1e-11);
    let symplectic = energies(problem.solve(&SymplecticEuler::new(h)?)?)?;
    let (low, high) = (1.0 / (1.0 + h / 2.0), 1.0 / (1.0 - h / 2.0));
    let range = symplectic.iter().map(|e| e / symplectic[0]);
    let (least, most) = range.fold((f64::MAX, 0.0_f64), |(a, b), e| (a.min(e), b.max(e)));
    assert!(
        low - 1e-12 <= least && most <= high + 1e-12,
        "{least} {most}"
    );
    // The bounds are attained, nearly, over so many turns.
    assert!(least < low + 1e-3 && most > high - 1e-3, "{least} {most}");
    for phase in problem.solve(&Leapfrog::new(h)?)?.states() {
        let kept = phase.position.x.powi(2) + (1.0 - h * h / 4.0) * phase.momentum.x.powi(2);
        assert!((kept - 1.0).abs() < 1e-13, "{kept}");
    }
    Ok(())
}

/// Samples are evenly spaced, both ends included exactly; one or none give the start.
#[test]
fn samples_are_evenly_spaced() -> Result<(), Error> {
    for (from, until) in [(0.0, 1.0), (2.0, -1.0)] {
        let run = Problem::new(ball()?, DoubleWell, vector![-1.5, -1.5])
            .with_start_time(from)
            .until(until)
            .solve(&Leapfrog::new(0.3)?)?;
        let sample = run.sample(7);
        assert_eq!(sample.len(), 7);
        for (i, (time, phase)) in sample.iter().enumerate() {
            assert!((time - (from + i as f64 / 6.0 * (until - from))).abs() < 1e-15);
            assert_eq!(phase, &run.at(*time)?);
        }
        assert_eq!((sample[0].0, sample[6].0), (from, until));
        for count in [0, 1] {
            assert_eq!(run.sample(count), [(from, run.states()[0])]);
        }
    }
    Ok(())
}

/// The CSV has a named column for each component, a row for each step, and every number reads back
/// to the same bits.
#[test]
fn csv_reads_back_to_the_same_bits() -> Result<(), Error> {
    let run = Problem::new(ball()?, Rosenbrock, dvector![-1.2, 1.0, 1e-300])
        .with_velocity(dvector![0.1, -0.0, 1.0 / 3.0])
        .with_start_time(-0.1)
        .until(0.2)
        .solve(&Leapfrog::new(0.01)?)?;
    let csv = run.to_csv();
    let mut lines = csv.lines();
    assert_eq!(lines.next(), Some("t,x1,x2,x3,p1,p2,p3"));
    let mut rows = 0;
    for ((line, time), phase) in lines.zip(run.times()).zip(run.states()) {
        let read: Vec<u64> = line
            .split(',')
            .filter_map(|cell| cell.parse::<f64>().ok())
            .map(f64::to_bits)
            .collect();
        let components = phase.position.iter().chain(&phase.momentum);
        let written: Vec<u64> = std::iter::once(time)
            .chain(components)
            .map(|v| v.to_bits())
            .collect();
        assert_eq!(read, written);
        rows += 1;
    }
    assert_eq!(rows, run.times().len());
    assert_eq!(csv.lines().count(), rows + 1);
    let path = std::env::temp_dir().join(format!("heavyball-{}.csv", std::process::id()));
    run.write_csv(&path)?;
    let read = std::fs::read_to_string(&path).unwrap_or_default();
    let removed = std::fs::remove_file(&path);
    assert_eq!((read, removed.is_ok()), (csv, true));
    Ok(())
}

/// Static and dynamic dimension are the same computation: the same bits.
#[test]
fn static_and_dynamic_dimension_give_the_same_bits() -> Result<(), Error> {
    fn check<M: FixedStep<f64>>(method: &M) -> Result<(), Error> {
        let fixed = Problem::new(ball()?, Rosenbrock, vector![-1.2, 1.0])
            .until(0.5)
            .solve(method)?;
        let growing = Problem::new(ball()?, Rosenbrock, dvector![-1.2, 1.0])
            .until(0.5)
            .solve(method)?;
        for (fixed, growing) in fixed.states().iter().zip(growing.states()) {
            assert_eq!(fixed.position.as_slice(), growing.position.as_slice());
            assert_eq!(fixed.momentum.as_slice(), growing.momentum.as_slice());
        }
        Ok(())
    }
    every_method!(check(), 0.01);
    Ok(())
}

/// Derivation (30): without force, free motion under drag is exact at any step for the methods with
/// exact damping, in their momentum.
#[test]
fn exact_damping_is_exact_at_any_step() -> Result<(), Error> {
    fn check<M: FixedStep<f64>>(method: &M) -> Result<(), Error> {
        let ball = HeavyBall::new(1.0, 30.0)?;
        let plane = from_fn(|_: &Vector1<f64>| 0.0, |_: &Vector1<f64>| vector![0.0]);
        let run = Problem::new(ball, plane, vector![0.0])
            .with_velocity(vector![2.0])
            .until(1.0);
        let found = run.solve(method)?.last().momentum.x;
        assert!(
            (found / (2.0 * f64::exp(-30.0)) - 1.0).abs() < 1e-13,
            "{}",
            method.properties().name
        );
        Ok(())
    }
    for dt in [0.01, 0.3, 1.0, 5.0] {
        check(&ConformalEuler::new(dt)?)?;
        check(&Leapfrog::new(dt)?)?;
    }
    Ok(())
}
