//! CorrectedFlow: x′ = −(∇f + c∇²f∇f)/γ, the gradient flow of f + ½c|∇f|², one order more accurate than the plain flow.
//!
//! The first-order effect of a small inertia: c = m/γ² for a light ball, derivation (36), and c = αλ(λ − ½ − θ), λ =
//! 1/(1 − β), for an optimiser at a small rate, derivation (37).

use crate::Error;
use crate::check::{check_length, check_vector, finite, positive};
use crate::ode::FirstOrderSystem;
use crate::optimizers::{Momentum, Nesterov};
use crate::particle::HeavyBall;
use crate::potentials::{Curvature, check_start};
use nalgebra::allocator::Allocator;
use nalgebra::{DefaultAllocator, Dim, OVector};

/// A gradient flow with the correction of the next order: a [`FirstOrderSystem`] in x.
///
/// Cost: one gradient and one Hessian-vector product per evaluation. For c > 0 it is stiffer than the plain flow: an
/// explicit solver needs steps below about 3γ/(L + cL²).
///
/// ```
/// use heavyball::prelude::*;
/// use heavyball::study::modified_equation::CorrectedFlow;
/// use nalgebra::vector;
///
/// // On f = 2x² gradient descent with α = 0.01 multiplies x by 0.96, its flow by e^(−0.04) = 0.9608,
/// // and the corrected flow by e^(−0.04 − 0.0008) = 0.96001.
/// let bowl = Quadratic::diagonal(vector![4.0])?;
/// let flow = CorrectedFlow::momentum(bowl, &Momentum::new(0.01, 0.0)?)?;
/// let path = Dop853::new(1e-13, 1e-13).integrate(&flow, (0.0, 0.01), vector![1.0])?;
/// assert!((path.last().x - (-0.0408_f64).exp()).abs() < 1e-12);
/// # Ok::<(), heavyball::Error>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct CorrectedFlow<P> {
    potential: P,
    drag: f64,
    correction: f64,
    /// Weights of the first velocity and of the first gradient in the start.
    shift: (f64, f64),
}

impl<P> CorrectedFlow<P> {
    /// The flow that `ball` follows to second order in its mass: c = m/γ², from x₀ + (m/γ)(ẋ(0) + ∇f(x₀)/γ).
    ///
    /// # Errors
    /// [`ParameterError::NotPositive`](crate::error::ParameterError::NotPositive) and
    /// [`ParameterError::Negative`](crate::error::ParameterError::Negative) for mass and drag.
    pub fn overdamped(potential: P, ball: &HeavyBall) -> Result<Self, Error> {
        ball.check()?;
        let HeavyBall { mass, drag } = *ball;
        positive("drag", &drag, "; without drag there is no flow")?;
        let (layer, correction) = (mass / drag, mass / drag / drag);
        finite("mass/drag²", &correction)?;
        Ok(Self {
            potential,
            drag,
            correction,
            shift: (layer, layer / drag),
        })
    }

    /// The flow that momentum follows in τ = kα/(1 − β) to second order in α at fixed β: c = α(1 + β)/2(1 − β)², from
    /// x₀ + βλv₀ + αβλ²∇f(x₀).
    ///
    /// # Errors
    /// [`ParameterError::NotPositive`](crate::error::ParameterError::NotPositive) for α and for 1 − β.
    pub fn momentum(potential: P, rule: &Momentum) -> Result<Self, Error> {
        Self::small_rate(potential, rule.alpha, rule.beta, 0.0)
    }

    /// The flow that Nesterov's rule follows: c = α(1/(1 − β) − ½ − β)/(1 − β), from the same start.
    ///
    /// # Errors
    /// The errors of [`Self::momentum`].
    pub fn nesterov(potential: P, rule: &Nesterov) -> Result<Self, Error> {
        Self::small_rate(potential, rule.alpha, rule.beta, rule.beta)
    }

    fn small_rate(potential: P, alpha: f64, beta: f64, theta: f64) -> Result<Self, Error> {
        positive("alpha", &alpha, "")?;
        let advice = "; at beta = 1 there is no drag and no gradient flow";
        positive("1 - beta", &(1.0 - beta), advice)?;
        let gain = 1.0 / (1.0 - beta);
        let correction = alpha * gain * (gain - 0.5 - theta);
        finite("correction", &correction)?;
        Ok(Self {
            potential,
            drag: 1.0,
            correction,
            shift: (beta * gain, alpha * beta * gain * gain),
        })
    }

    /// The coefficient c of ½|∇f|², in units of f/|∇f|².
    pub fn correction(&self) -> f64 {
        self.correction
    }

    /// The start of the flow for a ball or an iteration that starts at `position` with `velocity`: ẋ(0) of a ball, the
    /// displacement v₀ of an optimiser.
    ///
    /// # Errors
    /// [`VectorError::Empty`](crate::error::VectorError::Empty),
    /// [`VectorError::NonFiniteComponent`](crate::error::VectorError::NonFiniteComponent) and
    /// [`VectorError::DimensionMismatch`](crate::error::VectorError::DimensionMismatch) for position and velocity.
    pub fn start<D: Dim>(
        &self,
        position: &OVector<f64, D>,
        velocity: &OVector<f64, D>,
    ) -> Result<OVector<f64, D>, Error>
    where
        P: Curvature<D>,
        DefaultAllocator: Allocator<D>,
    {
        check_start(&self.potential, "start position", position)?;
        check_length("start velocity", position.len(), velocity)?;
        let mut start = position.clone();
        self.potential.gradient(position, &mut start);
        let (of_velocity, of_gradient) = self.shift;
        start.zip_zip_apply(position, velocity, |slot, x, u| {
            *slot = x + of_velocity * u + of_gradient * *slot;
        });
        check_vector("start of the flow", &start)?;
        Ok(start)
    }
}

impl<D: Dim, P: Curvature<D>> FirstOrderSystem<D> for CorrectedFlow<P>
where
    DefaultAllocator: Allocator<D>,
{
    fn derivative(&self, _time: f64, state: &OVector<f64, D>, derivative: &mut OVector<f64, D>) {
        let mut gradient = state.clone();
        self.potential.gradient(state, &mut gradient);
        self.potential.hessian_product(state, &gradient, derivative);
        derivative.zip_apply(&gradient, |slot, g| {
            *slot = -(g + self.correction * *slot) / self.drag;
        });
    }

    fn check_start(&self, state: &OVector<f64, D>) -> Result<(), Error> {
        check_start(&self.potential, "start position", state)
    }
}
