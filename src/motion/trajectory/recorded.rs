//! A trajectory while an adaptive method records it.

use crate::adaptive_steps::ball_piece::BallPiece;
use crate::motion::trajectory::{Between, Trajectory};
use crate::ode::Span;
use crate::ode::adaptive::course::Counts;
use crate::ode::adaptive::record::Record;
use crate::particle::{HeavyBall, Phase};
use nalgebra::allocator::Allocator;
use nalgebra::{DefaultAllocator, Dim};
use std::sync::OnceLock;

impl<D> Trajectory<D>
where
    D: Dim,
    DefaultAllocator: Allocator<D>,
{
    /// The beginning of a run of an adaptive method, at `start`.
    pub(crate) fn begin(
        ball: HeavyBall,
        span: Span,
        start: Phase<f64, D>,
        record: Record<BallPiece>,
    ) -> Self {
        Self {
            ball,
            steps: OnceLock::new(),
            end: start,
            between: Between::Record { span, record },
            counts: Counts::default(),
        }
    }

    /// The record of a run of an adaptive method.
    pub(crate) fn record(&mut self) -> Option<&mut Record<BallPiece>> {
        match &mut self.between {
            Between::Record { record, .. } => Some(record),
            _ => None,
        }
    }

    /// Completes a run of an adaptive method that took all its steps.
    pub(crate) fn complete(&mut self, counts: Counts) {
        self.counts = counts;
        let Between::Record { span, record } = &self.between else {
            return;
        };
        let until = span.covered(Some(&record.elapsed(record.steps()))).until;
        self.end = self.end_of(record.steps());
        if let Between::Record { span, .. } = &mut self.between {
            span.until = until;
        }
    }

    /// Ends a run of an adaptive method at `time`, within its last step.
    pub(crate) fn end_within(&mut self, time: f64, counts: Counts) {
        self.counts = counts;
        self.end = self.within(self.recorded(), time);
        if let Between::Record { span, .. } = &mut self.between {
            span.until = time;
        }
    }

    /// The number of steps in the record of an adaptive method.
    pub(crate) fn recorded(&self) -> usize {
        match &self.between {
            Between::Record { record, .. } => record.steps(),
            _ => 0,
        }
    }

    /// The time at which step number `step` of the record ended; 0 is the start.
    pub(crate) fn time_of(&self, step: usize) -> f64 {
        match &self.between {
            Between::Record { span, record } => span.time(record.elapsed(step)),
            _ => f64::NAN,
        }
    }

    /// The phase after step number `step` of the record; 0 is the start.
    pub(crate) fn end_of(&self, step: usize) -> Phase<f64, D> {
        match &self.between {
            Between::Record { record, .. } => self.filled(|state| record.write_end(step, state)),
            _ => self.end.clone(),
        }
    }

    /// The phase at `time` within step number `step` of the record.
    pub(crate) fn within(&self, step: usize, time: f64) -> Phase<f64, D> {
        match &self.between {
            Between::Record { span, record } => {
                let elapsed = span.direction() * (time - span.from);
                self.filled(|state| record.write(step, elapsed, span.direction(), state))
            }
            _ => self.end.clone(),
        }
    }
}
