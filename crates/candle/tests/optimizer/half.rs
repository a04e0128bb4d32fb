//! f32, f16 and bf16: the buffer is f32, and only the parameter is rounded.

use crate::support::{Outcome, lines};
use candle_core::{DType, Device, Tensor, Var};
use candle_nn::Optimizer;
use heavyball::frameworks::{Convention, Sgd};
use heavyball_candle::MomentumSgd;

/// f = ½|x|² by its gradient x, from (1, −0.5, 0.25).
fn run(line: Sgd, dtype: DType, steps: usize) -> candle_core::Result<(Vec<f32>, Tensor)> {
    let start = Tensor::new(&[1.0_f32, -0.5, 0.25], &Device::Cpu)?;
    let x = Var::from_tensor(&start.to_dtype(dtype)?)?;
    let mut sgd = MomentumSgd::named([("x".to_owned(), x.clone())], line)?;
    for _ in 0..steps {
        let slope = Tensor::new(x.to_dtype(DType::F32)?.to_vec1::<f32>()?, &Device::Cpu)?;
        let loss = (x.as_tensor() * slope.to_dtype(dtype)?)?.sum_all()?;
        sgd.backward_step(&loss)?;
    }
    let buffer = sgd.state()?.remove("buffer.x");
    let buffer = buffer.unwrap_or_else(|| start.clone());
    Ok((x.to_dtype(DType::F32)?.to_vec1()?, buffer))
}

/// heavyball's run in f32, with numbers whose product has no rounding in f32 either.
#[test]
fn f32_bit_for_bit() -> Outcome {
    use heavyball::prelude::*;
    use nalgebra::vector;
    for nesterov in [false, true] {
        let line = Sgd::new(Convention::Optax { nesterov }, 0.0625, 0.875)?;
        let single = Sgd::of(Convention::Optax { nesterov }, 0.0625_f32, 0.875)?;
        let bowl = from_fn(
            |x: &nalgebra::Vector3<f32>| 0.5 * x.norm_squared(),
            |x: &nalgebra::Vector3<f32>| *x,
        );
        let expected = single.run(&bowl, vector![1.0_f32, -0.5, 0.25]).nth(100);
        let expected = expected.map(|state| state.parameter.as_slice().to_vec());
        assert_eq!(Some(run(line, DType::F32, 100)?.0), expected);
    }
    Ok(())
}

/// Clipped by value bit for bit; by norm, which is taken in f64 here and in f32 there, up to its rounding.
#[test]
fn f32_with_clipped_gradients() -> Outcome {
    use heavyball::frameworks::Clipping;
    use heavyball::prelude::*;
    use nalgebra::vector;
    let bowl = from_fn(
        |x: &nalgebra::Vector3<f32>| 0.5 * x.norm_squared(),
        |x: &nalgebra::Vector3<f32>| *x,
    );
    let convention = Convention::Optax { nesterov: false };
    let line = Sgd::new(convention, 0.0625, 0.875)?;
    let single = Sgd::of(Convention::Optax { nesterov: false }, 0.0625_f32, 0.875)?;
    let pairs = [
        (Clipping::value(0.375)?, Clipping::value(0.375_f32)?, 0.0),
        (Clipping::norm(0.375)?, Clipping::norm(0.375_f32)?, 1e-5),
    ];
    for (clipping, in_single, allowed) in pairs {
        let found = run(line.with_clipping(clipping), DType::F32, 20)?.0;
        let clipped = single.with_clipping(in_single);
        let expected = clipped.run(&bowl, vector![1.0_f32, -0.5, 0.25]).nth(20);
        let expected = expected.map(|state| state.parameter).unwrap_or_default();
        for (found, expected) in found.iter().zip(expected.iter()) {
            assert!((found - expected).abs() <= allowed, "{found} {expected}");
        }
    }
    Ok(())
}

#[test]
fn sixteen_bits_round_the_parameter_only() -> Outcome {
    for line in lines()? {
        let (exact, _) = run(line, DType::F32, 20)?;
        for (dtype, digit) in [(DType::BF16, 1.0 / 128.0), (DType::F16, 1.0 / 1024.0)] {
            let (rounded, buffer) = run(line, dtype, 20)?;
            assert_eq!(buffer.dtype(), DType::F32);
            for (rounded, exact) in rounded.iter().zip(&exact) {
                // Twenty roundings, each half a digit, which momentum may add up.
                assert!(
                    (rounded - exact).abs() < 20.0 * digit,
                    "{line} {rounded} {exact}"
                );
            }
        }
    }
    Ok(())
}

/// The first step in bf16 is the step in f32, rounded once.
#[test]
fn a_bf16_step_is_rounded_once() -> Outcome {
    let line = Sgd::new(Convention::Optax { nesterov: false }, 0.1, 0.9)?;
    let (found, buffer) = run(line, DType::BF16, 1)?;
    let expected = [1.0_f32 - 0.1, -0.5 + 0.05, 0.25 - 0.025].map(half::bf16::from_f32);
    assert_eq!(found, expected.map(f32::from));
    assert_eq!(buffer.to_vec1::<f32>()?, [1.0, -0.5, 0.25]);
    // And a step below half a digit is lost: 1 − 2⁻¹⁰ is 1.
    let small = Sgd::new(Convention::Optax { nesterov: false }, 1.0 / 1024.0, 0.0)?;
    assert_eq!(run(small, DType::BF16, 50)?.0[0], 1.0);
    Ok(())
}
