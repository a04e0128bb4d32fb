//! Family: the runs of one method, which differ in one parameter, a step or a tolerance.

use crate::Error;
use crate::fixed_steps::FixedStep;
use crate::motion::{Problem, Trajectory};
use crate::potentials::Potential;
use crate::study::IntegratorScheme;
use nalgebra::allocator::Allocator;
use nalgebra::{DefaultAllocator, DimAdd, DimSum, Owned};

/// The parameter in which the runs of a [`Family`] differ.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Parameter {
    /// A fixed step Δt, in units of time.
    Step {
        /// The order of convergence of the method.
        order: usize,
        /// The gradient evaluations per step.
        gradients: usize,
    },
    /// A tolerance for each step, both relative and absolute.
    Tolerance,
}

impl Parameter {
    /// Its name in tables: `dt` or `tolerance`.
    pub fn name(self) -> &'static str {
        match self {
            Self::Step { .. } => "dt",
            Self::Tolerance => "tolerance",
        }
    }
}

/// The runs that [`WorkPrecision`](crate::study::WorkPrecision) measures: a method for each value of a parameter.
///
/// Implemented by [`Integrator`](super::Integrator) for the methods of this crate, and by [`IntegratorScheme`] for any
/// fixed-step method.
pub trait Family {
    /// The name of the method, for tables and legends.
    fn name(&self) -> String;

    /// The parameter in which its runs differ.
    ///
    /// # Errors
    /// Those of the constructor of the method.
    fn parameter(&self) -> Result<Parameter, Error>;

    /// The motion of `problem` at one `parameter`.
    ///
    /// # Errors
    /// Those of the constructor of the method and of [`Problem::solve`].
    fn solve<P, D>(&self, problem: &Problem<P, D>, parameter: f64) -> Result<Trajectory<D>, Error>
    where
        P: Potential<f64, D>,
        D: DimAdd<D>,
        DefaultAllocator: Allocator<D> + Allocator<DimSum<D, D>>,
        Owned<f64, D>: Send + Sync,
        Owned<f64, DimSum<D, D>>: Send + Sync;
}

impl<F, M> Family for IntegratorScheme<F>
where
    F: Fn(f64) -> Result<M, Error>,
    M: FixedStep<f64>,
{
    fn name(&self) -> String {
        self.method_name().to_owned()
    }

    fn parameter(&self) -> Result<Parameter, Error> {
        let properties = (self.0)(1.0)?.properties();
        Ok(Parameter::Step {
            order: properties.order,
            gradients: properties.gradients,
        })
    }

    fn solve<P, D>(&self, problem: &Problem<P, D>, parameter: f64) -> Result<Trajectory<D>, Error>
    where
        P: Potential<f64, D>,
        D: DimAdd<D>,
        DefaultAllocator: Allocator<D> + Allocator<DimSum<D, D>>,
        Owned<f64, D>: Send + Sync,
        Owned<f64, DimSum<D, D>>: Send + Sync,
    {
        problem.solve(&(self.0)(parameter)?)
    }
}
