//! SolverMotion: the motion of a ball as ode_solvers recorded it, in phase space.

use crate::ode::adaptive::solver::SolverRun;
use crate::ode::{Span, Steps};
use crate::particle::{Phase, split};
use nalgebra::allocator::Allocator;
use nalgebra::{DefaultAllocator, Dim, DimAdd, DimSum};
use std::fmt::Debug;

/// What a [`Trajectory`](crate::Trajectory) asks of a run of ode_solvers.
///
/// A trait, so that the twice as large dimension of phase space stays out of the type of the trajectory: nalgebra adds
/// static dimensions up to 127 only.
pub(crate) trait SolverMotion<D: Dim>: Debug + Send + Sync
where
    DefaultAllocator: Allocator<D>,
{
    /// What the run covered.
    fn span(&self) -> Span;

    /// The times and phases of the steps, the start included.
    fn steps(&self) -> Steps<Phase<f64, D>>;

    /// The phase at `elapsed` since the start.
    fn at(&self, elapsed: f64) -> Option<Phase<f64, D>>;

    /// The phase after the last step, unless the solver listed none.
    fn last(&self) -> Option<Phase<f64, D>>;
}

/// A run of ode_solvers from `start`.
#[derive(Debug)]
pub(crate) struct PhaseSpaceRun<D>
where
    D: DimAdd<D>,
    DefaultAllocator: Allocator<D> + Allocator<DimSum<D, D>>,
{
    pub(crate) start: Phase<f64, D>,
    pub(crate) run: SolverRun<DimSum<D, D>>,
}

impl<D> PhaseSpaceRun<D>
where
    D: DimAdd<D>,
    DefaultAllocator: Allocator<D> + Allocator<DimSum<D, D>>,
{
    fn dimension(&self) -> D {
        self.start.position.shape_generic().0
    }
}

impl<D> SolverMotion<D> for PhaseSpaceRun<D>
where
    D: DimAdd<D>,
    DefaultAllocator: Allocator<D> + Allocator<DimSum<D, D>>,
    Self: Send + Sync,
{
    fn span(&self) -> Span {
        self.run.span
    }

    fn steps(&self) -> Steps<Phase<f64, D>> {
        let (mut times, mut states) = (vec![self.run.span.from], vec![self.start.clone()]);
        let (elapsed, reached) = self.run.steps();
        // The solver may or may not list the start.
        for (elapsed, state) in elapsed.iter().zip(reached).filter(|(at, _)| **at > 0.0) {
            times.push(self.run.span.time(*elapsed));
            states.push(split(state, self.dimension()));
        }
        (times, states)
    }

    fn at(&self, elapsed: f64) -> Option<Phase<f64, D>> {
        let state = self.run.at(elapsed);
        state.map(|state| split(&state, self.dimension()))
    }

    fn last(&self) -> Option<Phase<f64, D>> {
        let state = self.run.steps().1.last();
        state.map(|state| split(state, self.dimension()))
    }
}
