//! GradientFlow: γẋ = −∇f(x), the heavy ball without mass and the limit of gradient descent for small rates.
//!
//! Gradient descent is its explicit Euler step with α = Δt/γ.

use crate::Error;
use crate::check::positive;
use crate::ode::FirstOrderSystem;
use crate::potentials::{Potential, check_start, gradient_at};
use nalgebra::allocator::Allocator;
use nalgebra::{DefaultAllocator, Dim, OVector};

/// The flow γẋ = −∇f(x): a [`FirstOrderSystem`] for [`Rk45`](crate::Rk45) and
/// [`Dop853`](crate::Dop853).
///
/// f decreases along it, df/dt = −|∇f|²/γ, so that it cannot cross a barrier. An explicit solver needs steps below
/// about 3γ/L, hence many steps for a stiff f.
///
/// ```
/// use heavyball::prelude::*;
/// use nalgebra::vector;
///
/// let bowl = Quadratic::diagonal(vector![1.0, 3.0])?;
/// let flow = GradientFlow::new(bowl, 2.0)?;
/// let path = Rk45::new(1e-10, 1e-12).integrate(&flow, (0.0, 4.0), vector![1.0, 1.0])?;
/// assert!((path.last().x - (-2.0_f64).exp()).abs() < 1e-9);
/// # Ok::<(), heavyball::Error>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct GradientFlow<P> {
    /// The potential f.
    pub potential: P,
    drag: f64,
}

impl<P> GradientFlow<P> {
    /// The flow down `potential` under drag γ.
    ///
    /// # Errors
    /// [`ParameterError::NotPositive`](crate::error::ParameterError::NotPositive) unless the drag is positive and
    /// finite.
    pub fn new(potential: P, drag: f64) -> Result<Self, Error> {
        let advice = "; without drag there is no flow, use HeavyBall";
        positive("drag", &drag, advice)?;
        Ok(Self { potential, drag })
    }

    /// Drag coefficient γ.
    pub fn drag(&self) -> f64 {
        self.drag
    }
}

impl<D: Dim, P: Potential<f64, D>> FirstOrderSystem<D> for GradientFlow<P>
where
    DefaultAllocator: Allocator<D>,
{
    #[inline]
    fn derivative(&self, _time: f64, state: &OVector<f64, D>, derivative: &mut OVector<f64, D>) {
        gradient_at(&self.potential, state, derivative);
        derivative.apply(|g| *g /= -self.drag);
    }

    fn check_start(&self, state: &OVector<f64, D>) -> Result<(), Error> {
        check_start(&self.potential, "start position", state)
    }
}
