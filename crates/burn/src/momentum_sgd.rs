//! MomentumSgd: SGD with momentum for burn's modules.

use crate::Error;
use burn_core::tensor::{DType, Device, Tensor};
use burn_optim::{LearningRate, Optimizer, RecordState, StateSink, StateSource};
use heavyball::frameworks::{Bound, Sgd, SgdStep};

/// SGD with momentum as an [`Optimizer`] of burn: the line says the rest.
///
/// The line is heavyball's [`Sgd`], written as PyTorch, Optax, Keras, burn or another framework writes it: momentum, dampening,
/// Nesterov's variant, coupled or decoupled weight decay, clipping by value; clipping by the norm of all gradients is
/// [`NormClipping`](crate::NormClipping), before the step. The learning rate is burn's, given at each step; the line's own is not
/// used. The numbers are f64, where burn's own momentum keeps β in f32, and without dampening unless the line says so, where burn's
/// has 0.1. In f64 its parameters are those of heavyball's [`Sgd::run`] to the last bit.
///
/// With the feature `flex`, on burn's backend for processors and for f64 and f32, a step is one pass over parameter, buffer and
/// gradient, in place where nothing else holds them: a copy of the model that is kept makes the step copy the parameters first.
/// Elsewhere it is four of burn's operations or more, each a pass.
///
/// For parameters in f16 and bf16 the buffer and the arithmetic are f32, and the parameter is rounded after each step: a step below
/// half its last digit, 2⁻⁹ of a bf16 parameter, is lost.
///
/// burn's step has no error: for a learning rate that is negative or not finite, and for a line that the parameter and its gradient
/// do not determine, the parameters become NaN.
#[derive(Debug, Clone)]
pub struct MomentumSgd {
    line: Sgd,
}

impl MomentumSgd {
    /// The optimiser of this line; `ModuleOptimizer::from` makes that of a module.
    ///
    /// # Errors
    /// [`Error::ClippingByNorm`]; [`Error::Heavyball`] for the two-step form and Sutskever's with Nesterov, whose gradients are at
    /// another point.
    pub fn new(line: Sgd) -> Result<Self, Error> {
        if line
            .clipping()
            .is_some_and(|clipping| clipping.is_by_norm())
        {
            return Err(Error::ClippingByNorm);
        }
        line.step(true, None)?;
        Ok(Self { line })
    }

    /// The line.
    pub fn line(&self) -> &Sgd {
        &self.line
    }
}

/// The buffer of a parameter, in the line's convention.
#[derive(Debug, Clone)]
pub struct MomentumState<const D: usize> {
    pub(crate) buffer: Tensor<D>,
}

impl<const D: usize> MomentumState<D> {
    /// The buffer.
    pub fn buffer(&self) -> &Tensor<D> {
        &self.buffer
    }
}

impl<const D: usize> RecordState for MomentumState<D> {
    fn state_flatten(&self, prefix: &str, out: &mut StateSink) {
        out.push_tensor(prefix, "buffer", self.buffer.clone().into_data());
    }

    fn state_unflatten(prefix: &str, source: &mut StateSource, device: &Device) -> Option<Self> {
        let data = source.take_tensor(prefix, "buffer")?;
        // With the type that was saved: f64 stays f64.
        let dtype = data.dtype();
        Some(Self {
            buffer: Tensor::from_data(data, (device, dtype)),
        })
    }
}

impl Optimizer for MomentumSgd {
    type State<const D: usize> = MomentumState<D>;

    fn step<const D: usize>(
        &self,
        learning_rate: LearningRate,
        tensor: Tensor<D>,
        gradient: Tensor<D>,
        state: Option<MomentumState<D>>,
    ) -> (Tensor<D>, Option<MomentumState<D>>) {
        let line = self.line.with_learning_rate(learning_rate);
        let Ok(step) = line.and_then(|line| line.step(state.is_none(), None)) else {
            return (tensor.full_like(f64::NAN), state);
        };
        #[cfg(feature = "flex")]
        if step.buffer.is_some()
            && crate::in_place::applies(
                &tensor,
                state.as_ref().map(|state| &state.buffer),
                &gradient,
            )
        {
            let (shape, device, dtype) = (tensor.shape(), tensor.device(), tensor.dtype());
            let buffer = state.map(|state| state.buffer);
            return match crate::in_place::stepped(&step, tensor, buffer, gradient) {
                Some((parameter, buffer)) => (parameter, Some(MomentumState { buffer })),
                None => (Tensor::full(shape, f64::NAN, (&device, dtype)), None),
            };
        }
        by_operations(&step, tensor, state, gradient)
    }

    fn to_device<const D: usize>(state: MomentumState<D>, device: &Device) -> MomentumState<D> {
        MomentumState {
            buffer: state.buffer.to_device(device),
        }
    }
}

/// The step by burn's operations.
pub(crate) fn by_operations<const D: usize>(
    step: &SgdStep,
    tensor: Tensor<D>,
    state: Option<MomentumState<D>>,
    gradient: Tensor<D>,
) -> (Tensor<D>, Option<MomentumState<D>>) {
    let stored = tensor.dtype();
    let wide = match stored {
        DType::F64 => DType::F64,
        _ => DType::F32,
    };
    let mut parameter = tensor.cast(wide);
    let mut g = gradient.cast(wide);
    if let Bound::Value(bound) = step.bound {
        g = g.clamp(-bound, bound);
    }
    if step.maximize {
        g = g.neg();
    }
    if let Some(pull) = step.pull {
        g = g + parameter.clone().mul_scalar(pull);
    }
    if let Some(kept) = step.kept {
        parameter = parameter.mul_scalar(kept);
    }
    let Some((mu, gain)) = step.buffer else {
        let moved = g.mul_scalar(step.learning_rate);
        return ((parameter - moved).cast(stored), state);
    };
    // A product with 1 is a pass and a tensor more, and the same numbers.
    let gained = if gain == 1.0 {
        g.clone()
    } else {
        g.clone().mul_scalar(gain)
    };
    let buffer = match state {
        // Its type is another after the parameter has been cast.
        Some(state) => state.buffer.cast(wide).mul_scalar(mu) + gained,
        None => gained,
    };
    let mut moved = buffer.clone().mul_scalar(step.scale);
    if step.look_ahead {
        moved = moved - g.mul_scalar(step.learning_rate);
    }
    (
        (parameter + moved).cast(stored),
        Some(MomentumState { buffer }),
    )
}
