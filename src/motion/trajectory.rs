//! Trajectory: times and phases of a heavy ball, at any time of the span, with energies and CSV.

use crate::Error;
use crate::error::FileError;
use crate::ode::{Run, Span, Steps, hermite, window};
use crate::particle::{HeavyBall, Phase, split};
use crate::potentials::Potential;
use nalgebra::allocator::Allocator;
use nalgebra::{Const, DefaultAllocator, DimAdd, DimSum, Dyn};
use std::fmt::Write as _;
use std::path::Path;
use std::sync::OnceLock;

/// The motion of a heavy ball over a span of time, made by [`Problem::solve`](crate::Problem::solve).
///
/// [`Self::times`] are those of the method's steps: evenly spaced for a fixed step, but for a last
/// one that may be shorter, and the solver's own for an adaptive method. Both ends of the span are
/// included exactly. [`Self::at`] gives the phase at any time between.
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
    /// Hermite interpolation through the nearest of the steps that ended at `elapsed`: the first `inside` are the
    /// trajectory's own, those `beyond` its end are kept for the interpolation alone.
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
    /// A run of a fixed step of `order` over `span` from its start and the steps after it.
    pub(crate) fn from_steps(
        ball: HeavyBall,
        span: Span,
        (order, dt): (usize, f64),
        steps: Steps<Phase<f64, D>>,
        end: Phase<f64, D>,
        gradients: usize,
    ) -> Self {
        // On the clock of the run: times far from zero may round to the same number.
        let clock = |k| (k as f64 * dt).min(span.length());
        let mut elapsed: Vec<_> = (0..steps.0.len()).map(clock).collect();
        // A much shorter last step would spoil the polynomial; its few times are reached from before it.
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

    /// A run of no length.
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

    /// Makes `time` the end, which lies in the step that ends as number `step`.
    ///
    /// Steps of a fixed method after it are not shown any more, but kept where [`Self::at`] interpolates through them.
    pub(crate) fn end_at(&mut self, step: usize, time: f64) -> Result<(), Error> {
        let (times, states) = self.steps();
        // Where the step ends then it is the end, digit for digit.
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
            // Set when it was made.
            Between::Steps { .. } => Steps::default(),
        })
    }

    /// The step number `index` among those that are interpolated through.
    fn node(&self, index: usize) -> Option<&Phase<f64, D>> {
        match &self.between {
            Between::Steps { inside, beyond, .. } if index >= *inside => beyond.get(index - inside),
            _ => self.states().get(index),
        }
    }

    /// The ball that moved.
    pub fn ball(&self) -> &HeavyBall {
        &self.ball
    }

    /// The times of the method's steps, from the start of the span to its end.
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

    /// Gradients that the method took, those of the dense output not counted.
    pub fn gradients(&self) -> usize {
        self.gradients
    }

    /// The phase at any time of the span, ends included.
    ///
    /// For [`Rk45`](crate::Rk45), to about its tolerance; for [`Dop853`](crate::Dop853), as it says of its outputs. For a fixed step of order n, positions and
    /// velocities at the nearest n/2 + 1 steps (two at least) give a polynomial whose own error is
    /// of higher order than the method's; its derivative gives the momentum. A span of fewer steps than that has a polynomial of
    /// lower degree, a run that [`Problem::solve_until`](crate::Problem::solve_until) ended early has not.
    ///
    /// # Errors
    /// [`SpanError::TimeOutsideSpan`](crate::error::SpanError::TimeOutsideSpan) for any other time, NaN included.
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
        let nearest = window(clock, elapsed, 2);
        let Some([from, to]) = clock.get(nearest.clone()) else {
            return Ok(self.end.clone());
        };
        let (Some(before), Some(after)) = (self.node(nearest.start), self.node(nearest.start + 1))
        else {
            return Ok(self.end.clone());
        };
        let range = window(clock, elapsed, nodes);
        let weights = hermite(clock.get(range.clone()).unwrap_or_default(), elapsed);
        let states = range.filter_map(|index| self.node(index));
        let (mass, forward) = (self.ball.mass, span.direction());
        // Positions from `before` on, which loses no digits to a distant origin.
        let mut displacement = before.position.map(|_| 0.0);
        let mut momentum = displacement.clone();
        let mut rounding = displacement.clone();
        for (weight, node) in weights.iter().zip(states) {
            let step = &node.position - &before.position;
            displacement.zip_zip_apply(&step, &node.momentum, |sum, step, p| {
                *sum += weight.value * step + forward * weight.rate * p / mass;
            });
            momentum.zip_zip_apply(&step, &node.momentum, |sum, step, p| {
                *sum += forward * weight.value_slope * mass * step + weight.rate_slope * p;
            });
            let sensitivity = 4.0 * f64::EPSILON * weight.value_slope.abs() * mass;
            rounding.zip_apply(&node.position, |sum, x| *sum += sensitivity * x.abs());
        }
        // Where the positions' rounding outweighs what the polynomial adds, the line through both momenta
        // is the better answer.
        let part = (elapsed - from) / (to - from);
        let line = before
            .momentum
            .zip_map(&after.momentum, |p, next| p + part * (next - p));
        momentum.zip_zip_apply(&line, &rounding, |p, line, rounding| {
            if (*p - line).abs() <= rounding {
                *p = line;
            }
        });
        Ok(Phase::new(&before.position + displacement, momentum))
    }

    /// The phases at `count` evenly spaced times, both ends included: what a smooth curve needs.
    ///
    /// Fewer than two give the start alone.
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
    /// [`VectorError::DimensionMismatch`](crate::error::VectorError::DimensionMismatch) for a potential of another dimension.
    pub fn energies<P>(&self, potential: &P) -> Result<Vec<f64>, Error>
    where
        P: Potential<f64, D> + ?Sized,
    {
        potential.check_dimension(self.end.position.len())?;
        let energy = |phase| self.ball.energy(potential, phase);
        Ok(self.states().iter().map(energy).collect())
    }

    /// The steps as CSV with 17 significant digits: `t,x1,…,p1,…`, a row a step.
    pub fn to_csv(&self) -> String {
        let dimension = self.end.position.len();
        let mut csv = String::from("t");
        for letter in ['x', 'p'] {
            for i in 1..=dimension {
                // Writing to a String cannot fail.
                let _ = write!(csv, ",{letter}{i}");
            }
        }
        csv.push('\n');
        for (time, phase) in self.times().iter().zip(self.states()) {
            let _ = write!(csv, "{time:.16e}");
            for component in phase.position.iter().chain(phase.momentum.iter()) {
                let _ = write!(csv, ",{component:.16e}");
            }
            csv.push('\n');
        }
        csv
    }

    /// Writes [`Self::to_csv`] to a file.
    ///
    /// # Errors
    /// [`FileError::Write`] with the path and what the system said.
    pub fn write_csv(&self, path: impl AsRef<Path>) -> Result<(), Error> {
        let path = path.as_ref();
        std::fs::write(path, self.to_csv()).map_err(|error| {
            Error::File(FileError::Write {
                what: path.display().to_string(),
                reason: error.to_string(),
            })
        })
    }
}

/// Steps that the interpolation of a method of `order` goes through.
pub(crate) fn nodes(order: usize) -> usize {
    (order / 2 + 1).max(2)
}
