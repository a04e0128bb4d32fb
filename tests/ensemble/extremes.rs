//! What lies at the edge of what can be asked for: an error or the right numbers, never a panic, a hang or a wrong number.

use heavyball::ensemble::{
    Ensemble, FirstPassage, Grid, NoObserver, Progress, Proportion, Random, SettlingTime,
};
use heavyball::error::{EnsembleError, RuleError, VectorError};

use heavyball::prelude::*;
use heavyball::sweep::Sweep;
use nalgebra::{Vector1, Vector2, vector};
use std::ops::ControlFlow;
use std::sync::mpsc;
use std::time::Duration;

fn rule() -> Momentum {
    Momentum::new(0.01, 0.9).unwrap()
}

fn one() -> Ensemble<'static, heavyball::ensemble::ByRule<Momentum>, DoubleWell, 2> {
    Ensemble::from_positions(rule(), &DoubleWell, [vector![1.0, 1.0]]).unwrap()
}

/// Blocks whose members cannot be counted are beyond the last.
#[test]
fn blocks_beyond_every_number() {
    for blocks in [
        usize::MAX..usize::MAX,
        usize::MAX / 64 + 1..usize::MAX,
        std::ops::Range { start: 7, end: 3 },
    ] {
        let run = one().observe_blocks(blocks, 5, &NoObserver).unwrap();
        assert!(run.states().is_empty());
    }
}

/// Rows that cannot be counted, or not be kept, are an error at once; rows that are far apart can be watched between them.
#[test]
fn rows_beyond_every_number() {
    for n in [1, 2, 1000] {
        let error = one().every(n, usize::MAX).unwrap_err();
        assert!(
            matches!(
                error,
                Error::Ensemble(EnsembleError::TooManyRows { members: 1, .. })
            ),
            "{error:?}"
        );
    }
    let (told, heard) = mpsc::channel();
    std::thread::spawn(move || {
        let watched = one().with_watch(|_| ControlFlow::Break(()));
        told.send(watched.every(usize::MAX, usize::MAX).map(|_| ()))
    });
    let ended = heard.recv_timeout(Duration::from_secs(60));
    assert_eq!(
        ended,
        Ok(Err(Error::Ensemble(EnsembleError::Cancelled {
            done: 0,
            total: 1
        })))
    );
}

/// A value that no rule can use ends an ensemble as it ends one ball: at its iteration, and not before it is asked for.
#[test]
fn a_schedule_out_of_range_is_told() {
    let starts = [vector![0.5, 1.0]; 70];
    let broken =
        |from: usize| Momentum::scheduled(move |k: usize| if k < from { 0.1 } else { -0.1 }, 0.9);
    for from in [0, 11, 5000] {
        let rule = broken(from);
        let alone = rule.iterates(&DoubleWell, starts[0]);
        assert!(alone.clone().after(from).is_ok());
        let error = alone.after(from + 1).unwrap_err();
        assert!(
            matches!(error, Error::Rule(RuleError::ScheduleOutOfRange { iteration, .. }) if iteration == from)
        );
        let ensemble = Ensemble::from_positions(rule, &DoubleWell, starts).unwrap();
        let nothing = SettlingTime::within(1e-9).unwrap();
        assert!(ensemble.after(from).is_ok());
        assert_eq!(ensemble.after(from + 1), Err(error.clone()));
        assert_eq!(ensemble.every(7, from + 7), Err(error.clone()));
        assert_eq!(ensemble.observe(from + 3, &nothing), Err(error.clone()));
        let sweep = Sweep::new(&ensemble, from + 1, NoObserver, |_, ()| [0.0]);
        assert_eq!(sweep.run(), Err(error));
    }
    // That of one member among others, in the second block.
    let rules = (0..70).map(|i| broken(if i == 68 { 20 } else { 1000 }));
    let ensemble = Ensemble::from_rules(rules, &DoubleWell, starts).unwrap();
    assert!(ensemble.after(20).is_ok());
    let error = ensemble.after(21).unwrap_err();
    assert!(matches!(
        error,
        Error::Rule(RuleError::ScheduleOutOfRange { iteration: 20, .. })
    ));
    assert_eq!(ensemble.failure(68, 21), Ok(Some(error)));
    assert_eq!(ensemble.failure(67, 21), Ok(None));
}

/// Wilson's ends at any number of deviations: they are those of the exact equation (share − p)² = z²p(1 − p)/n, whose solutions
/// tend to 0 and 1. For 3 of 10 at z = 10¹⁰ the lower one is share²/(z²/n + …) = 0.09/10¹⁹ to ten digits.
#[test]
fn wilsons_interval_at_any_deviation() {
    let some = Proportion::new(3, 10).unwrap();
    let (low, high) = some.interval(0.0).unwrap();
    assert!(low <= 0.3 && high >= 0.3 && high - low < 1e-15);
    let (low, high) = some.interval(1e10).unwrap();
    assert!((low / 9e-21 - 1.0).abs() < 1e-9 && high == 1.0, "{low:e}");
    for deviations in [1e100, 1e154, 1e160, f64::MAX] {
        let (low, high) = some.interval(deviations).unwrap();
        assert!(
            (0.0..1e-190).contains(&low) && high == 1.0,
            "{low:e} {high}"
        );
    }
    for count in [1, 10, usize::MAX] {
        for deviations in [0.0, 1e-300, 2.0, f64::MAX] {
            let none = Proportion::new(0, count).unwrap().interval(deviations);
            assert_eq!(none.unwrap().0, 0.0);
            let all = Proportion::new(count, count).unwrap().interval(deviations);
            assert_eq!(all.unwrap().1, 1.0);
        }
    }
    let error = Proportion::new(5, 3).unwrap_err();
    let (successes, trials) = (5, 3);
    assert_eq!(
        error,
        Error::Ensemble(EnsembleError::MoreThanAll { successes, trials })
    );
}

/// A coordinate without extent keeps its one value to the last bit, and none leaves the box, whichever corner is which.
#[test]
fn a_box_without_extent() {
    let grid = Grid::new([0.1, 1.0], [0.1, 0.0], [101, 3]).unwrap();
    assert!(grid.points().all(|at| at.x == 0.1));
    let last: Vec<f64> = grid.points().step_by(101).map(|at| at.y).collect();
    assert_eq!(last, [1.0, 0.5, 0.0]);
    let next = 1.0 + f64::EPSILON;
    let random = Random::new(1).uniform([0.1, 1.0, next, -f64::MAX], [0.1, next, 1.0, f64::MAX]);
    for at in random.unwrap().take(1000) {
        assert_eq!(at.x, 0.1);
        assert!((1.0..=next).contains(&at.y) && (1.0..=next).contains(&at.z) && at.w.is_finite());
    }
}

/// Starts and kicks of one seed have nothing to do with each other: neither their values nor their squares are correlated, to within
/// five standard errors.
#[test]
fn kicks_are_independent_of_the_starts() {
    let count = 20_000;
    let random = Random::new(7);
    let starts: Vec<Vector1<f64>> = random.uniform([0.0], [1.0]).unwrap().take(count).collect();
    let kicks: Vec<Vector1<f64>> = random.normal(1.0).unwrap().take(count).collect();
    let correlation = |power: i32| {
        let pair = |i: usize| (starts[i].x, kicks[i].x.powi(power));
        let mean = |f: &dyn Fn((f64, f64)) -> f64| {
            (0..count).map(|i| f(pair(i))).sum::<f64>() / count as f64
        };
        let (a, b) = (mean(&|(a, _)| a), mean(&|(_, b)| b));
        let (aa, bb) = (
            mean(&|(x, _)| (x - a).powi(2)),
            mean(&|(_, y)| (y - b).powi(2)),
        );
        mean(&|(x, y)| (x - a) * (y - b)) / (aa * bb).sqrt()
    };
    for power in [1, 2] {
        let found = correlation(power);
        assert!(found.abs() < 5.0 / (count as f64).sqrt(), "{power} {found}");
    }
}

/// What names nothing: a minimum that is no place, a coordinate that the position lacks.
#[test]
fn names_of_nothing_are_told() {
    let run = one().after(5).unwrap();
    for x in [f64::NAN, f64::INFINITY] {
        let error = run
            .basins(&[vector![0.0, 0.0], vector![0.0, x]], 1.0)
            .unwrap_err();
        assert!(
            matches!(
                error,
                Error::Vector(VectorError::NonFiniteComponent { component: 1, .. })
            ),
            "{error}"
        );
    }
    let passing = FirstPassage::above(2, 0.0).unwrap();
    for error in [
        one().observe(5, &passing).map(|_| ()).unwrap_err(),
        one()
            .observe_blocks(0..1, 5, &passing)
            .map(|_| ())
            .unwrap_err(),
        Sweep::new(&one(), 5, passing, |_, at| [*at])
            .run()
            .unwrap_err(),
    ] {
        let (coordinate, dimension) = (2, 2);
        let expected = EnsembleError::NoCoordinate {
            coordinate,
            dimension,
        };
        assert_eq!(error, Error::Ensemble(expected));
    }
    assert!(
        one()
            .observe(5, &FirstPassage::above(1, 0.0).unwrap())
            .is_ok()
    );
}

/// Of no blocks all are finished.
#[test]
fn the_share_of_nothing() {
    assert_eq!(Progress { done: 0, total: 0 }.share(), 1.0);
}

/// A number of the ensemble's grid that no computer has.
#[test]
fn grids_that_cannot_be_counted() {
    let error = Grid::new([0.0; 2], [1.0; 2], [usize::MAX; 2]).unwrap_err();
    assert!(
        matches!(error, Error::Ensemble(EnsembleError::TooManyMembers { members }) if members > 1e38)
    );
    // None along one coordinate is none in all, however many there are along the others.
    let none = Grid::new([0.0; 3], [1.0; 3], [usize::MAX, 2, 0]);
    assert!(matches!(
        none,
        Err(Error::Vector(VectorError::Empty { .. }))
    ));
    let widest = Grid::new([-f64::MAX], [f64::MAX], [3]).unwrap();
    let points: Vec<_> = widest.points().collect();
    assert_eq!(
        points,
        [vector![-f64::MAX], vector![0.0], vector![f64::MAX]]
    );
    let first: Option<Vector2<f64>> = Grid::new([0.0, 3.0], [1.0, 4.0], [usize::MAX, 1])
        .unwrap()
        .points()
        .next();
    assert_eq!(first, Some(vector![0.0, 3.0]));
}
