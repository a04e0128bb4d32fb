//! What is this learning rate and momentum elsewhere, and as a particle?
//!
//! `cargo run --release --example translate -- --from pytorch --lr 0.1 --momentum 0.9 --to physical --mass 1` reads one
//! line of a framework, or a ball and a step, and writes it in the convention of another; with `--to all`, the default,
//! in all of them. `--weight-decay`, `--clip-norm`, `--clip-value` and `--maximize` are carried over where they can be, and
//! `--schedule` tells what a schedule is called. `--optimizer adam` and the like do the same for adaptive rules. With `--curvature` it tells whether the line is stable there. With
//! `--out DIR` it also writes
//!
//! - `translate.csv`: every convention, with the columns
//!   `convention,learning_rate,momentum,dampening,nesterov,buffer_per_velocity`, and `weight_decay` if there is one;
//! - `translate.png`: the rate over the curvature, and the motion on three curvatures.
#![allow(clippy::print_stdout, reason = "an example prints its findings")]

mod adaptive;
mod arguments;
mod choices;
mod courses;
mod figure;
mod options;
#[path = "../support/mod.rs"]
mod support;

use adaptive::Rule;
use arguments::Arguments;
use choices::System;
use heavyball::error::FrameworkError;
use heavyball::error::ParameterError;
use heavyball::frameworks::{Convention, Sgd, SutskeverForm, WeightDecay};
use heavyball::prelude::*;
use heavyball::study::stability::Stability;
use nalgebra::vector;
use std::fmt::Write as _;
use support::{Failure, Output};

fn main() -> Result<(), Failure> {
    let arguments = Arguments::parse();
    if let Some(rule) = arguments.optimizer.filter(|rule| *rule != Rule::Sgd) {
        return adaptive::answer(&arguments, rule);
    }
    let source = source(&arguments)?;
    println!("{}{}", source.name, source.start);
    for target in arguments.targets() {
        print_target(&arguments, &source, target)?;
    }
    if let Some(range) = arguments.curvatures() {
        let ((mu, l), spring) = (range, source.spring());
        println!("{}", stability(&source.form, (mu + spring, l + spring))?);
    }
    if let Some(directory) = &arguments.out {
        let output = Output::at(directory.clone(), arguments.format().to_owned())?;
        output.csv("translate.csv", &csv(&source)?)?;
        output.figure("translate.png", &figure::figure(&source)?)?;
    }
    Ok(())
}

/// What is to be translated.
struct Source {
    /// As it was given.
    name: String,
    /// How its first step differs from the others.
    start: String,
    form: SutskeverForm,
    /// The line of the framework, if it is one.
    line: Option<Sgd>,
}

impl Source {
    /// Stiffness of the spring that the weight decay is.
    fn spring(&self) -> f64 {
        self.line.map_or(0.0, |line| line.spring())
    }

    /// The line in another convention with the same iterates.
    fn translated(&self, convention: Convention) -> Result<Sgd, Error> {
        match self.line {
            None => Sgd::from_sutskever(convention, &self.form),
            Some(line) => match line.translated(convention) {
                Err(Error::Framework(FrameworkError::WeightDecayRefused { .. })) => {
                    line.decoupled(convention)
                }
                translated => translated,
            },
        }
    }
}

fn source(arguments: &Arguments) -> Result<Source, Error> {
    if let Some(convention) = arguments.source_convention() {
        let (learning_rate, momentum) = arguments.line();
        let convention = convention.with_nesterov(arguments.nesterov)?;
        let mut line = Sgd::new(convention, learning_rate, momentum)?
            .with_weight_decay(arguments.source_weight_decay())?
            .with_maximize(arguments.maximize)?;
        if let Some(clipping) = arguments.source_clipping()? {
            line = line.with_clipping(clipping);
        }
        return Ok(Source {
            name: line.to_string(),
            start: start(&line),
            form: line.sutskever()?,
            line: Some(line),
        });
    }
    let (ball, dt) = arguments.ball()?;
    let row = arguments.discretization();
    let nesterov = arguments.nesterov;
    Ok(Source {
        name: format!("{}, {row}", described(&ball, dt)),
        start: String::new(),
        form: SutskeverForm::from_heavy_ball(&ball, dt, row, nesterov)?,
        line: None,
    })
}

fn described(ball: &HeavyBall, dt: f64) -> String {
    format!(
        "a ball of mass {}, drag {}, step {dt}",
        ball.mass, ball.drag
    )
}

/// The effect of the first step of a run of this line, if that step is not dampened or the weight decay is decoupled:
/// derivation (46), (61).
fn start(line: &Sgd) -> String {
    if let Some(WeightDecay::Decoupled(decay)) = line.weight_decay() {
        let removed = line.learning_rate() * decay;
        return format!(
            "\n     begun afresh, it has an initial velocity: v₀ = {}x₀",
            -removed / (1.0 - removed)
        );
    }
    let spares = matches!(
        line.convention(),
        Convention::PyTorch { .. } | Convention::Burn { .. }
    );
    let (tau, mu) = (line.convention().dampening(), *line.momentum());
    if !spares || tau == 0.0 || mu == 0.0 {
        return String::new();
    }
    let weight = line.learning_rate() * tau / mu;
    let slope = match (line.is_maximizing(), line.clipping()) {
        (false, None) => "∇f(x₀)",
        (true, None) => "(−∇f(x₀))",
        (false, Some(_)) => "∇f(x₀), clipped",
        (true, Some(_)) => "(−∇f(x₀)), clipped",
    };
    let gradient = match line.spring() {
        0.0 => slope.into(),
        stiffness => format!("({slope} + {stiffness}x₀)"),
    };
    format!(
        "\n     begun afresh, its first step is not dampened: a start with v₀ = {}{gradient}",
        -weight
    )
}

fn print_target(arguments: &Arguments, source: &Source, target: System) -> Result<(), Failure> {
    let found = match arguments.convention(target, arguments.to_dampening) {
        Some(convention) => source
            .translated(convention)
            .map(|line| format!("{line}{}{}", start(&line), norm(source, &line))),
        None => particle(arguments, source),
    };
    match found {
        Ok(found) => println!("  is {found}"),
        // If one system of many cannot express it, the others are still printed.
        Err(error) if arguments.to() == System::All && !is_wrong_gauge(&error) => {
            println!("  {error}");
        }
        Err(error) => return Err(error.into()),
    }
    if let Some(course) = arguments.schedule
        && !matches!(target, System::Physical | System::All)
    {
        let by_hand = "by hand: set the rate before each step";
        let call = courses::called(course, target).unwrap_or(by_hand);
        println!("     its schedule: {call}");
    }
    Ok(())
}

/// How a norm that is clipped differs from that of the source.
fn norm(source: &Source, line: &Sgd) -> &'static str {
    let adds = |line: &Sgd| {
        let convention = line.convention();
        matches!(
            convention,
            Convention::PyTorch { .. } | Convention::Mlx { .. } | Convention::Burn { .. }
        )
    };
    let by_norm = line
        .clipping()
        .is_some_and(|clipping| clipping.is_by_norm());
    match source
        .line
        .filter(|_| by_norm)
        .map(|of| (adds(&of), adds(line)))
    {
        Some((true, false)) => {
            "\n     it does not add 1e-6 to the norm: a clipped gradient is longer by 1e-6/|∇f| of itself"
        }
        Some((false, true)) => {
            "\n     it adds 1e-6 to the norm: a clipped gradient is shorter by 1e-6/|∇f| of itself"
        }
        _ => "",
    }
}

/// A mass, drag or step of the command line that no framework can express.
fn is_wrong_gauge(error: &Error) -> bool {
    matches!(error, Error::Parameter(ParameterError::NotPositive { name, .. }) if name.starts_with("the gauge"))
}

fn particle(arguments: &Arguments, source: &Source) -> Result<String, Error> {
    let row = arguments.discretization();
    let (ball, dt) = source.form.to_heavy_ball(row, arguments.gauge())?;
    let effective = row.effective_particle(&ball, dt)?;
    let spring = match source.spring() {
        0.0 => String::new(),
        stiffness => format!(", on f with a spring of stiffness {stiffness} to the origin"),
    };
    let slope = match source.line.is_some_and(|line| line.is_maximizing()) {
        true => ", on −f",
        false => "",
    };
    let bound = source.line.and_then(|line| line.clipping().copied());
    let bound = bound.map_or_else(String::new, |clipping| {
        let (bound, fastest) = (*clipping.bound(), clipping.bound() / ball.drag);
        let whose = if clipping.is_by_norm() {
            "a force"
        } else {
            "each component of the force"
        };
        format!(", {whose} at most {bound} and hence the speed at most {fastest}")
    });
    Ok(format!(
        "{}{slope}{bound}{spring}, by {row}\n     its iterates follow the ball of mass {}, drag {} to second order{}",
        described(&ball, dt),
        effective.mass,
        effective.drag,
        if source.form.is_nesterov() {
            " but for the drag of the Hessian, βΔt∇²f"
        } else {
            ""
        }
    ))
}

fn stability(form: &SutskeverForm, (mu, l): (f64, f64)) -> Result<Stability, Error> {
    match form {
        SutskeverForm::Momentum(rule) => rule.stability_on(mu, l),
        SutskeverForm::Nesterov(rule) => rule.stability_on(mu, l),
    }
}

fn csv(source: &Source) -> Result<String, Error> {
    let mut rows =
        String::from("convention,learning_rate,momentum,dampening,nesterov,buffer_per_velocity");
    let is_decayed = source.spring() != 0.0;
    rows += if is_decayed { ",weight_decay\n" } else { "\n" };
    for convention in Convention::ALL {
        let Ok(line) = source.translated(convention) else {
            continue;
        };
        let unit = Iterate {
            position: vector![0.0],
            velocity: vector![1.0],
        };
        // The two-step form keeps a point, not a multiple of v; without momentum there may be no buffer.
        let buffer = match line.convention() {
            Convention::TwoStep { .. } => None,
            _ => line.state(&unit).buffer,
        };
        let buffer = buffer.map_or_else(String::new, |buffer| format!("{:.16e}", buffer.x));
        // Writing to a String cannot fail.
        let _ = write!(
            rows,
            "{},{:.16e},{:.16e},{},{},{buffer}",
            line.convention().name(),
            line.learning_rate(),
            line.momentum(),
            line.convention().dampening(),
            line.convention().is_nesterov(),
        );
        if is_decayed {
            let decay = line
                .weight_decay()
                .map_or(0.0, |decay| *decay.coefficient());
            let _ = write!(rows, ",{decay:.16e}");
        }
        rows.push('\n');
    }
    Ok(rows)
}
