//! Adaptive: the method that chooses, between a Nyström pair and collocation with exact drag, while it runs.

use crate::ode::adaptive::control::{Control, control_settings};

/// The default method: to a tolerance, for any mass and drag.
///
/// Where the ball swings it takes the steps of [`Nystrom8`](crate::Nystrom8), for tolerances up to 3e-6 those of
/// [`Nystrom12`](crate::Nystrom12) unless drag limits them. Where drag rules, their steps are limited to a few m/γ, as those of any explicit method:
/// a tiny mass makes the equation stiff. There it takes steps of collocation with the drag exact, whose length depends on
/// the potential alone, so that a ball of mass 1e-8 costs no more than one of mass 1e-2. It changes over whenever a trial
/// step shows that the other method needs fewer gradients for the same time.
///
/// The error estimate of each step is kept below atol + rtol·|(x, p)| in root mean square. Dense output of order 8 or more
/// costs three gradients per Nyström step and none per step of collocation.
///
/// A potential that is itself stiff, with |∇²f| large along the way, is solved in small steps, |∇²f|h/γ below about 2.
///
/// ```
/// use heavyball::prelude::*;
/// use nalgebra::vector;
///
/// // m = 1e-8: an explicit method would need some 10⁸ gradients.
/// let spring = Quadratic::diagonal(vector![1.0])?;
/// let problem = Problem::new(HeavyBall::new(1e-8, 1.0)?, spring, vector![1.0]).until(2.0);
/// let run = problem.solve(&Adaptive::new(1e-10, 1e-10))?;
/// let exact = DampedOscillator::new(1e-8, 1.0, 1.0)?.at(2.0, 1.0, 0.0).0;
/// assert!((run.last().position.x - exact).abs() < 1e-10);
/// assert!(run.gradients() < 1500);
/// # Ok::<(), heavyball::Error>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Adaptive<S = [f64; 0]> {
    pub(crate) control: Control,
    pub(crate) stop_times: S,
    pub(crate) is_dense: bool,
}

control_settings!(Adaptive, is_dense);

impl Adaptive {
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

impl<S> Adaptive<S> {
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
