//! Convention: whose formula, and with which of its switches.

use crate::frameworks::FrameworkError;
use crate::{Error, Number};

/// The way a system writes gradient descent with momentum: see the [table](crate::frameworks).
///
/// Learning rate and momentum make it an [`Sgd`](crate::frameworks::Sgd).
///
/// ```
/// use heavyball::frameworks::Convention;
///
/// let keras = Convention::<f64>::Keras { nesterov: true };
/// assert_eq!(keras.name(), "Keras");
/// assert!(keras.is_nesterov() && Convention::<f64>::FluxNesterov.is_nesterov());
/// assert_eq!(Convention::<f64>::FluxMomentum.with_nesterov(true)?, Convention::FluxNesterov);
/// assert!(Convention::<f64>::ExponentialAverage.with_nesterov(true).is_err());
/// # Ok::<(), heavyball::Error>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq)]
#[non_exhaustive]
pub enum Convention<T = f64> {
    /// `torch.optim.SGD(lr, momentum, dampening, nesterov)`.
    ///
    /// Dampening τ spares the first step, and is ignored without momentum.
    PyTorch {
        /// Dampening τ; 0 by default.
        dampening: T,
        /// Nesterov's variant; needs a momentum and no dampening.
        nesterov: bool,
    },
    /// `optax.sgd(learning_rate, momentum, nesterov)`.
    Optax {
        /// Nesterov's variant.
        nesterov: bool,
    },
    /// `keras.optimizers.SGD(learning_rate, momentum, nesterov)`; the buffer is the velocity itself.
    Keras {
        /// Nesterov's variant.
        nesterov: bool,
    },
    /// `Optimisers.Momentum(eta, rho)` of Flux; the buffer is −v.
    FluxMomentum,
    /// `Optimisers.Nesterov(eta, rho)` of Flux; the buffer is +v, the opposite sign of its `Momentum`.
    FluxNesterov,
    /// `mlx.optimizers.SGD(learning_rate, momentum, dampening, nesterov)`: PyTorch's, first step included.
    Mlx {
        /// Dampening τ; 0 by default.
        dampening: T,
        /// Nesterov's variant; needs a momentum and no dampening.
        nesterov: bool,
    },
    /// burn's `MomentumConfig { momentum, dampening, nesterov }`; PyTorch's form, dampening 0.1 unless told otherwise.
    Burn {
        /// Dampening τ; 0.1 by default.
        dampening: T,
        /// Nesterov's variant; with dampening it runs, and is no rule of Sutskever's.
        nesterov: bool,
    },
    /// The average b₊ = μb − (1 − μ)g, x₊ = x + ηb₊, as `sgd(grad, x, step_size, mass)` of HIPS autograd.
    ExponentialAverage,
    /// Two points instead of a velocity: Polyak's x₊ = x + β(x − x₋) − α∇f(x), or Nesterov's with y = x + β(x − x₋),
    /// x₊ = y − α∇f(y).
    TwoStep {
        /// Nesterov's variant.
        nesterov: bool,
    },
    /// Sutskever's v₊ = βv − α∇f, x₊ = x + v₊, with the gradient at x, or at x + βv.
    Sutskever {
        /// Nesterov's variant.
        nesterov: bool,
    },
}

impl Convention {
    /// Every convention for momentum without Nesterov's variant, each with its framework's own dampening.
    pub const ALL: [Self; 9] = [
        Self::PyTorch {
            dampening: 0.0,
            nesterov: false,
        },
        Self::Optax { nesterov: false },
        Self::Keras { nesterov: false },
        Self::FluxMomentum,
        Self::Mlx {
            dampening: 0.0,
            nesterov: false,
        },
        Self::Burn {
            dampening: 0.1,
            nesterov: false,
        },
        Self::ExponentialAverage,
        Self::TwoStep { nesterov: false },
        Self::Sutskever { nesterov: false },
    ];
}

impl<T: Number> Convention<T> {
    /// The system's name.
    pub fn name(&self) -> &'static str {
        match self {
            Self::PyTorch { .. } => "PyTorch",
            Self::Optax { .. } => "Optax",
            Self::Keras { .. } => "Keras",
            Self::FluxMomentum => "Flux Momentum",
            Self::FluxNesterov => "Flux Nesterov",
            Self::Mlx { .. } => "MLX",
            Self::Burn { .. } => "burn",
            Self::ExponentialAverage => "exponential average",
            Self::TwoStep { .. } => "two-step form",
            Self::Sutskever { .. } => "Sutskever",
        }
    }

    /// What the system calls the vector it keeps beside the parameter.
    pub fn buffer_name(&self) -> &'static str {
        match self {
            Self::PyTorch { .. } => "momentum_buffer",
            Self::Optax { .. } => "trace",
            Self::Keras { .. } => "momentums",
            Self::FluxMomentum => "mvel",
            Self::FluxNesterov => "vel",
            Self::Mlx { .. } => "v",
            Self::Burn { .. } | Self::ExponentialAverage | Self::Sutskever { .. } => "velocity",
            Self::TwoStep { .. } => "previous point",
        }
    }

    /// Whether it is Nesterov's variant.
    pub fn is_nesterov(&self) -> bool {
        match self {
            Self::FluxMomentum | Self::ExponentialAverage => false,
            Self::FluxNesterov => true,
            Self::PyTorch { nesterov, .. }
            | Self::Optax { nesterov }
            | Self::Keras { nesterov }
            | Self::Mlx { nesterov, .. }
            | Self::Burn { nesterov, .. }
            | Self::TwoStep { nesterov }
            | Self::Sutskever { nesterov } => *nesterov,
        }
    }

    /// The same system with Nesterov's variant on or off.
    ///
    /// # Errors
    /// [`FrameworkError::NoNesterovVariant`] for the exponential average.
    pub fn with_nesterov(mut self, on: bool) -> Result<Self, Error> {
        match &mut self {
            Self::FluxMomentum | Self::FluxNesterov if on => return Ok(Self::FluxNesterov),
            Self::FluxMomentum | Self::FluxNesterov => return Ok(Self::FluxMomentum),
            Self::ExponentialAverage if on => {
                return Err(Error::Framework(FrameworkError::NoNesterovVariant {
                    convention: self.name(),
                }));
            }
            Self::ExponentialAverage => {}
            Self::PyTorch { nesterov, .. }
            | Self::Optax { nesterov }
            | Self::Keras { nesterov }
            | Self::Mlx { nesterov, .. }
            | Self::Burn { nesterov, .. }
            | Self::TwoStep { nesterov }
            | Self::Sutskever { nesterov } => *nesterov = on,
        }
        Ok(self)
    }

    /// Dampening τ, 0 for a system that has none.
    pub fn dampening(&self) -> T {
        match self {
            Self::PyTorch { dampening, .. }
            | Self::Mlx { dampening, .. }
            | Self::Burn { dampening, .. } => dampening.clone(),
            _ => T::zero(),
        }
    }

    /// Whether the parameter of its Nesterov variant is the look-ahead point x + βv.
    pub(super) fn stores_look_ahead(&self) -> bool {
        self.is_nesterov() && !matches!(self, Self::TwoStep { .. } | Self::Sutskever { .. })
    }

    /// Whether the first step puts the whole gradient into the buffer, whatever the dampening.
    pub(super) fn spares_first_step(&self) -> bool {
        matches!(self, Self::PyTorch { .. } | Self::Burn { .. })
    }

    /// Whether a momentum of 0 switches the buffer off, and the dampening with it.
    pub(super) fn zero_momentum_is_none(&self) -> bool {
        matches!(
            self,
            Self::PyTorch { .. } | Self::Mlx { .. } | Self::Keras { .. }
        )
    }

    /// Why the system has no such optimiser, if it has none.
    pub(super) fn refusal(&self, momentum: &T) -> Option<&'static str> {
        let (zero, tau) = (T::zero(), self.dampening());
        let nesterov = self.is_nesterov();
        match self {
            Self::PyTorch { .. } | Self::Keras { .. } if *momentum < zero => {
                Some("its momentum must not be negative")
            }
            Self::Mlx { .. } if *momentum < zero => {
                Some("it takes a negative momentum for none; say 0")
            }
            Self::Mlx { .. } if tau < zero => Some("it takes a negative dampening for none; say 0"),
            Self::PyTorch { .. } | Self::Mlx { .. } if nesterov && momentum.is_zero() => {
                Some("its Nesterov variant needs a momentum above 0")
            }
            Self::PyTorch { .. } | Self::Mlx { .. } if nesterov && !tau.is_zero() => {
                Some("its Nesterov variant needs a dampening of 0")
            }
            Self::ExponentialAverage if *momentum == T::one() => {
                Some("at momentum 1 the average never takes in a gradient")
            }
            _ => None,
        }
    }
}
