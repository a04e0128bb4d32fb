//! BAOAB in a bath on the double well: 10⁵ members, 200 steps, against one member after the other with the fastest
//! generator of rand and the normal numbers of rand_distr (a ziggurat), and the share of the noise.
//!
//! The times in the tables are per step and member, of two coordinates each. The scalar loop shares the members among the
//! threads, as the library does.

#![allow(clippy::print_stdout, reason = "the table is the result")]

use heavyball::ensemble::{Ensemble, Instructions, Stepper};
use heavyball::langevin::{Baoab, Langevin};
use heavyball::noise::Noise;
use heavyball::prelude::*;
use nalgebra::{Const, Vector2, vector};
use paired::Pairs;
use rand::SeedableRng;
use rand::rngs::SmallRng;
use rand_distr::{Distribution, StandardNormal};
use rayon::prelude::*;

const STEPS: usize = 200;
const DT: f64 = 0.05;
const TEMPERATURE: f64 = 0.4;

/// [x, y, p, q] after the steps, in plain Rust.
fn scalar(starts: &[[f64; 4]]) -> Vec<[f64; 4]> {
    let damping = (-DT).exp();
    let deviation = (TEMPERATURE * -(-2.0 * DT).exp_m1()).sqrt();
    let gradient = |x: f64, y: f64| (4.0 * x * (x * x - 1.0), 2.0 * y);
    let member = |(i, start): (usize, &[f64; 4])| {
        let mut generator = SmallRng::seed_from_u64(i as u64);
        let [mut x, mut y, mut p, mut q] = *start;
        let (mut g, mut h) = gradient(x, y);
        let half = DT / 2.0;
        for _ in 0..STEPS {
            p -= half * g;
            q -= half * h;
            x += half * p;
            y += half * q;
            let normal: f64 = StandardNormal.sample(&mut generator);
            p = damping * p + deviation * normal;
            let normal: f64 = StandardNormal.sample(&mut generator);
            q = damping * q + deviation * normal;
            x += half * p;
            y += half * q;
            (g, h) = gradient(x, y);
            p -= half * g;
            q -= half * h;
        }
        [x, y, p, q]
    };
    starts.par_iter().enumerate().map(member).collect()
}

/// Nothing but the random numbers of a step: two normal ones, or two uniform ones, which are the generator alone.
#[derive(Clone)]
struct OnlyNoise<const NORMAL: bool>(Noise);

impl<P: Sync, const NORMAL: bool> Stepper<P, 2> for OnlyNoise<NORMAL> {
    type State = [Vector2<f64>; 1];

    fn advance(&self, _k: usize, _potential: &P, _state: &mut Self::State) {}

    #[inline(always)]
    fn advance_member(&self, member: usize, k: usize, _potential: &P, [x]: &mut Self::State) {
        let Self(noise) = self;
        *x += if NORMAL {
            noise.normals::<2>(member, k)
        } else {
            vector![noise.uniform(member, k, 0), noise.uniform(member, k, 1)]
        };
    }

    fn alone(&self, _: &P, start: &Self::State, _: usize) -> Result<Self::State, Error> {
        Ok(*start)
    }
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut pairs = Pairs::from_arguments();
    let bath = Langevin::new(HeavyBall::new(1.0, 1.0)?, TEMPERATURE)?;
    let points: Vec<Vector2<f64>> = (0..100_000)
        .map(|i| vector![if i % 2 == 0 { 1.0 } else { -1.0 }, 0.0])
        .collect();
    let starts: Vec<[f64; 4]> = points.iter().map(|x| [x.x, x.y, 0.0, 0.0]).collect();
    let phases: Vec<Phase<f64, Const<2>>> = points.iter().map(|x| Phase::at_rest(*x)).collect();
    let method = Baoab::new(DT)?;
    let warm = Ensemble::in_bath(&method, &bath, &DoubleWell, phases.clone(), Noise::new(1))?;
    let at = || points.iter().map(|x| [*x]).collect();
    let normal = OnlyNoise::<true>(Noise::new(1));
    let only = Ensemble::from_steppers(vec![normal], &DoubleWell, at())?;
    let uniform = OnlyNoise::<false>(Noise::new(1));
    let generator = Ensemble::from_steppers(vec![uniform], &DoubleWell, at())?;

    let end = warm.after(STEPS)?;
    let library = end.states().iter().map(|end| end.phase.position.x.powi(2));
    let by_hand: f64 = scalar(&starts).iter().map(|end| end[0].powi(2)).sum();
    let count = points.len() as f64;
    println!(
        "mean of x²: {:.4} and {:.4} ± 0.003",
        library.sum::<f64>() / count,
        by_hand / count
    );
    let steps = STEPS * points.len();
    pairs.time(
        "BAOAB, against one member after the other",
        steps,
        || warm.after(STEPS),
        || scalar(&starts),
    );
    pairs.time(
        "the noise alone, against BAOAB",
        steps,
        || only.after(STEPS),
        || warm.after(STEPS),
    );
    pairs.time(
        "the generator alone, against the noise",
        steps,
        || generator.after(STEPS),
        || only.after(STEPS),
    );
    for set in Instructions::available() {
        let slower = Ensemble::in_bath(&method, &bath, &DoubleWell, phases.clone(), Noise::new(1))?
            .with_instructions(set);
        pairs.time(
            format!("BAOAB, {set:?} against {:?}", Instructions::best()),
            steps,
            || slower.after(STEPS),
            || warm.after(STEPS),
        );
    }
    pairs.print("Per step and member");
    Ok(())
}
