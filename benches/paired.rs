//! Pairs of loops that are timed alternately, so that any disturbance of the machine affects both alike.
//!
//! Criterion alone would time first one loop and then the other. Each time would be accurate but not their ratio, since
//! the machine may change speed in between. Here each iteration of Criterion runs both loops, some milliseconds each,
//! and reports the time of the library's; the ratio is the median over the iterations.

#![allow(clippy::print_stdout, reason = "the table is the result")]
#![allow(
    missing_debug_implementations,
    reason = "the timer of criterion has none"
)]

use criterion::{Criterion, SamplingMode, Throughput};
use std::hint::black_box;
use std::time::{Duration, Instant};

/// The times of a loop of the library and of the loop that it is compared with.
#[derive(Clone)]
pub struct Pair {
    name: String,
    /// Shortest time per step, in nanoseconds: of the library, and by hand.
    pub least: (f64, f64),
    /// Median over the iterations of the library's time divided by the time by hand.
    pub ratio: f64,
}

/// The pairs that a benchmark has timed.
pub struct Pairs {
    criterion: Criterion,
    table: Vec<Pair>,
}

/// Runs `bench` in a new thread, with a rayon pool of this many threads including it.
pub fn with_threads(
    threads: usize,
    bench: impl FnOnce(&mut Pairs) -> Result<(), heavyball::Error> + Send,
) -> Result<(), Box<dyn std::error::Error>> {
    std::thread::scope(|scope| {
        let run = scope.spawn(|| -> Result<(), Box<dyn std::error::Error + Send + Sync>> {
            // Criterion cannot be sent to another thread, so the thread that creates it joins a pool.
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
    /// With the arguments of the command line: `cargo bench -- Leapfrog` runs the pairs with that word in their names.
    pub fn from_arguments() -> Self {
        let criterion = Criterion::default()
            .warm_up_time(Duration::from_millis(500))
            .measurement_time(Duration::from_secs(2))
            .sample_size(20);
        Self {
            criterion: criterion.configure_from_args(),
            table: Vec::new(),
        }
    }

    /// Times the pair `name`, with `steps` steps per run; `None` if the arguments do not select it.
    pub fn time<A, B>(
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
                        // The first of the two may be slower, so they take turns in being first.
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

    /// Times a single loop.
    pub fn time_alone<A>(
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

    /// Prints the pairs timed since the last table.
    pub fn print(&mut self, title: &str) {
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
        println!(
            "The ratio is the median over alternating runs; the times are the shortest, per step.\n"
        );
    }
}
