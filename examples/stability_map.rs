//! Which (αλ, β) converge, and how fast?
//!
//! `cargo run --release --example stability_map -- --out DIR` maps the rate ρ of gradient descent, momentum, Nesterov's
//! rule and explicit Euler on a mode of curvature λ, with the borders of stability and of the complex region, and the
//! tunings that are fastest on curvatures between μ and 25μ. It writes
//!
//! - `stability_map.png`: the four maps;
//! - `stability_map.csv`: ρ on the grid of the maps, with the columns `method,alpha_lambda,beta,rho`.
#![allow(clippy::print_stdout, reason = "an example prints its findings")]

mod support;

use heavyball::plot::{
    Annotation, Axis, Band, Color, Dash, Figure, HeatMap, Legend, Line, Marker, Panel,
};
use heavyball::prelude::*;
use heavyball::study::stability::{RateMap, Recursion, Stability};
use support::{Failure, Output};

/// L/μ of the tunings shown.
const KAPPA: f64 = 25.0;
/// The largest αλ of the maps.
const TOP: f64 = 4.2;
const COLUMNS: u16 = 168;
const ROWS: u16 = 128;
/// The colour of the unstable region.
const OUTSIDE: Color = Color::rgb(0xD4, 0xD4, 0xD4);

fn main() -> Result<(), Failure> {
    let question = "Which (αλ, β) converge, and how fast?";
    let Some(output) = Output::from_arguments("stability_map", question)? else {
        return Ok(());
    };
    println!("On curvatures between 1 and {KAPPA}, the fastest constant tunings:");
    let descent = GradientDescent::optimal(1.0, KAPPA)?.stability_on(1.0, KAPPA)?;
    let momentum = Momentum::optimal(1.0, KAPPA)?.stability_on(1.0, KAPPA)?;
    let nesterov = Nesterov::optimal(1.0, KAPPA)?.stability_on(1.0, KAPPA)?;
    let standard = Nesterov::standard(1.0, KAPPA)?.stability_on(1.0, KAPPA)?;
    for verdict in [descent, momentum, nesterov, standard] {
        println!("{verdict}");
    }
    println!("The end of the stable αλ:");
    for beta in [-0.5, 0.0, 0.5, 0.9, 1.0] {
        let end = |of: Recursion| {
            let end = of.largest_stable_q(beta)?;
            Ok::<_, Error>(end.map_or("none".to_owned(), |end| format!("{end:.4}")))
        };
        println!(
            "  β = {beta:4}: momentum {}, Nesterov {}, explicit Euler {}",
            end(Recursion::Momentum)?,
            end(Recursion::Nesterov)?,
            end(Recursion::ExplicitEuler)?
        );
    }

    let maps = [
        RateMap::new(Recursion::GradientDescent, &columns(), &[0.0])?,
        RateMap::new(Recursion::Momentum, &columns(), &rows())?,
        RateMap::new(Recursion::Nesterov, &columns(), &rows())?,
        RateMap::new(Recursion::ExplicitEuler, &columns(), &rows())?,
    ];
    let mut csv = format!("{}\n", RateMap::COLUMNS);
    for map in &maps {
        let own = map.to_csv();
        csv += own.split_once('\n').map_or("", |(_, rows)| rows);
    }
    output.csv("stability_map.csv", &csv)?;

    let [line, two, three, four] = &maps;
    let figure = Figure::new("Which αλ and β converge, and how fast")
        .caption(format!("Rate ρ of x on f = ½λx²: the error falls like ρᵏ. Grey, beyond the black border: does not converge. Between the white dashes, for explicit Euler to the right of them, the multipliers are a complex pair, and x swings. Red lines: the curvatures from μ to L = {KAPPA}μ at the fastest constant α and β, and for Nesterov’s rule at α = 1/L as well; the slowest modes are at the ends. Gradient descent has no β. Explicit Euler is shown with α = Δt²/m, β = 1 − γΔt/m: without drag, β = 1, no step is stable."))
        .size(1500, 1240)
        .columns(2)
        .panels([
            descent_panel(line, &descent),
            plane("Momentum: v₊ = βv − α∇f(x)", two)
                .layer(outside("not stable", 0.0, |q| Some((-1.0, 0.5 * q - 1.0))))
                .layer(border("border of stability", 0.0, |q| Some(0.5 * q - 1.0)))
                .layers(complex(Recursion::Momentum, |beta| {
                    let root = (beta >= 0.0).then(|| beta.sqrt())?;
                    Some([(1.0 - root).powi(2), (1.0 + root).powi(2)])
                }))
                .layers(spectrum(&momentum, "Polyak’s optimum", (0.0, -18.0))),
            plane("Nesterov: v₊ = βv − α∇f(x + βv)", three)
                .layer(outside("not stable", 1.0, |q| Some((0.5 / (q - 1.0) - 0.5, 1.0))))
                .layer(outside("", 2.0, |q| Some((-1.0, -1.0 / (q - 1.0)))))
                .layer(border("border of stability", 1.0, |q| {
                    (q < 4.0).then_some(0.5 / (q - 1.0) - 0.5)
                }))
                .layer(border("", 2.0, |q| (q < 4.0).then_some(-1.0 / (q - 1.0))))
                .layers(complex(Recursion::Nesterov, |beta| {
                    Some([((1.0 - beta) / (1.0 + beta)).powi(2), 1.0])
                }))
                .layers(spectrum(&nesterov, "optimum", (150.0, 22.0)))
                .layers(spectrum(&standard, "α = 1/L", (180.0, -22.0))),
            plane("Explicit Euler: both lines at the old x and v", four)
                .layer(outside("not stable", 0.0, |q| Some((1.0 - q, 1.0))))
                .layer(border("border of stability", 0.0, |q| Some(1.0 - q)))
                .layers(complex(Recursion::ExplicitEuler, |beta| {
                    Some([0.25 * (1.0 - beta).powi(2), f64::INFINITY])
                })),
        ]);
    output.figure("stability_map.png", &figure)
}

/// The centres of the cells.
fn middles(low: f64, high: f64, cells: u16) -> Vec<f64> {
    let middle = |cell| low + (high - low) * (f64::from(cell) + 0.5) / f64::from(cells);
    (0..cells).map(middle).collect()
}

fn columns() -> Vec<f64> {
    middles(0.0, TOP, COLUMNS)
}

fn rows() -> Vec<f64> {
    middles(-1.0, 1.0, ROWS)
}

fn plane(title: &str, map: &RateMap) -> Panel {
    let values = map.values().to_vec();
    let rate = HeatMap::new((0.0, TOP), (-1.0, 1.0), map.alpha_lambda().len(), values)
        .range(0.0, 1.0)
        .colorbar("rate ρ");
    Panel::new()
        .title(title)
        .x_axis(Axis::new("αλ").range(0.0, TOP))
        .y_axis(Axis::new("momentum β").range(-1.0, 1.0))
        .legend(Legend::Hidden)
        .layer(rate)
}

/// αλ from `from` to the end of the map, with a function of it.
fn along<Y>(from: f64, y: impl Fn(f64) -> Option<Y>) -> Vec<(f64, Y)> {
    let places = (1..=600).map(|k| from + (TOP - from) * f64::from(k) / 600.0);
    places.filter_map(|q| Some((q, y(q)?))).collect()
}

fn outside(label: &str, from: f64, edges: impl Fn(f64) -> Option<(f64, f64)>) -> Band {
    let inside = |(low, high): (f64, f64)| {
        let (low, high) = (low.clamp(-1.0, 1.0), high.clamp(-1.0, 1.0));
        (low < high).then_some((low, high))
    };
    let edges = along(from, |q| inside(edges(q)?));
    let edges = edges.into_iter().map(|(q, (low, high))| (q, low, high));
    Band::new(label, edges.collect::<Vec<_>>())
        .color(OUTSIDE)
        .opacity(1.0)
}

fn border(label: &str, from: f64, beta: impl Fn(f64) -> Option<f64>) -> Line {
    let points = along(from, |q| beta(q).filter(|beta| beta.abs() <= 1.0));
    Line::new(label, points).color(Color::BLACK).width(3.0)
}

/// The two boundaries of the complex region, αλ over β, where it is stable.
fn complex(recursion: Recursion, ends: impl Fn(f64) -> Option<[f64; 2]>) -> Vec<Line> {
    let betas: Vec<f64> = (0..=800).map(|k| -1.0 + f64::from(k) / 400.0).collect();
    let side = |which: usize| {
        let points = betas.iter().filter_map(|beta| {
            let q = *ends(*beta)?.get(which)?;
            recursion.is_stable(q, *beta).then_some((q, *beta))
        });
        Line::new("", points.collect::<Vec<_>>())
            .color(Color::WHITE)
            .dash(Dash::Dashed)
            .width(2.4)
    };
    vec![side(0), side(1)]
}

/// The curvatures from μ to L at a tuning.
fn spectrum(tuning: &Stability, name: &str, place: (f64, f64)) -> Vec<heavyball::plot::Layer> {
    let [mu, l] = tuning.curvatures.map(|curvature| tuning.alpha * curvature);
    let line = Line::new("", [(mu, tuning.beta), (l, tuning.beta)])
        .color(Color::VERMILLION)
        .width(4.0)
        .marker(Marker::Dot)
        .marker_size(11.0);
    let text = Annotation::new(
        format!("{name}, ρ = {:.3}", tuning.rate),
        (0.5 * (mu + l), tuning.beta),
    );
    vec![line.into(), text.offset(place.0, place.1).into()]
}

fn descent_panel(map: &RateMap, tuning: &Stability) -> Panel {
    let points = map.alpha_lambda().iter().zip(map.values());
    let rate: Vec<_> = points.map(|(q, rho)| (*q, *rho)).collect();
    let [mu, l] = tuning.curvatures.map(|curvature| tuning.alpha * curvature);
    Panel::new()
        .title("Gradient descent: x₊ = x − α∇f(x)")
        .x_axis(Axis::new("αλ").range(0.0, TOP))
        .y_axis(Axis::new("rate ρ").range(0.0, 2.0))
        .layer(
            Band::new("not stable", [(2.0, 0.0, 2.0), (TOP, 0.0, 2.0)])
                .color(OUTSIDE)
                .opacity(1.0),
        )
        .line("ρ = |1 − αλ|", rate, Color::BLUE)
        .horizontal(1.0, "")
        .layer(
            Line::new(
                format!("μ to {KAPPA}μ at the optimum, ρ = {:.3}", tuning.rate),
                [(mu, tuning.rate), (l, tuning.rate)],
            )
            .color(Color::VERMILLION)
            .width(4.0)
            .marker(Marker::Dot)
            .marker_size(11.0),
        )
        .legend(Legend::LowerRight)
}
