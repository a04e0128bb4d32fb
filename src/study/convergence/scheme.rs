//! Scheme: an integrator or an optimiser as a sequence of positions and velocities in time.

use crate::Error;
use crate::fixed_steps::{FixedStep, Step};
use crate::motion::Problem;
use crate::ode::PositionVelocity;
use crate::particle::{HeavyBall, Phase};
use crate::potentials::{Potential, Quadratic};
use crate::study::convergence::Label;
use crate::study::stability::Roots;
use nalgebra::allocator::Allocator;
use nalgebra::{DefaultAllocator, Dim, Vector1, vector};

/// What [`Limit::small_step`](crate::study::Limit::small_step) measures: a method that advances a [`Problem`] step by
/// step.
///
/// Implemented for integrators by [`IntegratorScheme`] and for optimisers by
/// [`OptimizerScheme`](crate::study::OptimizerScheme); any other method reports its motion at each of its times.
pub trait Scheme<P, D: Dim>
where
    DefaultAllocator: Allocator<D>,
{
    /// The name of the method, for tables and legends.
    fn name(&self) -> Label;

    /// How the method starts and how its velocity is read.
    fn start(&self) -> Label;

    /// Calls `visit` with the index k, the time since the start of the problem and the motion after k = 0, 1, …,
    /// `steps` steps of `dt`.
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

    /// The spectral radius of the matrix of one step `dt` on f = ½λx², λ = `curvature`; `None` if the step is not
    /// linear there.
    fn growth(&self, ball: &HeavyBall, dt: f64, curvature: f64) -> Option<f64>;
}

impl<S, P, D> Scheme<P, D> for &S
where
    S: Scheme<P, D> + ?Sized,
    D: Dim,
    DefaultAllocator: Allocator<D>,
{
    fn name(&self) -> Label {
        (**self).name()
    }

    fn start(&self) -> Label {
        (**self).start()
    }

    fn run(
        &self,
        problem: &Problem<P, D>,
        dt: f64,
        steps: usize,
        visit: &mut Visit<'_, D>,
    ) -> Result<(), Error> {
        (**self).run(problem, dt, steps, visit)
    }

    fn growth(&self, ball: &HeavyBall, dt: f64, curvature: f64) -> Option<f64> {
        (**self).growth(ball, dt, curvature)
    }
}

/// Called after each step with the index of the step, the time, and position and velocity ẋ.
pub type Visit<'v, D> = dyn FnMut(usize, f64, &PositionVelocity<D>) -> Result<(), Error> + 'v;

/// A fixed-step integrator as a [`Scheme`], given the function that constructs it for a step Δt.
///
/// ```
/// use heavyball::prelude::*;
/// use heavyball::study::{IntegratorScheme, Limit};
/// use nalgebra::vector;
///
/// let problem = Problem::new(HeavyBall::new(1.0, 0.4)?, DoubleWell, vector![0.5, 1.0]).until(2.0);
/// let table = Limit::small_step(&problem, IntegratorScheme(Leapfrog::new))
///     .with_halvings(0.1, 5)
///     .measure()?;
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
    /// The name of the method; a method that refuses Δt = 1 has none.
    pub(in crate::study) fn method_name(&self) -> &'static str {
        let named = (self.0)(1.0).map(|method| method.properties().name);
        named.unwrap_or("an integrator")
    }

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
    fn name(&self) -> Label {
        self.method_name().into()
    }

    fn start(&self) -> Label {
        "velocity p/m".into()
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
