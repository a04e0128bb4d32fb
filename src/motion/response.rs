//! Response: what a ball does at an event.

use crate::particle::{HeavyBall, Phase};
use nalgebra::allocator::Allocator;
use nalgebra::{DefaultAllocator, Dim, OVector};

/// What happens at an event of [`Problem::solve_through`](crate::Problem::solve_through).
///
/// ```
/// use heavyball::events::{CoordinateLevel, Crossing};
/// use heavyball::motion::Response;
/// use heavyball::prelude::*;
/// use heavyball::Linear;
/// use nalgebra::vector;
///
/// // A ball dropped from height 1 on a floor that returns 0.8 of its speed, under gravity 10.
/// let gravity = Linear::new(vector![10.0])?;
/// let problem = Problem::new(HeavyBall::new(1.0, 0.0)?, gravity, vector![1.0]).until(2.0);
/// let floor = CoordinateLevel::new(0, 0.0, Crossing::Falling)?;
/// let bounce = |ball: &HeavyBall, phase: &_| Response::bounce(*ball, phase, 0, 0.8);
/// let run = problem.solve_through(&Nystrom8::new(1e-10, 1e-10), &[(&floor, &bounce)])?;
/// let fall = (2.0_f64 / 10.0).sqrt();
/// let times: Vec<_> = run.events.iter().map(|event| event.time).collect();
/// assert!((times[0] - fall).abs() < 1e-9);
/// assert!((times[1] - fall * (1.0 + 2.0 * 0.8)).abs() < 1e-9);
/// # Ok::<(), heavyball::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum Response<D: Dim>
where
    DefaultAllocator: Allocator<D>,
{
    /// The event is noted, and the motion goes on.
    GoOn,
    /// The run ends.
    Stop,
    /// The motion goes on with this ball from this phase.
    Change(HeavyBall, Phase<f64, D>),
}

impl<D: Dim> Response<D>
where
    DefaultAllocator: Allocator<D>,
{
    /// A kick: the momentum changes by `impulse`.
    pub fn kick(ball: HeavyBall, phase: &Phase<f64, D>, impulse: &OVector<f64, D>) -> Self {
        let momentum = &phase.momentum + impulse;
        Self::Change(ball, Phase::new(phase.position.clone(), momentum))
    }

    /// A bounce: momentum number `coordinate`, counted from 0, is reversed and multiplied by `restitution`, 1 for an elastic
    /// bounce and 0 for none. A coordinate that does not exist leaves the momentum as it is.
    pub fn bounce(
        ball: HeavyBall,
        phase: &Phase<f64, D>,
        coordinate: usize,
        restitution: f64,
    ) -> Self {
        let mut momentum = phase.momentum.clone();
        if let Some(p) = momentum.iter_mut().nth(coordinate) {
            *p *= -restitution;
        }
        Self::Change(ball, Phase::new(phase.position.clone(), momentum))
    }

    /// A bounce from a wall of any direction: the part of the momentum along `normal` is reversed and multiplied by
    /// `restitution`, p ← p − (1 + e)(n·p)n/|n|². A normal of length 0, or of another dimension, leaves the momentum as it is.
    pub fn reflect(
        ball: HeavyBall,
        phase: &Phase<f64, D>,
        normal: &OVector<f64, D>,
        restitution: f64,
    ) -> Self {
        let mut momentum = phase.momentum.clone();
        let length = normal.norm();
        if length > 0.0 && normal.len() == momentum.len() {
            let unit = normal / length;
            let impulse = (1.0 + restitution) * unit.dot(&momentum);
            momentum.zip_apply(&unit, |p, n| *p = (-impulse).mul_add(n, *p));
        }
        Self::Change(ball, Phase::new(phase.position.clone(), momentum))
    }

    /// The ball is stopped, p ← 0, and goes on from rest: a restart, at [`Uphill`](crate::events::Uphill) or
    /// [`SlowingDown`](crate::events::SlowingDown). It takes the kinetic energy.
    pub fn rest(ball: HeavyBall, phase: &Phase<f64, D>) -> Self {
        Self::Change(ball, Phase::at_rest(phase.position.clone()))
    }

    /// The drag changes to `drag`; it is checked as the motion goes on.
    pub fn drag(ball: HeavyBall, phase: &Phase<f64, D>, drag: f64) -> Self {
        Self::Change(HeavyBall { drag, ..ball }, phase.clone())
    }

    /// The mass changes to `mass`, and the momentum does not; it is checked as the motion goes on.
    pub fn mass(ball: HeavyBall, phase: &Phase<f64, D>, mass: f64) -> Self {
        Self::Change(HeavyBall { mass, ..ball }, phase.clone())
    }
}
