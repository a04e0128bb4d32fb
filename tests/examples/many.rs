//! What the examples about many balls write.
#![allow(
    clippy::unwrap_used,
    reason = "a test that cannot be set up should fail"
)]

use crate::finished::{Fallible, Finished};
use heavyball::Himmelblau;
use heavyball::ensemble::Random;
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

/// Derivation (1), (11): the million starts are shared among the minima as those of a coarser grid are, run one by one; those of the
/// ball as by an adaptive method of order 5, to the same time.
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
    let (alpha, steps) = (0.004_f64, 240);
    let by_rule = |beta: f64, start| {
        let rule = Momentum::new(alpha, beta).unwrap();
        let run = rule.iterates(&Himmelblau, start).after(steps);
        run.unwrap().position
    };
    // v = Δt·ẋ makes Δt² = α and γ = (1 − β)/Δt of mass 1.
    let ball = HeavyBall::new(1.0, 0.1 / alpha.sqrt()).unwrap();
    let by_motion = |start| {
        let until = steps as f64 * alpha.sqrt();
        let motion = Problem::new(ball, Himmelblau, start).until(until);
        let motion = motion.solve(&Rk45::new(1e-8, 1e-8)).unwrap();
        motion.last().position
    };
    for motion in 0..3 {
        let mut reached = [0.0; 4];
        for i in 0..side * side {
            let start = vector![place(i % side), place(i / side)];
            let end = match motion {
                0 => by_rule(0.0, start),
                1 => by_rule(0.9, start),
                _ => by_motion(start),
            };
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
    // x⁴ − 2x² + 0.4x less its value at the saddle s is (x − s)²(x² + 2sx + 3s² − 2).
    let saddle = 0.101_031_257_881_010_82_f64;
    let lowest = (2.0 - 2.0 * saddle * saddle).sqrt() - saddle;
    assert!((lowest - 1.3059).abs() < 1e-4);
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
    // Any cell, by a loop over the same starts. Rounding may move one that grazes the saddle.
    let starts = Random::new(20).uniform([-2.0], [-lowest]).unwrap();
    let starts: Vec<f64> = starts.take(256).map(|start| start.x).collect();
    for row in map.iter().step_by(37) {
        let escapes = |start: &&f64| {
            let (mut x, mut v) = (**start, 0.0);
            (0..400).any(|_| {
                v = row[1] * v - row[0] * (x * x * x - x - 0.1);
                x += v;
                x > -saddle
            })
        };
        let expected = starts.iter().filter(escapes).count() as f64;
        assert!(
            (row[2] - expected).abs() <= 1.0 && row[3] == 256.0,
            "{row:?} {expected}"
        );
    }
    // The middles of the cells, α first.
    let middle = |i: usize, low: f64, high: f64| low + (high - low) * (i as f64 + 0.5) / 64.0;
    for (index, row) in map.iter().enumerate() {
        let (alpha, beta) = (middle(index % 64, 0.01, 0.2), middle(index / 64, 0.5, 1.0));
        assert!(
            (row[0] - alpha).abs() < 1e-12 && (row[1] - beta).abs() < 1e-12,
            "{row:?}"
        );
    }
    // Small steps: the prediction holds; derivation (45).
    for row in map.iter().filter(|row| row[0] < 0.02) {
        assert!((row[2] / row[3] - row[4]).abs() < 0.15, "{row:?}");
    }
}

/// Derivation (98), (100), (103): each row's interval is Garwood's, whose ends make the tail of a Poisson number 2.5 %; Kramers'
/// column is its formula; and far below the turnover the rate found is a fraction of it.
#[test]
fn escapes_by_noise_follow_kramers_above_the_turnover() {
    let header = "drag,temperature,escapes,rate,lower,upper,kramers";
    let rows = numbers("kramers", "kramers.csv", header, 0).unwrap();
    assert_eq!(rows.len(), 24);
    let (mut escapes, mut expected) = (0.0, 0.0);
    for row in &rows {
        let [drag, t, count, rate, low, high, kramers] = row[..] else {
            panic!("a short row")
        };
        let time = count / rate;
        // The probability of `most` events or fewer.
        let cumulative = |mean: f64, most: f64| {
            let terms = (0..=most as i32).scan(1.0_f64, |term, k| {
                let now = *term;
                *term *= mean / f64::from(k + 1);
                Some(now)
            });
            terms.sum::<f64>() * (-mean).exp()
        };
        assert!(count < 500.0, "the sum above would overflow");
        assert!(
            (cumulative(high * time, count) - 0.025).abs() < 1e-6,
            "{row:?}"
        );
        assert!(
            (cumulative(low * time, count - 1.0) - 0.975).abs() < 1e-6,
            "{row:?}"
        );
        // x³ − x + 0.1 = 0 at 0.9456 and 0.1010, whose heights differ by 0.157665.
        let (well, top) = (0.945_649_273_923_591_5_f64, 0.101_031_257_881_010_82_f64);
        let (a, b) = (
            (3.0 * well * well - 1.0).sqrt(),
            (1.0 - 3.0 * top * top).sqrt(),
        );
        let f = |x: f64| x.powi(4) / 4.0 - x * x / 2.0 + 0.1 * x;
        let share = ((drag * drag / 4.0 + b * b).sqrt() - drag / 2.0) / b;
        let formula = share * a / (2.0 * std::f64::consts::PI) * (-(f(top) - f(well)) / t).exp();
        assert!((kramers / formula - 1.0).abs() < 1e-9, "{row:?} {formula}");
        if drag >= 1.0 {
            escapes += count;
            expected += kramers * time;
        } else if drag < 0.03 {
            assert!(high < 0.6 * kramers, "{row:?}");
        }
    }
    // All together, within 15 % and what so many escapes vary by.
    let ratio: f64 = escapes / expected;
    assert!((ratio - 1.0).abs() < 0.15 + 3.0 / escapes.sqrt(), "{ratio}");
    assert!(escapes > 200.0);
}

/// Derivation (86): BAOAB's positions are exact but for terms beyond a quadratic, its velocities too cold by a share h²⟨f″⟩/4; OBABO
/// the other way round; symplectic Euler too hot in its velocities to first order.
#[test]
fn the_brownian_ball_has_the_errors_of_its_schemes() {
    let header = "scheme,dt,drag,var_position,var_velocity,exact_position,exact_velocity,samples";
    let (found, rows) = Finished::of("brownian_ball")
        .unwrap()
        .csv("brownian_ball.csv")
        .unwrap();
    assert_eq!(found, header);
    assert_eq!(rows.len(), 25);
    // ⟨x²⟩ in e^(−(x⁴ − 2x²)/0.7), by Simpson's rule.
    let (mut all, mut square) = (0.0, 0.0);
    for i in 0..=600 {
        let x = f64::from(i) * 0.01 - 3.0;
        let weight = (-(x.powi(4) - 2.0 * x * x) / 0.7).exp() * if i % 2 == 0 { 2.0 } else { 4.0 };
        all += weight;
        square += x * x * weight;
    }
    for row in &rows {
        let number = |i: usize| row[i].parse::<f64>().unwrap();
        let (dt, x, v, exact) = (number(1), number(3), number(4), number(5));
        assert!((exact - square / all).abs() < 1e-7 && number(6) == 0.7);
        assert!(number(7) > 96.0 * 500.0 / dt);
        let (x, v) = (x / exact - 1.0, v / 0.7 - 1.0);
        // ⟨f″⟩ = 12⟨x²⟩ − 4.
        let cold = -dt * dt * (12.0 * exact - 4.0) / 4.0;
        match row[0].as_str() {
            "Baoab" => assert!(x.abs() < 0.015 && (v - cold).abs() < 0.03, "{row:?}"),
            "Obabo" | "Boaob" => assert!(v.abs() < 0.03, "{row:?}"),
            "Aboba" => assert!(dt < 0.2 || v > 0.03, "{row:?}"),
            "StochasticSymplecticEuler" => assert!(v > 0.45 * dt, "{row:?}"),
            other => panic!("{other}"),
        }
    }
}

/// Derivation (105): slower is better, any cooling is better than half of its first temperature throughout while that is too short to
/// equilibrate, and two wells with Kramers' rates predict it.
#[test]
fn slow_cooling_leaves_the_bad_well() {
    let header = "schedule,duration,members,bad,share,lower,upper,predicted";
    let rows = numbers("annealing", "annealing.csv", header, 1).unwrap();
    assert_eq!(rows.len(), 15);
    for (i, row) in rows.iter().enumerate() {
        let [_, members, bad, share, low, high, predicted] = row[..] else {
            panic!("a short row")
        };
        assert!((share - bad / members).abs() < 1e-6 && low <= share && share <= high);
        if i % 5 > 0 {
            // Where none or two are left, chance decides.
            assert!(bad <= rows[i - 1][2] + 3.0, "{row:?}");
        }
        // 15 % of the rate, and three of the deviations of which the interval has 1.96.
        let deviation = (high - low) / 3.92;
        let slower = predicted.powf(0.8);
        assert!(
            share < slower + 3.0 * deviation && share > predicted - 3.0 * deviation - 0.01,
            "{row:?}"
        );
    }
    for i in 0..4 {
        assert!(rows[i][3] < rows[10 + i][3], "{i}");
    }
}
