//! Course: the steps of a pair over a span, their size controlled by the error and by the limits of the user.

use crate::Error;
use crate::check::OVERFLOW;
use crate::error::RunError;
use crate::ode::adaptive::control::Control;
use crate::ode::adaptive::pair::{Ends, Pair, Spoiled};
use crate::ode::{SolverError, Span};

/// What a run has done so far.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub(crate) struct Counts {
    pub(crate) steps: usize,
    pub(crate) rejections: usize,
    pub(crate) largest: f64,
    /// Evaluations of the system, without those for dense output.
    pub(crate) evaluations: usize,
}

/// A run in progress.
pub(crate) struct Course<'c, M> {
    pub(crate) pair: M,
    control: &'c Control,
    span: Span,
    /// Time since the start, positive.
    elapsed: f64,
    /// The size of the next step, positive.
    size: f64,
    /// Times since the start at which a step has to end, the end of the span the last, and the index of the next.
    stops: Vec<f64>,
    next_stop: usize,
    /// Whether the current point is a stop, where the system may jump.
    at_stop: bool,
    /// Whether the step that was accepted last began at a stop.
    is_restarted: bool,
    /// Whether the pair is still at the start of the step that was accepted last.
    is_pending: bool,
    last: Ends,
    stiff: (u32, u32),
    /// The mean speed in the step that was attempted last, if the travel is limited; infinite before the first.
    speed: f64,
    pub(crate) counts: Counts,
}

/// The number of steps limited by stability after which a system counts as stiff, and the number of others after which
/// the count starts again.
const STIFF: (u32, u32) = (15, 6);

/// The part of the elapsed time within which two times are one: the rounding of a sum of some steps.
const ROUNDING: f64 = 16.0 * f64::EPSILON;

/// The number of steps that must be left for the pair to be changed.
const SEVERAL: f64 = 4.0;
/// The part of a step by which one that ends at a stop may exceed the limits of the user.
const SLACK: f64 = 1e-9;

impl<'c, M: Pair> Course<'c, M> {
    /// The run over a span of nonzero length from the point at which `pair` is.
    pub(crate) fn new(
        mut pair: M,
        control: &'c Control,
        stop_times: &[f64],
        span: Span,
    ) -> Result<Self, Error> {
        let inside = |time: &f64| {
            let elapsed = span.direction() * (time - span.from);
            (elapsed >= f64::MIN_POSITIVE && elapsed < span.length()).then_some(elapsed)
        };
        let mut stops: Vec<_> = stop_times.iter().filter_map(inside).collect();
        stops.sort_by(f64::total_cmp);
        stops.retain(|stop| span.length() - stop > ROUNDING * span.length());
        stops.push(span.length());
        stops.dedup_by(|next, before| *next - *before <= ROUNDING * *next);
        let mut counts = Counts::default();
        let none = Ends {
            from: span.from,
            to: span.from,
        };
        if let Some(spoiled) = pair.spoiled(0.0, none) {
            return Err(not_finite(&pair, 0, spoiled));
        }
        let first = match control.first_step {
            Some(first) => first.min(span.length()),
            None => pair.first(span.from, span.direction()).min(span.length()),
        };
        counts.evaluations = pair.evaluations();
        Ok(Self {
            size: pair.size(span.direction() * first).abs(),
            pair,
            control,
            span,
            elapsed: 0.0,
            stops,
            next_stop: 0,
            at_stop: false,
            is_restarted: false,
            is_pending: false,
            last: none,
            stiff: (0, 0),
            speed: f64::INFINITY,
            counts,
        })
    }

    /// The times of evaluation at the ends of the step that was accepted last.
    pub(crate) fn last_ends(&self) -> Ends {
        self.last
    }

    /// Whether that step began at a stop, where the system was evaluated anew.
    pub(crate) fn is_restarted(&self) -> bool {
        self.is_restarted
    }

    /// Time since the start, positive.
    pub(crate) fn elapsed(&self) -> f64 {
        self.elapsed
    }

    /// Moves to the end of the step that was accepted last.
    #[inline]
    fn advance(&mut self) {
        if !std::mem::take(&mut self.is_pending) {
            return;
        }
        self.pair.advance();
        let direction = self.span.direction();
        let size = direction * self.size.min(self.pair.largest());
        // Another method is tried over several steps of this one.
        let left = self.span.length() - self.elapsed;
        if self.pair.duration(SEVERAL * size).abs() < left
            && let Some(size) = self.pair.switch(direction * self.size)
        {
            self.size = size;
        }
        self.is_restarted = self.at_stop;
        if self.at_stop {
            let from = self.ends(0.0, false).from;
            self.pair.restart(from);
        }
    }

    /// Takes a step and returns its duration; `None` at the end of the span. Until the next call the pair holds the
    /// step, from its start to its end.
    #[inline]
    pub(crate) fn step(&mut self) -> Result<Option<f64>, Error> {
        self.advance();
        let Some(stop) = self.stops.get(self.next_stop).copied() else {
            return Ok(None);
        };
        let direction = self.span.direction();
        let mut was_rejected = false;
        loop {
            let attempts = self.counts.steps + self.counts.rejections;
            if attempts >= self.control.max_steps as usize {
                return Err(Error::Solver(SolverError::StepsExhausted {
                    steps: self.control.max_steps,
                    time: self.span.time(self.elapsed),
                }));
            }
            let left = stop - self.elapsed;
            let mut size = direction * self.size.min(self.pair.largest());
            let mut duration = self.pair.duration(size).abs();
            let limit = self.limit(duration);
            if duration > limit {
                duration = limit;
                size = self.pair.size(direction * limit);
            }
            // A remainder much shorter than a step is joined to it, but beyond a limit only the rounding of the clock is: ten
            // times 0.1 is not 1.
            let rounding = SLACK * duration + ROUNDING * stop;
            let lands = left - duration <= rounding || (1.01 * duration >= left && left <= limit);
            if lands {
                duration = left;
                size = self.pair.size(direction * left);
            }
            let ends = self.ends(duration, lands);
            if 0.1 * duration <= f64::EPSILON * self.elapsed || duration < f64::MIN_POSITIVE {
                return Err(self.underflow(size, ends));
            }
            let square = self.pair.attempt(size, ends);
            let square = if square <= 1.0 && !self.pair.is_finite() {
                f64::NAN
            } else {
                square
            };
            if square <= 1.0 && !self.is_too_far(duration) {
                let factor = self.pair.factor(square);
                let factor = if was_rejected {
                    factor.min(1.0)
                } else {
                    factor
                };
                let next = size.abs() * factor;
                // A step that was cut short to end at a stop may have had room for the size before it.
                self.size = if lands && factor > 2.0 {
                    next.max(self.size)
                } else {
                    next
                };
                let before = self.span.time(self.elapsed);
                self.pair.accept(ends);
                self.elapsed = if lands { stop } else { self.elapsed + duration };
                let time = self.span.time(self.elapsed);
                if time == before {
                    let step = duration;
                    return Err(Error::Solver(SolverError::TimeResolution { time, step }));
                }
                self.counts.steps += 1;
                self.counts.largest = self.counts.largest.max(duration);
                self.next_stop += usize::from(lands);
                self.at_stop = lands && self.next_stop < self.stops.len();
                self.is_pending = true;
                self.last = ends;
                self.counts.evaluations = self.pair.evaluations();
                self.check_stiffness()?;
                return Ok(Some(duration));
            }
            self.counts.rejections += 1;
            was_rejected = true;
            let factor = if square <= 1.0 {
                0.5
            } else if square.is_finite() {
                self.pair.factor(square).min(0.9)
            } else {
                0.1
            };
            self.size = size.abs() * factor;
        }
    }

    /// The longest duration of the next step that the user's limits permit; it would take `duration` without them.
    #[inline]
    fn limit(&self, duration: f64) -> f64 {
        let longest = self.control.max_step.unwrap_or(f64::INFINITY);
        let Some(length) = self.control.max_travel else {
            return longest;
        };
        // Most steps are far shorter, which the one before shows at less cost; how far a step went is checked afterwards.
        if self.speed * duration < 0.5 * length {
            return longest;
        }
        longest.min(self.pair.duration_of(length))
    }

    /// Whether the attempted step, which takes `duration`, goes too far.
    #[inline]
    fn is_too_far(&mut self, duration: f64) -> bool {
        let Some(length) = self.control.max_travel else {
            return false;
        };
        let travel = self.pair.travel();
        self.speed = travel / duration;
        // The duration was chosen for the length, so that rounding may exceed it.
        travel > length * (1.0 + 1e-12)
    }

    /// The times of evaluation at the ends of a step; next to a stop, those between which the system does not jump.
    #[inline]
    fn ends(&self, duration: f64, lands: bool) -> Ends {
        let inner = |time: f64, forward: bool| {
            if forward == (self.span.direction() > 0.0) {
                time.next_up()
            } else {
                time.next_down()
            }
        };
        let from = self.span.time(self.elapsed);
        let to = self.span.time(self.elapsed + duration);
        let is_jump = lands && self.next_stop + 1 < self.stops.len();
        Ends {
            from: if self.at_stop {
                inner(from, true)
            } else {
                from
            },
            to: if is_jump { inner(to, false) } else { to },
        }
    }

    /// The error of a run whose record of `bytes` cannot grow.
    #[cold]
    pub(crate) fn out_of_memory(&self, bytes: f64) -> Error {
        Error::Solver(SolverError::OutOfMemory {
            steps: self.counts.steps,
            bytes,
            time: self.span.time(self.elapsed),
        })
    }

    #[cold]
    fn underflow(&mut self, size: f64, ends: Ends) -> Error {
        match nearby_culprit(&mut self.pair, size, ends) {
            Some(spoiled) => not_finite(&self.pair, self.counts.steps, spoiled),
            None => Error::Solver(SolverError::StepSizeUnderflow {
                time: self.span.time(self.elapsed),
            }),
        }
    }

    /// Hairer's test: the steps of a stiff system are as long as stability permits, fifteen times with fewer than six
    /// exceptions.
    #[inline]
    fn check_stiffness(&mut self) -> Result<(), Error> {
        let period = self.control.stiffness_test.max(1) as usize;
        let is_due = self.counts.steps.is_multiple_of(period);
        if !is_due && self.stiff.0 == 0 {
            return Ok(());
        }
        match self.pair.is_stiff() {
            Some(true) => {
                self.stiff = (self.stiff.0 + 1, 0);
                if self.stiff.0 == STIFF.0 {
                    let time = self.span.time(self.elapsed);
                    return Err(Error::Solver(SolverError::Stiff { time }));
                }
            }
            Some(false) => {
                self.stiff.1 += 1;
                if self.stiff.1 == STIFF.1 {
                    self.stiff.0 = 0;
                }
            }
            None => {}
        }
        Ok(())
    }
}

/// The place where the system is not finite within a step of `size`, or of up to ten thousand times that.
///
/// The steps toward such a place become shorter and shorter without reaching it.
pub(crate) fn nearby_culprit<M: Pair>(pair: &mut M, size: f64, ends: Ends) -> Option<Spoiled> {
    let sizes = [1.0, 10.0, 100.0, 1e3, 1e4].map(|factor| factor * size);
    sizes.into_iter().find_map(|size| {
        let to = ends.from + size;
        pair.spoiled(size, Ends { to, ..ends })
    })
}

/// The error for an evaluation that is not finite after `step` steps.
pub(crate) fn not_finite<M: Pair>(
    pair: &M,
    step: usize,
    Spoiled { time, magnitude }: Spoiled,
) -> Error {
    if let Some(cause) = pair.cause(time) {
        return cause;
    }
    let position = magnitude;
    Error::Run(if position < OVERFLOW {
        RunError::NonFiniteGradient {
            step,
            time,
            position,
        }
    } else {
        RunError::Diverged {
            step,
            time,
            position,
        }
    })
}
