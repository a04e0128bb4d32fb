//! How many iterations does momentum take, for every α and β?
//!
//! `cargo run --release --example parameter_sweep -- --out DIR` runs 160 000 pairs (α, β) on the quadratic of
//! curvatures 1 and 25, all at once, and writes
//!
//! - `parameter_sweep.png`: iterations until |x₁| and |x₂| stay below 10⁻⁶, with the stability limit and Polyak's
//!   optimum;
//! - `parameter_sweep.csv`: every cell, with the columns `alpha,beta,iterations,distance`, where `iterations` is empty
//!   if the run did not arrive, and `distance` is the larger of |x₁| and |x₂| at the end, `inf` or `NaN` if it
//!   overflowed.
//!
//! `--checkpoint FILE` saves the finished part in FILE, from which an interrupted run resumes.
//!
//! `--shard I/N --checkpoint FILE` computes shard I of N, counted from 0, into FILE and draws nothing. When all shards are
//! there, `--merge FILE...` joins them, and the figure is drawn; the joined file is `parameter_sweep.checkpoint` beside it,
//! or the one that `--checkpoint` names.
#![allow(clippy::print_stdout, reason = "an example prints its findings")]

mod arrival;
mod figure;
mod part;
#[path = "../support/mod.rs"]
mod support;

use arrival::Arrival;
use heavyball::ensemble::{Ensemble, Grid, Progress};
use heavyball::prelude::*;
use heavyball::sweep::{Sweep, merge};
use indicatif::{ProgressBar, ProgressStyle};
use nalgebra::vector;
use part::Part;
use std::fmt::Write as _;
use std::ops::ControlFlow;
use support::Failure;

const MU: f64 = 1.0;
const L: f64 = 25.0;
/// The edges of the map.
const ALPHA: (f64, f64) = (0.0, 0.17);
const BETA: (f64, f64) = (0.0, 1.0);
/// Number of cells along each edge.
const SIDE: usize = 400;
const STEPS: usize = 2000;
const TOLERANCE: f64 = 1e-6;
/// A run that ends farther than this from the minimum has diverged.
const FAR: f64 = 10.0;

/// A cell of the map.
struct Cell {
    rule: Momentum,
    /// Number of iterations until the run arrived, if it did.
    iterations: Option<f64>,
    /// Distance from the minimum at the end, in the larger coordinate.
    distance: f64,
}

fn main() -> Result<(), Failure> {
    let Some((output, part)) = Part::from_arguments()? else {
        return Ok(());
    };
    // The centres of the cells, half a cell from the edges.
    let middle = |(low, high): (f64, f64)| 0.5 * (high - low) / SIDE as f64;
    let (a, b) = (middle(ALPHA), middle(BETA));
    let low = [ALPHA.0 + a, BETA.0 + b];
    let grid = Grid::new(low, [ALPHA.1 - a, BETA.1 - b], [SIDE, SIDE])?;
    let rules = grid.points().map(|at| Momentum::new(at.x, at.y));
    let rules: Vec<Momentum> = rules.collect::<Result<_, Error>>()?;

    let bowl = Quadratic::diagonal(vector![MU, L])?;
    let starts = vec![vector![1.0, 1.0]; rules.len()];
    let ensemble = Ensemble::from_rules(rules.clone(), &bowl, starts)?;
    let arrival = Arrival(TOLERANCE);
    let bar = bar();
    let sweep = Sweep::new(&ensemble, STEPS, arrival, |end, arrived| {
        [*arrived, end.position.amax()]
    })
    .with_label(format!("arrival within {TOLERANCE:e}"))
    .with_watch(|progress| show(&bar, progress));
    let rows = match part {
        Part::Whole(None) => sweep.run()?,
        Part::Whole(Some(file)) => sweep.resume(file)?,
        Part::Shard(index, count, file) => {
            let shard = sweep.shard(index, count)?;
            shard.resume(&file)?;
            bar.finish_and_clear();
            let members = shard.members();
            println!(
                "Shard {index} of {count}: members {} to {} are in {}.",
                members.start,
                members.end,
                file.display()
            );
            return Ok(());
        }
        Part::Merged(files, whole) => {
            merge(files, &whole)?;
            sweep.resume(whole)?
        }
    };
    bar.finish_and_clear();

    let cells = rules.into_iter().zip(rows);
    let cells: Vec<Cell> = cells
        .map(|(rule, [arrived, distance])| Cell {
            rule,
            iterations: (arrived <= STEPS as f64).then_some(arrived),
            distance,
        })
        .collect();
    print_findings(&cells)?;
    output.figure("parameter_sweep.png", &figure::map(&cells)?)?;
    output.csv("parameter_sweep.csv", &csv(&cells)?)
}

impl Cell {
    /// Whether the run ended far from the minimum, or overflowed. Near β = 1 momentum reaches five times its initial
    /// distance and comes back.
    fn diverged(&self) -> bool {
        // NaN is outside every range.
        !matches!(self.distance, 0.0..=FAR)
    }

    /// Whether it diverges in theory, (49): αL ≥ 2(1 + β).
    fn is_unstable(&self) -> bool {
        self.rule.alpha * L >= 2.0 * (1.0 + self.rule.beta)
    }
}

/// A progress bar on the standard error, hidden if that is not a terminal.
fn bar() -> ProgressBar {
    let bar = ProgressBar::new(0);
    match ProgressStyle::with_template("{wide_bar} {pos} of {len} blocks, {eta} left") {
        Ok(style) => bar.with_style(style),
        Err(_) => bar,
    }
}

fn show(bar: &ProgressBar, progress: Progress) -> ControlFlow<()> {
    bar.set_length(progress.total as u64);
    bar.set_position(progress.done as u64);
    ControlFlow::Continue(())
}

fn print_findings(cells: &[Cell]) -> Result<(), Error> {
    let diverged = cells.iter().filter(|cell| cell.diverged()).count();
    let slow = cells
        .iter()
        .filter(|cell| cell.iterations.is_none() && !cell.diverged());
    println!(
        "{} pairs (α, β), {STEPS} iterations each: {} arrived, {diverged} diverged, {} have done neither.",
        cells.len(),
        cells
            .iter()
            .filter(|cell| cell.iterations.is_some())
            .count(),
        slow.count()
    );
    let other = cells
        .iter()
        .filter(|cell| cell.diverged() != cell.is_unstable());
    println!(
        "  {} of them are on the wrong side of αL = 2(1 + β).",
        other.count()
    );
    let best = cells
        .iter()
        .filter_map(|cell| Some((cell, cell.iterations?)));
    if let Some((cell, iterations)) = best.min_by(|one, other| one.1.total_cmp(&other.1)) {
        println!(
            "  fastest: {iterations} iterations, at α = {:.4}, β = {:.4}",
            cell.rule.alpha, cell.rule.beta
        );
    }
    let polyak = Momentum::optimal(MU, L)?;
    let rate = polyak.stability_on(MU, L)?.rate;
    let nearest = cells.iter().min_by(|one, other| {
        let far =
            |cell: &Cell| (cell.rule.alpha - polyak.alpha).hypot(cell.rule.beta - polyak.beta);
        far(one).total_cmp(&far(other))
    });
    println!(
        "  Polyak’s optimum: α = {:.4}, β = {:.4}, ρ = {rate:.4}: {} iterations in the nearest cell, ln 10⁻⁶/ln ρ = {:.0} without the double root",
        polyak.alpha,
        polyak.beta,
        nearest.and_then(|cell| cell.iterations).unwrap_or(f64::NAN),
        TOLERANCE.ln() / rate.ln()
    );
    Ok(())
}

fn csv(cells: &[Cell]) -> Result<String, std::fmt::Error> {
    let mut csv = String::from("alpha,beta,iterations,distance\n");
    for cell in cells {
        let (alpha, beta) = (cell.rule.alpha, cell.rule.beta);
        let iterations = cell.iterations.map_or(String::new(), |k| k.to_string());
        writeln!(csv, "{alpha},{beta},{iterations},{:.3e}", cell.distance)?;
    }
    Ok(csv)
}
