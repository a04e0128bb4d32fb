//! The mapping for [`Sgd`] and [`SutskeverForm`]: learning rate and momentum to mass, drag and step, and back.

use crate::Error;
use crate::frameworks::{Convention, Sgd, SutskeverForm};
use crate::mapping::{Discretization, Gauge};
use crate::particle::HeavyBall;

impl SutskeverForm {
    /// Momentum, or Nesterov's rule if `nesterov`, with the (α, β) that `discretization` gives `ball` with step `dt`.
    ///
    /// # Errors
    /// The errors of [`Discretization::coefficients`].
    pub fn from_heavy_ball(
        ball: &HeavyBall,
        dt: f64,
        discretization: Discretization,
        nesterov: bool,
    ) -> Result<Self, Error> {
        let (alpha, beta) = discretization.coefficients(ball, dt)?;
        Self::of(alpha, beta, nesterov)
    }

    /// The particle and step Δt for (α, β); Nesterov's rule follows that particle to order 1.
    ///
    /// # Errors
    /// The errors of [`Discretization::particle`].
    pub fn to_heavy_ball(
        &self,
        discretization: Discretization,
        gauge: Gauge,
    ) -> Result<(HeavyBall, f64), Error> {
        discretization.particle(*self.alpha(), *self.beta(), gauge)
    }
}

impl Sgd {
    /// The optimiser line of a framework for `ball` with step `dt` under `discretization`.
    ///
    /// The switch `nesterov` of `convention` selects momentum or Nesterov's rule.
    ///
    /// # Errors
    /// The errors of [`Discretization::coefficients`] and [`Sgd::from_sutskever`].
    ///
    /// ```
    /// use heavyball::frameworks::{Convention, Sgd};
    /// use heavyball::prelude::*;
    ///
    /// let (ball, dt) = (HeavyBall::new(1.0, 0.5)?, 0.5);
    /// let torch = Convention::PyTorch { dampening: 0.0, nesterov: false };
    /// let line = Sgd::from_heavy_ball(torch, &ball, dt, Discretization::ExplicitDrag)?;
    /// assert_eq!(line.to_string(), "torch.optim.SGD(params, lr=0.25, momentum=0.75)");
    /// # Ok::<(), heavyball::Error>(())
    /// ```
    pub fn from_heavy_ball(
        convention: Convention,
        ball: &HeavyBall,
        dt: f64,
        discretization: Discretization,
    ) -> Result<Self, Error> {
        let nesterov = convention.is_nesterov();
        let form = SutskeverForm::from_heavy_ball(ball, dt, discretization, nesterov)?;
        Self::from_sutskever(convention, &form)
    }

    /// The particle and step Δt for an optimiser line of a framework.
    ///
    /// # Errors
    /// The errors of [`Sgd::sutskever`] and [`Discretization::particle`].
    pub fn to_heavy_ball(
        &self,
        discretization: Discretization,
        gauge: Gauge,
    ) -> Result<(HeavyBall, f64), Error> {
        self.sutskever()?.to_heavy_ball(discretization, gauge)
    }
}
