//! Record: the accepted steps of a run, each with what its dense output needs, in one row of numbers.

use crate::ode::{hermite, window};

/// How the state within a step follows from its block.
pub(crate) trait Piece: Copy {
    /// The state at `part` of a step of duration `dt`, which has the sign of the direction of the run; `before` begins
    /// with the state at the start of the step, `block` with that at its end.
    fn write(&self, before: &[f64], block: &[f64], step: &Within, state: &mut [f64]);

    /// Whether the state is interpolated through the ends of the nearest steps instead.
    fn width(&self) -> Width {
        Width::Step
    }
}

/// A time within a step.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Within {
    /// The duration of the step, with the sign of the direction of the run.
    pub(crate) dt: f64,
    /// The fraction of the step that has passed.
    pub(crate) part: f64,
    /// The constants of the system that the record was made with.
    pub(crate) constants: [f64; 2],
}

/// Through what a state is interpolated.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Width {
    /// What the step itself recorded.
    Step,
    /// The ends of the nearest steps, whose blocks begin with the state and its derivative.
    Nearest,
    /// The ends of the nearest steps, whose blocks are a position and a momentum; the first constant is the mass.
    NearestOfBall,
}

/// A block that is being written.
pub(crate) struct Block<'b>(&'b mut Vec<f64>);

impl Block<'_> {
    /// Writes `numbers` next.
    #[inline]
    pub(crate) fn put(&mut self, numbers: &[f64]) {
        self.0.extend_from_slice(numbers);
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

/// No step takes more vectors of the length of its state than this.
const LARGEST: usize = 24;

/// The steps of a run, with states of `length` numbers.
///
/// Nothing is allocated for a step, except as the row grows.
#[derive(Debug, Clone)]
pub(crate) struct Record<K> {
    length: usize,
    constants: [f64; 2],
    entries: Vec<Entry<K>>,
    /// The block of the start, which is its state alone, and those of the steps.
    numbers: Vec<f64>,
    /// The steps that begin with another derivative than the step before ended with, and the block of their start.
    restarts: Vec<(usize, usize)>,
}

impl<K: Piece> Record<K> {
    /// The run from a state of `length` numbers, which `start` begins with.
    pub(crate) fn new(length: usize, start: Vec<f64>) -> Self {
        Self::with_constants(length, start, [0.0; 2])
    }

    /// The same, of a system with two constants that its pieces need.
    pub(crate) fn with_constants(length: usize, start: Vec<f64>, constants: [f64; 2]) -> Self {
        Self {
            length,
            constants,
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

    /// Adds a step that ended at `elapsed`; `write` writes the state there and what else the piece needs.
    #[inline]
    pub(crate) fn push(&mut self, elapsed: f64, piece: K, write: impl FnOnce(&mut Block<'_>)) {
        let block = self.numbers.len();
        write(&mut Block(&mut self.numbers));
        self.entries.push(Entry {
            elapsed,
            block,
            piece,
        });
    }

    /// Reserves memory for about as many more steps, each like the last; growing step by step would copy everything several
    /// times, into fresh memory.
    pub(crate) fn reserve(&mut self, steps: usize) {
        let Some(last) = self.entries.last() else {
            return;
        };
        let length = self.numbers.len() - last.block;
        // No more than a wish: `has_room` reports what does not fit.
        let _ = self.entries.try_reserve_exact(steps);
        let _ = self
            .numbers
            .try_reserve_exact(steps.saturating_mul(length) + LARGEST * self.length);
    }

    /// Makes room for the next step; false if memory has none.
    #[inline]
    pub(crate) fn has_room(&mut self) -> bool {
        let block = LARGEST * self.length;
        let has_numbers = self.numbers.capacity() - self.numbers.len() >= block;
        (has_numbers || self.numbers.try_reserve(block).is_ok())
            && self.entries.try_reserve(1).is_ok()
    }

    /// The bytes that the steps take.
    pub(crate) fn bytes(&self) -> f64 {
        (size_of_val(self.numbers.as_slice()) + size_of_val(self.entries.as_slice())) as f64
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
                let width = entry.piece.width();
                if width != Width::Step {
                    return self.write_through_nearest(width, elapsed, direction, state);
                }
                let duration = entry.elapsed - from;
                let within = Within {
                    dt: direction * duration,
                    part: (elapsed - from) / duration,
                    constants: self.constants,
                };
                entry.piece.write(self.start(step), block, &within, state);
            }
            _ => state.iter_mut().zip(block).for_each(|(slot, x)| *slot = *x),
        }
    }

    /// Writes the Hermite polynomial through the ends of the nearest steps.
    fn write_through_nearest(&self, width: Width, elapsed: f64, direction: f64, state: &mut [f64]) {
        let here = self.find(elapsed);
        let first = here.saturating_sub(NEAREST);
        let around = first..(here + NEAREST).min(self.steps() + 1);
        let times: Vec<_> = around.map(|step| self.elapsed(step)).collect();
        let nearest = window(&times, elapsed, NEAREST);
        let weights = hermite(times.get(nearest.clone()).unwrap_or_default(), elapsed);
        state.fill(0.0);
        for (step, weight) in nearest.zip(&weights) {
            let block = self.block(first + step);
            if width == Width::Nearest {
                let (values, rates) = block.split_at(self.length.min(block.len()));
                for ((slot, value), rate) in state.iter_mut().zip(values).zip(rates) {
                    *slot += weight.value * value + weight.rate * direction * rate;
                }
                continue;
            }
            let half = self.length / 2;
            let (positions, momenta) = block.split_at(half.min(block.len()));
            let (xs, ps) = state.split_at_mut(half);
            let forward = direction / self.constants[0];
            for (((x, p), position), momentum) in xs.iter_mut().zip(ps).zip(positions).zip(momenta)
            {
                let velocity = forward * momentum;
                *x += weight.value * position + weight.rate * velocity;
                *p += (weight.value_slope * position + weight.rate_slope * velocity) / forward;
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
