//! Run: one run of a work–precision study, counted, compared with the reference, and timed.

use super::counted::Counted;
use super::{Family, Outcome, Work, WorkPrecision};
use crate::Error;
use crate::error::RunError;
use crate::fixed_steps::StepError;
use crate::motion::Trajectory;
use crate::ode::SolverError;
use crate::potentials::Potential;
use crate::study::convergence::Over;
use crate::study::{Curve, Distance};
use nalgebra::allocator::Allocator;
use nalgebra::{DefaultAllocator, DimAdd, DimSum, Owned};
use std::time::{Duration, Instant};

/// Times at which the extent of the motion is sampled.
const PROBES: u16 = 1024;
/// The shortest total time of the timed runs, long compared with interruptions by the machine.
const ENOUGH: Duration = Duration::from_millis(3);

impl<'p, P, D> WorkPrecision<'p, P, D>
where
    P: Potential<f64, D>,
    D: DimAdd<D>,
    DefaultAllocator: Allocator<D> + Allocator<DimSum<D, D>>,
    Owned<f64, D>: Send + Sync,
    Owned<f64, DimSum<D, D>>: Send + Sync,
{
    /// One run of `family` at this step or tolerance.
    ///
    /// # Errors
    /// Those of [`Problem::solve`](crate::Problem::solve) except for a run that diverges or fails before its end, which
    /// [`Work::outcome`] reports; those of the reference;
    /// [`ParameterError::NotPositive`](crate::error::ParameterError::NotPositive) for a span that does not run forward.
    pub fn run<F: Family + ?Sized>(&self, family: &F, parameter: f64) -> Result<Work, Error> {
        self.span()?;
        let (gradients, found) = self.counted(family, parameter, usize::MAX)?;
        let outcome = match found {
            Ok(found) => self.judged(&found)?,
            Err(error) => Outcome::Failed(error),
        };
        Ok(Work {
            parameter,
            gradients,
            seconds: self.timed(family, parameter),
            outcome,
        })
    }

    /// The gradients of the steps, and the run itself or the reason why it failed, which it does soon after `most`
    /// gradients.
    pub(super) fn counted<F: Family + ?Sized>(
        &self,
        family: &F,
        parameter: f64,
        most: usize,
    ) -> Result<(usize, Result<Trajectory<D>, Error>), Error> {
        let potential = Counted::new(self.problem.potential(), most);
        let problem = self.problem.with_potential(&potential);
        let found = family.solve(&problem, parameter);
        let gradients = match &found {
            Ok(run) => run.gradients(),
            Err(_) => potential.gradients(),
        };
        match found {
            Err(error) if !is_on_the_way(&error) => Err(error),
            found => Ok((gradients, found)),
        }
    }

    /// The median time over the requested number of solutions, and over more of a short one.
    fn timed<F: Family + ?Sized>(&self, family: &F, parameter: f64) -> f64 {
        let (mut seconds, begun) = (Vec::new(), Instant::now());
        while seconds.len() < self.repetitions || begun.elapsed() < ENOUGH {
            let started = Instant::now();
            // Dropped only after the clock has been read; whether it failed is known already.
            let found = family.solve(self.problem, parameter);
            seconds.push(started.elapsed().as_secs_f64());
            drop(found);
        }
        seconds.sort_by(f64::total_cmp);
        seconds.get(seconds.len() / 2).copied().unwrap_or(f64::NAN)
    }

    /// The error of a run that reached its end.
    fn judged(&self, found: &Trajectory<D>) -> Result<Outcome, Error> {
        let (curve, extent) = (self.curve()?, self.extent()?);
        let times = found.times();
        let last = times.len().saturating_sub(1);
        let mut error = Distance::default();
        for (k, (time, phase)) in times.iter().zip(found.states()).enumerate() {
            if self.over == Over::Run || k == last {
                let motion = (phase.position.clone(), self.problem.ball().velocity(phase));
                error = error.or_more(Distance::checked(&motion, &curve.at(*time)?)?);
            }
        }
        let follows = |error: f64, extent: f64| error.is_finite() && error <= 2.0 * extent;
        if !(follows(error.position, extent.position) && follows(error.velocity, extent.velocity)) {
            return Ok(Outcome::Lost(error));
        }
        let own = curve.error();
        if own.position >= error.position.max(f64::MIN_POSITIVE)
            || own.velocity >= error.velocity.max(f64::MIN_POSITIVE)
        {
            return Ok(Outcome::BelowReference(error.or_more(own)));
        }
        Ok(Outcome::Measured(error))
    }

    fn curve(&self) -> Result<&Curve<'p, D>, Error> {
        if let Some(curve) = self.reference.get() {
            return Ok(curve);
        }
        let curve = Curve::motion(self.problem)?;
        Ok(self.reference.get_or_init(|| curve))
    }

    /// The extent of the motion: the largest |x − x₀| and |ẋ|.
    fn extent(&self) -> Result<Distance, Error> {
        if let Some(extent) = self.extent.get() {
            return Ok(*extent);
        }
        let (from, until) = self.problem.span();
        let start = self.problem.start().position;
        let resting = (start.clone(), start.map(|_| 0.0));
        let mut extent = Distance::default();
        for probe in 0..=PROBES {
            let time = from + f64::from(probe) / f64::from(PROBES) * (until - from);
            let motion = self.curve()?.at(time.min(until))?;
            extent = extent.or_more(Distance::checked(&resting, &motion)?);
        }
        Ok(*self.extent.get_or_init(|| extent))
    }
}

/// Whether a run failed with this error before its end, as opposed to being refused at its start.
fn is_on_the_way(error: &Error) -> bool {
    matches!(
        error,
        Error::Run(RunError::Diverged { .. })
            | Error::Run(RunError::NonFiniteGradient { .. })
            | Error::Solver(SolverError::Stiff { .. })
            | Error::Solver(SolverError::StepSizeUnderflow { .. })
            | Error::Solver(SolverError::StepsExhausted { .. })
            | Error::Step(StepError::Pole { .. })
    )
}
