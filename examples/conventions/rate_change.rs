//! Three changes of the rate: a drop in two groups of frameworks, a cosine, and a tenfold rate for the same ball.

use heavyball::Cosine;
use heavyball::frameworks::{Convention, RateChange, Sgd};
use heavyball::{VaryingBall, prelude::*};
use nalgebra::{Const, Vector2, vector};
use std::f64::consts::PI;
use std::fmt::Write as _;

/// The drop: a tenth of the rate from step 12 on.
pub(crate) const DROP: (f64, f64, usize) = (0.02, 0.002, 12);
/// The cosine: from one rate to the other, over a time.
pub(crate) const COSINE: (f64, f64, f64) = (0.01, 0.001, 12.0);
/// The rise: the rate before and after, and the step.
pub(crate) const RISE: (f64, f64, usize) = (0.001, 0.01, 40);
pub(crate) const BETA: f64 = 0.97;
const STEPS: usize = 60;
/// The time step of the cosine's particle.
const CLOCK: f64 = 0.1;
pub(crate) const START: [f64; 2] = [0.6, 1.0];

const TORCH: Convention = Convention::PyTorch {
    dampening: 0.0,
    nesterov: false,
};
const KERAS: Convention = Convention::Keras { nesterov: false };

/// A run: its name, and (k, time, position).
pub(crate) struct Path {
    pub(crate) name: &'static str,
    pub(crate) points: Vec<(usize, f64, Vector2<f64>)>,
}

impl Path {
    fn apart(&self, other: &Self) -> f64 {
        let pairs = self.points.iter().zip(&other.points);
        pairs.map(|(a, b)| (a.2 - b.2).norm()).fold(0.0, f64::max)
    }
}

/// The paths of each change.
pub(crate) struct Changes {
    /// Keras, PyTorch, and each with the behaviour of the other.
    pub(crate) drop: [Path; 4],
    /// Keras, PyTorch, and the ball of each.
    pub(crate) cosine: [Path; 4],
    /// The ball; the same physics; the rate alone in Keras and in PyTorch.
    pub(crate) rise: [Path; 4],
}

impl Changes {
    pub(crate) fn made() -> Result<Self, Error> {
        Ok(Self {
            drop: [
                drop("Keras", KERAS, RateChange::KeepBuffer)?,
                drop("PyTorch", TORCH, RateChange::KeepBuffer)?,
                drop("PyTorch, velocity kept", TORCH, RateChange::KeepVelocity)?,
                drop(
                    "Keras, velocity rescaled",
                    KERAS,
                    RateChange::RescaleVelocity,
                )?,
            ],
            cosine: cosine()?,
            rise: rise()?,
        })
    }

    pub(crate) fn print(&self) {
        let [keras, torch, kept, rescaled] = &self.drop;
        let (before, after, at) = DROP;
        println!("The rate drops from {before} to {after} at step {at}:");
        println!(
            "  Keras and PyTorch differ by          {:.3}",
            keras.apart(torch)
        );
        println!(
            "  PyTorch with the velocity kept       {:.1e} from Keras",
            kept.apart(keras)
        );
        println!(
            "  Keras with v rescaled by the rates   {:.1e} from PyTorch",
            rescaled.apart(torch)
        );
        let [keras, torch, velocity, momentum] = &self.cosine;
        let (before, after, until) = COSINE;
        println!(
            "The rate falls from {before} to {after} along a cosine of {} steps, a ball whose mass grows from {:.0} to {:.0}:",
            (until / CLOCK).round(),
            CLOCK * CLOCK / before,
            CLOCK * CLOCK / after
        );
        println!(
            "  Keras keeps its velocity:            {:.3} from that ball, {:.3} from the other",
            keras.apart(velocity),
            keras.apart(momentum)
        );
        println!(
            "  PyTorch keeps its momentum:          {:.3} from that ball, {:.3} from the other",
            torch.apart(momentum),
            torch.apart(velocity)
        );
        let (before, after, at) = RISE;
        let s = (after / before).sqrt();
        let beta = 1.0 - s * (1.0 - BETA);
        println!(
            "The rate rises from {before} to {after} at step {at}; the same ball of mass 1 has then 1 − β larger by √10, β = {beta:.4}, and v larger by √10:"
        );
        let [_, same, keras, torch] = &self.rise;
        for path in [same, keras, torch] {
            println!(
                "  {:<36} {:.3} from the ball at most",
                path.name,
                self.strays(path)
            );
        }
    }

    /// The largest distance from the ball, at the ball's own times.
    fn strays(&self, path: &Path) -> f64 {
        let ball = &self.rise[0].points;
        let distance = |(_, time, x): &(usize, f64, Vector2<f64>)| {
            let nearest = ball
                .iter()
                .min_by(|a, b| (a.1 - time).abs().total_cmp(&(b.1 - time).abs()));
            nearest.map_or(f64::NAN, |at| (at.2 - x).norm())
        };
        path.points.iter().map(distance).fold(0.0, f64::max)
    }

    pub(crate) fn csv(&self) -> String {
        let mut rows = String::from("change,run,k,time,x_1,x_2\n");
        let changes = [
            ("drop", &self.drop),
            ("cosine", &self.cosine),
            ("rise", &self.rise),
        ];
        for (change, paths) in changes {
            for path in paths {
                for (k, time, x) in &path.points {
                    let run = path.name.replace(',', ";");
                    // Writing to a String cannot fail.
                    let _ = writeln!(
                        rows,
                        "{change},{run},{k},{time:.16e},{:.16e},{:.16e}",
                        x.x, x.y
                    );
                }
            }
        }
        rows
    }
}

fn drop(name: &'static str, convention: Convention, kept: RateChange) -> Result<Path, Error> {
    let (before, after, at) = DROP;
    let mut run = Sgd::new(convention, before, BETA)?.run(&DoubleWell, START.into());
    let mut points = Vec::new();
    while let Some(state) = run.next() {
        let k = points.len();
        points.push((k, k as f64, state.parameter));
        if k == at {
            run.change_learning_rate(after, kept)?;
        }
        if k == STEPS {
            break;
        }
    }
    Ok(Path { name, points })
}

fn cosine() -> Result<[Path; 4], Error> {
    let (from, to, until) = COSINE;
    let steps = (until / CLOCK).round() as usize;
    let rate = Cosine::new(from, to, steps)?;
    // m(t) = Δt²/α(t), γ(t) = ζm(t) with ζ = (1 − β)/Δt.
    let alpha = move |t: f64| to + (from - to) * (1.0 + (PI * t / until).cos()) / 2.0;
    let mass = move |t: f64| CLOCK * CLOCK / alpha(t);
    let growth = move |t: f64| {
        let slope = -(from - to) * PI / until * (PI * t / until).sin() / 2.0;
        -CLOCK * CLOCK * slope / alpha(t) / alpha(t)
    };
    let zeta = (1.0 - BETA) / CLOCK;
    let iterates = |name, convention| -> Result<Path, Error> {
        let mut run = Sgd::new(convention, rate.at(0), BETA)?.run(&DoubleWell, START.into());
        let mut points = Vec::new();
        while let Some(state) = run.next() {
            let k = points.len();
            // From rest, iterate k is the ball at (k + ½)Δt: derivation (25).
            points.push((k, (k as f64 + 0.5) * CLOCK, state.parameter));
            if k + 1 == steps {
                break;
            }
            run.change_learning_rate(rate.at(k), RateChange::KeepBuffer)?;
        }
        Ok(Path { name, points })
    };
    let ball = |name, kept: bool| -> Result<Path, Error> {
        let drag = move |t: f64| zeta * mass(t) + if kept { growth(t) } else { 0.0 };
        let system = VaryingBall::new(DoubleWell, mass, drag).in_phase_space(Const::<2>);
        let start = system.state(&START.into(), &vector![0.0, 0.0])?;
        let run = Rk45::new(1e-9, 1e-9).integrate(&system, (0.0, until), start)?;
        let points = (0..steps).map(|k| {
            let t = (k as f64 + 0.5) * CLOCK;
            let state = run.at(t)?;
            Ok((k, t, vector![state[0], state[1]]))
        });
        Ok(Path {
            name,
            points: points.collect::<Result<_, Error>>()?,
        })
    };
    Ok([
        iterates("Keras", KERAS)?,
        iterates("PyTorch", TORCH)?,
        ball("the ball, velocity kept", false)?,
        ball("the ball, momentum kept", true)?,
    ])
}

fn rise() -> Result<[Path; 4], Error> {
    let (before, after, at) = RISE;
    let rule = Momentum::new(before, BETA)?;
    let row = Discretization::ExplicitDrag;
    let (ball, dt) = rule.to_heavy_ball(row, Gauge::Mass(1.0))?;
    let s = (after / before).sqrt();
    let later = 2 * at;
    let until = at as f64 * dt + later as f64 * s * dt;
    let run = Problem::new(ball, DoubleWell, START.into())
        .until(until)
        .solve(&Rk45::new(1e-9, 1e-9))?;
    let times = (0..=2000).map(|k| (k, until * f64::from(k) / 2000.0));
    let exact = times.map(|(k, t)| Ok((k as usize, t, run.at(t)?.position)));
    let way = rule.iterates(&DoubleWell, START.into()).after(at)?;
    let path = |name, rule: Momentum, factor: f64| -> Result<Path, Error> {
        let first = self::before(
            &self::points(
                &Momentum::new(before, BETA)?,
                START.into(),
                vector![0.0, 0.0],
                at,
            ),
            0.0,
            dt,
        );
        let second = points(&rule, way.position, way.velocity * factor, later);
        let second = self::before(&second, at as f64 * dt, s * dt);
        let shifted = second.into_iter().skip(1).map(|(k, t, x)| (k + at, t, x));
        Ok(Path {
            name,
            points: first.into_iter().chain(shifted).collect(),
        })
    };
    let alone = Momentum::new(after, BETA)?;
    Ok([
        Path {
            name: "the ball",
            points: exact.collect::<Result<_, Error>>()?,
        },
        path(
            "the rate, β and v for the same ball",
            rule.rescaled(s, row)?,
            s,
        )?,
        path("the rate alone, v kept (Keras)", alone, 1.0)?,
        path("the rate alone, v × 10 (PyTorch)", alone, after / before)?,
    ])
}

/// Positions of `steps` iterates from (x, v).
fn points(rule: &Momentum, x: Vector2<f64>, v: Vector2<f64>, steps: usize) -> Vec<Vector2<f64>> {
    let run = rule.iterates(&DoubleWell, x).with_velocity(v);
    run.map(|at| at.position).take(steps + 1).collect()
}

/// The positions with their times, from `start` in steps `dt`.
fn before(points: &[Vector2<f64>], start: f64, dt: f64) -> Vec<(usize, f64, Vector2<f64>)> {
    let timed = points.iter().enumerate();
    timed.map(|(k, x)| (k, start + k as f64 * dt, *x)).collect()
}
