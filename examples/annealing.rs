//! How slowly must a ball be cooled to end in the good well?
//!
//! `cargo run --release --example annealing -- --out DIR` starts balls in the shallow well of a tilted double well, in a bath that is
//! cooled by several schedules and over several times, counts those that end there, and compares with two wells that exchange
//! balls at Kramers' rates, derivation (105). It writes
//!
//! - `annealing.png`: the share in the bad well during a run, and at its end over the time of cooling;
//! - `annealing.csv`: the shares at the end, with the columns `schedule,duration,members,bad,share,lower,upper,predicted`; the
//!   interval is Wilson's, 95 %.
#![allow(clippy::print_stdout, reason = "an example prints its findings")]

mod support;

use heavyball::TiltedDoubleWell;
use heavyball::ensemble::{Ensemble, Proportion};
use heavyball::langevin::{Annealed, Baoab, Langevin};
use heavyball::noise::Noise;
use heavyball::plot::{Axis, Color, Dash, Dots, Figure, Legend, Line, Panel};
use heavyball::prelude::*;
use heavyball::study::kramers::ThermalBarrier;
use nalgebra::vector;
use std::fmt::Write as _;
use support::{Failure, Output};

/// f = x⁴/4 − x²/2 + 0.1x: the well on the right is the higher one.
const TILT: f64 = 0.1;
const DRAG: f64 = 1.0;
const DT: f64 = 0.2;
/// The temperature at the start, and that at the end of the exponential schedule.
const HOT: f64 = 0.06;
const COLD: f64 = 0.012;
const DURATIONS: [f64; 5] = [100.0, 300.0, 1000.0, 3000.0, 10_000.0];
/// The one of which the left panel shows the course.
const SHOWN: f64 = 3000.0;
/// A program without optimisation takes a tenth of the members.
const MEMBERS: usize = if cfg!(debug_assertions) { 96 } else { 960 };

/// A temperature over the elapsed share of the time, from 0 to 1.
struct Cooling {
    name: &'static str,
    color: Color,
    temperature: fn(f64) -> f64,
}

const SCHEDULES: [Cooling; 3] = [
    Cooling {
        name: "linear",
        color: Color::BLUE,
        temperature: |s| HOT * (1.0 - s),
    },
    Cooling {
        name: "exponential",
        color: Color::GREEN,
        temperature: |s| HOT * (COLD / HOT).powf(s),
    },
    Cooling {
        name: "constant",
        color: Color::VERMILLION,
        temperature: |_| 0.5 * HOT,
    },
];

type Barrier<'p> = ThermalBarrier<'p, TiltedDoubleWell, 1>;

/// The barrier seen from the bad well and from the good one.
struct Wells<'p> {
    well: &'p TiltedDoubleWell,
    bad: Barrier<'p>,
    good: Barrier<'p>,
}

impl<'p> Wells<'p> {
    fn of(well: &'p TiltedDoubleWell) -> Result<Self, Error> {
        let barrier = |minimum| ThermalBarrier::new(well, vector![minimum], vector![0.1]);
        Ok(Self {
            well,
            bad: barrier(0.95)?,
            good: barrier(-1.05)?,
        })
    }

    /// Kramers' rates out of the bad and out of the good well.
    fn rates(&self, temperature: f64) -> Result<(f64, f64), Error> {
        let bath = Langevin::new(HeavyBall::new(1.0, DRAG)?, temperature)?;
        Ok((self.bad.rate(&bath)?, self.good.rate(&bath)?))
    }

    /// The share in the bad well over the elapsed share of a duration, by the exchange of balls at Kramers' rates.
    fn predicted(&self, cooling: &Cooling, duration: f64) -> Result<Vec<(f64, f64)>, Error> {
        const PARTS: u32 = 2000;
        let mut share = 1.0;
        let mut course = vec![(0.0, share)];
        for part in 0..PARTS {
            let middle = (f64::from(part) + 0.5) / f64::from(PARTS);
            let (out, back) = self.rates((cooling.temperature)(middle))?;
            // The rates of a part are constant, and the exchange is exact.
            let balance = if back > 0.0 { back / (out + back) } else { 0.0 };
            let time = duration / f64::from(PARTS);
            share = balance + (share - balance) * (-(out + back) * time).exp();
            course.push((f64::from(part + 1) / f64::from(PARTS), share));
        }
        Ok(course)
    }

    /// How many balls are in the bad well after each of `stages` equal parts of a run.
    fn found(
        &self,
        cooling: &Cooling,
        duration: f64,
        stages: usize,
        seed: u64,
    ) -> Result<Vec<usize>, Error> {
        let each = (duration / DT / stages as f64).round() as usize;
        let bath = Langevin::new(HeavyBall::new(1.0, DRAG)?, HOT)?;
        // A table, which costs less in the loop over members than a power.
        let share = |k: usize| (k as f64 + 0.5) / (each * stages) as f64;
        let factors: Vec<f64> = (0..each * stages)
            .map(|k| (cooling.temperature)(share(k)) / HOT)
            .collect();
        let factor = |k: usize| factors.get(k).copied().unwrap_or_default();
        let method = Annealed::new(Baoab::new(DT)?, factor);
        let mut phases = vec![Phase::at_rest(self.bad.minimum()); MEMBERS];
        let mut counts = Vec::new();
        for stage in 0..stages {
            let ensemble = Ensemble::in_bath(&method, &bath, self.well, phases, Noise::new(seed))?;
            let run = ensemble.from_step(stage * each).after(each)?;
            phases = run.states().iter().map(|state| state.phase).collect();
            let saddle = self.bad.saddle().x;
            counts.push(
                phases
                    .iter()
                    .filter(|phase| phase.position.x > saddle)
                    .count(),
            );
        }
        Ok(counts)
    }
}

/// How many balls are found in the bad well after each stage, and the share that is predicted over time.
type Course = (Vec<usize>, Vec<(f64, f64)>);

/// What a schedule left in the bad well.
struct Row {
    schedule: usize,
    duration: f64,
    bad: usize,
    share: f64,
    interval: (f64, f64),
    predicted: f64,
}

fn main() -> Result<(), Failure> {
    let question = "How slowly must a ball be cooled to end in the good well?";
    let Some(output) = Output::from_arguments("annealing", question)? else {
        return Ok(());
    };
    let well = TiltedDoubleWell::new(TILT)?;
    let wells = Wells::of(&well)?;
    let (mut rows, mut courses) = (Vec::new(), Vec::new());
    for (schedule, cooling) in SCHEDULES.iter().enumerate() {
        for (i, duration) in DURATIONS.into_iter().enumerate() {
            let stages = if duration == SHOWN { 20 } else { 1 };
            let counts = wells.found(cooling, duration, stages, (10 * schedule + i) as u64)?;
            let course = wells.predicted(cooling, duration)?;
            let bad = counts.last().copied().unwrap_or_default();
            let found = Proportion::new(bad, MEMBERS)?;
            rows.push(Row {
                schedule,
                duration,
                bad,
                share: found.share(),
                interval: found.interval(1.959964)?,
                predicted: course.last().map_or(f64::NAN, |(_, share)| *share),
            });
            if duration == SHOWN {
                courses.push((counts, course));
            }
        }
    }
    findings(&wells, &rows);
    output.csv("annealing.csv", &table(&rows))?;
    output.figure("annealing.png", &figure(&wells, &rows, &courses))
}

fn table(rows: &[Row]) -> String {
    let mut table = String::from("schedule,duration,members,bad,share,lower,upper,predicted\n");
    for row in rows {
        // Writing to a String cannot fail.
        let _ = writeln!(
            table,
            "{},{},{MEMBERS},{},{:.6},{:.6},{:.6},{:.6e}",
            SCHEDULES[row.schedule].name,
            row.duration,
            row.bad,
            row.share,
            row.interval.0,
            row.interval.1,
            row.predicted
        );
    }
    table
}

fn findings(wells: &Wells<'_>, rows: &[Row]) {
    println!(
        "{MEMBERS} balls from the bad well of x⁴/4 − x²/2 + {TILT}x, with barriers of {:.4} out and {:.4} back; T from {HOT} down, or {} throughout:",
        wells.bad.height(),
        wells.good.height(),
        0.5 * HOT
    );
    for row in rows {
        println!(
            "  {:>11} in {:>5}: {:.4} stay in the bad well, 95 % interval {:.4} to {:.4}; two wells with Kramers' rates: {:.4}",
            SCHEDULES[row.schedule].name,
            row.duration,
            row.share,
            row.interval.0,
            row.interval.1,
            row.predicted
        );
    }
    let slope = -1.0 + wells.good.height() / wells.bad.height();
    println!(
        "  slow linear cooling leaves a share like duration^(−{slope:.2}) times a power of its logarithm, by (105); a constant temperature no less than Gibbs has there"
    );
}

/// Upright lines from low to high, broken between them.
fn bars(points: impl Iterator<Item = (f64, f64, f64)>, color: Color) -> Line {
    let ends = points.flat_map(|(x, low, high)| [(x, low), (x, high), (f64::NAN, f64::NAN)]);
    Line::new("", ends).color(color).width(2.0)
}

fn figure(wells: &Wells<'_>, rows: &[Row], courses: &[Course]) -> Figure {
    let mut left = Panel::new()
        .title(format!("During a run of {SHOWN}"))
        .x_axis(Axis::new("elapsed share of the time").range(0.0, 1.0))
        .y_axis(Axis::new("share in the bad well").range(0.0, 1.0));
    for (cooling, (counts, course)) in SCHEDULES.iter().zip(courses) {
        let at = |i: usize| (i + 1) as f64 / counts.len() as f64;
        let dots = counts.iter().enumerate();
        let dots = dots.map(|(i, count)| (at(i), *count as f64 / MEMBERS as f64));
        left = left
            .layer(Line::new("", course).color(cooling.color))
            .layer(
                Dots::new(cooling.name, dots.collect::<Vec<_>>())
                    .color(cooling.color)
                    .size(7.0),
            );
    }
    let floor = 2e-5;
    let mut right = Panel::new()
        .title("At the end")
        .x_axis(Axis::new("time of cooling").range(70.0, 2e5).logarithmic())
        .y_axis(
            Axis::new("share in the bad well")
                .range(floor, 1.0)
                .logarithmic(),
        )
        .legend(Legend::LowerLeft);
    for (schedule, cooling) in SCHEDULES.iter().enumerate() {
        let own: Vec<&Row> = rows.iter().filter(|row| row.schedule == schedule).collect();
        let times = (0..=60).map(|i| 70.0 * (2e5_f64 / 70.0).powf(f64::from(i) / 60.0));
        let line = times.filter_map(|time| {
            let course = wells.predicted(cooling, time).ok()?;
            Some((time, course.last()?.1))
        });
        right = right
            .layer(Line::new("", line.collect::<Vec<_>>()).color(cooling.color))
            .layer(bars(
                own.iter()
                    .map(|row| (row.duration, row.interval.0.max(floor), row.interval.1)),
                cooling.color,
            ))
            .layer(
                Dots::new(
                    cooling.name,
                    own.iter()
                        .map(|row| (row.duration, row.share.max(floor)))
                        .collect::<Vec<_>>(),
                )
                .color(cooling.color)
                .size(7.0),
            );
    }
    let slope = 1.0 - wells.good.height() / wells.bad.height();
    let guide = [3e3_f64, 2e5].map(|time| (time, 6e-3 * (time / 3e3).powf(slope)));
    right = right.layer(
        Line::new("slope of (105), without its logarithm", guide)
            .color(Color::GREY)
            .dash(Dash::Dashed),
    );
    Figure::new("Cooled out of the bad well")
        .caption(format!(
            "f(x) = x⁴/4 − x²/2 + {TILT}x, from the right minimum; mass 1, drag {DRAG}, BAOAB with Δt = {DT}, {MEMBERS} balls. T falls from {HOT} to 0 (linear) or to {COLD} (exponential), or is {}. Dots: ensembles, with 95 % by Wilson; lines: two wells that exchange balls at Kramers' rates.",
            0.5 * HOT
        ))
        .size(1480, 700)
        .panel(left)
        .panel(right)
}
