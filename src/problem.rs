//! Problem: a ball, a potential, a start and a span; solved by any method.

use crate::integrators::control::Adaptive;
use crate::integrators::{Dop853, FixedStep, Phases, Rk45};
use crate::potential::check_vector;
use crate::span::Span;
use crate::system::PhaseFlow;
use crate::trajectory::{Trajectory, nodes, split};
use crate::{Error, FirstOrderSystem, HeavyBall, Phase, Potential};
use nalgebra::allocator::Allocator;
use nalgebra::{DefaultAllocator, Dim, DimAdd, DimSum, OVector};

/// The initial value problem m ẍ = −∇f(x) − γẋ, x(t₀) = x₀, ẋ(t₀) = u₀, over a span of time.
///
/// It starts at rest at time 0 unless told otherwise. Everything is checked when it is solved.
///
/// ```
/// use heavyball::prelude::*;
/// use nalgebra::vector;
///
/// let problem = Problem::new(HeavyBall::new(1.0, 0.2)?, DoubleWell, vector![0.0, 1.0])
///     .with_velocity(vector![0.1, 0.0])
///     .until(50.0);
/// let fine = problem.solve(&Rk45::new(1e-9, 1e-9))?;
/// let coarse = problem.solve(&Leapfrog::new(1e-3)?)?;
/// assert!((fine.last().position - coarse.last().position).norm() < 1e-4);
/// # Ok::<(), heavyball::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct Problem<P, D: Dim>
where
    DefaultAllocator: Allocator<D>,
{
    ball: HeavyBall,
    potential: P,
    position: OVector<f64, D>,
    velocity: OVector<f64, D>,
    from: f64,
    until: f64,
}

/// A method that solves a [`Problem`]: every [`FixedStep`], [`Rk45`] and [`Dop853`].
pub trait Method<P, D>
where
    D: DimAdd<D>,
    DefaultAllocator: Allocator<D> + Allocator<DimSum<D, D>>,
{
    /// The motion over the problem's span, or until `watch` stops it.
    ///
    /// # Errors
    /// See [`Problem::solve`].
    fn solve(
        &self,
        problem: &Problem<P, D>,
        watch: Option<Watch<'_, D>>,
    ) -> Result<Trajectory<D>, Error>;
}

/// Asked after each step, with the time and the phase, whether the run should end there.
pub type Watch<'w, D> = &'w dyn Fn(f64, &Phase<f64, D>) -> bool;

/// The flow of a ball that is watched.
struct Watched<'w, F, D: Dim>
where
    DefaultAllocator: Allocator<D>,
{
    flow: F,
    watch: Watch<'w, D>,
    dimension: D,
}

impl<F, D> FirstOrderSystem<DimSum<D, D>> for Watched<'_, F, D>
where
    F: FirstOrderSystem<DimSum<D, D>>,
    D: DimAdd<D>,
    DefaultAllocator: Allocator<D> + Allocator<DimSum<D, D>>,
{
    fn derivative(
        &self,
        time: f64,
        state: &OVector<f64, DimSum<D, D>>,
        derivative: &mut OVector<f64, DimSum<D, D>>,
    ) {
        self.flow.derivative(time, state, derivative);
    }

    fn stops(&self, time: f64, state: &OVector<f64, DimSum<D, D>>) -> bool {
        (self.watch)(time, &split(state, self.dimension))
    }
}

impl<P, D> Problem<P, D>
where
    P: Potential<f64, D>,
    D: Dim,
    DefaultAllocator: Allocator<D>,
{
    /// The problem of `ball` on `potential` from `position` at rest, at time 0 until time 1.
    pub fn new(ball: HeavyBall, potential: P, position: OVector<f64, D>) -> Self {
        Self {
            ball,
            potential,
            velocity: position.map(|_| 0.0),
            position,
            from: 0.0,
            until: 1.0,
        }
    }

    /// Starts with velocity ẋ(t₀) = `velocity`, displacement per unit of time.
    #[must_use]
    pub fn with_velocity(mut self, velocity: OVector<f64, D>) -> Self {
        self.velocity = velocity;
        self
    }

    /// Starts at `time` instead of 0.
    #[must_use]
    pub fn from(mut self, time: f64) -> Self {
        self.from = time;
        self
    }

    /// Ends at `time`, which may lie before the start: the motion is then followed backward.
    #[must_use]
    pub fn until(mut self, time: f64) -> Self {
        self.until = time;
        self
    }

    /// The ball.
    pub fn ball(&self) -> &HeavyBall {
        &self.ball
    }

    /// The potential.
    pub fn potential(&self) -> &P {
        &self.potential
    }

    /// The times of start and end.
    pub fn span(&self) -> (f64, f64) {
        (self.from, self.until)
    }

    /// The same problem, potential on loan, for another ball with the same start in x and ẋ.
    pub fn with_ball(&self, ball: HeavyBall) -> Problem<&P, D> {
        Problem {
            ball,
            potential: &self.potential,
            position: self.position.clone(),
            velocity: self.velocity.clone(),
            from: self.from,
            until: self.until,
        }
    }

    /// The same problem on another potential.
    pub(crate) fn with_potential<Q>(&self, potential: Q) -> Problem<Q, D> {
        Problem {
            ball: self.ball,
            potential,
            position: self.position.clone(),
            velocity: self.velocity.clone(),
            from: self.from,
            until: self.until,
        }
    }

    /// The phase at the start.
    pub fn start(&self) -> Phase<f64, D> {
        self.ball
            .launch(self.position.clone(), self.velocity.clone())
    }

    /// The motion over the span, by `method`.
    ///
    /// A fixed step takes whole steps Δt and, where they do not end the span to within rounding, one
    /// shorter step that does: every step but the last is the method's own, and the end is never
    /// overshot. Backward spans take steps −Δt.
    ///
    /// # Errors
    /// For the problem: [`Error::NotPositive`], [`Error::Negative`] or [`Error::NotFinite`] for a
    /// parameter or time, [`Error::Empty`], [`Error::NonFiniteComponent`] or
    /// [`Error::DimensionMismatch`] for the start. For a fixed step: [`Error::TooManySteps`],
    /// [`Error::StepPole`], [`Error::Diverged`], [`Error::NonFiniteGradient`]. For an adaptive
    /// method, those of [`Rk45::integrate`].
    pub fn solve<M>(&self, method: &M) -> Result<Trajectory<D>, Error>
    where
        M: Method<P, D> + ?Sized,
        D: DimAdd<D>,
        DefaultAllocator: Allocator<DimSum<D, D>>,
    {
        method.solve(self, None)
    }

    /// Refuses what [`Self::solve`] would refuse of the problem.
    pub(crate) fn check(&self) -> Result<(), Error> {
        self.checked().map(|_| ())
    }

    /// The checked start and span.
    pub(crate) fn checked(&self) -> Result<(Phase<f64, D>, Span), Error> {
        self.ball.check()?;
        let start = Phase::new(self.position.clone(), self.velocity.clone());
        self.ball.check_phase(&self.potential, &start)?;
        let start = self.start();
        // A finite velocity times a large mass may be none.
        check_vector("start momentum", &start.momentum)?;
        Ok((start, Span::new(self.from, self.until)?))
    }
}

impl<M, P, D> Method<P, D> for M
where
    M: FixedStep<f64>,
    P: Potential<f64, D>,
    D: DimAdd<D>,
    DefaultAllocator: Allocator<D> + Allocator<DimSum<D, D>>,
{
    fn solve(
        &self,
        problem: &Problem<P, D>,
        watch: Option<Watch<'_, D>>,
    ) -> Result<Trajectory<D>, Error> {
        let (start, span) = problem.checked()?;
        let division = span.division(self.dt())?;
        let dt = span.direction() * self.dt();
        // A run that diverges early should not have reserved memory for all of it.
        let capacity = (division.whole + 2).min(1 << 16);
        let mut times = Vec::with_capacity(capacity);
        let mut states = Vec::with_capacity(capacity);
        times.push(span.from);
        states.push(start.clone());

        let step = self.step_for(&problem.ball, dt)?;
        let order = self.properties().order;
        let mut phases = Phases::new(step, &problem.potential, start.clone(), span.from, dt);
        phases.advance();
        // The step at which `watch` stopped the run, which then goes on to have steps to interpolate through.
        let mut stopped: Option<usize> = None;
        let is_done =
            |stopped: Option<usize>, k| stopped.is_some_and(|stop| k >= stop + nodes(order));
        for k in 1..=division.whole {
            let Some(phase) = phases.advance() else { break };
            let time = span.time(k as f64 * self.dt());
            times.push(time);
            states.push(phase.clone());
            let is_end = k == division.whole && division.rest.is_none();
            if stopped.is_none() && !is_end && watch.is_some_and(|watch| watch(time, phase)) {
                stopped = Some(k);
            }
            if is_done(stopped, k) {
                break;
            }
        }
        if let Some(rest) = division.rest.filter(|_| !is_done(stopped, times.len() - 1)) {
            phases.change_step(self.step_for(&problem.ball, rest)?);
            if let Some(phase) = phases.advance() {
                times.push(span.until);
                states.push(phase.clone());
            }
        }
        if let Some(error) = phases.failure().filter(|_| stopped.is_none()) {
            return Err(error.clone());
        }
        // All of the span, unless it was stopped.
        let is_whole = times.len() > division.whole + usize::from(division.rest.is_some());
        if let Some(last) = times.last_mut().filter(|_| is_whole) {
            *last = span.until;
        }
        let stop = stopped.and_then(|stop| Some((stop, *times.get(stop)?)));
        let shown = stopped.unwrap_or(states.len() - 1);
        let gradients = shown * self.properties().gradients;
        let end = states.last().cloned().unwrap_or(start);
        let steps = (times, states);
        let kind = (order, self.dt());
        let mut trajectory =
            Trajectory::from_steps(problem.ball, span, kind, steps, end, gradients);
        if let Some((stop, time)) = stop {
            trajectory.end_at(stop, time)?;
        }
        Ok(trajectory)
    }
}

macro_rules! adaptive_method {
    ($method:ty) => {
        impl<P, D> Method<P, D> for $method
        where
            P: Potential<f64, D>,
            D: DimAdd<D>,
            DefaultAllocator: Allocator<D> + Allocator<DimSum<D, D>>,
        {
            fn solve(
                &self,
                problem: &Problem<P, D>,
                watch: Option<Watch<'_, D>>,
            ) -> Result<Trajectory<D>, Error> {
                let (start, span) = problem.checked()?;
                let (dimension, _) = start.position.shape_generic();
                let doubled = dimension.add(dimension);
                let components = start.position.iter().chain(start.momentum.iter());
                let state = OVector::from_iterator_generic(
                    doubled,
                    nalgebra::Const::<1>,
                    components.copied(),
                );
                let flow = PhaseFlow::new(&problem.ball, &problem.potential, dimension);
                let run = match watch {
                    None => self.run(&flow, span, state)?,
                    Some(watch) => {
                        let watched = Watched {
                            flow,
                            watch,
                            dimension,
                        };
                        self.run(&watched, span, state)?
                    }
                };
                Ok(Trajectory::from_run(problem.ball, run, dimension))
            }
        }
    };
}

adaptive_method!(Rk45);
adaptive_method!(Dop853);
