//! Against burn's own SGD, another program: the line of burn has its numbers.

use crate::support::{Outcome, START, at, gradients, optimizer, well};
use burn_core::tensor::DType;
use burn_optim::SgdConfig;
use burn_optim::decay::WeightDecayConfig;
use burn_optim::momentum::MomentumConfig;
use heavyball::frameworks::{Convention, Sgd, WeightDecay};

/// 100 steps of both from one start; with a momentum that f32 holds, since burn rounds its β to it, they agree within the rounding
/// of the type. Another dampening, or the other variant, is a thousand times as far away.
#[test]
fn burns_line_is_burns_optimiser() -> Outcome {
    for (dtype, close) in [(DType::F64, 1e-13), (DType::F32, 1e-5)] {
        for (dampening, nesterov, decay) in [
            (0.0, false, 0.0),
            (0.1, false, 0.0),
            (0.5, true, 0.0),
            (0.1, true, 0.25),
        ] {
            let momentum = MomentumConfig::new()
                .with_momentum(0.875)
                .with_dampening(dampening)
                .with_nesterov(nesterov);
            let mut burns = SgdConfig::new().with_momentum(Some(momentum));
            let convention = Convention::Burn {
                dampening,
                nesterov,
            };
            let mut line = Sgd::new(convention, 0.02, 0.875)?;
            if decay > 0.0 {
                burns = burns.with_weight_decay(Some(WeightDecayConfig::new(decay)));
                line = line.with_weight_decay(WeightDecay::Coupled(decay.into()))?;
            }
            let (mut theirs, mut burns) = (well(START, dtype), burns.init());
            let (mut ours, mut sgd) = (well(START, dtype), optimizer(line)?);
            for step in 1..=100 {
                let gradient = gradients(&theirs);
                theirs = burns.step(0.02, theirs, gradient);
                let gradient = gradients(&ours);
                ours = sgd.step(0.02, ours, gradient);
                let off = (at(&ours) - at(&theirs)).norm();
                assert!(off < close, "{line} {dtype:?}, step {step}: {off}");
            }
        }
    }
    Ok(())
}

/// burn keeps β in f32, and its 0.9 is 0.9 + 2⁻²⁵·0.8: the difference between the two that the README names.
#[test]
fn burns_momentum_is_rounded_to_f32() -> Outcome {
    let momentum = MomentumConfig::new().with_dampening(0.0);
    let mut burns = SgdConfig::new().with_momentum(Some(momentum)).init();
    let convention = |beta: f64| {
        let burn = Convention::Burn {
            dampening: 0.0,
            nesterov: false,
        };
        Sgd::new(burn, 0.02, beta)
    };
    let mut theirs = well(START, DType::F64);
    let mut exact = well(START, DType::F64);
    let mut rounded = well(START, DType::F64);
    let mut of_exact = optimizer(convention(0.9)?)?;
    let mut of_rounded = optimizer(convention(f64::from(0.9_f32))?)?;
    for _ in 0..100 {
        let gradient = gradients(&theirs);
        theirs = burns.step(0.02, theirs, gradient);
        let gradient = gradients(&exact);
        exact = of_exact.step(0.02, exact, gradient);
        let gradient = gradients(&rounded);
        rounded = of_rounded.step(0.02, rounded, gradient);
    }
    assert!((at(&rounded) - at(&theirs)).norm() < 1e-13);
    assert!((at(&exact) - at(&theirs)).norm() > 1e-10);
    Ok(())
}
