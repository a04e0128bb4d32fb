//! Trajectory: the phase of a heavy ball at any time of a span.

mod csv;
mod interpolation;

use crate::Error;
use crate::ode::{Run, Span, Steps};
use crate::particle::{HeavyBall, Phase, split};
use crate::potentials::Potential;
use nalgebra::allocator::Allocator;
use nalgebra::{Const, DefaultAllocator, DimAdd, DimSum, Dyn};
use std::sync::OnceLock;

/// The motion of a heavy ball over a span of time, made by [`Problem::solve`](crate::Problem::solve).
///
/// [`Self::times`] are those of the steps of the method: for a fixed step evenly spaced, except that the last may be
/// shorter; for an adaptive method as the solver chose them. Both ends of the span are included exactly. [`Self::at`]
/// gives the phase at any time between.
///
/// ```
/// use heavyball::prelude::*;
/// use nalgebra::vector;
///
/// let ball = HeavyBall::new(1.0, 0.2)?;
/// let run = Problem::new(ball, DoubleWell, vector![-1.5, -1.5])
///     .until(10.0)
///     .solve(&Leapfrog::new(0.3)?)?;
/// assert_eq!(run.times().len(), 35); // the start, 33 steps of 0.3, and a last of 0.1
/// assert_eq!(run.times().last(), Some(&10.0));
/// let energies = run.energies(&DoubleWell)?;
/// assert!(energies.first() > energies.last());
/// assert!(run.to_csv().starts_with("t,x1,x2,p1,p2\n"));
/// # Ok::<(), heavyball::Error>(())
/// ```
#[derive(Debug, Clone)]
pub struct Trajectory<D = Dyn>
where
    D: DimAdd<D>,
    DefaultAllocator: Allocator<D> + Allocator<DimSum<D, D>>,
{
    ball: HeavyBall,
    steps: OnceLock<Steps<Phase<f64, D>>>,
    end: Phase<f64, D>,
    between: Between<D>,
    gradients: usize,
}

/// A [`Trajectory`] in `N` dimensions.
pub type TrajectoryIn<const N: usize> = Trajectory<Const<N>>;

/// How a time between two steps is interpolated.
#[derive(Debug, Clone)]
enum Between<D>
where
    D: DimAdd<D>,
    DefaultAllocator: Allocator<D> + Allocator<DimSum<D, D>>,
{
    /// Hermite interpolation through the nearest of the steps that ended at `elapsed`: the first `inside` belong to the
    /// trajectory, those `beyond` its end serve the interpolation only.
    Steps {
        span: Span,
        nodes: usize,
        elapsed: Vec<f64>,
        inside: usize,
        beyond: Vec<Phase<f64, D>>,
    },
    /// The adaptive solver's dense output, in phase space.
    Run(Run<DimSum<D, D>>),
}

impl<D> Trajectory<D>
where
    D: DimAdd<D>,
    DefaultAllocator: Allocator<D> + Allocator<DimSum<D, D>>,
{
    /// A run over `span` by a fixed step `dt` of `order`; `steps` includes the start.
    pub(crate) fn from_steps(
        ball: HeavyBall,
        span: Span,
        (order, dt): (usize, f64),
        steps: Steps<Phase<f64, D>>,
        end: Phase<f64, D>,
        gradients: usize,
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
            gradients,
        }
    }

    /// A run over a span of length 0.
    pub(crate) fn point(ball: HeavyBall, time: f64, start: Phase<f64, D>) -> Self {
        let span = Span {
            from: time,
            until: time,
        };
        let steps = (vec![time], vec![start.clone()]);
        Self::from_steps(ball, span, (0, 0.0), steps, start, 0)
    }

    /// A run of an adaptive method in phase space.
    pub(crate) fn from_run(ball: HeavyBall, run: Run<DimSum<D, D>>, dimension: D) -> Self {
        Self {
            ball,
            steps: OnceLock::new(),
            end: split(&run.end, dimension),
            gradients: run.evaluations,
            between: Between::Run(run),
        }
    }

    /// Ends the trajectory at `time`, which lies in the step with index `step`.
    ///
    /// Later steps of a fixed-step method are removed, except that those needed by [`Self::at`] are kept internally.
    pub(crate) fn end_at(&mut self, step: usize, time: f64) -> Result<(), Error> {
        let (times, states) = self.steps();
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
        match &mut self.between {
            Between::Run(run) => {
                let components = end.position.iter().chain(end.momentum.iter());
                let slots = run.end.iter_mut();
                slots.zip(components).for_each(|(slot, c)| *slot = *c);
                run.span.until = time;
            }
            Between::Steps {
                span,
                nodes,
                elapsed,
                inside,
                beyond,
            } => {
                span.until = time;
                let hidden = after.into_iter().take(inside.saturating_sub(step));
                let mut hidden: Vec<_> = hidden.chain(beyond.drain(..)).collect();
                hidden.truncate(*nodes);
                *beyond = hidden;
                *inside = step.min(*inside);
                elapsed.truncate(*inside + *nodes);
            }
        }
        self.end = end;
        self.steps = OnceLock::from((times, states));
        Ok(())
    }

    fn steps(&self) -> &Steps<Phase<f64, D>> {
        self.steps.get_or_init(|| match &self.between {
            Between::Run(run) => {
                let (dimension, _) = self.end.position.shape_generic();
                run.steps(|state| split(state, dimension))
            }
            // Set at construction.
            Between::Steps { .. } => Steps::default(),
        })
    }

    /// The ball.
    pub fn ball(&self) -> &HeavyBall {
        &self.ball
    }

    /// The times of the steps, from the start of the span to its end.
    pub fn times(&self) -> &[f64] {
        &self.steps().0
    }

    /// The phases at those times.
    pub fn states(&self) -> &[Phase<f64, D>] {
        &self.steps().1
    }

    /// The phase at the end of the span.
    pub fn last(&self) -> &Phase<f64, D> {
        &self.end
    }

    /// The number of gradient evaluations, without those for dense output.
    pub fn gradients(&self) -> usize {
        self.gradients
    }

    /// The phase at any time of the span, ends included.
    ///
    /// For [`Rk45`](crate::Rk45) the error is about its tolerance; for [`Dop853`](crate::Dop853) see its table. For a
    /// fixed step of order n, the positions and velocities at the nearest n/2 + 1 steps (at least two) define a
    /// polynomial whose error is of higher order than that of the method; its derivative gives the momentum. If the
    /// span has fewer steps, the degree of the polynomial is lower. A run that
    /// [`Problem::solve_until`](crate::Problem::solve_until) ended early keeps the degree, since it continued for the
    /// steps needed.
    ///
    /// # Errors
    /// [`SpanError::TimeOutsideSpan`](crate::error::SpanError::TimeOutsideSpan) for a time outside the span, and for
    /// NaN.
    pub fn at(&self, time: f64) -> Result<Phase<f64, D>, Error> {
        let (span, nodes, clock) = match &self.between {
            Between::Run(run) => {
                let (dimension, _) = self.end.position.shape_generic();
                return Ok(split(&run.at(time)?, dimension));
            }
            Between::Steps {
                span,
                nodes,
                elapsed,
                ..
            } => (span, *nodes, elapsed),
        };
        let elapsed = span.elapsed(time)?;
        if time == span.until {
            return Ok(self.end.clone());
        }
        Ok(self.interpolated(clock, elapsed, nodes, span.direction()))
    }

    /// The phases at `count` evenly spaced times, both ends included, for a smooth curve.
    ///
    /// A `count` below two gives the start alone.
    pub fn sample(&self, count: usize) -> Vec<(f64, Phase<f64, D>)> {
        let (Some(from), Some(until)) = (self.times().first(), self.times().last()) else {
            return Vec::new();
        };
        let intervals = count.saturating_sub(1).max(1) as f64;
        (0..count.max(1))
            .filter_map(|i| {
                let part = i as f64 / intervals;
                let time = if part == 1.0 {
                    *until
                } else {
                    from + part * (until - from)
                };
                Some((time, self.at(time).ok()?))
            })
            .collect()
    }

    /// The energy |p|²/2m + f(x) at each of [`Self::times`].
    ///
    /// # Errors
    /// [`VectorError::DimensionMismatch`](crate::error::VectorError::DimensionMismatch) for a potential of another
    /// dimension.
    pub fn energies<P>(&self, potential: &P) -> Result<Vec<f64>, Error>
    where
        P: Potential<f64, D> + ?Sized,
    {
        potential.check_dimension(self.end.position.len())?;
        let energy = |phase| self.ball.energy(potential, phase);
        Ok(self.states().iter().map(energy).collect())
    }
}

/// The number of steps through which a method of `order` is interpolated.
pub(super) fn nodes(order: usize) -> usize {
    (order / 2 + 1).max(2)
}
