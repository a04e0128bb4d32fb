//! Trajectory: the phase of a heavy ball at any time of a span.

mod csv;
mod interpolation;
mod recorded;
mod solver_motion;
mod stepped;

pub(crate) use interpolation::Nodes;
pub(crate) use solver_motion::{PhaseSpaceRun, SolverMotion};
pub(crate) use stepped::nodes;

use crate::Error;
use crate::adaptive_steps::ball_piece::BallPiece;
use crate::check::check_vector;
use crate::ode::adaptive::course::Counts;
use crate::ode::adaptive::record::Record;
use crate::ode::{Span, SpanError, Steps};
use crate::particle::{HeavyBall, Phase};
use crate::potentials::Potential;
use nalgebra::allocator::Allocator;
use nalgebra::{Const, DefaultAllocator, Dim, Dyn};
use std::sync::{Arc, OnceLock};

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
    D: Dim,
    DefaultAllocator: Allocator<D>,
{
    ball: HeavyBall,
    steps: OnceLock<Steps<Phase<f64, D>>>,
    end: Phase<f64, D>,
    between: Between<D>,
    counts: Counts,
}

/// A [`Trajectory`] in `N` dimensions.
pub type TrajectoryIn<const N: usize> = Trajectory<Const<N>>;

/// How a time between two steps is interpolated.
#[derive(Debug, Clone)]
enum Between<D>
where
    D: Dim,
    DefaultAllocator: Allocator<D>,
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
    /// The dense output of an adaptive method.
    Record {
        span: Span,
        record: Record<BallPiece>,
    },
    /// Runs that follow each other.
    Chain(Vec<Trajectory<D>>),
    /// That of ode_solvers, in phase space.
    Solver(Arc<dyn SolverMotion<D>>),
}

impl<D> Trajectory<D>
where
    D: Dim,
    DefaultAllocator: Allocator<D>,
{
    /// A run of ode_solvers from `start`.
    pub(crate) fn from_solver(
        ball: HeavyBall,
        start: Phase<f64, D>,
        counts: Counts,
        run: Arc<dyn SolverMotion<D>>,
    ) -> Self {
        Self {
            ball,
            steps: OnceLock::new(),
            end: run.last().unwrap_or(start),
            between: Between::Solver(run),
            counts,
        }
    }

    /// The motion over runs that follow each other.
    pub(crate) fn chained(first: Self, rest: Vec<Self>) -> Self {
        if rest.is_empty() {
            return first;
        }
        let ball = first.ball;
        let end = rest.last().unwrap_or(&first).end.clone();
        let runs: Vec<_> = std::iter::once(first).chain(rest).collect();
        let mut counts = Counts::default();
        for run in &runs {
            counts.steps += run.counts.steps;
            counts.rejections += run.counts.rejections;
            counts.largest = counts.largest.max(run.counts.largest);
            counts.evaluations += run.counts.evaluations;
        }
        Self {
            ball,
            steps: OnceLock::new(),
            end,
            counts,
            between: Between::Chain(runs),
        }
    }

    /// The phase whose components `write` writes, positions before momenta.
    fn filled(&self, write: impl FnOnce(&mut [f64])) -> Phase<f64, D> {
        let mut phase = self.end.clone();
        let length = phase.position.len();
        let mut state = vec![0.0; 2 * length];
        write(&mut state);
        let (positions, momenta) = state.split_at(length);
        phase.position.as_mut_slice().copy_from_slice(positions);
        phase.momentum.as_mut_slice().copy_from_slice(momenta);
        phase
    }

    fn listed(&self) -> &Steps<Phase<f64, D>> {
        self.steps.get_or_init(|| {
            let (mut steps, until) = match &self.between {
                Between::Record { span, record } => {
                    let all = 0..=record.steps();
                    let times = all.clone().map(|step| span.time(record.elapsed(step)));
                    let states = all.map(|step| self.end_of(step));
                    ((times.collect(), states.collect()), span.until)
                }
                Between::Chain(runs) => {
                    let times = runs.iter().flat_map(|run| run.times()).copied();
                    let states = runs.iter().flat_map(|run| run.states()).cloned();
                    let until = runs.last().and_then(|run| run.times().last());
                    (
                        (times.collect(), states.collect()),
                        *until.unwrap_or(&f64::NAN),
                    )
                }
                Between::Solver(run) => (run.steps(), run.span().until),
                // Set at construction.
                Between::Steps { span, .. } => (Steps::default(), span.until),
            };
            // The sum of the steps may differ from the length by an ulp, and the run may have ended within a step.
            if let (Some(time), Some(state)) = (steps.0.last_mut(), steps.1.last_mut()) {
                *time = until;
                state.clone_from(&self.end);
            }
            steps
        })
    }

    /// The times of its start and its end.
    fn span(&self) -> (f64, f64) {
        let times = self.times();
        let ends = times.first().zip(times.last());
        ends.map_or((f64::NAN, f64::NAN), |(from, until)| (*from, *until))
    }

    /// The ball; the first, if it changed on the way.
    pub fn ball(&self) -> &HeavyBall {
        &self.ball
    }

    /// The times of the steps, from the start of the span to its end.
    pub fn times(&self) -> &[f64] {
        &self.listed().0
    }

    /// The phases at those times.
    pub fn states(&self) -> &[Phase<f64, D>] {
        &self.listed().1
    }

    /// The phase at the end of the span.
    pub fn last(&self) -> &Phase<f64, D> {
        &self.end
    }

    /// The number of gradient evaluations, without those for dense output.
    pub fn gradients(&self) -> usize {
        self.counts.evaluations
    }

    /// The number of accepted steps.
    pub fn steps(&self) -> usize {
        self.counts.steps
    }

    /// The number of attempted steps whose error was too large; 0 for fixed steps.
    pub fn rejections(&self) -> usize {
        self.counts.rejections
    }

    /// The longest accepted step.
    ///
    /// Compare it with the time in which the ball passes the smallest feature of the potential: an adaptive method does
    /// not see what lies between its stages.
    pub fn largest_step(&self) -> f64 {
        self.counts.largest
    }

    /// The phase at any time of the span, ends included.
    ///
    /// For [`Rk45`](crate::Rk45), [`Adaptive`](crate::Adaptive) and the Nyström methods the error is about the
    /// tolerance; for [`Dop853`](crate::Dop853) see its table. For a fixed step of order n, the positions and velocities
    /// at the nearest n/2 + 1 steps (at least two) define a polynomial whose error is of higher order than that of the
    /// method; its derivative gives the momentum. If the span has fewer steps, the degree of the polynomial is lower. A
    /// run that [`Problem::solve_until`](crate::Problem::solve_until) ended early keeps the degree, since it continued
    /// for the steps needed.
    ///
    /// # Errors
    /// [`SpanError::TimeOutsideSpan`](crate::error::SpanError::TimeOutsideSpan) for a time outside the span by more than
    /// rounding, and for NaN; [`VectorError::NonFiniteComponent`](crate::error::VectorError::NonFiniteComponent) where the
    /// interpolation overflows, as it may near the limits of f64.
    pub fn at(&self, time: f64) -> Result<Phase<f64, D>, Error> {
        let phase = self.read(time)?;
        check_vector("position between the steps", &phase.position)?;
        check_vector("momentum between the steps", &phase.momentum)?;
        Ok(phase)
    }

    fn read(&self, time: f64) -> Result<Phase<f64, D>, Error> {
        let (span, nodes, clock, inside, beyond) = match &self.between {
            Between::Record { span, record } => {
                let elapsed = span.elapsed(time)?;
                if time == span.until {
                    return Ok(self.end.clone());
                }
                let step = record.find(elapsed);
                let direction = span.direction();
                return Ok(self.filled(|state| record.write(step, elapsed, direction, state)));
            }
            Between::Chain(runs) => {
                // At the time of a change, the phase after it.
                let found = runs.iter().rev().find_map(|run| run.at(time).ok());
                return match (found, runs.first(), runs.last()) {
                    (Some(phase), ..) => Ok(phase),
                    (None, Some(first), Some(last)) => {
                        let (start, end) = (first.span().0, last.span().1);
                        Err(Error::Span(SpanError::TimeOutsideSpan { time, start, end }))
                    }
                    _ => Ok(self.end.clone()),
                };
            }
            Between::Solver(run) => {
                let elapsed = run.span().elapsed(time)?;
                let inside = (time != run.span().until).then(|| run.at(elapsed));
                return Ok(inside.flatten().unwrap_or_else(|| self.end.clone()));
            }
            Between::Steps {
                span,
                nodes,
                elapsed,
                inside,
                beyond,
            } => (span, *nodes, elapsed, *inside, beyond),
        };
        let elapsed = span.elapsed(time)?;
        if time == span.until {
            return Ok(self.end.clone());
        }
        let nodes = Nodes {
            mass: self.ball.mass,
            clock,
            phases: [self.states().get(..inside).unwrap_or_default(), beyond],
            width: nodes,
            direction: span.direction(),
        };
        Ok(nodes.at(elapsed).unwrap_or_else(|| self.end.clone()))
    }

    /// The phases at `count` evenly spaced times, both ends included, for a smooth curve.
    ///
    /// A `count` below two gives the start alone, and one above what a gibibyte holds as many as it holds.
    pub fn sample(&self, count: usize) -> Vec<(f64, Phase<f64, D>)> {
        let (Some(from), Some(until)) = (self.times().first(), self.times().last()) else {
            return Vec::new();
        };
        let length = self.end.position.len();
        let point = size_of::<(f64, Phase<f64, D>)>() + 16 * (length + 2);
        let count = count.min((1 << 30) / point);
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
