//! The line of source code of an Sgd: its `Display`.

use crate::Number;
use crate::error::Short;
use crate::frameworks::{Convention, Sgd};
use std::fmt;

impl<T: Number> fmt::Display for Sgd<T> {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        // With an exponent, which all of these languages read, instead of a hundred zeros.
        let rate = Short(self.learning_rate().to_f64());
        let momentum = Short(self.momentum().to_f64());
        let dampening = self.convention().dampening().to_f64();
        let dampened = |name: &str| match dampening {
            0.0 => String::new(),
            _ => format!(", {name}={}", Short(dampening)),
        };
        let nesterov = if self.convention().is_nesterov() {
            ", nesterov=True"
        } else {
            ""
        };
        match *self.convention() {
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
                "MomentumConfig {{ momentum: {:?}, dampening: {dampening:?}, nesterov: {nesterov} }}, \
                 optim.step({rate}, ..)",
                self.momentum().to_f64()
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
