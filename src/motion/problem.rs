//! Problem: a ball, a potential, a start and a span of time, to be solved by any method.

use crate::Error;
use crate::check::check_vector;
use crate::ode::Span;
use crate::particle::{HeavyBall, Phase};
use crate::potentials::Potential;
use nalgebra::allocator::Allocator;
use nalgebra::{Const, DefaultAllocator, Dim, Dyn, OVector};

/// The initial value problem m ẍ = −∇f(x) − γẋ, x(t₀) = x₀, ẋ(t₀) = u₀, over a span of time.
///
/// By default it starts at rest at time 0 and ends at time 1. The constructor and the `with_` functions are infallible;
/// everything is checked when the problem is solved.
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

/// A [`Problem`] in `N` dimensions: the type to name in a struct.
///
/// `Problem<P>` alone is one of dynamic dimension.
///
/// ```
/// use heavyball::prelude::*;
/// use heavyball::{DiagonalQuadratic, PhaseIn};
/// use nalgebra::{Vector2, vector};
///
/// /// A ball in a bowl, and its motion.
/// struct Experiment {
///     bowl: DiagonalQuadratic<2>,
///     problem: ProblemIn<DiagonalQuadratic<2>, 2>,
///     path: TrajectoryIn<2>,
/// }
///
/// impl Experiment {
///     fn new(curvatures: Vector2<f64>) -> Result<Self, Error> {
///         let bowl = Quadratic::diagonal(curvatures)?;
///         let problem = Problem::new(HeavyBall::new(1.0, 0.4)?, bowl.clone(), vector![1.0, -0.5]).until(10.0);
///         let path = problem.solve(&Rk45::new(1e-9, 1e-9))?;
///         Ok(Self { bowl, problem, path })
///     }
/// }
///
/// let experiment = Experiment::new(vector![1.0, 25.0])?;
/// let end: &PhaseIn<2> = experiment.path.last();
/// assert!(experiment.bowl.value(&end.position) < experiment.bowl.value(&experiment.problem.start().position));
/// # Ok::<(), heavyball::Error>(())
/// ```
pub type ProblemIn<P, const N: usize> = Problem<P, Const<N>>;

impl<P, D> Problem<P, D>
where
    P: Potential<f64, D>,
    D: Dim,
    DefaultAllocator: Allocator<D>,
{
    /// The problem of `ball` on `potential` from `position` at rest, from time 0 to time 1.
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

    /// Ends at `time`; if this is before the start, the motion is solved backward.
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

    /// The same problem for another ball, with the same initial x and ẋ; it borrows the potential.
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

    /// The rest of the problem from `phase` at `time`, for `ball`; it borrows the potential.
    pub(super) fn starting_from(
        &self,
        ball: HeavyBall,
        phase: &Phase<f64, D>,
        time: f64,
    ) -> Problem<&P, D> {
        Problem {
            ball,
            potential: &self.potential,
            position: phase.position.clone(),
            velocity: ball.velocity(phase),
            from: time,
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

    /// Refuses a problem that [`Self::solve`] would refuse.
    pub(crate) fn check(&self) -> Result<(), Error> {
        self.checked().map(|_| ())
    }

    /// The checked start and span.
    pub(crate) fn checked(&self) -> Result<(Phase<f64, D>, Span), Error> {
        self.ball.check()?;
        let start = Phase::new(self.position.clone(), self.velocity.clone());
        self.ball.check_phase(&self.potential, &start)?;
        let start = self.start();
        // The product of a finite velocity and a large mass may overflow.
        check_vector("start momentum", &start.momentum)?;
        Ok((start, Span::new(self.from, self.until)?))
    }
}
