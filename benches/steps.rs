//! Each step map against the loop that one would write by hand, and Rk45 against ode_solvers itself.
//!
//! Both sides of a pair run in turn, a millisecond each, some hundred times, and the median of the
//! ratios is reported: what disturbs the machine then disturbs both sides alike.

#![allow(missing_docs, reason = "a program")]
#![allow(clippy::print_stdout, reason = "its table is its result")]

use heavyball::prelude::*;
use nalgebra::{Vector4, vector};
use ode_solvers::continuous_output_model::ContinuousOutputModel;
use std::hint::black_box;
use std::time::Instant;

type Outcome = Result<(), Box<dyn std::error::Error>>;

/// Steps in one timing.
const STEPS: usize = 200_000;

/// Timings of each side.
const ROUNDS: usize = 201;

struct Pair {
    name: &'static str,
    /// Nanoseconds a step, the least seen: of the library, and by hand.
    least: (f64, f64),
    /// Median over the rounds of library time over time by hand.
    ratio: f64,
}

fn seconds<R>(run: impl FnOnce() -> R) -> f64 {
    let start = Instant::now();
    black_box(run());
    start.elapsed().as_secs_f64()
}

fn pair<A, B>(
    name: &'static str,
    steps: usize,
    mut library: impl FnMut() -> A,
    mut by_hand: impl FnMut() -> B,
) -> Option<Pair> {
    // As in `cargo bench -- Leapfrog`: names that hold the first plain argument.
    let wanted = std::env::args()
        .skip(1)
        .find(|argument| !argument.starts_with('-'));
    if wanted.is_some_and(|wanted| !name.contains(&wanted)) {
        return None;
    }
    let mut ratios = Vec::with_capacity(ROUNDS);
    let mut least = (f64::INFINITY, f64::INFINITY);
    for round in 0..ROUNDS {
        // The first of a pair may be served worse; each side is first in turn.
        let (ours, theirs) = if round % 2 == 0 {
            let ours = seconds(&mut library);
            (ours, seconds(&mut by_hand))
        } else {
            let theirs = seconds(&mut by_hand);
            (seconds(&mut library), theirs)
        };
        ratios.push(ours / theirs);
        least = (least.0.min(ours), least.1.min(theirs));
    }
    ratios.sort_by(f64::total_cmp);
    let scale = 1e9 / steps as f64;
    Some(Pair {
        name,
        least: (least.0 * scale, least.1 * scale),
        ratio: ratios[ROUNDS / 2],
    })
}

/// Momentum by hand on the quartic.
fn momentum_quartic(alpha: f64, beta: f64) -> (f64, f64) {
    let (mut x, mut v) = (black_box(-0.5_f64), 0.0);
    for _ in 0..STEPS {
        let g = x * x * (4.0 * x - 9.0);
        v = beta * v - alpha * g;
        x += v;
    }
    (x, v)
}

/// Momentum by hand on the double well.
fn momentum_double_well(alpha: f64, beta: f64) -> [f64; 4] {
    let [mut x, mut y, mut v, mut w] = black_box([-1.5_f64, -1.4, 0.0, 0.0]);
    for _ in 0..STEPS {
        let (g, h) = (4.0 * x * (x * x - 1.0), 2.0 * y);
        v = beta * v - alpha * g;
        w = beta * w - alpha * h;
        x += v;
        y += w;
    }
    [x, y, v, w]
}

/// Kick, then drift, by hand; the coefficients are those of symplectic and of conformal Euler.
fn kick_drift_quartic(damping: f64, kick: f64, drift: f64) -> (f64, f64) {
    let (mut x, mut p) = (black_box(-0.5_f64), 0.0);
    for _ in 0..STEPS {
        let g = x * x * (4.0 * x - 9.0);
        p = damping * p - kick * g;
        x += drift * p;
    }
    (x, p)
}

fn kick_drift_double_well(damping: f64, kick: f64, drift: f64) -> [f64; 4] {
    let [mut x, mut y, mut p, mut r] = black_box([-1.5_f64, -1.4, 0.0, 0.0]);
    for _ in 0..STEPS {
        let (g, h) = (4.0 * x * (x * x - 1.0), 2.0 * y);
        p = damping * p - kick * g;
        r = damping * r - kick * h;
        x += drift * p;
        y += drift * r;
    }
    [x, y, p, r]
}

fn leapfrog_quartic(damping: f64, kick: f64, drift: f64) -> (f64, f64) {
    let (mut x, mut p) = (black_box(-0.5_f64), 0.0);
    for _ in 0..STEPS {
        x += drift * p;
        let g = x * x * (4.0 * x - 9.0);
        p = damping * p - kick * g;
        x += drift * p;
    }
    (x, p)
}

fn leapfrog_double_well(damping: f64, kick: f64, drift: f64) -> [f64; 4] {
    let [mut x, mut y, mut p, mut r] = black_box([-1.5_f64, -1.4, 0.0, 0.0]);
    for _ in 0..STEPS {
        x += drift * p;
        y += drift * r;
        let (g, h) = (4.0 * x * (x * x - 1.0), 2.0 * y);
        p = damping * p - kick * g;
        r = damping * r - kick * h;
        x += drift * p;
        y += drift * r;
    }
    [x, y, p, r]
}

/// The heavy ball on the double well as one writes it for ode_solvers.
struct Direct {
    per_mass: f64,
    damping: f64,
}

impl ode_solvers::System<f64, Vector4<f64>> for Direct {
    fn system(&self, _time: f64, y: &Vector4<f64>, dy: &mut Vector4<f64>) {
        dy[0] = self.per_mass * y[2];
        dy[1] = self.per_mass * y[3];
        dy[2] = self.damping * y[2] - 4.0 * y[0] * (y[0] * y[0] - 1.0);
        dy[3] = self.damping * y[3] - 2.0 * y[1];
    }
}

fn direct() -> Result<Vector4<f64>, Box<dyn std::error::Error>> {
    let [per_mass, damping] = black_box([1.0, -0.2]);
    let start = Vector4::new(-1.5, -1.4, 0.0, 0.0);
    let system = Direct { per_mass, damping };
    let mut solver = ode_solvers::Dopri5::new(system, 0.0, 100.0, 0.1, start, 1e-9, 1e-9);
    let mut model = ContinuousOutputModel::new();
    solver.integrate_with_continuous_output_model(&mut model)?;
    solver
        .y_out()
        .last()
        .copied()
        .ok_or_else(|| "no output".into())
}

fn main() -> Outcome {
    // Hardly any drag: a run that settles would end up timing subnormal numbers.
    let ball = black_box(HeavyBall::new(1.0, 1e-5)?);
    let dt = black_box(0.05);
    let [alpha, beta] = black_box([dt * dt, 1.0 - 1e-5 * dt]);
    let [damping, kick, drift, half_drift] = black_box([beta, dt, dt, dt / 2.0]);
    let momentum = Momentum::new(alpha, beta)?;
    let symplectic = SymplecticEuler::new(dt)?;
    let leapfrog = Leapfrog::new(dt)?;
    let one = || Phase::at_rest(black_box(vector![-0.5]));
    let two = || Phase::at_rest(black_box(vector![-1.5, -1.4]));
    let problem = Problem::new(HeavyBall::new(1.0, 0.2)?, DoubleWell, vector![-1.5, -1.4]);
    let problem = problem.until(100.0);
    let rk45 = Rk45::new(1e-9, 1e-9);
    let gradients = problem.solve(&rk45)?.gradients();

    let pairs = [
        pair(
            "Momentum, quartic, 1-D",
            STEPS,
            || momentum.iterates(&Quartic, one().position).nth(STEPS),
            || momentum_quartic(alpha, beta),
        ),
        pair(
            "Momentum, double well, 2-D",
            STEPS,
            || momentum.iterates(&DoubleWell, two().position).nth(STEPS),
            || momentum_double_well(alpha, beta),
        ),
        pair(
            "SymplecticEuler, quartic, 1-D",
            STEPS,
            || {
                symplectic
                    .phases(&ball, &Quartic, one())
                    .map(|mut run| run.nth(STEPS))
            },
            || kick_drift_quartic(damping, kick, drift),
        ),
        pair(
            "SymplecticEuler, double well, 2-D",
            STEPS,
            || {
                symplectic
                    .phases(&ball, &DoubleWell, two())
                    .map(|mut run| run.nth(STEPS))
            },
            || kick_drift_double_well(damping, kick, drift),
        ),
        pair(
            "Leapfrog, quartic, 1-D",
            STEPS,
            || {
                leapfrog
                    .phases(&ball, &Quartic, one())
                    .map(|mut run| run.nth(STEPS))
            },
            || leapfrog_quartic(damping, kick, half_drift),
        ),
        pair(
            "Leapfrog, double well, 2-D",
            STEPS,
            || {
                leapfrog
                    .phases(&ball, &DoubleWell, two())
                    .map(|mut run| run.nth(STEPS))
            },
            || leapfrog_double_well(damping, kick, half_drift),
        ),
        pair(
            "Rk45, double well, a gradient",
            gradients,
            || problem.solve(&rk45).map(|run| run.last().position),
            direct,
        ),
        pair(
            "Rk45, its phases listed",
            gradients,
            || problem.solve(&rk45).map(|run| run.states().len()),
            direct,
        ),
    ];
    println!(
        "{:36} {:>10} {:>10} {:>7}",
        "", "library", "by hand", "ratio"
    );
    for pair in pairs.into_iter().flatten() {
        let Pair { name, least, ratio } = pair;
        println!(
            "{name:36} {:7.2} ns {:7.2} ns {ratio:7.3}",
            least.0, least.1
        );
    }
    println!("Median ratio of {ROUNDS} alternating runs; times are the least seen, a step.");
    Ok(())
}
