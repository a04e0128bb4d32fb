//! Sweeps: ended, killed, or given a damaged file, a sweep ends with the bits of one in one piece, or says why it does not.

mod damaged;
mod killed;
mod killed_in_bath;
mod place;
mod resumed;
mod shards;

use heavyball::ensemble::{Ensemble, MEMBERS, NoObserver, SettlingTime};

use heavyball::prelude::*;
use heavyball::sweep::Sweep;
use nalgebra::{Vector2, vector};
use place::Place;

/// Rules of which some diverge, and starts, in a number that fills no whole block.
fn members(count: usize) -> (Vec<Momentum>, Vec<Vector2<f64>>) {
    let each = |i: usize| {
        let (a, b) = ((i * 37 % 101) as f64 / 101.0, (i * 53 % 97) as f64 / 97.0);
        let rule = Momentum::new(0.01 + 0.39 * a, 0.95 * b).unwrap();
        (rule, vector![-1.5 + 3.0 * b, 1.0 - 2.0 * a])
    };
    (0..count).map(each).unzip()
}

/// The rows as the bytes that two runs are compared by.
fn bytes<const K: usize>(rows: &[[f64; K]]) -> Vec<u8> {
    rows.iter()
        .flatten()
        .flat_map(|x| x.to_le_bytes())
        .collect()
}

/// What a run alone has in the place of a member: when it settles and where, NaN if it diverges.
#[test]
fn the_numbers_are_those_of_each_member_alone() {
    let (rules, starts) = members(3 * MEMBERS + 5);
    let ensemble = Ensemble::from_rules(rules.clone(), &DoubleWell, starts.clone()).unwrap();
    let sweep = Sweep::new(
        &ensemble,
        300,
        SettlingTime::within(1e-6).unwrap(),
        |end, settled| [*settled, end.position.x],
    );
    let place = Place::new("alone");
    let rows = sweep.resume(place.file()).unwrap();
    assert_eq!(bytes(&rows), bytes(&sweep.run().unwrap()));
    assert_eq!(rows.len(), rules.len());
    let mut diverged = 0;
    for ((rule, start), row) in rules.iter().zip(&starts).zip(rows) {
        let run: Vec<_> = rule.iterates(&DoubleWell, *start).take(301).collect();
        match run.get(300) {
            Some(end) => {
                let moved = run.iter().rposition(|at| at.velocity.amax() > 1e-6);
                assert_eq!(row, [moved.map_or(0.0, |k| k as f64 + 1.0), end.position.x]);
            }
            None => {
                diverged += 1;
                assert!(row[0] == 301.0 && !row[1].is_finite());
            }
        }
    }
    assert!((5..50).contains(&diverged), "{diverged}");
    assert_eq!(place.names(), ["file", "file.lock"]);
}

/// One NaN for all, whatever the closure made.
#[test]
fn a_nan_has_the_same_bits_everywhere() {
    let (rules, starts) = members(3);
    let ensemble = Ensemble::from_rules(rules, &DoubleWell, starts).unwrap();
    let odd = f64::from_bits(0xFFF8_0000_0000_0007);
    let rows = Sweep::new(&ensemble, 3, NoObserver, |_, ()| [odd, -odd, -0.0]).run();
    for row in rows.unwrap() {
        assert_eq!(
            row.map(f64::to_bits),
            [f64::NAN, f64::NAN, -0.0].map(f64::to_bits)
        );
    }
}
