//! One step on 10⁷ parameters of f32, beside candle's SGD, which has no momentum, its AdamW, and momentum in candle's operations;
//! all timed in turn.

#![allow(clippy::print_stdout, reason = "the table is the result")]

use candle_core::backprop::GradStore;
use candle_core::{DType, Device, Result, Tensor, Var};
use candle_nn::{AdamW, Optimizer, ParamsAdamW, SGD};
use heavyball::frameworks::{Clipping, Convention, Sgd};
use heavyball_candle::MomentumSgd;
use std::hint::black_box;
use std::time::Instant;

const PARAMETERS: usize = 10_000_000;
const ROUNDS: usize = 25;

fn variable(dtype: DType) -> Result<(Var, GradStore)> {
    let x = Var::from_tensor(&Tensor::ones(PARAMETERS, dtype, &Device::Cpu)?)?;
    let slope = Tensor::full(1e-3_f32, PARAMETERS, &Device::Cpu)?.to_dtype(dtype)?;
    let gradients = (x.as_tensor() * slope)?.sum_all()?.backward()?;
    Ok((x, gradients))
}

/// b = μb + g, x = x − ηb, as candle's own optimisers are written.
fn in_operations(x: &Var, buffer: &Var, gradients: &GradStore) -> Result<()> {
    if let Some(gradient) = gradients.get(x) {
        let next = ((buffer.as_tensor() * 0.9)? + gradient)?;
        x.set(&x.sub(&(&next * 1e-3)?)?)?;
        buffer.set(&next)?;
    }
    Ok(())
}

fn main() -> std::result::Result<(), Box<dyn std::error::Error>> {
    let torch = |nesterov| Convention::PyTorch {
        dampening: 0.0,
        nesterov,
    };
    let plain = Sgd::new(torch(false), 1e-3, 0.9)?;
    let nesterov = Sgd::new(torch(true), 1e-3, 0.9)?;
    let clipped = plain.with_clipping(Clipping::norm(1.0)?);
    let ours =
        |line| -> std::result::Result<Box<dyn FnMut() -> Result<()>>, heavyball_candle::Error> {
            let (x, gradients) = variable(DType::F32)?;
            let mut sgd = MomentumSgd::new(vec![x], line)?;
            Ok(Box::new(move || sgd.step(&gradients)))
        };
    let (x, gradients) = variable(DType::BF16)?;
    let mut half = MomentumSgd::new(vec![x], plain)?;
    let bf16 = Box::new(move || half.step(&gradients));
    let (x, gradients) = variable(DType::F32)?;
    let mut sgd = SGD::new(vec![x], 1e-3)?;
    let candle_sgd = Box::new(move || sgd.step(&gradients));
    let (x, gradients) = variable(DType::F32)?;
    let mut adam_w = AdamW::new(vec![x], ParamsAdamW::default())?;
    let candle_adam_w = Box::new(move || adam_w.step(&gradients));
    let (x, gradients) = variable(DType::F32)?;
    let buffer = Var::zeros(PARAMETERS, DType::F32, &Device::Cpu)?;
    let operations = Box::new(move || in_operations(&x, &buffer, &gradients));
    type Step = Box<dyn FnMut() -> Result<()>>;
    let mut steps: Vec<(&str, Step)> = vec![
        ("heavyball-candle, momentum", ours(plain)?),
        ("heavyball-candle, Nesterov", ours(nesterov)?),
        (
            "heavyball-candle, momentum, clipped by norm",
            ours(clipped)?,
        ),
        ("heavyball-candle, momentum, bf16", bf16),
        ("candle's SGD, no momentum", candle_sgd),
        ("momentum in candle's operations", operations),
        ("candle's AdamW", candle_adam_w),
    ];
    let mut times = vec![Vec::new(); steps.len()];
    for _ in 0..ROUNDS {
        for ((_, step), times) in steps.iter_mut().zip(&mut times) {
            let start = Instant::now();
            black_box(step()?);
            times.push(start.elapsed().as_secs_f64() * 1e3);
        }
    }
    let first = times[0].clone();
    println!(
        "{PARAMETERS} parameters, f32, {ROUNDS} rounds, {} threads",
        rayon::current_num_threads()
    );
    println!(
        "{:<45} | least ms | median ms | median of time / momentum's",
        "step"
    );
    for ((name, _), times) in steps.iter().zip(&times) {
        let median = |mut values: Vec<f64>| {
            values.sort_by(f64::total_cmp);
            values[values.len() / 2]
        };
        let ratios = times.iter().zip(&first).map(|(a, b)| a / b).collect();
        let least = times.iter().copied().fold(f64::INFINITY, f64::min);
        println!(
            "{name:<45} | {least:>8.2} | {:>9.2} | {:>6.2}",
            median(times.clone()),
            median(ratios)
        );
    }
    Ok(())
}
