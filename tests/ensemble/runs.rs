//! What a run tells: records, basins, random starts, watches, and errors.

use super::{STEPS, starts};
use heavyball::Linear;
use heavyball::ensemble::{
    ByRule, Ensemble, FirstPassage, Grid, Observer, Proportion, Random, SettlingTime, State,
};
use heavyball::error::{EnsembleError, ParameterError, RunError, VectorError};
use heavyball::prelude::*;
use nalgebra::{Vector1, Vector2, vector};
use std::ops::ControlFlow;
use std::sync::atomic::{AtomicUsize, Ordering};

/// A member belongs to the nearest minimum within the radius, its edge included, and to none beyond.
#[test]
fn basins_have_a_radius() {
    let starts = [0.0, 0.25, 0.26, 0.49, 0.5, 0.75, 1.3].map(|x| vector![x]);
    let rule = Momentum::new(0.1, 0.5).unwrap();
    let run = Ensemble::from_positions(rule, &Quartic, starts)
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
    let ensemble = Ensemble::from_positions(rule, &cliff, [vector![0.0, 0.0]]).unwrap();
    let run = ensemble.after(2).unwrap();
    assert!(run.states()[0].position.x.is_infinite());
    assert_eq!((run.is_finite(), run.diverged()), ([false].as_slice(), 1));
}

/// What is noted of a member is what its run alone shows: the last step at which it moved, and the first above a level.
#[test]
fn records_are_those_of_the_run_alone() {
    let rule = Momentum::new(0.1, 0.5).unwrap();
    let starts = starts();
    let ensemble = Ensemble::from_positions(rule, &DoubleWell, starts.clone()).unwrap();
    let settled = ensemble
        .observe(STEPS, &SettlingTime::within(1e-6).unwrap())
        .unwrap();
    let passed = ensemble
        .observe(STEPS, &FirstPassage::above(0, 1.0).unwrap())
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
        if let Some(Error::Run(RunError::Diverged { step, .. })) = failure {
            assert_eq!(step, run.len());
        }
    }
    assert_eq!(
        settled.diverged(),
        settled.is_finite().iter().filter(|finite| !*finite).count()
    );
    assert!(settled.diverged() > 10);
}

/// The edges: a speed that is the tolerance is still, a place that is the level is not above it, and the start counts as step 0.
#[test]
fn records_at_their_edges() {
    // v = ¼ at every step, exactly.
    let slope = Linear::new(vector![-0.25]).unwrap();
    let rule = Momentum::new(1.0, 0.0).unwrap();
    let ensemble = Ensemble::from_positions(rule, &slope, [vector![0.0]]).unwrap();
    let settled = |tolerance| {
        let run = ensemble.observe(10, &SettlingTime::within(tolerance).unwrap());
        run.unwrap().records()[0]
    };
    assert_eq!((settled(0.25), settled(0.2499)), (0.0, 11.0));
    let passed = |level| {
        let run = ensemble.observe(10, &FirstPassage::above(0, level).unwrap());
        run.unwrap().records()[0]
    };
    assert_eq!(
        [passed(-0.1), passed(0.0), passed(0.5), passed(0.6)],
        [0.0, 1.0, 3.0, 3.0]
    );
    assert_eq!((passed(2.5), passed(2.4)), (f64::INFINITY, 10.0));
    // Once it is still it stays so, β being 0 on flat ground; before the first step it moved.
    let flat = Linear::new(vector![0.0]).unwrap();
    let ensemble = Ensemble::from_positions(rule, &flat, [vector![0.0]]).unwrap();
    let moving = ensemble.with_velocities([vector![1.0]]).unwrap();
    for steps in [0, 5] {
        let run = moving.observe(steps, &SettlingTime::within(0.5).unwrap());
        assert_eq!(run.unwrap().records(), [1.0]);
    }
}

/// Why a ball diverged, with the time of its own step.
#[test]
fn a_ball_that_diverged_tells_its_time() {
    let ball = HeavyBall::new(1.0, 0.0).unwrap();
    let method = ExplicitEuler::new(0.25).unwrap();
    let start = Phase::at_rest(vector![3.0, 1.0]);
    let alone = method.phases(&ball, &DoubleWell, start).unwrap();
    let expected = alone.after(100).unwrap_err();
    assert!(
        matches!(expected, Error::Run(RunError::Diverged { step, time, .. }) if time == 0.25 * step as f64)
    );
    let one = Ensemble::from_phases(&method, &ball, &DoubleWell, [start]).unwrap();
    assert_eq!(one.failure(0, 100), Ok(Some(expected.clone())));
    let each = Ensemble::from_balls([(method, ball)], &DoubleWell, [start]).unwrap();
    assert_eq!(each.failure(0, 100), Ok(Some(expected)));
}

/// Any reduction of one's own, with a record of several numbers.
#[test]
fn a_reduction_of_ones_own() {
    struct Range;
    impl<S: State<2, Scalar = f64>> Observer<S, 2> for Range {
        type Record = (f64, f64, u32);
        fn start(&self, state: &S) -> Self::Record {
            let x = state.position().x;
            (x, x, 0)
        }
        fn observe(&self, k: usize, state: &S, record: &mut Self::Record) {
            let x = state.position().x;
            *record = (record.0.min(x), record.1.max(x), k as u32);
        }
    }
    let rule = Momentum::new(0.01, 0.95).unwrap();
    let starts = starts();
    let ensemble = Ensemble::from_positions(rule, &DoubleWell, starts.clone()).unwrap();
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
    let run = Ensemble::from_positions(rule, &DoubleWell, grid.points())
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
    let ensemble = Ensemble::from_positions(rule, &DoubleWell, starts())
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
    let ensemble = Ensemble::from_positions(rule, &DoubleWell, [vector![1.0, 1.0]])
        .unwrap()
        .with_watch(|_| ControlFlow::Break(()));
    let ended = ensemble.after(usize::MAX);
    assert!(matches!(
        ended,
        Err(Error::Ensemble(EnsembleError::Cancelled {
            done: 0,
            total: 1
        }))
    ));
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
        Ensemble::from_positions(rule, &DoubleWell, none),
        Err(Error::Vector(VectorError::Empty { .. }))
    ));
    let wrong = Ensemble::from_positions(
        rule,
        &DoubleWell,
        [vector![1.0, 1.0], vector![f64::NAN, 0.0]],
    );
    let wrong = wrong.unwrap_err();
    assert!(
        matches!(wrong, Error::Ensemble(EnsembleError::Member { member: 1, cause }) if matches!(*cause, Error::Vector(VectorError::NonFiniteComponent { .. })))
    );
    let two = [vector![1.0, 1.0]; 2];
    assert!(matches!(
        Ensemble::from_rules([rule; 3], &DoubleWell, two),
        Err(Error::Vector(VectorError::DimensionMismatch {
            expected: 3,
            found: 2,
            ..
        }))
    ));
    let ensemble = || Ensemble::from_positions(rule, &DoubleWell, two).unwrap();
    assert!(matches!(
        ensemble().with_velocities([vector![0.0, 0.0]]),
        Err(Error::Vector(VectorError::DimensionMismatch {
            expected: 2,
            found: 1,
            ..
        }))
    ));
    let velocities = [vector![0.0, 0.0], vector![f64::INFINITY, 0.0]];
    assert!(matches!(
        ensemble().with_velocities(velocities),
        Err(Error::Ensemble(EnsembleError::Member { member: 1, .. }))
    ));
    assert!(matches!(
        ensemble().failure(2, 5),
        Err(Error::Ensemble(EnsembleError::NoMember {
            member: 2,
            members: 2
        }))
    ));
    assert!(ensemble().every(0, 10).is_err());
    assert!(Rosenbrock.check_dimension_of_one().is_err());
    let mut ball = HeavyBall::new(1.0, 0.0).unwrap();
    ball.mass = -1.0;
    let phases = [Phase::at_rest(vector![1.0, 1.0])];
    let method = Leapfrog::new(0.1).unwrap();
    assert!(matches!(
        Ensemble::from_phases(&method, &ball, &DoubleWell, phases),
        Err(Error::Parameter(ParameterError::NotPositive { .. }))
    ));
    let balls = [(method, ball)];
    assert!(matches!(
        Ensemble::from_balls(balls, &DoubleWell, phases),
        Err(Error::Parameter(ParameterError::NotPositive { .. }))
    ));
    let ball = HeavyBall::new(1.0, 0.0).unwrap();
    let kicked = [Phase {
        position: vector![1.0, 1.0],
        momentum: vector![0.0, f64::INFINITY],
    }];
    let wrong = Ensemble::from_phases(&method, &ball, &DoubleWell, kicked).unwrap_err();
    let of_the_start = |cause: &Error| {
        matches!(
            cause,
            Error::Vector(VectorError::NonFiniteComponent { component: 1, .. })
        )
    };
    assert!(
        matches!(wrong, Error::Ensemble(EnsembleError::Member { member: 0, cause }) if of_the_start(&cause))
    );
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
    assert!(SettlingTime::within(0.0).is_err() && FirstPassage::above(0, f64::NAN).is_err());
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
        Ensemble::<ByRule<Momentum>, Rosenbrock, 1>::from_positions(
            Momentum::new(0.1, 0.9)?,
            self,
            starts,
        )
        .map(|_| ())
    }
}
