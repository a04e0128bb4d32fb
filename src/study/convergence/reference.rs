//! Reference: the curve that each run of a study is measured against, one for all or one for each step.

use crate::Error;
use crate::mapping::Discretization;
use crate::motion::Problem;
use crate::particle::HeavyBall;
use crate::potentials::Potential;
use crate::study::convergence::Curve;
use nalgebra::allocator::Allocator;
use nalgebra::{DefaultAllocator, Dim, DimAdd, DimSum};
use std::fmt;
use std::marker::PhantomData;

/// What the runs of a [`StepLimit`](crate::study::StepLimit) are measured against.
///
/// ```
/// use heavyball::prelude::*;
/// use heavyball::study::{OptimizerScheme, Reference, Start, StepLimit};
/// use nalgebra::vector;
///
/// // From v₀ = 0 every row is a second-order solver of its own effective particle, half a step later.
/// let problem = Problem::new(HeavyBall::new(1.0, 0.4)?, DoubleWell, vector![0.5, 1.0]).until(2.0);
/// let row = Discretization::ExplicitDrag;
/// let scheme = OptimizerScheme::momentum(row).with_start(Start::RestHalfStepEarly);
/// let table = StepLimit::new(&problem)
///     .halvings(0.1, 5)
///     .against(Reference::effective_particle(&problem, row))
///     .measure(&scheme)?;
/// assert!((table.position().fit.unwrap().order - 2.0).abs() < 0.05);
/// # Ok::<(), heavyball::Error>(())
/// ```
pub struct Reference<'r, D: Dim>
where
    DefaultAllocator: Allocator<D>,
{
    name: String,
    source: Box<dyn Source<D> + 'r>,
}

/// Where the curve for a step comes from.
///
/// A trait of its own, as a boxed closure that returns a `Curve<'r>` could not be used for less than `'r`.
trait Source<D: Dim>
where
    DefaultAllocator: Allocator<D>,
{
    fn at_step(&self, dt: f64) -> Result<Held<'_, D>, Error>;
}

/// A curve that is kept, or one that was made for a step.
#[derive(Debug)]
pub(crate) enum Held<'h, D: Dim>
where
    DefaultAllocator: Allocator<D>,
{
    Kept(&'h Curve<'h, D>),
    Made(Curve<'h, D>),
}

impl<'h, D: Dim> Held<'h, D>
where
    DefaultAllocator: Allocator<D>,
{
    pub(crate) fn curve(&self) -> &Curve<'h, D> {
        match self {
            Self::Kept(curve) => curve,
            Self::Made(curve) => curve,
        }
    }
}

impl<D: Dim> Source<D> for Curve<'_, D>
where
    DefaultAllocator: Allocator<D>,
{
    fn at_step(&self, _dt: f64) -> Result<Held<'_, D>, Error> {
        Ok(Held::Kept(self))
    }
}

/// A curve made for each step.
struct Each<'r, F>(F, PhantomData<&'r ()>);

impl<'r, D, F> Source<D> for Each<'r, F>
where
    D: Dim,
    F: Fn(f64) -> Result<Curve<'r, D>, Error>,
    DefaultAllocator: Allocator<D>,
{
    fn at_step(&self, dt: f64) -> Result<Held<'_, D>, Error> {
        Ok(Held::Made((self.0)(dt)?))
    }
}

impl<D: Dim> fmt::Debug for Reference<'_, D>
where
    DefaultAllocator: Allocator<D>,
{
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let reference = &mut out.debug_struct("Reference");
        reference.field("name", &self.name).finish_non_exhaustive()
    }
}

impl<'r, D: Dim + 'r> Reference<'r, D>
where
    DefaultAllocator: Allocator<D>,
    <DefaultAllocator as Allocator<D>>::Buffer<f64>: 'r,
{
    /// One curve, whatever the step.
    pub fn curve(name: impl Into<String>, curve: Curve<'r, D>) -> Self {
        Self {
            name: name.into(),
            source: Box::new(curve),
        }
    }

    /// A curve for each step Δt: an equation that itself depends on Δt.
    pub fn each(
        name: impl Into<String>,
        curve: impl Fn(f64) -> Result<Curve<'r, D>, Error> + 'r,
    ) -> Self {
        Self {
            name: name.into(),
            source: Box::new(Each(curve, PhantomData)),
        }
    }

    /// The motion of the problem's own ball.
    ///
    /// # Errors
    /// Those of [`Curve::motion`].
    pub fn ball<P>(problem: &Problem<P, D>) -> Result<Self, Error>
    where
        P: Potential<f64, D>,
        D: DimAdd<D>,
        DefaultAllocator: Allocator<DimSum<D, D>>,
        <DefaultAllocator as Allocator<DimSum<D, D>>>::Buffer<f64>: 'r,
    {
        let HeavyBall { mass, drag } = problem.ball();
        let name = format!("the ball m = {} γ = {}", shown(*mass), shown(*drag));
        Ok(Self::curve(name, Curve::motion(problem)?))
    }

    /// The motion of the particle (m_eff, γ_eff) of `discretization` at each Δt, from the problem's start.
    pub fn effective_particle<P>(problem: &'r Problem<P, D>, discretization: Discretization) -> Self
    where
        P: Potential<f64, D>,
        D: DimAdd<D>,
        DefaultAllocator: Allocator<DimSum<D, D>>,
        <DefaultAllocator as Allocator<DimSum<D, D>>>::Buffer<f64>: 'r,
    {
        let curve = move |dt| {
            let ball = discretization.effective_particle(problem.ball(), dt)?;
            Curve::motion(&problem.with_ball(ball))
        };
        Self::each("its effective particle", curve)
    }

    /// Its name, for tables.
    pub fn name(&self) -> &str {
        &self.name
    }

    pub(crate) fn at_step(&self, dt: f64) -> Result<Held<'_, D>, Error> {
        self.source.at_step(dt)
    }
}

/// A number to six digits, without the zeros that end it.
pub(crate) fn shown(number: f64) -> String {
    let rounded: Result<f64, _> = format!("{number:.5e}").parse();
    let rounded = rounded.unwrap_or(number);
    if rounded == 0.0 || (1e-4..1e6).contains(&rounded.abs()) {
        rounded.to_string()
    } else {
        format!("{rounded:e}")
    }
}
