//! What the examples about many balls write.
#![allow(
    clippy::unwrap_used,
    reason = "a test that cannot be set up should fail"
)]

use crate::finished::{Fallible, Finished};
use heavyball::prelude::*;
use nalgebra::vector;

/// A table of numbers without its header and first columns.
fn numbers(name: &str, table: &str, header: &str, skip: usize) -> Fallible<Vec<Vec<f64>>> {
    let (found, rows) = Finished::of(name)?.csv(table)?;
    if found != header {
        return Err(found.into());
    }
    let row = |row: Vec<String>| {
        row.into_iter()
            .skip(skip)
            .map(|field| Ok(field.parse()?))
            .collect()
    };
    rows.into_iter().map(row).collect()
}

/// Derivation (1), (11): the million starts are shared among the minima as those of a coarser grid are, run one by one.
#[test]
fn basins_are_those_of_single_runs() {
    let header = "motion,minimum_1,minimum_2,starts,share";
    let (found, rows) = Finished::of("basins").unwrap().csv("basins.csv").unwrap();
    assert_eq!(found, header);
    assert_eq!(rows.len(), 18);
    for motion in rows.chunks(6) {
        let starts = motion.iter().map(|row| row[3].parse::<usize>().unwrap());
        assert_eq!(starts.sum::<usize>(), 1_000_000);
    }
    let share =
        |motion: usize, minimum: usize| -> f64 { rows[6 * motion + minimum][4].parse().unwrap() };
    let side = 60;
    let place = |i: usize| 12.0 * (i as f64 + 0.5) / side as f64 - 6.0;
    let minima = [
        [3.0, 2.0],
        [-2.805, 3.131],
        [-3.779, -3.283],
        [3.584, -1.848],
    ];
    for (motion, beta) in [(0, 0.0), (1, 0.9)] {
        let rule = Momentum::new(0.004, beta).unwrap();
        let mut reached = [0.0; 4];
        for i in 0..side * side {
            let start = vector![place(i % side), place(i / side)];
            let end = rule
                .iterates(&Himmelblau, start)
                .after(240)
                .unwrap()
                .position;
            let near = minima
                .iter()
                .position(|[x, y]| (end - vector![*x, *y]).norm() < 0.11);
            reached[near.unwrap()] += 1.0 / (side * side) as f64;
        }
        for (minimum, coarse) in reached.iter().enumerate() {
            assert!(
                (share(motion, minimum) - coarse).abs() < 0.01,
                "{motion} {minimum} {coarse}"
            );
        }
    }
    // The ball is another motion than gradient descent, and its basins are not momentum's either.
    assert!((share(2, 0) - share(0, 0)).abs() > 1e-3 && (share(2, 3) - share(1, 3)).abs() > 1e-3);
}

/// Derivation (43): the share that escapes is that of the starts whose critical drag is larger, for which two are known: 0.1961 from
/// 1.4 and 0.3792 from 1.5. The intervals are Wilson's: each end p has (share − p)² = z²p(1 − p)/n.
#[test]
fn escape_is_as_probable_as_the_critical_drag_says() {
    let header = "drag,escaped,trials,low,high,predicted";
    let rows = numbers("escape_probability", "escape_probability.csv", header, 0).unwrap();
    assert_eq!(rows.len(), 41);
    let (mut inside, square) = (0, 1.959964_f64.powi(2));
    for row in &rows {
        let [_, escaped, trials, low, high, predicted] = row[..] else {
            panic!("a short row")
        };
        let share = escaped / trials;
        for end in [low, high] {
            let miss = (share - end).powi(2) - square * end * (1.0 - end) / trials;
            assert!(miss.abs() < 1e-6, "{row:?} {miss:e}");
        }
        assert!(low <= share && share <= high);
        inside += usize::from(low <= predicted && predicted <= high);
    }
    assert!(inside >= 36, "{inside}");
    let lowest = 1.3059;
    for (start, drag) in [(1.4, 0.196109891946602), (1.5, 0.379245550127689)] {
        let after = rows.iter().position(|row| row[0] > drag).unwrap();
        let (a, b) = (&rows[after - 1], &rows[after]);
        let share = a[5] + (b[5] - a[5]) * (drag - a[0]) / (b[0] - a[0]);
        let expected = (2.0 - start) / (2.0 - lowest);
        assert!((share - expected).abs() < 2e-3, "{share} {expected}");
    }
    let map = numbers(
        "escape_probability",
        "escape_map.csv",
        "alpha,beta,escaped,trials,predicted",
        0,
    )
    .unwrap();
    assert_eq!(map.len(), 64 * 64);
    // Small steps: the prediction holds; derivation (45).
    for row in map.iter().filter(|row| row[0] < 0.02) {
        assert!((row[2] / row[3] - row[4]).abs() < 0.15, "{row:?}");
    }
}
