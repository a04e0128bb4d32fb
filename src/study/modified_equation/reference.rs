//! References: the modified equations as what a study is measured against.

use super::{CorrectedFlow, HessianDamped};
use crate::Error;
use crate::motion::Problem;
use crate::potentials::Curvature;
use crate::study::{Curve, OptimizerScheme, Reference, Start};
use nalgebra::allocator::Allocator;
use nalgebra::{DefaultAllocator, Dim, DimAdd, DimSum, OVector};

impl<'r, D: Dim> Reference<'r, D>
where
    DefaultAllocator: Allocator<D>,
{
    /// The modified equation of `scheme`, with the start of the scheme: [`HessianDamped`] at each Δt.
    ///
    /// Whatever the row and the start, the iterates follow it to second order: derivation (41).
    ///
    /// ```
    /// use heavyball::prelude::*;
    /// use heavyball::study::{Limit, OptimizerScheme, Reference, Start};
    /// use nalgebra::vector;
    ///
    /// let problem = Problem::new(HeavyBall::new(1.0, 0.4)?, DoubleWell, vector![0.5, 1.0]).until(2.0);
    /// let scheme = OptimizerScheme::nesterov(Discretization::ExplicitDrag).with_start(Start::Rest);
    /// let study = Limit::small_step(&problem, scheme).with_halvings(0.01, 5);
    /// assert!((study.measure()?.position().fit.unwrap().order - 1.0).abs() < 0.05);
    /// let modified = study.with_reference(Reference::modified_equation(&problem, scheme));
    /// assert!((modified.measure()?.position().fit.unwrap().order - 2.0).abs() < 0.05);
    /// # Ok::<(), heavyball::Error>(())
    /// ```
    pub fn modified_equation<P>(problem: &'r Problem<P, D>, scheme: OptimizerScheme) -> Self
    where
        P: Curvature<D>,
        D: DimAdd<D>,
        DefaultAllocator: Allocator<DimSum<D, D>>,
    {
        Self::each("its modified equation", move |dt| {
            let (alpha, beta) = scheme.discretization.coefficients(problem.ball(), dt)?;
            let potential = problem.potential();
            let equation = HessianDamped::of_rule(potential, scheme.rule, (alpha, beta), dt)?;
            let position = problem.start().position;
            let displacement = scheme.first_displacement(problem, dt)?;
            let velocity = match scheme.start {
                // At rest half a step before iterate 0, where the time of this start begins.
                Start::RestHalfStepEarly => displacement,
                _ => equation.start_velocity(&position, &displacement)?,
            };
            Curve::second_order(equation, problem.span(), &position, &velocity)
        })
    }

    /// The corrected flow that `flow` returns for each value of the parameter, until the time `until`, for a ball or an
    /// iteration that starts at `position` with `velocity`.
    ///
    /// ```
    /// use heavyball::prelude::*;
    /// use heavyball::study::modified_equation::CorrectedFlow;
    /// use heavyball::study::{Limit, Reference, Rule};
    /// use nalgebra::vector;
    ///
    /// let start = vector![0.5, 1.0];
    /// let flow = |alpha| CorrectedFlow::momentum(DoubleWell, &Momentum::new(alpha, 0.5)?);
    /// let table = Limit::small_rate(Rule::Momentum, 0.5, &DoubleWell, start)
    ///     .with_halvings(4e-3, 4)
    ///     .with_reference(Reference::corrected_flow(flow, start, vector![0.0, 0.0], 1.0))
    ///     .measure()?;
    /// assert!((table.position().fit.unwrap().order - 2.0).abs() < 0.05);
    /// # Ok::<(), heavyball::Error>(())
    /// ```
    pub fn corrected_flow<P>(
        flow: impl Fn(f64) -> Result<CorrectedFlow<P>, Error> + 'r,
        position: OVector<f64, D>,
        velocity: OVector<f64, D>,
        until: f64,
    ) -> Self
    where
        P: Curvature<D> + Clone + 'r,
    {
        Self::each("the corrected flow", move |parameter| {
            let flow = flow(parameter)?;
            let start = flow.start(&position, &velocity)?;
            Curve::flow(&flow, (0.0, until), &start)
        })
    }
}
