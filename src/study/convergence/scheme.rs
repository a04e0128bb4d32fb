//! Scheme: what a convergence study steps, an integrator or an optimiser, as positions and velocities in time.

use crate::Error;
use crate::fixed_steps::{FixedStep, Step};
use crate::motion::Problem;
use crate::particle::{HeavyBall, Phase};
use crate::potentials::{Potential, Quadratic};
use crate::study::convergence::PositionVelocity;
use crate::study::stability::Roots;
use nalgebra::allocator::Allocator;
use nalgebra::{DefaultAllocator, Dim, Vector1, vector};

/// What [`StepLimit`](crate::study::StepLimit) measures: something that steps through a [`Problem`].
///
/// Implemented for integrators by [`IntegratorScheme`] and for optimisers by
/// [`OptimizerScheme`](crate::study::OptimizerScheme); for anything else, say when it was where.
pub trait Scheme<P, D: Dim>
where
    DefaultAllocator: Allocator<D>,
{
    /// Its name, for tables and legends.
    fn name(&self) -> String;

    /// How it starts and how its velocity is read.
    fn start(&self) -> String;

    /// Shows `visit` the time, counted from the problem's start, and the motion after 0, 1, …, `steps`
    /// steps `dt`.
    ///
    /// # Errors
    /// Those of the method, of a run that diverges, and of `visit`.
    fn run(
        &self,
        problem: &Problem<P, D>,
        dt: f64,
        steps: usize,
        visit: &mut Visit<'_, D>,
    ) -> Result<(), Error>;

    /// The factor by which one step `dt` multiplies what it multiplies most on f = ½λx²: the spectral
    /// radius of its matrix; `None` if there is no such matrix.
    fn growth(&self, ball: &HeavyBall, dt: f64, curvature: f64) -> Option<f64>;
}

/// What sees the motion after each step: the index of the step, the time, position and velocity ẋ.
pub type Visit<'v, D> = dyn FnMut(usize, f64, &PositionVelocity<D>) -> Result<(), Error> + 'v;

/// A fixed-step integrator as a [`Scheme`], from the function that makes it for a step Δt.
///
/// ```
/// use heavyball::prelude::*;
/// use heavyball::study::{IntegratorScheme, StepLimit};
/// use nalgebra::vector;
///
/// let problem = Problem::new(HeavyBall::new(1.0, 0.4)?, DoubleWell, vector![0.5, 1.0]).until(2.0);
/// let table = StepLimit::new(&problem)
///     .halvings(0.1, 5)
///     .measure(&IntegratorScheme(Leapfrog::new))?;
/// assert!((table.position().fit.unwrap().order - 2.0).abs() < 0.05);
/// # Ok::<(), heavyball::Error>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct IntegratorScheme<F>(pub F);

impl<F, M> IntegratorScheme<F>
where
    F: Fn(f64) -> Result<M, Error>,
    M: FixedStep<f64>,
{
    /// One step on f = ½λx² as a matrix in (x, p), column by column.
    fn columns(&self, ball: &HeavyBall, dt: f64, curvature: f64) -> Result<[[f64; 2]; 2], Error> {
        let step = (self.0)(dt)?.step_for(ball, dt)?;
        let bowl = Quadratic::diagonal(vector![curvature])?;
        Ok([[1.0, 0.0], [0.0, 1.0]].map(|[x, p]| {
            let mut phase = Phase::new(vector![x], vector![p]);
            step.advance(&bowl, &mut phase, &mut Vector1::zeros());
            [phase.position.x, phase.momentum.x]
        }))
    }
}

impl<F, M, P, D> Scheme<P, D> for IntegratorScheme<F>
where
    F: Fn(f64) -> Result<M, Error>,
    M: FixedStep<f64>,
    P: Potential<f64, D>,
    D: Dim,
    DefaultAllocator: Allocator<D>,
{
    fn name(&self) -> String {
        let named = (self.0)(1.0).map(|method| method.properties().name);
        named.unwrap_or("an integrator").to_owned()
    }

    fn start(&self) -> String {
        "velocity p/m".to_owned()
    }

    fn run(
        &self,
        problem: &Problem<P, D>,
        dt: f64,
        steps: usize,
        visit: &mut Visit<'_, D>,
    ) -> Result<(), Error> {
        let (ball, method) = (problem.ball(), (self.0)(dt)?);
        let mut phases = method.phases(ball, problem.potential(), problem.start())?;
        for k in 0..=steps {
            let Some(phase) = phases.advance() else { break };
            let motion = (phase.position.clone(), ball.velocity(phase));
            visit(k, k as f64 * dt, &motion)?;
        }
        phases.failure().cloned().map_or(Ok(()), Err)
    }

    fn growth(&self, ball: &HeavyBall, dt: f64, curvature: f64) -> Option<f64> {
        let [[a, c], [b, d]] = self.columns(ball, dt, curvature).ok()?;
        Some(Roots::of(a + d, a * d - b * c).spectral_radius())
    }
}
