//! Convention: how a system writes momentum, with its switches for dampening and Nesterov's variant.

use crate::frameworks::FrameworkError;
use crate::{Error, Number};

/// How a system writes gradient descent with momentum; see the [table](crate::frameworks).
///
/// It has no numbers except the dampening: with a learning rate and a momentum it becomes an
/// [`Sgd`](crate::frameworks::Sgd), one optimiser line of that system.
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
    /// Dampening τ does not apply to the first step, and is ignored without momentum.
    PyTorch {
        /// Dampening τ; 0 by default.
        dampening: T,
        /// Nesterov's variant; requires μ > 0 and τ = 0.
        nesterov: bool,
    },
    /// `optax.sgd(learning_rate, momentum, nesterov)`.
    Optax {
        /// Nesterov's variant.
        nesterov: bool,
    },
    /// `keras.optimizers.SGD(learning_rate, momentum, nesterov)`; the buffer is the velocity itself.
    ///
    /// It therefore keeps its velocity when the learning rate changes, unlike PyTorch:
    /// [`RateChange`](crate::frameworks::RateChange).
    Keras {
        /// Nesterov's variant.
        nesterov: bool,
    },
    /// `Optimisers.Momentum(eta, rho)` of Flux; the buffer is −v.
    FluxMomentum,
    /// `Optimisers.Nesterov(eta, rho)` of Flux; the buffer is +v, the opposite sign of its `Momentum`.
    FluxNesterov,
    /// `mlx.optimizers.SGD(learning_rate, momentum, dampening, nesterov)`: PyTorch's form, with a dampened first step.
    Mlx {
        /// Dampening τ; 0 by default.
        dampening: T,
        /// Nesterov's variant; requires μ > 0 and τ = 0.
        nesterov: bool,
    },
    /// burn's `MomentumConfig { momentum, dampening, nesterov }`: PyTorch's form, with dampening 0.1 by default.
    Burn {
        /// Dampening τ; 0.1 by default.
        dampening: T,
        /// Nesterov's variant; with dampening it runs, but has no Sutskever form.
        nesterov: bool,
    },
    /// The exponential average b₊ = μb − (1 − μ)g, x₊ = x + ηb₊: `sgd(grad, x, step_size, mass)` of HIPS autograd.
    ExponentialAverage,
    /// Two points instead of a velocity: Polyak's x₊ = x + β(x − x₋) − α∇f(x), or Nesterov's y = x + β(x − x₋),
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
    /// Every convention without Nesterov's variant, each with its framework's default dampening.
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
    /// The name of the system.
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

    /// The system's name for its buffer.
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

    /// The same system with Nesterov's variant switched on or off.
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

    /// Dampening τ; 0 for a system without dampening.
    pub fn dampening(&self) -> T {
        match self {
            Self::PyTorch { dampening, .. }
            | Self::Mlx { dampening, .. }
            | Self::Burn { dampening, .. } => dampening.clone(),
            _ => T::zero(),
        }
    }

    /// Whether the stored parameter is the look-ahead point x + βv.
    pub(super) fn stores_look_ahead(&self) -> bool {
        self.is_nesterov() && !matches!(self, Self::TwoStep { .. } | Self::Sutskever { .. })
    }

    /// Whether the parameter itself can be made to decay in each step.
    pub(super) fn has_decoupled_weight_decay(&self) -> bool {
        matches!(
            self,
            Self::Keras { .. } | Self::Optax { .. } | Self::Sutskever { .. }
        )
    }

    /// Whether the first step sets the buffer to the full gradient, for any dampening.
    pub(super) fn has_undampened_first_step(&self) -> bool {
        matches!(self, Self::PyTorch { .. } | Self::Burn { .. })
    }

    /// Whether the system has no buffer, and hence no dampening, if the momentum is 0.
    pub(super) fn has_no_buffer_without_momentum(&self) -> bool {
        matches!(
            self,
            Self::PyTorch { .. } | Self::Mlx { .. } | Self::Keras { .. }
        )
    }

    /// Why the system refuses or ignores this combination, if it does.
    pub(super) fn refusal(&self, momentum: &T) -> Option<&'static str> {
        let (zero, tau) = (T::zero(), self.dampening());
        let nesterov = self.is_nesterov();
        match self {
            Self::PyTorch { .. } | Self::Keras { .. } if *momentum < zero => {
                Some("its momentum must not be negative")
            }
            Self::Mlx { .. } if *momentum < zero => Some("it ignores a negative momentum; use 0"),
            Self::Mlx { .. } if tau < zero => Some("it ignores a negative dampening; use 0"),
            Self::PyTorch { .. } | Self::Mlx { .. } if nesterov && momentum.is_zero() => {
                Some("its Nesterov variant needs a momentum above 0")
            }
            Self::PyTorch { .. } | Self::Mlx { .. } if nesterov && !tau.is_zero() => {
                Some("its Nesterov variant needs a dampening of 0")
            }
            Self::ExponentialAverage if *momentum == T::one() => {
                Some("at momentum 1 the average ignores every gradient")
            }
            _ => None,
        }
    }
}
