//! TurningPoint: a component of the momentum changes sign.

use crate::motion::events::Event;
use crate::ode::Crossing;
use crate::particle::{HeavyBall, Phase};
use crate::potentials::{Potential, gradient_at};
use nalgebra::allocator::Allocator;
use nalgebra::{DefaultAllocator, Dim};

/// The event that coordinate xᵢ turns: pᵢ changes sign. A start at rest does not count.
///
/// ```
/// use heavyball::events::TurningPoint;
/// use heavyball::prelude::*;
/// use nalgebra::vector;
///
/// let bowl = Quadratic::diagonal(vector![1.0])?;
/// let problem = Problem::new(HeavyBall::new(1.0, 0.0)?, bowl, vector![1.0]).until(10.0);
/// let run = problem.solve_until(&Dop853::new(1e-13, 1e-13), &[&TurningPoint::new(0)])?;
/// assert!(run.event.is_some_and(|event| (event.time - std::f64::consts::PI).abs() < 1e-11));
/// # Ok::<(), heavyball::Error>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TurningPoint {
    coordinate: usize,
}

impl TurningPoint {
    /// Coordinate number `coordinate`, counted from 0, turns.
    ///
    /// Whether the coordinate exists is checked when a run starts: if not,
    /// [`EventError::NotANumber`](crate::error::EventError::NotANumber).
    pub fn new(coordinate: usize) -> Self {
        Self { coordinate }
    }
}

impl<P, D: Dim> Event<P, D> for TurningPoint
where
    P: Potential<f64, D>,
    DefaultAllocator: Allocator<D>,
{
    fn root(&self, _time: f64, _ball: &HeavyBall, _potential: &P, phase: &Phase<f64, D>) -> f64 {
        let momentum = phase.momentum.iter().nth(self.coordinate);
        momentum.copied().unwrap_or(f64::NAN)
    }

    fn rate(&self, _: f64, ball: &HeavyBall, potential: &P, phase: &Phase<f64, D>) -> Option<f64> {
        let mut gradient = phase.position.clone();
        gradient_at(potential, &phase.position, &mut gradient);
        let (g, p) = (gradient.iter(), phase.momentum.iter());
        let (g, p) = g.zip(p).nth(self.coordinate)?;
        Some(-g - ball.drag / ball.mass * p)
    }

    fn crossing(&self) -> Crossing {
        Crossing::Either
    }
}
