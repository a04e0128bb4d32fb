//! Problem: a ball, a potential, a start and a span; solved by any method.

use crate::events::{Crossing, Encounter, Event, Happened, first_crossing};
use crate::integrators::control::Adaptive;
use crate::integrators::{Dop853, FixedStep, Phases, Rk45};
use crate::potential::check_vector;
use crate::span::Span;
use crate::system::PhaseFlow;
use crate::trajectory::{Trajectory, split};
use crate::{Error, FirstOrderSystem, HeavyBall, Phase, Potential};
use nalgebra::allocator::Allocator;
use nalgebra::{DefaultAllocator, Dim, DimAdd, DimSum, OVector};
use std::cell::RefCell;

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

    /// The motion until the first of `events`, or over the span if none of them happens.
    ///
    /// The run is given up soon after the event, so nothing beyond it can fail or cost. The event's time is located on
    /// the method's dense output, down to neighbouring numbers, and the trajectory ends there. Each step is
    /// looked at in four parts: two changes of sign within one of them are missed. Of events in the same part the earlier
    /// one counts.
    ///
    /// # Errors
    /// Those of [`Self::solve`]; [`Error::EventNotANumber`] for an event whose function is NaN.
    ///
    /// ```
    /// use heavyball::events::{EnergyLevel, Settled, TurningPoint};
    /// use heavyball::prelude::*;
    /// use nalgebra::vector;
    ///
    /// let problem = Problem::new(HeavyBall::new(1.0, 0.2)?, DoubleWell, vector![-1.9, 0.5]).until(100.0);
    /// let events: [&dyn Event<_, _>; 2] = [&TurningPoint::of(0), &EnergyLevel::new(0.0)?];
    /// let run = problem.solve_until(&Rk45::new(1e-9, 1e-9), &events)?;
    /// let event = run.event.unwrap();
    /// assert_eq!(event.index, 0); // it turns before it is caught
    /// assert!(event.phase.momentum.x.abs() < 1e-9);
    /// assert_eq!(run.trajectory.times().last(), Some(&event.time));
    /// # Ok::<(), heavyball::Error>(())
    /// ```
    pub fn solve_until<M>(
        &self,
        method: &M,
        events: &[&dyn Event<P, D>],
    ) -> Result<Encounter<D>, Error>
    where
        M: Method<P, D> + ?Sized,
        D: DimAdd<D>,
        DefaultAllocator: Allocator<DimSum<D, D>>,
    {
        let root = |event: &dyn Event<P, D>, time, phase: &Phase<f64, D>| {
            event.root(time, &self.ball, &self.potential, phase)
        };
        // The sign of each event's function where it last had one; the start may be refused by `solve`.
        let start = self.start();
        let signs = |time, phase: &Phase<f64, D>| {
            let signs = events.iter().map(|event| root(*event, time, phase));
            signs.collect::<Vec<_>>()
        };
        let is_sound = self.checked().is_ok();
        let before = RefCell::new(if is_sound {
            signs(self.from, &start)
        } else {
            Vec::new()
        });
        let watch = |time: f64, phase: &Phase<f64, D>| {
            let mut before = before.borrow_mut();
            let mut stop = false;
            for ((event, before), now) in
                events.iter().zip(before.iter_mut()).zip(signs(time, phase))
            {
                let crossing = event.crossing();
                stop |= now.is_nan() || crossing.happens(*before, now);
                stop |= crossing == Crossing::Reached && now <= 0.0;
                if now != 0.0 {
                    *before = now;
                }
            }
            stop
        };
        let mut trajectory = method.solve(self, Some(&watch))?;
        let mut first: Option<(usize, f64)> = None;
        for (index, event) in events.iter().enumerate() {
            let value = |time| Ok(root(*event, time, &trajectory.at(time)?));
            let times = trajectory.times();
            let found = first_crossing(times, event.crossing(), &value)?;
            let sooner = |time: &f64| {
                let forward = self.until >= self.from;
                first.is_none_or(|(_, other)| {
                    if forward {
                        *time < other
                    } else {
                        *time > other
                    }
                })
            };
            if let Some(time) = found.filter(sooner) {
                first = Some((index, time));
            }
        }
        let event = match first {
            None => None,
            Some((index, time)) => {
                trajectory.end_at(time)?;
                let phase = trajectory.last().clone();
                Some(Happened { index, time, phase })
            }
        };
        Ok(Encounter { trajectory, event })
    }

    /// Refuses what [`Self::solve`] would refuse of the problem.
    pub(crate) fn check(&self) -> Result<(), Error> {
        self.checked().map(|_| ())
    }

    /// The checked start and span.
    fn checked(&self) -> Result<(Phase<f64, D>, Span), Error> {
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
        let (start, mut span) = problem.checked()?;
        let division = span.division(self.dt())?;
        let dt = span.direction() * self.dt();
        // A run that diverges early should not have reserved memory for all of it.
        let capacity = (division.whole + 2).min(1 << 16);
        let mut times = Vec::with_capacity(capacity);
        let mut states = Vec::with_capacity(capacity);
        times.push(span.from);
        states.push(start.clone());

        let step = self.step_for(&problem.ball, dt)?;
        let mut phases = Phases::new(step, &problem.potential, start.clone(), span.from, dt);
        phases.advance();
        let mut stopped = false;
        for k in 1..=division.whole {
            let Some(phase) = phases.advance() else { break };
            let time = span.time(k as f64 * self.dt());
            times.push(time);
            states.push(phase.clone());
            stopped = k < division.whole && watch.is_some_and(|watch| watch(time, phase));
            if stopped {
                span.until = time;
                break;
            }
        }
        if let Some(rest) = division.rest.filter(|_| !stopped) {
            phases.change_step(self.step_for(&problem.ball, rest)?);
            if let Some(phase) = phases.advance() {
                times.push(span.until);
                states.push(phase.clone());
            }
        }
        if let Some(error) = phases.failure() {
            return Err(error.clone());
        }
        if let Some(last) = times.last_mut() {
            *last = span.until;
        }
        let end = states.last().cloned().unwrap_or(start);
        let steps = states.len() - 1;
        let gradients = steps * self.properties().gradients;
        let ball = problem.ball;
        let kind = (self.properties().order, self.dt());
        Ok(Trajectory::from_steps(
            ball,
            span,
            kind,
            (times, states),
            end,
            gradients,
        ))
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
