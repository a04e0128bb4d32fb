//! Problem: a ball, a potential, a start and a span; solved by any method.

use crate::Error;
use crate::check::check_vector;
use crate::motion::{Method, Trajectory};
use crate::ode::Span;
use crate::particle::{HeavyBall, Phase};
use crate::potentials::Potential;
use nalgebra::allocator::Allocator;
use nalgebra::{Const, DefaultAllocator, Dim, DimAdd, DimSum, Dyn, OVector};

/// The initial value problem m ẍ = −∇f(x) − γẋ, x(t₀) = x₀, ẋ(t₀) = u₀, over a span of time.
///
/// It starts at rest at time 0 unless told otherwise. Everything is checked when it is solved.
///
/// ```
/// use heavyball::prelude::*;
/// use nalgebra::vector;
///
/// let problem = Problem::new(HeavyBall::new(1.0, 0.2)?, DoubleWell, vector![0.0, 1.0])
///     .with_velocity(vector![0.1, 0.0])
///     .until(50.0);
/// let fine = problem.solve(&Rk45::new(1e-9, 1e-9))?;
/// let coarse = problem.solve(&Leapfrog::new(1e-3)?)?;
/// assert!((fine.last().position - coarse.last().position).norm() < 1e-4);
/// # Ok::<(), heavyball::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct Problem<P, D: Dim = Dyn>
where
    DefaultAllocator: Allocator<D>,
{
    pub(super) ball: HeavyBall,
    pub(super) potential: P,
    position: OVector<f64, D>,
    velocity: OVector<f64, D>,
    from: f64,
    until: f64,
}

/// A [`Problem`] in `N` dimensions.
pub type ProblemIn<P, const N: usize> = Problem<P, Const<N>>;

impl<P, D> Problem<P, D>
where
    P: Potential<f64, D>,
    D: Dim,
    DefaultAllocator: Allocator<D>,
{
    /// The problem of `ball` on `potential` from `position` at rest, at time 0 until time 1.
    pub fn new(ball: HeavyBall, potential: P, position: OVector<f64, D>) -> Self {
        Self {
            ball,
            potential,
            velocity: position.map(|_| 0.0),
            position,
            from: 0.0,
            until: 1.0,
        }
    }

    /// Starts with velocity ẋ(t₀) = `velocity`, displacement per unit of time.
    #[must_use]
    pub fn with_velocity(mut self, velocity: OVector<f64, D>) -> Self {
        self.velocity = velocity;
        self
    }

    /// Starts at `time` instead of 0.
    #[must_use]
    pub fn with_start_time(mut self, time: f64) -> Self {
        self.from = time;
        self
    }

    /// Ends at `time`, which may lie before the start: the motion is then followed backward.
    #[must_use]
    pub fn until(mut self, time: f64) -> Self {
        self.until = time;
        self
    }

    /// The ball.
    pub fn ball(&self) -> &HeavyBall {
        &self.ball
    }

    /// The potential.
    pub fn potential(&self) -> &P {
        &self.potential
    }

    /// The times of start and end.
    pub fn span(&self) -> (f64, f64) {
        (self.from, self.until)
    }

    /// The same problem, potential on loan, for another ball with the same start in x and ẋ.
    pub fn with_ball(&self, ball: HeavyBall) -> Problem<&P, D> {
        Problem {
            ball,
            potential: &self.potential,
            position: self.position.clone(),
            velocity: self.velocity.clone(),
            from: self.from,
            until: self.until,
        }
    }

    /// The same problem on another potential.
    pub(crate) fn with_potential<Q>(&self, potential: Q) -> Problem<Q, D> {
        Problem {
            ball: self.ball,
            potential,
            position: self.position.clone(),
            velocity: self.velocity.clone(),
            from: self.from,
            until: self.until,
        }
    }

    /// The phase at the start.
    pub fn start(&self) -> Phase<f64, D> {
        self.ball
            .launch(self.position.clone(), self.velocity.clone())
    }

    /// The motion over the span, by `method`.
    ///
    /// A fixed step takes whole steps Δt and, where they do not end the span to within rounding, one
    /// shorter step that does: every step but the last is the method's own, and the end is never
    /// overshot. Backward spans take steps −Δt.
    ///
    /// # Errors
    /// For the problem: [`ParameterError::NotPositive`](crate::error::ParameterError::NotPositive), [`ParameterError::Negative`](crate::error::ParameterError::Negative) or [`ParameterError::NotFinite`](crate::error::ParameterError::NotFinite) for a
    /// parameter or time, [`VectorError::Empty`](crate::error::VectorError::Empty), [`VectorError::NonFiniteComponent`](crate::error::VectorError::NonFiniteComponent) or
    /// [`VectorError::DimensionMismatch`](crate::error::VectorError::DimensionMismatch) for the start. For a fixed step: [`SpanError::TooManySteps`](crate::error::SpanError::TooManySteps),
    /// [`StepError::Pole`](crate::error::StepError::Pole), [`RunError::Diverged`](crate::error::RunError::Diverged), [`RunError::NonFiniteGradient`](crate::error::RunError::NonFiniteGradient). For an adaptive
    /// method, those of [`Rk45::integrate`](crate::Rk45::integrate).
    pub fn solve<M>(&self, method: &M) -> Result<Trajectory<D>, Error>
    where
        M: Method<P, D> + ?Sized,
        D: DimAdd<D>,
        DefaultAllocator: Allocator<DimSum<D, D>>,
    {
        method.solve(self, None)
    }

    /// Refuses what [`Self::solve`] would refuse of the problem.
    pub(crate) fn check(&self) -> Result<(), Error> {
        self.checked().map(|_| ())
    }

    /// The checked start and span.
    pub(crate) fn checked(&self) -> Result<(Phase<f64, D>, Span), Error> {
        self.ball.check()?;
        let start = Phase::new(self.position.clone(), self.velocity.clone());
        self.ball.check_phase(&self.potential, &start)?;
        let start = self.start();
        // A finite velocity times a large mass may be none.
        check_vector("start momentum", &start.momentum)?;
        Ok((start, Span::new(self.from, self.until)?))
    }
}
