//! Small steps: Δt → 0 at fixed mass and drag, the limit in which a scheme becomes its equation.
//!
//! A scheme of order p is at x(t_k) + O(Δtᵖ) after k steps, so its largest error over a fixed time decreases like
//! Δtᵖ. For an optimiser read through a [`Discretization`](crate::Discretization) p depends on the row,
//! the start and the reading of the velocity; against its modified equation it is one more.

use super::limit::{Limit, Runs, refuse_endless};
use super::unstable_step::refuse_unstable;
use crate::Error;
use crate::motion::Problem;
use crate::ode::{PositionVelocity, Span};
use crate::potentials::Potential;
use crate::study::convergence::{Comparison, Over, Window};
use crate::study::{Deviation, Reference, Scheme, SmallParameter, StudyError};
use nalgebra::allocator::Allocator;
use nalgebra::{DefaultAllocator, Dim, DimAdd, DimSum};

/// Steps that a run may take.
const MOST: f64 = 1e9;

/// The runs of `scheme` on `problem`.
struct SmallStep<'p, P, D: Dim, S>
where
    DefaultAllocator: Allocator<D>,
{
    problem: &'p Problem<P, D>,
    scheme: S,
}

impl<'p, D> Limit<'p, D>
where
    D: DimAdd<D>,
    DefaultAllocator: Allocator<D> + Allocator<DimSum<D, D>>,
{
    /// Δt → 0: the errors of `scheme` on `problem` against the motion of the heavy ball, over a family of steps.
    ///
    /// Runs cover the span of the problem, with 20 to 640 steps; errors are the largest over all steps. Steps that do
    /// not divide the span end before it; halvings of one that does are the best family.
    ///
    /// Cost: the gradients of the scheme, and those of a reference solved at tolerance 1e-13.
    ///
    /// # Errors
    /// When measured: [`StudyError::UnstableStep`] if the potential is quadratic and a step amplifies its largest
    /// curvature tenfold over the span; [`StudyError::NothingCompared`] for a step longer than the span;
    /// [`SpanError::TooManySteps`](crate::error::SpanError::TooManySteps) for more than 10⁹ steps.
    ///
    /// ```
    /// use heavyball::prelude::*;
    /// use heavyball::study::{Limit, OptimizerScheme};
    /// use nalgebra::vector;
    ///
    /// let problem = Problem::new(HeavyBall::new(1.0, 0.4)?, DoubleWell, vector![0.5, 1.0]).until(2.0);
    /// let momentum = OptimizerScheme::momentum(Discretization::CentralDrag);
    /// let table = Limit::small_step(&problem, momentum).with_halvings(0.1, 5).measure()?;
    /// assert!((table.position().fit.unwrap().order - 2.0).abs() < 0.05);
    /// # Ok::<(), heavyball::Error>(())
    /// ```
    pub fn small_step<P, S>(problem: &'p Problem<P, D>, scheme: S) -> Self
    where
        P: Potential<f64, D>,
        S: Scheme<P, D> + 'p,
    {
        let (from, until) = problem.span();
        let over = Over::Run;
        let window = Window { from, until, over };
        let largest = (until - from).abs() / 20.0;
        let title = (SmallParameter::Step, scheme.name(), scheme.start());
        let runs = SmallStep { problem, scheme };
        Self::of(Box::new(runs), title, largest, window)
    }
}

impl<P, D, S> Runs<D> for SmallStep<'_, P, D, S>
where
    P: Potential<f64, D>,
    S: Scheme<P, D>,
    D: DimAdd<D>,
    DefaultAllocator: Allocator<D> + Allocator<DimSum<D, D>>,
{
    fn check(&self, _window: &Window) -> Result<(), Error> {
        self.problem.check()
    }

    fn reference(&self, window: &Window) -> Result<Reference<'_, D>, Error> {
        let problem = self.problem.with_ball(*self.problem.ball());
        Reference::ball(&problem.until(window.until))
    }

    fn run(
        &self,
        dt: f64,
        window: &Window,
        reference: &Reference<'_, D>,
    ) -> Result<Deviation, Error> {
        let Window { from, until, .. } = *window;
        let whole = Span::new(from, until)?.whole_steps(dt);
        let count = whole.unwrap_or_else(|| (window.length() / dt).floor());
        if count < 1.0 {
            let (name, parameter) = (SmallParameter::Step.name(), dt);
            return Err(Error::Study(StudyError::NothingCompared {
                name,
                parameter,
            }));
        }
        refuse_endless(dt, window.length(), count, MOST)?;
        if let Some(curvature) = self.problem.potential().largest_curvature() {
            let growth = |dt| self.scheme.growth(self.problem.ball(), dt, curvature);
            let method = || self.scheme.name().to_string();
            refuse_unstable(&method, &growth, (dt, count), curvature)?;
        }
        let (held, steps) = (reference.at_step(dt)?, count as usize);
        let mut comparison = Comparison::new(held.curve(), *window);
        let mut compare = |k: usize, time: f64, found: &PositionVelocity<D>| {
            // The last step's time may miss the end by rounding; half a step after it there is no reference.
            let is_inside = from + time <= until + 1e-6 * dt;
            // The last time inside may belong to the last step or, half a step late, to the one before it.
            if is_inside && window.counts(time, k + 1 >= steps) {
                comparison.note(time, found, k)?;
            }
            Ok(())
        };
        self.scheme.run(self.problem, dt, steps, &mut compare)?;
        Ok(comparison.deviation)
    }
}
