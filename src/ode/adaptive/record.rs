//! Record: the accepted steps of a run, each with what its dense output needs, in one row of numbers.

use crate::ode::{hermite, window};

/// How the state within a step follows from its block.
pub(crate) trait Piece: Copy {
    /// The state at `part` of a step of duration `dt`, which has the sign of the direction of the run; `before` begins
    /// with the state at the start of the step, `block` with that at its end.
    fn write(&self, before: &[f64], block: &[f64], dt: f64, part: f64, state: &mut [f64]);

    /// Whether the state is interpolated through the ends of the nearest steps instead, whose blocks then begin with the
    /// state and its derivative.
    fn is_wide(&self) -> bool {
        false
    }
}

/// The number of ends of steps through which a wide piece is interpolated.
const NEAREST: usize = 5;

/// A step: where it ended, and where its block begins.
#[derive(Debug, Clone, Copy)]
struct Entry<K> {
    /// Time since the start of the run, positive.
    elapsed: f64,
    block: usize,
    piece: K,
}

/// The steps of a run, with states of `length` numbers.
///
/// Nothing is allocated for a step, except as the row grows.
#[derive(Debug, Clone)]
pub(crate) struct Record<K> {
    length: usize,
    entries: Vec<Entry<K>>,
    /// The block of the start, which is its state alone, and those of the steps.
    numbers: Vec<f64>,
    /// The steps that begin with another derivative than the step before ended with, and the block of their start.
    restarts: Vec<(usize, usize)>,
}

impl<K: Piece> Record<K> {
    /// The run from a state of `length` numbers, which `start` begins with.
    pub(crate) fn new(length: usize, start: Vec<f64>) -> Self {
        Self {
            length,
            entries: Vec::new(),
            numbers: start,
            restarts: Vec::new(),
        }
    }

    /// Begins the next step anew; `write` appends the state and the derivative at its start.
    #[cold]
    pub(crate) fn restart(&mut self, write: impl FnOnce(&mut Vec<f64>)) {
        let block = self.numbers.len();
        self.restarts.push((self.entries.len() + 1, block));
        write(&mut self.numbers);
    }

    /// Adds a step that ended at `elapsed`; `write` appends the state there and what else the piece needs.
    #[inline]
    pub(crate) fn push(&mut self, elapsed: f64, piece: K, write: impl FnOnce(&mut Vec<f64>)) {
        let block = self.numbers.len();
        write(&mut self.numbers);
        self.entries.push(Entry {
            elapsed,
            block,
            piece,
        });
    }

    /// The number of steps.
    pub(crate) fn steps(&self) -> usize {
        self.entries.len()
    }

    /// The time since the start at which step number `step` ended; 0 is the start.
    pub(crate) fn elapsed(&self, step: usize) -> f64 {
        let entry = step.checked_sub(1).and_then(|step| self.entries.get(step));
        entry.map_or(0.0, |entry| entry.elapsed)
    }

    /// The numbers from the state after step number `step` on.
    fn block(&self, step: usize) -> &[f64] {
        let entry = step.checked_sub(1).and_then(|step| self.entries.get(step));
        let begins = entry.map_or(0, |entry| entry.block);
        self.numbers.get(begins..).unwrap_or_default()
    }

    /// The numbers from the state at the start of step number `step` on, counted from 1.
    fn start(&self, step: usize) -> &[f64] {
        let found = self.restarts.binary_search_by_key(&step, |(step, _)| *step);
        let restart = found.ok().and_then(|index| self.restarts.get(index));
        match restart {
            Some((_, block)) => self.numbers.get(*block..).unwrap_or_default(),
            None => self.block(step - 1),
        }
    }

    /// Writes the state after step number `step`; 0 is the start.
    pub(crate) fn write_end(&self, step: usize, state: &mut [f64]) {
        self.write(step, self.elapsed(step), 1.0, state);
    }

    /// Writes the state at `elapsed`, inside step number `step`, counted from 1; for step 0 that at the start.
    pub(crate) fn write(&self, step: usize, elapsed: f64, direction: f64, state: &mut [f64]) {
        let from = self.elapsed(step.saturating_sub(1));
        let entry = step.checked_sub(1).and_then(|step| self.entries.get(step));
        let block = self.block(step);
        match entry {
            Some(entry) if elapsed != entry.elapsed => {
                if entry.piece.is_wide() {
                    return self.write_through_nearest(elapsed, direction, state);
                }
                let duration = entry.elapsed - from;
                let part = (elapsed - from) / duration;
                let before = self.start(step);
                let dt = direction * duration;
                entry.piece.write(before, block, dt, part, state);
            }
            _ => state.iter_mut().zip(block).for_each(|(slot, x)| *slot = *x),
        }
    }

    /// Writes the Hermite polynomial through the ends of the nearest steps.
    fn write_through_nearest(&self, elapsed: f64, direction: f64, state: &mut [f64]) {
        let here = self.find(elapsed);
        let first = here.saturating_sub(NEAREST);
        let around = first..(here + NEAREST).min(self.steps() + 1);
        let times: Vec<_> = around.map(|step| self.elapsed(step)).collect();
        let nearest = window(&times, elapsed, NEAREST);
        let weights = hermite(times.get(nearest.clone()).unwrap_or_default(), elapsed);
        state.fill(0.0);
        for (step, weight) in nearest.zip(&weights) {
            let block = self.block(first + step);
            let (values, rates) = block.split_at(self.length.min(block.len()));
            for ((slot, value), rate) in state.iter_mut().zip(values).zip(rates) {
                *slot += weight.value * value + weight.rate * direction * rate;
            }
        }
    }

    /// The number of the step that holds `elapsed`; at the end of a step, that one.
    pub(crate) fn find(&self, elapsed: f64) -> usize {
        let before = self
            .entries
            .partition_point(|entry| entry.elapsed < elapsed);
        (before + 1).min(self.entries.len())
    }
}
