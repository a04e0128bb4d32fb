//! A trajectory of fixed steps.

use crate::Error;
use crate::motion::trajectory::{Between, Trajectory};
use crate::ode::adaptive::course::Counts;
use crate::ode::{Span, Steps};
use crate::particle::{HeavyBall, Phase};
use nalgebra::allocator::Allocator;
use nalgebra::{DefaultAllocator, Dim};
use std::sync::OnceLock;

/// The number of steps through which a method of `order` is interpolated.
pub(crate) fn nodes(order: usize) -> usize {
    (order / 2 + 1).max(2)
}

impl<D> Trajectory<D>
where
    D: Dim,
    DefaultAllocator: Allocator<D>,
{
    /// A run over `span` by a fixed step `dt` of `order`; `steps` includes the start.
    pub(crate) fn from_steps(
        ball: HeavyBall,
        span: Span,
        (order, dt): (usize, f64),
        steps: Steps<Phase<f64, D>>,
        end: Phase<f64, D>,
        counts: Counts,
    ) -> Self {
        // Elapsed times, since times far from zero may round to the same number.
        let clock = |k| (k as f64 * dt).min(span.length());
        let mut elapsed: Vec<_> = (0..steps.0.len()).map(clock).collect();
        // A much shorter last step would make the polynomial inaccurate; times in it are extrapolated from before it.
        let is_sliver = match elapsed.as_slice() {
            [_, .., before, last] => last - before < 0.1 * dt,
            _ => false,
        };
        if is_sliver {
            elapsed.pop();
        }
        Self {
            ball,
            steps: OnceLock::from(steps),
            end,
            between: Between::Steps {
                span,
                nodes: nodes(order),
                inside: elapsed.len(),
                elapsed,
                beyond: Vec::new(),
            },
            counts,
        }
    }

    /// A run over a span of length 0.
    pub(crate) fn point(ball: HeavyBall, time: f64, start: Phase<f64, D>) -> Self {
        let span = Span {
            from: time,
            until: time,
        };
        let steps = (vec![time], vec![start.clone()]);
        Self::from_steps(ball, span, (0, 0.0), steps, start, Counts::default())
    }

    /// Ends a trajectory of fixed steps at `time`, which lies in the step with index `step`.
    ///
    /// Later steps are removed, except that those needed by [`Self::at`] are kept internally.
    pub(crate) fn end_at(&mut self, step: usize, time: f64) -> Result<(), Error> {
        let (times, states) = self.listed();
        // At the end of a step the phase of the step is used unchanged.
        let is_step = times.get(step) == Some(&time);
        let end = match states.get(step).filter(|_| is_step) {
            Some(state) => state.clone(),
            None => self.at(time)?,
        };
        let (mut times, mut states) = self.steps.take().unwrap_or_default();
        let after = states.split_off(step.min(states.len()));
        times.truncate(step);
        times.push(time);
        states.push(end.clone());
        if let Between::Steps {
            span,
            nodes,
            elapsed,
            inside,
            beyond,
        } = &mut self.between
        {
            span.until = time;
            let hidden = after.into_iter().take(inside.saturating_sub(step));
            let mut hidden: Vec<_> = hidden.chain(beyond.drain(..)).collect();
            hidden.truncate(*nodes);
            *beyond = hidden;
            *inside = step.min(*inside);
            elapsed.truncate(*inside + *nodes);
        }
        self.end = end;
        self.steps = OnceLock::from((times, states));
        Ok(())
    }
}
