//! Work and precision: the cost of accuracy, in gradients and in time, for any method.
//!
//! Each solution is computed once on a potential that counts gradient evaluations, for the count and the error, and
//! then several times on the plain potential, for the time. At equal gradients a fixed step takes as many steps as the
//! budget allows, and an adaptive method the tolerance that uses up the budget. Reference: E. Hairer, S. P. Nørsett, G.
//! Wanner, *Solving Ordinary Differential Equations I*, 2nd ed., section II.10.

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
use crate::study::convergence::Over;
use crate::study::convergence::family as sorted;
use crate::study::{Curve, Distance};
use nalgebra::allocator::Allocator;
use nalgebra::{DefaultAllocator, Dim, DimAdd, DimSum, Dyn, Owned};
use std::cell::OnceCell;

/// A study of the cost of accuracy: the errors of any [`Family`] of runs over gradients and over time.
///
/// Errors are the largest over the steps of a run, or those at its end with [`Self::with_error_at_end`], in x and in ẋ,
/// against the motion of the problem by Dop853 at tolerance 1e-13, or another curve by [`Self::with_reference`]. The
/// row of a run reports if its error exceeds twice the largest |x − x₀| or |ẋ| of the motion, if it fails before its
/// end, or if its error is not above that of the reference.
///
/// Gradients are those of the steps, without those of dense output, which no method here has. The time is the median over [`Self::with_repetitions`] of [`Problem::solve`], or over
/// as many as fit in 3 ms, including the storage of the steps; it depends on the machine and its load.
///
/// Cost: each run is solved `repetitions` + 1 times, for at least 3 ms; an adaptive method within a budget needs some
/// forty counted runs more.
///
/// ```
/// use heavyball::prelude::*;
/// use heavyball::study::WorkPrecision;
/// use heavyball::study::work_precision::Integrator;
/// use nalgebra::vector;
///
/// let problem = Problem::new(HeavyBall::new(1.0, 0.2)?, DoubleWell, vector![0.5, 1.0]).until(10.0);
/// let study = WorkPrecision::new(&problem).with_name("double well");
/// let ranking = study.at_equal_gradients(1050, &Integrator::ALL)?;
/// println!("{ranking}");
/// assert_eq!(ranking.places()[0].method, "Nystrom12");
/// assert!(ranking.places().iter().all(|place| place.run.gradients <= 1050));
/// # Ok::<(), heavyball::Error>(())
/// ```
#[derive(Debug)]
pub struct WorkPrecision<'p, P, D: Dim = Dyn>
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

/// Divisible by the gradients per step of every fixed-step method of this crate.
const LEAST: usize = 105;

impl<'p, P, D> WorkPrecision<'p, P, D>
where
    P: Potential<f64, D>,
    D: DimAdd<D>,
    DefaultAllocator: Allocator<D> + Allocator<DimSum<D, D>>,
    Owned<f64, D>: Send + Sync,
    Owned<f64, DimSum<D, D>>: Send + Sync,
{
    /// The study on `problem`, whose span every run covers: 105·2ᵏ gradients for a fixed step, k = 0 to 9, and
    /// tolerances 1e-2 to 1e-11 for an adaptive method, with five timed runs each.
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
        study.with_doublings(LEAST, 9)
    }

    /// With this name of the problem in tables.
    #[must_use]
    pub fn with_name(mut self, name: impl Into<String>) -> Self {
        self.name = name.into();
        self
    }

    /// The name of the problem in tables.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// With a budget of `least` gradients for the fixed steps, and `count` doublings of it.
    #[must_use]
    pub fn with_doublings(mut self, least: usize, count: u32) -> Self {
        // Beyond that all budgets are the largest number.
        self.budgets = (0..=count.min(usize::BITS))
            .map(|k| least.saturating_mul(2_usize.saturating_pow(k)))
            .collect();
        self
    }

    /// With these budgets for the fixed steps, in any order.
    #[must_use]
    pub fn with_budgets(mut self, budgets: &[usize]) -> Self {
        self.budgets = budgets.to_vec();
        self
    }

    /// With these tolerances for the adaptive methods, in any order.
    #[must_use]
    pub fn with_tolerances(mut self, tolerances: &[f64]) -> Self {
        self.tolerances = tolerances.to_vec();
        self
    }

    /// With the error at the end of each run only.
    #[must_use]
    pub fn with_error_at_end(mut self) -> Self {
        self.over = Over::End;
        self
    }

    /// With the median time of this many runs, at least one, and of more if they are short.
    #[must_use]
    pub fn with_repetitions(mut self, repetitions: usize) -> Self {
        self.repetitions = repetitions.max(1);
        self
    }

    /// With another reference than the motion of the problem: a closed form, or a solution by other means.
    #[must_use]
    pub fn with_reference(mut self, curve: Curve<'p, D>) -> Self {
        self.reference = OnceCell::from(curve);
        self.extent = OnceCell::new();
        self
    }

    /// The runs of `family` at each of the budgets or tolerances.
    ///
    /// # Errors
    /// [`StudyError::TooFewSteps`](crate::error::StudyError::TooFewSteps) for fewer than three runs that differ,
    /// [`StudyError::RepeatedStep`](crate::error::StudyError::RepeatedStep) for a tolerance given twice,
    /// [`ParameterError::NotPositive`](crate::error::ParameterError::NotPositive); those of [`Self::run`] and
    /// [`Self::parameter_within`].
    pub fn measure<F: Family + ?Sized>(&self, family: &F) -> Result<Efficiency, Error> {
        let parameter = family.parameter()?;
        let values = match parameter {
            Parameter::Tolerance => self.tolerances.clone(),
            Parameter::Step { .. } => {
                let step = |budget: &usize| self.parameter_within(family, *budget);
                self.budgets.iter().map(step).collect::<Result<_, _>>()?
            }
        };
        // Budgets that allow the same number of steps are one run.
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

    /// All families within the same `budget` of gradients, best first.
    ///
    /// Each family runs at the step or tolerance of [`Self::parameter_within`].
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
