//! Which Euler method is Sutskever's momentum update, and by how much does the other one differ?
//!
//! `cargo run --release --example recover_sutskever -- --out DIR` follows a ball of mass m and drag γ
//! on the double well in steps Δt, by both Euler methods, beside momentum with α = Δt²/m and
//! β = 1 − γΔt/m. It writes `recover_sutskever.png` and the numbers behind it, `recover_sutskever.csv`:
//!
//! - `mass,drag,dt`: the ball and the step; `alpha,beta`: the same as an optimiser;
//! - `steps`: steps until time 6;
//! - `ulps`: largest difference of symplectic Euler from momentum along the run, in units of the spacing of the
//!   floating-point numbers at the largest coordinate;
//! - `gap`: largest distance of explicit Euler from momentum along the run.
#![allow(clippy::print_stdout, reason = "an example prints its findings")]

mod support;

use heavyball::plot::{Axis, Color, Figure, Line, Marker, Panel, SlopeTriangle};
use heavyball::prelude::*;
use nalgebra::{Const, Vector2, vector};
use num_rational::BigRational;
use std::fmt::Write as _;
use support::{Failure, Output};

/// (m, γ) as fractions.
const BALLS: [([i16; 2], [i16; 2]); 4] = [
    ([1, 1], [1, 1]),
    ([1, 1], [3, 1]),
    ([2, 1], [1, 1]),
    ([1, 2], [2, 1]),
];
/// Steps as fractions, for the exact runs.
const EXACT_STEPS: [[i16; 2]; 4] = [[1, 3], [1, 5], [1, 10], [3, 100]];
/// Number of exact steps: each triples the number of digits.
const EXACT: usize = 6;
const START: [f64; 2] = [-1.5, -1.5];
const TIME: f64 = 6.0;
/// Number of steps until that time, doubled from one run to the next.
const COARSEST: usize = 120;
const DOUBLINGS: u32 = 9;

fn main() -> Result<(), Failure> {
    let question = "Which Euler method is Sutskever's momentum update, and by how much does the other one miss it?";
    let Some(output) = Output::from_arguments("recover_sutskever", question)? else {
        return Ok(());
    };
    println!(
        "The ball on the double well from (−1.5, −1.5) at rest, beside momentum with alpha = dt²/m, beta = 1 − drag·dt/m"
    );
    print_exact(&Exact::sweep()?);
    let sweep = sweep()?;
    print_sweep(&sweep)?;
    output.csv("recover_sutskever.csv", &csv(&sweep))?;
    output.figure("recover_sutskever.png", &figure(&sweep))
}

/// Comparisons in exact rationals: the number made, and the number that were equal.
#[derive(Default)]
struct Exact {
    /// Positions and velocities of symplectic Euler against those of the optimiser, along a run.
    symplectic: Tally,
    /// One step of explicit Euler from each of the optimiser's states: its velocity against v₊.
    velocity: Tally,
    /// Its position against x + v₊, and against x + v.
    new_position: Tally,
    late_position: Tally,
}

#[derive(Default)]
struct Tally {
    equal: usize,
    all: usize,
}

impl Tally {
    fn compare<T: PartialEq>(&mut self, one: &T, other: &T) {
        self.equal += usize::from(one == other);
        self.all += 1;
    }
}

impl std::fmt::Display for Tally {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(out, "{} of {} equal", self.equal, self.all)
    }
}

impl Exact {
    fn sweep() -> Result<Self, Error> {
        let mut exact = Self::default();
        for (mass, drag) in BALLS {
            for dt in EXACT_STEPS {
                exact.add(fraction(mass), fraction(drag), fraction(dt))?;
            }
        }
        Ok(exact)
    }

    fn add(&mut self, mass: BigRational, drag: BigRational, dt: BigRational) -> Result<(), Error> {
        let one = BigRational::integer(1);
        let alpha = dt.clone() * dt.clone() / mass.clone();
        let beta = one - drag.clone() * dt.clone() / mass.clone();
        let ball = HeavyBall::of(mass, drag)?;
        let rule = Momentum::of(alpha, beta)?;
        let start = vector![fraction([-3, 2]), fraction([-3, 2])];
        // The optimiser's velocity v = Δt·p/m.
        let scaled =
            |phase: &Phase<BigRational, Const<2>>| ball.velocity(phase).map(|u| u * dt.clone());

        let symplectic = SymplecticEuler::of(dt.clone())?;
        let explicit = ExplicitEuler::of(dt.clone())?;
        let mut phases = symplectic.phases(&ball, &DoubleWell, Phase::at_rest(start.clone()))?;
        let mut iterates = rule.iterates(&DoubleWell, start);
        let (Some(mut phase), Some(mut old)) = (phases.next(), iterates.next()) else {
            return Ok(());
        };
        for (next_phase, new) in phases.zip(iterates).take(EXACT) {
            self.symplectic.compare(&next_phase.position, &new.position);
            self.symplectic.compare(&scaled(&next_phase), &new.velocity);
            let euler = explicit.phases(&ball, &DoubleWell, phase)?.after(1)?;
            self.velocity.compare(&scaled(&euler), &new.velocity);
            self.new_position.compare(&euler.position, &new.position);
            self.late_position
                .compare(&euler.position, &(old.position + old.velocity));
            (phase, old) = (next_phase, new);
        }
        Ok(())
    }
}

fn fraction([numerator, denominator]: [i16; 2]) -> BigRational {
    BigRational::integer(numerator) / BigRational::integer(denominator)
}

fn print_exact(exact: &Exact) {
    println!(
        "In exact fractions, {} balls, {} steps each, {EXACT} iterations:",
        BALLS.len(),
        EXACT_STEPS.len()
    );
    for (comparison, tally) in [
        (
            "symplectic Euler, x and v of every iteration",
            &exact.symplectic,
        ),
        (
            "explicit Euler, a step from the same state: v against v₊",
            &exact.velocity,
        ),
        (
            "  its x against x + v₊, as Sutskever has it",
            &exact.new_position,
        ),
        (
            "  its x against x + v, one velocity late",
            &exact.late_position,
        ),
    ] {
        println!("  {comparison:<58} {tally}");
    }
}

/// Runs of one ball, one row per step.
struct Series {
    mass: f64,
    drag: f64,
    rows: Vec<Row>,
}

struct Row {
    dt: f64,
    steps: usize,
    rule: Momentum,
    ulps: f64,
    gap: f64,
}

fn sweep() -> Result<Vec<Series>, Error> {
    let ratio = |[numerator, denominator]: [i16; 2]| f64::from(numerator) / f64::from(denominator);
    let series = BALLS.map(|(mass, drag)| {
        let (mass, drag) = (ratio(mass), ratio(drag));
        let ball = HeavyBall::new(mass, drag)?;
        let rows = (0..DOUBLINGS).map(|doubling| Row::new(&ball, COARSEST << doubling));
        let rows = rows.collect::<Result<_, Error>>()?;
        Ok(Series { mass, drag, rows })
    });
    series.into_iter().collect()
}

impl Row {
    fn new(ball: &HeavyBall, steps: usize) -> Result<Self, Error> {
        let dt = TIME / steps as f64;
        let rule = Momentum::from_heavy_ball(ball, dt, Discretization::ExplicitDrag)?;
        let mut row = Self {
            dt,
            steps,
            rule,
            ulps: 0.0,
            gap: 0.0,
        };
        let start = Vector2::from(START);
        let at_rest = Phase::at_rest(start);
        let symplectic = SymplecticEuler::new(dt)?.phases(ball, &DoubleWell, at_rest)?;
        let explicit = ExplicitEuler::new(dt)?.phases(ball, &DoubleWell, at_rest)?;
        let runs = rule
            .iterates(&DoubleWell, start)
            .zip(symplectic.zip(explicit));
        for (iterate, (symplectic, explicit)) in runs.take(steps + 1) {
            let x = iterate.position;
            row.ulps = row
                .ulps
                .max((symplectic.position - x).amax() / spacing(x.amax()));
            row.gap = row.gap.max((explicit.position - x).norm());
        }
        Ok(row)
    }
}

/// From x to the next larger floating-point number.
fn spacing(x: f64) -> f64 {
    x.next_up() - x
}

impl Series {
    fn label(&self) -> String {
        format!("m = {}, γ = {}", self.mass, self.drag)
    }

    /// The slope of log(gap) over log(Δt), by least squares over the finer half of the steps.
    fn slope(&self) -> f64 {
        let finer = self.rows.iter().skip(self.rows.len() / 2);
        let points: Vec<_> = finer.map(|row| (row.dt.ln(), row.gap.ln())).collect();
        let count = points.len() as f64;
        let (x, y) = points.iter().fold((0.0, 0.0), |sum, p| {
            (sum.0 + p.0 / count, sum.1 + p.1 / count)
        });
        let covariance: f64 = points.iter().map(|p| (p.0 - x) * (p.1 - y)).sum();
        let variance: f64 = points.iter().map(|p| (p.0 - x).powi(2)).sum();
        covariance / variance
    }
}

fn print_sweep(sweep: &[Series]) -> Result<(), Error> {
    let finest = TIME / f64::from(1_u32 << (DOUBLINGS - 1)) / COARSEST as f64;
    println!(
        "In f64 until time {TIME}, dt = {} down to {finest:.2e}:",
        TIME / COARSEST as f64
    );
    println!("  mass  drag  symplectic Euler, ulps  explicit Euler, gap at the ends     slope");
    for series in sweep {
        let ulps = series.rows.iter().map(|row| row.ulps).fold(0.0, f64::max);
        let gap = |row: Option<&Row>| row.map_or(f64::NAN, |row| row.gap);
        println!(
            "  {:>4} {:>5} {:>23.0} {:>17.3e} to {:.3e} {:>9.3}",
            series.mass,
            series.drag,
            ulps,
            gap(series.rows.first()),
            gap(series.rows.last()),
            series.slope()
        );
    }
    let ball = HeavyBall::new(2.0, 1.0)?;
    let dyadic = Row::new(&ball, 96)?;
    println!(
        "  With m, drag and dt powers of two nothing is rounded differently: at m = 2, drag = 1, dt = {}",
        dyadic.dt
    );
    println!("    the two differ by {} ulps.", dyadic.ulps);
    Ok(())
}

fn csv(sweep: &[Series]) -> String {
    let mut csv = String::from("mass,drag,dt,alpha,beta,steps,ulps,gap\n");
    for Series { mass, drag, rows } in sweep {
        for Row {
            dt,
            steps,
            rule,
            ulps,
            gap,
        } in rows
        {
            let Momentum { alpha, beta, .. } = rule;
            // Writing to a String cannot fail.
            let _ = writeln!(
                csv,
                "{mass},{drag},{dt:.16e},{alpha:.16e},{beta:.16e},{steps},{ulps:.16e},{gap:.16e}"
            );
        }
    }
    csv
}

fn figure(sweep: &[Series]) -> Figure {
    let lines = |value: fn(&Row) -> f64| {
        let markers = [
            Marker::Dot,
            Marker::Square,
            Marker::Diamond,
            Marker::Triangle,
        ];
        let series = sweep.iter().zip(markers).enumerate();
        series.map(move |(index, (series, marker))| {
            let points = series.rows.iter().map(|row| (row.dt, value(row)));
            Line::new(series.label(), points)
                .color(Color::series(index))
                .marker(marker)
        })
    };
    let step = || Axis::new("Δt (time units)").logarithmic();
    Figure::new("Symplectic Euler is Sutskever’s update; explicit Euler is one velocity late")
        .caption(format!(
            "Distance from momentum with α = Δt²/m, β = 1 − γΔt/m, the largest until time {TIME}, on f(x) = x₁⁴ − 2x₁² + x₂² from (−1.5, −1.5) at rest. An ulp is the spacing of f64 at the largest coordinate. In exact fractions the left panel is 0."
        ))
        .size(1400, 680)
        .panel(
            Panel::new()
                .title("Symplectic Euler: rounding only")
                .x_axis(step())
                .y_axis(Axis::new("largest difference (ulps)"))
                .layers(lines(|row| row.ulps)),
        )
        .panel(
            Panel::new()
                .title("Explicit Euler: a gap like Δt")
                .x_axis(step())
                .y_axis(Axis::new("largest distance").logarithmic())
                .layers(lines(|row| row.gap))
                .layer(SlopeTriangle::new(1.0, (6e-3, 1.2e-3)).width(0.6).label("order 1")),
        )
}
