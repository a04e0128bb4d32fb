//! How does drag shape the motion, where does the energy go, and which methods shrink phase space as the ball does?
//!
//! `cargo run --release --example phase_portrait -- --out DIR` draws the damped oscillator below, at and above critical
//! drag, checks the energy balance of several methods, and follows a region of phase space in the double well. It
//! writes
//!
//! - `phase_portrait.png`: orbits in (x, ẋ) in the three regimes;
//! - `energy_decay.png`, `energy_decay.csv`: the energy over time, and the energy defects of the methods over Δt;
//!   columns `method,dt,largest_defect`;
//! - `phase_volume.png`, `phase_volume.csv`: a region of phase space under the flow and two methods; columns
//!   `method,x,p,factor,exact_factor,volume,defect`, one step from each phase.
#![allow(clippy::print_stdout, reason = "an example prints its findings")]

mod support;

use heavyball::plot::{
    Annotation, Axis, Color, Contours, Dash, Dots, Figure, Legend, Line, Marker, Panel, Path,
    SlopeTriangle,
};
use heavyball::prelude::*;
use heavyball::study::{Deformation, EnergyBalance};
use nalgebra::{Const, Vector2, vector};
use num_dual::Dual64;
use std::fmt::Write as _;
use support::{Failure, Output};

/// m = 1, k = 1: critical at γ = 2.
const REGIMES: [(f64, &str); 3] = [
    (0.4, "γ = 0.4: underdamped"),
    (2.0, "γ = 2: critically damped"),
    (5.0, "γ = 5: overdamped"),
];

fn main() -> Result<(), Failure> {
    let question = "How does drag shape the motion, where does the energy go, and which methods shrink phase space as the ball does?";
    let Some(output) = Output::from_arguments("phase_portrait", question)? else {
        return Ok(());
    };
    output.figure("phase_portrait.png", &portrait()?)?;

    let defects = defects()?;
    println!(
        "Largest energy defect |E − E(0) + ∫γ|ẋ|²dt| of m = 1, γ = 0.4 on f = x²/2 from 1, until 10:"
    );
    let mut csv = String::from("method,dt,largest_defect\n");
    for Defects { name, points } in &defects {
        if let [(dt, first), .., (last_dt, last)] = points.as_slice() {
            let order = (first / last).log(dt / last_dt);
            println!(
                "  {name:<16} {first:.2e} at Δt = {dt}, {last:.2e} at Δt = {last_dt}: order {order:.2}"
            );
        }
        for (dt, defect) in points {
            writeln!(csv, "{name},{dt:.16e},{defect:.16e}")?;
        }
    }
    output.csv("energy_decay.csv", &csv)?;
    output.figure("energy_decay.png", &decay(&defects)?)?;

    output.csv("phase_volume.csv", &print_volumes()?)?;
    output.figure("phase_volume.png", &patches()?)
}

/// Orbits of the closed form, from starts on a circle.
fn portrait() -> Result<Figure, Error> {
    let mut panels = Vec::new();
    for (drag, title) in REGIMES {
        let oscillator = DampedOscillator::new(1.0, drag, 1.0)?;
        let mut panel = Panel::new()
            .title(title)
            .x_axis(Axis::new("position x").range(-1.6, 1.6))
            .y_axis(Axis::new("velocity ẋ").range(-1.6, 1.6));
        // Every orbit crosses the circles of equal energy inwards.
        panel = panel.layer(
            Contours::new((-1.6, 1.6), (-1.6, 1.6), |x, u| 0.5 * (x * x + u * u))
                .levels_at([0.125, 0.5, 1.0])
                .width(0.8),
        );
        // Spirals fill the plane sooner than the orbits of the other two regimes.
        let count = if drag < 2.0 { 4 } else { 8 };
        for start in 0..count {
            let angle = std::f64::consts::TAU * f64::from(start) / f64::from(count);
            let (x0, u0) = (1.5 * angle.cos(), 1.5 * angle.sin());
            let times = (0..=1500).map(|i| 0.02 * f64::from(i));
            let points = times.map(|t| oscillator.at(t, x0, u0));
            panel = panel.layer(
                Path::new("", points.collect::<Vec<_>>())
                    .color(Color::series(usize::from(start % 2 == 1)))
                    .width(1.8)
                    .without_ends(),
            );
        }
        if drag > 2.0 {
            let root = (0.25 * drag * drag - 1.0_f64).sqrt();
            for (rate, label, dash, at) in [
                (
                    -0.5 * drag + root,
                    "slow direction",
                    Dash::Dashed,
                    (0.6, -70.0),
                ),
                (
                    -0.5 * drag - root,
                    "fast direction",
                    Dash::Dotted,
                    (-0.28, 0.0),
                ),
            ] {
                let reach = 1.6 / rate.abs().max(1.0);
                let points = [(-reach, -reach * rate), (reach, reach * rate)];
                let (x, down) = at;
                let shift = if down == 0.0 {
                    (-70.0, 0.0)
                } else {
                    (8.0, down)
                };
                panel = panel
                    .layer(Line::new("", points).color(Color::BLACK).dash(dash))
                    .layer(Annotation::new(label, (x, rate * x)).offset(shift.0, shift.1));
            }
        }
        panels.push(panel.equal_aspect().legend(Legend::Hidden));
    }
    Ok(Figure::new("Three ways to come to rest")
        .caption("ẍ + γẋ + x = 0 (m = k = 1) in closed form, from starts on the circle of radius 1.5; thin circles: equal energy ½ẋ² + ½x². Critical drag 2√(mk) = 2.")
        .size(1480, 600)
        .panels(panels))
}

/// The largest defects of a method over its steps.
struct Defects {
    name: &'static str,
    points: Vec<(f64, f64)>,
}

type Bowl = Quadratic<heavyball::potentials::Diagonal<f64, Const<1>>>;

fn ringing() -> Result<Problem<Bowl, Const<1>>, Error> {
    let bowl = Quadratic::diagonal(vector![1.0])?;
    Ok(Problem::new(HeavyBall::new(1.0, 0.4)?, bowl, vector![1.0]).until(10.0))
}

fn defects() -> Result<Vec<Defects>, Error> {
    fn over_steps<M: FixedStep<f64>>(
        method: impl Fn(f64) -> Result<M, Error>,
    ) -> Result<Defects, Error> {
        let problem = ringing()?;
        let name = method(1.0)?.properties().name;
        let points = (0..6).map(|halving| {
            let dt = 0.1 * 0.5_f64.powi(halving);
            let run = problem.solve(&method(dt)?)?;
            let balance = EnergyBalance::of_run(&run, problem.potential())?;
            Ok((dt, balance.largest_defect()))
        });
        let points = points.collect::<Result<_, Error>>()?;
        Ok(Defects { name, points })
    }
    Ok(vec![
        over_steps(ExplicitEuler::new)?,
        over_steps(SymplecticEuler::new)?,
        over_steps(ConformalEuler::new)?,
        over_steps(Leapfrog::new)?,
        over_steps(CentralLeapfrog::new)?,
        over_steps(|dt| Composition::suzuki4(Leapfrog::new(dt)?))?,
    ])
}

fn decay(defects: &[Defects]) -> Result<Figure, Error> {
    let mut over_time = Panel::new()
        .title("Energy over time")
        .x_axis(Axis::new("time t (√(m/k))").range(0.0, 20.0))
        .y_axis(Axis::new("energy E/E(0)").range(1e-8, 2.0).logarithmic());
    for (index, (drag, title)) in REGIMES.into_iter().enumerate() {
        let oscillator = DampedOscillator::new(1.0, drag, 1.0)?;
        let times = (0..=2000).map(|i| 0.01 * f64::from(i));
        let points = times.map(|t| {
            let (x, u) = oscillator.at(t, 1.0, 0.0);
            (t, x * x + u * u)
        });
        over_time = over_time.layer(
            Line::new(title, points.collect::<Vec<_>>())
                .color(Color::series(index))
                .width(2.2),
        );
    }
    let mut over_step = Panel::new()
        .title("What a method adds or loses by itself")
        .x_axis(Axis::new("step Δt (√(m/k))").logarithmic())
        .y_axis(Axis::new("largest defect of E − E(0) + ∫γẋ²dt").logarithmic());
    let markers = [
        Marker::Dot,
        Marker::Square,
        Marker::Diamond,
        Marker::Triangle,
    ];
    for (index, Defects { name, points }) in defects.iter().enumerate() {
        let marker = markers.get(index % 4).copied().unwrap_or(Marker::Dot);
        over_step = over_step.layer(
            Line::new(*name, points)
                .color(Color::series(index))
                // The two leapfrogs nearly coincide.
                .dash(if *name == "CentralLeapfrog" {
                    Dash::Dashed
                } else {
                    Dash::Solid
                })
                .marker(marker),
        );
    }
    for (index, order) in [(2, 1.0), (3, 2.0), (5, 4.0)] {
        let point = defects.get(index).and_then(|row| row.points.get(4));
        if let Some((dt, defect)) = point {
            let triangle = SlopeTriangle::new(order, (*dt, defect / 3.0)).width(0.25);
            over_step = over_step.layer(triangle.label(format!("order {order}")));
        }
    }
    Ok(Figure::new("Drag takes the energy; a method adds its own error")
        .caption("Left: ẍ + γẋ + x = 0 from x = 1 at rest, closed form: critical drag is the fastest to forget. Right: the largest energy defect over the run until t = 10 at γ = 0.4, (42); the integral by Gauss’s rule on the run’s own dense output.")
        .size(1480, 680)
        .panel(over_time.legend(Legend::LowerLeft))
        .panel(over_step.legend(Legend::Outside)))
}

const WELL: (f64, f64) = (1.0, 0.25);
const STEP: f64 = 0.1;

/// The deformation by one step at three phases of the double well, as printed lines and as CSV.
fn print_volumes() -> Result<String, Failure> {
    let ball = HeavyBall::new(WELL.0, WELL.1)?;
    let decay = (-WELL.1 / WELL.0 * STEP).exp();
    let dt = Dual64::from(STEP);
    println!(
        "One step Δt = {STEP} in the double well, m = {}, γ = {}: the flow has JᵀΩJ = e^(−γΔt/m)Ω = {decay:.9}Ω.",
        WELL.0, WELL.1
    );
    println!(
        "  {:<16} {:>12} {:>12} {:>12} {:>10}",
        "", "at (0, 0)", "at (0.7, 0.2)", "at (−1.5, 1)", "JᵀΩJ − cΩ"
    );
    let mut csv = String::from("method,x,p,factor,exact_factor,volume,defect\n");
    type Deform<'d> = &'d dyn Fn(&Phase<f64, Const<2>>) -> Result<Deformation, Error>;
    let mut row = |name: &str, of: Deform<'_>| {
        let (mut factors, mut worst) = (String::new(), 0.0_f64);
        for (x, p) in [([0.0, 0.0], 0.0), ([0.7, 0.2], 0.3), ([-1.5, 1.0], 0.5)] {
            let phase = Phase::new(Vector2::from(x), vector![p, -p]);
            let found = of(&phase)?;
            write!(factors, " {:>12.9}", found.factor())?;
            worst = worst.max(found.defect());
            let (factor, volume, defect) = (found.factor(), found.volume(), found.defect());
            writeln!(
                csv,
                "{name},{:.16e},{p:.16e},{factor:.16e},{decay:.16e},{volume:.16e},{defect:.16e}",
                x[0]
            )?;
        }
        println!("  {name:<16}{factors} {worst:>10.1e}");
        Ok::<(), Failure>(())
    };
    macro_rules! of_method {
        ($method:expr) => {
            let method = $method?;
            row(FixedStep::<Dual64>::properties(&method).name, &|phase| {
                Deformation::of_steps(&method, &ball, &DoubleWell, phase, 1)
            })?;
        };
    }
    of_method!(SymplecticEuler::of(dt));
    of_method!(ConformalEuler::of(dt));
    of_method!(Leapfrog::of(dt));
    of_method!(CentralLeapfrog::of(dt));
    of_method!(Composition::suzuki4(Leapfrog::of(dt)?));
    of_method!(ExplicitEuler::of(dt));
    let (alpha, beta) = Discretization::ExplicitDrag.coefficients(&ball, STEP)?;
    let nesterov = Nesterov::of(Dual64::from(alpha), Dual64::from(beta))?;
    row("Nesterov", &|phase| {
        let iterate = Iterate {
            position: phase.position,
            velocity: phase.momentum * (STEP / WELL.0),
        };
        Deformation::of_updates(&nesterov, &DoubleWell, &iterate, 1)
    })?;
    println!(
        "Where the last column is a rounding error the method is conformally symplectic; the last two methods are not."
    );
    Ok(csv)
}

/// f = x⁴ − 2x², the double well along its valley.
fn valley() -> impl Potential<f64, Const<1>> + Copy {
    heavyball::potentials::from_fn(
        |x: &nalgebra::Vector1<f64>| x.x.powi(4) - 2.0 * x.x * x.x,
        |x: &nalgebra::Vector1<f64>| vector![4.0 * x.x * (x.x * x.x - 1.0)],
    )
}

/// A disc of phases around (1.2, 0.6) and its image at later times, under the flow and two methods.
fn patches() -> Result<Figure, Error> {
    let ball = HeavyBall::new(WELL.0, WELL.1)?;
    let outline: Vec<_> = (0..=2000)
        .map(|i| std::f64::consts::TAU * f64::from(i) / 2000.0)
        .map(|angle| (0.9 + 0.35 * angle.cos(), 1.0 + 0.35 * angle.sin()))
        .collect();
    let times = [0.0, 0.6, 1.2, 2.4];
    let area = |outline: &[(f64, f64)]| {
        let twice = outline.windows(2).map(|pair| match pair {
            [(x, p), (y, q)] => x * q - y * p,
            _ => 0.0,
        });
        0.5 * twice.sum::<f64>()
    };
    let mut panels = Vec::new();
    println!(
        "Area of a region of phase space at t = 2.4, relative to its initial area; the flow has e^(−γt/m) = {:.6}:",
        (-WELL.1 / WELL.0 * 2.4).exp()
    );
    type Solve<'s> = &'s dyn Fn((f64, f64), f64) -> Result<(f64, f64), Error>;
    let problem = |(x, p): (f64, f64), until: f64| {
        Problem::new(ball, valley(), vector![x])
            .with_velocity(vector![p / WELL.0])
            .until(until)
    };
    let end = |run: heavyball::Trajectory<Const<1>>| (run.last().position.x, run.last().momentum.x);
    let flow: Solve<'_> =
        &|start, until| Ok(end(problem(start, until).solve(&Dop853::new(1e-11, 1e-11))?));
    let symplectic: Solve<'_> = &|start, until| {
        Ok(end(
            problem(start, until).solve(&SymplecticEuler::new(STEP)?)?
        ))
    };
    let explicit: Solve<'_> =
        &|start, until| Ok(end(problem(start, until).solve(&ExplicitEuler::new(STEP)?)?));
    for (name, solve) in [
        ("Flow", flow),
        ("Momentum", symplectic),
        ("Explicit Euler", explicit),
    ] {
        let mut panel = Panel::new()
            .x_axis(Axis::new("position x").range(-2.0, 2.0))
            .y_axis(Axis::new("momentum p").range(-2.9, 2.9))
            .layer(
                Contours::new((-2.0, 2.0), (-2.9, 2.9), |x, p| {
                    0.5 * p * p + x.powi(4) - 2.0 * x * x
                })
                .levels_at([-0.75, -0.4, 0.0, 0.7, 1.6])
                .width(0.8),
            )
            .layer(Dots::new("", [(1.0, 0.0), (-1.0, 0.0)]).color(Color::GREY));
        let (start, mut ratios) = (area(&outline), Vec::new());
        for (index, time) in times.into_iter().enumerate() {
            let moved = outline.iter().map(|point| {
                if time == 0.0 {
                    Ok(*point)
                } else {
                    solve(*point, time)
                }
            });
            let moved = moved.collect::<Result<Vec<_>, Error>>()?;
            ratios.push(area(&moved) / start);
            panel = panel.layer(
                Line::new(format!("t = {time}"), moved)
                    .color(Color::series(index))
                    .width(2.4),
            );
        }
        if let [_, one, two, three] = ratios.as_slice() {
            println!("  {name:<15} {three:.6}");
            panel = panel.title(format!("{name}: area 1, {one:.3}, {two:.3}, {three:.3}"));
        }
        let is_last = name == "Explicit Euler";
        panels.push(panel.legend(if is_last {
            Legend::Outside
        } else {
            Legend::Hidden
        }));
    }
    Ok(Figure::new("Drag shrinks every patch of phase space alike; so does momentum, and explicit Euler does not")
        .caption(format!("The outline of a disc under m ẍ = −f′(x) − γẋ, f(x) = x⁴ − 2x², m = {}, γ = {}; steps Δt = {STEP}. Areas as parts of the first: the flow’s e^(−γt/m), momentum’s, that is symplectic Euler’s, βᵏ with β = 1 − γΔt/m, (28). Thin lines: equal energy.", WELL.0, WELL.1))
        .size(1480, 680)
        .panels(panels))
}
