//! Does a ball in a warm bath reach the densities of Maxwell, Boltzmann and Gibbs, and by which scheme with what error?
//!
//! `cargo run --release --example brownian_ball -- --out DIR` runs balls in a double well by five schemes and several steps, sums their
//! positions and velocities while they run, and compares with the exact densities. It writes
//!
//! - `brownian_ball.png`: the densities that two schemes reach with a long step, and the errors of the variances over the step;
//! - `brownian_ball.csv`: the variances, with the columns `scheme,dt,drag,var_position,var_velocity,exact_position,exact_velocity,samples`.
#![allow(clippy::print_stdout, reason = "an example prints its findings")]

mod support;

use heavyball::ensemble::{Ensemble, Histogram, MomentSums, Moments};
use heavyball::langevin::{
    Aboba, Baoab, Boaob, Langevin, LangevinMethod, Obabo, StochasticSymplecticEuler,
};
use heavyball::noise::Noise;
use heavyball::plot::{Axis, Color, Dash, Dots, Figure, Legend, Line, Marker, Panel};
use heavyball::potentials::{FromFn, from_fn};
use heavyball::prelude::*;
use nalgebra::{SMatrix, Vector1, vector};
use std::fmt::Write as _;
use support::{Failure, Output};

/// In the well x⁴ − 2x² whose barrier is 1.
const TEMPERATURE: f64 = 0.7;
const DRAG: f64 = 1.0;
const STEPS: [f64; 5] = [0.075, 0.1, 0.15, 0.2, 0.25];
/// The time of each member, and what of it is left out.
const TIME: f64 = 600.0;
const FORGOTTEN: f64 = 30.0;
/// A program without optimisation takes a tenth of the members.
const MEMBERS: usize = if cfg!(debug_assertions) { 96 } else { 960 };
const BINS: usize = 60;
const FARTHEST: f64 = 2.2;
const FASTEST: f64 = 3.5;

type Position = fn(&Vector1<f64>) -> f64;
type Slope = fn(&Vector1<f64>) -> Vector1<f64>;

fn well() -> FromFn<Position, Slope> {
    from_fn(
        |x: &Vector1<f64>| x.x * x.x * (x.x * x.x - 2.0),
        |x: &Vector1<f64>| vector![4.0 * x.x * (x.x * x.x - 1.0)],
    )
}

/// What a scheme reached with a step.
struct Reached {
    scheme: &'static str,
    dt: f64,
    position: (f64, f64),
    velocity: (f64, f64),
    samples: f64,
    /// The densities of x and of v.
    densities: [[f64; BINS]; 2],
}

fn reached<I: LangevinMethod>(method: &I) -> Result<Reached, Error> {
    let well = well();
    let bath = Langevin::new(HeavyBall::new(1.0, DRAG)?, TEMPERATURE)?;
    let starts = (0..MEMBERS).map(|i| Phase::at_rest(vector![if i % 2 == 0 { 1.0 } else { -1.0 }]));
    let ensemble = Ensemble::in_bath(method, &bath, &well, starts, Noise::new(11))?;
    let steps = |time: f64| (time / method.dt()).round() as usize;
    let positions = Moments::of_positions(vector![0.0])?.after(steps(FORGOTTEN));
    let velocities = Moments::of_velocities().after(steps(FORGOTTEN));
    let places = Histogram::<BINS>::new(0, -FARTHEST, FARTHEST)?.after(steps(FORGOTTEN));
    let speeds = Histogram::<BINS>::of_velocity(0, -FASTEST, FASTEST)?.after(steps(FORGOTTEN));
    let observers = ((positions, velocities), (places, speeds));
    let run = ensemble.observe(steps(TIME), &observers)?;
    let records = run.records();
    let moments: Vec<_> = records.iter().map(|record| record.0).collect();
    let (places_found, speeds_found): (Vec<_>, Vec<_>) =
        records.iter().map(|record| record.1).unzip();
    let (x, v): (Vec<_>, Vec<_>) = moments.into_iter().unzip();
    Ok(Reached {
        scheme: method.properties().name,
        dt: method.dt(),
        position: mean_square(&x),
        velocity: mean_square(&v),
        samples: x.iter().map(|sums| sums.count).sum(),
        densities: [places.density(&places_found), speeds.density(&speeds_found)],
    })
}

/// The mean of the squares, which is the variance for a mean of 0, and its standard error from the differences between members.
fn mean_square(sums: &[MomentSums<1>]) -> (f64, f64) {
    let square = |sums: &MomentSums<1>| {
        let products: SMatrix<f64, 1, 1> = sums.products;
        products.x / sums.count
    };
    let members = sums.len() as f64;
    let mean = sums.iter().map(square).sum::<f64>() / members;
    let spread = sums.iter().map(|sums| (square(sums) - mean).powi(2));
    (
        mean,
        (spread.sum::<f64>() / (members * (members - 1.0))).sqrt(),
    )
}

/// e^(−f/T) at x.
fn weight(x: f64) -> f64 {
    (-(x.powi(4) - 2.0 * x * x) / TEMPERATURE).exp()
}

/// ∫e^(−f/T) dx and the mean of x², by the trapezoidal rule.
fn gibbs() -> (f64, f64) {
    let points = (-4000..=4000).map(|i| f64::from(i) * 1e-3);
    let (all, square) = points.fold((0.0, 0.0), |(all, square), x| {
        (all + weight(x), square + x * x * weight(x))
    });
    (all * 1e-3, square / all)
}

fn main() -> Result<(), Failure> {
    let question = "Does a ball in a warm bath reach the density of Gibbs, and by which scheme with what error?";
    let Some(output) = Output::from_arguments("brownian_ball", question)? else {
        return Ok(());
    };
    let mut all = Vec::new();
    for dt in STEPS {
        all.push(reached(&Baoab::new(dt)?)?);
        all.push(reached(&Obabo::new(dt)?)?);
        all.push(reached(&Aboba::new(dt)?)?);
        all.push(reached(&Boaob::new(dt)?)?);
        all.push(reached(&StochasticSymplecticEuler::new(dt)?)?);
    }
    let (_, exact) = gibbs();
    let mut rows = String::from(
        "scheme,dt,drag,var_position,var_velocity,exact_position,exact_velocity,samples\n",
    );
    println!(
        "A ball of mass 1 in x⁴ − 2x² at T = {TEMPERATURE}, drag {DRAG}; relative errors of the variances:"
    );
    for reached in &all {
        let Reached { scheme, dt, .. } = reached;
        // Writing to a String cannot fail.
        let _ = writeln!(
            rows,
            "{scheme},{dt},{DRAG},{:.8},{:.8},{exact:.8},{TEMPERATURE},{}",
            reached.position.0, reached.velocity.0, reached.samples
        );
        let percent = |(value, error): (f64, f64), exact: f64| {
            format!(
                "{:+6.2} ± {:.2} %",
                100.0 * (value / exact - 1.0),
                100.0 * error / exact
            )
        };
        if *dt == STEPS[1] || *dt == STEPS[4] {
            println!(
                "  Δt = {dt:<5} {scheme:<26} of x {}, of v {}",
                percent(reached.position, exact),
                percent(reached.velocity, TEMPERATURE)
            );
        }
    }
    output.csv("brownian_ball.csv", &rows)?;
    output.figure("brownian_ball.png", &figure(&all))
}

const SCHEMES: [(&str, Color, Marker); 5] = [
    ("Baoab", Color::BLUE, Marker::Dot),
    ("Obabo", Color::VERMILLION, Marker::Square),
    ("Aboba", Color::GREEN, Marker::Triangle),
    ("Boaob", Color::ORANGE, Marker::Diamond),
    ("StochasticSymplecticEuler", Color::PURPLE, Marker::Cross),
];

/// The name in a legend.
fn shown(scheme: &str) -> String {
    match scheme {
        "StochasticSymplecticEuler" => "symplectic Euler".to_owned(),
        splitting => splitting.to_uppercase(),
    }
}

fn figure(all: &[Reached]) -> Figure {
    let (total, square) = gibbs();
    let longest = STEPS[STEPS.len() - 1];
    let density = |title: &str, name: &str, part: usize, high: f64, exact: &dyn Fn(f64) -> f64| {
        let curve = (0..=300)
            .map(|i| high * (f64::from(i) / 150.0 - 1.0))
            .map(|x| (x, exact(x)));
        let mut panel = Panel::new()
            .title(title)
            .x_axis(Axis::new(name).range(-high, high))
            .y_axis(Axis::new("density").range(0.0, 0.8))
            .legend(Legend::UpperLeft)
            .layer(Line::new("exact", curve.collect::<Vec<_>>()).color(Color::BLACK));
        for (scheme, color, marker) in [SCHEMES[0], SCHEMES[4]] {
            let reached = all
                .iter()
                .filter(|reached| reached.scheme == scheme && reached.dt == longest);
            for reached in reached {
                let middle = |i: usize| high * ((2 * i + 1) as f64 / BINS as f64 - 1.0);
                let dots = reached.densities[part].iter().enumerate();
                let dots: Vec<_> = dots.map(|(i, density)| (middle(i), *density)).collect();
                panel = panel.layer(
                    Dots::new(shown(scheme), dots)
                        .color(color)
                        .marker(marker)
                        .size(6.0),
                );
            }
        }
        panel
    };
    let error = |title: &str, of: &dyn Fn(&Reached) -> (f64, f64), exact: f64| {
        let mut panel = Panel::new()
            .title(title)
            .x_axis(Axis::new("step Δt").range(0.065, 0.3).logarithmic())
            .y_axis(Axis::new("relative error").range(1e-4, 20.0).logarithmic())
            .legend(Legend::UpperLeft);
        for (scheme, color, marker) in SCHEMES {
            let own: Vec<_> = all
                .iter()
                .filter(|reached| reached.scheme == scheme)
                .collect();
            let points = own
                .iter()
                .map(|reached| (reached.dt, (of(reached).0 / exact - 1.0).abs()));
            let bars = own.iter().flat_map(|reached| {
                let (value, deviation) = of(reached);
                let (off, deviation) = ((value / exact - 1.0).abs(), 2.0 * deviation / exact);
                [
                    (reached.dt, (off - deviation).max(1e-4)),
                    (reached.dt, off + deviation),
                    (f64::NAN, f64::NAN),
                ]
            });
            panel = panel
                .layer(
                    Line::new("", bars.collect::<Vec<_>>())
                        .color(color)
                        .width(1.5),
                )
                .layer(
                    Line::new(shown(scheme), points.collect::<Vec<_>>())
                        .color(color)
                        .marker(marker)
                        .dash(Dash::Dashed),
                );
        }
        let guide = |name, slope, height, dash| {
            let ends = [0.14, 0.27].map(|dt: f64| (dt, height * (dt / 0.27).powf(slope)));
            Line::new(name, ends).color(Color::GREY).dash(dash)
        };
        panel
            .layer(guide("slope 2", 2.0, 0.06, Dash::Dotted))
            .layer(guide("slope 1", 1.0, 0.6, Dash::Solid))
    };
    Figure::new("A ball in a warm bath")
        .caption(format!(
            "f(x) = x⁴ − 2x², T = {TEMPERATURE}, mass 1, drag {DRAG}, {MEMBERS} balls for t = {TIME}, the first {FORGOTTEN} left out. Above: the densities at Δt = {longest}, with those of Gibbs and of Maxwell. Below: errors of the variances, with two standard errors."
        ))
        .size(1480, 1160)
        .columns(2)
        .panel(density("Positions", "x", 0, FARTHEST, &|x| weight(x) / total))
        .panel(density("Velocities", "v", 1, FASTEST, &|v| {
            (-v * v / (2.0 * TEMPERATURE)).exp() / (2.0 * std::f64::consts::PI * TEMPERATURE).sqrt()
        }))
        .panel(error("Variance of positions", &|reached| reached.position, square))
        .panel(error("Variance of velocities", &|reached| reached.velocity, TEMPERATURE))
}
