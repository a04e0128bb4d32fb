//! The sweep over (α, β): its cells are what a loop by hand counts and what derivation (49) bounds, and its checkpoint changes nothing.
#![allow(
    clippy::unwrap_used,
    reason = "a test that cannot be set up should fail"
)]

use crate::finished::{Finished, directory, run};

/// α, β, iterations, distance.
type Cell = (f64, f64, Option<usize>, f64);

fn cells() -> Vec<Cell> {
    let finished = Finished::of("parameter_sweep").unwrap();
    let (header, rows) = finished.csv("parameter_sweep.csv").unwrap();
    assert_eq!(header, "alpha,beta,iterations,distance");
    let cell = |row: Vec<String>| {
        assert_eq!(row.len(), 4, "{row:?}");
        let number = |i: usize| row[i].parse::<f64>().unwrap();
        let iterations = (!row[2].is_empty()).then(|| row[2].parse().unwrap());
        (number(0), number(1), iterations, number(3))
    };
    rows.into_iter().map(cell).collect()
}

/// From 1 at rest on each curvature: the first iteration from which both stay within 10⁻⁶.
fn by_hand(alpha: f64, beta: f64) -> Option<usize> {
    let mut arrived = 0;
    for curvature in [1.0, 25.0] {
        let (mut x, mut v) = (1.0_f64, 0.0);
        for k in 1..=2000 {
            v = beta * v - alpha * curvature * x;
            x += v;
            if x.abs() > 1e-6 {
                arrived = arrived.max(k + 1);
            }
            if x.abs() > 1e6 {
                return None;
            }
        }
    }
    (arrived <= 2000).then_some(arrived)
}

#[test]
fn the_iterations_are_those_of_a_loop_by_hand() {
    let cells = cells();
    assert_eq!(cells.len(), 160_000);
    let (mut arrived, mut equal) = (0, 0);
    for (alpha, beta, iterations, _) in cells.into_iter().step_by(211) {
        let expected = by_hand(alpha, beta);
        equal += usize::from(expected == iterations);
        if let (Some(found), Some(expected)) = (iterations, expected) {
            arrived += 1;
            // Rounding may move a crossing that grazes the tolerance.
            assert!(
                found.abs_diff(expected) <= 2,
                "{alpha} {beta}: {found} {expected}"
            );
        }
    }
    assert!(
        arrived > 400 && equal > 740,
        "{arrived} arrived, {equal} equal"
    );
}

/// (49): what arrives is stable, what is unstable does not arrive; and no cell is faster than Polyak's rate, 2/3.
#[test]
fn the_border_is_that_of_theory() {
    let mut fastest = (0.0, 0.0, usize::MAX);
    for (alpha, beta, iterations, distance) in cells() {
        let stable = alpha * 25.0 < 2.0 * (1.0 + beta);
        assert!(iterations.is_none() || stable, "{alpha} {beta}");
        assert!(!stable || distance < 100.0, "{alpha} {beta}: {distance}");
        if let Some(iterations) = iterations.filter(|k| *k < fastest.2) {
            fastest = (alpha, beta, iterations);
        }
    }
    let (alpha, beta, iterations) = fastest;
    assert!((alpha - 4.0 / 36.0).abs() < 0.005 && (beta - 4.0 / 9.0).abs() < 0.03);
    let least = 1e-6_f64.ln() / (2.0_f64 / 3.0).ln();
    assert!(
        (least..1.2 * least).contains(&(iterations as f64)),
        "{iterations}"
    );
}

/// With a checkpoint, begun, gone on from and finished: the same table; a table given as the checkpoint is refused and stays.
#[test]
fn a_checkpoint_changes_nothing() {
    let place = directory("checkpoint");
    std::fs::create_dir_all(&place).unwrap();
    let (file, out) = (place.join("sweep"), place.join("figures"));
    let arguments = |file: &str| {
        let out = out.to_string_lossy();
        run("parameter_sweep", &["--checkpoint", file, "--out", &out]).unwrap()
    };
    let expected = Finished::of("parameter_sweep").unwrap();
    for _ in 0..2 {
        let done = arguments(&file.to_string_lossy());
        assert!(
            done.status.success(),
            "{}",
            String::from_utf8_lossy(&done.stderr)
        );
        let table = std::fs::read(out.join("parameter_sweep.csv")).unwrap();
        assert!(table == expected.file("parameter_sweep.csv").unwrap());
        // No terminal, no bar.
        assert!(done.stderr.is_empty());
    }
    assert_eq!(std::fs::read(&file).unwrap()[..8], *b"hbsweep\n");
    let table = out.join("parameter_sweep.csv");
    let refused = arguments(&table.to_string_lossy());
    let text = String::from_utf8(refused.stderr).unwrap();
    assert_eq!(refused.status.code(), Some(1));
    assert!(text.contains("is not the checkpoint of a sweep"), "{text}");
    assert!(std::fs::read(&table).unwrap() == expected.file("parameter_sweep.csv").unwrap());
    std::fs::remove_dir_all(place).unwrap();
}

/// Three shards, merged: the same table, and the same file as that of one run. What does not fit together is told.
#[test]
fn shards_change_nothing() {
    let place = directory("shards");
    std::fs::create_dir_all(&place).unwrap();
    let at = |name: &str| place.join(name).to_string_lossy().into_owned();
    let parts: Vec<_> = (0..3).map(|index| at(&format!("part-{index}"))).collect();
    for (index, part) in parts.iter().enumerate() {
        let shard = format!("{index}/3");
        let done = run(
            "parameter_sweep",
            &["--shard", &shard, "--checkpoint", part, "--out", &at("")],
        );
        assert!(done.unwrap().status.success());
    }
    let merged = |parts: &[String]| {
        let mut arguments = vec!["--merge"];
        arguments.extend(parts.iter().map(String::as_str));
        let out = at("");
        arguments.extend(["--out", &out]);
        run("parameter_sweep", &arguments).unwrap()
    };
    let missing = merged(&parts[1..]);
    assert_eq!(missing.status.code(), Some(1));
    assert!(String::from_utf8_lossy(&missing.stderr).contains("0 is missing"));
    assert!(merged(&parts).status.success());
    let expected = Finished::of("parameter_sweep").unwrap();
    let table = std::fs::read(place.join("parameter_sweep.csv")).unwrap();
    assert!(table == expected.file("parameter_sweep.csv").unwrap());
    let refused = run("parameter_sweep", &["--shard", "0/3"]).unwrap();
    assert_eq!(refused.status.code(), Some(1));
    assert!(String::from_utf8_lossy(&refused.stderr).contains("--checkpoint"));
    let file = at("refused");
    for shard in ["3", "x/3", "3/3", "0/0"] {
        let refused = run(
            "parameter_sweep",
            &["--shard", shard, "--checkpoint", &file],
        )
        .unwrap();
        assert_eq!(refused.status.code(), Some(1), "{shard}");
    }
    std::fs::remove_dir_all(place).unwrap();
}
