//! Lines of every kind, and gradients that are exactly those of heavyball's potentials.

use candle_core::{Device, Tensor, Var};
use heavyball::frameworks::{Clipping, Convention, Sgd, WeightDecay};
use heavyball::prelude::*;
use nalgebra::{Vector2, vector};

pub(crate) type Outcome = Result<(), Box<dyn std::error::Error>>;

pub(crate) const START: Vector2<f64> = vector![-1.5, -1.5];

/// Conventions with and without Nesterov, dampening, weight decay, clipping and a negative direction.
pub(crate) fn lines() -> Result<Vec<Sgd>, heavyball::Error> {
    let torch = |dampening, nesterov| Convention::PyTorch {
        dampening,
        nesterov,
    };
    let mut lines = vec![
        Sgd::new(torch(0.0, false), 0.02, 0.0)?,
        Sgd::new(torch(0.3, false), 0.02, 0.9)?,
        Sgd::new(torch(0.0, true), 0.02, 0.9)?,
        Sgd::new(torch(0.0, false), 1e-5, 0.9)?.with_maximize(true)?,
        Sgd::new(Convention::ExponentialAverage, 0.2, 0.9)?,
        Sgd::new(Convention::FluxMomentum, 0.02, 0.9)?,
        Sgd::new(Convention::FluxNesterov, 0.02, 0.9)?,
        Sgd::new(Convention::Sutskever { nesterov: false }, 0.02, 0.9)?,
        Sgd::new(
            Convention::Burn {
                dampening: 0.1,
                nesterov: true,
            },
            0.02,
            0.9,
        )?,
        Sgd::new(
            Convention::Mlx {
                dampening: 0.2,
                nesterov: false,
            },
            0.02,
            0.9,
        )?,
    ];
    for nesterov in [false, true] {
        let torch = Sgd::new(torch(0.0, nesterov), 0.02, 0.9)?;
        lines.push(torch.with_weight_decay(WeightDecay::Coupled(0.1))?);
        let keras = Sgd::new(Convention::Keras { nesterov }, 0.02, 0.9)?;
        lines.push(keras.with_weight_decay(WeightDecay::Decoupled(0.1))?);
        let optax = Sgd::new(Convention::Optax { nesterov }, 0.02, 0.9)?;
        lines.push(optax.with_weight_decay(WeightDecay::Decoupled(0.1))?);
        lines.push(optax.with_clipping(Clipping::value(1.0)?));
    }
    Ok(lines)
}

/// The double well in two variables of one component each, so that a state has several buffers.
pub(crate) struct Well {
    pub(crate) x: Var,
    pub(crate) y: Var,
}

impl Well {
    pub(crate) fn new() -> candle_core::Result<Self> {
        Ok(Self {
            x: Var::new(&[START.x], &Device::Cpu)?,
            y: Var::new(&[START.y], &Device::Cpu)?,
        })
    }

    pub(crate) fn named(&self) -> [(String, Var); 2] {
        [
            ("x".to_owned(), self.x.clone()),
            ("y".to_owned(), self.y.clone()),
        ]
    }

    pub(crate) fn at(&self) -> candle_core::Result<Vector2<f64>> {
        Ok(vector![self.x.to_vec1()?[0], self.y.to_vec1()?[0]])
    }

    /// A loss that is linear with heavyball's gradient as its slope, so that candle's gradient is it to the last bit.
    pub(crate) fn linear_loss(&self) -> candle_core::Result<Tensor> {
        let at = self.at()?;
        let mut gradient = at;
        DoubleWell.gradient(&at, &mut gradient);
        let slope = |g: f64| Tensor::new(&[g], &Device::Cpu);
        let x = (self.x.as_tensor() * slope(gradient.x)?)?;
        let y = (self.y.as_tensor() * slope(gradient.y)?)?;
        (x + y)?.sum_all()
    }

    /// The double well itself, x⁴ − 2x² + y², differentiated by candle.
    pub(crate) fn loss(&self) -> candle_core::Result<Tensor> {
        let square = self.x.sqr()?;
        let well = ((square.sqr()? - (&square * 2.0)?)? + self.y.sqr()?)?;
        well.sum_all()
    }
}
