//! NoisyMode: a rule on one mode f = ½λx² with noise in its gradient, and the exact moments of its iterates.
//!
//! v₊ = βv − α(λ(x + ηv) + ξ), x₊ = x + v₊, E ξ = 0, E ξ² = σ². With Q = αλ and d = β − Qη, the stationary state is
//!
//! Var x = ασ²(1 + d)/((1 − d) λ r), Var v = 2α²σ²/((1 − d) r), Cov(x, v) = ½ Var v, r = 2(1 + β) − Q(1 + 2η),
//!
//! derivation (90). Reference: the stationary second-order autoregression, G. U. Yule (1927); J. D. Hamilton, *Time Series
//! Analysis* (1994), section 3.4.

use crate::check::{finite, in_range, nonnegative};
use crate::mapping::{Discretization, Gauge};
use crate::optimizers::Accelerated;
use crate::study::StudyError;
use crate::study::temperature::{LangevinMode, Moments};
use crate::{Error, Number};

/// A rule on f = ½λx² whose gradient has noise of variance σ².
///
/// The rule is [`Momentum`](crate::Momentum), [`Nesterov`](crate::Nesterov),
/// [`GradientDescent`](crate::GradientDescent) or [`Accelerated`]. The formulas are rational in α, β, η, λ and σ², hold at
/// any stable α, and run on any [`Number`]. They need no more of the noise than its variance: it may have any distribution.
/// For noise whose variance depends on x, such as that of minibatches far from the minimum, they hold to first order.
///
/// ```
/// use heavyball::prelude::*;
/// use heavyball::study::temperature::NoisyMode;
///
/// // Momentum: Var x = ασ²(1 + β)/((1 − β) λ (2(1 + β) − αλ)).
/// let mode = NoisyMode::new(Momentum::new(0.25, 0.5)?, 4.0, 2.0)?;
/// let state = mode.stationary()?;
/// assert_eq!(state.var_position, 0.25 * 2.0 * 1.5 / (0.5 * 4.0 * 2.0));
///
/// // The iterates reach it from any start.
/// let late = mode.after(200, Moments::at(10.0, 0.0));
/// assert!((late.var_position - state.var_position).abs() < 1e-14);
/// assert!(late.mean_position.abs() < 1e-14);
/// # use heavyball::study::temperature::Moments;
/// # Ok::<(), heavyball::Error>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct NoisyMode<T = f64> {
    rule: Accelerated<T>,
    curvature: T,
    variance: T,
}

impl NoisyMode {
    /// `rule` on a mode of curvature λ with gradient noise of variance σ².
    ///
    /// # Errors
    /// The errors of [`Accelerated::new`]; [`ParameterError::NotFinite`](crate::error::ParameterError::NotFinite) for the
    /// curvature, [`ParameterError::Negative`](crate::error::ParameterError::Negative) for a variance that is negative or
    /// not finite.
    pub fn new(rule: impl Into<Accelerated>, curvature: f64, variance: f64) -> Result<Self, Error> {
        Self::of(rule, curvature, variance)
    }

    /// The warm ball that these iterates follow at steps of `dt`, on the same mode: its mass and drag are those of the
    /// discretisation, and its temperature is σ²Δt/2γ.
    ///
    /// With [`Discretization::CentralDrag`] it is followed to weak order 2 by momentum, iterate k from v₀ = 0 at the time
    /// (k + ½)Δt, and with the others, or by a rule with a look-ahead, to weak order 1: derivation (94).
    ///
    /// # Errors
    /// The errors of [`Discretization::particle`]; those of [`LangevinMode::new`];
    /// [`StudyError::NoTemperature`] for β = 1.
    ///
    /// ```
    /// use heavyball::prelude::*;
    /// use heavyball::study::temperature::NoisyMode;
    /// let rule = Momentum::new(0.01, 0.9)?;
    /// let bath = NoisyMode::new(rule, 1.0, 4.0)?.langevin(0.1, Discretization::CentralDrag)?;
    /// assert!((bath.temperature() - rule.temperature(4.0)?).abs() < 1e-15);
    /// # Ok::<(), heavyball::Error>(())
    /// ```
    pub fn langevin(&self, dt: f64, discretization: Discretization) -> Result<LangevinMode, Error> {
        let Accelerated { alpha, beta, .. } = self.rule;
        let (ball, dt) = discretization.particle(alpha, beta, Gauge::Step(dt))?;
        if ball.drag == 0.0 {
            return Err(Error::Study(StudyError::NoTemperature { beta }));
        }
        LangevinMode::new(
            &ball,
            self.variance * dt / (2.0 * ball.drag),
            self.curvature,
        )
    }
}

impl<T: Number> NoisyMode<T> {
    /// As [`Self::new`], over any [`Number`].
    ///
    /// # Errors
    /// The errors of [`Self::new`].
    pub fn of(rule: impl Into<Accelerated<T>>, curvature: T, variance: T) -> Result<Self, Error> {
        let Accelerated { alpha, beta, eta } = rule.into();
        finite("curvature", &curvature)?;
        nonnegative("the variance of the noise", &variance, "")?;
        Ok(Self {
            rule: Accelerated::of(alpha, beta, eta)?,
            curvature,
            variance,
        })
    }

    /// The moments that no iteration changes: means 0, and the variances above.
    ///
    /// # Errors
    /// [`StudyError::NoStationaryState`] where the rule does not converge without noise;
    /// [`ParameterError::OutOfRange`](crate::error::ParameterError::OutOfRange) if a variance overflows.
    ///
    /// ```
    /// use heavyball::study::temperature::NoisyMode;
    /// use heavyball::{Momentum, Number};
    /// use num_rational::BigRational;
    /// let [one, two, four] = [1, 2, 4].map(BigRational::integer);
    /// let rule = Momentum::of(&one / &four, &one / &two)?;
    /// let mode = NoisyMode::of(rule, four, two)?;
    /// let state = mode.stationary()?;
    /// assert_eq!(mode.next(&state), state); // exactly
    /// # Ok::<(), heavyball::Error>(())
    /// ```
    pub fn stationary(&self) -> Result<Moments<T>, Error> {
        let (alpha, one, two) = (&self.rule.alpha, T::one(), T::integer(2));
        let [_, damped, reach] = stable(&self.rule, &self.curvature)?;
        // 1 + d and 1 − d; r. The kick α²σ² last: it may underflow where the quotients do not.
        let (plus, minus) = (one.clone() + damped.clone(), one - damped);
        let per_kick = alpha.clone() * self.variance.clone() / (minus * reach);
        let var_position = per_kick.clone() / self.curvature.clone() * plus;
        let covariance = per_kick * alpha.clone();
        let state = Moments {
            var_position,
            var_velocity: covariance.clone() * two,
            covariance,
            ..Moments::at(T::zero(), T::zero())
        };
        in_range("the stationary variance of x", &state.var_position)?;
        in_range("the stationary variance of v", &state.var_velocity)?;
        Ok(state)
    }

    /// The moments one iteration later: M·mean, and M·C·Mᵀ + α²σ²(1, 1)(1, 1)ᵀ.
    pub fn next(&self, now: &Moments<T>) -> Moments<T> {
        let Accelerated { alpha, beta, eta } = &self.rule;
        let q = alpha.clone() * self.curvature.clone();
        // v₊ = −Qx + dv − αξ, x₊ = x + v₊.
        let damped = beta.clone() - q.clone() * eta.clone();
        let ahead = |x: &T, v: &T| damped.clone() * v.clone() - q.clone() * x.clone();
        let mean_velocity = ahead(&now.mean_position, &now.mean_velocity);
        let by_position = ahead(&now.var_position, &now.covariance);
        let by_velocity = ahead(&now.covariance, &now.var_velocity);
        let kick = alpha.clone() * alpha.clone() * self.variance.clone();
        let var_velocity = ahead(&by_position, &by_velocity) + kick;
        let covariance = by_position.clone() + var_velocity.clone();
        Moments {
            mean_position: now.mean_position.clone() + mean_velocity.clone(),
            mean_velocity,
            var_position: now.var_position.clone() + by_position + covariance.clone(),
            covariance,
            var_velocity,
        }
    }

    /// The moments `steps` iterations after `start`; where the rule is unstable they grow, and in the end are infinite.
    pub fn after(&self, steps: usize, start: Moments<T>) -> Moments<T> {
        (0..steps).fold(start, |moments, _| self.next(&moments))
    }
}

/// Q = αλ, d = β − Qη and r = 2(1 + β) − Q(1 + 2η) of a mode on which the rule converges.
pub(super) fn stable<T: Number>(rule: &Accelerated<T>, curvature: &T) -> Result<[T; 3], Error> {
    let Accelerated { alpha, beta, eta } = rule;
    let (one, two) = (T::one(), T::integer(2));
    let q = alpha.clone() * curvature.clone();
    let push = q.clone() * eta.clone();
    let damped = beta.clone() - push.clone();
    let reach = two.clone() * (one.clone() + beta.clone()) - q.clone() - two * push;
    let is_stable = q > T::zero() && reach > T::zero() && damped < one && damped > -T::one();
    if is_stable {
        return Ok([q, damped, reach]);
    }
    Err(Error::Study(StudyError::NoStationaryState {
        alpha: alpha.to_f64(),
        beta: beta.to_f64(),
        eta: eta.to_f64(),
        curvature: curvature.to_f64(),
    }))
}
