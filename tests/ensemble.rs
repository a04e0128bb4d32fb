//! Ensembles: a member has the bits of one ball alone, on every instruction set, for any number of threads and any cut into
//! blocks: Derivation (11), (13), (18), (30) member by member; and so has one update of long slices.
#![cfg(feature = "parallel")]
#![allow(
    clippy::unwrap_used,
    reason = "a test that cannot be set up should fail"
)]

use heavyball::ensemble::{
    ByRule, Ensemble, Grid, Instructions, MEMBERS, Motion, Nothing, Observer, Passing, Proportion,
    Random, Settling,
};
use heavyball::prelude::*;
use nalgebra::{Const, DVector, SVector, Vector1, Vector2, vector};
use std::ops::ControlFlow;
use std::sync::atomic::{AtomicUsize, Ordering};

const STEPS: usize = 203;

/// Starts of which some diverge under the rules below, in a number that fills no whole block.
fn starts() -> Vec<Vector2<f64>> {
    let random = Random::new(3).uniform([-3.5, -2.0], [3.5, 2.0]).unwrap();
    random.take(5 * MEMBERS + 7).collect()
}

/// The bits of two vectors.
fn bits<const D: usize>(parts: [SVector<f64, D>; 2]) -> Vec<u64> {
    parts.iter().flatten().map(|x| x.to_bits()).collect()
}

/// Each member after `STEPS` steps by its own run alone; `None` if it diverged.
fn alone<R, P>(rule: R, f: &P, starts: &[Vector2<f64>]) -> Vec<Option<Vec<u64>>>
where
    R: UpdateRule<f64> + Clone,
    P: Potential<f64, Const<2>>,
{
    let end = |start: &Vector2<f64>| rule.iterates(f, *start).after(STEPS).ok();
    let bits = |at: Iterate<f64, Const<2>>| bits([at.position, at.velocity]);
    starts.iter().map(|start| end(start).map(bits)).collect()
}

/// The same by an ensemble.
fn together<M, P>(ensemble: &Ensemble<'_, M, P, 2>) -> Vec<Option<Vec<u64>>>
where
    M: Motion<P, 2> + Clone + Sync,
    P: Potential<f64, Const<2>> + Sync,
{
    let run = ensemble.after(STEPS).unwrap();
    let finite = run.is_finite().iter();
    let ends = run.states().iter().zip(finite);
    ends.map(|(state, finite)| finite.then(|| bits(M::parts(state))))
        .collect()
}

/// A potential that is no member of the catalogue, with a branch and a transcendental function.
struct Rough;

impl Potential<f64, Const<2>> for Rough {
    fn value(&self, x: &Vector2<f64>) -> f64 {
        x.x.cos() + if x.y > 0.0 { x.y * x.y } else { x.y.powi(4) }
    }
    fn gradient(&self, x: &Vector2<f64>, gradient: &mut Vector2<f64>) {
        gradient.x = -x.x.sin();
        gradient.y = if x.y > 0.0 {
            2.0 * x.y
        } else {
            4.0 * x.y.powi(3)
        };
    }
}

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
            let ensemble = Ensemble::of_iterates(rule.clone(), f, starts.clone()).unwrap();
            let ensemble = ensemble.with_instructions(instructions);
            assert_eq!(together(&ensemble), alone, "{instructions:?}");
        }
    }
    check(Momentum::new(0.1, 0.5).unwrap(), &DoubleWell, true);
    check(Nesterov::new(0.06, 0.7).unwrap(), &DoubleWell, true);
    check(GradientDescent::new(0.1).unwrap(), &DoubleWell, true);
    check(TwoStep::new(0.1, 0.5).unwrap(), &DoubleWell, true);
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
                Ensemble::of_phases(&method, &ball, &DoubleWell, phases.clone()).unwrap();
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
        .map(|i| Momentum::new(0.01 + 0.001 * i as f64, 0.99 - 0.005 * i as f64).unwrap())
        .collect();
    let alone: Vec<_> = rules
        .iter()
        .zip(&starts)
        .flat_map(|(rule, start)| self::alone(*rule, &DoubleWell, &[*start]))
        .collect();
    assert!(alone.iter().any(Option::is_none) && alone.iter().any(Option::is_some));
    for instructions in Instructions::available() {
        let ensemble = Ensemble::of_rules(rules.clone(), &DoubleWell, starts.clone()).unwrap();
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
    let ensemble = Ensemble::of_balls(balls, &DoubleWell, phases).unwrap();
    assert_eq!(together(&ensemble), alone);
    // A part of a sweep has its own balls.
    let whole = ensemble.after(STEPS).unwrap();
    let part = ensemble.observe_blocks(2..4, STEPS, &Nothing).unwrap();
    assert_eq!(part.states(), &whole.states()[2 * MEMBERS..4 * MEMBERS]);
}

/// Kicks: a member that starts with a velocity has the bits of one ball with it.
#[test]
fn a_member_starts_with_its_velocity() {
    let rule = Nesterov::new(0.05, 0.8).unwrap();
    let kicks: Vec<Vector2<f64>> = Random::new(9).normal(0.1).unwrap().take(70).collect();
    let start = vector![0.0, 1.0];
    let ensemble = Ensemble::of_iterates(rule, &DoubleWell, vec![start; 70]).unwrap();
    let run = ensemble
        .with_velocities(kicks.clone())
        .unwrap()
        .after(STEPS)
        .unwrap();
    for (end, kick) in run.states().iter().zip(kicks) {
        let alone = rule.iterates(&DoubleWell, start).with_velocity(kick);
        assert_eq!(*end, alone.after(STEPS).unwrap());
    }
}

/// A member belongs to the nearest minimum within the radius, its edge included, and to none beyond.
#[test]
fn basins_have_a_radius() {
    let starts = [0.0, 0.25, 0.26, 0.49, 0.5, 0.75, 1.3].map(|x| vector![x]);
    let rule = Momentum::new(0.1, 0.5).unwrap();
    let run = Ensemble::of_iterates(rule, &Quartic, starts)
        .unwrap()
        .after(0)
        .unwrap();
    let found = run.basins(&[vector![0.0], vector![1.0]], 0.25).unwrap();
    assert_eq!(found, [Some(0), Some(0), None, None, None, Some(1), None]);
    let found = run.basins(&[vector![0.0], vector![1.0]], 0.51).unwrap();
    assert_eq!(found[2..5], [Some(0), Some(0), Some(0)]);
    assert!(
        run.basins::<1>(&[], 1.0)
            .unwrap()
            .iter()
            .all(Option::is_none)
    );
}

/// A member that is infinite and nowhere NaN has diverged too.
#[test]
fn infinity_is_divergence() {
    let cliff = Linear::new(vector![1e308, 0.0]).unwrap();
    let rule = Momentum::new(1.0, 0.9).unwrap();
    let ensemble = Ensemble::of_iterates(rule, &cliff, [vector![0.0, 0.0]]).unwrap();
    let run = ensemble.after(2).unwrap();
    assert!(run.states()[0].position.x.is_infinite());
    assert_eq!((run.is_finite(), run.diverged()), ([false].as_slice(), 1));
}

/// 1, 2 and 3 threads, whole and in parts, in one piece of steps or several: the same bits.
#[test]
fn neither_threads_nor_parts_change_a_bit() {
    let rule = Momentum::new(0.01, 0.9).unwrap();
    let ensemble = Ensemble::of_iterates(rule, &DoubleWell, starts()).unwrap();
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
        let part = ensemble.observe_blocks(blocks, 10_000, &Nothing).unwrap();
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
    let ensemble = Ensemble::of_iterates(scheduled, &Rough, starts()).unwrap();
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

/// What is noted of a member is what its run alone shows: the last step at which it moved, and the first above a level.
#[test]
fn records_are_those_of_the_run_alone() {
    let rule = Momentum::new(0.1, 0.5).unwrap();
    let starts = starts();
    let ensemble = Ensemble::of_iterates(rule, &DoubleWell, starts.clone()).unwrap();
    let settled = ensemble
        .observe(STEPS, &Settling::within(1e-6).unwrap())
        .unwrap();
    let passed = ensemble
        .observe(STEPS, &Passing::above(0, 1.0).unwrap())
        .unwrap();
    for (member, start) in starts.iter().enumerate() {
        let run: Vec<_> = rule.iterates(&DoubleWell, *start).take(STEPS + 1).collect();
        let first = run.iter().position(|at| at.position.x > 1.0);
        let diverged = run.len() <= STEPS;
        if !diverged {
            let last = run.iter().rposition(|at| at.velocity.amax() > 1e-6);
            assert_eq!(
                settled.records()[member],
                last.map_or(0.0, |k| k as f64 + 1.0)
            );
            assert_eq!(
                passed.records()[member],
                first.map_or(f64::INFINITY, |k| k as f64)
            );
        } else {
            assert_eq!(settled.records()[member], STEPS as f64 + 1.0);
        }
        assert_eq!(settled.is_finite()[member], !diverged);
        let failure = ensemble.failure(member, STEPS).unwrap();
        assert_eq!(failure.is_some(), diverged);
        if let Some(Error::Diverged { step, .. }) = failure {
            assert_eq!(step, run.len());
        }
    }
    assert_eq!(
        settled.diverged(),
        settled.is_finite().iter().filter(|finite| !*finite).count()
    );
    assert!(settled.diverged() > 10);
}

/// Any reduction of one's own, with a record of several numbers.
#[test]
fn a_reduction_of_ones_own() {
    struct Range;
    impl<M: Motion<P, 2>, P> Observer<M, P, 2> for Range {
        type Record = (f64, f64, u32);
        fn start(&self, state: &M::State) -> Self::Record {
            let x = M::parts(state)[0].x;
            (x, x, 0)
        }
        fn observe(&self, k: usize, state: &M::State, record: &mut Self::Record) {
            let x = M::parts(state)[0].x;
            *record = (record.0.min(x), record.1.max(x), k as u32);
        }
    }
    let rule = Momentum::new(0.01, 0.95).unwrap();
    let starts = starts();
    let ensemble = Ensemble::of_iterates(rule, &DoubleWell, starts.clone()).unwrap();
    let run = ensemble.observe(STEPS, &Range).unwrap();
    for (start, record) in starts.iter().zip(run.records()) {
        let xs = rule
            .iterates(&DoubleWell, *start)
            .take(STEPS + 1)
            .map(|at| at.position.x);
        let (low, high) = xs.fold((f64::MAX, f64::MIN), |(a, b), x| (a.min(x), b.max(x)));
        assert_eq!(*record, (low, high, STEPS as u32));
    }
}

/// The mean of final x₁ · initial x₁ over a grid of 10⁵ starts in [−2, 2]², 1000 iterations at α = 0.01, β = 0.9: 0.412, as a program in
/// C found.
#[test]
fn the_mean_over_a_grid_is_that_of_another_program() {
    let grid = Grid::new([-2.0, -2.0], [2.0, 2.0], [400, 250]).unwrap();
    let rule = Momentum::new(0.01, 0.9).unwrap();
    let run = Ensemble::of_iterates(rule, &DoubleWell, grid.points())
        .unwrap()
        .after(1000)
        .unwrap();
    let pairs = run.states().iter().zip(grid.points());
    let mean = pairs
        .map(|(end, start)| end.position.x * start.x)
        .sum::<f64>()
        / grid.len() as f64;
    assert_eq!(grid.len(), 100_000);
    assert!((mean - 0.412).abs() < 0.01, "{mean}");
}

/// ChaCha's numbers are the same everywhere: the first of seed 0 and of a stream, as another program has them.
#[test]
fn random_starts_are_portable() {
    let first: Vec<Vector1<f64>> = Random::new(0)
        .uniform([0.0], [1.0])
        .unwrap()
        .take(3)
        .collect();
    let again: Vec<Vector1<f64>> = Random::new(0)
        .uniform([0.0], [1.0])
        .unwrap()
        .take(3)
        .collect();
    assert_eq!(first, again);
    assert!(first[0] != first[1] && first[1] != first[2]);
    assert_ne!(
        first[0],
        Random::new(1)
            .uniform([0.0], [1.0])
            .unwrap()
            .next()
            .unwrap()
    );

    // Moments of uniform and normal numbers, within five standard errors.
    let n = 40_000.0;
    let uniform: Vec<_> = Random::new(5)
        .uniform([-1.0, 0.0], [1.0, 3.0])
        .unwrap()
        .take(40_000)
        .collect();
    let mean = uniform.iter().sum::<Vector2<f64>>() / n;
    assert!(mean.x.abs() < 5.0 * (1.0_f64 / 3.0 / n).sqrt());
    assert!((mean.y - 1.5).abs() < 5.0 * (0.75_f64 / n).sqrt());
    let covariance: f64 = uniform.iter().map(|x| x.x * (x.y - 1.5)).sum::<f64>() / n;
    assert!(covariance.abs() < 5.0 * (0.25_f64 / n).sqrt());
    let normal: Vec<Vector2<f64>> = Random::new(6).normal(2.0).unwrap().take(40_000).collect();
    let moment = |power: i32| normal.iter().map(|x| (x.y / 2.0).powi(power)).sum::<f64>() / n;
    assert!(moment(1).abs() < 5.0 / n.sqrt() && moment(3).abs() < 5.0 * (15.0 / n).sqrt());
    assert!((moment(2) - 1.0).abs() < 5.0 * (2.0 / n).sqrt());
    assert!((moment(4) - 3.0).abs() < 5.0 * (96.0 / n).sqrt());
    let mixed: f64 = normal.iter().map(|x| x.x * x.y / 4.0).sum::<f64>() / n;
    assert!(mixed.abs() < 5.0 / n.sqrt());
}

/// A watch sees every block, and ends a run.
#[test]
fn a_run_can_be_watched_and_ended() {
    let rule = Momentum::new(0.01, 0.9).unwrap();
    let (seen, last) = (AtomicUsize::new(0), AtomicUsize::new(0));
    let ensemble = Ensemble::of_iterates(rule, &DoubleWell, starts())
        .unwrap()
        .with_watch(|progress| {
            seen.fetch_add(1, Ordering::Relaxed);
            last.fetch_max(progress.done, Ordering::Relaxed);
            assert_eq!(progress.total, 6);
            ControlFlow::Continue(())
        });
    ensemble.after(100).unwrap();
    assert_eq!(
        (seen.load(Ordering::Relaxed), last.load(Ordering::Relaxed)),
        (6, 6)
    );
    // A long run of one block is left between its pieces.
    let ensemble = Ensemble::of_iterates(rule, &DoubleWell, [vector![1.0, 1.0]])
        .unwrap()
        .with_watch(|_| ControlFlow::Break(()));
    let ended = ensemble.after(usize::MAX);
    assert!(matches!(ended, Err(Error::Cancelled { done: 0, total: 1 })));
}

/// Derivation (11), (18): one update of plain slices, in f64 and f32, by 1, 2 and 3 threads, has the bits of the rule's own update of a
/// vector; in the middle of long ones, and at lengths that no share divides.
#[test]
fn slices_have_the_bits_of_the_rule() {
    fn check<T: Number + Send + Sync>(length: usize) {
        let number = |i: usize, n: i16| T::integer((i % 97) as i16) / T::integer(n);
        let rule = Momentum::of(T::one() / T::integer(7), T::integer(9) / T::integer(10)).unwrap();
        let ahead = Nesterov::of(rule.alpha.clone(), rule.beta.clone()).unwrap();
        let start = DVector::from_fn(length, |i, _| number(i, 13));
        let curvatures = DVector::from_fn(length, |i, _| number(i + 1, 50));
        let bowl = Quadratic::diagonal(curvatures.clone()).unwrap();
        let by_rule = rule.iterates(&bowl, start.clone()).after(3).unwrap();
        let by_ahead = ahead.iterates(&bowl, start.clone()).after(3).unwrap();
        for threads in 0..=3 {
            let pool = rayon::ThreadPoolBuilder::new()
                .num_threads(threads.max(1))
                .build()
                .unwrap();
            let (mut x, mut v) = (start.clone(), start.map(|_| T::zero()));
            let (mut z, mut w, mut y) = (start.clone(), start.map(|_| T::zero()), start.clone());
            let mut g = start.clone();
            for _ in 0..3 {
                bowl.gradient(&x, &mut g);
                let (x, v) = (x.as_mut_slice(), v.as_mut_slice());
                if threads == 0 {
                    rule.update_slices(x, v, g.as_slice()).unwrap();
                } else {
                    pool.install(|| rule.update_slices_in_parallel(x, v, g.as_slice()))
                        .unwrap();
                }
                bowl.gradient(&y, &mut g);
                let (z, w, y) = (z.as_mut_slice(), w.as_mut_slice(), y.as_mut_slice());
                if threads == 0 {
                    ahead.update_slices(z, w, y, g.as_slice()).unwrap();
                } else {
                    pool.install(|| ahead.update_slices_in_parallel(z, w, y, g.as_slice()))
                        .unwrap();
                }
            }
            assert!(x == by_rule.position && v == by_rule.velocity, "{threads}");
            assert!(
                z == by_ahead.position && w == by_ahead.velocity,
                "{threads}"
            );
        }
    }
    for length in [1, 5, 100_001, (1 << 17) - 1, (1 << 17) + 13, 300_007] {
        check::<f64>(length);
        check::<f32>(length);
    }
}

/// Slices of different lengths are refused before anything is changed, in one thread and in several.
#[test]
fn slices_of_different_lengths_are_refused() {
    let (momentum, nesterov) = (
        Momentum::new(0.1, 0.9).unwrap(),
        Nesterov::new(0.1, 0.9).unwrap(),
    );
    for length in [4, 200_000] {
        let (mut x, mut v, mut y) = (vec![1.0; length], vec![1.0; length], vec![1.0; length]);
        let (g, short) = (vec![1.0; length], vec![1.0; length - 1]);
        assert!(momentum.update_slices(&mut x, &mut v, &short).is_err());
        assert!(momentum.update_slices(&mut x, &mut v[1..], &g).is_err());
        assert!(
            momentum
                .update_slices_in_parallel(&mut x, &mut v, &short)
                .is_err()
        );
        assert!(
            momentum
                .update_slices_in_parallel(&mut x, &mut v[1..], &g)
                .is_err()
        );
        assert!(
            nesterov
                .update_slices(&mut x, &mut v, &mut y[1..], &g)
                .is_err()
        );
        assert!(
            nesterov
                .update_slices(&mut x, &mut v, &mut y, &short)
                .is_err()
        );
        assert!(
            nesterov
                .update_slices_in_parallel(&mut x, &mut v, &mut y[1..], &g)
                .is_err()
        );
        assert!(
            nesterov
                .update_slices_in_parallel(&mut x, &mut v[1..], &mut y, &g)
                .is_err()
        );
        assert!(x.iter().chain(&v).chain(&y).all(|one| *one == 1.0));
    }
    let (mut x, mut v): ([f64; 0], [f64; 0]) = ([], []);
    assert!(momentum.update_slices(&mut x, &mut v, &[]).is_ok());
}

/// Wilson's interval: each end p is where the share found is z standard deviations √(p(1 − p)/n) away; 0 and 1 are ends of
/// their own. The values for 5 of 20 at 95 % are 0.1119 and 0.4687 (Wilson 1927's formula by hand).
#[test]
fn wilsons_interval() {
    let (low, high) = Proportion::new(5, 20).unwrap().interval(1.959964).unwrap();
    assert!(
        (low - 0.1119).abs() < 5e-5 && (high - 0.4687).abs() < 5e-5,
        "{low} {high}"
    );
    for (some, of) in [(0, 7), (7, 7), (3, 1000), (1, 1)] {
        let share = some as f64 / of as f64;
        let (low, high) = Proportion::new(some, of).unwrap().interval(2.5).unwrap();
        assert!(0.0 <= low && low <= share && share <= high && high <= 1.0);
        for end in [low, high] {
            let miss = (share - end).powi(2) - 6.25 * end * (1.0 - end) / of as f64;
            assert!(miss.abs() < 1e-14, "{miss:e}");
        }
    }
    assert!(Proportion::new(2, 1).is_err() && Proportion::new(0, 0).is_err());
    assert!(Proportion::new(1, 2).unwrap().interval(f64::NAN).is_err());
}

/// Wrong input has its error.
#[test]
fn wrong_input_is_told() {
    let rule = Momentum::new(0.01, 0.9).unwrap();
    let none: [Vector2<f64>; 0] = [];
    assert!(matches!(
        Ensemble::of_iterates(rule, &DoubleWell, none),
        Err(Error::Empty { .. })
    ));
    let wrong = Ensemble::of_iterates(
        rule,
        &DoubleWell,
        [vector![1.0, 1.0], vector![f64::NAN, 0.0]],
    );
    assert!(matches!(wrong, Err(Error::NonFiniteComponent { .. })));
    let two = [vector![1.0, 1.0]; 2];
    assert!(matches!(
        Ensemble::of_rules([rule; 3], &DoubleWell, two),
        Err(Error::DimensionMismatch {
            expected: 3,
            found: 2,
            ..
        })
    ));
    let ensemble = || Ensemble::of_iterates(rule, &DoubleWell, two).unwrap();
    assert!(ensemble().with_velocities([vector![0.0, 0.0]]).is_err());
    assert!(
        ensemble()
            .with_velocities([vector![f64::INFINITY, 0.0]; 2])
            .is_err()
    );
    assert!(matches!(
        ensemble().failure(2, 5),
        Err(Error::NoMember {
            member: 2,
            members: 2
        })
    ));
    assert!(ensemble().every(0, 10).is_err());
    assert!(Rosenbrock.check_dimension_of_one().is_err());
    let ball = HeavyBall {
        mass: -1.0,
        drag: 0.0,
    };
    let phases = [Phase::at_rest(vector![1.0, 1.0])];
    assert!(Ensemble::of_phases(&Leapfrog::new(0.1).unwrap(), &ball, &DoubleWell, phases).is_err());
    assert!(Grid::new([0.0], [f64::NAN], [3]).is_err() && Grid::new([0.0], [1.0], [0]).is_err());
    assert!(Grid::new([0.0; 3], [1.0; 3], [usize::MAX / 2; 3]).is_err());
    assert_eq!(
        Grid::new([2.0], [5.0], [1]).unwrap().points().next(),
        Some(vector![2.0])
    );
    assert!(
        Random::new(0).uniform([f64::NAN], [1.0]).is_err()
            && Random::new(0).normal::<1>(-1.0).is_err()
    );
    assert!(Settling::within(0.0).is_err() && Passing::above(0, f64::NAN).is_err());
    assert!(
        ensemble()
            .after(5)
            .unwrap()
            .basins(&[vector![1.0, 0.0]], 0.0)
            .is_err()
    );
    // No step is a run too.
    assert_eq!(
        ensemble().after(0).unwrap().states()[0].position,
        vector![1.0, 1.0]
    );
}

trait OfOne {
    fn check_dimension_of_one(&self) -> Result<(), Error>;
}

impl OfOne for Rosenbrock {
    fn check_dimension_of_one(&self) -> Result<(), Error> {
        let starts = [vector![1.0]];
        Ensemble::<ByRule<Momentum>, Rosenbrock, 1>::of_iterates(
            Momentum::new(0.1, 0.9)?,
            self,
            starts,
        )
        .map(|_| ())
    }
}
