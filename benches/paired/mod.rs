//! Two loops timed in turn: what disturbs the machine disturbs both alike, and the median of their ratios is little disturbed.
//!
//! A benchmark harness that times one side after the other reports each more precisely and their ratio less: a machine that
//! speeds up between the two shifts it. So the sides alternate, some milliseconds each, and the ratio is taken of neighbours.

#![allow(clippy::print_stdout, reason = "its table is its result")]
#![allow(dead_code, reason = "each benchmark takes the part that it needs")]

use std::hint::black_box;
use std::time::Instant;

/// Timings of each side of a short pair.
pub(crate) const ROUNDS: usize = 201;

/// A loop of the library beside the one that it is compared with.
pub(crate) struct Pair {
    name: String,
    /// Nanoseconds a step, the least seen: of the library, and by hand.
    least: (f64, f64),
    /// Median over the rounds of library time over time by hand.
    ratio: f64,
}

impl Pair {
    /// Library time over time by hand.
    pub(crate) fn ratio(&self) -> f64 {
        self.ratio
    }

    /// Nanoseconds a step, of the library and by hand.
    pub(crate) fn least(&self) -> (f64, f64) {
        self.least
    }
}

fn seconds<R>(run: impl FnOnce() -> R) -> f64 {
    let start = Instant::now();
    black_box(run());
    start.elapsed().as_secs_f64()
}

/// The pair `name` in many rounds, unless the program was told to run others.
pub(crate) fn pair<A, B>(
    name: impl Into<String>,
    steps: usize,
    library: impl FnMut() -> A,
    by_hand: impl FnMut() -> B,
) -> Option<Pair> {
    rounds(ROUNDS, name, steps, library, by_hand)
}

/// As [`pair`], in as many rounds as told.
pub(crate) fn rounds<A, B>(
    rounds: usize,
    name: impl Into<String>,
    steps: usize,
    mut library: impl FnMut() -> A,
    mut by_hand: impl FnMut() -> B,
) -> Option<Pair> {
    let name = name.into();
    // As in `cargo bench -- Leapfrog`: names that hold the first plain argument.
    let wanted = std::env::args()
        .skip(1)
        .find(|argument| !argument.starts_with('-'));
    if wanted.is_some_and(|wanted| !name.contains(&wanted)) {
        return None;
    }
    let mut ratios = Vec::with_capacity(rounds);
    let mut least = (f64::INFINITY, f64::INFINITY);
    for round in 0..rounds {
        // The first of a pair may be served worse; each side is first in turn.
        let (ours, theirs) = if round % 2 == 0 {
            let ours = seconds(&mut library);
            (ours, seconds(&mut by_hand))
        } else {
            let theirs = seconds(&mut by_hand);
            (seconds(&mut library), theirs)
        };
        ratios.push(ours / theirs);
        least = (least.0.min(ours), least.1.min(theirs));
    }
    ratios.sort_by(f64::total_cmp);
    let scale = 1e9 / steps as f64;
    Some(Pair {
        name,
        least: (least.0 * scale, least.1 * scale),
        ratio: ratios[rounds / 2],
    })
}

/// The table of the pairs that ran.
pub(crate) fn print(pairs: impl IntoIterator<Item = Option<Pair>>) {
    println!(
        "{:52} {:>11} {:>11} {:>7}",
        "", "library", "by hand", "ratio"
    );
    for pair in pairs.into_iter().flatten() {
        let Pair { name, least, ratio } = pair;
        println!(
            "{name:52} {:8.3} ns {:8.3} ns {ratio:7.3}",
            least.0, least.1
        );
    }
    println!("Median ratio of alternating runs; times are the least seen, a step.");
}
