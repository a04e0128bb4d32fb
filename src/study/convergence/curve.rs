//! Curve: a path x(t) with its velocity ẋ(t), and how far each may be wrong.
//!
//! What a study measures against. A closed form is wrong by rounding only; a motion solved by
//! [`Dop853`] is solved a second time at a tolerance ten times as loose, and the largest difference
//! of the two is its reported error: about that of the looser one, more than its own, and never less than rounding.

use crate::Error;
use crate::check::{check_length, magnitude};
use crate::motion::Problem;
use crate::ode::{Dop853, FirstOrderSystem, SecondOrderSystem, Solution};
use crate::particle::HeavyBall;
use crate::potentials::Potential;
use nalgebra::allocator::Allocator;
use nalgebra::{DefaultAllocator, Dim, DimAdd, DimSum, OVector};
use std::fmt;

/// Position and velocity ẋ at one time.
pub type PositionVelocity<D> = (OVector<f64, D>, OVector<f64, D>);

/// Largest Euclidean distances, in position and in velocity ẋ.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Distance {
    /// In position, in its units.
    pub position: f64,
    /// In velocity, displacement per unit of time.
    pub velocity: f64,
}

impl Distance {
    /// The larger of both, each by each.
    pub(crate) fn or_more(self, other: Self) -> Self {
        Self {
            position: larger(self.position, other.position),
            velocity: larger(self.velocity, other.velocity),
        }
    }

    /// How far a motion is from that of a reference, if both are of one dimension.
    pub(crate) fn checked<D: Dim>(
        found: &PositionVelocity<D>,
        expected: &PositionVelocity<D>,
    ) -> Result<Self, Error>
    where
        DefaultAllocator: Allocator<D>,
    {
        check_length("reference position", found.0.len(), &expected.0)?;
        check_length("reference velocity", found.1.len(), &expected.1)?;
        Ok(Self::between(found, expected))
    }

    /// How far two motions are apart.
    pub(crate) fn between<D: Dim>(one: &PositionVelocity<D>, other: &PositionVelocity<D>) -> Self
    where
        DefaultAllocator: Allocator<D>,
    {
        Self {
            position: (&one.0 - &other.0).norm(),
            velocity: (&one.1 - &other.1).norm(),
        }
    }
}

/// The larger number; NaN if either is, so that a spoiled comparison cannot pass for a small one.
pub(crate) fn larger(one: f64, other: f64) -> f64 {
    if one.is_nan() || one > other {
        one
    } else {
        other
    }
}

/// The potential f/m.
#[derive(Debug)]
struct PerMass<'p, P> {
    potential: &'p P,
    mass: f64,
}

impl<D: Dim, P: Potential<f64, D>> Potential<f64, D> for PerMass<'_, P>
where
    DefaultAllocator: Allocator<D>,
{
    fn value(&self, position: &OVector<f64, D>) -> f64 {
        self.potential.value(position) / self.mass
    }

    fn gradient(&self, position: &OVector<f64, D>, gradient: &mut OVector<f64, D>) {
        self.potential.gradient(position, gradient);
        gradient.apply(|g| *g /= self.mass);
    }

    fn check_dimension(&self, dimension: usize) -> Result<(), Error> {
        self.potential.check_dimension(dimension)
    }
}

/// The function behind a curve.
type Path<'c, D> = Box<dyn Fn(f64) -> Result<PositionVelocity<D>, Error> + 'c>;

/// A reference path in dimension `D`, as a function of time, with its own error.
///
/// ```
/// use heavyball::prelude::*;
/// use heavyball::study::Curve;
/// use nalgebra::vector;
///
/// let bowl = Quadratic::diagonal(vector![4.0])?;
/// let problem = Problem::new(HeavyBall::new(1.0, 0.4)?, bowl, vector![1.0]).until(3.0);
/// let solved = Curve::motion(&problem)?;
/// let oscillator = DampedOscillator::new(1.0, 0.4, 4.0)?;
/// let exact = Curve::exact(|t| {
///     let (x, u) = oscillator.at(t, 1.0, 0.0);
///     (vector![x], vector![u])
/// });
/// let (x, _) = solved.at(3.0)?;
/// assert!((x - exact.at(3.0)?.0).norm() <= solved.error().position);
/// assert!(solved.error().position < 1e-10);
/// # Ok::<(), heavyball::Error>(())
/// ```
pub struct Curve<'c, D: Dim>
where
    DefaultAllocator: Allocator<D>,
{
    path: Path<'c, D>,
    error: Distance,
}

impl<D: Dim> fmt::Debug for Curve<'_, D>
where
    DefaultAllocator: Allocator<D>,
{
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let curve = &mut out.debug_struct("Curve");
        curve.field("error", &self.error).finish_non_exhaustive()
    }
}

/// Tolerance of a reference: relative, and absolute for a start of size 1.
const TIGHT: f64 = 1e-13;
/// Times at which both solutions are compared; a prime, so that no periodic motion is met in the same phase each time.
const PROBES: u16 = 251;

/// Dop853 at `tolerance`, the absolute one in proportion to a start smaller than 1, so that a small motion is as
/// well solved as a large one.
fn solver<D: Dim>(tolerance: f64, start: &OVector<f64, D>) -> Dop853
where
    DefaultAllocator: Allocator<D>,
{
    let size = magnitude(start);
    let size = if size > 0.0 { size.min(1.0) } else { 1.0 };
    let absolute = (tolerance * size).max(f64::MIN_POSITIVE);
    Dop853::new(tolerance, absolute)
        .with_fine_output()
        .without_stiffness_test()
}

impl<'c, D: Dim> Curve<'c, D>
where
    DefaultAllocator: Allocator<D>,
{
    /// The closed form t ↦ (x, ẋ), taken to be right to rounding.
    pub fn exact(path: impl Fn(f64) -> PositionVelocity<D> + 'c) -> Self {
        Self {
            path: Box::new(move |time| Ok(path(time))),
            error: Distance::default(),
        }
    }

    /// The motion of `problem` over its span, by [`Dop853`] at tolerance 1e-13.
    ///
    /// # Errors
    /// Those of [`Problem::solve`].
    pub fn motion<P>(problem: &Problem<P, D>) -> Result<Self, Error>
    where
        P: Potential<f64, D>,
        D: DimAdd<D> + 'c,
        DefaultAllocator: Allocator<DimSum<D, D>>,
        <DefaultAllocator as Allocator<D>>::Buffer<f64>: 'c,
        <DefaultAllocator as Allocator<DimSum<D, D>>>::Buffer<f64>: 'c,
    {
        let ball = problem.ball();
        ball.check()?;
        // As a ball of mass 1 on f/m its momentum is the velocity: the absolute tolerance then means the
        // same to a light ball and to a heavy one.
        let potential: &dyn Potential<f64, D> = &PerMass {
            potential: problem.potential(),
            mass: ball.mass,
        };
        let start = problem.start();
        let (from, until) = problem.span();
        let unit = HeavyBall::new(1.0, ball.drag / ball.mass)?;
        let unit = Problem::new(unit, potential, start.position.clone())
            .with_velocity(ball.velocity(&start))
            .with_start_time(from)
            .until(until);
        let velocity = ball.velocity(&start);
        let faster = magnitude(&velocity) > magnitude(&start.position);
        let larger = if faster { &velocity } else { &start.position };
        let solve = |tolerance| {
            let run = unit.solve(&solver(tolerance, larger))?;
            Ok(move |time: f64| {
                let phase = run.at(time)?;
                Ok((phase.position, phase.momentum))
            })
        };
        Self::twice((from, until), solve)
    }

    /// The path that `read` sees in the solution of `system` from `start` over `span`, by [`Dop853`]
    /// at tolerance 1e-13; `read` turns time and state into position and velocity.
    ///
    /// # Errors
    /// Those of [`Dop853::integrate`].
    pub fn system<S, E>(
        system: &S,
        span: (f64, f64),
        start: &OVector<f64, E>,
        read: impl Fn(f64, &OVector<f64, E>) -> PositionVelocity<D> + Clone + 'c,
    ) -> Result<Self, Error>
    where
        E: Dim,
        S: FirstOrderSystem<E> + ?Sized,
        DefaultAllocator: Allocator<E>,
        Solution<E>: 'c,
    {
        let system: &dyn FirstOrderSystem<E> = &system;
        let solve = |tolerance| {
            let solution = solver(tolerance, start).integrate(system, span, start.clone())?;
            let read = read.clone();
            Ok(move |time| Ok(read(time, &solution.at(time)?)))
        };
        Self::twice(span, solve)
    }

    /// The path of a system in x alone, a gradient flow, from `start` over `span`; its velocity is the
    /// system's derivative.
    ///
    /// # Errors
    /// Those of [`Dop853::integrate`].
    pub fn flow<S>(system: &S, span: (f64, f64), start: &OVector<f64, D>) -> Result<Self, Error>
    where
        S: FirstOrderSystem<D> + Clone + 'c,
        Solution<D>: 'c,
    {
        let own = system.clone();
        let read = move |time: f64, state: &OVector<f64, D>| {
            let mut velocity = state.clone();
            own.derivative(time, state, &mut velocity);
            (state.clone(), velocity)
        };
        Self::system(system, span, start, read)
    }

    /// The motion of a second-order law from `position` with velocity ẋ = `velocity` over `span`.
    ///
    /// # Errors
    /// Those of [`Dop853::integrate`].
    pub fn second_order<S>(
        system: S,
        span: (f64, f64),
        position: &OVector<f64, D>,
        velocity: &OVector<f64, D>,
    ) -> Result<Self, Error>
    where
        S: SecondOrderSystem<D> + Clone + 'c,
        D: DimAdd<D>,
        DefaultAllocator: Allocator<DimSum<D, D>>,
        Solution<DimSum<D, D>>: 'c,
    {
        let (dimension, _) = position.shape_generic();
        let system = system.in_phase_space(dimension);
        let start = system.state(position, velocity)?;
        let solve = |tolerance| {
            let flow: &dyn FirstOrderSystem<_> = &system;
            let solution = solver(tolerance, &start).integrate(flow, span, start.clone())?;
            let own = system.clone();
            Ok(move |time| own.motion(&solution.at(time)?))
        };
        Self::twice(span, solve)
    }

    /// The path of the tight solution, with its distance from a looser one as error.
    fn twice<F>(
        (from, until): (f64, f64),
        solve: impl Fn(f64) -> Result<F, Error>,
    ) -> Result<Self, Error>
    where
        F: Fn(f64) -> Result<PositionVelocity<D>, Error> + 'c,
    {
        let path = solve(TIGHT)?;
        let looser = solve(10.0 * TIGHT)?;
        let mut error = Distance::default();
        for probe in 0..=PROBES {
            let part = f64::from(probe) / f64::from(PROBES);
            // Rounding may not carry the last probe past the end.
            let time = if probe == PROBES {
                until
            } else {
                from + part * (until - from)
            };
            let tight = path(time)?;
            let rounding = Distance {
                position: 4.0 * f64::EPSILON * tight.0.norm(),
                velocity: 4.0 * f64::EPSILON * tight.1.norm(),
            };
            let apart = Distance::between(&tight, &looser(time)?);
            error = error.or_more(apart).or_more(rounding);
        }
        Ok(Self {
            path: Box::new(path),
            error,
        })
    }

    /// Position and velocity ẋ at `time`.
    ///
    /// # Errors
    /// [`SpanError::TimeOutsideSpan`](crate::error::SpanError::TimeOutsideSpan) where a solved path ends.
    pub fn at(&self, time: f64) -> Result<PositionVelocity<D>, Error> {
        (self.path)(time)
    }

    /// How far the curve itself may be wrong; zero for a closed form.
    pub fn error(&self) -> Distance {
        self.error
    }
}
