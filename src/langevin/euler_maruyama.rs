//! EulerMaruyama: x₊ = x − (Δt/γ)∇f(x) + √(2TΔt/γ) N, the overdamped limit γdx = −∇f dt + √(2γT) dW.
//!
//! Reference: P. E. Kloeden, E. Platen, *Numerical Solution of Stochastic Differential Equations* (1992), section 10.2.

use crate::Error;
use crate::check::{in_range, positive};
use crate::langevin::bath::Heat;
use crate::langevin::method::langevin_method;
use crate::langevin::{Langevin, LangevinState, LangevinStep};
use crate::noise::Place;
use crate::potentials::{Potential, gradient_at};
use nalgebra::allocator::Allocator;
use nalgebra::{DefaultAllocator, Dim};

/// Euler–Maruyama for the ball without mass, γẋ = −∇f(x) + √(2γT) ξ(t): gradient descent with noise, α = Δt/γ.
///
/// Weak order 1, one gradient a step. Stable on curvature k for Δt < 2γ/k. The mass is not used and the momentum not
/// changed; the drag must be positive. At T = 0 it is [`GradientDescent`](crate::GradientDescent) bit for bit.
///
#[cfg_attr(feature = "parallel", doc = "```")]
#[cfg_attr(not(feature = "parallel"), doc = "```ignore")]
/// use heavyball::ensemble::Ensemble;
/// use heavyball::langevin::{EulerMaruyama, Langevin};
/// use heavyball::noise::Noise;
/// use heavyball::prelude::*;
/// use nalgebra::vector;
///
/// // A long step, h²k/4m = ¼.
/// let bath = Langevin::new(HeavyBall::new(1.0, 1.0)?, 1.0)?;
/// let well = Quadratic::diagonal(vector![1.0])?;
/// let starts = vec![Phase::at_rest(vector![0.0]); 20_000];
/// let ensemble = Ensemble::in_bath(&EulerMaruyama::new(1.0)?, &bath, &well, starts, Noise::new(1))?;
/// let ends = ensemble.after(60)?;
/// let variance = |of: fn(&Phase<f64, nalgebra::Const<1>>) -> f64| {
///     ends.states().iter().map(|end| of(&end.phase).powi(2)).sum::<f64>() / 2e4
/// };
/// // The variance is T/(k(1 − hk/2γ)).
/// assert!((variance(|end| end.position.x) - 2.0).abs() < 0.08);
/// # Ok::<(), heavyball::Error>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct EulerMaruyama {
    dt: f64,
}

langevin_method!(EulerMaruyama, EulerMaruyamaStep, 1, false);

/// The step map of [`EulerMaruyama`].
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct EulerMaruyamaStep {
    rate: f64,
    heat: Heat,
}

impl EulerMaruyamaStep {
    fn of(bath: &Langevin, dt: f64) -> Result<Self, Error> {
        let drag = bath.ball.drag;
        positive("drag", &drag, "; without mass and drag there is no motion")?;
        let rate = dt / drag;
        in_range("dt/drag", &rate)?;
        let noise = (2.0 * rate).sqrt() * bath.temperature.sqrt();
        Ok(Self {
            rate,
            heat: bath.heat(1.0, noise)?,
        })
    }
}

impl LangevinStep for EulerMaruyamaStep {
    #[inline(always)]
    fn advance<D, P>(&self, place: &Place, potential: &P, state: &mut LangevinState<D>)
    where
        D: Dim,
        P: Potential<f64, D> + ?Sized,
        DefaultAllocator: Allocator<D>,
    {
        let LangevinState { phase, gradient } = state;
        gradient_at(potential, &phase.position, gradient);
        phase
            .position
            .zip_apply(gradient, |x, g| *x += -(self.rate * g));
        self.heat.add(phase.position.as_mut_slice(), place);
    }
}
