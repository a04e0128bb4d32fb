//! RootOf, WhenTrue: events from closures, as a root function or a predicate of time and phase.

use crate::motion::events::Event;
use crate::ode::Crossing;
use crate::particle::{HeavyBall, Phase};
use nalgebra::allocator::Allocator;
use nalgebra::{DefaultAllocator, Dim};

/// A root function as an event; made by [`root`].
#[derive(Debug, Clone, Copy)]
pub struct RootOf<F> {
    function: F,
    crossing: Crossing,
}

/// A predicate as an event; made by [`when`].
#[derive(Debug, Clone, Copy)]
pub struct WhenTrue<F> {
    predicate: F,
}

/// The event that `function(time, phase)` has the change of sign `crossing`.
///
/// ```
/// use heavyball::events::{Crossing, root};
/// use heavyball::prelude::*;
/// use heavyball::PhaseIn;
/// use nalgebra::vector;
///
/// // A quarter of a period without drag: x = cos t crosses zero at π/2.
/// let bowl = Quadratic::diagonal(vector![1.0])?;
/// let problem = Problem::new(HeavyBall::new(1.0, 0.0)?, bowl, vector![1.0]).until(10.0);
/// let zero = root(|_, phase: &PhaseIn<1>| phase.position.x, Crossing::Falling);
/// let run = problem.solve_until(&Dop853::new(1e-13, 1e-13).with_fine_output(), &[&zero])?;
/// let event = run.event.unwrap();
/// assert!((event.time - std::f64::consts::FRAC_PI_2).abs() < 1e-12);
/// assert_eq!(run.trajectory.times().last(), Some(&event.time));
/// # Ok::<(), heavyball::Error>(())
/// ```
pub fn root<D, F>(function: F, crossing: Crossing) -> RootOf<F>
where
    D: Dim,
    F: Fn(f64, &Phase<f64, D>) -> f64,
    DefaultAllocator: Allocator<D>,
{
    RootOf { function, crossing }
}

/// The event that `predicate(time, phase)` is true, at the start or later.
///
/// ```
/// use heavyball::events::when;
/// use heavyball::prelude::*;
/// use heavyball::PhaseIn;
/// use nalgebra::vector;
///
/// let problem = Problem::new(HeavyBall::new(1.0, 1.0)?, Quartic, vector![-0.5]).until(50.0);
/// let over = when(|_, phase: &PhaseIn<1>| phase.position.x > 1.0);
/// let event = problem.solve_until(&Rk45::new(1e-9, 1e-9), &[&over])?.event.unwrap();
/// assert!((event.phase.position.x - 1.0).abs() < 1e-12);
/// # Ok::<(), heavyball::Error>(())
/// ```
pub fn when<D, F>(predicate: F) -> WhenTrue<F>
where
    D: Dim,
    F: Fn(f64, &Phase<f64, D>) -> bool,
    DefaultAllocator: Allocator<D>,
{
    WhenTrue { predicate }
}

impl<P, D, F> Event<P, D> for RootOf<F>
where
    D: Dim,
    F: Fn(f64, &Phase<f64, D>) -> f64,
    DefaultAllocator: Allocator<D>,
{
    fn root(&self, time: f64, _ball: &HeavyBall, _potential: &P, phase: &Phase<f64, D>) -> f64 {
        (self.function)(time, phase)
    }

    fn crossing(&self) -> Crossing {
        self.crossing
    }
}

impl<P, D, F> Event<P, D> for WhenTrue<F>
where
    D: Dim,
    F: Fn(f64, &Phase<f64, D>) -> bool,
    DefaultAllocator: Allocator<D>,
{
    fn root(&self, time: f64, _ball: &HeavyBall, _potential: &P, phase: &Phase<f64, D>) -> f64 {
        if (self.predicate)(time, phase) {
            -1.0
        } else {
            1.0
        }
    }

    fn crossing(&self) -> Crossing {
        Crossing::Reached
    }
}
