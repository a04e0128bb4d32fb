//! One momentum step on long vectors, against a loop written by hand and against the triad a = b + sc.
//!
//! A step reads v, g, x and writes v, x: 40 bytes per parameter in f64. The triad, as it is usually counted, moves 24
//! bytes. On vectors longer than the caches both are limited by the memory; the ratio of their bandwidths tells how
//! close a step is to that limit.

#![allow(clippy::print_stdout, reason = "the table is the result")]

use heavyball::Number;
use heavyball::prelude::*;
use paired::Pairs;
use rayon::prelude::*;
use std::hint::black_box;

/// The vectors that a step reads and writes.
struct Vectors<T> {
    x: Vec<T>,
    v: Vec<T>,
    y: Vec<T>,
    g: Vec<T>,
}

impl<T: Number> Vectors<T> {
    fn of(length: usize) -> Self {
        let number = |i: usize| T::integer((i % 1000) as i16) / T::integer(1000);
        Self {
            x: (0..length).map(number).collect(),
            v: vec![T::zero(); length],
            y: (0..length).map(number).collect(),
            // Small enough that nothing overflows, and not zero.
            g: (0..length)
                .map(|i| number(i) / T::integer(10_000))
                .collect(),
        }
    }
}

impl<T: Number + Copy + Send + Sync> Vectors<T> {
    /// A step of momentum by hand, `length` parameters per thread.
    fn step(&mut self, length: usize, alpha: T, beta: T) {
        let parts = self.x.par_chunks_mut(length);
        let parts = parts.zip(self.v.par_chunks_mut(length));
        let parts = parts.zip(self.g.par_chunks(length));
        parts.for_each(|((x, v), g)| by_hand(alpha, beta, x, v, g));
    }
}

/// By hand, as in C: one loop over indices that are known to be in bounds.
fn by_hand<T: Number + Copy>(alpha: T, beta: T, x: &mut [T], v: &mut [T], g: &[T]) {
    let n = x.len();
    let (v, g) = (&mut v[..n], &g[..n]);
    for i in 0..n {
        v[i] = beta * v[i] - alpha * g[i];
        x[i] += v[i];
    }
}

fn nesterov_by_hand<T: Number + Copy>(alpha: T, beta: T, [x, v, y]: [&mut [T]; 3], g: &[T]) {
    let n = x.len();
    let (v, y, g) = (&mut v[..n], &mut y[..n], &g[..n]);
    for i in 0..n {
        v[i] = beta * v[i] - alpha * g[i];
        x[i] += v[i];
        y[i] = x[i] + beta * v[i];
    }
}

/// The table for one scalar type and length, and the bandwidth relative to that of the triad.
fn table<T>(
    pairs: &mut Pairs,
    name: &str,
    bytes: f64,
    length: usize,
    threads: usize,
) -> Result<(), Error>
where
    T: Number + Copy + Send + Sync,
{
    let (alpha, beta) = black_box((T::one() / T::integer(100), T::integer(9) / T::integer(10)));
    let rule = Momentum::of(alpha, beta)?;
    let ahead = Nesterov::of(alpha, beta)?;
    let half = length.div_ceil(threads);
    let (mut ours, mut theirs) = (Vectors::<T>::of(length), Vectors::<T>::of(length));
    let title = |what: &str| format!("{what}, {name}, {length:.0e}, {threads} thr.");
    pairs.time(
        title("Momentum"),
        length,
        || rule.update_slices_in_parallel(&mut ours.x, &mut ours.v, &ours.g),
        || theirs.step(half, alpha, beta),
    );
    pairs.time(
        title("Nesterov"),
        length,
        || ahead.update_slices_in_parallel(&mut ours.x, &mut ours.v, &mut ours.y, &ours.g),
        || {
            let parts = theirs
                .x
                .par_chunks_mut(half)
                .zip(theirs.v.par_chunks_mut(half));
            let parts = parts.zip(theirs.y.par_chunks_mut(half));
            let parts = parts.zip(theirs.g.par_chunks(half));
            parts.for_each(|(((x, v), y), g)| nesterov_by_hand(alpha, beta, [x, v, y], g));
        },
    );
    let mut a = vec![T::zero(); length];
    let triad = pairs.time(
        title("Momentum, triad beside it"),
        length,
        || rule.update_slices_in_parallel(&mut ours.x, &mut ours.v, &ours.g),
        || {
            let parts = a.par_chunks_mut(half).zip(theirs.x.par_chunks(half));
            let parts = parts.zip(theirs.g.par_chunks(half));
            parts.for_each(|((a, b), c)| {
                for ((a, b), c) in a.iter_mut().zip(b).zip(c) {
                    *a = *b + beta * *c;
                }
            });
        },
    );
    if let Some(triad) = triad {
        let (step, line) = triad.least;
        let (moved, known) = (5.0 * bytes / step, 3.0 * bytes / line);
        println!(
            "{name}, {length:.0e}, {threads} threads: a step moves {moved:.1} GB/s, the triad {known:.1} GB/s: a ratio of {:.2}, or {:.2} by the median",
            moved / known,
            5.0 / 3.0 / triad.ratio
        );
    }
    pairs.print("Per parameter of a step");
    Ok(())
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    for threads in [1, 2] {
        paired::with_threads(threads, |pairs| {
            for length in [1_000_000, 10_000_000] {
                table::<f64>(pairs, "f64", 8.0, length, threads)?;
                table::<f32>(pairs, "f32", 4.0, length, threads)?;
            }
            Ok(())
        })?;
    }
    // From which length on are two threads faster?
    paired::with_threads(2, |pairs| {
        let rule = Momentum::new(0.01, 0.9)?;
        for power in [14, 15, 16, 17, 18, 20] {
            let length = 1 << power;
            let (mut two, mut one) = (Vectors::<f64>::of(length), Vectors::<f64>::of(length));
            let share = length.div_ceil(2);
            pairs.time(
                format!("two threads against one, f64, 2^{power}"),
                length,
                || two.step(share, 0.01, 0.9),
                || rule.update_slices(&mut one.x, &mut one.v, &one.g),
            );
        }
        pairs.print("Two threads against one");
        Ok(())
    })
}
