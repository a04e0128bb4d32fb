//! Uphill, SlowingDown: the moments at which a restart stops the ball, in continuous time.
//!
//! References: B. O'Donoghue, E. Candès, *Found. Comput. Math.* 15 (2015) 715, section 3.2; W. Su, S. Boyd, E. J. Candès,
//! *J. Mach. Learn. Res.* 17 (2016), no. 153, section 5.

use crate::motion::events::Event;
use crate::ode::Crossing;
use crate::particle::{HeavyBall, Phase};
use crate::potentials::{Potential, gradient_at};
use nalgebra::allocator::Allocator;
use nalgebra::{DefaultAllocator, Dim, OVector};

/// The event that the ball begins to roll uphill: ẋ·∇f rises through 0, so that f has a minimum along the motion.
///
/// With [`Response::rest`](crate::motion::Response::rest) it is the function restart, and the gradient restart, of the ball,
/// derivation (76). Costs one gradient per evaluation. It has no rate: two changes of sign within a quarter of a step are
/// missed.
///
/// ```
/// use heavyball::events::Uphill;
/// use heavyball::motion::Response;
/// use heavyball::prelude::*;
/// use heavyball::PhaseIn;
/// use nalgebra::vector;
///
/// // Without drag the ball never comes to rest, unless it is stopped at each minimum of f on its way.
/// let bowl = Quadratic::diagonal(vector![1.0, 30.0])?;
/// let problem = Problem::new(HeavyBall::new(1.0, 0.0)?, &bowl, vector![1.0, 1.0]).until(40.0);
/// let rest = |ball: &HeavyBall, phase: &PhaseIn<2>| Response::rest(*ball, phase);
/// let run = problem.solve_through(&Adaptive::new(1e-10, 1e-10), &[(&Uphill, &rest)])?;
/// assert!(run.events.len() > 10 && bowl.value(&run.trajectory.last().position) < 1e-6);
/// # Ok::<(), heavyball::Error>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Uphill;

/// The event that the ball begins to slow down: d|ẋ|²/dt falls through 0, so that the speed has a maximum.
///
/// With [`Response::rest`](crate::motion::Response::rest) it is the speed restart of the ball, derivation (76). Costs one
/// gradient per evaluation. It has no rate: two changes of sign within a quarter of a step are missed.
///
/// ```
/// use heavyball::events::SlowingDown;
/// use heavyball::prelude::*;
/// use nalgebra::vector;
///
/// // Without drag a ball on a parabola is fastest at the bottom, after a quarter of a period.
/// let bowl = Quadratic::diagonal(vector![1.0])?;
/// let problem = Problem::new(HeavyBall::new(1.0, 0.0)?, bowl, vector![1.0]).until(10.0);
/// let run = problem.solve_until(&Dop853::new(1e-13, 1e-13).with_fine_output(), &[&SlowingDown])?;
/// assert!(run.event.is_some_and(|event| (event.time - std::f64::consts::FRAC_PI_2).abs() < 1e-11));
/// # Ok::<(), heavyball::Error>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SlowingDown;

fn gradient<P, D>(potential: &P, phase: &Phase<f64, D>) -> OVector<f64, D>
where
    P: Potential<f64, D>,
    D: Dim,
    DefaultAllocator: Allocator<D>,
{
    let mut gradient = phase.position.clone();
    gradient_at(potential, &phase.position, &mut gradient);
    gradient
}

impl<P, D> Event<P, D> for Uphill
where
    P: Potential<f64, D>,
    D: Dim,
    DefaultAllocator: Allocator<D>,
{
    fn root(&self, _time: f64, _ball: &HeavyBall, potential: &P, phase: &Phase<f64, D>) -> f64 {
        phase.momentum.dot(&gradient(potential, phase))
    }

    fn crossing(&self) -> Crossing {
        Crossing::Rising
    }
}

impl<P, D> Event<P, D> for SlowingDown
where
    P: Potential<f64, D>,
    D: Dim,
    DefaultAllocator: Allocator<D>,
{
    fn root(&self, _time: f64, ball: &HeavyBall, potential: &P, phase: &Phase<f64, D>) -> f64 {
        let push = -phase.momentum.dot(&gradient(potential, phase));
        push - ball.drag / ball.mass * phase.momentum.norm_squared()
    }

    fn crossing(&self) -> Crossing {
        Crossing::Falling
    }
}
