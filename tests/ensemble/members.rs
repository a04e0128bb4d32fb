//! A member's bits are those of its run alone.

use super::{Rough, STEPS, alone, bits, starts, together};
use heavyball::ensemble::{Ensemble, FirstPassage, Instructions, MEMBERS, NoObserver, Random};
use heavyball::prelude::*;
use heavyball::{Cosine, Exponential, Himmelblau, SutskeverSchedule, TwoStepMomentum};
use nalgebra::{Const, SVector, Vector2, vector};

/// Derivation (1), (11), (14), (18): every rule, on every clone of the loop that this machine can run, has the bits of one ball
/// alone; and some members diverge, without a trace on the others.
#[test]
fn a_member_has_the_bits_of_one_ball_alone() {
    fn check<R, P>(rule: R, f: &P, diverge: bool)
    where
        R: UpdateRule<f64> + Clone + Sync,
        P: Potential<f64, Const<2>> + Sync,
    {
        let starts = starts();
        let alone = alone(rule.clone(), f, &starts);
        let lost = alone.iter().filter(|end| end.is_none()).count();
        assert_eq!(lost > 0, diverge, "{lost}");
        assert!(lost < starts.len());
        for instructions in Instructions::available() {
            let ensemble = Ensemble::from_positions(rule.clone(), f, starts.clone()).unwrap();
            let ensemble = ensemble.with_instructions(instructions);
            assert_eq!(together(&ensemble), alone, "{instructions:?}");
        }
    }
    check(Momentum::new(0.1, 0.5).unwrap(), &DoubleWell, true);
    check(Nesterov::new(0.06, 0.7).unwrap(), &DoubleWell, true);
    check(GradientDescent::new(0.1).unwrap(), &DoubleWell, true);
    check(TwoStepMomentum::new(0.1, 0.5).unwrap(), &DoubleWell, true);
    check(Momentum::new(0.001, 0.9).unwrap(), &Himmelblau, false);
    check(Momentum::new(0.00002, 0.9).unwrap(), &Rosenbrock, false);
    check(Nesterov::new(0.05, 0.9).unwrap(), &Rough, false);
    let scheduled = Momentum::scheduled(
        Cosine::new(0.1, 0.01, 50).unwrap(),
        SutskeverSchedule::new(0.9).unwrap(),
    );
    check(scheduled, &DoubleWell, true);
    let coupled = Quadratic::symmetric(nalgebra::matrix![2.0, 1.0; 1.0, 3.0]).unwrap();
    check(Momentum::new(0.3, 0.8).unwrap(), &coupled, false);
    let closure = from_fn(
        |x: &Vector2<f64>| x.x * x.x + x.y,
        |x: &Vector2<f64>| vector![2.0 * x.x, 1.0],
    );
    check(Momentum::new(0.3, 0.8).unwrap(), &closure, false);
}

/// So it has with elementary functions, in closures and in a potential for any number: f = eˣ − x − cos y − ln cosh y.
#[test]
fn elementary_functions_have_the_bits_of_one_ball_alone() {
    use heavyball::elementary::{exp_m1, ln, powf, sin, sin_bounded, tanh};
    let far = |x: &Vector2<f64>| vector![exp_m1(x.x) + sin(1e9 * x.y), ln(x.y * x.y) - tanh(x.x)];
    let near = |x: &Vector2<f64>| {
        vector![
            exp_m1(x.x) + x.x * powf(x.y * x.y, 0.25),
            sin_bounded(x.y) - tanh(x.y)
        ]
    };
    let (far, near) = (
        from_fn(|_: &Vector2<f64>| 0.0, far),
        from_fn(|_: &Vector2<f64>| 0.0, near),
    );
    let starts = starts();
    fn check<P: Potential<f64, Const<2>> + Sync>(f: &P, starts: &[Vector2<f64>]) {
        let rule = Momentum::new(0.05, 0.8).unwrap();
        let alone = alone(rule, f, starts);
        assert!(alone.iter().all(Option::is_some));
        for instructions in Instructions::available() {
            let ensemble = Ensemble::from_positions(rule, f, starts.to_vec()).unwrap();
            let ensemble = ensemble.with_instructions(instructions);
            assert_eq!(together(&ensemble), alone, "{instructions:?}");
        }
    }
    check(&far, &starts);
    check(&near, &starts);
    check(&Curved, &starts);
}

/// f = eˣ − x − cos y − ln cosh y, for any number.
pub(super) struct Curved;

impl<T: Exponential> Potential<T, Const<2>> for Curved {
    fn value(&self, x: &Vector2<T>) -> T {
        x.x.exponential() - x.x.clone() - x.y.cosine()
    }
    fn gradient(&self, x: &Vector2<T>, gradient: &mut Vector2<T>) {
        gradient.x = x.x.exponential() - T::one();
        gradient.y = x.y.sine() - x.y.hyperbolic_tangent();
    }
}

/// Derivation (8), (13), (30), (31): and every integrator.
#[test]
fn a_phase_has_the_bits_of_one_ball_alone() {
    fn check<I: FixedStep<f64>>(method: I)
    where
        I::Step: Clone + Sync,
    {
        let ball = HeavyBall::new(1.3, 0.4).unwrap();
        let phases: Vec<_> = starts().into_iter().map(Phase::at_rest).collect();
        let alone: Vec<_> = phases
            .iter()
            .map(|start| {
                let run = method.phases(&ball, &DoubleWell, *start).unwrap();
                let end = run.after(STEPS).ok();
                end.map(|phase| bits([phase.position, phase.momentum]))
            })
            .collect();
        for instructions in Instructions::available() {
            let ensemble =
                Ensemble::from_phases(&method, &ball, &DoubleWell, phases.clone()).unwrap();
            let together = together(&ensemble.with_instructions(instructions));
            assert_eq!(
                together,
                alone,
                "{} {instructions:?}",
                method.properties().name
            );
        }
    }
    check(SymplecticEuler::new(0.1).unwrap());
    check(ExplicitEuler::new(0.02).unwrap());
    check(DriftKickEuler::new(0.1).unwrap());
    check(ConformalEuler::new(0.1).unwrap());
    check(Leapfrog::new(0.1).unwrap());
    check(CentralLeapfrog::new(0.1).unwrap());
    check(Composition::yoshida4(Leapfrog::new(0.1).unwrap()).unwrap());
}

/// Derivation (11), (13): a rule or a ball a member: a sweep over (α, β), and one over (m, γ), has the bits of each alone.
#[test]
fn a_sweep_has_the_bits_of_each_alone() {
    let starts = starts();
    let rules: Vec<_> = (0..starts.len())
        .map(|i| Momentum::new(0.01 + 0.001 * i as f64, 0.99 - 0.0025 * i as f64).unwrap())
        .collect();
    let alone: Vec<_> = rules
        .iter()
        .zip(&starts)
        .flat_map(|(rule, start)| self::alone(*rule, &DoubleWell, &[*start]))
        .collect();
    assert!(alone.iter().any(Option::is_none) && alone.iter().any(Option::is_some));
    for instructions in Instructions::available() {
        let ensemble = Ensemble::from_rules(rules.clone(), &DoubleWell, starts.clone()).unwrap();
        assert_eq!(
            together(&ensemble.with_instructions(instructions)),
            alone,
            "{instructions:?}"
        );
    }
    let method = Leapfrog::new(0.05).unwrap();
    let balls: Vec<_> = (0..starts.len())
        .map(|i| {
            (
                method,
                HeavyBall::new(1.0 + 0.01 * i as f64, 0.02 * i as f64).unwrap(),
            )
        })
        .collect();
    let phases: Vec<_> = starts.into_iter().map(Phase::at_rest).collect();
    let alone: Vec<_> = balls
        .iter()
        .zip(&phases)
        .map(|((method, ball), start)| {
            let run = method.phases(ball, &DoubleWell, *start).unwrap();
            run.after(STEPS)
                .ok()
                .map(|phase| bits([phase.position, phase.momentum]))
        })
        .collect();
    let ensemble = Ensemble::from_balls(balls, &DoubleWell, phases).unwrap();
    assert_eq!(together(&ensemble), alone);
    // A part of a sweep has its own balls.
    let whole = ensemble.after(STEPS).unwrap();
    let part = ensemble.observe_blocks(2..4, STEPS, &NoObserver).unwrap();
    assert_eq!(part.states(), &whole.states()[2 * MEMBERS..4 * MEMBERS]);
}

/// Derivation (11), (13): the same in any dimension, whether the lanes hold several members or the coordinates of one; with one rule and with
/// one a member, and what is noted on the way.
#[test]
fn the_dimension_changes_no_bit() {
    fn check<const D: usize>() {
        let bowl = Quadratic::diagonal(SVector::<f64, D>::from_fn(|i, _| 1.0 + i as f64)).unwrap();
        let random = Random::new(D as u64).uniform([-1.0; D], [1.0; D]).unwrap();
        let starts: Vec<SVector<f64, D>> = random.take(2 * MEMBERS + 3).collect();
        let limit = 2.0 / D as f64;
        let rules: Vec<_> = (0..starts.len())
            .map(|i| Momentum::new(limit * (0.5 + 0.01 * i as f64), 0.8).unwrap())
            .collect();
        let levels = FirstPassage::above(D - 1, 0.5).unwrap();
        for instructions in Instructions::available() {
            let each = Ensemble::from_rules(rules.clone(), &bowl, starts.clone()).unwrap();
            let each = each.with_instructions(instructions);
            let (run, rows) = (
                each.observe(STEPS, &levels).unwrap(),
                each.every(7, STEPS).unwrap(),
            );
            let one = Ensemble::from_positions(rules[9], &bowl, starts.clone()).unwrap();
            let one = one.with_instructions(instructions).after(STEPS).unwrap();
            for (member, (rule, start)) in rules.iter().zip(&starts).enumerate() {
                let alone = rule.iterates(&bowl, *start);
                let path: Vec<_> = alone.take(STEPS + 1).collect();
                let first = path.iter().position(|at| at.position[D - 1] > 0.5);
                let name = format!("{D} dimensions, member {member}, {instructions:?}");
                assert_eq!(run.states()[member], path[STEPS], "{name}");
                assert_eq!(rows[3].states()[member], path[21], "{name}");
                let noted = first.map_or(f64::INFINITY, |k| k as f64);
                assert_eq!(run.records()[member], noted, "{name}");
                let alone = rules[9].iterates(&bowl, *start).after(STEPS).unwrap();
                assert_eq!(one.states()[member], alone, "{name}");
            }
        }
    }
    check::<1>();
    check::<3>();
    check::<8>();
    check::<9>();
    check::<20>();
}

/// A number of members that fills blocks, or leaves one place or all but one: each has its own rule and its own start, in parts too.
#[test]
fn blocks_of_every_filling() {
    for count in [1, 2, 15, 16, 17, 47, 48, 49, 95, 96, 97, 191, 192, 193] {
        let starts: Vec<_> = starts().into_iter().take(count).collect();
        let rules: Vec<_> = (0..count)
            .map(|i| Momentum::new(0.01 + 0.00005 * i as f64, 0.9).unwrap())
            .collect();
        let ends: Vec<_> = (rules.iter().zip(&starts))
            .map(|(rule, start)| rule.iterates(&DoubleWell, *start).after(50).unwrap())
            .collect();
        let ensemble = Ensemble::from_rules(rules, &DoubleWell, starts).unwrap();
        assert_eq!(
            (ensemble.members(), ensemble.blocks()),
            (count, count.div_ceil(MEMBERS))
        );
        assert_eq!(ensemble.after(50).unwrap().states(), ends);
        assert_eq!(ensemble.every(25, 50).unwrap()[2].states(), ends);
        let last = ensemble.blocks() - 1;
        let part = ensemble
            .observe_blocks(last..last + 1, 50, &NoObserver)
            .unwrap();
        assert_eq!(part.states(), &ends[MEMBERS * last..]);
        assert_eq!(ensemble.failure(count - 1, 50), Ok(None));
        assert!(ensemble.failure(count, 50).is_err());
    }
}

/// Rows end at the last multiple within the steps, and each marks who has diverged by then.
#[test]
fn rows_are_the_runs_of_their_steps() {
    let rule = Momentum::new(0.1, 0.5).unwrap();
    let ensemble = Ensemble::from_positions(rule, &DoubleWell, starts()).unwrap();
    let rows = ensemble.every(3, 10).unwrap();
    assert_eq!(rows.len(), 4);
    for (row, run) in rows.iter().enumerate() {
        let expected = ensemble.after(3 * row).unwrap();
        assert_eq!(run.is_finite(), expected.is_finite(), "{row}");
        for (state, expected) in run.states().iter().zip(expected.states()) {
            let parts = |at: &Iterate<f64, Const<2>>| bits([at.position, at.velocity]);
            let nan = |bits: &u64| f64::from_bits(*bits).is_nan();
            let (state, expected) = (parts(state), parts(expected));
            let same = state
                .iter()
                .zip(&expected)
                .all(|(a, b)| a == b || nan(a) && nan(b));
            assert!(same, "{row}");
        }
    }
    let lost = |row: usize| rows[row].diverged();
    assert!(lost(0) == 0 && lost(3) > lost(1), "{} {}", lost(1), lost(3));
}

/// Kicks: a member that starts with a velocity has the bits of one ball with it.
#[test]
fn a_member_starts_with_its_velocity() {
    let rule = Nesterov::new(0.05, 0.8).unwrap();
    let kicks: Vec<Vector2<f64>> = Random::new(9).normal(0.1).unwrap().take(70).collect();
    let start = vector![0.0, 1.0];
    let ensemble = Ensemble::from_positions(rule, &DoubleWell, vec![start; 70]).unwrap();
    let run = ensemble
        .with_velocities(kicks.clone())
        .unwrap()
        .after(STEPS)
        .unwrap();
    for (end, kick) in run.states().iter().zip(kicks) {
        let alone = rule.iterates(&DoubleWell, start).with_velocity(kick);
        assert_eq!(*end, alone.after(STEPS).unwrap());
    }
    // Why it diverged is told with its velocity: at rest it would not.
    let ensemble = Ensemble::from_positions(rule, &DoubleWell, [start, start]).unwrap();
    let kicked = ensemble.with_velocities([vector![0.1, 0.0], vector![9.0, 0.0]]);
    let kicked = kicked.unwrap();
    let alone = rule.iterates(&DoubleWell, start);
    let alone = alone.with_velocity(vector![9.0, 0.0]).after(STEPS);
    assert_eq!(kicked.after(STEPS).unwrap().is_finite(), [true, false]);
    assert_eq!(kicked.failure(0, STEPS), Ok(None));
    assert_eq!(kicked.failure(1, STEPS), Ok(alone.err()));
}

/// 1, 2 and 3 threads, whole and in parts, in one piece of steps or several: the same bits.
#[test]
fn neither_threads_nor_parts_change_a_bit() {
    let rule = Momentum::new(0.01, 0.9).unwrap();
    let ensemble = Ensemble::from_positions(rule, &DoubleWell, starts()).unwrap();
    let whole = ensemble.after(10_000).unwrap();
    for threads in 1..=3 {
        let pool = rayon::ThreadPoolBuilder::new()
            .num_threads(threads)
            .build()
            .unwrap();
        assert_eq!(pool.install(|| ensemble.after(10_000)).unwrap(), whole);
    }
    let mut parts = Vec::new();
    for blocks in [0..1, 1..4, 4..6, 6..100] {
        let part = ensemble
            .observe_blocks(blocks, 10_000, &NoObserver)
            .unwrap();
        parts.extend_from_slice(part.states());
    }
    assert_eq!(parts, whole.states());
    let rows = ensemble.every(1250, 10_000).unwrap();
    assert_eq!(rows.len(), 9);
    assert_eq!(rows.last(), Some(&whole));
    assert_eq!(rows[0].states()[5].position, starts()[5]);
    assert_eq!(rows[2], ensemble.after(2500).unwrap());
    // The number of the step goes on from piece to piece.
    let scheduled = Momentum::scheduled(Cosine::new(0.02, 0.001, 9_000).unwrap(), 0.9);
    let ensemble = Ensemble::from_positions(scheduled, &Rough, starts()).unwrap();
    let (run, rows) = (
        ensemble.after(9_000).unwrap(),
        ensemble.every(4500, 9_000).unwrap(),
    );
    for (member, start) in starts().into_iter().enumerate().step_by(50) {
        let alone = scheduled.iterates(&Rough, start).after(9_000).unwrap();
        assert_eq!(
            (run.states()[member], rows[2].states()[member]),
            (alone, alone)
        );
    }
}
