//! The double well as a module of one parameter.

use burn_core as burn;
use burn_core::module::{Module, Param};
use burn_core::tensor::{DType, Device, Tensor, TensorData};
use burn_optim::{GradientsParams, ModuleOptimizer};
use heavyball::frameworks::{Clipping, Convention, Sgd, WeightDecay};
use heavyball::prelude::*;
use heavyball_burn::{Error, MomentumSgd};
use nalgebra::{Vector2, vector};

pub type Outcome = Result<(), Box<dyn std::error::Error>>;

pub const START: Vector2<f64> = vector![-1.5, -1.5];

/// The double well in one parameter of two components.
#[derive(Module, Debug)]
pub struct Well {
    pub x: Param<Tensor<1>>,
}

pub fn device() -> Device {
    Device::default().autodiff()
}

pub fn well(at: Vector2<f64>, dtype: DType) -> Well {
    let data = TensorData::from([at.x, at.y]);
    Well {
        x: Param::from_tensor(Tensor::from_data(data, (&device(), dtype))),
    }
}

pub fn at(well: &Well) -> Vector2<f64> {
    let x: Vec<f64> = well.x.val().into_data().iter().collect();
    vector![x[0], x[1]]
}

/// The gradients of a loss that is linear with heavyball's gradient as its slope, so that burn's is it to the last bit.
pub fn gradients(well: &Well) -> GradientsParams {
    let x = at(well);
    let mut gradient = x;
    DoubleWell.gradient(&x, &mut gradient);
    let data = TensorData::from([gradient.x, gradient.y]);
    let options = (&well.x.val().device(), well.x.val().dtype());
    let slope = Tensor::<1>::from_data(data, options);
    GradientsParams::from_grads((well.x.val() * slope).sum().backward(), well)
}

/// Lines of every convention that burn can take, and every option.
pub fn lines() -> Result<Vec<Sgd>, heavyball::Error> {
    let torch = |dampening, nesterov| Convention::PyTorch {
        dampening,
        nesterov,
    };
    let mut lines = vec![
        Sgd::new(torch(0.0, false), 0.02, 0.0)?,
        Sgd::new(torch(0.3, false), 0.02, 0.9)?,
        Sgd::new(torch(0.0, false), 1e-5, 0.9)?.with_maximize(true)?,
        Sgd::new(Convention::ExponentialAverage, 0.2, 0.9)?,
        Sgd::new(Convention::FluxMomentum, 0.02, 0.9)?,
        Sgd::new(Convention::Sutskever { nesterov: false }, 0.02, 0.9)?,
    ];
    for nesterov in [false, true] {
        let burn = Convention::Burn {
            dampening: 0.1,
            nesterov,
        };
        lines.push(Sgd::new(burn, 0.02, 0.9)?);
        let torch = Sgd::new(torch(0.0, nesterov), 0.02, 0.9)?;
        lines.push(torch.with_weight_decay(WeightDecay::Coupled(0.1))?);
        let keras = Sgd::new(Convention::Keras { nesterov }, 0.02, 0.9)?;
        lines.push(keras.with_weight_decay(WeightDecay::Decoupled(0.1))?);
        let optax = Sgd::new(Convention::Optax { nesterov }, 0.02, 0.9)?;
        lines.push(optax.with_clipping(Clipping::value(1.0)?));
    }
    Ok(lines)
}

pub fn optimizer(line: Sgd) -> Result<ModuleOptimizer, Error> {
    Ok(ModuleOptimizer::from(MomentumSgd::new(line)?))
}
