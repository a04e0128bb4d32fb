//! Plane: the ball crosses a plane n·x = c, such as a wall.

use crate::Error;
use crate::check::{check_vector, finite, positive};
use crate::motion::events::Event;
use crate::ode::Crossing;
use crate::particle::{HeavyBall, Phase};
use nalgebra::allocator::Allocator;
use nalgebra::{DefaultAllocator, Dim, Dyn, OVector};

/// The event that the ball crosses the plane n·x = c: n·x − c changes sign, over |n| the distance from the plane.
///
/// A ball that comes from the side to which n points falls through it. With
/// [`Response::reflect`](crate::motion::Response::reflect) the plane is a wall.
///
/// ```
/// use heavyball::events::{Crossing, Plane};
/// use heavyball::motion::Response;
/// use heavyball::prelude::*;
/// use heavyball::{Linear, PhaseIn};
/// use nalgebra::vector;
///
/// // Thrown level at 3 against a wall at 45°, it flies up at 3.
/// let (level, normal) = (Linear::new(vector![0.0, 0.0])?, vector![-1.0, 1.0]);
/// let problem = Problem::new(HeavyBall::new(2.0, 0.0)?, level, vector![-3.0, 0.0]);
/// let problem = problem.with_velocity(vector![3.0, 0.0]).until(2.0);
/// let wall = Plane::new(normal, 0.0, Crossing::Falling)?;
/// let reflect = |ball: &HeavyBall, phase: &PhaseIn<2>| Response::reflect(*ball, phase, &normal, 1.0);
/// let run = problem.solve_through(&Nystrom8::new(1e-10, 1e-10), &[(&wall, &reflect)])?;
/// assert!((run.events[0].time - 1.0).abs() < 1e-14);
/// assert!((run.trajectory.last().position - vector![0.0, 3.0]).norm() < 1e-12);
/// # Ok::<(), heavyball::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct Plane<D: Dim = Dyn>
where
    DefaultAllocator: Allocator<D>,
{
    /// Of length 1.
    normal: OVector<f64, D>,
    distance: f64,
    crossing: Crossing,
}

impl<D: Dim> Plane<D>
where
    DefaultAllocator: Allocator<D>,
{
    /// n·x − c changes sign in the sense of `crossing`, for the normal n and the offset c.
    ///
    /// # Errors
    /// [`VectorError`](crate::error::VectorError) for a normal that is empty or not finite,
    /// [`ParameterError::NotPositive`](crate::error::ParameterError::NotPositive) for one of length 0 or beyond the range of
    /// f64, [`ParameterError::NotFinite`](crate::error::ParameterError::NotFinite) for an offset that is not finite. In
    /// dynamic dimension its length is checked when a run starts: if it is not that of x,
    /// [`EventError::NotANumber`](crate::error::EventError::NotANumber).
    pub fn new(normal: OVector<f64, D>, offset: f64, crossing: Crossing) -> Result<Self, Error> {
        check_vector("normal", &normal)?;
        finite("offset", &offset)?;
        let length = normal.norm();
        positive(
            "the length of the normal",
            &length,
            "; it gives the direction of the plane",
        )?;
        let distance = offset / length;
        finite("the distance of the plane", &distance)?;
        Ok(Self {
            normal: normal / length,
            distance,
            crossing,
        })
    }

    fn along(&self, vector: &OVector<f64, D>) -> Option<f64> {
        (vector.len() == self.normal.len()).then(|| self.normal.dot(vector))
    }
}

impl<P, D: Dim> Event<P, D> for Plane<D>
where
    DefaultAllocator: Allocator<D>,
{
    fn root(&self, _time: f64, _ball: &HeavyBall, _potential: &P, phase: &Phase<f64, D>) -> f64 {
        self.along(&phase.position)
            .map_or(f64::NAN, |along| along - self.distance)
    }

    fn rate(&self, _: f64, ball: &HeavyBall, _: &P, phase: &Phase<f64, D>) -> Option<f64> {
        Some(self.along(&phase.momentum)? / ball.mass)
    }

    fn crossing(&self) -> Crossing {
        self.crossing
    }
}
