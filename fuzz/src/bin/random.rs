//! Many inputs with fixed seeds for a target: `random TARGET COUNT [FIRST]`. Prints the number of a failing input.

#![allow(clippy::print_stdout, reason = "the report")]

use heavyball_fuzz::{Input, TARGETS, bytes};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::time::{Duration, Instant};

/// A single input may take no longer.
const SLOW: Duration = Duration::from_secs(2);

fn main() {
    let words: Vec<_> = std::env::args().skip(1).collect();
    let number = |index: usize, default: u64| {
        words
            .get(index)
            .and_then(|word| word.parse().ok())
            .unwrap_or(default)
    };
    let (count, first) = (number(1, 1_000_000), number(2, 0));
    let (mut failures, mut slow) = (0, 0);
    for (name, target) in TARGETS {
        if words
            .first()
            .is_some_and(|word| word != name && word != "all")
        {
            continue;
        }
        let begun = Instant::now();
        for index in first..first + count {
            let data = bytes(index, 400);
            let started = Instant::now();
            if catch_unwind(AssertUnwindSafe(|| target(&mut Input::new(&data)))).is_err() {
                failures += 1;
                println!("{name}: input {index} failed");
                if failures >= 20 {
                    std::process::exit(1);
                }
            }
            if started.elapsed() > SLOW {
                slow += 1;
                println!("{name}: input {index} took {:?}", started.elapsed());
            }
        }
        println!(
            "{name}: {count} inputs in {:.0?}, {failures} failures, {slow} slow",
            begun.elapsed()
        );
    }
    std::process::exit(i32::from(failures > 0 || slow > 0));
}
