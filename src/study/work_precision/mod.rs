//! Work and precision: what accuracy costs, in gradients and in time, for any method.
//!
//! Each run is taken twice over: once with a potential that counts its gradients, which gives the count and the
//! error, and then several times on the bare potential against the clock. Compared at equal gradients, a fixed step
//! takes as many steps as it can afford, and an adaptive method the tolerance that uses the budget up.
//! Reference: E. Hairer, S. P. Nørsett, G. Wanner, *Solving Ordinary Differential Equations I*, 2nd ed., section II.10.

mod budget;
mod counted;
mod efficiency;
mod family;
mod integrator;
mod ranking;
mod run;

pub use efficiency::{Efficiency, Outcome, Work, efficiency_csv};
pub use family::{Family, Parameter};
pub use integrator::Integrator;
pub use ranking::{RankedRun, Ranking};

use crate::Error;
use crate::check::positive;
use crate::motion::Problem;
use crate::potentials::Potential;
use crate::study::convergence::family as sorted;
use crate::study::limits::Over;
use crate::study::{Curve, Distance};
use nalgebra::allocator::Allocator;
use nalgebra::{DefaultAllocator, DimAdd, DimSum};
use std::cell::OnceCell;

/// A study of what accuracy costs: errors of any [`Family`] of runs over gradients and over time.
///
/// Errors are the largest over the steps of a run, or at its end alone with [`Self::at_end`], in x and in ẋ, against the
/// problem's own motion by Dop853 at tolerance 1e-13 unless [`Self::against`] gives another curve. A run that leaves the region of
/// the motion, with an error of more than twice the motion's largest |x − x₀| or |ẋ|, or that fails on its way, has a row that says so, and so has one whose error is not above the reference's own.
///
/// Gradients are counted up to the last step. Dop853 takes one more afterwards, for values between the steps: it is in the time and not in the count. The time is the median over [`Self::repetitions`] of
/// [`Problem::solve`], or over as many as fit in 3 ms, storing the steps included; it holds for this machine and this moment.
///
/// Cost: each run `repetitions` + 1 times, 3 ms at the least; for an adaptive method within a budget, some forty counted runs more.
///
/// ```
/// use heavyball::prelude::*;
/// use heavyball::study::WorkPrecision;
/// use heavyball::study::work_precision::Integrator;
/// use nalgebra::vector;
///
/// let problem = Problem::new(HeavyBall::new(1.0, 0.2)?, DoubleWell, vector![0.5, 1.0]).until(10.0);
/// let study = WorkPrecision::new(&problem).named("double well");
/// let ranking = study.at_equal_gradients(1050, &Integrator::ALL)?;
/// println!("{ranking}");
/// assert_eq!(ranking.places()[0].method, "Dop853");
/// assert!(ranking.places().iter().all(|place| place.run.gradients <= 1050));
/// # Ok::<(), heavyball::Error>(())
/// ```
#[derive(Debug)]
pub struct WorkPrecision<'p, P, D: DimAdd<D>>
where
    DefaultAllocator: Allocator<D>,
{
    problem: &'p Problem<P, D>,
    name: String,
    budgets: Vec<usize>,
    tolerances: Vec<f64>,
    over: Over,
    repetitions: usize,
    reference: OnceCell<Curve<'p, D>>,
    extent: OnceCell<Distance>,
}

/// Divisible by the gradients a step of every fixed-step method of this crate.
const LEAST: usize = 105;

impl<'p, P, D> WorkPrecision<'p, P, D>
where
    P: Potential<f64, D>,
    D: DimAdd<D> + 'p,
    DefaultAllocator: Allocator<D> + Allocator<DimSum<D, D>>,
    <DefaultAllocator as Allocator<D>>::Buffer<f64>: 'p,
    <DefaultAllocator as Allocator<DimSum<D, D>>>::Buffer<f64>: 'p,
{
    /// The study on `problem`, whose span every run covers: 105·2ᵏ gradients for a fixed step, k = 0 to 9,
    /// and tolerances 1e-2 to 1e-11 for an adaptive method, five timed runs each.
    pub fn new(problem: &'p Problem<P, D>) -> Self {
        let ball = problem.ball();
        let study = Self {
            problem,
            name: format!("the ball m = {} γ = {}", ball.mass, ball.drag),
            budgets: Vec::new(),
            tolerances: (2..=11).map(|k| 10.0_f64.powi(-k)).collect(),
            over: Over::Run,
            repetitions: 5,
            reference: OnceCell::new(),
            extent: OnceCell::new(),
        };
        study.doublings(LEAST, 9)
    }

    /// With this name of the problem in tables.
    #[must_use]
    pub fn named(mut self, name: impl Into<String>) -> Self {
        self.name = name.into();
        self
    }

    /// The name of the problem in tables.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// With budgets for the fixed steps of `least` gradients and `count` doublings of them.
    #[must_use]
    pub fn doublings(mut self, least: usize, count: u32) -> Self {
        self.budgets = (0..=count)
            .map(|k| least.saturating_mul(2_usize.saturating_pow(k)))
            .collect();
        self
    }

    /// With these budgets for the fixed steps, in any order.
    #[must_use]
    pub fn budgets(mut self, budgets: &[usize]) -> Self {
        self.budgets = budgets.to_vec();
        self
    }

    /// With these tolerances for the adaptive methods, in any order.
    #[must_use]
    pub fn tolerances(mut self, tolerances: &[f64]) -> Self {
        self.tolerances = tolerances.to_vec();
        self
    }

    /// With the error at the end of each run alone.
    #[must_use]
    pub fn at_end(mut self) -> Self {
        self.over = Over::End;
        self
    }

    /// With the median time of so many runs, at least one; of more where they are short.
    #[must_use]
    pub fn repetitions(mut self, repetitions: usize) -> Self {
        self.repetitions = repetitions.max(1);
        self
    }

    /// Against another curve than the problem's own motion: a closed form, or a solution by other means.
    #[must_use]
    pub fn against(mut self, curve: Curve<'p, D>) -> Self {
        self.reference = OnceCell::from(curve);
        self.extent = OnceCell::new();
        self
    }

    /// The runs of `family` at each of the budgets, or of the tolerances.
    ///
    /// # Errors
    /// [`StudyError::TooFewSteps`](crate::error::StudyError::TooFewSteps) for fewer than three runs that differ, [`StudyError::RepeatedStep`](crate::error::StudyError::RepeatedStep) for a tolerance given twice,
    /// [`ParameterError::NotPositive`](crate::error::ParameterError::NotPositive); those of [`Self::run`] and [`Self::parameter_within`].
    pub fn measure<F: Family + ?Sized>(&self, family: &F) -> Result<Efficiency, Error> {
        let parameter = family.parameter()?;
        let values = match parameter {
            Parameter::Tolerance => self.tolerances.clone(),
            Parameter::Step { .. } => {
                let step = |budget: &usize| self.parameter_within(family, *budget);
                self.budgets.iter().map(step).collect::<Result<_, _>>()?
            }
        };
        // Budgets that buy the same number of steps are one run.
        let mut values: Vec<f64> = values;
        if let Parameter::Step { .. } = parameter {
            values.sort_by(f64::total_cmp);
            values.dedup();
        }
        let values = sorted(parameter.name(), &values)?;
        let runs = values.into_iter().map(|value| self.run(family, value));
        Ok(Efficiency {
            problem: self.name.clone(),
            method: family.name(),
            parameter,
            runs: runs.collect::<Result<_, _>>()?,
        })
    }

    /// Every family within the same `budget` of gradients, best first.
    ///
    /// Each at the step or tolerance of [`Self::parameter_within`].
    ///
    /// # Errors
    /// Those of [`Self::run`] and [`Self::parameter_within`].
    pub fn at_equal_gradients<F: Family>(
        &self,
        budget: usize,
        families: &[F],
    ) -> Result<Ranking, Error> {
        let place = |family: &F| {
            Ok(RankedRun {
                method: family.name(),
                parameter: family.parameter()?,
                run: self.run(family, self.parameter_within(family, budget)?)?,
            })
        };
        let places = families.iter().map(place).collect::<Result<_, Error>>()?;
        Ok(Ranking::of(self.name.clone(), budget, places))
    }

    fn span(&self) -> Result<f64, Error> {
        let (from, until) = self.problem.span();
        let span = until - from;
        positive("span", &span, "; a study follows time forward")?;
        Ok(span)
    }
}
