//! The parameters are those of heavyball's runs, which reproduce recorded runs of PyTorch, Optax and Keras.

use crate::support::{Outcome, START, Well, lines};
use candle_nn::Optimizer;
use heavyball::frameworks::{Clipping, Convention, Sgd};
use heavyball::prelude::*;
use heavyball::{Cosine, WarmUp};
use heavyball_candle::MomentumSgd;

/// Derivation (46), each line with the gradient that heavyball has: 100 steps with the same bits.
#[test]
fn each_line_bit_for_bit() -> Outcome {
    for line in lines()? {
        let well = Well::new()?;
        let mut sgd = MomentumSgd::named(well.named(), line)?;
        let run: Vec<_> = line.run(&DoubleWell, START).take(101).collect();
        assert_eq!(run.len(), 101, "{line}");
        for state in run.iter().skip(1) {
            sgd.backward_step(&well.linear_loss()?)?;
            assert_eq!(well.at()?, state.parameter, "{line}");
        }
    }
    Ok(())
}

/// With candle's derivative of the double well, to 1e-12.
#[test]
fn each_line_with_candles_gradient() -> Outcome {
    for line in lines()? {
        let well = Well::new()?;
        let mut sgd = MomentumSgd::named(well.named(), line)?;
        for _ in 0..100 {
            sgd.backward_step(&well.loss()?)?;
        }
        let state = line.run(&DoubleWell, START).nth(100);
        let end = well.at()?;
        let off = state.map_or(f64::NAN, |state| (state.parameter - end).norm());
        assert!(off < 1e-12 * end.norm().max(1.0), "{line}: {off}");
    }
    Ok(())
}

/// One norm of both variables, as `clip_grad_norm_`; the sum of squares may be in another order.
#[test]
fn clipping_by_the_norm_of_all() -> Outcome {
    let torch = Convention::PyTorch {
        dampening: 0.0,
        nesterov: true,
    };
    for convention in [torch, Convention::Optax { nesterov: false }] {
        let line = Sgd::new(convention, 0.05, 0.9)?.with_clipping(Clipping::norm(1.0)?);
        let well = Well::new()?;
        let mut sgd = MomentumSgd::named(well.named(), line)?;
        for state in line.run(&DoubleWell, START).take(101).skip(1) {
            sgd.backward_step(&well.linear_loss()?)?;
            let off = (state.parameter - well.at()?).norm();
            assert!(off < 1e-13, "{line}: {off}");
        }
    }
    Ok(())
}

#[test]
fn schedules_of_rate_and_momentum() -> Outcome {
    let torch = Convention::PyTorch {
        dampening: 0.0,
        nesterov: true,
    };
    let rate = WarmUp::new(5, Cosine::new(0.05, 0.0, 95)?)?.rising_from(0.0)?;
    let line = Sgd::new(torch, 0.05, 0.9)?.scheduled(rate, |k: usize| 0.5 + 0.004 * k as f64);
    let well = Well::new()?;
    let mut sgd = MomentumSgd::named(well.named(), line)?;
    for (k, state) in line.run(&DoubleWell, START).take(101).enumerate().skip(1) {
        let rate = sgd.learning_rate();
        assert_eq!(rate, heavyball::Schedule::at(&sgd_rate()?, k - 1));
        sgd.backward_step(&well.linear_loss()?)?;
        assert_eq!(well.at()?, state.parameter);
    }
    Ok(())
}

fn sgd_rate() -> Result<WarmUp<Cosine>, heavyball::Error> {
    WarmUp::new(5, Cosine::new(0.05, 0.0, 95)?)?.rising_from(0.0)
}

/// Derivation (47): PyTorch's buffer keeps v/α when the rate is set to another, Keras's keeps v.
#[test]
fn a_rate_that_is_set() -> Outcome {
    use heavyball::frameworks::RateChange;
    let torch = Convention::PyTorch {
        dampening: 0.0,
        nesterov: false,
    };
    for convention in [torch, Convention::Keras { nesterov: false }] {
        let line = Sgd::new(convention, 0.02, 0.97)?;
        let well = Well::new()?;
        let mut sgd = MomentumSgd::named(well.named(), line)?;
        let mut run = line.run(&DoubleWell, START);
        run.nth(12);
        run.change_learning_rate(0.002, RateChange::KeepBuffer)?;
        for _ in 0..12 {
            sgd.backward_step(&well.linear_loss()?)?;
        }
        sgd.set_learning_rate(0.002);
        for _ in 0..20 {
            sgd.backward_step(&well.linear_loss()?)?;
        }
        assert_eq!(Some(well.at()?), run.nth(19).map(|state| state.parameter));
    }
    Ok(())
}
