//! Sgd: a convention with its learning rate and momentum, the line that one writes.

use crate::check::positive;
use crate::frameworks::FrameworkError;
use crate::frameworks::{Convention, SutskeverForm};
use crate::optimizers::check_decay;
use crate::{Error, Number};
use std::fmt;

/// A framework's optimiser: its [`Convention`], learning rate η and momentum μ.
///
/// One gradient a step. Weight decay λ is not part of it: it is the potential f + ½λ|x|². Its display is the
/// line to write in that framework.
///
/// ```
/// use heavyball::frameworks::{Convention, Sgd};
/// use heavyball::prelude::*;
/// use nalgebra::vector;
///
/// let torch = Convention::PyTorch { dampening: 0.0, nesterov: false };
/// let torch = Sgd::new(torch, 0.1, 0.9)?;
/// assert_eq!(torch.to_string(), "torch.optim.SGD(params, lr=0.1, momentum=0.9)");
///
/// // What is it in Keras, and as a particle of mass 1?
/// let keras = torch.translated(Convention::Keras { nesterov: false })?;
/// assert_eq!(keras.to_string(), "keras.optimizers.SGD(learning_rate=0.1, momentum=0.9)");
/// let (ball, dt) = torch.to_heavy_ball(Discretization::ExplicitDrag, Gauge::Mass(1.0))?;
/// assert!((ball.drag - 0.1 / dt).abs() < 1e-15 && (dt - 0.1_f64.sqrt()).abs() < 1e-16);
///
/// // It runs, its raw parameters as that framework would show them.
/// let run: Vec<_> = torch.run(&Quartic, vector![-0.5]).take(101).collect();
/// assert_eq!(run[0].parameter, vector![-0.5]);
/// # Ok::<(), heavyball::Error>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Sgd<T = f64> {
    convention: Convention<T>,
    learning_rate: T,
    momentum: T,
}

impl Sgd {
    /// The optimiser with learning rate η > 0 and momentum μ.
    ///
    /// # Errors
    /// [`ParameterError::NotPositive`](crate::error::ParameterError::NotPositive) unless η is positive and finite, [`RuleError::BetaOutOfRange`](crate::error::RuleError::BetaOutOfRange) unless −1 < μ ≤ 1,
    /// [`FrameworkError::DampeningOutOfRange`] unless the dampening is finite and below 1;
    /// [`FrameworkError::Refused`] for a combination that the framework itself refuses or silently ignores:
    /// PyTorch, Keras and MLX a negative momentum, PyTorch and MLX Nesterov without momentum or with dampening,
    /// MLX a negative dampening, the average a momentum of 1.
    ///
    /// ```
    /// use heavyball::frameworks::{Convention, Sgd};
    /// let torch = Convention::PyTorch { dampening: 0.1, nesterov: true };
    /// let refused = Sgd::new(torch, 0.1, 0.9).unwrap_err().to_string();
    /// assert!(refused.starts_with("PyTorch refuses") && refused.contains("dampening 0.1"));
    /// ```
    pub fn new(convention: Convention, learning_rate: f64, momentum: f64) -> Result<Self, Error> {
        Self::of(convention, learning_rate, momentum)
    }
}

impl<T: Number> Sgd<T> {
    /// As [`Self::new`], over any [`Number`].
    ///
    /// # Errors
    /// As for [`Self::new`].
    pub fn of(convention: Convention<T>, learning_rate: T, momentum: T) -> Result<Self, Error> {
        positive(
            "the learning rate",
            &learning_rate,
            "; a rate of 0 never moves",
        )?;
        check_decay(&momentum)?;
        let dampening = convention.dampening();
        if !dampening.is_finite() || dampening >= T::one() {
            return Err(Error::Framework(FrameworkError::DampeningOutOfRange {
                value: dampening.to_f64(),
            }));
        }
        if let Some(reason) = convention.refusal(&momentum) {
            return Err(Error::Framework(FrameworkError::Refused {
                framework: convention.name(),
                momentum: momentum.to_f64(),
                dampening: dampening.to_f64(),
                nesterov: convention.is_nesterov(),
                reason,
            }));
        }
        Ok(Self {
            convention,
            learning_rate,
            momentum,
        })
    }

    /// The convention.
    pub fn convention(&self) -> &Convention<T> {
        &self.convention
    }

    /// Learning rate η, as the framework is told.
    pub fn learning_rate(&self) -> &T {
        &self.learning_rate
    }

    /// Momentum μ.
    pub fn momentum(&self) -> &T {
        &self.momentum
    }

    /// The same optimiser with another learning rate.
    ///
    /// # Errors
    /// [`ParameterError::NotPositive`](crate::error::ParameterError::NotPositive) unless it is positive and finite.
    pub fn with_learning_rate(&self, learning_rate: T) -> Result<Self, Error> {
        Self::of(
            self.convention.clone(),
            learning_rate,
            self.momentum.clone(),
        )
    }

    /// Sutskever's (α, β): β = μ and α = η, η(1 − τ) with dampening, η(1 − μ) for the average.
    ///
    /// # Errors
    /// [`FrameworkError::NoSutskeverForm`] for burn's Nesterov variant with dampening.
    pub fn sutskever(&self) -> Result<SutskeverForm<T>, Error> {
        let nesterov = self.convention.is_nesterov();
        let dampening = self.dampening();
        if nesterov && !dampening.is_zero() {
            return Err(Error::Framework(FrameworkError::NoSutskeverForm {
                framework: self.convention.name(),
                reason: "its Nesterov variant puts the whole gradient into the step and a dampened one into the \
                         buffer, which no single rate does; set the dampening to 0",
            }));
        }
        let weight = match self.convention {
            Convention::ExponentialAverage => T::one() - self.momentum.clone(),
            _ => T::one() - dampening,
        };
        let alpha = self.learning_rate.clone() * weight;
        SutskeverForm::of(alpha, self.momentum.clone(), nesterov)
    }

    /// The optimiser in `convention` that is `form`: η = α, α/(1 − τ) with dampening, α/(1 − β) for the average.
    ///
    /// Momentum or Nesterov is what `form` is; that switch of `convention` is not looked at.
    ///
    /// # Errors
    /// As for [`Self::new`]; [`FrameworkError::NoNesterovVariant`]; [`FrameworkError::NoSutskeverForm`] for Nesterov in burn with
    /// dampening.
    pub fn from_sutskever(
        convention: Convention<T>,
        form: &SutskeverForm<T>,
    ) -> Result<Self, Error> {
        let convention = convention.with_nesterov(form.is_nesterov())?;
        // At rate 1 first: that refuses what no rate can help.
        let unit = Self::of(convention, T::one(), form.beta().clone())?;
        let weight = unit.sutskever()?.alpha().clone();
        unit.with_learning_rate(form.alpha().clone() / weight)
    }

    /// The same iterates in another convention.
    ///
    /// The state goes along by [`Self::iterate`] and [`Self::state`]. Momentum or Nesterov is what this one is.
    ///
    /// # Errors
    /// As for [`Self::sutskever`] and [`Self::from_sutskever`].
    ///
    /// ```
    /// use heavyball::frameworks::{Convention, Sgd};
    /// let average = Sgd::new(Convention::ExponentialAverage, 1.0, 0.75)?;
    /// let flux = average.translated(Convention::FluxMomentum)?;
    /// assert_eq!(flux.to_string(), "Optimisers.Momentum(0.25, 0.75)");
    /// # Ok::<(), heavyball::Error>(())
    /// ```
    pub fn translated(&self, convention: Convention<T>) -> Result<Self, Error> {
        Self::from_sutskever(convention, &self.sutskever()?)
    }

    /// The dampening τ that acts: none where a momentum of 0 switches the buffer off.
    pub(super) fn dampening(&self) -> T {
        if self.keeps_buffer() {
            self.convention.dampening()
        } else {
            T::zero()
        }
    }

    /// Whether there is a buffer at all.
    pub(super) fn keeps_buffer(&self) -> bool {
        !(self.momentum.is_zero() && self.convention.zero_momentum_is_none())
    }

    /// σ, the velocity of a unit buffer.
    pub(super) fn scale(&self) -> T {
        match self.convention {
            Convention::PyTorch { .. }
            | Convention::Optax { .. }
            | Convention::Mlx { .. }
            | Convention::Burn { .. } => -self.learning_rate.clone(),
            Convention::FluxMomentum => -T::one(),
            Convention::ExponentialAverage => self.learning_rate.clone(),
            Convention::Keras { .. }
            | Convention::FluxNesterov
            | Convention::TwoStep { .. }
            | Convention::Sutskever { .. } => T::one(),
        }
    }

    /// c, what a unit gradient adds to the buffer.
    pub(super) fn gain(&self) -> T {
        match self.convention {
            Convention::PyTorch { .. }
            | Convention::Optax { .. }
            | Convention::Mlx { .. }
            | Convention::Burn { .. } => T::one() - self.dampening(),
            Convention::FluxMomentum => self.learning_rate.clone(),
            Convention::ExponentialAverage => self.momentum.clone() - T::one(),
            Convention::Keras { .. }
            | Convention::FluxNesterov
            | Convention::TwoStep { .. }
            | Convention::Sutskever { .. } => -self.learning_rate.clone(),
        }
    }
}

impl<T: Number> fmt::Display for Sgd<T> {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (rate, momentum) = (self.learning_rate.to_f64(), self.momentum.to_f64());
        let dampening = self.convention.dampening().to_f64();
        let dampened = |name: &str| match dampening {
            0.0 => String::new(),
            _ => format!(", {name}={dampening}"),
        };
        let nesterov = if self.convention.is_nesterov() {
            ", nesterov=True"
        } else {
            ""
        };
        match self.convention {
            Convention::PyTorch { .. } => write!(
                out,
                "torch.optim.SGD(params, lr={rate}, momentum={momentum}{}{nesterov})",
                dampened("dampening")
            ),
            Convention::Optax { .. } => {
                write!(out, "optax.sgd({rate}, momentum={momentum}{nesterov})")
            }
            Convention::Keras { .. } => write!(
                out,
                "keras.optimizers.SGD(learning_rate={rate}, momentum={momentum}{nesterov})"
            ),
            Convention::FluxMomentum => write!(out, "Optimisers.Momentum({rate}, {momentum})"),
            Convention::FluxNesterov => write!(out, "Optimisers.Nesterov({rate}, {momentum})"),
            Convention::Mlx { .. } => write!(
                out,
                "mlx.optimizers.SGD(learning_rate={rate}, momentum={momentum}{}{nesterov})",
                dampened("dampening")
            ),
            Convention::Burn { nesterov, .. } => write!(
                out,
                "MomentumConfig {{ momentum: {momentum:?}, dampening: {dampening:?}, nesterov: {nesterov} }}, \
                 optim.step({rate}, ..)"
            ),
            Convention::ExponentialAverage => {
                write!(out, "sgd(grad, x, step_size={rate}, mass={momentum})")
            }
            Convention::TwoStep { nesterov: false } => {
                write!(out, "x₊ = x + {momentum}(x − x₋) − {rate}∇f(x)")
            }
            Convention::TwoStep { nesterov: true } => {
                write!(out, "y = x + {momentum}(x − x₋), x₊ = y − {rate}∇f(y)")
            }
            Convention::Sutskever { nesterov: false } => {
                write!(out, "v₊ = {momentum}v − {rate}∇f(x), x₊ = x + v₊")
            }
            Convention::Sutskever { nesterov: true } => write!(
                out,
                "v₊ = {momentum}v − {rate}∇f(x + {momentum}v), x₊ = x + v₊"
            ),
        }
    }
}
