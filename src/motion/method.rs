//! Method: solves a problem, with fixed or adaptive steps.

use crate::Error;
use crate::fixed_steps::{FixedStep, Phases};
use crate::motion::trajectory::nodes;
use crate::motion::{Problem, Trajectory};
use crate::ode::{Adaptive, Dop853, FirstOrderSystem, Rk45, joined};
use crate::particle::{Phase, PhaseFlow, split};
use crate::potentials::Potential;
use nalgebra::allocator::Allocator;
use nalgebra::{DefaultAllocator, Dim, DimAdd, DimSum, OVector};

/// A method that solves a [`Problem`]: every [`FixedStep`], [`Rk45`] and [`Dop853`].
pub trait Method<P, D>
where
    D: DimAdd<D>,
    DefaultAllocator: Allocator<D> + Allocator<DimSum<D, D>>,
{
    /// The motion over the span of the problem, or until `watch` stops it.
    ///
    /// # Errors
    /// The errors of [`Problem::solve`].
    fn solve(
        &self,
        problem: &Problem<P, D>,
        watch: Option<Watch<'_, D>>,
    ) -> Result<Trajectory<D>, Error>;

    /// Refuses settings that the constructor of the method did not check, such as tolerances; by default none.
    ///
    /// # Errors
    /// [`ParameterError::NotPositive`](crate::error::ParameterError::NotPositive) for a tolerance.
    fn check(&self) -> Result<(), Error> {
        Ok(())
    }
}

impl<P, D> Problem<P, D>
where
    P: Potential<f64, D>,
    D: Dim,
    DefaultAllocator: Allocator<D>,
{
    /// The motion over the span, by `method`.
    ///
    /// A fixed-step method takes whole steps Δt and, unless they reach the end of the span to within rounding, one
    /// shorter last step, so that the run ends exactly at the end of the span. Over a backward span the steps are −Δt.
    ///
    /// # Errors
    /// For the problem: [`ParameterError::NotPositive`](crate::error::ParameterError::NotPositive),
    /// [`ParameterError::Negative`](crate::error::ParameterError::Negative) or
    /// [`ParameterError::NotFinite`](crate::error::ParameterError::NotFinite) for a parameter or time;
    /// [`VectorError::Empty`](crate::error::VectorError::Empty),
    /// [`VectorError::NonFiniteComponent`](crate::error::VectorError::NonFiniteComponent) or
    /// [`VectorError::DimensionMismatch`](crate::error::VectorError::DimensionMismatch) for the start. For a fixed
    /// step: [`SpanError::TooManySteps`](crate::error::SpanError::TooManySteps),
    /// [`StepError::Pole`](crate::error::StepError::Pole), [`RunError::Diverged`](crate::error::RunError::Diverged),
    /// [`RunError::NonFiniteGradient`](crate::error::RunError::NonFiniteGradient). For an adaptive method, the errors
    /// of [`Rk45::integrate`](crate::Rk45::integrate), its tolerances included.
    pub fn solve<M>(&self, method: &M) -> Result<Trajectory<D>, Error>
    where
        M: Method<P, D> + ?Sized,
        D: DimAdd<D>,
        DefaultAllocator: Allocator<DimSum<D, D>>,
    {
        method.solve(self, None)
    }
}

/// Called after each step with the time and the phase; returns whether the run should end there.
pub type Watch<'w, D> = &'w dyn Fn(f64, &Phase<f64, D>) -> bool;

/// The flow of a ball, with a watch.
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
        // Limited, so that a run that diverges early does not reserve memory for all its steps.
        let capacity = (division.whole + 2).min(1 << 16);
        let mut times = Vec::with_capacity(capacity);
        let mut states = Vec::with_capacity(capacity);
        times.push(span.from);
        states.push(start.clone());

        let step = self.step_for(&problem.ball, dt)?;
        let order = self.properties().order;
        let mut phases = Phases::new(step, &problem.potential, start.clone(), span.from, dt);
        phases.advance();
        // The step at which `watch` stopped the run, which then continues for the steps needed for interpolation.
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
        // Whether the run covers the span, that is, was not stopped.
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
                let state = joined(dimension, &start.position, &start.momentum)?;
                let flow = PhaseFlow::new(&problem.ball, &problem.potential, dimension);
                let run = match watch {
                    None => self.run(&flow, span, state)?,
                    Some(watch) => {
                        let watched = Watched {
                            flow,
                            watch,
                            dimension,
                        };
                        let watched: &dyn FirstOrderSystem<_> = &watched;
                        self.run(watched, span, state)?
                    }
                };
                Ok(Trajectory::from_run(problem.ball, run, dimension))
            }

            fn check(&self) -> Result<(), Error> {
                self.control().check()
            }
        }
    };
}

adaptive_method!(Rk45);
adaptive_method!(Dop853);
