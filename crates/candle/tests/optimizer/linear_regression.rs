//! candle's own test of its optimisers, a linear regression of four points (candle-nn, tests/optim.rs, whose numbers were compared
//! with PyTorch): at momentum 0 with the numbers of its `SGD`, and with momentum and Nesterov's variant with PyTorch 2.15's.

use crate::support::Outcome;
use candle_core::{Device, Tensor, Var};
use candle_nn::{Linear, Module, Optimizer, SGD};
use heavyball::frameworks::{Convention, Sgd};
use heavyball_candle::MomentumSgd;

/// Weights and bias after `steps` steps.
fn regression<O: Optimizer>(
    optimizer: impl FnOnce(Vec<Var>) -> candle_core::Result<O>,
    steps: usize,
) -> candle_core::Result<[f32; 3]> {
    let device = Device::Cpu;
    // y = 3a + b − 2
    let xs = Tensor::new(&[[2f32, 1.], [7., 4.], [-4., 12.], [5., 8.]], &device)?;
    let ys = Tensor::new(&[[5f32], [23.], [-2.], [21.]], &device)?;
    let w = Var::new(&[[0f32, 0.]], &device)?;
    let b = Var::new(0f32, &device)?;
    let model = Linear::new(w.as_tensor().clone(), Some(b.as_tensor().clone()));
    let mut optimizer = optimizer(vec![w.clone(), b.clone()])?;
    for _ in 0..steps {
        let loss = model.forward(&xs)?.sub(&ys)?.sqr()?.sum_all()?;
        optimizer.backward_step(&loss)?;
    }
    let weights = w.to_vec2::<f32>()?;
    Ok([weights[0][0], weights[0][1], b.to_scalar()?])
}

fn torch(nesterov: bool) -> Convention {
    Convention::PyTorch {
        dampening: 0.0,
        nesterov,
    }
}

#[test]
fn without_momentum_it_is_candles() -> Outcome {
    let line = Sgd::new(torch(false), 0.004, 0.0)?;
    let ours = regression(|vars| MomentumSgd::new(vars, line), 1000)?;
    let candles = regression(|vars| SGD::new(vars, 0.004), 1000)?;
    assert_eq!(ours, candles);
    let expected = [2.9983196, 0.99790204, -1.9796902]; // candle-nn, tests/optim.rs
    let off = ours
        .iter()
        .zip(expected)
        .map(|(a, b): (&f32, f32)| (a - b).abs());
    assert!(off.fold(0.0, f32::max) < 1e-5, "{ours:?}");
    Ok(())
}

/// PyTorch 2.15: `SGD(lr=0.0005, momentum=0.9, nesterov=…)`, 100 steps from 0, in float32.
#[test]
fn with_momentum_it_is_pytorchs() -> Outcome {
    for (nesterov, expected) in [
        (false, [2.881_402_7, 0.860_351_6, -0.688_377_7]),
        (true, [2.891_630_4, 0.864_762_5, -0.690_658_3]),
    ] {
        let line = Sgd::new(torch(nesterov), 0.0005, 0.9)?;
        let ours = regression(|vars| MomentumSgd::new(vars, line), 100)?;
        for (ours, torch) in ours.iter().zip(expected) {
            let torch: f32 = torch;
            assert!((ours - torch).abs() < 2e-6 * torch.abs(), "{ours} {torch}");
        }
    }
    Ok(())
}
