//! Order: the measured order at which the iterates tend to their ball as Δt is halved.

use crate::choice::discretization;
use crate::error::PageError;
use crate::landscape::Landscape;
use crate::motion::Launch;
use heavyball::prelude::*;
use heavyball::study::{Limit, OptimizerScheme, Reference, Rule, Start};
use nalgebra::allocator::Allocator;
use nalgebra::{DefaultAllocator, Dim, DimAdd, DimSum, OVector, Vector1, Vector2};

/// What the iterates are compared with, and how they start.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Compared {
    /// v₀ = Δt·ẋ(0), with the ball at kΔt.
    Naive,
    /// v₀ matched to the ball, with the ball at kΔt.
    Matched,
    /// v₀ = 0 from rest, with the effective particle at (k + ½)Δt.
    EffectiveHalfStepLate,
}

impl Compared {
    /// By the name that the page uses.
    ///
    /// # Errors
    /// [`PageError::Unknown`] for another name.
    pub fn named(name: &str) -> Result<Self, PageError> {
        match name {
            "naive" => Ok(Self::Naive),
            "matched" => Ok(Self::Matched),
            "effective" => Ok(Self::EffectiveHalfStepLate),
            _ => {
                let (kind, name) = ("comparison", name.to_owned());
                Err(PageError::Unknown { kind, name })
            }
        }
    }
}

const HALVINGS: u16 = 5;
/// The most gradients that a measurement may take, in units of a simple function's.
const WORK: f64 = 3e6;

/// The order and its standard error, then Δt and the largest error in x of each run: two numbers each.
///
/// The runs are those of `rule` from `launch` until `end`, with `dt` and five halvings of it.
///
/// # Errors
/// [`PageError::TooMuch`] for more work than a page should do; the library's, where no order can be measured.
pub fn order(
    landscape: &Landscape,
    rule: Rule,
    row: &str,
    launch: &Launch,
    dt: f64,
    end: f64,
    compared: Compared,
) -> Result<Vec<f64>, PageError> {
    let work = 64.0 * (end / dt).abs() * landscape.work();
    if work.is_nan() || work > WORK {
        let (what, limit) = ("gradients for the order", WORK);
        return Err(PageError::TooMuch {
            what,
            value: work,
            limit,
        });
    }
    let scheme = OptimizerScheme::new(rule, discretization(row)?);
    match landscape {
        Landscape::Line(line) => {
            let [x, u] = [launch.position, launch.velocity].map(|[x, _]| Vector1::new(x));
            let problem = problem(launch, line, x, u, end);
            measured(&problem, scheme, row, dt, compared)
        }
        Landscape::Plane(plane) => {
            let [x, u] = [launch.position, launch.velocity].map(Vector2::from);
            let problem = problem(launch, plane, x, u, end);
            measured(&problem, scheme, row, dt, compared)
        }
    }
}

fn problem<'p, P, D: Dim>(
    launch: &Launch,
    potential: &'p P,
    position: OVector<f64, D>,
    velocity: OVector<f64, D>,
    end: f64,
) -> Problem<&'p P, D>
where
    P: Potential<f64, D>,
    DefaultAllocator: Allocator<D>,
{
    Problem::new(launch.ball, potential, position)
        .with_velocity(velocity)
        .until(end)
}

fn measured<P, D>(
    problem: &Problem<&P, D>,
    scheme: OptimizerScheme,
    row: &str,
    dt: f64,
    compared: Compared,
) -> Result<Vec<f64>, PageError>
where
    P: Potential<f64, D>,
    D: DimAdd<D>,
    DefaultAllocator: Allocator<D> + Allocator<DimSum<D, D>>,
{
    let start = match compared {
        Compared::Naive => Start::Naive,
        Compared::Matched => Start::Matched,
        Compared::EffectiveHalfStepLate => Start::RestHalfStepEarly,
    };
    let study = Limit::small_step(problem, scheme.with_start(start)).with_halvings(dt, HALVINGS);
    let table = if compared == Compared::EffectiveHalfStepLate {
        let reference = Reference::effective_particle(problem, discretization(row)?);
        study.with_reference(reference).measure()?
    } else {
        study.measure()?
    };
    let fit = table.position().fit.as_ref();
    let mut numbers = fit.map_or(vec![f64::NAN; 2], |fit| vec![fit.order, fit.standard_error]);
    for row in table.rows() {
        numbers.extend([row.parameter, row.error.position]);
    }
    Ok(numbers)
}
