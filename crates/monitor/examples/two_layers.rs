//! A two-layer network, written by hand, learns two spirals of which a tenth is labelled wrongly; its monitor says what the
//! ball behind the training does.
//!
//! `cargo run --release -p heavyball-monitor --features plot --example two_layers`
#![allow(clippy::print_stdout, reason = "the table is the result")]

use heavyball::frameworks::{Convention, Sgd};
use heavyball::noise::Noise;
use heavyball_monitor::{Monitor, Report};

const HIDDEN: usize = 32;
const POINTS: usize = 512;
const BATCH: usize = 64;
const ITERATIONS: usize = 3000;

/// Weights and biases of both layers, and the same of their gradient.
type Layers = [Vec<f32>; 4];

fn zeros() -> Layers {
    [2 * HIDDEN, HIDDEN, HIDDEN, 1].map(|length| vec![0.0; length])
}

/// Point i of two spirals, and 1 or 0, the wrong one for every tenth pair of points.
fn point(i: usize) -> ([f32; 2], f32) {
    let turn = (i / 2) as f32 / (POINTS / 2) as f32;
    let (radius, angle) = (
        0.2 + turn,
        5.0 * turn + std::f32::consts::PI * (i % 2) as f32,
    );
    let wrong = (i / 2).is_multiple_of(10);
    let label = f32::from((i % 2 == 1) != wrong);
    ([radius * angle.cos(), radius * angle.sin()], label)
}

/// Adds the gradient of the mean cross-entropy of these points, and returns the loss.
fn loss(layers: &Layers, batch: &[usize], gradient: &mut Layers) -> f32 {
    let [w, b, u, c] = layers;
    let mut loss = 0.0;
    gradient.iter_mut().for_each(|piece| piece.fill(0.0));
    for &i in batch {
        let (x, label) = point(i);
        let mut hidden = [0.0; HIDDEN];
        let mut logit = c[0];
        for j in 0..HIDDEN {
            hidden[j] = (w[2 * j] * x[0] + w[2 * j + 1] * x[1] + b[j]).tanh();
            logit += u[j] * hidden[j];
        }
        let share = 1.0 / batch.len() as f32;
        loss += share * (logit.max(0.0) - label * logit + (-logit.abs()).exp().ln_1p());
        let slope = share * (1.0 / (1.0 + (-logit).exp()) - label);
        let [dw, db, du, dc] = gradient;
        dc[0] += slope;
        for j in 0..HIDDEN {
            du[j] += slope * hidden[j];
            let back = slope * u[j] * (1.0 - hidden[j] * hidden[j]);
            db[j] += back;
            dw[2 * j] += back * x[0];
            dw[2 * j + 1] += back * x[1];
        }
    }
    loss
}

fn slices(layers: &Layers) -> [&[f32]; 4] {
    layers.each_ref().map(Vec::as_slice)
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    run(std::path::Path::new("target/figures")).map(|_| ())
}

/// Trains, prints the table, and writes figure and CSV into this folder.
pub(crate) fn run(folder: &std::path::Path) -> Result<Report, Box<dyn std::error::Error>> {
    let torch = Convention::PyTorch {
        dampening: 0.0,
        nesterov: false,
    };
    let sgd = Sgd::new(torch, 0.2, 0.9)?;
    let rule = sgd.sutskever()?;
    let random = Noise::new(1);
    let mut layers = zeros();
    let weights = layers.iter_mut().flatten();
    weights
        .enumerate()
        .for_each(|(i, w)| *w = 0.7 * random.normal(0, 0, i) as f32);
    let (mut buffers, mut first, mut second) = (zeros(), zeros(), zeros());
    let mut monitor = Monitor::new();
    for k in 0..ITERATIONS {
        // Two half batches, each drawn with replacement.
        let draw = |i| (random.uniform(1, k, i) * POINTS as f64) as usize;
        let batch: [usize; BATCH] = std::array::from_fn(draw);
        let (one, other) = batch.split_at(BATCH / 2);
        let value = 0.5 * (loss(&layers, one, &mut first) + loss(&layers, other, &mut second));
        let (x, a, b) = (slices(&layers), slices(&first), slices(&second));
        monitor.record_halves(k, value.into(), rule, &x, &a, &b)?;

        // PyTorch's line.
        let gradients = first.iter().flatten().zip(second.iter().flatten());
        let state = layers
            .iter_mut()
            .flatten()
            .zip(buffers.iter_mut().flatten());
        for ((x, buffer), (a, b)) in state.zip(gradients) {
            *buffer = 0.9 * *buffer + 0.5 * (a + b);
            *x -= 0.2 * *buffer;
        }
    }
    let report = monitor.report()?;
    println!("{report}");
    std::fs::create_dir_all(folder)?;
    std::fs::write(folder.join("two_layers.csv"), report.to_csv())?;
    let caption = format!(
        "Two spirals of {POINTS} points, a tenth with wrong labels; a network 2-{HIDDEN}-1 with tanh, SGD with learning rate 0.2 and momentum 0.9, batches \
         of {BATCH}, {ITERATIONS} iterations. The curvature is corrected for the noise of the two half batches."
    );
    let figure = report.figure("The ball behind the training of a small network", caption);
    figure.save(folder.join("two_layers.png"))?;
    Ok(report)
}
