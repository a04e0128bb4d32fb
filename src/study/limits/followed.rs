//! Followed: which equations an optimiser (α, β) follows, to what order, from which start, and what is left over.
//!
//! In units of time in which m = 1, the rule is the ball γ = (1 − β)/√α at steps Δt = √α, by (10). As Δt → 0 at that ball the iterates tend to
//! its motion, and one order faster to that of the effective particle (23) or of Nesterov's equation (41); as α → 0 at
//! this β, to gradient flow (37).

use crate::Error;
use crate::mapping::{Discretization, Gauge};
use crate::motion::Problem;
use crate::optimizers::{Momentum, Nesterov};
use crate::particle::HeavyBall;
use crate::potentials::{Curvature, Potential};
use crate::study::StudyError;
use crate::study::convergence::shown;
use crate::study::limits::{SmallRateLimit, StepLimit};
use crate::study::{Convergence, OptimizerScheme, Order, Reference, Start};
use nalgebra::allocator::Allocator;
use nalgebra::{DefaultAllocator, Dim, DimAdd, DimSum, OVector};
use std::fmt;

/// The equations that an optimiser follows from v₀ = 0, the start of every framework, each with its measured order and with
/// the distance from it at the optimiser's own α.
///
/// `Display` gives the answer as a table, [`Self::tables`] the errors behind it, for [`convergence_csv`](crate::study::convergence_csv) and, with the feature
/// `plot`, `study::figure`. For other starts, rows and readings take [`StepLimit`] itself.
///
/// Gradient flow is compared from the start on, where the iterates are at rest and the flow is not: its order in ẋ is 0.
///
/// Cost: about 260 times `iterations` gradients for each equation in Δt and 8200 times for gradient flow, and a reference for each step.
///
/// ```
/// use heavyball::prelude::*;
/// use heavyball::study::Followed;
/// use nalgebra::vector;
///
/// let rule = Momentum::new(0.01, 0.9)?;
/// let followed = Followed::by_momentum(&rule, &DoubleWell, vector![0.5, 1.0], 50)?;
/// println!("{followed}");
///
/// // What is left over is least against the effective particle, read half a step late: order 2.
/// let closest = followed.closest().unwrap();
/// assert_eq!(closest.equation, "0.95 ẍ + 1 ẋ + ∇f = 0");
/// assert_eq!(closest.read_at, "(k + ½)Δt");
/// assert!((closest.order().fit.unwrap().order - 2.0).abs() < 0.05);
/// assert!(closest.left_over() < 1e-2); // the plain ball leaves 8e-2
/// # Ok::<(), heavyball::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct Followed {
    rule: String,
    dt: f64,
    iterations: u32,
    equations: Vec<Equation>,
    /// Why gradient flow is not among them.
    no_flow: Option<String>,
}

/// One equation, and how the iterates compare with it.
#[derive(Debug, Clone, PartialEq)]
pub struct Equation {
    /// The equation, with its numbers.
    pub equation: String,
    /// The time that iterate k stands for.
    pub read_at: &'static str,
    /// The limit in which the iterates tend to it.
    pub limit: &'static str,
    /// The errors: the first row is the optimiser itself.
    pub table: Convergence,
    /// The same without the coarse rows.
    fine: Convergence,
}

impl Equation {
    /// The order in x, over the five finest runs.
    pub fn order(&self) -> &Order {
        self.fine.position()
    }

    /// The order in ẋ, over the five finest runs.
    pub fn velocity_order(&self) -> &Order {
        self.fine.velocity()
    }

    /// How far the optimiser's own iterates are from the equation at most, in x.
    pub fn left_over(&self) -> f64 {
        let own = self.table.rows().first();
        own.map_or(f64::NAN, |row| row.error.position)
    }
}

/// The limit at a fixed ball.
const OVER_DT: &str = "Δt → 0";
/// The limit at a fixed β.
const OVER_ALPHA: &str = "α → 0";
/// Halvings of the optimiser's own step.
const HALVINGS: u16 = 7;
/// Halvings of its rate: the layer of 1/(1 − β) iterations must become short before the power law shows.
const RATE_HALVINGS: u16 = 12;
/// Runs whose errors give the order.
const FINEST: usize = 5;

impl Followed {
    /// The equations of momentum on `potential` from `start`, over `iterations` iterations.
    ///
    /// # Errors
    /// [`RuleError::BetaOutOfRange`](crate::error::RuleError::BetaOutOfRange) and [`ParameterError::NotPositive`](crate::error::ParameterError::NotPositive) for the rule; [`StudyError::NothingCompared`] for no iteration; those of
    /// the runs and of [`StepLimit::measure`].
    pub fn by_momentum<P, D>(
        rule: &Momentum,
        potential: &P,
        start: OVector<f64, D>,
        iterations: u32,
    ) -> Result<Self, Error>
    where
        P: Potential<f64, D>,
        D: DimAdd<D> + 'static,
        DefaultAllocator: Allocator<D> + Allocator<DimSum<D, D>>,
    {
        let study = Study::new(rule, potential, start, iterations)?;
        let row = Discretization::ExplicitDrag;
        let scheme = OptimizerScheme::momentum(row);
        let effective = rule.effective_particle(study.dt)?;
        let reference = Reference::effective_particle(&study.problem, row);
        let mut equations = study.plain(scheme)?;
        equations.push(study.late(of_ball(&effective), scheme, Some(reference))?);
        let flow = study.flow(SmallRateLimit::momentum);
        Ok(study.followed("Momentum", equations, flow))
    }

    /// The equations of Nesterov's rule.
    ///
    /// # Errors
    /// As for [`Self::by_momentum`].
    ///
    /// ```
    /// use heavyball::prelude::*;
    /// use heavyball::study::Followed;
    /// use nalgebra::vector;
    ///
    /// let rule = Nesterov::new(0.01, 0.9)?;
    /// let followed = Followed::by_nesterov(&rule, &DoubleWell, vector![0.5, 1.0], 50)?;
    /// let closest = followed.closest().unwrap();
    /// assert_eq!(closest.equation, "0.95 ẍ + (1 + 0.09∇²f)ẋ + ∇f = 0");
    /// assert!((closest.order().fit.unwrap().order - 2.0).abs() < 0.05);
    /// # Ok::<(), heavyball::Error>(())
    /// ```
    pub fn by_nesterov<P, D>(
        rule: &Nesterov,
        potential: &P,
        start: OVector<f64, D>,
        iterations: u32,
    ) -> Result<Self, Error>
    where
        P: Curvature<D>,
        D: DimAdd<D> + 'static,
        DefaultAllocator: Allocator<D> + Allocator<DimSum<D, D>>,
    {
        let rule = Momentum::new(rule.alpha, rule.beta)?;
        let study = Study::new(&rule, potential, start, iterations)?;
        let scheme = OptimizerScheme::nesterov(Discretization::ExplicitDrag);
        let scheme = scheme.with_start(Start::RestHalfStepEarly);
        let HeavyBall { mass, drag } = rule.effective_particle(study.dt)?;
        let of_hessian = shown(rule.beta * study.dt);
        let damped = format!(
            "{} ẍ + ({} + {of_hessian}∇²f)ẋ + ∇f = 0",
            shown(mass),
            shown(drag)
        );
        let reference = Reference::modified_equation(&study.problem, scheme);
        let mut equations = study.plain(scheme)?;
        equations.push(study.late(damped, scheme, Some(reference))?);
        let flow = study.flow(SmallRateLimit::nesterov);
        Ok(study.followed("Nesterov", equations, flow))
    }

    /// The equations, in the order of the table.
    pub fn equations(&self) -> &[Equation] {
        &self.equations
    }

    /// The step Δt = √α in time units in which the mass is 1.
    pub fn dt(&self) -> f64 {
        self.dt
    }

    /// The equation from which least is left over.
    pub fn closest(&self) -> Option<&Equation> {
        let equations = self.equations.iter();
        equations.min_by(|one, other| one.left_over().total_cmp(&other.left_over()))
    }

    /// The errors behind the answer, over Δt: all but that of gradient flow, which is over α.
    pub fn tables(&self) -> Vec<Convergence> {
        let over_dt = self.equations.iter().filter(|row| row.limit == OVER_DT);
        over_dt.map(|row| row.table.clone()).collect()
    }
}

/// What the equations share.
struct Study<'p, P, D: Dim>
where
    DefaultAllocator: Allocator<D>,
{
    rule: Momentum,
    potential: &'p P,
    problem: Problem<&'p P, D>,
    dt: f64,
    iterations: u32,
}

impl<'p, P, D> Study<'p, P, D>
where
    P: Potential<f64, D>,
    D: DimAdd<D> + 'static,
    DefaultAllocator: Allocator<D> + Allocator<DimSum<D, D>>,
{
    fn new(
        rule: &Momentum,
        potential: &'p P,
        start: OVector<f64, D>,
        iterations: u32,
    ) -> Result<Self, Error> {
        let rule = Momentum::new(rule.alpha, rule.beta)?;
        let (ball, dt) = rule.to_heavy_ball(Discretization::ExplicitDrag, Gauge::Mass(1.0))?;
        let problem = Problem::new(ball, potential, start).until(f64::from(iterations) * dt);
        if iterations == 0 {
            let (name, parameter) = ("dt", dt);
            return Err(Error::Study(StudyError::NothingCompared {
                name,
                parameter,
            }));
        }
        Ok(Self {
            rule,
            potential,
            problem,
            dt,
            iterations,
        })
    }

    /// The ball of mass 1, read at the iterates' own times and half a step late.
    fn plain(&self, scheme: OptimizerScheme) -> Result<Vec<Equation>, Error> {
        let ball = of_ball(self.problem.ball());
        let early = scheme.with_start(Start::Rest);
        let study = StepLimit::new(&self.problem)
            .halvings(self.dt, HALVINGS)
            .down_to_the_reference();
        let table = study.measure(&early)?;
        let at_once = equation(ball.clone(), "kΔt", OVER_DT, table);
        Ok(vec![at_once, self.late(ball, scheme, None)?])
    }

    /// An equation read half a step late; the ball's own without a reference.
    fn late(
        &self,
        name: String,
        scheme: OptimizerScheme,
        reference: Option<Reference<'_, D>>,
    ) -> Result<Equation, Error> {
        let scheme = scheme.with_start(Start::RestHalfStepEarly);
        let study = StepLimit::new(&self.problem)
            .halvings(self.dt, HALVINGS)
            .down_to_the_reference();
        let table = match reference {
            Some(reference) => study.against(reference).measure(&scheme)?,
            None => study.measure(&scheme)?,
        };
        Ok(equation(name, "(k + ½)Δt", OVER_DT, table))
    }

    /// Gradient flow, if there is drag.
    fn flow(
        &self,
        limit: impl Fn(&'p P, f64, OVector<f64, D>) -> SmallRateLimit<'p, P, D>,
    ) -> Result<Option<Equation>, Error> {
        let Momentum { alpha, beta } = self.rule;
        if beta >= 1.0 {
            return Ok(None);
        }
        let start = self.problem.start().position;
        let until = f64::from(self.iterations) * alpha / (1.0 - beta);
        let table = limit(self.potential, beta, start)
            .until(until)
            .since(0.0)
            .halvings(alpha, RATE_HALVINGS)
            .down_to_the_reference()
            .measure()?;
        let name = format!("{} ẋ + ∇f = 0", shown(self.problem.ball().drag));
        Ok(Some(equation(name, "kΔt", OVER_ALPHA, table)))
    }

    /// The answer; one without gradient flow says why, and is none the worse for it.
    fn followed(
        &self,
        rule: &str,
        mut equations: Vec<Equation>,
        flow: Result<Option<Equation>, Error>,
    ) -> Followed {
        let no_flow = match flow {
            Ok(Some(flow)) => {
                equations.push(flow);
                None
            }
            Ok(None) => Some("β = 1 has no drag".to_owned()),
            Err(error) => Some(error.to_string()),
        };
        Followed {
            rule: format!(
                "{rule} α = {}, β = {}",
                shown(self.rule.alpha),
                self.rule.beta
            ),
            dt: self.dt,
            iterations: self.iterations,
            equations,
            no_flow,
        }
    }
}

fn equation(
    equation: String,
    read_at: &'static str,
    limit: &'static str,
    table: Convergence,
) -> Equation {
    let fine = table.finest(FINEST);
    Equation {
        equation,
        read_at,
        limit,
        table,
        fine,
    }
}

fn of_ball(ball: &HeavyBall) -> String {
    format!("{} ẍ + {} ẋ + ∇f = 0", shown(ball.mass), shown(ball.drag))
}

impl fmt::Display for Followed {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            rule,
            dt,
            iterations,
            equations,
            no_flow,
        } = self;
        let dt = shown(*dt);
        writeln!(
            out,
            "{rule} from v₀ = 0, {iterations} iterations; time in units with m = 1, Δt = √α = {dt}"
        )?;
        let width = equations.iter().map(|row| row.equation.chars().count());
        let width = width.max().unwrap_or(0).max(8);
        writeln!(
            out,
            "  {:<width$}  {:<10} {:<7} {:>14} {:>14}  {:>11}",
            "equation", "x_k read at", "limit", "order in x", "order in ẋ", "left over in x"
        )?;
        for row in equations {
            let [x, u] = [row.order(), row.velocity_order()].map(|order| match &order.fit {
                Some(fit) => fit.to_string(),
                None => "rounding".to_owned(),
            });
            writeln!(
                out,
                "  {:<width$}  {:<11} {:<7} {x:>14} {u:>14}  {:>14.2e}",
                row.equation,
                row.read_at,
                row.limit,
                row.left_over()
            )?;
        }
        if let Some(reason) = no_flow {
            writeln!(out, "  no gradient flow: {reason}")?;
        }
        Ok(())
    }
}
