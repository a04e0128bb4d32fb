//! Reference: the curve that the runs of a study are measured against, one for all or one for each parameter.

use crate::Error;
use crate::mapping::Discretization;
use crate::motion::Problem;
use crate::particle::HeavyBall;
use crate::potentials::Potential;
use crate::study::convergence::Curve;
use nalgebra::allocator::Allocator;
use nalgebra::{DefaultAllocator, Dim, Dyn};
use std::fmt;
use std::marker::PhantomData;
use std::rc::Rc;

/// What the runs of a [`Limit`](crate::study::Limit) are measured against.
///
/// ```
/// use heavyball::prelude::*;
/// use heavyball::study::{Limit, OptimizerScheme, Reference, Start};
/// use nalgebra::vector;
///
/// // From v₀ = 0 every row follows its own effective particle to second order, half a step later.
/// let problem = Problem::new(HeavyBall::new(1.0, 0.4)?, DoubleWell, vector![0.5, 1.0]).until(2.0);
/// let row = Discretization::ExplicitDrag;
/// let scheme = OptimizerScheme::momentum(row).with_start(Start::RestHalfStepEarly);
/// let table = Limit::small_step(&problem, scheme)
///     .with_halvings(0.1, 5)
///     .with_reference(Reference::effective_particle(&problem, row))
///     .measure()?;
/// assert!((table.position().fit.unwrap().order - 2.0).abs() < 0.05);
/// # Ok::<(), heavyball::Error>(())
/// ```
#[derive(Clone)]
pub struct Reference<'r, D: Dim = Dyn>
where
    DefaultAllocator: Allocator<D>,
{
    name: String,
    source: Rc<dyn Source<D> + 'r>,
}

/// The source of the curve for a parameter.
///
/// A trait, because a boxed closure that returns a `Curve<'r>` could not be used for a lifetime shorter than `'r`.
trait Source<D: Dim>
where
    DefaultAllocator: Allocator<D>,
{
    fn at_step(&self, dt: f64) -> Result<Held<'_, D>, Error>;
}

/// A curve that is shared, or one made for a parameter.
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

/// A curve made for each parameter.
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

impl<'r, D: Dim> Reference<'r, D>
where
    DefaultAllocator: Allocator<D>,
{
    /// One curve, whatever the parameter.
    pub fn curve(name: impl Into<String>, curve: Curve<'r, D>) -> Self {
        Self {
            name: name.into(),
            source: Rc::new(curve),
        }
    }

    /// A curve for each value of the parameter (Δt, m, α or √s): the solution of an equation that depends on it.
    pub fn each(
        name: impl Into<String>,
        curve: impl Fn(f64) -> Result<Curve<'r, D>, Error> + 'r,
    ) -> Self {
        Self {
            name: name.into(),
            source: Rc::new(Each(curve, PhantomData)),
        }
    }

    /// The motion of the ball of `problem`.
    ///
    /// # Errors
    /// Those of [`Curve::motion`].
    pub fn ball<P>(problem: &Problem<P, D>) -> Result<Self, Error>
    where
        P: Potential<f64, D>,
        D: Dim,
    {
        let HeavyBall { mass, drag } = problem.ball();
        let name = format!("the ball m = {} γ = {}", shown(*mass), shown(*drag));
        Ok(Self::curve(name, Curve::motion(problem)?))
    }

    /// The motion of the particle (m_eff, γ_eff) of `discretization` at each Δt, from the start of the problem.
    pub fn effective_particle<P>(problem: &'r Problem<P, D>, discretization: Discretization) -> Self
    where
        P: Potential<f64, D>,
        D: Dim,
    {
        let curve = move |dt| {
            let ball = discretization.effective_particle(problem.ball(), dt)?;
            Curve::motion(&problem.with_ball(ball))
        };
        Self::each("its effective particle", curve)
    }

    /// The name in tables.
    pub fn name(&self) -> &str {
        &self.name
    }

    pub(crate) fn at_step(&self, dt: f64) -> Result<Held<'_, D>, Error> {
        self.source.at_step(dt)
    }
}

/// A number to six digits, without trailing zeros.
pub(crate) fn shown(number: f64) -> String {
    let rounded: Result<f64, _> = format!("{number:.5e}").parse();
    let rounded = rounded.unwrap_or(number);
    if rounded == 0.0 || (1e-4..1e6).contains(&rounded.abs()) {
        rounded.to_string()
    } else {
        format!("{rounded:e}")
    }
}
