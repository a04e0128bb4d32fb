//! Family: the runs of one method, which differ in a single number, a step or a tolerance.

use crate::Error;
use crate::fixed_steps::FixedStep;
use crate::motion::{Method, Problem, Trajectory, Watch};
use crate::potentials::Potential;
use crate::study::IntegratorScheme;
use nalgebra::allocator::Allocator;
use nalgebra::{DefaultAllocator, DimAdd, DimSum};

/// The number that the runs of a [`Family`] differ in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Parameter {
    /// A fixed step Δt, in units of time.
    Step {
        /// Order of convergence of the method.
        order: usize,
        /// Gradients that a step costs.
        gradients: usize,
    },
    /// A relative and absolute tolerance for each step.
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

/// What [`WorkPrecision`](crate::study::WorkPrecision) measures: a method for each value of a parameter.
///
/// Implemented by [`Integrator`](super::Integrator) for the methods of this crate, and by [`IntegratorScheme`] for
/// any fixed step.
pub trait Family {
    /// Its name, for tables and legends.
    fn name(&self) -> String;

    /// What its runs differ in.
    ///
    /// # Errors
    /// Those of making the method.
    fn parameter(&self) -> Result<Parameter, Error>;

    /// The motion of `problem` at one `parameter`, or until `watch` stops it; an adaptive method asks `watch` after
    /// every step, the last included.
    ///
    /// # Errors
    /// Those of making the method and of [`Problem::solve`].
    fn solve<P, D>(
        &self,
        problem: &Problem<P, D>,
        parameter: f64,
        watch: Option<Watch<'_, D>>,
    ) -> Result<Trajectory<D>, Error>
    where
        P: Potential<f64, D>,
        D: DimAdd<D>,
        DefaultAllocator: Allocator<D> + Allocator<DimSum<D, D>>;
}

impl<F, M> Family for IntegratorScheme<F>
where
    F: Fn(f64) -> Result<M, Error>,
    M: FixedStep<f64>,
{
    fn name(&self) -> String {
        let named = (self.0)(1.0).map(|method| method.properties().name);
        named.unwrap_or("an integrator").to_owned()
    }

    fn parameter(&self) -> Result<Parameter, Error> {
        let properties = (self.0)(1.0)?.properties();
        Ok(Parameter::Step {
            order: properties.order,
            gradients: properties.gradients,
        })
    }

    fn solve<P, D>(
        &self,
        problem: &Problem<P, D>,
        parameter: f64,
        watch: Option<Watch<'_, D>>,
    ) -> Result<Trajectory<D>, Error>
    where
        P: Potential<f64, D>,
        D: DimAdd<D>,
        DefaultAllocator: Allocator<D> + Allocator<DimSum<D, D>>,
    {
        (self.0)(parameter)?.solve(problem, watch)
    }
}
