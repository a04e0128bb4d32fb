//! Followed: which equations an optimiser (α, β) follows, to what order, from which start, and with what residual.
//!
//! In units of time in which m = 1, the rule is the ball γ = (1 − β)/√α with steps Δt = √α, by (10). As Δt → 0 for that
//! ball the iterates tend to its motion, and one order faster to that of the effective particle (23) or of Nesterov's
//! equation (41); as α → 0 at this β, to gradient flow (37).

use super::{Equation, Limit, ReadAt};
use crate::Error;
use crate::mapping::{Discretization, Gauge};
use crate::motion::Problem;
use crate::optimizers::{Momentum, Nesterov};
use crate::particle::HeavyBall;
use crate::potentials::{Curvature, Potential};
use crate::study::convergence::shown;
use crate::study::{
    Convergence, OptimizerScheme, Reference, Rule, SmallParameter, Start, StudyError,
};
use nalgebra::allocator::Allocator;
use nalgebra::{DefaultAllocator, Dim, DimAdd, DimSum, OVector};
use std::fmt;

/// The equations that an optimiser follows from v₀ = 0, the start of every framework, each with its measured order and
/// its residual: the distance of the iterates from it at the optimiser's own α.
///
/// `Display` gives the answer as a table, [`Self::tables`] the errors behind it, for
/// [`convergence_csv`](crate::study::convergence_csv) and, with the feature `plot`, `study::figure`. For other starts,
/// rows and readings use [`Limit::small_step`].
///
/// Gradient flow is compared from the start on, where the iterates are at rest and the flow is not: order 0 in ẋ.
///
/// Cost: about 260 times `iterations` gradients for each equation in Δt and 8200 times for gradient flow, and a
/// reference solution for each step.
///
/// ```
/// use heavyball::prelude::*;
/// use heavyball::study::{Followed, ReadAt};
/// use nalgebra::vector;
///
/// let rule = Momentum::new(0.01, 0.9)?;
/// let followed = Followed::by_momentum(&rule, &DoubleWell, vector![0.5, 1.0], 50)?;
/// println!("{followed}");
///
/// // The residual is smallest against the effective particle, read half a step late: order 2.
/// let closest = followed.closest().unwrap();
/// assert_eq!(closest.equation, "0.95 ẍ + 1 ẋ + ∇f = 0");
/// assert_eq!(closest.read_at, ReadAt::HalfStepLate);
/// assert!((closest.order().fit.unwrap().order - 2.0).abs() < 0.05);
/// assert!(closest.residual() < 1e-2); // 8e-2 against the plain ball
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

/// Halvings of the optimiser's own step.
const HALVINGS: u16 = 7;
/// Halvings of its rate: the initial layer of 1/(1 − β) iterations must become short before the power law shows.
const RATE_HALVINGS: u16 = 12;
/// The discretisation of Sutskever's form.
const ROW: Discretization = Discretization::ExplicitDrag;

impl Followed {
    /// The equations of momentum on `potential` from `start`, over `iterations` iterations.
    ///
    /// # Errors
    /// [`RuleError::BetaOutOfRange`](crate::error::RuleError::BetaOutOfRange) and
    /// [`ParameterError::NotPositive`](crate::error::ParameterError::NotPositive) for the rule;
    /// [`StudyError::NothingCompared`] for no iteration; those of the runs and of [`Limit::measure`].
    pub fn by_momentum<P, D>(
        rule: &Momentum,
        potential: &P,
        start: OVector<f64, D>,
        iterations: u32,
    ) -> Result<Self, Error>
    where
        P: Potential<f64, D>,
        D: DimAdd<D>,
        DefaultAllocator: Allocator<D> + Allocator<DimSum<D, D>>,
    {
        let study = Study::new(Rule::Momentum, *rule, potential, start, iterations)?;
        let effective = rule.effective_particle(study.dt)?;
        let reference = Reference::effective_particle(&study.problem, ROW);
        study.followed(of_ball(&effective), reference)
    }

    /// The equations of Nesterov's rule.
    ///
    /// # Errors
    /// The errors of [`Self::by_momentum`].
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
        D: DimAdd<D>,
        DefaultAllocator: Allocator<D> + Allocator<DimSum<D, D>>,
    {
        let rule = Momentum::new(rule.alpha, rule.beta)?;
        let study = Study::new(Rule::Nesterov, rule, potential, start, iterations)?;
        let HeavyBall { mass, drag } = rule.effective_particle(study.dt)?;
        let of_hessian = shown(rule.beta * study.dt);
        let damped = format!(
            "{} ẍ + ({} + {of_hessian}∇²f)ẋ + ∇f = 0",
            shown(mass),
            shown(drag)
        );
        let reference = Reference::modified_equation(&study.problem, study.late());
        study.followed(damped, reference)
    }

    /// The equations, in the order of the table.
    pub fn equations(&self) -> &[Equation] {
        &self.equations
    }

    /// The step Δt = √α in time units in which the mass is 1.
    pub fn dt(&self) -> f64 {
        self.dt
    }

    /// The equation with the smallest residual.
    pub fn closest(&self) -> Option<&Equation> {
        let equations = self.equations.iter();
        equations.min_by(|one, other| one.residual().total_cmp(&other.residual()))
    }

    /// The errors behind the answer, over Δt: all except those of gradient flow, which are over α.
    pub fn tables(&self) -> Vec<Convergence> {
        let is_over_dt = |row: &&Equation| row.parameter() == SmallParameter::Step;
        let over_dt = self.equations.iter().filter(is_over_dt);
        over_dt.map(|row| row.table.clone()).collect()
    }
}

/// What the equations have in common.
struct Study<'p, P, D: Dim>
where
    DefaultAllocator: Allocator<D>,
{
    rule: Rule,
    /// α and β, of either rule.
    coefficients: Momentum,
    potential: &'p P,
    problem: Problem<&'p P, D>,
    dt: f64,
    iterations: u32,
}

impl<'p, P, D> Study<'p, P, D>
where
    P: Potential<f64, D>,
    D: DimAdd<D>,
    DefaultAllocator: Allocator<D> + Allocator<DimSum<D, D>>,
{
    fn new(
        rule: Rule,
        Momentum { alpha, beta }: Momentum,
        potential: &'p P,
        start: OVector<f64, D>,
        iterations: u32,
    ) -> Result<Self, Error> {
        let coefficients = Momentum::new(alpha, beta)?;
        let (ball, dt) = coefficients.to_heavy_ball(ROW, Gauge::Mass(1.0))?;
        let problem = Problem::new(ball, potential, start).until(f64::from(iterations) * dt);
        if iterations == 0 {
            let name = SmallParameter::Step.name();
            let refusal = StudyError::NothingCompared {
                name,
                parameter: dt,
            };
            return Err(Error::Study(refusal));
        }
        Ok(Self {
            rule,
            coefficients,
            potential,
            problem,
            dt,
            iterations,
        })
    }

    /// The rule from v₀ = 0, read half a step late.
    fn late(&self) -> OptimizerScheme {
        OptimizerScheme::new(self.rule, ROW).with_start(Start::RestHalfStepEarly)
    }

    /// The study of `scheme` over halvings of the optimiser's own step.
    fn over_dt(&self, scheme: OptimizerScheme) -> Limit<'_, D> {
        Limit::small_step(&self.problem, scheme)
            .with_halvings(self.dt, HALVINGS)
            .down_to_the_reference()
    }

    /// Gradient flow, or why it cannot be compared.
    fn flow(&self) -> Result<Equation, String> {
        let Momentum { alpha, beta } = self.coefficients;
        if beta >= 1.0 {
            return Err("β = 1 has no drag".to_owned());
        }
        let start = self.problem.start().position;
        let until = f64::from(self.iterations) * alpha / (1.0 - beta);
        let table = Limit::small_rate(self.rule, beta, self.potential, start)
            .until(until)
            .with_errors_since(0.0)
            .with_halvings(alpha, RATE_HALVINGS)
            .down_to_the_reference()
            .measure();
        let table = table.map_err(|error| error.to_string())?;
        let name = format!("{} ẋ + ∇f = 0", shown(self.problem.ball().drag));
        Ok(Equation::new(name, ReadAt::Step, table))
    }

    /// The ball of mass 1, read at the iterates' own times and half a step late; the equation `name`, whose motion is
    /// `reference`; and gradient flow, or why it is not among them.
    fn followed(&self, name: String, reference: Reference<'_, D>) -> Result<Followed, Error> {
        let (ball, late) = (of_ball(self.problem.ball()), self.late());
        let early = self.over_dt(late.with_start(Start::Rest)).measure()?;
        let plain = self.over_dt(late).measure()?;
        let own = self.over_dt(late).with_reference(reference).measure()?;
        let mut equations = vec![
            Equation::new(ball.clone(), ReadAt::Step, early),
            Equation::new(ball, ReadAt::HalfStepLate, plain),
            Equation::new(name, ReadAt::HalfStepLate, own),
        ];
        let no_flow = self.flow().map(|flow| equations.push(flow)).err();
        let Momentum { alpha, beta } = self.coefficients;
        Ok(Followed {
            rule: format!("{} α = {}, β = {beta}", self.rule, shown(alpha)),
            dt: self.dt,
            iterations: self.iterations,
            equations,
            no_flow,
        })
    }
}

fn of_ball(ball: &HeavyBall) -> String {
    format!("{} ẍ + {} ẋ + ∇f = 0", shown(ball.mass), shown(ball.drag))
}

impl fmt::Display for Followed {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (rule, iterations, dt) = (&self.rule, self.iterations, shown(self.dt));
        writeln!(
            out,
            "{rule} from v₀ = 0, {iterations} iterations; time in units with m = 1, Δt = √α = {dt}"
        )?;
        let width = self
            .equations
            .iter()
            .map(|row| row.equation.chars().count());
        let width = width.max().unwrap_or(0).max(8);
        writeln!(
            out,
            "  {:<width$}  {:<10} {:<7} {:>14} {:>14}  {:>14}",
            "equation", "x_k read at", "limit", "order in x", "order in ẋ", "residual in x"
        )?;
        for row in &self.equations {
            let [x, u] = [row.order(), row.velocity_order()].map(|order| match &order.fit {
                Some(fit) => fit.to_string(),
                None => "rounding".to_owned(),
            });
            writeln!(
                out,
                "  {:<width$}  {:<11} {:<7} {x:>14} {u:>14}  {:>14.2e}",
                row.equation,
                row.read_at,
                format!("{} → 0", row.parameter().symbol()),
                row.residual()
            )?;
        }
        if let Some(reason) = &self.no_flow {
            writeln!(out, "  no gradient flow: {reason}")?;
        }
        Ok(())
    }
}
