//! One step on 10⁷ parameters, beside burn's own SGD with momentum and its AdamW; all timed in turn. With the feature `flex` it is
//! one pass in place, without it burn's operations.

#![allow(clippy::print_stdout, reason = "the table is the result")]

use burn_core as burn;
use burn_core::module::{Module, Param};
use burn_core::tensor::{DType, Device, Tensor};
use burn_optim::momentum::MomentumConfig;
use burn_optim::{AdamWConfig, GradientsParams, ModuleOptimizer, SgdConfig};
use heavyball::frameworks::{Convention, Sgd};
use heavyball_burn::{Error, MomentumSgd, NormClipping};
use std::hint::black_box;
use std::time::Instant;

const PARAMETERS: usize = 10_000_000;
const ROUNDS: usize = 25;
const RATE: f64 = 1e-3;

#[derive(Module, Debug)]
struct Model {
    x: Param<Tensor<1>>,
}

/// The milliseconds of one step; making the gradient is not timed.
type Step = Box<dyn FnMut() -> Result<f64, Error>>;

fn step(dtype: DType, mut sgd: ModuleOptimizer, clipping: Option<NormClipping>) -> Step {
    let device = Device::default();
    let x = Tensor::ones([PARAMETERS], (&device.clone().autodiff(), dtype));
    let x = Param::from_tensor(x);
    let id = x.id;
    // Nothing else holds the model and its gradient during a step, as in a training loop.
    let mut model = Some(Model { x });
    Box::new(move || {
        let mut gradients = GradientsParams::new();
        let gradient = Tensor::<1>::full([PARAMETERS], 1e-3, (&device, dtype));
        gradients.register(id, gradient);
        let start = Instant::now();
        if let Some(before) = model.take() {
            if let Some(clipping) = &clipping {
                black_box(clipping.clip(&before, &mut gradients)?);
            }
            model = Some(black_box(sgd.step(RATE, before, gradients)));
        }
        Ok(start.elapsed().as_secs_f64() * 1e3)
    })
}

fn main() -> Result<(), Error> {
    let torch = |nesterov| Convention::PyTorch {
        dampening: 0.0,
        nesterov,
    };
    let ours = |nesterov, dtype, clipping| -> Result<Step, Error> {
        let line = Sgd::new(torch(nesterov), RATE, 0.9)?;
        let sgd = ModuleOptimizer::from(MomentumSgd::new(line)?);
        Ok(step(dtype, sgd, clipping))
    };
    let burns = |nesterov, dtype| {
        let momentum = MomentumConfig::new()
            .with_dampening(0.0)
            .with_nesterov(nesterov);
        let sgd = SgdConfig::new().with_momentum(Some(momentum));
        step(dtype, sgd.init(), None)
    };
    // The norm of the gradient is 3.2.
    let clipping = Some(NormClipping::new(1.0)?);
    let (f32, bf16) = (DType::F32, DType::BF16);
    let mut steps: Vec<(&str, Step)> = vec![
        ("burn's Sgd, momentum", burns(false, f32)),
        ("heavyball-burn, momentum", ours(false, f32, None)?),
        ("burn's Sgd, Nesterov", burns(true, f32)),
        ("heavyball-burn, Nesterov", ours(true, f32, None)?),
        (
            "heavyball-burn, momentum, clipped by norm",
            ours(false, f32, clipping)?,
        ),
        ("burn's Sgd, momentum, bf16", burns(false, bf16)),
        ("heavyball-burn, momentum, bf16", ours(false, bf16, None)?),
        ("burn's AdamW", step(f32, AdamWConfig::new().init(), None)),
    ];
    let mut times = vec![Vec::new(); steps.len()];
    // The first two steps make the buffers and are not counted.
    for round in 0..ROUNDS + 2 {
        for ((_, step), times) in steps.iter_mut().zip(&mut times) {
            let time = step()?;
            if round >= 2 {
                times.push(time);
            }
        }
    }
    let first = times.first().cloned().unwrap_or_default();
    let way = if cfg!(feature = "flex") {
        "in place"
    } else {
        "by burn's operations"
    };
    println!("{PARAMETERS} parameters, {ROUNDS} rounds, {way}");
    println!(
        "{:<42} | least ms | median ms | median of time / burn's momentum",
        "step"
    );
    for ((name, _), times) in steps.iter().zip(&times) {
        let median = |mut values: Vec<f64>| {
            values.sort_by(f64::total_cmp);
            values.get(values.len() / 2).copied().unwrap_or(f64::NAN)
        };
        let ratios = times.iter().zip(&first).map(|(a, b)| a / b).collect();
        let least = times.iter().copied().fold(f64::INFINITY, f64::min);
        println!(
            "{name:<42} | {least:>8.2} | {:>9.2} | {:>6.2}",
            median(times.clone()),
            median(ratios)
        );
    }
    Ok(())
}
