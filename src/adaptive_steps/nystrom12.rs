//! Nystrom12: the adaptive Runge–Kutta–Nyström pair of order 12(10), for the heavy ball with its drag.
//!
//! Reference: J. R. Dormand, M. E. A. El-Mikkawy, P. J. Prince, *IMA J. Numer. Anal.* 7 (1987) 423.

use crate::ode::adaptive::control::{Control, control_settings};

/// The Runge–Kutta–Nyström pair of order 12(10), adaptive: for tolerances below 1e-10.
///
/// As [`Nystrom8`](crate::Nystrom8), with the same exact removal of the drag; it costs seventeen gradients per step and
/// sixteen for a rejected one, and takes far longer steps. Its dense output has order 9 in x and 8 in p, with error terms
/// so small that in use it follows the steps to within a few times their error; it costs three more gradients per step.
///
/// ```
/// use heavyball::prelude::*;
/// use nalgebra::vector;
///
/// let problem = Problem::new(HeavyBall::new(1.0, 0.4)?, Quadratic::diagonal(vector![4.0])?, vector![1.0]);
/// let run = problem.until(10.0).solve(&Nystrom12::new(1e-14, 1e-14))?;
/// let exact = DampedOscillator::new(1.0, 0.4, 4.0)?.at(10.0, 1.0, 0.0).0;
/// assert!((run.last().position.x - exact).abs() < 1e-14);
/// # Ok::<(), heavyball::Error>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Nystrom12<S = [f64; 0]> {
    pub(crate) control: Control,
    pub(crate) stop_times: S,
    pub(crate) is_dense: bool,
}

control_settings!(Nystrom12, is_dense);

impl Nystrom12 {
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

impl<S> Nystrom12<S> {
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
