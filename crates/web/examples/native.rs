//! The states of 200 random settings by the library itself, as lines of JSON: what `tests/native.test.mjs` compares the
//! page with. It calls none of the modules of this crate but the formula.
#![allow(clippy::print_stdout, reason = "its output is its purpose")]

use heavyball::ensemble::Random;
use heavyball::prelude::*;
use heavyball::{AutoDiff, Himmelblau, TiltedDoubleWell};
use heavyball_web::formula::Formula;
use nalgebra::{Const, SVector, matrix, vector};

const SETTINGS: usize = 200;
const SEED: u64 = 15;
const ITERATIONS: usize = 60;
/// As many samples as the page draws, of which every twentieth is compared.
const SAMPLES: usize = 400;
const EVERY: usize = 20;
const FORMULA: &str = "x^2/4 + y^2 + sin(3x)*cos(2y)";

/// One random setting.
struct Setting {
    function: &'static str,
    parameters: [f64; 2],
    rule: &'static str,
    row: Discretization,
    alpha: f64,
    beta: f64,
    start: [f64; 2],
    velocity: [f64; 2],
}

/// The name of a function, the largest α, and the box of the starts.
const FUNCTIONS: [(&str, f64, f64); 7] = [
    ("quartic", 0.04, 1.0),
    ("tilted", 0.2, 1.5),
    ("double_well", 0.08, 1.5),
    ("himmelblau", 0.004, 4.0),
    ("rosenbrock", 0.0005, 1.2),
    ("quadratic", 0.05, 2.0),
    ("formula", 0.1, 2.5),
];
const RULES: [&str; 3] = ["descent", "momentum", "nesterov"];

/// Numbers as a list of JSON; Rust writes as many digits as give the same number back.
fn list(numbers: impl IntoIterator<Item = f64>) -> String {
    let numbers: Vec<String> = numbers
        .into_iter()
        .map(|number| format!("{number:e}"))
        .collect();
    format!("[{}]", numbers.join(","))
}

fn iterates<P: Potential<f64, Const<D>>, const D: usize>(
    setting: &Setting,
    potential: &P,
    start: SVector<f64, D>,
    kick: SVector<f64, D>,
) -> Result<Vec<f64>, Error> {
    let (alpha, beta) = (setting.alpha, setting.beta);
    let states: Vec<Iterate<f64, Const<D>>> = match setting.rule {
        "descent" => {
            let rule = GradientDescent::new(alpha)?;
            rule.iterates(potential, start)
                .with_velocity(kick)
                .take(ITERATIONS + 1)
                .collect()
        }
        "momentum" => {
            let rule = Momentum::new(alpha, beta)?;
            rule.iterates(potential, start)
                .with_velocity(kick)
                .take(ITERATIONS + 1)
                .collect()
        }
        _ => {
            let rule = Nesterov::new(alpha, beta)?;
            rule.iterates(potential, start)
                .with_velocity(kick)
                .take(ITERATIONS + 1)
                .collect()
        }
    };
    Ok(states
        .iter()
        .flat_map(|state| {
            state
                .position
                .iter()
                .chain(state.velocity.iter())
                .copied()
                .collect::<Vec<_>>()
        })
        .collect())
}

fn line<P: Potential<f64, Const<D>>, const D: usize>(
    setting: &Setting,
    potential: &P,
    start: SVector<f64, D>,
    velocity: SVector<f64, D>,
) -> Result<String, Error> {
    let rule = Momentum::new(setting.alpha, setting.beta)?;
    let (ball, dt) = rule.to_heavy_ball(setting.row, Gauge::Mass(1.0))?;
    let back = Momentum::from_heavy_ball(&ball, dt, setting.row)?;
    let effective = rule.effective_particle(dt)?;
    let motion = Problem::new(ball, potential, start)
        .with_velocity(velocity)
        .until(ITERATIONS as f64 * dt)
        .solve(&Adaptive::new(1e-13, 1e-13))?;
    let motion = motion
        .sample(SAMPLES + 1)
        .into_iter()
        .step_by(EVERY)
        .flat_map(|(time, phase)| {
            let velocity = ball.velocity(&phase);
            let mut row = vec![time];
            row.extend(phase.position.iter().chain(velocity.iter()));
            row
        });
    Ok(format!(
        "{{\"function\":\"{}\",\"parameters\":{},\"formula\":\"{FORMULA}\",\"rule\":\"{}\",\"row\":\"{}\",\"alpha\":{:e},\"beta\":{:e},\
         \"start\":{},\"velocity\":{},\"dimension\":{D},\"ball\":{},\"back\":{},\"effective\":{},\"iterates\":{},\"motion\":{}}}",
        setting.function,
        list(setting.parameters),
        setting.rule,
        setting.row,
        setting.alpha,
        setting.beta,
        list(setting.start),
        list(setting.velocity),
        list([ball.mass, ball.drag, dt]),
        list([back.alpha, back.beta]),
        list([effective.mass, effective.drag]),
        list(iterates(setting, potential, start, velocity * dt)?),
        list(motion),
    ))
}

fn states(setting: &Setting) -> Result<String, Box<dyn std::error::Error>> {
    let [[x, y], [v, w], [first, second]] = [setting.start, setting.velocity, setting.parameters];
    let (point, push) = (vector![x, y], vector![v, w]);
    Ok(match setting.function {
        "quartic" => line(setting, &Quartic, vector![x], vector![v])?,
        "tilted" => line(
            setting,
            &TiltedDoubleWell::new(first)?,
            vector![x],
            vector![v],
        )?,
        "double_well" => line(setting, &DoubleWell, point, push)?,
        "himmelblau" => line(setting, &Himmelblau, point, push)?,
        "rosenbrock" => line(setting, &Rosenbrock, point, push)?,
        "quadratic" => {
            let (sin, cos) = second.to_radians().sin_cos();
            let mixed = (1.0 - first) * sin * cos;
            let bowl = Quadratic::symmetric(matrix![
                cos * cos + first * sin * sin, mixed;
                mixed, sin * sin + first * cos * cos
            ])?;
            line(setting, &bowl, point, push)?
        }
        _ => line(setting, &AutoDiff(Formula::new(FORMULA)?), point, push)?,
    })
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let numbers = Random::new(SEED).uniform([0.0; 8], [1.0; 8])?;
    for (index, random) in numbers.take(SETTINGS).enumerate() {
        let (function, largest, reach) = FUNCTIONS[index % FUNCTIONS.len()];
        let within = |share: f64, low: f64, high: f64| low + share * (high - low);
        let rows = Discretization::ALL;
        let setting = Setting {
            function,
            parameters: match function {
                "tilted" => [within(random[0], 0.0, 0.3), 0.0],
                "quadratic" => [within(random[0], 1.0, 20.0), within(random[1], -90.0, 90.0)],
                _ => [0.0, 0.0],
            },
            rule: RULES[index / FUNCTIONS.len() % RULES.len()],
            row: rows[index / (FUNCTIONS.len() * RULES.len()) % rows.len()],
            alpha: within(random[2], 0.05 * largest, largest),
            beta: within(random[3], 0.3, 0.97),
            start: [
                within(random[4], -reach, reach),
                within(random[5], -reach, reach),
            ],
            velocity: [
                within(random[6], -0.05, 0.05),
                within(random[7], -0.05, 0.05),
            ],
        };
        println!("{}", states(&setting)?);
    }
    Ok(())
}
