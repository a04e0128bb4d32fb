//! OptimizerScheme: an optimiser as a solver of the heavy-ball equation, through a discretisation.
//!
//! (α, β) follow from (m, γ, Δt) by a row of [`Discretization`]; iterate k corresponds to the time kΔt. The order of
//! this solver depends on three choices: the row, the start v₀, and how a velocity ẋ is read from the displacements v.

use crate::Error;
use crate::mapping::Discretization;
use crate::motion::Problem;
use crate::optimizers::UpdateRule;
use crate::particle::HeavyBall;
use crate::potentials::Potential;
use crate::study::convergence::{Label, Scheme, Visit};
use crate::study::{Rule, StudyError};
use nalgebra::allocator::Allocator;
use nalgebra::{DefaultAllocator, Dim, OVector};

/// The first displacement v₀, and the time that iterate 0 corresponds to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Start {
    /// v₀ = Δt·ẋ(0): order 1 for every row.
    Naive,
    /// v₀ = [`Discretization::start_velocity`], Δt·ẋ(0) − ½Δt²ẍ(0) + O(Δt³): the order of the row.
    Matched,
    /// v₀ = 0, as every framework starts: order 1 if iterate k corresponds to kΔt.
    Rest,
    /// v₀ = 0, iterate k corresponding to (k + ½)Δt: the order of the row, since x₋₁ = x₀ is rest between the two.
    RestHalfStepEarly,
}

/// How ẋ is read from the displacements v_k = x_k − x_{k−1}.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Reading {
    /// (v_k + v_{k+1})/2Δt, a central difference: second order.
    Central,
    /// v_k/Δt, a backward difference: first order.
    OneSided,
}

/// An optimiser as a [`Scheme`], with the consistent initial velocity and read centrally unless changed.
///
/// Cost: one gradient per step, and one more at the end for a central reading.
///
/// ```
/// use heavyball::prelude::*;
/// use heavyball::study::{Limit, OptimizerScheme, Start};
/// use nalgebra::vector;
///
/// // Momentum is a second-order solver, with the consistent initial velocity ...
/// let problem = Problem::new(HeavyBall::new(1.0, 0.4)?, DoubleWell, vector![0.5, 1.0]).until(2.0);
/// let order = |scheme: OptimizerScheme| {
///     let table = Limit::small_step(&problem, scheme).with_halvings(0.1, 5).measure();
///     table.map(|table| table.position().fit.unwrap().order)
/// };
/// let momentum = OptimizerScheme::momentum(Discretization::CentralDrag);
/// assert!((order(momentum)? - 2.0).abs() < 0.05);
///
/// // ... and a first-order solver from v₀ = 0, as frameworks start it.
/// assert!((order(momentum.with_start(Start::Rest))? - 1.0).abs() < 0.05);
/// # Ok::<(), heavyball::Error>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct OptimizerScheme {
    pub(in crate::study) rule: Rule,
    pub(in crate::study) discretization: Discretization,
    pub(in crate::study) start: Start,
    reading: Reading,
}

impl OptimizerScheme {
    /// `rule` with the (α, β) of `discretization`, with the consistent initial velocity and read centrally.
    pub fn new(rule: Rule, discretization: Discretization) -> Self {
        Self {
            rule,
            discretization,
            start: Start::Matched,
            reading: Reading::Central,
        }
    }

    /// [`Momentum`](crate::Momentum) with the (α, β) of `discretization`.
    pub fn momentum(discretization: Discretization) -> Self {
        Self::new(Rule::Momentum, discretization)
    }

    /// [`Nesterov`](crate::Nesterov) with the (α, β) of `discretization`: order 1 for every row.
    pub fn nesterov(discretization: Discretization) -> Self {
        Self::new(Rule::Nesterov, discretization)
    }

    /// With this start.
    #[must_use]
    pub fn with_start(self, start: Start) -> Self {
        Self { start, ..self }
    }

    /// With this reading of ẋ.
    #[must_use]
    pub fn with_reading(self, reading: Reading) -> Self {
        Self { reading, ..self }
    }

    /// v₀ for the start of the problem.
    pub(in crate::study) fn first_displacement<P, D>(
        &self,
        problem: &Problem<P, D>,
        dt: f64,
    ) -> Result<OVector<f64, D>, Error>
    where
        P: Potential<f64, D>,
        D: Dim,
        DefaultAllocator: Allocator<D>,
    {
        problem.check()?;
        let (ball, phase) = (problem.ball(), problem.start());
        let velocity = ball.velocity(&phase);
        match self.start {
            Start::Naive => Ok(velocity * dt),
            Start::Matched => {
                let mut gradient = phase.position.clone();
                problem.potential().gradient(&phase.position, &mut gradient);
                self.discretization
                    .start_velocity(ball, dt, &velocity, &gradient)
            }
            Start::Rest | Start::RestHalfStepEarly => {
                let speed = velocity.norm();
                if speed > 0.0 {
                    return Err(Error::Study(StudyError::NotAtRest { speed }));
                }
                Ok(velocity)
            }
        }
    }
}

impl<P, D> Scheme<P, D> for OptimizerScheme
where
    P: Potential<f64, D>,
    D: Dim,
    DefaultAllocator: Allocator<D>,
{
    fn name(&self) -> Label {
        Label::from(self.rule.name()).and(self.discretization.to_string())
    }

    fn start(&self) -> Label {
        let start = match self.start {
            Start::Naive => "naive start v₀ = Δt·ẋ(0)",
            Start::Matched => "right start",
            Start::Rest => "rest start",
            Start::RestHalfStepEarly => "rest start against X(t + Δt/2)",
        };
        match self.reading {
            Reading::Central => start.into(),
            Reading::OneSided => Label::from(start).and("ẋ as v/Δt"),
        }
    }

    fn run(
        &self,
        problem: &Problem<P, D>,
        dt: f64,
        steps: usize,
        visit: &mut Visit<'_, D>,
    ) -> Result<(), Error> {
        let (alpha, beta) = self.discretization.coefficients(problem.ball(), dt)?;
        let rule = self.rule.at(alpha, beta)?;
        let offset = match self.start {
            Start::RestHalfStepEarly => 0.5,
            _ => 0.0,
        };
        let displacement = self.first_displacement(problem, dt)?;
        let mut iterates = rule
            .iterates(problem.potential(), problem.start().position)
            .with_velocity(displacement);
        let mut current = iterates.next();
        for k in 0..=steps {
            let Some(iterate) = current else { break };
            let time = (k as f64 + offset) * dt;
            if self.reading == Reading::OneSided {
                let motion = (iterate.position, iterate.velocity / dt);
                visit(k, time, &motion)?;
                current = if k < steps { iterates.next() } else { None };
                continue;
            }
            current = iterates.next();
            let Some(next) = &current else { break };
            let velocity = (iterate.velocity + &next.velocity) / (2.0 * dt);
            visit(k, time, &(iterate.position, velocity))?;
        }
        iterates.failure().cloned().map_or(Ok(()), Err)
    }

    fn growth(&self, ball: &HeavyBall, dt: f64, curvature: f64) -> Option<f64> {
        let (alpha, beta) = self.discretization.coefficients(ball, dt).ok()?;
        let recursion = self.rule.recursion();
        Some(recursion.spectral_radius(alpha * curvature, beta))
    }
}
