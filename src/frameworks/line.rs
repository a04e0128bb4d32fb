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
        let bound = self
            .clipping()
            .map(|clipping| (Short(clipping.bound().to_f64()), clipping.is_by_norm()));
        // The gradient at a point as it is written in a formula, clipped, with its sign, and with coupled weight decay.
        let gradient = |point: &str| {
            let sign = if self.is_maximizing() { "−" } else { "" };
            let slope = match &bound {
                None => format!("{sign}∇f({point})"),
                Some((bound, true)) => format!("{sign}∇f({point})min(1, {bound}/|∇f|)"),
                Some((bound, false)) => {
                    format!("{sign}clip(∇f({point}), −{bound}, {bound})")
                }
            };
            match self.pull() {
                None if sign.is_empty() => format!("{rate}{slope}"),
                None => format!("{rate}({slope})"),
                Some(pull) if point.len() == 1 => {
                    format!("{rate}({slope} + {}{point})", Short(pull.to_f64()))
                }
                Some(pull) => format!("{rate}({slope} + {}({point}))", Short(pull.to_f64())),
            }
        };
        let called = |by_norm: &str, by_value: &str, end: &str| match &bound {
            None => String::new(),
            Some((bound, true)) => format!("{by_norm}{bound}{end}"),
            Some((bound, false)) => format!("{by_value}{bound}{end}"),
        };
        let nesterov = if self.convention().is_nesterov() {
            ", nesterov=True"
        } else {
            ""
        };
        match *self.convention() {
            Convention::PyTorch { .. } => write!(
                out,
                "{}torch.optim.SGD(params, lr={rate}, momentum={momentum}{}{decayed}{nesterov}{})",
                called(
                    "torch.nn.utils.clip_grad_norm_(params, ",
                    "torch.nn.utils.clip_grad_value_(params, ",
                    "), "
                ),
                dampened("dampening"),
                if self.is_maximizing() {
                    ", maximize=True"
                } else {
                    ""
                }
            ),
            Convention::Optax { .. } => {
                let clipped = called("optax.clip_by_global_norm(", "optax.clip(", "), ");
                let climbing = if self.is_maximizing() {
                    "optax.scale(-1.0), "
                } else {
                    ""
                };
                let (first, rule) = match (self.weight_decay(), decay) {
                    (Some(WeightDecay::Decoupled(_)), Some(decay)) => (
                        String::new(),
                        format!(
                            "optax.trace({momentum}{nesterov}), optax.add_decayed_weights({decay}), \
                             optax.scale_by_learning_rate({rate})"
                        ),
                    ),
                    (_, decay) => (
                        decay.map_or(String::new(), |decay| {
                            format!("optax.add_decayed_weights({decay}), ")
                        }),
                        format!("optax.sgd({rate}, momentum={momentum}{nesterov})"),
                    ),
                };
                match format!("{clipped}{climbing}{first}{rule}") {
                    chain if chain == rule && self.weight_decay().is_none() => out.write_str(&rule),
                    chain => write!(out, "optax.chain({chain})"),
                }
            }
            Convention::Keras { .. } => write!(
                out,
                "keras.optimizers.SGD(learning_rate={rate}, momentum={momentum}{nesterov}{decayed}{})",
                called(", global_clipnorm=", ", clipvalue=", "")
            ),
            Convention::FluxMomentum | Convention::FluxNesterov => {
                let rule = match self.convention().is_nesterov() {
                    true => "Nesterov",
                    false => "Momentum",
                };
                let clipped = called("ClipNorm(", "ClipGrad(", "), ");
                let decayed =
                    decay.map_or(String::new(), |decay| format!("WeightDecay({decay}), "));
                match clipped + &decayed {
                    first if first.is_empty() => {
                        write!(out, "Optimisers.{rule}({rate}, {momentum})")
                    }
                    first => write!(
                        out,
                        "OptimiserChain({first}Optimisers.{rule}({rate}, {momentum}))"
                    ),
                }
            }
            Convention::Mlx { .. } => write!(
                out,
                "{}mlx.optimizers.SGD(learning_rate={rate}, momentum={momentum}{decayed}{}{nesterov})",
                match &bound {
                    None => String::new(),
                    Some((bound, true)) =>
                        format!("mlx.optimizers.clip_grad_norm(gradients, {bound}), "),
                    Some((bound, false)) =>
                        format!("tree_map(lambda g: mx.clip(g, -{bound}, {bound}), gradients), "),
                },
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
                let clipped = called(
                    "GradientClippingConfig::Norm(",
                    "GradientClippingConfig::Value(",
                    "), ",
                );
                write!(out, "{clipped}optim.step({rate}, ..)")
            }
            Convention::ExponentialAverage => {
                let slope = match &bound {
                    None => "grad(x, i)".to_owned(),
                    Some((bound, true)) => {
                        format!("grad(x, i) * min(1, {bound} / norm(grad(x, i)))")
                    }
                    Some((bound, false)) => format!("clip(grad(x, i), -{bound}, {bound})"),
                };
                let slope = match decay {
                    Some(decay) => format!("lambda x, i: {slope} + {decay} * x"),
                    None if bound.is_some() => format!("lambda x, i: {slope}"),
                    None => "grad".to_owned(),
                };
                write!(out, "sgd({slope}, x, step_size={rate}, mass={momentum})")
            }
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
