//! The optimiser against heavyball's own runs, and its record.

use burn_core as burn;
use burn_core::module::{Module, Param};
use burn_core::tensor::{DType, Device, Tensor, TensorData};
use burn_optim::{GradientsParams, ModuleOptimizer};
use heavyball::frameworks::{Clipping, Convention, Sgd, WeightDecay};
use heavyball::prelude::*;
use heavyball_burn::{Error, MomentumSgd};
use nalgebra::{Vector2, vector};

type Outcome = Result<(), Box<dyn std::error::Error>>;

const START: Vector2<f64> = vector![-1.5, -1.5];

/// The double well in one parameter of two components.
#[derive(Module, Debug)]
struct Well {
    x: Param<Tensor<1>>,
}

fn device() -> Device {
    Device::default().autodiff()
}

fn well(at: Vector2<f64>, dtype: DType) -> Well {
    let data = TensorData::from([at.x, at.y]);
    Well {
        x: Param::from_tensor(Tensor::from_data(data, (&device(), dtype))),
    }
}

fn at(well: &Well) -> Vector2<f64> {
    let x: Vec<f64> = well.x.val().into_data().iter().collect();
    vector![x[0], x[1]]
}

/// The gradients of a loss that is linear with heavyball's gradient as its slope, so that burn's is it to the last bit.
fn gradients(well: &Well) -> GradientsParams {
    let x = at(well);
    let mut gradient = x;
    DoubleWell.gradient(&x, &mut gradient);
    let data = TensorData::from([gradient.x, gradient.y]);
    let slope = Tensor::<1>::from_data(data, (&device(), well.x.val().dtype()));
    GradientsParams::from_grads((well.x.val() * slope).sum().backward(), well)
}

/// The gradients of x⁴ − 2x² + y² by burn.
fn burns_gradients(well: &Well) -> GradientsParams {
    let x = well.x.val().slice([0..1]);
    let y = well.x.val().slice([1..2]);
    let square = x.clone() * x;
    let loss = square.clone() * square.clone() - square.mul_scalar(2.0) + y.clone() * y;
    GradientsParams::from_grads(loss.sum().backward(), well)
}

fn lines() -> Result<Vec<Sgd>, heavyball::Error> {
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

fn optimizer(line: Sgd) -> Result<ModuleOptimizer, Error> {
    Ok(ModuleOptimizer::from(MomentumSgd::new(line)?))
}

/// Derivation (46), each line with the gradient that heavyball has: 100 steps with the same bits.
#[test]
fn each_line_bit_for_bit() -> Outcome {
    for line in lines()? {
        let rate = *line.learning_rate();
        let (mut model, mut sgd) = (well(START, DType::F64), optimizer(line)?);
        let run: Vec<_> = line.run(&DoubleWell, START).take(101).collect();
        assert_eq!(run.len(), 101, "{line}");
        for state in run.iter().skip(1) {
            let gradients = gradients(&model);
            model = sgd.step(rate, model, gradients);
            assert_eq!(at(&model), state.parameter, "{line}");
        }
    }
    Ok(())
}

/// With burn's derivative of the double well, to 1e-12.
#[test]
fn each_line_with_burns_gradient() -> Outcome {
    for line in lines()? {
        let (mut model, mut sgd) = (well(START, DType::F64), optimizer(line)?);
        for _ in 0..100 {
            let gradients = burns_gradients(&model);
            model = sgd.step(*line.learning_rate(), model, gradients);
        }
        let state = line.run(&DoubleWell, START).nth(100);
        let off = state.map_or(f64::NAN, |state| (state.parameter - at(&model)).norm());
        assert!(off < 1e-12 * at(&model).norm().max(1.0), "{line}: {off}");
    }
    Ok(())
}

/// Saved to bytes, restored and continued, as burn's own tests of its optimisers do (burn-optim, optim/mod.rs,
/// `assert_optimizer_resume`), but to the last bit and in f64.
#[test]
fn a_restored_record_continues_with_the_same_bits() -> Outcome {
    for dtype in [DType::F64, DType::F32] {
        for line in lines()? {
            let rate = *line.learning_rate();
            let (mut model, mut sgd) = (well(START, dtype), optimizer(line)?);
            for _ in 0..37 {
                let gradients = gradients(&model);
                model = sgd.step(rate, model, gradients);
            }
            assert_eq!(
                sgd.to_record().is_empty(),
                *line.momentum() == 0.0,
                "{line}"
            );
            let mut restored = optimizer(line)?.from_bytes(sgd.into_bytes()?)?;
            let mut other = model.clone();
            for _ in 0..63 {
                let ours = gradients(&model);
                model = sgd.step(rate, model, ours);
                let theirs = gradients(&other);
                other = restored.step(rate, other, theirs);
            }
            assert_eq!(at(&model), at(&other), "{line} {dtype:?}");
        }
    }
    Ok(())
}

#[test]
fn refusals() -> Outcome {
    let optax = Sgd::new(Convention::Optax { nesterov: false }, 0.1, 0.9)?;
    let by_norm = MomentumSgd::new(optax.with_clipping(Clipping::norm(1.0)?));
    assert_eq!(by_norm.err(), Some(Error::ClippingByNorm));
    let two_step = Sgd::new(Convention::TwoStep { nesterov: false }, 0.1, 0.9)?;
    assert!(matches!(
        MomentumSgd::new(two_step),
        Err(Error::Heavyball(_))
    ));
    // burn's step has no error, so what cannot be is NaN.
    for rate in [-0.1, f64::NAN, f64::INFINITY] {
        let (model, mut sgd) = (well(START, DType::F64), optimizer(optax)?);
        let gradients = gradients(&model);
        assert!(at(&sgd.step(rate, model, gradients)).x.is_nan());
    }
    Ok(())
}
