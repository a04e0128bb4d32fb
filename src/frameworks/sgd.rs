//! Sgd: one optimiser line of a framework, a convention with its learning rate and momentum.

use crate::check::{nonnegative, positive};
use crate::frameworks::{Clipping, Convention, FrameworkError, SutskeverForm, WeightDecay};
use crate::optimizers::check_decay;
use crate::{Error, Number};

/// One optimiser line of a framework: a [`Convention`] with its learning rate η and momentum μ.
///
/// `Display` prints the line of code for that framework. One gradient evaluation per step. Options are added by
/// [`Self::with_weight_decay`], [`Self::with_clipping`] and [`Self::with_maximize`], schedules of the learning rate and the
/// momentum by [`Self::scheduled`]. See the [pitfalls](crate::frameworks#pitfalls).
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
/// // The same optimiser in Keras, and as a particle of mass 1.
/// let keras = torch.translated(Convention::Keras { nesterov: false })?;
/// assert_eq!(keras.to_string(), "keras.optimizers.SGD(learning_rate=0.1, momentum=0.9)");
/// let (ball, dt) = torch.to_heavy_ball(Discretization::ExplicitDrag, Gauge::Mass(1.0))?;
/// assert!((ball.drag - 0.1 / dt).abs() < 1e-15 && (dt - 0.1_f64.sqrt()).abs() < 1e-16);
///
/// // Its run has the parameters that the framework stores.
/// let run: Vec<_> = torch.run(&Quartic, vector![-0.5]).take(101).collect();
/// assert_eq!(run[0].parameter, vector![-0.5]);
/// # Ok::<(), heavyball::Error>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Sgd<T = f64> {
    convention: Convention<T>,
    learning_rate: T,
    momentum: T,
    pub(super) weight_decay: Option<WeightDecay<T>>,
    pub(super) clipping: Option<Clipping<T>>,
    pub(super) maximize: bool,
}

impl Sgd {
    /// The optimiser with learning rate η ≥ 0 and momentum μ.
    ///
    /// At η = 0, where a warm-up starts and a cosine ends, the parameters stay; a buffer of gradients fills nevertheless.
    /// Such an optimiser corresponds to no particle and to no Sutskever form.
    ///
    /// # Errors
    /// [`ParameterError::Negative`](crate::error::ParameterError::Negative) unless η is zero or positive, and finite,
    /// [`RuleError::BetaOutOfRange`](crate::error::RuleError::BetaOutOfRange) unless −1 < μ ≤ 1,
    /// [`FrameworkError::DampeningOutOfRange`] unless the dampening is finite and below 1;
    /// [`FrameworkError::Refused`] for a combination that the framework itself refuses or silently ignores: a negative
    /// momentum in PyTorch, Keras and MLX, Nesterov without momentum or with dampening in PyTorch and MLX, a negative
    /// dampening in MLX, and momentum 1 in the exponential average.
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
    /// The errors of [`Self::new`].
    pub fn of(convention: Convention<T>, learning_rate: T, momentum: T) -> Result<Self, Error> {
        nonnegative("the learning rate", &learning_rate, "")?;
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
            weight_decay: None,
            clipping: None,
            maximize: false,
        })
    }

    /// The convention.
    pub fn convention(&self) -> &Convention<T> {
        &self.convention
    }

    /// Learning rate η, as passed to the framework.
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
    /// [`ParameterError::Negative`](crate::error::ParameterError::Negative) unless `learning_rate` is zero or positive, and
    /// finite.
    pub fn with_learning_rate(&self, learning_rate: T) -> Result<Self, Error> {
        nonnegative("the learning rate", &learning_rate, "")?;
        Ok(Self {
            learning_rate,
            ..self.clone()
        })
    }

    /// The Sutskever form: β = μ, and α = η, or η(1 − τ) with dampening, or η(1 − μ) for the exponential average.
    ///
    /// With weight decay it has the iterates of this optimiser on f + ½k|x|², where k is [`Self::spring`]
    /// ([`with_spring`](crate::potentials::with_spring)); if the decay is decoupled, β = (1 − ηλ)μ. With clipping it has
    /// the iterates with ∇f clipped, and if this optimiser maximises, those on −f.
    ///
    /// # Errors
    /// [`FrameworkError::NoSutskeverForm`] for burn's Nesterov variant with dampening, and for Nesterov's variant with
    /// decoupled weight decay;
    /// [`ParameterError::NotPositive`](crate::error::ParameterError::NotPositive) for α at a learning rate of 0.
    pub fn sutskever(&self) -> Result<SutskeverForm<T>, Error> {
        let nesterov = self.convention.is_nesterov();
        let dampening = self.dampening();
        if nesterov && !dampening.is_zero() {
            return Err(Error::Framework(FrameworkError::NoSutskeverForm {
                framework: self.convention.name(),
                reason: "its Nesterov variant uses the full gradient in the step and a dampened one in the \
                         buffer, which no single learning rate reproduces; set the dampening to 0",
            }));
        }
        let weight = match self.convention {
            Convention::ExponentialAverage => T::one() - self.momentum.clone(),
            _ => T::one() - dampening,
        };
        let alpha = self.learning_rate.clone() * weight;
        let removed = self.removed();
        if nesterov && !removed.is_zero() {
            return Err(Error::Framework(FrameworkError::NoSutskeverForm {
                framework: self.convention.name(),
                reason: "Nesterov's variant with decoupled weight decay is Nesterov's variant on no potential; switch \
                         Nesterov off, or add the decay to the loss",
            }));
        }
        let beta = self.momentum.clone() * (T::one() - removed);
        SutskeverForm::of(alpha, beta, nesterov)
    }

    /// The optimiser in `convention` with the iterates of `form`: η = α, or α/(1 − τ) with dampening, or α/(1 − β) for
    /// the exponential average.
    ///
    /// `form` determines whether it is momentum or Nesterov's variant; the switch `nesterov` of `convention` is
    /// ignored.
    ///
    /// # Errors
    /// The errors of [`Self::new`]; [`FrameworkError::NoNesterovVariant`] for the exponential average;
    /// [`FrameworkError::NoSutskeverForm`] for Nesterov in burn with dampening.
    pub fn from_sutskever(
        convention: Convention<T>,
        form: &SutskeverForm<T>,
    ) -> Result<Self, Error> {
        let convention = convention.with_nesterov(form.is_nesterov())?;
        // At learning rate 1 first, which finds the errors that do not depend on the rate.
        let unit = Self::of(convention, T::one(), form.beta().clone())?;
        let weight = unit.sutskever()?.alpha().clone();
        let rate = form.alpha().clone() / weight;
        positive(
            "the learning rate",
            &rate,
            "; it lies beyond the range of f64",
        )?;
        unit.with_learning_rate(rate)
    }

    /// The optimiser in another convention that has the same iterates, weight decay and clipping included.
    ///
    /// Decoupled weight decay stays so where the other framework has it and becomes a coupled one elsewhere; for the
    /// opposite, which has a condition, see [`Self::decoupled`]. Clipping keeps its bound, with the 10⁻⁶ that the framework
    /// adds to a norm or not. To translate a state, use [`Self::iterate`] and then [`Self::state`]. The switch `nesterov` of
    /// `convention` is ignored: the result is Nesterov's variant if this one is.
    ///
    /// # Errors
    /// The errors of [`Self::sutskever`] and [`Self::from_sutskever`]; [`FrameworkError::WeightDecayRefused`] from coupled
    /// weight decay to Keras; [`FrameworkError::NoMaximize`] if the other framework cannot climb.
    ///
    /// ```
    /// use heavyball::frameworks::{Convention, Sgd};
    /// let average = Sgd::new(Convention::ExponentialAverage, 1.0, 0.75)?;
    /// let flux = average.translated(Convention::FluxMomentum)?;
    /// assert_eq!(flux.to_string(), "Optimisers.Momentum(0.25, 0.75)");
    /// # Ok::<(), heavyball::Error>(())
    /// ```
    pub fn translated(&self, convention: Convention<T>) -> Result<Self, Error> {
        if let Some(WeightDecay::Decoupled(decay)) = &self.weight_decay
            && convention.has_decoupled_weight_decay()
        {
            // In all of these α = η, so that the numbers stay.
            let convention = convention.with_nesterov(self.convention.is_nesterov())?;
            return Self::of(
                convention,
                self.learning_rate.clone(),
                self.momentum.clone(),
            )?
            .with_weight_decay(WeightDecay::Decoupled(decay.clone()))?
            .with_gradient_of(self);
        }
        Self::from_sutskever(convention, &self.sutskever()?)?
            .with_spring_of(self)?
            .with_gradient_of(self)
    }

    /// The same optimiser with other numbers, which are not checked.
    pub(super) fn with_numbers(&self, learning_rate: T, momentum: T) -> Self {
        Self {
            learning_rate,
            momentum,
            ..self.clone()
        }
    }

    /// The effective dampening τ: 0 where a momentum of 0 disables the buffer.
    pub(super) fn dampening(&self) -> T {
        if self.keeps_buffer() {
            self.convention.dampening()
        } else {
            T::zero()
        }
    }

    /// Whether the framework keeps a buffer.
    pub(super) fn keeps_buffer(&self) -> bool {
        !(self.momentum.is_zero() && self.convention.has_no_buffer_without_momentum())
    }

    /// σ = v/b, the velocity per unit of the buffer.
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

    /// c, the factor of the gradient in b₊ = μb + cg.
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
