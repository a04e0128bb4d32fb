//! What becomes of momentum as its step goes to zero, how fast, and from which start?
//!
//! `cargo run --release --example continuous_limit -- --out DIR` turns the heavy-ball equation into momentum iterations
//! by each discretisation, with four choices of initial velocity and two ways to read the velocity, and measures the
//! distance from the solution of the equation as Δt halves. It writes
//!
//! - `continuous_limit.png`: x(t) on the quartic beside its iterates, as Δt halves;
//! - `convergence.png`: the errors of a second-order discretisation with each initial velocity;
//! - `discretizations.png`: the errors of all eight, and of Nesterov's rule, with the consistent initial velocity;
//! - `convergence.csv`: `study,method,start,dt,error_position,error_velocity` of every run.
#![allow(clippy::print_stdout, reason = "an example prints its findings")]

mod support;

use heavyball::plot::{Axis, Color, Dots, Figure, Panel};
use heavyball::potentials::from_fn;
use heavyball::prelude::*;
use heavyball::study::convergence_csv;
use heavyball::study::{Convergence, Limit, OptimizerScheme, Reading, Reference, Start, figure};
use indicatif::{ProgressBar, ProgressStyle};
use nalgebra::{Const, Vector1, vector};
use support::{Failure, Output};

/// Momentum with the consistent initial velocity and the velocity read centrally, and the other choices.
const CHOICES: [(Start, Reading); 5] = [
    (Start::Matched, Reading::Central),
    (Start::Matched, Reading::OneSided),
    (Start::Naive, Reading::Central),
    (Start::Rest, Reading::Central),
    (Start::RestHalfStepEarly, Reading::Central),
];
const TIME: f64 = 2.0;
const COARSEST: f64 = 0.05;
const HALVINGS: u16 = 6;

fn main() -> Result<(), Failure> {
    let question =
        "What becomes of momentum as its step goes to zero, how fast, and from which start?";
    let Some(output) = Output::from_arguments("continuous_limit", question)? else {
        return Ok(());
    };
    output.figure("continuous_limit.png", &overlay()?)?;

    let tables = measured()?;
    print_orders(&tables);
    output.csv("convergence.csv", &convergence_csv(&tables.all()))?;
    output.figure("convergence.png", &by_start(&tables))?;
    output.figure("discretizations.png", &by_row(&tables))
}

/// ∇f = x³ + x + 0.3 cos x: smooth, nonlinear, without symmetry.
fn nonlinear() -> impl Potential<f64, Const<1>> + Copy {
    from_fn(
        |x: &Vector1<f64>| x.x.powi(4) / 4.0 + x.x * x.x / 2.0 + 0.3 * x.x.sin(),
        |x: &Vector1<f64>| vector![x.x.powi(3) + x.x + 0.3 * x.x.cos()],
    )
}

/// The tables of one discretisation: against the ball for each of [`CHOICES`], against its effective particle, and for
/// Nesterov's rule.
struct RowTables {
    row: Discretization,
    choices: Vec<Convergence>,
    effective: Convergence,
    nesterov: Convergence,
}

struct Tables(Vec<RowTables>);

impl Tables {
    fn all(&self) -> Vec<Convergence> {
        let of_row = |tables: &RowTables| {
            let others = [tables.effective.clone(), tables.nesterov.clone()];
            tables
                .choices
                .iter()
                .cloned()
                .chain(others)
                .collect::<Vec<_>>()
        };
        self.0.iter().flat_map(of_row).collect()
    }
}

fn measured() -> Result<Tables, Error> {
    let ball = HeavyBall::new(1.3, 0.7)?;
    let at_rest = Problem::new(ball, nonlinear(), vector![1.5]).until(TIME);
    let thrown = at_rest.clone().with_velocity(vector![-0.4]);
    let runs = Discretization::ALL.len() * (CHOICES.len() + 2) * usize::from(HALVINGS + 1);
    let bar = ProgressBar::new(runs as u64);
    if let Ok(style) = ProgressStyle::with_template("  {bar:40} {pos} of {len} runs") {
        bar.set_style(style);
    }
    let measure = |scheme: OptimizerScheme, start: Start, effective: Option<Discretization>| {
        let rests = matches!(start, Start::Rest | Start::RestHalfStepEarly);
        let problem = if rests { &at_rest } else { &thrown };
        let reference = match effective {
            Some(row) => Reference::effective_particle(problem, row),
            None => Reference::ball(problem)?,
        };
        Limit::small_step(problem, scheme.with_start(start))
            .with_halvings(COARSEST, HALVINGS)
            .with_reference(reference)
            .with_progress(|_, _| bar.inc(1))
            .measure()
    };
    let tables = Discretization::ALL.map(|row| {
        let momentum = OptimizerScheme::momentum(row);
        let choices =
            CHOICES.map(|(start, reading)| measure(momentum.with_reading(reading), start, None));
        Ok(RowTables {
            row,
            choices: choices.into_iter().collect::<Result<_, Error>>()?,
            effective: measure(momentum, Start::RestHalfStepEarly, Some(row))?,
            nesterov: measure(OptimizerScheme::nesterov(row), Start::Matched, None)?,
        })
    });
    let tables = tables.into_iter().collect::<Result<_, Error>>();
    bar.finish_and_clear();
    tables.map(Tables)
}

fn print_orders(tables: &Tables) {
    println!(
        "m = 1.3, drag = 0.7, force −(x³ + x + 0.3 cos x) from 1.5, until time {TIME}; dt = {COARSEST} and {HALVINGS} halvings."
    );
    println!("Fitted orders of the largest error, in x / in ẋ:");
    println!(
        "  {:<16} {:>11} {:>11} {:>11} {:>11} {:>11} {:>13} {:>11}",
        "",
        "right",
        "ẋ as v/Δt",
        "naive",
        "rest, X(t)",
        "X(t + Δt/2)",
        "effective, ½Δt",
        "Nesterov"
    );
    let mut worst = 0.0_f64;
    let mut orders = |table: &Convergence| {
        let [x, u] = [table.position(), table.velocity()].map(|order| order.fit);
        for fit in [x, u].into_iter().flatten() {
            worst = worst.max(fit.standard_error);
        }
        let shown = |fit: Option<heavyball::study::Fit>| {
            fit.map_or_else(|| "none".to_owned(), |fit| format!("{:.2}", fit.order))
        };
        format!("{} / {}", shown(x), shown(u))
    };
    for tables in &tables.0 {
        print!("  {:<16}", tables.row.name());
        for table in &tables.choices {
            print!(" {:>11}", orders(table));
        }
        println!(
            " {:>13}  {:>11}",
            orders(&tables.effective),
            orders(&tables.nesterov)
        );
    }
    println!("  largest standard error of these fits: {worst:.3}");
    println!(
        "Momentum is a second-order solver with one of the last four mappings and the consistent initial velocity;"
    );
    println!(
        "from v₀ = 0, as in frameworks, iterate k is the ball at (k + ½)Δt, also to second order."
    );
    if let Some(table) = tables
        .0
        .iter()
        .find(|t| t.row == Discretization::CentralDrag)
    {
        for table in table.choices.iter().take(1) {
            println!("{table}");
        }
    }
}

/// The errors of a second-order discretisation, with each initial velocity.
fn by_start(tables: &Tables) -> Figure {
    let is_shown = |tables: &&RowTables| tables.row == Discretization::CentralDrag;
    let shown = tables.0.iter().find(is_shown);
    let chosen = shown.map_or(&[][..], |tables| tables.choices.as_slice());
    figure(
        "What a start and a reading cost momentum, CentralDrag",
        chosen,
    )
    .caption(caption(
        "Starts at rest from ẋ(0) = 0, the others from ẋ(0) = −0.4.",
    ))
}

fn by_row(tables: &Tables) -> Figure {
    let momentum = tables.0.iter().filter_map(|tables| tables.choices.first());
    let nesterov = tables.0.last().map(|tables| &tables.nesterov);
    let chosen: Vec<_> = momentum.chain(nesterov).cloned().collect();
    figure(
        "Eight discretisations of one equation, from the right start",
        &chosen,
    )
    .caption(caption("Start ẋ(0) = −0.4."))
}

fn caption(start: &str) -> String {
    format!(
        "Largest error over the run until t = {TIME}, with the fitted orders in x and ẋ, against the ball m ẍ = −f′(x) − γẋ, m = 1.3, γ = 0.7, f′(x) = x³ + x + 0.3 cos x, from x = 1.5. {start} ẋ read as (v_k + v_{{k+1}})/2Δt unless v/Δt is said."
    )
}

/// x(t) on the quartic and its iterates from rest, for three steps.
fn overlay() -> Result<Figure, Error> {
    let ball = HeavyBall::new(1.0, 1.0)?;
    let (start, until) = (vector![-0.5], 8.0);
    let motion = Problem::new(ball, Quartic, start)
        .until(until)
        .solve(&Rk45::new(1e-10, 1e-10))?;
    let path = |shift: f64| {
        let points = motion.sample(600).into_iter();
        points
            .map(move |(t, phase)| (t - shift, phase.position.x))
            .collect::<Vec<_>>()
    };
    let mut panels = Vec::new();
    for (name, row) in [
        (
            "ExplicitDrag: Sutskever’s α, β",
            Discretization::ExplicitDrag,
        ),
        ("CentralDrag: second order", Discretization::CentralDrag),
    ] {
        let mut panel = Panel::new()
            .title(name)
            .x_axis(Axis::new("time t = (k + ½)Δt").range(0.0, until))
            .y_axis(Axis::new("position x").range(-0.8, 3.6))
            .line("x(t) of the ball", path(0.0), Color::BLACK);
        for (index, dt) in [0.3, 0.15, 0.075].into_iter().enumerate() {
            let rule = Momentum::from_heavy_ball(&ball, dt, row)?;
            let count = (until / dt).floor() as usize;
            let iterates = rule.iterates(&Quartic, start).take(count).enumerate();
            let points = iterates.map(|(k, iterate)| ((k as f64 + 0.5) * dt, iterate.position.x));
            panel = panel.layer(
                Dots::new(format!("iterates, Δt = {dt}"), points).color(Color::series(index)),
            );
        }
        panels.push(panel);
    }
    Ok(Figure::new("Momentum’s iterates close in on the ball as Δt halves")
        .caption(
            "f(x) = x⁴ − 3x³ + 2 from −0.5 at rest, m = 1, γ = 1. Iterate k from v₀ = 0 stands for the time (k + ½)Δt. Curvature at the minimum 9/4: 81/4."
        )
        .size(1400, 680)
        .panels(panels))
}
