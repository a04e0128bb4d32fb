//! Clipping by one norm of the gradients of all parameters: PyTorch's numbers, heavyball's iterates, and what it refuses.

use crate::support::{Outcome, START, Well, device, well};
use burn_core as burn;
use burn_core::module::{Module, Param, ParamId};
use burn_core::tensor::{DType, Tensor, TensorData};
use burn_optim::{GradientsParams, ModuleOptimizer};
use heavyball::frameworks::{Clipping, Convention, Sgd, WeightDecay};
use heavyball::prelude::*;
use heavyball_burn::{Error, MomentumSgd, NormClipping, gradient_norm};
use nalgebra::{Vector2, vector};

/// The double well with each component in a parameter of its own, of two ranks.
#[derive(Module, Debug)]
struct Pair {
    x: Param<Tensor<1>>,
    y: Param<Tensor<2>>,
}

#[derive(Module, Debug)]
struct Wells {
    wells: Vec<Well>,
}

fn pair(at: Vector2<f64>, dtype: DType) -> Pair {
    let options = || (&device(), dtype).into();
    let options: [burn_core::tensor::TensorCreationOptions; 2] = [options(), options()];
    let [of_x, of_y] = options;
    Pair {
        x: Param::from_tensor(Tensor::from_data([at.x], of_x)),
        y: Param::from_tensor(Tensor::from_data([[at.y]], of_y)),
    }
}

fn value<const D: usize>(tensor: Tensor<D>) -> f64 {
    tensor.into_data().iter::<f64>().sum()
}

/// These numbers as the gradient of a parameter.
fn register(gradients: &mut GradientsParams, id: ParamId, numbers: &[f64], dtype: DType) {
    let device = device().inner();
    let gradient = Tensor::<1>::from_data(TensorData::from(numbers), (&device, dtype));
    gradients.register(id, gradient);
}

fn of_pair(pair: &Pair, gradient: Vector2<f64>, dtype: DType) -> GradientsParams {
    let mut gradients = GradientsParams::new();
    register(&mut gradients, pair.x.id, &[gradient.x], dtype);
    let y = Tensor::<2>::from_data([[gradient.y]], (&device().inner(), dtype));
    gradients.register(pair.y.id, y);
    gradients
}

fn numbers(gradients: &GradientsParams, id: ParamId) -> Vec<f64> {
    let gradient = gradients.get::<1>(id);
    gradient.map_or_else(Vec::new, |gradient| gradient.into_data().iter().collect())
}

/// `Sgd::run` with clipping by norm, to 1e-12 over 100 steps: where ε is 10⁻⁶ and where it is 0. With a norm of each parameter, or
/// with the other ε, they are 10⁻⁹ apart or more.
#[test]
fn heavyballs_iterates() -> Outcome {
    let torch = |nesterov| Convention::PyTorch {
        dampening: 0.0,
        nesterov,
    };
    let burn = Convention::Burn {
        dampening: 0.1,
        nesterov: true,
    };
    let decayed = Sgd::new(torch(true), 0.02, 0.9)?;
    for line in [
        Sgd::new(torch(false), 0.02, 0.9)?,
        decayed.with_weight_decay(WeightDecay::Coupled(0.1))?,
        Sgd::new(burn, 0.02, 0.9)?,
        Sgd::new(Convention::Optax { nesterov: true }, 0.02, 0.9)?,
        Sgd::new(Convention::Keras { nesterov: false }, 0.02, 0.9)?,
        Sgd::new(Convention::FluxMomentum, 0.02, 0.9)?,
    ] {
        let clipped = line.with_clipping(Clipping::norm(1.0)?);
        let clipping = NormClipping::of(&clipped)?;
        let mut sgd = ModuleOptimizer::from(MomentumSgd::new(line)?);
        let mut model = pair(START, DType::F64);
        let mut times = 0;
        for state in clipped.run(&DoubleWell, START).take(101).skip(1) {
            let at = vector![value(model.x.val()), value(model.y.val())];
            let mut gradient = at;
            DoubleWell.gradient(&at, &mut gradient);
            let mut gradients = of_pair(&model, gradient, DType::F64);
            let norm = clipping.clip(&model, &mut gradients)?;
            assert!((norm - gradient.norm()).abs() <= 1e-15 * norm);
            times += usize::from(norm > 1.0);
            model = sgd.step(0.02, model, gradients);
            let at = vector![value(model.x.val()), value(model.y.val())];
            let off = (at - state.parameter).norm();
            assert!(off < 1e-12, "{clipped}: {off}");
        }
        assert!(
            (1..100).contains(&times),
            "{clipped}: clipped {times} times"
        );
    }
    Ok(())
}

/// g·c/(|g| + 10⁻⁶) of (3, 4), in each type; a gradient shorter than the bound stays as it is, to the last bit.
#[test]
fn pytorchs_numbers() -> Outcome {
    for (dtype, close) in [
        (DType::F64, 1e-15),
        (DType::F32, 1e-7),
        (DType::F16, 1e-3),
        (DType::BF16, 1e-2),
    ] {
        let model = pair(START, dtype);
        let mut gradients = of_pair(&model, vector![3.0, 4.0], dtype);
        let clipping = NormClipping::new(1.0)?;
        assert_eq!(clipping.clip(&model, &mut gradients)?, 5.0);
        let x = gradients.remove::<1>(model.x.id).ok_or("no gradient")?;
        let y = gradients.remove::<2>(model.y.id).ok_or("no gradient")?;
        assert_eq!((x.dtype(), y.dtype()), (dtype, dtype));
        assert!((value(x) - 3.0 / 5.000_001).abs() < close, "{dtype:?}");
        assert!((value(y) - 4.0 / 5.000_001).abs() < close, "{dtype:?}");

        let mut gradients = of_pair(&model, vector![3.0, 4.0], dtype);
        assert_eq!(NormClipping::new(5.1)?.clip(&model, &mut gradients)?, 5.0);
        assert_eq!(numbers(&gradients, model.x.id), [3.0]);
    }
    Ok(())
}

/// 300 000 times one number: the norm is √300 000 of it. In f64 n·2⁻⁵³ is 3·10⁻¹¹; in f32 the squares alone are rounded by 10⁻⁸.
#[test]
fn a_long_gradient_is_added_up_in_f64() -> Outcome {
    for dtype in [DType::F64, DType::F32, DType::F16, DType::BF16] {
        let model = well(START, dtype);
        let mut gradients = GradientsParams::new();
        register(&mut gradients, model.x.id, &[0.1; 300_000], dtype);
        let one = numbers(&gradients, model.x.id)[0];
        let norm = gradient_norm(&model, &gradients)?;
        let off = norm / (one * 300_000_f64.sqrt()) - 1.0;
        assert!(off.abs() < 1e-10, "{dtype:?}: {off}");
    }
    Ok(())
}

/// The squares overflow or vanish, the norm does not.
#[test]
fn large_and_small_gradients() -> Outcome {
    for (dtype, sizes) in [
        (DType::F64, [1e200, 1e-200, 3e-308]),
        (DType::F32, [2.0_f64.powi(126), 2.0_f64.powi(-126), 1.0]),
    ] {
        let model = pair(START, dtype);
        for size in sizes {
            // In f32 the norm of the first may exceed what f32 holds: 2¹²⁶·5.
            let mut gradients = of_pair(&model, vector![3.0, 4.0] * size / 4.0, dtype);
            let norm = gradient_norm(&model, &gradients)?;
            assert!((norm / size / 1.25 - 1.0).abs() < 1e-7, "{size}: {norm}");
            NormClipping::new(1.0)?.clip(&model, &mut gradients)?;
            let after = gradient_norm(&model, &gradients)?;
            assert!(
                (after / norm.min(1.0) - 1.0).abs() < 1e-5,
                "{size}: {after}"
            );
        }
        let gradients = of_pair(&model, vector![0.0, 0.0], dtype);
        assert_eq!(gradient_norm(&model, &gradients)?, 0.0);
    }
    Ok(())
}

/// NaN and infinity are refused with the name of the parameter, and nothing is changed.
#[test]
fn a_gradient_that_is_not_finite_is_named() -> Outcome {
    for dtype in [DType::F64, DType::F32, DType::BF16] {
        let model = Wells {
            wells: vec![well(START, dtype), well(START, dtype)],
        };
        let (first, second) = (model.wells[0].x.id, model.wells[1].x.id);
        for wrong in [f64::NAN, f64::INFINITY, f64::NEG_INFINITY] {
            let mut gradients = GradientsParams::new();
            register(&mut gradients, first, &[30.0, 40.0], dtype);
            register(&mut gradients, second, &[1.0, wrong], dtype);
            let refused = NormClipping::new(1.0)?.clip(&model, &mut gradients);
            let Err(Error::NonFinite { parameter, norm }) = refused else {
                return Err(format!("{wrong} is taken").into());
            };
            assert_eq!(parameter, "wells.1.x");
            assert!(!norm.is_finite());
            assert_eq!(numbers(&gradients, first), [30.0, 40.0]);
            assert_eq!(numbers(&gradients, second)[0], 1.0);
        }
    }
    Ok(())
}

/// A parameter that is in the module twice counts once; one without a gradient is left out; a gradient of another module stays.
#[test]
fn which_gradients_count() -> Outcome {
    let shared = well(START, DType::F64);
    let (without, other) = (well(START, DType::F64), well(START, DType::F64));
    let model = Wells {
        wells: vec![shared.clone(), shared.clone(), without],
    };
    let mut gradients = GradientsParams::new();
    register(&mut gradients, shared.x.id, &[30.0, 40.0], DType::F64);
    register(&mut gradients, other.x.id, &[300.0, 400.0], DType::F64);
    let optax = Sgd::new(Convention::Optax { nesterov: false }, 0.1, 0.9)?;
    let clipping = NormClipping::of(&optax.with_clipping(Clipping::norm(5.0)?))?;
    assert_eq!(clipping.clip(&model, &mut gradients)?, 50.0);
    assert_eq!(numbers(&gradients, shared.x.id), [3.0, 4.0]);
    assert_eq!(numbers(&gradients, other.x.id), [300.0, 400.0]);
    Ok(())
}
