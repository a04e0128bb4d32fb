//! Is the same weight decay the same in PyTorch and in Keras?
//!
//! `cargo run --release --example weight_decay -- --out DIR` runs momentum with weight decay λ, coupled as in PyTorch and
//! decoupled as in Keras, on the double well. Both are springs, of stiffness λ and (1 − β)λ, so that the minima differ. It
//! writes
//!
//! - `weight_decay.png`: runs with the same λ, and with the λ of Keras that has PyTorch's iterates; where runs end over λ;
//! - `weight_decay.csv`: `kind,weight_decay,spring,momentum,end,minimum`, with the minimum of f + ½k|x|² beside the end.
#![allow(clippy::print_stdout, reason = "an example prints its findings")]

mod support;

use heavyball::frameworks::{Convention, Sgd, WeightDecay};
use heavyball::plot::{Axis, Color, Dash, Dots, Figure, Line, Panel};
use heavyball::prelude::*;
use nalgebra::{Vector2, vector};
use std::fmt::Write as _;
use support::{Failure, Output};

const RATE: f64 = 0.02;
const MOMENTUM: f64 = 0.5;
const DECAY: f64 = 2.0;
const SHOWN: usize = 60;
const LAST: usize = 2000;

fn start() -> Vector2<f64> {
    vector![-1.5, -1.5]
}

fn pytorch(decay: f64) -> Result<Sgd, Error> {
    let convention = Convention::PyTorch {
        dampening: 0.0,
        nesterov: false,
    };
    Sgd::new(convention, RATE, MOMENTUM)?.with_weight_decay(WeightDecay::Coupled(decay))
}

fn keras(decay: f64) -> Result<Sgd, Error> {
    let convention = Convention::Keras { nesterov: false };
    Sgd::new(convention, RATE, MOMENTUM)?.with_weight_decay(WeightDecay::Decoupled(decay))
}

fn main() -> Result<(), Failure> {
    let question = "Is the same weight decay the same in PyTorch and in Keras?";
    let Some(output) = Output::from_arguments("weight_decay", question)? else {
        return Ok(());
    };
    let (torch, same) = (pytorch(DECAY)?, keras(DECAY)?);
    let equal = torch.decoupled(Convention::Keras { nesterov: false })?;
    println!("On the double well from (-1.5, -1.5):");
    for line in [&torch, &same, &equal] {
        println!("  {line}\n    is a spring of stiffness {}", line.spring());
    }
    let ends = ends()?;
    let mut csv = String::from("kind,weight_decay,spring,momentum,end,minimum\n");
    for End {
        kind,
        decay,
        line,
        end,
    } in &ends
    {
        // Writing to a String cannot fail.
        let _ = writeln!(
            csv,
            "{kind},{decay:.16e},{:.16e},{:.16e},{end:.16e},{:.16e}",
            line.spring(),
            line.momentum(),
            minimum(line.spring())
        );
    }
    output.csv("weight_decay.csv", &csv)?;
    output.figure("weight_decay.png", &figure(&[torch, same, equal], &ends)?)
}

/// Where a long run ends.
struct End {
    kind: &'static str,
    decay: f64,
    line: Sgd,
    end: f64,
}

/// The left minimum of x⁴ − 2x² + ½kx²: 4x³ − 4x + kx = 0.
fn minimum(stiffness: f64) -> f64 {
    -(1.0 - 0.25 * stiffness).max(0.0).sqrt()
}

/// The ends of long runs for both kinds of weight decay, over λ.
fn ends() -> Result<Vec<End>, Error> {
    let mut ends = Vec::new();
    for (kind, line) in [
        ("coupled", pytorch as fn(f64) -> Result<Sgd, Error>),
        ("decoupled", keras),
    ] {
        for step in 1..=14 {
            let decay = 0.25 * f64::from(step);
            let line = line(decay)?;
            let end = line.run(&DoubleWell, start()).nth(LAST);
            let end = end.map_or(f64::NAN, |state| state.parameter.x);
            ends.push(End {
                kind,
                decay,
                line,
                end,
            });
        }
    }
    Ok(ends)
}

/// x over k for the three lines, and the ends over λ with the minima.
fn figure([torch, same, equal]: &[Sgd; 3], ends: &[End]) -> Result<Figure, Error> {
    let path = |line: &Sgd| -> Vec<(f64, f64)> {
        let run = line.run(&DoubleWell, start()).take(SHOWN + 1);
        let points = run.enumerate();
        points
            .map(|(k, state)| (k as f64, state.parameter.x))
            .collect()
    };
    // From the state of PyTorch before its first step, so that the iterates are the same.
    let first = torch.iterate(&DoubleWell, &torch.fresh(start()))?;
    let translated = equal.resume(&DoubleWell, equal.state(&first));
    let dots = translated.take(SHOWN + 1).enumerate();
    let dots = dots.map(|(k, state)| (k as f64, state.parameter.x));
    let left = Panel::new()
        .title("The same number is not the same pull")
        .x_axis(Axis::new("iteration k"))
        .y_axis(Axis::new("x₁"))
        .layer(
            Line::new("PyTorch, λ = 2", path(torch))
                .color(Color::BLUE)
                .width(2.5),
        )
        .layer(
            Dots::new(
                format!(
                    "Keras, λ = {:.2}, momentum {:.3}",
                    equal
                        .weight_decay()
                        .map_or(0.0, |decay| *decay.coefficient()),
                    equal.momentum()
                ),
                dots.collect::<Vec<_>>(),
            )
            .color(Color::BLACK),
        )
        .layer(
            Line::new("Keras, λ = 2", path(same))
                .color(Color::VERMILLION)
                .dash(Dash::Dashed)
                .width(2.5),
        );
    let mut right = Panel::new()
        .title("Where the run ends: at the minimum with the spring")
        .x_axis(Axis::new("weight decay λ"))
        .y_axis(Axis::new("x₁ at the end"));
    for (kind, part, label, color) in [
        ("coupled", 1.0, "coupled, spring λ", Color::BLUE),
        (
            "decoupled",
            1.0 - MOMENTUM,
            "decoupled, spring (1 − β)λ",
            Color::VERMILLION,
        ),
    ] {
        let curve = (0..=200).map(|i| 0.0175 * f64::from(i));
        let curve: Vec<_> = curve.map(|decay| (decay, minimum(part * decay))).collect();
        let found = ends.iter().filter(|end| end.kind == kind);
        let found: Vec<_> = found.map(|end| (end.decay, end.end)).collect();
        right = right
            .layer(Line::new(label, curve).color(color).width(2.0))
            .layer(Dots::new("", found).color(color));
    }
    Ok(Figure::new("Weight decay is a spring to the origin, and decoupled it is a weaker one")
        .caption(format!(
            "f(x) = x₁⁴ − 2x₁² + x₂² from (−1.5, −1.5), rate {RATE}, momentum {MOMENTUM}. Coupled: ∇f + λx. Decoupled: x₊ = (1 − ηλ)x + v₊. The black dots are Keras's with the momentum and λ that have PyTorch's iterates. Right: iterate {LAST} (dots) and the minimum of f + ½k|x|² (lines)."
        ))
        .size(1400, 660)
        .panel(left)
        .panel(right))
}
