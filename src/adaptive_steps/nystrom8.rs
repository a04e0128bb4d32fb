//! Nystrom8: the adaptive Runge–Kutta–Nyström pair of order 8(6), for the heavy ball with its drag.
//!
//! Reference: J. R. Dormand, M. E. A. El-Mikkawy, P. J. Prince, *IMA J. Numer. Anal.* 7 (1987) 423.

use crate::ode::adaptive::control::{Control, control_settings};

/// The Runge–Kutta–Nyström pair of order 8(6), adaptive: the fastest method here for a ball that swings.
///
/// A Nyström method uses that the acceleration does not depend on the velocity, and needs fewer gradients than a
/// Runge–Kutta method of the same order: eight per step instead of twelve. Drag would spoil this: applied to ẍ = a(x, ẋ), such a method has order 1. Here
/// the drag is removed first, exactly: with c = γ/2m and x = x₀ + e^(−ct)y, the ball obeys
/// y″ = c²y − e^(ct)∇f(x₀ + e^(−ct)y)/m (derivation (55)), so that the order is 8 for any drag.
///
/// The error estimate of each step is kept below atol + rtol·|(x, p)| in root mean square. Costs eight gradients per
/// step, whether accepted or not. The dense output has order 8 in x and 7 in p, for three more gradients per step, which
/// [`Trajectory::gradients`](crate::Trajectory::gradients) does not count.
///
/// Where drag rules the motion, 2m/γ below a step, its steps are limited to 4m/γ and [`Dop853`](crate::Dop853) or
/// [`Adaptive`](crate::Adaptive) need fewer gradients. For tolerances below 1e-10, [`Nystrom12`](crate::Nystrom12) does.
///
/// ```
/// use heavyball::prelude::*;
/// use nalgebra::vector;
///
/// let problem = Problem::new(HeavyBall::new(1.0, 0.4)?, Quadratic::diagonal(vector![4.0])?, vector![1.0]);
/// let run = problem.until(10.0).solve(&Nystrom8::new(1e-12, 1e-12))?;
/// let exact = DampedOscillator::new(1.0, 0.4, 4.0)?.at(3.0, 1.0, 0.0).0;
/// assert!((run.at(3.0)?.position.x - exact).abs() < 1e-11);
/// assert_eq!(run.gradients(), 2 + 8 * (run.steps() + run.rejections()));
/// # Ok::<(), heavyball::Error>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Nystrom8<S = [f64; 0]> {
    pub(crate) control: Control,
    pub(crate) stop_times: S,
    pub(crate) is_dense: bool,
}

control_settings!(Nystrom8, is_dense);

impl Nystrom8 {
    /// The method with these tolerances.
    ///
    /// Infallible: the tolerances are checked when the method solves, and must be positive and finite then.
    pub fn new(relative: f64, absolute: f64) -> Self {
        Self {
            control: Control::new(relative, absolute),
            stop_times: [],
            is_dense: true,
        }
    }
}

impl<S> Nystrom8<S> {
    /// Disables dense output.
    ///
    /// Times between steps are then interpolated through the five nearest steps, with an error that can be far above
    /// the tolerance; the steps themselves are unchanged.
    #[must_use]
    pub fn without_dense_output(mut self) -> Self {
        self.is_dense = false;
        self
    }
}
