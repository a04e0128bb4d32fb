//! Method: what solves a problem, by fixed steps or adaptively.

use crate::Error;
use crate::fixed_steps::{FixedStep, Phases};
use crate::motion::trajectory::nodes;
use crate::motion::{Problem, Trajectory};
use crate::ode::{Adaptive, Dop853, FirstOrderSystem, Rk45};
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
