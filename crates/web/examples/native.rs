//! The states of 200 random settings by the library itself, as lines of JSON: what `tests/native.test.mjs` compares the
//! page with. It calls none of the modules of this crate but the formula.
#![allow(clippy::print_stdout, reason = "its output is its purpose")]

use heavyball::ensemble::Random;
use heavyball::langevin::{Baoab, Langevin, LangevinMethod};
use heavyball::noise::Noise;
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
/// Steps of the warm ball in an iteration, and which of its samples are compared.
const PARTS: usize = 16;
const EVERY_STEP: usize = 48;
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
    temperature: f64,
    seed: u64,
}

/// The gradient of a rule in a bath: the sum of the ball's normal numbers, over √`PARTS`, times σ; a push has the sign of a
/// force.
struct Warm<'p, P> {
    potential: &'p P,
    deviation: f64,
    noise: Noise,
}

impl<P: Potential<f64, Const<D>>, const D: usize> Potential<f64, Const<D>> for Warm<'_, P> {
    fn value(&self, position: &SVector<f64, D>) -> f64 {
        self.potential.value(position)
    }

    fn gradient(&self, position: &SVector<f64, D>, gradient: &mut SVector<f64, D>) {
        self.potential.gradient(position, gradient);
    }

    fn gradient_at_step(
        &self,
        member: usize,
        k: usize,
        position: &SVector<f64, D>,
        gradient: &mut SVector<f64, D>,
    ) {
        self.potential.gradient(position, gradient);
        for (coordinate, slope) in gradient.iter_mut().enumerate() {
            let normal = |part| self.noise.normal(member, PARTS * k + part, coordinate);
            *slope -= self.deviation * (0..PARTS).map(normal).fold(0.0, |sum, number| sum + number);
        }
    }
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

/// The iterates at the setting's temperature: σ² = 2(1 − β)T/α, with β = 0 for gradient descent.
fn warm_iterates<P: Potential<f64, Const<D>>, const D: usize>(
    setting: &Setting,
    potential: &P,
    start: SVector<f64, D>,
    kick: SVector<f64, D>,
) -> Result<Vec<f64>, Error> {
    let (alpha, beta) = (setting.alpha, setting.beta);
    let of_one = match setting.rule {
        "descent" => GradientDescent::new(alpha)?.temperature(1.0)?,
        "momentum" => Momentum::new(alpha, beta)?.temperature(1.0)?,
        _ => Nesterov::new(alpha, beta)?.temperature(1.0)?,
    };
    let warm = Warm {
        potential,
        deviation: (setting.temperature / of_one / PARTS as f64).sqrt(),
        noise: Noise::new(setting.seed),
    };
    iterates(setting, &warm, start, kick)
}

fn warm_motion<P: Potential<f64, Const<D>>, const D: usize>(
    setting: &Setting,
    (ball, dt): (HeavyBall, f64),
    potential: &P,
    start: SVector<f64, D>,
    velocity: SVector<f64, D>,
) -> Result<Vec<f64>, Error> {
    let bath = Langevin::new(ball, setting.temperature)?;
    let phases = Baoab::new(dt / PARTS as f64)?.phases(
        &bath,
        potential,
        ball.launch(start, velocity),
        Noise::new(setting.seed),
    )?;
    Ok(phases
        .take(ITERATIONS * PARTS + 1)
        .step_by(EVERY_STEP)
        .flat_map(|phase| {
            let velocity = ball.velocity(&phase);
            phase
                .position
                .iter()
                .chain(velocity.iter())
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
         \"start\":{},\"velocity\":{},\"dimension\":{D},\"ball\":{},\"back\":{},\"effective\":{},\"iterates\":{},\"motion\":{},\
         \"temperature\":{:e},\"seed\":{},\"warm_iterates\":{},\"warm_motion\":{}}}",
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
        setting.temperature,
        setting.seed,
        list(warm_iterates(setting, potential, start, velocity * dt)?),
        list(warm_motion(
            setting,
            (ball, dt),
            potential,
            start,
            velocity
        )?),
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
    // The numbers of a setting without temperature stay what they were.
    let mut warmth = Random::new(SEED + 1).uniform([0.0; 2], [1.0; 2])?;
    for (index, random) in numbers.take(SETTINGS).enumerate() {
        let warm = warmth.next().unwrap_or_default();
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
            temperature: 10.0_f64.powf(within(warm[0], -3.0, -1.0)),
            seed: within(warm[1], 0.0, f64::from(u32::MAX)) as u64,
        };
        println!("{}", states(&setting)?);
    }
    Ok(())
}
