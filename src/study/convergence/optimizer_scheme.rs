//! OptimizerScheme: an optimiser as a solver of the heavy-ball equation, through a discretisation.
//!
//! (α, β) follow from (m, γ, Δt) by a row of [`Discretization`]; iterate k stands for the time kΔt. What
//! order this solver has depends on three choices: the row, the start v₀, and how a velocity ẋ is
//! read from the displacements v.

use crate::Error;
use crate::mapping::Discretization;
use crate::motion::Problem;
use crate::optimizers::{Momentum, Nesterov, UpdateRule};
use crate::particle::HeavyBall;
use crate::potentials::{Curvature, Potential};
use crate::study::StudyError;
use crate::study::convergence::{Curve, Reference, Scheme, Visit};
use crate::study::modified_equation::HessianDamped;
use crate::study::stability::Recursion;
use nalgebra::allocator::Allocator;
use nalgebra::{DefaultAllocator, Dim, DimAdd, DimSum, OVector};

/// The first displacement v₀, and the time that iterate 0 stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Start {
    /// v₀ = Δt·ẋ(0): order 1 for every row.
    Naive,
    /// v₀ = [`Discretization::start_velocity`], Δt·ẋ(0) − ½Δt²ẍ(0) + O(Δt³): the row's own order.
    Matched,
    /// v₀ = 0, as every framework starts: order 1 if iterate k stands for kΔt.
    Rest,
    /// v₀ = 0, iterate k standing for (k + ½)Δt: the order of the row, since x₋₁ = x₀ is rest between the two.
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

/// The two rules that have a particle.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Rule {
    Momentum,
    Nesterov,
}

/// An optimiser as a [`Scheme`], started right and read centrally unless told otherwise.
///
/// One gradient a step, and one more at the end for a central reading.
///
/// ```
/// use heavyball::prelude::*;
/// use heavyball::study::{OptimizerScheme, Start, StepLimit};
/// use nalgebra::vector;
///
/// // Momentum is a second-order solver, once mapped and started right ...
/// let problem = Problem::new(HeavyBall::new(1.0, 0.4)?, DoubleWell, vector![0.5, 1.0]).until(2.0);
/// let study = StepLimit::new(&problem).halvings(0.1, 5);
/// let order = |scheme| study.measure(&scheme).map(|table| table.position().fit.unwrap().order);
/// let momentum = OptimizerScheme::momentum(Discretization::CentralDrag);
/// assert!((order(momentum)? - 2.0).abs() < 0.05);
///
/// // ... and a first-order one from v₀ = 0, as frameworks start it.
/// assert!((order(momentum.with_start(Start::Rest))? - 1.0).abs() < 0.05);
/// # Ok::<(), heavyball::Error>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct OptimizerScheme {
    rule: Rule,
    discretization: Discretization,
    start: Start,
    reading: Reading,
}

impl OptimizerScheme {
    /// [`Momentum`] at the (α, β) of `discretization`.
    pub fn momentum(discretization: Discretization) -> Self {
        Self {
            rule: Rule::Momentum,
            discretization,
            start: Start::Matched,
            reading: Reading::Central,
        }
    }

    /// [`Nesterov`] at the (α, β) of `discretization`: order 1 under every row.
    pub fn nesterov(discretization: Discretization) -> Self {
        Self {
            rule: Rule::Nesterov,
            ..Self::momentum(discretization)
        }
    }

    /// Started like this.
    #[must_use]
    pub fn with_start(self, start: Start) -> Self {
        Self { start, ..self }
    }

    /// With ẋ read like this.
    #[must_use]
    pub fn with_reading(self, reading: Reading) -> Self {
        Self { reading, ..self }
    }

    /// v₀ for the problem's start.
    fn first_displacement<P, D>(
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

    fn visit<R, P, D>(
        &self,
        rule: &R,
        problem: &Problem<P, D>,
        (dt, steps): (f64, usize),
        visit: &mut Visit<'_, D>,
    ) -> Result<(), Error>
    where
        R: UpdateRule<f64> + Clone,
        P: Potential<f64, D>,
        D: Dim,
        DefaultAllocator: Allocator<D>,
    {
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
}

impl<'r, D: Dim + 'r> Reference<'r, D>
where
    DefaultAllocator: Allocator<D>,
    <DefaultAllocator as Allocator<D>>::Buffer<f64>: 'r,
{
    /// The equation that `scheme` really follows, from where it really starts: [`HessianDamped`] at each Δt.
    ///
    /// Whatever the row and the start, the iterates are second order to it: derivation (41).
    ///
    /// ```
    /// use heavyball::prelude::*;
    /// use heavyball::study::{OptimizerScheme, Reference, Start, StepLimit};
    /// use nalgebra::vector;
    ///
    /// let problem = Problem::new(HeavyBall::new(1.0, 0.4)?, DoubleWell, vector![0.5, 1.0]).until(2.0);
    /// let scheme = OptimizerScheme::nesterov(Discretization::ExplicitDrag).with_start(Start::Rest);
    /// let study = StepLimit::new(&problem).halvings(0.01, 5);
    /// let plain = study.measure(&scheme)?;
    /// assert!((plain.position().fit.unwrap().order - 1.0).abs() < 0.05);
    /// let modified = study.against(Reference::modified_equation(&problem, scheme));
    /// assert!((modified.measure(&scheme)?.position().fit.unwrap().order - 2.0).abs() < 0.05);
    /// # Ok::<(), heavyball::Error>(())
    /// ```
    pub fn modified_equation<P>(problem: &'r Problem<P, D>, scheme: OptimizerScheme) -> Self
    where
        P: Curvature<D>,
        D: DimAdd<D>,
        DefaultAllocator: Allocator<DimSum<D, D>>,
        <DefaultAllocator as Allocator<DimSum<D, D>>>::Buffer<f64>: 'r,
    {
        Self::each("its modified equation", move |dt| {
            let (alpha, beta) = scheme.discretization.coefficients(problem.ball(), dt)?;
            let potential = problem.potential();
            let equation = match scheme.rule {
                Rule::Momentum => {
                    HessianDamped::momentum(potential, &Momentum::new(alpha, beta)?, dt)
                }
                Rule::Nesterov => {
                    HessianDamped::nesterov(potential, &Nesterov::new(alpha, beta)?, dt)
                }
            }?;
            let position = problem.start().position;
            let displacement = scheme.first_displacement(problem, dt)?;
            let velocity = match scheme.start {
                // At rest half a step before iterate 0, which is where this start's time begins.
                Start::RestHalfStepEarly => displacement,
                _ => equation.start_velocity(&position, &displacement)?,
            };
            Curve::second_order(equation, problem.span(), &position, &velocity)
        })
    }
}

impl<P, D> Scheme<P, D> for OptimizerScheme
where
    P: Potential<f64, D>,
    D: Dim,
    DefaultAllocator: Allocator<D>,
{
    fn name(&self) -> String {
        let rule = match self.rule {
            Rule::Momentum => "Momentum",
            Rule::Nesterov => "Nesterov",
        };
        format!("{rule} · {}", self.discretization)
    }

    fn start(&self) -> String {
        let start = match self.start {
            Start::Naive => "naive start v₀ = Δt·ẋ(0)",
            Start::Matched => "right start",
            Start::Rest => "rest start",
            Start::RestHalfStepEarly => "rest start against X(t + Δt/2)",
        };
        match self.reading {
            Reading::Central => start.to_owned(),
            Reading::OneSided => format!("{start} · ẋ as v/Δt"),
        }
    }

    fn run(
        &self,
        problem: &Problem<P, D>,
        dt: f64,
        steps: usize,
        visit: &mut Visit<'_, D>,
    ) -> Result<(), Error> {
        let (ball, row) = (problem.ball(), self.discretization);
        match self.rule {
            Rule::Momentum => {
                let rule = Momentum::from_heavy_ball(ball, dt, row)?;
                self.visit(&rule, problem, (dt, steps), visit)
            }
            Rule::Nesterov => {
                let rule = Nesterov::from_heavy_ball(ball, dt, row)?;
                self.visit(&rule, problem, (dt, steps), visit)
            }
        }
    }

    fn growth(&self, ball: &HeavyBall, dt: f64, curvature: f64) -> Option<f64> {
        let (alpha, beta) = self.discretization.coefficients(ball, dt).ok()?;
        let recursion = match self.rule {
            Rule::Momentum => Recursion::Momentum,
            Rule::Nesterov => Recursion::Nesterov,
        };
        Some(recursion.spectral_radius(alpha * curvature, beta))
    }
}
