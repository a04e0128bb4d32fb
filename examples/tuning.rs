//! How many iterations does a condition number cost, and which particle is the fastest?
//!
//! `cargo run --release --example tuning -- --out DIR` runs gradient descent, momentum and Nesterov's rule at their
//! best constant α and β on quadratics with curvatures between μ and L, until the error stays below 1e-8, for κ = L/μ
//! from 10 to 1e5; it also measures how far the error grows before it falls, and finds the ball that each tuning is. It
//! writes
//!
//! - `tuning.png`: iterations over κ beside the theory, and the peak of the error;
//! - `tuned_particles.png`: drag and step of the ball behind each tuning, over κ;
//! - `tuning.csv`: the numbers, with the columns `method,kappa,alpha,beta,rate,iterations,peak,drag,step`; drag in
//!   units of √(mμ), step in units of √(m/L), both empty for gradient descent, which is a flow without mass.
#![allow(clippy::print_stdout, reason = "an example prints its findings")]

mod support;

use heavyball::plot::{Axis, Color, Dash, Figure, Legend, Line, Marker, Panel, SlopeTriangle};
use heavyball::prelude::*;
use heavyball::study::stability::Stability;
use nalgebra::vector;
use std::fmt::Write as _;
use support::{Failure, Output};

/// The error below which a run has converged.
const MARK: f64 = 1e-8;

fn main() -> Result<(), Failure> {
    let question =
        "How many iterations does a condition number cost, and which particle is the fastest?";
    let Some(output) = Output::from_arguments("tuning", question)? else {
        return Ok(());
    };
    let kappas: Vec<f64> = (4..=20).map(|k| 10_f64.powf(f64::from(k) / 4.0)).collect();
    let families = Tuning::ALL.map(|tuning| {
        let runs = kappas.iter().map(|kappa| Run::of(tuning, *kappa));
        Ok::<_, Error>(Family {
            tuning,
            runs: runs.collect::<Result<_, Error>>()?,
        })
    });
    let families = families.into_iter().collect::<Result<Vec<_>, _>>()?;
    let mut csv = String::from("method,kappa,alpha,beta,rate,iterations,peak,drag,step\n");
    println!("Iterations until the error stays below {MARK:e}, from x = 1 at rest, μ = 1, L = κ:");
    for Family { tuning, runs } in &families {
        let name = tuning.name();
        for run in runs {
            let Stability {
                alpha, beta, rate, ..
            } = run.tuning;
            let ball = run.ball.map_or(",".to_owned(), |[drag, step]| {
                format!("{drag:.16e},{step:.16e}")
            });
            writeln!(
                csv,
                "{name},{:.16e},{alpha:.16e},{beta:.16e},{rate:.16e},{},{:.16e},{ball}",
                run.kappa, run.iterations, run.peak
            )?;
        }
        let counts = runs.iter().map(|run| (run.kappa, run.iterations as f64));
        let of_theory = runs.iter().map(|run| (run.kappa, run.expected()));
        println!(
            "  {name:17} like κ^{:.4}; at κ = 1e5 {:6} iterations, at the rate alone {:.0}; ln ρ alone like κ^{:.4}",
            slope(counts),
            runs.last().map_or(0, |run| run.iterations),
            runs.last().map_or(0.0, Run::expected),
            slope(of_theory),
        );
    }
    println!("The largest error along the run, relative to the initial error:");
    for Family { tuning, runs } in &families {
        let name = tuning.name();
        let (peak, root) = runs
            .last()
            .map_or((1.0, 1.0), |run| (run.peak, run.kappa.sqrt()));
        let last = peak / root;
        println!(
            "  {name:17} {peak:.3} at κ = 1e5, {last:.4}√κ; √κ/e is {:.4}√κ",
            (-1.0_f64).exp()
        );
    }
    print_particles()?;
    output.csv("tuning.csv", &csv)?;
    output.figure("tuning.png", &costs(&families))?;
    output.figure("tuned_particles.png", &particles(&families))
}

/// A rule with its best constant α and β.
#[derive(Clone, Copy)]
enum Tuning {
    Descent,
    Polyak,
    Standard,
    Tuned,
}

impl Tuning {
    const ALL: [Self; 4] = [Self::Descent, Self::Polyak, Self::Standard, Self::Tuned];

    fn name(self) -> &'static str {
        match self {
            Self::Descent => "gradient descent",
            Self::Polyak => "momentum",
            Self::Standard => "Nesterov standard",
            Self::Tuned => "Nesterov tuned",
        }
    }

    fn look(self) -> (Color, Marker) {
        match self {
            Self::Descent => (Color::GREY, Marker::Dot),
            Self::Polyak => (Color::BLUE, Marker::Square),
            Self::Standard => (Color::ORANGE, Marker::Triangle),
            Self::Tuned => (Color::VERMILLION, Marker::Diamond),
        }
    }

    /// A different marker size for each, so that coinciding ones remain visible.
    fn size(self) -> f64 {
        match self {
            Self::Descent => 17.0,
            Self::Polyak => 9.0,
            Self::Standard => 13.0,
            Self::Tuned => 6.0,
        }
    }
}

/// A tuning over κ.
struct Family {
    tuning: Tuning,
    runs: Vec<Run>,
}

/// One tuning at one κ, with μ = 1.
struct Run {
    kappa: f64,
    tuning: Stability,
    iterations: usize,
    peak: f64,
    /// Drag over √(mμ) and step over √(m/L) of the ball that the iterates follow.
    ball: Option<[f64; 2]>,
}

impl Run {
    fn of(tuning: Tuning, kappa: f64) -> Result<Self, Error> {
        let ball = |(ball, dt): (HeavyBall, f64)| Some([ball.drag, dt * kappa.sqrt()]);
        let (row, gauge) = (Discretization::CentralDrag, Gauge::Mass(1.0));
        let nesterov = |rule: Nesterov| {
            let ball = ball(rule.to_heavy_ball(row, gauge)?);
            Ok::<_, Error>((rule.stability_on(1.0, kappa)?, measure(&rule, kappa)?, ball))
        };
        let (tuning, (iterations, peak), ball) = match tuning {
            Tuning::Descent => {
                let rule = GradientDescent::optimal(1.0, kappa)?;
                (rule.stability_on(1.0, kappa)?, measure(&rule, kappa)?, None)
            }
            Tuning::Polyak => {
                let rule = Momentum::optimal(1.0, kappa)?;
                let ball = ball(rule.to_heavy_ball(row, gauge)?);
                (rule.stability_on(1.0, kappa)?, measure(&rule, kappa)?, ball)
            }
            Tuning::Standard => nesterov(Nesterov::standard(1.0, kappa)?)?,
            Tuning::Tuned => nesterov(Nesterov::optimal(1.0, kappa)?)?,
        };
        Ok(Self {
            kappa,
            tuning,
            iterations,
            peak,
            ball,
        })
    }

    /// ln 1e-8/ln ρ, the count without the double root.
    fn expected(&self) -> f64 {
        MARK.ln() / self.tuning.rate.ln()
    }
}

/// The iteration from which the error stays below 1e-8, and the largest error, over four modes.
fn measure<R: UpdateRule<f64> + Clone>(rule: &R, kappa: f64) -> Result<(usize, f64), Error> {
    let curvatures = vector![1.0, kappa.powf(0.3), kappa.powf(0.7), kappa];
    let bowl = Quadratic::diagonal(curvatures)?;
    let mut iterates = rule.iterates(&bowl, vector![1.0, 1.0, 1.0, 1.0]);
    let (mut k, mut last, mut peak) = (0, 0, 0.0_f64);
    while let Some(at) = iterates.advance() {
        let error = at.position.amax();
        peak = peak.max(error);
        if error >= MARK {
            last = k;
        } else if k > 2 * last {
            break;
        }
        k += 1;
    }
    match iterates.failure() {
        Some(error) => Err(error.clone()),
        None => Ok((last + 1, peak)),
    }
}

/// The least-squares slope of ln y over ln x.
fn slope(points: impl Iterator<Item = (f64, f64)>) -> f64 {
    let logs: Vec<_> = points.map(|(x, y)| (x.ln(), y.ln())).collect();
    let count = logs.len() as f64;
    let mean = logs
        .iter()
        .fold((0.0, 0.0), |m, p| (m.0 + p.0 / count, m.1 + p.1 / count));
    let (covariance, variance) = logs.iter().fold((0.0, 0.0), |sum, (x, y)| {
        let (x, y) = (x - mean.0, y - mean.1);
        (sum.0 + x * y, sum.1 + x * x)
    });
    covariance / variance
}

/// The ball of each tuning at κ = 100.
fn print_particles() -> Result<(), Error> {
    let (mu, l) = (1.0_f64, 100.0_f64);
    println!(
        "The ball behind each tuning, in mass 1, at μ = {mu}, L = {l}; critical for mode μ is a drag of 2√μ = {}:",
        2.0 * mu.sqrt()
    );
    let descent = GradientDescent::optimal(mu, l)?;
    println!(
        "  gradient descent   a flow without mass, Δt/γ = {:.6}; the limit is 2/L = {}",
        descent.alpha,
        2.0 / l
    );
    let momentum = Momentum::optimal(mu, l)?;
    for (name, row) in [
        ("central drag", Discretization::CentralDrag),
        ("explicit drag", Discretization::ExplicitDrag),
    ] {
        let (ball, dt) = momentum.to_heavy_ball(row, Gauge::Mass(1.0))?;
        println!(
            "  momentum           {name}: γ = {:.6}, Δt = {dt:.6}",
            ball.drag
        );
    }
    println!(
        "                     2√(μL/(L + μ)) = {:.6}, 2/√(L + μ) = {:.6}",
        2.0 * (mu * l / (l + mu)).sqrt(),
        2.0 / (l + mu).sqrt()
    );
    println!(
        "                     2√(μL)/(√μ + √L) = {:.6}, 2/(√μ + √L) = {:.6}",
        2.0 * (mu * l).sqrt() / (mu.sqrt() + l.sqrt()),
        2.0 / (mu.sqrt() + l.sqrt())
    );
    for (name, rule) in [
        ("Nesterov standard", Nesterov::standard(mu, l)?),
        ("Nesterov tuned", Nesterov::optimal(mu, l)?),
    ] {
        let (ball, dt) = rule.to_heavy_ball(Discretization::CentralDrag, Gauge::Mass(1.0))?;
        println!(
            "  {name:17}  central drag: γ = {:.6}, Δt = {dt:.6}, to first order",
            ball.drag
        );
    }
    Ok(())
}

/// One line for each tuning that has the value.
fn series(
    families: &[Family],
    size: fn(Tuning) -> f64,
    read: impl Fn(&Run) -> Option<f64>,
) -> Vec<Line> {
    let line = |Family { tuning, runs }: &Family| {
        let points = runs.iter().filter_map(|run| Some((run.kappa, read(run)?)));
        let points: Vec<_> = points.collect();
        let (color, marker) = tuning.look();
        let line = Line::new(tuning.name(), &points);
        let line = line.color(color).marker(marker).marker_size(size(*tuning));
        (!points.is_empty()).then_some(line)
    };
    families.iter().filter_map(line).collect()
}

fn kappa() -> Axis {
    Axis::new("condition number κ = L/μ")
        .logarithmic()
        .range(8.0, 1.3e5)
}

fn costs(families: &[Family]) -> Figure {
    let theory = families.iter().map(|Family { tuning, runs }| {
        let points = runs.iter().map(|run| (run.kappa, run.expected()));
        let label = match tuning {
            Tuning::Descent => "by ρ alone: ln 10⁻⁸/ln ρ",
            _ => "",
        };
        Line::new(label, points.collect::<Vec<_>>())
            .color(tuning.look().0)
            .dash(Dash::Dashed)
            .width(1.8)
    });
    let left = Panel::new()
        .title("κ, or its root")
        .x_axis(kappa())
        .y_axis(
            Axis::new("iterations to an error of 10⁻⁸")
                .logarithmic()
                .range(10.0, 3e6),
        )
        .layers(series(families, |_| 9.0, |run| Some(run.iterations as f64)))
        .layers(theory)
        .layer(SlopeTriangle::new(1.0, (4e3, 1.4e4)).width(0.4).label("κ"))
        .layer(SlopeTriangle::new(0.5, (4e3, 2.6e2)).width(0.4).label("√κ"))
        .legend(Legend::UpperLeft);
    let root: Vec<_> = [8.0_f64, 1.3e5]
        .map(|kappa| (kappa, kappa.sqrt() / std::f64::consts::E))
        .into();
    let right = Panel::new()
        .title("Polyak’s error grows first")
        .x_axis(kappa())
        .y_axis(
            Axis::new("largest error on the way / first error")
                .logarithmic()
                .range(0.8, 200.0),
        )
        .layers(series(families, Tuning::size, |run| Some(run.peak)))
        .layer(
            Line::new("√κ/e", root)
                .color(Color::BLACK)
                .dash(Dash::Dashed)
                .width(1.6),
        )
        .legend(Legend::UpperLeft);
    Figure::new("What a condition number costs")
        .caption("Each rule at its best constant α and β on a quadratic with the curvatures 1, κ^0.3, κ^0.7, κ, from x = 1 in each and v₀ = 0; error: the largest component. Left: iterations from which on it stays below 10⁻⁸; momentum and Nesterov’s rules need more than their rate ρ says, because their slowest modes have double multipliers, (1 + ck)ρᵏ. Right: momentum’s mode L first grows, to about √κ/e.")
        .size(1480, 700)
        .panel(left)
        .panel(right)
}

fn particles(families: &[Family]) -> Figure {
    let left = Panel::new()
        .title("Drag: critical for the slowest mode")
        .x_axis(kappa())
        .y_axis(Axis::new("drag γ/√(mμ)").range(0.0, 2.5))
        .layers(series(
            families,
            |_| 9.0,
            |run| run.ball.map(|ball| ball[0]),
        ))
        .horizontal(2.0, "critical damping of mode μ")
        .legend(Legend::LowerRight);
    let right = Panel::new()
        .title("Step: the fastest mode decides")
        .x_axis(kappa())
        .y_axis(Axis::new("step Δt √(L/m)").range(0.0, 2.5))
        .layers(series(
            families,
            |_| 9.0,
            |run| run.ball.map(|ball| ball[1]),
        ))
        .horizontal(2.0, "limit of stability of mode L, momentum")
        .legend(Legend::LowerRight);
    Figure::new("The fastest momentum is the critically damped ball at the largest stable step")
        .caption("The effective particle m = Δt²(1 + β)/2α, γ = Δt(1 − β)/α of each tuning, for any mass m. Polyak’s: γ = 2√(mμL/(L + μ)), Δt = 2√(m/(L + μ)). Nesterov’s rules follow theirs to first order only: their gradient adds a drag of the Hessian, and with it a smaller step is the limit.")
        .size(1480, 640)
        .panel(left)
        .panel(right)
}
