//! Parameters change their device and their type, and the buffers follow. The devices are two backends of burn for processors,
//! flex and ndarray, between which tensors are copied.

#![allow(
    deprecated,
    reason = "burn's ndarray is deprecated, and its only other backend for processors that needs no compiler at run time"
)]

use crate::support::{Outcome, START, Well, at, gradients, lines, optimizer, well};
use burn_core::module::{Module, Param};
use burn_core::tensor::{DType, Device, Tensor};
use burn_optim::{GradientsParams, Optimizer};
use heavyball::frameworks::{Clipping, Convention, Sgd};
use heavyball::prelude::DoubleWell;
use heavyball_burn::{MomentumSgd, NormClipping, gradient_norm};
use nalgebra::vector;

fn ndarray() -> Device {
    Device::ndarray().autodiff()
}

fn flex() -> Device {
    Device::flex().autodiff()
}

/// `ModuleOptimizer` moves the buffer to the gradient's device: a run that goes there and back has the bits of heavyball's.
#[test]
fn a_run_moves_between_devices() -> Outcome {
    for line in lines()? {
        let rate = *line.learning_rate();
        let (mut model, mut sgd) = (well(START, DType::F64), optimizer(line)?);
        for (step, state) in line.run(&DoubleWell, START).take(101).skip(1).enumerate() {
            match step {
                30 => model = model.fork(&ndarray()),
                60 => model = model.fork(&flex()),
                _ => {}
            }
            let on = if (30..60).contains(&step) {
                ndarray()
            } else {
                flex()
            };
            assert_eq!(model.x.val().device(), on);
            let gradients = gradients(&model);
            model = sgd.step(rate, model, gradients);
            assert_eq!(at(&model), state.parameter, "{line}, step {step}");
        }
    }
    Ok(())
}

/// A record is read on burn's default device, and the run continues where the parameters are.
#[test]
fn a_record_continues_on_another_device() -> Outcome {
    for line in lines()? {
        let rate = *line.learning_rate();
        let (mut model, mut sgd) = (well(START, DType::F64), optimizer(line)?);
        for _ in 0..37 {
            let gradients = gradients(&model);
            model = sgd.step(rate, model, gradients);
        }
        let mut restored = optimizer(line)?.from_bytes(sgd.into_bytes()?)?;
        model = model.fork(&ndarray());
        for _ in 37..100 {
            let gradients = gradients(&model);
            model = restored.step(rate, model, gradients);
        }
        let state = line.run(&DoubleWell, START).nth(100);
        assert_eq!(
            state.map(|state| state.parameter),
            Some(at(&model)),
            "{line}"
        );
    }
    Ok(())
}

#[test]
fn a_buffer_is_on_the_device_it_was_moved_to() -> Outcome {
    let line = Sgd::new(Convention::Optax { nesterov: false }, 0.5, 0.25)?;
    let tensor = |number: f64| Tensor::<1>::from_data([number], (&Device::flex(), DType::F64));
    let (_, state) = MomentumSgd::new(line)?.step(0.5, tensor(1.0), tensor(-3.0), None);
    let state = state.ok_or("no state")?;
    assert_eq!(state.buffer().device(), Device::flex());
    let moved = MomentumSgd::to_device(state, &Device::ndarray());
    assert_eq!(moved.buffer().device(), Device::ndarray());
    assert_eq!(moved.buffer().dtype(), DType::F64);
    assert_eq!(moved.buffer().to_data().as_slice::<f64>()?, [-3.0]);
    Ok(())
}

/// The gradients of one module on two devices have one norm.
#[test]
fn clipping_over_two_devices() -> Outcome {
    let model = (well(START, DType::F64), well(START, DType::F64));
    let mut gradients = GradientsParams::new();
    for (well, device, size) in [
        (&model.0, Device::flex(), 30.0),
        (&model.1, Device::ndarray(), 40.0),
    ] {
        let gradient = Tensor::<1>::from_data([size, 0.0], (&device, DType::F64));
        gradients.register(well.x.id, gradient);
    }
    assert_eq!(gradient_norm(&model, &gradients)?, 50.0);
    let optax = Sgd::new(Convention::Optax { nesterov: false }, 0.1, 0.9)?;
    NormClipping::of(&optax.with_clipping(Clipping::norm(5.0)?))?.clip(&model, &mut gradients)?;
    let second = gradients.get::<1>(model.1.x.id).ok_or("no gradient")?;
    assert_eq!(second.device(), Device::ndarray());
    assert_eq!(second.into_data().as_slice::<f64>()?, [4.0, 0.0]);
    Ok(())
}

/// Parameters that are cast keep their momentum: b = 1, 3/2 and x = 1, 3/4, 3/8 for η = 1/4, β = 1/2 and a gradient of 1.
#[test]
fn a_parameter_changes_its_type() -> Outcome {
    let line = Sgd::new(Convention::Optax { nesterov: false }, 0.25, 0.5)?;
    let (wide, narrow) = (DType::F64, DType::F32);
    for (before, after) in [(narrow, wide), (wide, narrow), (DType::BF16, wide)] {
        let (mut model, mut sgd) = (well(vector![1.0, 1.0], before), optimizer(line)?);
        for dtype in [before, after] {
            let x = model.x.val().inner().cast(dtype);
            let x = Tensor::from_inner(x).require_grad();
            model = Well {
                x: Param::initialized(model.x.id, x),
            };
            let mut gradients = GradientsParams::new();
            let gradient = Tensor::<1>::ones([2], (&Device::flex(), dtype));
            gradients.register(model.x.id, gradient);
            model = sgd.step(0.25, model, gradients);
        }
        assert_eq!(at(&model), vector![0.375, 0.375], "{before:?} {after:?}");
        assert_eq!(model.x.val().dtype(), after);
    }
    Ok(())
}
