//! Criterion over pairs of loops timed in turn: what disturbs the machine disturbs both alike.
//!
//! Criterion times one side after the other: it knows each well and their ratio badly, since a machine that speeds up between the
//! two shifts it. So each of its iterations runs both sides, some milliseconds each; it is told of the library's, and the ratio is the
//! median over neighbours.

#![allow(clippy::print_stdout, reason = "its table is its result")]
#![allow(dead_code, reason = "each benchmark takes the part that it needs")]

use criterion::{Criterion, SamplingMode, Throughput};
use std::hint::black_box;
use std::time::{Duration, Instant};

/// A loop of the library beside the one that it is compared with.
#[derive(Clone)]
pub(crate) struct Pair {
    name: String,
    /// Nanoseconds a step, the least seen: of the library, and by hand.
    pub(crate) least: (f64, f64),
    /// Median over the iterations of library time over time by hand.
    pub(crate) ratio: f64,
}

/// The pairs of a benchmark that ran.
pub(crate) struct Pairs {
    criterion: Criterion,
    table: Vec<Pair>,
}

/// Runs `bench` in a thread of its own, whose loops over rayon take this many threads with it.
#[cfg(feature = "parallel")]
pub(crate) fn with_threads(
    threads: usize,
    bench: impl FnOnce(&mut Pairs) -> Result<(), heavyball::Error> + Send,
) -> Result<(), Box<dyn std::error::Error>> {
    std::thread::scope(|scope| {
        let run = scope.spawn(|| -> Result<(), Box<dyn std::error::Error + Send + Sync>> {
            // A harness cannot be sent into a pool; the thread that has it joins one.
            let pool = rayon::ThreadPoolBuilder::new().num_threads(threads);
            let _pool = pool.use_current_thread().build()?;
            Ok(bench(&mut Pairs::from_arguments())?)
        });
        run.join().map_err(|_| "a benchmark panicked")?
    })
    .map_err(|error| error as Box<dyn std::error::Error>)
}

fn timed<R>(run: impl FnOnce() -> R) -> Duration {
    let start = Instant::now();
    black_box(run());
    start.elapsed()
}

impl Pairs {
    /// With the arguments of the command line: `cargo bench -- Leapfrog` runs the pairs with that in their names.
    pub(crate) fn from_arguments() -> Self {
        let criterion = Criterion::default()
            .warm_up_time(Duration::from_millis(500))
            .measurement_time(Duration::from_secs(2))
            .sample_size(20);
        Self {
            criterion: criterion.configure_from_args(),
            table: Vec::new(),
        }
    }

    /// Times the pair `name`, `steps` steps a run; `None` if the arguments are for others.
    pub(crate) fn time<A, B>(
        &mut self,
        name: impl Into<String>,
        steps: usize,
        mut library: impl FnMut() -> A,
        mut by_hand: impl FnMut() -> B,
    ) -> Option<Pair> {
        let name = name.into();
        let mut ratios = Vec::new();
        let mut least = (Duration::MAX, Duration::MAX);
        let mut group = self.criterion.benchmark_group(&name);
        group.sampling_mode(SamplingMode::Flat);
        group.throughput(Throughput::Elements(steps as u64));
        group.bench_function("library", |bencher| {
            bencher.iter_custom(|rounds| {
                (0..rounds)
                    .map(|_| {
                        // The first of a pair may be served worse; each side is first in turn.
                        let (ours, theirs) = if ratios.len() % 2 == 0 {
                            let ours = timed(&mut library);
                            (ours, timed(&mut by_hand))
                        } else {
                            let theirs = timed(&mut by_hand);
                            (timed(&mut library), theirs)
                        };
                        ratios.push(ours.as_secs_f64() / theirs.as_secs_f64());
                        least = (least.0.min(ours), least.1.min(theirs));
                        ours
                    })
                    .sum()
            });
        });
        group.finish();
        ratios.sort_by(f64::total_cmp);
        let each = |time: Duration| time.as_secs_f64() * 1e9 / steps as f64;
        let pair = Pair {
            name,
            least: (each(least.0), each(least.1)),
            ratio: *ratios.get(ratios.len() / 2)?,
        };
        self.table.push(pair.clone());
        Some(pair)
    }

    /// Times a loop by itself.
    pub(crate) fn time_alone<A>(
        &mut self,
        name: impl Into<String>,
        steps: usize,
        mut library: impl FnMut() -> A,
    ) {
        let mut group = self.criterion.benchmark_group(name);
        group.sampling_mode(SamplingMode::Flat).sample_size(10);
        group.throughput(Throughput::Elements(steps as u64));
        group.bench_function("library", |bencher| bencher.iter(&mut library));
        group.finish();
    }

    /// The table of the pairs since the last.
    pub(crate) fn print(&mut self, title: &str) {
        if self.table.is_empty() {
            return;
        }
        println!(
            "{title:56} {:>11} {:>11} {:>7}",
            "library", "by hand", "ratio"
        );
        for Pair { name, least, ratio } in self.table.drain(..) {
            println!(
                "{name:56} {:8.3} ns {:8.3} ns {ratio:7.3}",
                least.0, least.1
            );
        }
        println!("Median ratio of alternating runs; times are the least seen, a step.\n");
    }
}
