//! Budget: the step of a fixed-step method, or the tolerance of an adaptive method, for a number of gradients.

use super::{Family, Parameter, WorkPrecision};
use crate::Error;
use crate::potentials::Potential;
use crate::study::StudyError;
use nalgebra::allocator::Allocator;
use nalgebra::{DefaultAllocator, DimAdd, DimSum, Owned};

/// The powers of ten that are tried first as tolerances, from 1e-14 up to 1.
const DECADES: std::ops::RangeInclusive<i32> = -14..=0;
/// Halvings of the logarithm within a decade: down to 1.4e-7 of the tolerance.
const BISECTIONS: u16 = 24;

impl<'p, P, D> WorkPrecision<'p, P, D>
where
    P: Potential<f64, D>,
    D: DimAdd<D>,
    DefaultAllocator: Allocator<D> + Allocator<DimSum<D, D>>,
    Owned<f64, D>: Send + Sync,
    Owned<f64, DimSum<D, D>>: Send + Sync,
{
    /// The step or the tolerance at which `family` uses `budget` gradients best.
    ///
    /// A fixed step takes `budget`/(gradients per step) steps, rounded down. For an adaptive method the tightest power
    /// of ten within the budget is tightened by bisection of its logarithm, to a relative accuracy of 1.4e-7; the
    /// result is 1e-14 if even that stays within the budget. The number of gradients is not quite monotone in the
    /// tolerance, and may miss the budget by a step or two.
    ///
    /// # Errors
    /// [`StudyError::BudgetTooSmall`] for a budget below one step, or below a run at any power of ten up to 1; those of
    /// [`Self::run`].
    ///
    /// ```
    /// use heavyball::prelude::*;
    /// use heavyball::study::WorkPrecision;
    /// use heavyball::study::work_precision::Integrator;
    /// use nalgebra::vector;
    ///
    /// let problem = Problem::new(HeavyBall::new(1.0, 0.2)?, DoubleWell, vector![0.5, 1.0]).until(10.0);
    /// let study = WorkPrecision::new(&problem);
    /// // 1000 gradients are 66 steps of 15.
    /// assert_eq!(study.parameter_within(&Integrator::Yoshida8, 1000)?, 10.0 / 66.0);
    /// assert!(study.parameter_within(&Integrator::Yoshida8, 14).is_err());
    /// # Ok::<(), heavyball::Error>(())
    /// ```
    pub fn parameter_within<F>(&self, family: &F, budget: usize) -> Result<f64, Error>
    where
        F: Family + ?Sized,
    {
        match family.parameter()? {
            Parameter::Tolerance => self.tolerance_within(family, budget),
            Parameter::Step { gradients, .. } if budget < gradients => {
                Err(too_small(family, budget, gradients))
            }
            Parameter::Step { gradients, .. } => {
                Ok(self.span()? / (budget / gradients.max(1)) as f64)
            }
        }
    }

    fn tolerance_within<F>(&self, family: &F, budget: usize) -> Result<f64, Error>
    where
        F: Family + ?Sized,
    {
        let fits = |tolerance| {
            let (gradients, found) = self.counted(family, tolerance, budget)?;
            Ok::<_, Error>(found.is_ok() && gradients <= budget)
        };
        let mut beyond = None;
        for decade in DECADES {
            let tolerance = 10.0_f64.powi(decade);
            if !fits(tolerance)? {
                beyond = Some(tolerance);
                continue;
            }
            let Some(mut tight) = beyond else {
                return Ok(tolerance);
            };
            let mut loose = tolerance;
            for _ in 0..BISECTIONS {
                let middle = loose.sqrt() * tight.sqrt();
                if fits(middle)? {
                    loose = middle;
                } else {
                    tight = middle;
                }
            }
            return Ok(loose);
        }
        let mut needed: Option<usize> = None;
        for decade in DECADES {
            let (gradients, found) = self.counted(family, 10.0_f64.powi(decade), usize::MAX)?;
            if found.is_ok() {
                needed = Some(needed.map_or(gradients, |least| least.min(gradients)));
            }
        }
        // A method that fails at every tolerance gets a row that reports it.
        needed.map_or(Ok(1.0), |needed| Err(too_small(family, budget, needed)))
    }
}

fn too_small<F: Family + ?Sized>(family: &F, budget: usize, needed: usize) -> Error {
    Error::Study(StudyError::BudgetTooSmall {
        method: family.name(),
        budget,
        needed,
    })
}
