//! The step on burn's backend for processors: parameter, buffer and gradient in one pass, in place.
//!
//! That backend hands out the memory of a tensor, without a copy where nothing else holds the tensor, and takes it back.

use burn_core::backend::DispatchDevice;
use burn_core::tensor::{DType, Element, Tensor, TensorData};
use heavyball::Number;
use heavyball::frameworks::SgdStep;

/// Whether [`stepped`] can take a step of this parameter: in f64 or f32, all of one type and shape, on that backend.
pub(crate) fn applies<const D: usize>(
    parameter: &Tensor<D>,
    buffer: Option<&Tensor<D>>,
    gradient: &Tensor<D>,
) -> bool {
    let alike = |tensor: &Tensor<D>| {
        tensor.dtype() == parameter.dtype() && tensor.shape() == parameter.shape()
    };
    matches!(parameter.device().as_dispatch(), DispatchDevice::Flex(_))
        && matches!(parameter.dtype(), DType::F64 | DType::F32)
        && alike(gradient)
        && buffer.is_none_or(alike)
}

/// The parameter and the buffer after a step that has a buffer; `None` if burn does not give the memory.
pub(crate) fn stepped<const D: usize>(
    step: &SgdStep,
    parameter: Tensor<D>,
    buffer: Option<Tensor<D>>,
    gradient: Tensor<D>,
) -> Option<(Tensor<D>, Tensor<D>)> {
    let (device, dtype) = (parameter.device(), parameter.dtype());
    let mut buffer = match buffer {
        Some(buffer) => buffer.try_into_data().ok()?,
        None => TensorData::full_dtype(parameter.shape(), 0.0, dtype),
    };
    let mut parameter = parameter.try_into_data().ok()?;
    let gradient = gradient.try_into_data().ok()?;
    match dtype {
        DType::F64 => update(step, &mut parameter, &mut buffer, &gradient)?,
        _ => update(&step.to_f32(), &mut parameter, &mut buffer, &gradient)?,
    }
    let tensor = |data| Tensor::from_data(data, (&device, dtype));
    Some((tensor(parameter), tensor(buffer)))
}

fn update<T: Number + Element>(
    step: &SgdStep<T>,
    parameter: &mut TensorData,
    buffer: &mut TensorData,
    gradient: &TensorData,
) -> Option<()> {
    let parameter = parameter.as_mut_slice::<T>().ok()?;
    let buffer = buffer.as_mut_slice::<T>().ok()?;
    let gradient = gradient.as_slice::<T>().ok()?;
    step.update_slices(parameter, buffer, gradient).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::MomentumSgd;
    use crate::momentum_sgd::{MomentumState, by_operations};
    use burn_core::tensor::Device;
    use burn_optim::Optimizer;
    use heavyball::frameworks::{Clipping, Convention, Sgd, WeightDecay};

    /// burn's operations have the bits of the pass in place, for each option, on tensors that are transposed views of others. What
    /// the step was given and something else holds keeps its numbers.
    #[test]
    fn both_ways_have_the_same_bits() -> Result<(), Box<dyn std::error::Error>> {
        let torch = |dampening, nesterov| Convention::PyTorch {
            dampening,
            nesterov,
        };
        let plain = Sgd::new(torch(0.0, false), 0.1, 0.9)?;
        let keras = Sgd::new(Convention::Keras { nesterov: true }, 0.1, 0.9)?;
        for line in [
            plain,
            Sgd::new(torch(0.3, false), 0.1, 0.9)?,
            Sgd::new(torch(0.0, true), 0.1, 0.9)?.with_weight_decay(WeightDecay::Coupled(0.2))?,
            plain.with_clipping(Clipping::value(0.5)?),
            plain.with_maximize(true)?,
            keras.with_weight_decay(WeightDecay::Decoupled(0.2))?,
        ] {
            for dtype in [DType::F64, DType::F32] {
                let tensor = |seed: f64| {
                    let numbers: Vec<f64> =
                        (0..35).map(|i| (seed * f64::from(i + 1)).sin()).collect();
                    let data = TensorData::new(numbers, [5, 7]);
                    Tensor::<2>::from_data(data, (&Device::flex(), dtype)).transpose()
                };
                let given = [tensor(1.0), tensor(2.0), tensor(3.0)];
                let before = given.clone().map(|tensor| tensor.to_data());
                for first in [true, false] {
                    let [parameter, buffer, gradient] = given.clone();
                    let state = (!first).then_some(MomentumState { buffer });
                    assert!(applies(&parameter, None, &gradient));
                    let step = line.step(first, None)?;
                    let theirs =
                        by_operations(&step, parameter.clone(), state.clone(), gradient.clone());
                    let ours = MomentumSgd::new(line)?.step(0.1, parameter, gradient, state);
                    assert_eq!(ours.0.to_data(), theirs.0.to_data(), "{line} {dtype:?}");
                    let buffer = |state: Option<MomentumState<2>>| {
                        state.map(|state| state.buffer().to_data())
                    };
                    assert_eq!(buffer(ours.1), buffer(theirs.1), "{line} {dtype:?}");
                }
                assert_eq!(given.map(|tensor| tensor.to_data()), before);
            }
        }
        Ok(())
    }
}
