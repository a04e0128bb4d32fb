//! Curve: a path x(t) with its velocity ẋ(t), and a bound on the error of each.
//!
//! A study measures against a curve. The error of a closed form is rounding only. A motion solved by [`Adaptive`]
//! or [`Dop853`] is solved a second time at a tolerance ten times as loose, and the largest difference of the two is its reported error:
//! about the error of the looser solution, larger than that of the curve, and never less than rounding.

use crate::Error;
use crate::adaptive_steps::Adaptive;
use crate::check::magnitude;
use crate::motion::Problem;
use crate::ode::{Dop853, FirstOrderSystem, PositionVelocity, SecondOrderSystem};
use crate::particle::{HeavyBall, Phase};
use crate::potentials::Potential;
use crate::study::convergence::Distance;
use nalgebra::allocator::Allocator;
use nalgebra::{DefaultAllocator, Dim, DimAdd, DimSum, Dyn, OVector};
use std::fmt;

/// The potential f/m, of any type, so that the solver of references is compiled once for each dimension.
struct PerMass<'p, D: Dim>
where
    DefaultAllocator: Allocator<D>,
{
    potential: &'p dyn Potential<f64, D>,
    mass: f64,
}

impl<D: Dim> Potential<f64, D> for PerMass<'_, D>
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

    fn length_scale(&self) -> Option<f64> {
        self.potential.length_scale()
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
pub struct Curve<'c, D: Dim = Dyn>
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
/// Times at which both solutions are compared; a prime, so that no periodic motion is sampled at one phase only.
const PROBES: u16 = 251;

/// The absolute tolerance that belongs to a relative `tolerance`: in proportion to a start smaller than 1, so that a small
/// motion is solved as accurately as a large one.
fn absolute<D: Dim>(tolerance: f64, start: &OVector<f64, D>) -> f64
where
    DefaultAllocator: Allocator<D>,
{
    let size = magnitude(start);
    let size = if size > 0.0 { size.min(1.0) } else { 1.0 };
    (tolerance * size).max(f64::MIN_POSITIVE)
}

/// Dop853 at `tolerance`.
fn solver<D: Dim>(tolerance: f64, start: &OVector<f64, D>) -> Dop853
where
    DefaultAllocator: Allocator<D>,
{
    Dop853::new(tolerance, absolute(tolerance, start))
        .with_fine_output()
        .without_stiffness_test()
}

impl<'c, D: Dim> Curve<'c, D>
where
    DefaultAllocator: Allocator<D>,
{
    /// The closed form t ↦ (x, ẋ), assumed to be exact up to rounding.
    pub fn exact(path: impl Fn(f64) -> PositionVelocity<D> + 'c) -> Self {
        Self {
            path: Box::new(move |time| Ok(path(time))),
            error: Distance::default(),
        }
    }

    /// The motion of `problem` over its span, by [`Adaptive`] at tolerance 1e-13.
    ///
    /// # Errors
    /// Those of [`Problem::solve`].
    pub fn motion<P>(problem: &Problem<P, D>) -> Result<Self, Error>
    where
        P: Potential<f64, D>,
    {
        let potential: &dyn Potential<f64, D> = problem.potential();
        Self::of_ball(problem.ball(), potential, &problem.start(), problem.span())
    }

    /// The motion of `ball`, compiled once for each dimension.
    fn of_ball(
        ball: &HeavyBall,
        potential: &dyn Potential<f64, D>,
        start: &Phase<f64, D>,
        (from, until): (f64, f64),
    ) -> Result<Self, Error> {
        ball.check()?;
        // The momentum of a ball of mass 1 on f/m is the velocity, so that the absolute tolerance means the same for
        // a light ball and for a heavy one.
        let mass = ball.mass;
        let potential = PerMass { potential, mass };
        let unit = HeavyBall::new(1.0, ball.drag / ball.mass)?;
        let unit = Problem::new(unit, potential, start.position.clone())
            .with_velocity(ball.velocity(start))
            .with_start_time(from)
            .until(until);
        let velocity = ball.velocity(start);
        let faster = magnitude(&velocity) > magnitude(&start.position);
        let larger = if faster { &velocity } else { &start.position };
        Self::twice((from, until), &|tolerance| {
            let run = unit.solve(&Adaptive::new(tolerance, absolute(tolerance, larger)))?;
            Ok(Box::new(move |time: f64| {
                let phase = run.at(time)?;
                Ok((phase.position, phase.momentum))
            }))
        })
    }

    /// The path that `read` extracts from the solution of `system` from `start` over `span`, by [`Dop853`] at tolerance
    /// 1e-13; `read` maps time and state to position and velocity.
    ///
    /// # Errors
    /// Those of [`Dop853::integrate`].
    pub fn system<E>(
        system: &dyn FirstOrderSystem<E>,
        span: (f64, f64),
        start: &OVector<f64, E>,
        read: impl Fn(f64, &OVector<f64, E>) -> PositionVelocity<D> + Clone + 'c,
    ) -> Result<Self, Error>
    where
        E: Dim,
        DefaultAllocator: Allocator<E>,
    {
        Self::twice(span, &|tolerance| {
            let solution = solver(tolerance, start).integrate(system, span, start.clone())?;
            let read = read.clone();
            Ok(Box::new(move |time| Ok(read(time, &solution.at(time)?))))
        })
    }

    /// The path of a system in x alone, a gradient flow, from `start` over `span`; its velocity is the
    /// system's derivative.
    ///
    /// # Errors
    /// Those of [`Dop853::integrate`].
    pub fn flow<S>(system: &S, span: (f64, f64), start: &OVector<f64, D>) -> Result<Self, Error>
    where
        S: FirstOrderSystem<D> + Clone + 'c,
    {
        let own = system.clone();
        let read = move |time: f64, state: &OVector<f64, D>| {
            let mut velocity = state.clone();
            own.derivative(time, state, &mut velocity);
            (state.clone(), velocity)
        };
        Self::system(system, span, start, read)
    }

    /// The motion of a second-order system from `position` with velocity ẋ = `velocity` over `span`.
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
    {
        let (dimension, _) = position.shape_generic();
        let phase_space = system.in_phase_space(dimension);
        let start = phase_space.state(position, velocity)?;
        let system: &dyn FirstOrderSystem<DimSum<D, D>> = &phase_space;
        Self::twice(span, &|tolerance| {
            let solution = solver(tolerance, &start).integrate(system, span, start.clone())?;
            let own = phase_space.clone();
            Ok(Box::new(move |time| own.motion(&solution.at(time)?)))
        })
    }

    /// The path of the tight solution, with its distance from a looser one as its error.
    fn twice(
        (from, until): (f64, f64),
        solve: &dyn Fn(f64) -> Result<Path<'c, D>, Error>,
    ) -> Result<Self, Error> {
        let path = solve(TIGHT)?;
        let looser = solve(10.0 * TIGHT)?;
        let mut error = Distance::default();
        for probe in 0..=PROBES {
            let part = f64::from(probe) / f64::from(PROBES);
            // Rounding must not move the last probe past the end.
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
        Ok(Self { path, error })
    }

    /// Position and velocity ẋ at `time`.
    ///
    /// # Errors
    /// [`SpanError::TimeOutsideSpan`](crate::error::SpanError::TimeOutsideSpan) outside the span of a solved path.
    pub fn at(&self, time: f64) -> Result<PositionVelocity<D>, Error> {
        (self.path)(time)
    }

    /// A bound on the error of the curve itself; zero for a closed form.
    pub fn error(&self) -> Distance {
        self.error
    }
}
