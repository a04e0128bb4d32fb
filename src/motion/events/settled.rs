//! Settled: the ball is close to rest at a critical point, with |∇f| and |p| small.

use crate::Error;
use crate::check::positive;
use crate::motion::events::Event;
use crate::ode::Crossing;
use crate::particle::{HeavyBall, Phase};
use crate::potentials::{Potential, gradient_at};
use nalgebra::allocator::Allocator;
use nalgebra::{DefaultAllocator, Dim};

/// The event that both the force and the momentum are small: |∇f(x)| ≤ a and |p| ≤ b.
///
/// The force alone is also small where the ball passes a critical point at high speed, the momentum alone at every
/// turning point. Near a saddle both may be small for a long time before the ball moves on.
///
/// ```
/// use heavyball::events::Settled;
/// use heavyball::prelude::*;
/// use nalgebra::vector;
///
/// let problem = Problem::new(HeavyBall::new(1.0, 1.0)?, DoubleWell, vector![-1.5, -1.5]).until(1e6);
/// let run = problem.solve_until(&Rk45::new(1e-9, 1e-12), &[&Settled::new(1e-6, 1e-6)?])?;
/// assert!(run.event.is_some_and(|event| event.time < 100.0));
/// # Ok::<(), heavyball::Error>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Settled {
    gradient: f64,
    momentum: f64,
}

impl Settled {
    /// |∇f| ≤ `gradient` and |p| ≤ `momentum`, at the start or later.
    ///
    /// # Errors
    /// [`ParameterError::NotPositive`](crate::error::ParameterError::NotPositive) unless both are positive and finite.
    pub fn new(gradient: f64, momentum: f64) -> Result<Self, Error> {
        positive("gradient tolerance", &gradient, "")?;
        positive("momentum tolerance", &momentum, "")?;
        Ok(Self { gradient, momentum })
    }
}

impl<P, D> Event<P, D> for Settled
where
    P: Potential<f64, D>,
    D: Dim,
    DefaultAllocator: Allocator<D>,
{
    fn root(&self, _time: f64, _ball: &HeavyBall, potential: &P, phase: &Phase<f64, D>) -> f64 {
        let mut gradient = phase.position.clone();
        gradient_at(potential, &phase.position, &mut gradient);
        let (force, momentum) = (
            gradient.norm() / self.gradient,
            phase.momentum.norm() / self.momentum,
        );
        if force.is_nan() {
            force
        } else {
            force.max(momentum) - 1.0
        }
    }

    fn crossing(&self) -> Crossing {
        Crossing::Reached
    }
}
