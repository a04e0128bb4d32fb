//! WeightDecay: coupled and decoupled, and the spring that each of them is.
//!
//! Coupled, the gradient is ∇f + λx: a spring of stiffness λ. Decoupled, x₊ = (1 − ηλ)x + v₊ with v₊ = βv − α∇f: a spring of
//! stiffness (1 − β)λ, and momentum with the smaller decay (1 − ηλ)β (derivation (61)). Without f the two roots of that
//! iteration are β and 1 − ηλ, both real, so that this spring never oscillates; a coupled one may.
//!
//! Reference: I. Loshchilov, F. Hutter, *Decoupled weight decay regularization*, ICLR 2019, algorithm 1.

use crate::check::nonnegative;
use crate::frameworks::{Convention, FrameworkError, Sgd};
use crate::{Error, Number};

/// How an optimiser pulls its parameters to the origin, with the coefficient λ; for [`Sgd::with_weight_decay`].
///
/// ```
/// use heavyball::frameworks::{Convention, Sgd, WeightDecay};
///
/// let torch = Sgd::new(Convention::PyTorch { dampening: 0.0, nesterov: false }, 0.1, 0.9)?
///     .with_weight_decay(WeightDecay::Coupled(5e-4))?;
/// assert_eq!(torch.to_string(), "torch.optim.SGD(params, lr=0.1, momentum=0.9, weight_decay=0.0005)");
/// assert_eq!(torch.spring(), 5e-4);
///
/// // The same number in Keras is a spring of a tenth of the stiffness.
/// let keras = Sgd::new(Convention::Keras { nesterov: false }, 0.1, 0.9)?
///     .with_weight_decay(WeightDecay::Decoupled(5e-4))?;
/// assert!((keras.spring() - 5e-5).abs() < 1e-19);
/// # Ok::<(), heavyball::Error>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum WeightDecay<T = f64> {
    /// λx is added to the gradient, as in PyTorch, MLX, Flux, burn, and Optax's `add_decayed_weights` before `sgd`.
    Coupled(T),
    /// The parameter is multiplied by 1 − ηλ in each step, as in Keras, SGDW, and Optax's `add_decayed_weights` after the
    /// momentum.
    Decoupled(T),
}

impl<T: Number> WeightDecay<T> {
    /// The coefficient λ.
    pub fn coefficient(&self) -> &T {
        match self {
            Self::Coupled(decay) | Self::Decoupled(decay) => decay,
        }
    }

    /// Whether it is decoupled from the gradient.
    pub fn is_decoupled(&self) -> bool {
        matches!(self, Self::Decoupled(_))
    }

    /// Why `convention` does not have this kind of weight decay, if it does not.
    fn refusal(&self, convention: &Convention<T>) -> Option<&'static str> {
        match (self, convention) {
            (Self::Coupled(_), Convention::Keras { .. }) => Some(
                "its weight_decay is decoupled; Sgd::decoupled finds the one with the same iterates, or give its layers \
                 the regulariser L2 with half the coefficient",
            ),
            (Self::Decoupled(_), convention) if !convention.has_decoupled_weight_decay() => Some(
                "its weight decay is coupled; Sgd::translated from Keras, Optax or Sutskever's form finds the one with \
                 the same iterates",
            ),
            _ => None,
        }
    }
}

impl<T: Number> Sgd<T> {
    /// The same optimiser with weight decay λ ≥ 0; λ = 0 is none.
    ///
    /// # Errors
    /// [`ParameterError::Negative`](crate::error::ParameterError::Negative) unless λ is zero or positive, and finite;
    /// [`FrameworkError::WeightDecayRefused`] for a kind that the framework does not have: coupled in Keras, decoupled in all
    /// but Keras, Optax and Sutskever's form.
    ///
    /// ```
    /// use heavyball::frameworks::{Convention, Sgd, WeightDecay};
    /// let keras = Sgd::new(Convention::Keras { nesterov: false }, 0.1, 0.9)?;
    /// let refused = keras.with_weight_decay(WeightDecay::Coupled(5e-4)).unwrap_err().to_string();
    /// assert!(refused.contains("decoupled"), "{refused}");
    /// # Ok::<(), heavyball::Error>(())
    /// ```
    pub fn with_weight_decay(mut self, weight_decay: WeightDecay<T>) -> Result<Self, Error> {
        let coefficient = weight_decay.coefficient();
        nonnegative("the weight decay", coefficient, "")?;
        if coefficient.is_zero() {
            self.weight_decay = None;
            return Ok(self);
        }
        if let Some(reason) = weight_decay.refusal(self.convention()) {
            return Err(Error::Framework(FrameworkError::WeightDecayRefused {
                framework: self.convention().name(),
                weight_decay: coefficient.to_f64(),
                reason,
            }));
        }
        self.weight_decay = Some(weight_decay);
        Ok(self)
    }

    /// The weight decay, if there is one.
    pub fn weight_decay(&self) -> Option<&WeightDecay<T>> {
        self.weight_decay.as_ref()
    }

    /// Stiffness k of the spring that the weight decay is: λ if coupled, (1 − μ)λ if decoupled, 0 without.
    ///
    /// [`Self::sutskever`] has the iterates of this optimiser on f + ½k|x|²
    /// ([`with_spring`](crate::potentials::with_spring)).
    pub fn spring(&self) -> T {
        match &self.weight_decay {
            None => T::zero(),
            Some(WeightDecay::Coupled(decay)) => decay.clone(),
            Some(WeightDecay::Decoupled(decay)) => {
                (T::one() - self.momentum().clone()) * decay.clone()
            }
        }
    }

    /// ηλ, the part of the parameter that decoupled decay removes in a step; 0 without.
    pub(super) fn removed(&self) -> T {
        match &self.weight_decay {
            Some(WeightDecay::Decoupled(decay)) => self.learning_rate().clone() * decay.clone(),
            _ => T::zero(),
        }
    }

    /// λ of coupled decay; `None` without.
    pub(super) fn pull(&self) -> Option<&T> {
        match &self.weight_decay {
            Some(WeightDecay::Coupled(decay)) => Some(decay),
            _ => None,
        }
    }

    /// This optimiser, whose form has the spring of stiffness `stiffness`, in terms of the weight decay of its framework.
    pub(super) fn with_spring_of(self, source: &Self) -> Result<Self, Error> {
        let stiffness = source.spring();
        if stiffness.is_zero() {
            return Ok(self);
        }
        self.with_weight_decay(WeightDecay::Coupled(stiffness))
    }
}

impl Sgd {
    /// The optimiser in `convention` with decoupled weight decay that has the same iterates, derivation (61).
    ///
    /// Its momentum μ and 1 − ηλ are the roots of r² − (1 + β − αk)r + β, with (α, β) of [`Self::sutskever`] and k of
    /// [`Self::spring`]; μ is the smaller in absolute value. They are real where the spring alone does not oscillate,
    /// αk ≤ (1 − √β)², and negative where it alternates, αk ≥ (1 + √β)². The state is translated by [`Self::iterate`] and
    /// [`Self::state`] as always: before the first step too, since a new run of one is not a new run of the other.
    ///
    /// # Errors
    /// [`FrameworkError::NoDecoupledForm`] where the spring alone would oscillate, or for Nesterov's variant with weight
    /// decay; the errors of [`Self::sutskever`], [`Self::new`] and [`Self::with_weight_decay`].
    ///
    /// ```
    /// use heavyball::frameworks::{Convention, Sgd, WeightDecay};
    ///
    /// // The usual line of PyTorch in Keras: another momentum, and nearly ten times the weight decay.
    /// let torch = Sgd::new(Convention::PyTorch { dampening: 0.0, nesterov: false }, 0.1, 0.9)?
    ///     .with_weight_decay(WeightDecay::Coupled(5e-4))?;
    /// let keras = torch.decoupled(Convention::Keras { nesterov: false })?;
    /// assert!((keras.momentum() - 0.900452).abs() < 1e-6);
    /// let decay = keras.weight_decay().map_or(0.0, |decay| *decay.coefficient());
    /// assert!((decay - 0.0050227).abs() < 1e-7, "{decay}");
    /// # Ok::<(), heavyball::Error>(())
    /// ```
    pub fn decoupled(&self, convention: Convention) -> Result<Self, Error> {
        let form = self.sutskever()?;
        let (alpha, beta, stiffness) = (*form.alpha(), *form.beta(), self.spring());
        let pull = alpha * stiffness;
        let sum = 1.0 + beta - pull;
        let discriminant = sum * sum - 4.0 * beta;
        if form.is_nesterov() && pull != 0.0 || discriminant < 0.0 {
            return Err(Error::Framework(FrameworkError::NoDecoupledForm {
                framework: convention.name(),
                stiffness,
                alpha,
                beta,
                nesterov: form.is_nesterov(),
            }));
        }
        if pull == 0.0 {
            return Self::from_sutskever(convention, &form)?.with_gradient_of(self);
        }
        let larger = 0.5 * (sum + discriminant.sqrt().copysign(sum));
        let momentum = beta / larger;
        // 1 − ηλ is the larger root; by (1 − r₊)(1 − r₋) = αk without cancellation.
        let removed = pull / (1.0 - momentum);
        let convention = convention.with_nesterov(false)?;
        // In these conventions the learning rate is α.
        Self::new(convention, alpha, momentum)?
            .with_weight_decay(WeightDecay::Decoupled(removed / alpha))?
            .with_gradient_of(self)
    }
}
