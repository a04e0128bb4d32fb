//! The bridge for a framework's optimiser: its learning rate and momentum as mass, drag and step, and back.

use crate::Error;
use crate::frameworks::{Convention, Sgd, SutskeverForm};
use crate::mapping::{Discretization, Gauge};
use crate::particle::HeavyBall;

impl SutskeverForm {
    /// The form at the (α, β) of `discretization`, momentum or Nesterov.
    ///
    /// # Errors
    /// As for [`Discretization::coefficients`].
    pub fn from_heavy_ball(
        ball: &HeavyBall,
        dt: f64,
        discretization: Discretization,
        nesterov: bool,
    ) -> Result<Self, Error> {
        let (alpha, beta) = discretization.coefficients(ball, dt)?;
        Self::of(alpha, beta, nesterov)
    }

    /// The particle and step Δt behind (α, β); Nesterov's rule follows it to order 1.
    ///
    /// # Errors
    /// As for [`Discretization::particle`].
    pub fn to_heavy_ball(
        &self,
        discretization: Discretization,
        gauge: Gauge,
    ) -> Result<(HeavyBall, f64), Error> {
        discretization.particle(*self.alpha(), *self.beta(), gauge)
    }
}

impl Sgd {
    /// The line that a framework needs to be `ball` with step `dt` in `discretization`.
    ///
    /// Momentum or Nesterov is the switch of `convention`.
    ///
    /// # Errors
    /// As for [`Discretization::coefficients`] and [`Sgd::from_sutskever`].
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

    /// The particle and step Δt of a framework's line.
    ///
    /// # Errors
    /// As for [`Sgd::sutskever`] and [`Discretization::particle`].
    pub fn to_heavy_ball(
        &self,
        discretization: Discretization,
        gauge: Gauge,
    ) -> Result<(HeavyBall, f64), Error> {
        self.sutskever()?.to_heavy_ball(discretization, gauge)
    }
}
