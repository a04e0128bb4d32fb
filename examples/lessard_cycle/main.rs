//! Why does well-tuned momentum circle for ever on a convex function, and from which step on does it stop?
//!
//! `cargo run --release --example lessard_cycle -- --out DIR` runs momentum on the function of Lessard, Recht and
//! Packard, with the (α, β) that are best on quadratics of the same curvatures, in floating point and in exact
//! fractions; then the same particle, m = 1, γ = 5/3, at other steps Δt. It writes
//!
//! - `lessard_cycle.png`: the iterates, and the phase plane with the cycle and the ball;
//! - `lessard_step.png`: where the iterates end over Δt, from 3.3 and from every start;
//! - `lessard_cycle.csv`: the runs, with the columns `method,dt,alpha,beta,k,x,velocity`;
//! - `lessard_step.csv`: the ends from 3.3, with the columns `dt,alpha,beta,end,first,second,third,a,b,c`.
#![allow(clippy::print_stdout, reason = "an example prints its findings")]

mod cycle;
mod figure;
#[path = "../support/mod.rs"]
mod support;

use cycle::{End, START, at_step, bisect, end, exists, points, stable_below};
use heavyball::LessardRechtPackard;
use heavyball::prelude::*;
use nalgebra::vector;
use num_rational::BigRational;
use std::fmt::Write as _;
use support::{Failure, Output};

/// Steps from Polyak's down to a hundredth of that.
const STEPS: [f64; 9] = [
    1.0 / 3.0,
    0.33,
    0.327,
    0.325,
    0.3,
    0.2,
    0.1,
    1.0 / 30.0,
    1.0 / 300.0,
];

fn main() -> Result<(), Failure> {
    let question = "Why does well-tuned momentum circle for ever on a convex function, and from which step on does it stop?";
    let Some(output) = Output::from_arguments("lessard_cycle", question)? else {
        return Ok(());
    };
    print_fractions()?;
    print_rests()?;
    print_steps()?;
    output.csv("lessard_cycle.csv", &runs()?)?;
    output.csv("lessard_step.csv", &ends()?)?;
    output.figure("lessard_cycle.png", &figure::motion()?)?;
    output.figure("lessard_step.png", &figure::steps_figure()?)
}

fn ratio(n: i64, d: i64) -> BigRational {
    BigRational::new(n.into(), d.into())
}

/// The cycle and the transient before it, in exact rationals.
fn print_fractions() -> Result<(), Failure> {
    let rule = Momentum::of(ratio(1, 9), ratio(4, 9))?;
    println!(
        "Momentum with α = 1/9, β = 4/9, the best on quadratics with curvatures from 1 to 25, in exact fractions:"
    );
    let run = rule.iterates(&LessardRechtPackard, vector![ratio(33, 10)]);
    let run: Vec<String> = run.take(6).map(|at| at.position.x.to_string()).collect();
    println!("  from 33/10 at rest: {}, …", run.join(", "));
    let [a, b, c] = points(&rule.alpha, &rule.beta);
    println!("  on the cycle:       {a}, {b}, {c}");
    let circling = rule
        .iterates(&LessardRechtPackard, vector![a.clone()])
        .with_velocity(vector![&a - &c])
        .after(300)?;
    let word = if circling.position.x == a {
        "equal"
    } else {
        "NOT equal"
    };
    println!(
        "  300 iterations on it, back at {}: {word} to the last digit",
        circling.position.x
    );
    let late = Momentum::new(1.0 / 9.0, 4.0 / 9.0)?
        .iterates(&LessardRechtPackard, vector![START])
        .after(300)?;
    println!(
        "  from 3.3 in floating point, iterate 300: {:.16}; 792/1225 = {:.16}",
        late.position.x,
        792.0 / 1225.0
    );
    Ok(())
}

/// The runs that come to rest at 0 from the same start.
fn print_rests() -> Result<(), Error> {
    let start = vector![START];
    let rest = |k: Option<usize>| {
        k.map_or_else(
            || "never".to_owned(),
            |k| format!("|x| < 1e-12 from k = {k} on"),
        )
    };
    // The iterate after the last one that is still far from 0.
    let settled = |positions: Vec<f64>| {
        positions
            .iter()
            .rposition(|x| x.abs() >= 1e-12)
            .map(|k| k + 1)
            .filter(|k| *k < positions.len())
    };
    let descent = GradientDescent::new(1.0 / 13.0)?.iterates(&LessardRechtPackard, start);
    let nesterov = Nesterov::new(1.0 / 25.0, 2.0 / 3.0)?.iterates(&LessardRechtPackard, start);
    println!("From 3.3 to 0:");
    println!(
        "  gradient descent, α = 1/13:     {}",
        rest(settled(
            descent.take(1000).map(|at| at.position.x).collect()
        ))
    );
    println!(
        "  Nesterov, α = 1/25, β = 2/3:    {}",
        rest(settled(
            nesterov.take(1000).map(|at| at.position.x).collect()
        ))
    );
    let motion = cycle::ball_from_start(40.0)?;
    println!(
        "  the ball, m = 1, γ = 5/3:       x(10) = {:.3e}, x(20) = {:.3e}, x(40) = {:.3e}",
        motion.at(10.0)?.position.x,
        motion.at(20.0)?.position.x,
        motion.last().position.x
    );
    Ok(())
}

/// The same particle at other steps, and the range of steps for which it ends on the cycle.
fn print_steps() -> Result<(), Error> {
    println!("The same ball by kick and drift, from 3.3 at rest:");
    for dt in STEPS {
        let rule = at_step(dt)?;
        let end = match end(START, dt)? {
            End::Cycle([first, second, third]) => {
                format!("circles: {first:.6}, {second:.6}, {third:.6}")
            }
            End::Rest(k) => format!(
                "rests: below 1 for good from t = {:.2}, k = {k}",
                k as f64 * dt
            ),
        };
        let energy = if rule.alpha * 25.0 <= 2.0 * (1.0 - rule.beta) {
            "; proven by (33)"
        } else {
            ""
        };
        println!(
            "  Δt = {dt:.6}  α = {:.6}  β = {:.6}  {end}{energy}",
            rule.alpha, rule.beta
        );
    }
    let (low, high) = (
        bisect(|dt| Ok(exists(dt)), 0.3, 1.0 / 3.0)?,
        bisect(|dt| Ok(exists(dt)), 0.36, 1.0 / 3.0)?,
    );
    let stable = stable_below();
    println!("  the cycle exists for     {low:.15} ≤ Δt ≤ {high:.15}, equation (54)");
    println!("  and attracts below       {stable:.15}, where 0 itself becomes unstable");
    let (proven, count) = (2.0 / 15.0, 200);
    let middle = |i: usize| (i as f64 + 0.5) / count as f64;
    let mut circling = 0;
    for step in (0..count).map(|i| proven + (low - proven) * middle(i)) {
        for start in (0..count).map(|i| 16.0 * middle(i) - 8.0) {
            circling += usize::from(matches!(end(start, step)?, End::Cycle(_)));
        }
    }
    println!(
        "  below it, to {proven:.6}, under which (33) proves rest: {circling} of {} runs circle, {count} starts in [-8, 8] by {count} steps",
        count * count
    );
    let circles = |dt: f64| Ok(matches!(end(START, dt)?, End::Cycle(_)));
    let (low, high) = (
        bisect(circles, 0.327, 1.0 / 3.0)?,
        bisect(circles, 0.336, 1.0 / 3.0)?,
    );
    println!("  3.3 runs into it between {low:.15} and {high:.15}, by bisection");
    Ok(())
}

fn runs() -> Result<String, Failure> {
    let mut csv = String::from("method,dt,alpha,beta,k,x,velocity\n");
    let mut write = |method: &str, dt: String, (alpha, beta): (f64, f64), at: (usize, f64, f64)| {
        let (k, x, v) = at;
        writeln!(
            csv,
            "{method},{dt},{alpha:.16e},{beta:.16e},{k},{x:.16e},{v:.16e}"
        )
    };
    for dt in STEPS {
        let rule = at_step(dt)?;
        let run = rule
            .iterates(&LessardRechtPackard, vector![START])
            .take(301);
        for (k, at) in run.enumerate() {
            write(
                "momentum",
                format!("{dt:.16e}"),
                (rule.alpha, rule.beta),
                (k, at.position.x, at.velocity.x),
            )?;
        }
    }
    let rule = GradientDescent::new(1.0 / 13.0)?;
    for (k, at) in rule
        .iterates(&LessardRechtPackard, vector![START])
        .take(301)
        .enumerate()
    {
        write(
            "gradient descent",
            String::new(),
            (rule.alpha, 0.0),
            (k, at.position.x, at.velocity.x),
        )?;
    }
    let rule = Nesterov::new(1.0 / 25.0, 2.0 / 3.0)?;
    for (k, at) in rule
        .iterates(&LessardRechtPackard, vector![START])
        .take(301)
        .enumerate()
    {
        write(
            "Nesterov",
            String::new(),
            (rule.alpha, rule.beta),
            (k, at.position.x, at.velocity.x),
        )?;
    }
    Ok(csv)
}

fn ends() -> Result<String, Failure> {
    let mut csv = String::from("dt,alpha,beta,end,first,second,third,a,b,c\n");
    for dt in cycle::steps(300) {
        let rule = at_step(dt)?;
        let (end, limits) = match end(START, dt)? {
            End::Cycle(limits) => ("cycle", limits),
            End::Rest(_) => ("rest", [0.0; 3]),
        };
        write!(
            csv,
            "{dt:.16e},{:.16e},{:.16e},{end}",
            rule.alpha, rule.beta
        )?;
        limits.iter().try_for_each(|x| write!(csv, ",{x:.16e}"))?;
        if exists(dt) {
            points(&rule.alpha, &rule.beta)
                .iter()
                .try_for_each(|x| write!(csv, ",{x:.16e}"))?;
            csv.push('\n');
        } else {
            csv.push_str(",,,\n");
        }
    }
    Ok(csv)
}
