//! Evaluated: a problem of argmin during an iteration, with the number of its evaluations and its first failure.

use crate::{Error, Parameter};
use argmin::core::{CostFunction, Gradient, Problem};
use heavyball::Potential;
use heavyball::error::RunError;
use nalgebra::allocator::Allocator;
use nalgebra::{DefaultAllocator, Dim, OVector};
use std::cell::{Cell, RefCell};

/// An evaluation that failed.
#[derive(Debug)]
pub(crate) enum Failure {
    Problem(argmin::core::Error),
    Length { expected: usize, found: usize },
}

impl Failure {
    pub(crate) fn at(self, iteration: u64) -> Error {
        match self {
            Self::Problem(source) => Error::Problem { iteration, source },
            Self::Length { expected, found } => Error::GradientLength {
                iteration,
                expected,
                found,
            },
        }
    }
}

#[inline(always)]
pub(crate) fn cost_at<O, P>(
    problem: &O,
    position: &OVector<f64, P::Dimension>,
) -> Result<f64, Failure>
where
    O: CostFunction<Param = P, Output = f64>,
    P: Parameter,
    DefaultAllocator: Allocator<P::Dimension>,
{
    P::seen(position, |parameter| problem.cost(parameter)).map_err(Failure::Problem)
}

#[inline(always)]
pub(crate) fn gradient_into<O, P>(
    problem: &O,
    position: &OVector<f64, P::Dimension>,
    gradient: &mut OVector<f64, P::Dimension>,
) -> Result<(), Failure>
where
    O: Gradient<Param = P, Gradient = P>,
    P: Parameter,
    DefaultAllocator: Allocator<P::Dimension>,
{
    let found =
        P::seen(position, |parameter| problem.gradient(parameter)).map_err(Failure::Problem)?;
    if found.dimension() != position.len() {
        return Err(Failure::Length {
            expected: position.len(),
            found: found.dimension(),
        });
    }
    found.copy_to(gradient);
    Ok(())
}

/// A borrowed problem as a potential, for one iteration.
#[derive(Debug)]
pub(crate) struct Evaluated<'o, O> {
    problem: &'o O,
    costs: Cell<u64>,
    gradients: Cell<u64>,
    failure: RefCell<Option<Failure>>,
}

impl<'o, O> Evaluated<'o, O> {
    pub(crate) fn new(problem: &'o O) -> Self {
        Self {
            problem,
            costs: Cell::new(0),
            gradients: Cell::new(0),
            failure: RefCell::new(None),
        }
    }

    /// The first failure, as an error of iteration `iteration`.
    pub(crate) fn failure(&self, iteration: u64) -> Option<Error> {
        Some(self.failure.take()?.at(iteration))
    }

    /// The failure of a run of which `completed` says, by the steps that it has done, how many iterations are complete.
    #[cold]
    pub(crate) fn explained(
        &self,
        completed: impl Fn(usize) -> u64,
        error: heavyball::Error,
    ) -> Error {
        match error {
            heavyball::Error::Run(RunError::NonFiniteGradient { step, position, .. }) => {
                let iteration = completed(step);
                self.failure(iteration).unwrap_or(Error::NonFiniteGradient {
                    iteration,
                    position,
                })
            }
            heavyball::Error::Run(RunError::Diverged { step, position, .. }) => Error::Diverged {
                iteration: completed(step.saturating_sub(1)).saturating_add(1),
                position,
            },
            error => self
                .failure(completed(0))
                .unwrap_or_else(|| Error::Heavyball(error)),
        }
    }

    /// Cost and gradient evaluations so far.
    pub(crate) fn counts(&self) -> (u64, u64) {
        (self.costs.get(), self.gradients.get())
    }
}

impl<O, P> Potential<f64, P::Dimension> for Evaluated<'_, O>
where
    O: CostFunction<Param = P, Output = f64> + Gradient<Param = P, Gradient = P>,
    P: Parameter,
    DefaultAllocator: Allocator<P::Dimension>,
{
    #[inline(always)]
    fn value(&self, position: &OVector<f64, P::Dimension>) -> f64 {
        self.costs.set(self.costs.get() + 1);
        cost_at(self.problem, position).unwrap_or_else(|failure| {
            self.failure.borrow_mut().get_or_insert(failure);
            f64::NAN
        })
    }

    #[inline(always)]
    fn gradient(
        &self,
        position: &OVector<f64, P::Dimension>,
        gradient: &mut OVector<f64, P::Dimension>,
    ) {
        self.gradients.set(self.gradients.get() + 1);
        if let Err(failure) = gradient_into(self.problem, position, gradient) {
            self.failure.borrow_mut().get_or_insert(failure);
            gradient.fill(f64::NAN);
        }
    }
}

/// Runs `iteration` on the problem and counts its evaluations where argmin counts them.
pub(crate) fn counted<O, T>(
    problem: &mut Problem<O>,
    iteration: impl FnOnce(&Evaluated<'_, O>) -> Result<T, Error>,
) -> Result<T, Error> {
    let Some(inner) = &problem.problem else {
        return Err(Error::NoStart);
    };
    let evaluated = Evaluated::new(inner);
    let result = iteration(&evaluated);
    let (costs, gradients) = evaluated.counts();
    for (name, count) in [("cost_count", costs), ("gradient_count", gradients)] {
        if count > 0 {
            *problem.counts.entry(name).or_insert(0) += count;
        }
    }
    result
}

/// The cost at `position` after `iteration` steps, refused unless it is finite.
#[inline]
pub(crate) fn finite_cost<O, P>(
    problem: &Evaluated<'_, O>,
    position: &OVector<f64, P::Dimension>,
    iteration: u64,
) -> Result<f64, Error>
where
    O: CostFunction<Param = P, Output = f64> + Gradient<Param = P, Gradient = P>,
    P: Parameter,
    DefaultAllocator: Allocator<P::Dimension>,
{
    let cost = problem.value(position);
    if cost.is_finite() {
        return Ok(cost);
    }
    Err(problem
        .failure(iteration)
        .unwrap_or_else(|| Error::NonFiniteCost {
            iteration,
            cost,
            position: position.amax(),
        }))
}

pub(crate) fn all_finite<D: Dim>(vector: &OVector<f64, D>) -> bool
where
    DefaultAllocator: Allocator<D>,
{
    vector.iter().all(|component| component.is_finite())
}

/// A gradient that is not finite at a parameter beyond this size counts as divergence, as in heavyball.
const OVERFLOW: f64 = 1e50;

/// The error of the step after `iteration` steps whose result is not finite.
#[cold]
pub(crate) fn non_finite_step<O, D: Dim>(
    problem: &Evaluated<'_, O>,
    iteration: u64,
    position: f64,
    gradient: &OVector<f64, D>,
) -> Error
where
    DefaultAllocator: Allocator<D>,
{
    if let Some(error) = problem.failure(iteration) {
        return error;
    }
    if !all_finite(gradient) && position < OVERFLOW {
        return Error::NonFiniteGradient {
            iteration,
            position,
        };
    }
    Error::Diverged {
        iteration: iteration.saturating_add(1),
        position,
    }
}
