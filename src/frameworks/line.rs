//! The line of source code of an Sgd: its `Display`.

use crate::Number;
use crate::error::Short;
use crate::frameworks::{Convention, Sgd, WeightDecay};
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
        let decay = self
            .weight_decay()
            .map(|decay| Short(decay.coefficient().to_f64()));
        let decayed = decay
            .as_ref()
            .map_or(String::new(), |decay| format!(", weight_decay={decay}"));
        // The gradient at a point as it is written in a formula, with coupled weight decay.
        let gradient = |point: &str| match self.pull() {
            None => format!("{rate}∇f({point})"),
            Some(pull) if point.len() == 1 => {
                format!("{rate}(∇f({point}) + {}{point})", Short(pull.to_f64()))
            }
            Some(pull) => format!("{rate}(∇f({point}) + {}({point}))", Short(pull.to_f64())),
        };
        let nesterov = if self.convention().is_nesterov() {
            ", nesterov=True"
        } else {
            ""
        };
        match *self.convention() {
            Convention::PyTorch { .. } => write!(
                out,
                "torch.optim.SGD(params, lr={rate}, momentum={momentum}{}{decayed}{nesterov})",
                dampened("dampening")
            ),
            Convention::Optax { .. } => match (self.weight_decay(), decay) {
                (Some(WeightDecay::Coupled(_)), Some(decay)) => write!(
                    out,
                    "optax.chain(optax.add_decayed_weights({decay}), optax.sgd({rate}, momentum={momentum}{nesterov}))"
                ),
                (Some(WeightDecay::Decoupled(_)), Some(decay)) => write!(
                    out,
                    "optax.chain(optax.trace({momentum}{nesterov}), optax.add_decayed_weights({decay}), \
                     optax.scale_by_learning_rate({rate}))"
                ),
                _ => write!(out, "optax.sgd({rate}, momentum={momentum}{nesterov})"),
            },
            Convention::Keras { .. } => write!(
                out,
                "keras.optimizers.SGD(learning_rate={rate}, momentum={momentum}{nesterov}{decayed})"
            ),
            Convention::FluxMomentum | Convention::FluxNesterov => {
                let rule = match self.convention().is_nesterov() {
                    true => "Nesterov",
                    false => "Momentum",
                };
                match decay {
                    Some(decay) => write!(
                        out,
                        "OptimiserChain(WeightDecay({decay}), Optimisers.{rule}({rate}, {momentum}))"
                    ),
                    None => write!(out, "Optimisers.{rule}({rate}, {momentum})"),
                }
            }
            Convention::Mlx { .. } => write!(
                out,
                "mlx.optimizers.SGD(learning_rate={rate}, momentum={momentum}{decayed}{}{nesterov})",
                dampened("dampening")
            ),
            Convention::Burn { nesterov, .. } => {
                write!(
                    out,
                    "MomentumConfig {{ momentum: {:?}, dampening: {dampening:?}, nesterov: {nesterov} }}, ",
                    self.momentum().to_f64()
                )?;
                if let Some(decay) = decay {
                    write!(out, "WeightDecayConfig::new({decay}), ")?;
                }
                write!(out, "optim.step({rate}, ..)")
            }
            Convention::ExponentialAverage => match decay {
                Some(decay) => write!(
                    out,
                    "sgd(lambda x, i: grad(x, i) + {decay} * x, x, step_size={rate}, mass={momentum})"
                ),
                None => write!(out, "sgd(grad, x, step_size={rate}, mass={momentum})"),
            },
            Convention::TwoStep { nesterov: false } => {
                write!(out, "x₊ = x + {momentum}(x − x₋) − {}", gradient("x"))
            }
            Convention::TwoStep { nesterov: true } => {
                write!(
                    out,
                    "y = x + {momentum}(x − x₋), x₊ = y − {}",
                    gradient("y")
                )
            }
            Convention::Sutskever { nesterov } => {
                let point = match nesterov {
                    true => format!("x + {momentum}v"),
                    false => "x".into(),
                };
                let kept = match self.weight_decay() {
                    Some(WeightDecay::Decoupled(decay)) => {
                        format!("(1 − {rate}·{})x", Short(decay.to_f64()))
                    }
                    _ => "x".into(),
                };
                write!(
                    out,
                    "v₊ = {momentum}v − {}, x₊ = {kept} + v₊",
                    gradient(&point)
                )
            }
        }
    }
}
