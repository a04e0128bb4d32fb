//! Each line has the iterates of heavyball's own run.

use crate::support::{Outcome, START, Well, at, gradients, lines, optimizer, well};
use burn_core::tensor::DType;
use burn_optim::GradientsParams;

/// The gradients of x⁴ − 2x² + y² by burn.
fn burns_gradients(well: &Well) -> GradientsParams {
    let x = well.x.val().narrow(0, 0, 1);
    let y = well.x.val().narrow(0, 1, 1);
    let square = x.clone() * x;
    let loss = square.clone() * square.clone() - square.mul_scalar(2.0) + y.clone() * y;
    GradientsParams::from_grads(loss.sum().backward(), well)
}

use heavyball::prelude::DoubleWell;

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
