//! A record continues the run.

use crate::support::{Outcome, START, at, gradients, lines, optimizer, well};
use burn_core::tensor::DType;

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
