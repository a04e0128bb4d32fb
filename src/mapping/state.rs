//! The mapping for states: the optimiser's velocity v and the particle's momentum p, v = Δt·p/m.

use crate::Number;
use crate::optimizers::Iterate;
use crate::particle::{HeavyBall, Phase};
use nalgebra::allocator::Allocator;
use nalgebra::{DefaultAllocator, Dim};

impl<T: Number, D: Dim> Iterate<T, D>
where
    DefaultAllocator: Allocator<D>,
{
    /// The iterate at the position of `phase` with v = Δt·p/m.
    ///
    /// This is exact between symplectic Euler and momentum (derivation (9), (11)). For the initial velocity under other
    /// discretisations, see [`Discretization::start_velocity`](crate::Discretization::start_velocity).
    ///
    /// ```
    /// use heavyball::prelude::*;
    /// use nalgebra::vector;
    /// let (ball, dt) = (HeavyBall::new(2.0, 0.1)?, 0.5);
    /// let phase = Phase::new(vector![1.0], vector![3.0]);
    /// let iterate = Iterate::from_phase(&phase, &ball, &dt);
    /// assert_eq!(iterate.velocity, vector![0.75]);
    /// assert_eq!(iterate.to_phase(&ball, &dt), phase);
    /// # Ok::<(), heavyball::Error>(())
    /// ```
    pub fn from_phase(phase: &Phase<T, D>, ball: &HeavyBall<T>, dt: &T) -> Self {
        let per_momentum = dt.clone() / ball.mass.clone();
        Self {
            position: phase.position.clone(),
            velocity: phase.momentum.map(|p| p * per_momentum.clone()),
        }
    }

    /// The phase at the position of this iterate with p = mv/Δt.
    pub fn to_phase(&self, ball: &HeavyBall<T>, dt: &T) -> Phase<T, D> {
        let per_velocity = ball.mass.clone() / dt.clone();
        Phase::new(
            self.position.clone(),
            self.velocity.map(|v| v * per_velocity.clone()),
        )
    }
}
