//! StepLimit: Δt → 0 at fixed mass and drag, the limit in which a scheme becomes its equation.
//!
//! A scheme of order p is at x(t_k) + O(Δtᵖ) after k steps, its largest error over a fixed time falls like
//! Δtᵖ. For an optimiser read through a [`Discretization`](crate::Discretization) p depends on the row,
//! the start and the reading of the velocity; against the equation that it really follows it is one more.

use crate::Error;
use crate::check::{finite, positive};
use crate::error::Short;
use crate::motion::Problem;
use crate::ode::Span;
use crate::ode::SpanError;
use crate::potentials::Potential;
use crate::study::StudyError;
use crate::study::convergence::Coarse;
use crate::study::{Convergence, Curve, Deviation, PositionVelocity, Reference, Scheme, Title};
use nalgebra::allocator::Allocator;
use nalgebra::{DefaultAllocator, Dim, DimAdd, DimSum};
use std::fmt;

/// Which of a run's times count.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Over {
    /// All of them.
    Run,
    /// Those from this time on, counted from the start.
    Since(f64),
    /// The last.
    End,
}

/// A study of Δt → 0: the errors of a [`Scheme`] over a family of steps, and their orders.
///
/// Errors are the largest over all steps of a run, or at its end alone with [`Self::at_end`], against the
/// problem's own motion unless [`Self::against`] gives another reference. Steps that do not divide the
/// span end before it; halvings of one that does are the cleanest family.
///
/// Cost: the scheme's own gradients, and those of a reference at tolerance 1e-13.
///
/// ```
/// use heavyball::prelude::*;
/// use heavyball::study::{IntegratorScheme, StepLimit};
/// use nalgebra::vector;
///
/// let problem = Problem::new(HeavyBall::new(1.3, 0.7)?, DoubleWell, vector![0.5, 1.0]).until(2.0);
/// let table = StepLimit::new(&problem)
///     .halvings(0.05, 5)
///     .measure(&IntegratorScheme(SymplecticEuler::new))?;
/// println!("{table}");
/// let fit = table.velocity().fit.unwrap();
/// assert!((fit.order - 1.0).abs() < 0.05 && fit.standard_error < 0.05);
/// # Ok::<(), heavyball::Error>(())
/// ```
pub struct StepLimit<'p, P, D: Dim>
where
    DefaultAllocator: Allocator<D>,
{
    problem: &'p Problem<P, D>,
    steps: Vec<f64>,
    over: Over,
    reference: Option<Reference<'p, D>>,
    progress: Option<Box<dyn Fn(usize, usize) + 'p>>,
    coarse: Coarse,
}

impl<P, D: Dim> fmt::Debug for StepLimit<'_, P, D>
where
    DefaultAllocator: Allocator<D>,
{
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let study = &mut out.debug_struct("StepLimit");
        study
            .field("steps", &self.steps)
            .field("over", &self.over)
            .field("reference", &self.reference)
            .finish_non_exhaustive()
    }
}

/// Steps a run may take.
const MOST: f64 = 1e9;
/// Steps below the refused one at which stability is looked at before bisection.
const PLACES: u16 = 2000;
/// Growth over a whole run from which a step counts as unstable.
const UNSTABLE: f64 = 10.0;

impl<'p, P, D> StepLimit<'p, P, D>
where
    P: Potential<f64, D>,
    D: DimAdd<D> + 'p,
    DefaultAllocator: Allocator<D> + Allocator<DimSum<D, D>>,
    <DefaultAllocator as Allocator<D>>::Buffer<f64>: 'p,
    <DefaultAllocator as Allocator<DimSum<D, D>>>::Buffer<f64>: 'p,
{
    /// The study on `problem`, whose span every run covers; 20 to 640 steps unless told otherwise.
    pub fn new(problem: &'p Problem<P, D>) -> Self {
        let (from, until) = problem.span();
        let study = Self {
            problem,
            steps: Vec::new(),
            over: Over::Run,
            reference: None,
            progress: None,
            coarse: Coarse::Refused,
        };
        study.halvings((until - from).abs() / 20.0, 5)
    }

    /// With the step `coarsest` and `count` halvings of it.
    #[must_use]
    pub fn halvings(mut self, coarsest: f64, count: u16) -> Self {
        let step = |k| coarsest * 0.5_f64.powi(i32::from(k));
        self.steps = (0..=count).map(step).collect();
        self
    }

    /// With these steps, in any order.
    #[must_use]
    pub fn steps(mut self, steps: &[f64]) -> Self {
        self.steps = steps.to_vec();
        self
    }

    /// With the error at the last step of each run alone.
    #[must_use]
    pub fn at_end(mut self) -> Self {
        self.over = Over::End;
        self
    }

    /// With the largest error from this time on, counted from the start: past an initial layer.
    #[must_use]
    pub fn since(mut self, time: f64) -> Self {
        self.over = Over::Since(time);
        self
    }

    /// Against another curve than the problem's own motion.
    #[must_use]
    pub fn against(mut self, reference: Reference<'p, D>) -> Self {
        self.reference = Some(reference);
        self
    }

    /// Calls `progress(done, all)` after each run.
    #[must_use]
    pub fn on_progress(mut self, progress: impl Fn(usize, usize) + 'p) -> Self {
        self.progress = Some(Box::new(progress));
        self
    }

    /// With errors no larger than the reference's own taken for rounding, and not refused.
    pub(in crate::study) fn down_to_the_reference(mut self) -> Self {
        self.coarse = Coarse::CountsAsRounding;
        self
    }

    /// The errors of `scheme` over the family of steps.
    ///
    /// # Errors
    /// Those of [`Convergence::measure`], of the scheme's runs and of the reference;
    /// [`StudyError::UnstableStep`] where the potential is quadratic and a step amplifies its largest curvature
    /// tenfold over the span; [`SpanError::TooManySteps`]; [`ParameterError::NotPositive`](crate::error::ParameterError::NotPositive) for a span that does not run forward.
    pub fn measure<S>(&self, scheme: &S) -> Result<Convergence, Error>
    where
        S: Scheme<P, D> + ?Sized,
    {
        let (from, until) = self.problem.span();
        let span = until - from;
        positive("span", &span, "; a study follows time forward")?;
        self.problem.check()?;
        if let Over::Since(first) = self.over {
            finite("the time that errors count from", &first)?;
        }
        let own;
        let reference = match &self.reference {
            Some(reference) => reference,
            None => {
                own = Reference::ball(self.problem)?;
                &own
            }
        };
        let title = Title {
            study: format!("Δt → 0 against {}", reference.name()),
            method: scheme.name(),
            start: scheme.start(),
            parameter: "dt",
        };
        let mut done = 0;
        Convergence::tabulate(title, &self.steps, self.coarse, |dt| {
            let whole = Span::new(from, until)?.whole_steps(dt);
            let count = whole.unwrap_or_else(|| (span / dt).floor());
            if count < 1.0 {
                let (name, parameter) = ("dt", dt);
                return Err(Error::Study(StudyError::NothingCompared {
                    name,
                    parameter,
                }));
            }
            if count > MOST {
                let limit = MOST;
                return Err(Error::Span(SpanError::TooManySteps {
                    dt,
                    span,
                    steps: count,
                    limit,
                }));
            }
            self.refuse_unstable(scheme, dt, count)?;
            let held = reference.at_step(dt)?;
            let deviation = self.follow(scheme, (dt, count as usize), held.curve())?;
            done += 1;
            if let Some(progress) = &self.progress {
                progress(done, self.steps.len());
            }
            Ok(deviation)
        })
    }

    fn follow<S>(
        &self,
        scheme: &S,
        (dt, steps): (f64, usize),
        curve: &Curve<'_, D>,
    ) -> Result<Deviation, Error>
    where
        S: Scheme<P, D> + ?Sized,
    {
        let (from, until) = self.problem.span();
        let mut deviation = Deviation::from_reference(curve);
        let mut compare = |k: usize, time: f64, found: &PositionVelocity<D>| {
            let absolute = from + time;
            // The last step's time may miss the end by rounding; half a step past it there is no reference.
            if absolute > until + 1e-6 * dt {
                return Ok(());
            }
            let counts = match self.over {
                Over::Run => true,
                Over::Since(first) => time >= first,
                // The last time inside may belong to the last step or, half a step late, to the one before it.
                Over::End => k + 1 >= steps,
            };
            if !counts {
                return Ok(());
            }
            if self.over == Over::End {
                deviation = Deviation::from_reference(curve);
            }
            let expected = curve.at(absolute.min(until))?;
            deviation.note(found, &expected, k)
        };
        scheme.run(self.problem, dt, steps, &mut compare)?;
        Ok(deviation)
    }

    /// Refuses a step that blows up on the largest curvature of a quadratic potential.
    fn refuse_unstable<S>(&self, scheme: &S, dt: f64, steps: f64) -> Result<(), Error>
    where
        S: Scheme<P, D> + ?Sized,
    {
        let ball = self.problem.ball();
        let Some(curvature) = self.problem.potential().largest_curvature() else {
            return Ok(());
        };
        let growth = |dt| scheme.growth(ball, dt, curvature);
        let Some(factor) = growth(dt).filter(|_| curvature > 0.0) else {
            return Ok(());
        };
        if factor.is_nan() || steps * factor.ln() <= UNSTABLE.ln() {
            return Ok(());
        }
        // The growth is at most 1 below the limit and more above it; rounding leaves it near 1 without drag.
        let is_stable = |dt| growth(dt).is_some_and(|factor| factor <= 1.0 + 4.0 * f64::EPSILON);
        // High compositions have gaps: the limit is the end of the steps that are stable from zero on.
        let places = (1..=PLACES).map(|place| dt * f64::from(place) / f64::from(PLACES));
        let (mut stable, mut unstable) = (0.0, dt);
        for place in places {
            if !is_stable(place) {
                unstable = place;
                break;
            }
            stable = place;
        }
        for _ in 0..60 {
            let middle = 0.5 * (stable + unstable);
            if is_stable(middle) {
                stable = middle;
            } else {
                unstable = middle;
            }
        }
        Err(Error::Study(StudyError::UnstableStep {
            method: scheme.name(),
            dt,
            curvature,
            growth: factor,
            advice: if stable > 1e-4 * dt {
                format!("take dt below {}", Short(stable))
            } else {
                "no usable step is stable: use SymplecticEuler or Leapfrog, or a shorter span"
                    .to_owned()
            },
        }))
    }
}
