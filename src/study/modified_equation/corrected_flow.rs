//! CorrectedFlow: x′ = −(∇f + c∇²f∇f)/γ, the gradient flow of f + ½c|∇f|², one order beyond the plain one.
//!
//! What inertia leaves when it has nearly vanished: c = m/γ² for a light ball, derivation (36), and
//! c = αλ(λ − ½ − θ), λ = 1/(1 − β), for an optimiser at a small rate, derivation (37).

use crate::Error;
use crate::check::{check_length, finite, positive};
use crate::ode::FirstOrderSystem;
use crate::optimizers::{Momentum, Nesterov};
use crate::particle::HeavyBall;
use crate::potentials::{Curvature, check_start};
use crate::study::{Curve, Reference};
use nalgebra::allocator::Allocator;
use nalgebra::{DefaultAllocator, Dim, OVector};

/// A gradient flow with the correction of next order: a [`FirstOrderSystem`] in x.
///
/// One gradient and one Hessian-vector product an evaluation. For c > 0 it is stiffer than the plain flow: an
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
    /// What `ball` follows to second order in its mass: c = m/γ², from x₀ + (m/γ)(ẋ(0) + ∇f(x₀)/γ).
    ///
    /// # Errors
    /// [`ParameterError::NotPositive`](crate::error::ParameterError::NotPositive) and [`ParameterError::Negative`](crate::error::ParameterError::Negative) for mass and drag.
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

    /// What momentum follows in τ = kα/(1 − β) to second order in α at fixed β: c = α(1 + β)/2(1 − β)², from
    /// x₀ + βλv₀ + αβλ²∇f(x₀).
    ///
    /// # Errors
    /// [`ParameterError::NotPositive`](crate::error::ParameterError::NotPositive) for α and for 1 − β.
    pub fn momentum(potential: P, rule: &Momentum) -> Result<Self, Error> {
        Self::small_rate(potential, rule.alpha, rule.beta, 0.0)
    }

    /// What Nesterov's rule follows: c = α(1/(1 − β) − ½ − β)/(1 − β), from the same start.
    ///
    /// # Errors
    /// As for [`Self::momentum`].
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

    /// Where the flow starts if the ball or the iteration starts at `position` with `velocity`: ẋ(0) of a ball, the
    /// displacement v₀ of an optimiser.
    ///
    /// # Errors
    /// [`VectorError::Empty`](crate::error::VectorError::Empty), [`VectorError::NonFiniteComponent`](crate::error::VectorError::NonFiniteComponent) and [`VectorError::DimensionMismatch`](crate::error::VectorError::DimensionMismatch) for position and velocity.
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

impl<'r, D: Dim + 'r> Reference<'r, D>
where
    DefaultAllocator: Allocator<D>,
    <DefaultAllocator as Allocator<D>>::Buffer<f64>: 'r,
{
    /// The corrected flow that `flow` makes for each value of the parameter, until `until`, for a ball or an
    /// iteration that starts at `position` with `velocity`.
    ///
    /// ```
    /// use heavyball::prelude::*;
    /// use heavyball::study::{CorrectedFlow, Reference, SmallRateLimit};
    /// use nalgebra::vector;
    ///
    /// let start = vector![0.5, 1.0];
    /// let flow = |alpha| CorrectedFlow::momentum(DoubleWell, &Momentum::new(alpha, 0.5)?);
    /// let table = SmallRateLimit::momentum(&DoubleWell, 0.5, start)
    ///     .halvings(4e-3, 4)
    ///     .against(Reference::corrected_flow(flow, start, vector![0.0, 0.0], 1.0))
    ///     .measure()?;
    /// assert!((table.position().fit.unwrap().order - 2.0).abs() < 0.05);
    /// # Ok::<(), heavyball::Error>(())
    /// ```
    pub fn corrected_flow<P>(
        flow: impl Fn(f64) -> Result<CorrectedFlow<P>, Error> + 'r,
        position: OVector<f64, D>,
        velocity: OVector<f64, D>,
        until: f64,
    ) -> Self
    where
        P: Curvature<D> + Clone + 'r,
    {
        Self::each("the corrected flow", move |parameter| {
            let flow = flow(parameter)?;
            let start = flow.start(&position, &velocity)?;
            Curve::flow(&flow, (0.0, until), &start)
        })
    }
}
