//! Ensembles against loops with vector intrinsics and in plain Rust: 10⁵ members on a grid of [−2, 2]², 1000 steps with
//! α = 0.01, β = 0.9 on the double well.
//!
//! The loops by hand fuse multiplications and additions, as C does with -march=native. They hold 48 members in registers
//! (AVX-512) or 64 in the first-level cache (AVX2, where 64 is the fastest of 8, 12, 16, 32 and 64) while they go through
//! the steps; rayon shares the blocks among the threads, as in the library. `scalar` runs one member after the other, not
//! fused. The times in the tables are per step and member.

#![allow(unsafe_code, reason = "vector intrinsics, for comparison")]
#![allow(clippy::print_stdout, reason = "the table is the result")]

use heavyball::elementary;
use heavyball::ensemble::{Ensemble, Grid, Instructions};
use heavyball::potentials::DualFunction;
use heavyball::prelude::*;
use heavyball::{Himmelblau, TiltedDoubleWell};
use nalgebra::{Const, OVector, SVector, Vector2, vector};
use paired::Pairs;
use rayon::prelude::*;
use std::hint::black_box;

const STEPS: usize = 1000;

/// The coordinates and velocities of a member.
type Member = [f64; 4];

/// A user's own potential: the double well, written outside the library.
struct Own;

impl<T: Number> Potential<T, Const<2>> for Own {
    fn value(&self, x: &Vector2<T>) -> T {
        let square = x.x.clone() * x.x.clone();
        square.clone() * square.clone() - T::integer(2) * square + x.y.clone() * x.y.clone()
    }
    #[inline]
    fn gradient(&self, x: &Vector2<T>, gradient: &mut Vector2<T>) {
        gradient.x = T::integer(4) * x.x.clone() * x.x.clone().mul_add(x.x.clone(), -T::one());
        gradient.y = T::integer(2) * x.y.clone();
    }
}

/// The step map of a loop written by hand.
#[derive(Clone, Copy)]
enum Map {
    Momentum,
    Nesterov,
    KickDrift,
    Leapfrog,
}

/// The coefficients β, α and the length of the drift; 1 for momentum, which has no drift.
fn coefficients(map: Map) -> [f64; 3] {
    let dt = 0.1;
    match map {
        Map::Momentum | Map::Nesterov => [0.9, 0.01, 1.0],
        Map::KickDrift => [0.9, dt, dt],
        Map::Leapfrog => [
            (-0.1_f64).exp(),
            dt * (1.0 + (-0.1_f64).exp()) / 2.0,
            dt / 2.0,
        ],
    }
}

macro_rules! by_hand {
    ($name:ident, $feature:literal, $vector:ty, $lanes:literal, $width:literal, $set:ident, $load:ident, $store:ident, $add:ident, $mul:ident, $madd:ident, $msub:ident, $nmadd:ident) => {
        /// Advances a block of members, held in vectors.
        ///
        /// # Safety
        /// The processor must have these instructions.
        #[cfg(target_arch = "x86_64")]
        #[target_feature(enable = $feature)]
        unsafe fn $name(map: Map, block: &mut [[f64; $lanes * $width]; 4]) {
            use std::arch::x86_64::*;
            let [beta, alpha, drift] = coefficients(map).map(|c| $set(black_box(c)));
            let (one, two, four) = ($set(1.0), $set(2.0), $set(4.0));
            let mut s: [[$vector; $width]; 4] = [[one; $width]; 4];
            for (rows, row) in s.iter_mut().zip(block.iter()) {
                for (vector, chunk) in rows.iter_mut().zip(row.chunks_exact($lanes)) {
                    // SAFETY: a chunk holds the lanes of one vector.
                    *vector = unsafe { $load(chunk.as_ptr()) };
                }
            }
            let [mut x, mut y, mut v, mut w] = s;
            for _ in 0..STEPS {
                for i in 0..$width {
                    match map {
                        Map::Momentum => {
                            let g = $mul($mul(four, x[i]), $msub(x[i], x[i], one));
                            v[i] = $nmadd(alpha, g, $mul(beta, v[i]));
                            w[i] = $nmadd(alpha, $mul(two, y[i]), $mul(beta, w[i]));
                            x[i] = $add(x[i], v[i]);
                            y[i] = $add(y[i], w[i]);
                        }
                        Map::Nesterov => {
                            let (p, q) = ($madd(beta, v[i], x[i]), $madd(beta, w[i], y[i]));
                            let g = $mul($mul(four, p), $msub(p, p, one));
                            v[i] = $nmadd(alpha, g, $mul(beta, v[i]));
                            w[i] = $nmadd(alpha, $mul(two, q), $mul(beta, w[i]));
                            x[i] = $add(x[i], v[i]);
                            y[i] = $add(y[i], w[i]);
                        }
                        Map::KickDrift => {
                            let g = $mul($mul(four, x[i]), $msub(x[i], x[i], one));
                            v[i] = $nmadd(alpha, g, $mul(beta, v[i]));
                            w[i] = $nmadd(alpha, $mul(two, y[i]), $mul(beta, w[i]));
                            x[i] = $madd(drift, v[i], x[i]);
                            y[i] = $madd(drift, w[i], y[i]);
                        }
                        Map::Leapfrog => {
                            x[i] = $madd(drift, v[i], x[i]);
                            y[i] = $madd(drift, w[i], y[i]);
                            let g = $mul($mul(four, x[i]), $msub(x[i], x[i], one));
                            v[i] = $nmadd(alpha, g, $mul(beta, v[i]));
                            w[i] = $nmadd(alpha, $mul(two, y[i]), $mul(beta, w[i]));
                            x[i] = $madd(drift, v[i], x[i]);
                            y[i] = $madd(drift, w[i], y[i]);
                        }
                    }
                }
            }
            for (rows, row) in [x, y, v, w].iter().zip(block.iter_mut()) {
                for (vector, chunk) in rows.iter().zip(row.chunks_exact_mut($lanes)) {
                    // SAFETY: a chunk holds the lanes of one vector.
                    unsafe { $store(chunk.as_mut_ptr(), *vector) };
                }
            }
        }
    };
}

by_hand!(
    avx512,
    "avx512f",
    __m512d,
    8,
    6,
    _mm512_set1_pd,
    _mm512_loadu_pd,
    _mm512_storeu_pd,
    _mm512_add_pd,
    _mm512_mul_pd,
    _mm512_fmadd_pd,
    _mm512_fmsub_pd,
    _mm512_fnmadd_pd
);
by_hand!(
    avx2,
    "avx2,fma",
    __m256d,
    4,
    16,
    _mm256_set1_pd,
    _mm256_loadu_pd,
    _mm256_storeu_pd,
    _mm256_add_pd,
    _mm256_mul_pd,
    _mm256_fmadd_pd,
    _mm256_fmsub_pd,
    _mm256_fnmadd_pd
);

/// Runs blocks in which the coordinates of `N` members are side by side.
fn in_blocks<const N: usize>(members: &mut [Member], run: impl Fn(&mut [[f64; N]; 4]) + Sync) {
    members.par_chunks_mut(N).for_each(|members| {
        let mut block = [[0.0; N]; 4];
        for (j, member) in members.iter().enumerate() {
            for (row, x) in block.iter_mut().zip(member) {
                row[j] = *x;
            }
        }
        run(&mut block);
        for (j, member) in members.iter_mut().enumerate() {
            for (row, x) in block.iter().zip(member) {
                *x = row[j];
            }
        }
    });
}

/// All members by hand, with the best instructions available; `None` on other processors.
#[cfg(target_arch = "x86_64")]
fn run_by_hand(map: Map, starts: &[Member]) -> Option<Vec<Member>> {
    let mut members = starts.to_vec();
    match Instructions::best() {
        // SAFETY: the processor has AVX-512.
        Instructions::Avx512 => {
            in_blocks::<48>(&mut members, |block| unsafe { avx512(map, block) })
        }
        // SAFETY: the processor has AVX2.
        Instructions::Avx2 => in_blocks::<64>(&mut members, |block| unsafe { avx2(map, block) }),
        _ => return None,
    }
    Some(members)
}

#[cfg(not(target_arch = "x86_64"))]
fn run_by_hand(_map: Map, _starts: &[Member]) -> Option<Vec<Member>> {
    None
}

/// One member after the other, with momentum in plain Rust.
fn scalar(starts: &[Member]) -> Vec<Member> {
    let [beta, alpha, _] = black_box(coefficients(Map::Momentum));
    let run = |start: &Member| {
        let [mut x, mut y, mut v, mut w] = *start;
        for _ in 0..STEPS {
            let g = 4.0 * x * (x * x - 1.0);
            v = beta * v - alpha * g;
            w = beta * w - alpha * (2.0 * y);
            x += v;
            y += w;
        }
        [x, y, v, w]
    };
    starts.par_iter().map(run).collect()
}

/// The double well, f = x₀⁴ − 2x₀² + x₁², by automatic differentiation.
struct Automatic;

impl DualFunction<Const<2>> for Automatic {
    fn evaluate<N: num_dual::DualNum<f64> + Copy>(&self, x: &OVector<N, Const<2>>) -> N {
        let square = x[0] * x[0];
        square * square - square * 2.0 + x[1] * x[1]
    }
}

/// A gradient with an unpredictable branch: 2x₀ on one side, x₀³ on the other.
struct Branch;

impl Potential<f64, Const<2>> for Branch {
    fn value(&self, x: &Vector2<f64>) -> f64 {
        x.x * x.x + x.y * x.y
    }
    #[inline]
    fn gradient(&self, x: &Vector2<f64>, gradient: &mut Vector2<f64>) {
        gradient.x = if x.x > 0.3 {
            2.0 * x.x
        } else {
            x.x * x.x * x.x
        };
        gradient.y = 2.0 * x.y;
    }
}

/// A gradient with transcendental functions: f = 2 − cos x₀ + e^(x₁) − x₁.
struct Transcendental;

impl Potential<f64, Const<2>> for Transcendental {
    fn value(&self, x: &Vector2<f64>) -> f64 {
        2.0 - x.x.cos() + x.y.exp() - x.y
    }
    #[inline]
    fn gradient(&self, x: &Vector2<f64>, gradient: &mut Vector2<f64>) {
        gradient.x = x.x.sin();
        gradient.y = x.y.exp_m1();
    }
}

/// The same gradient by the elementary functions of the library.
struct Elementary;

impl Potential<f64, Const<2>> for Elementary {
    fn value(&self, x: &Vector2<f64>) -> f64 {
        2.0 - elementary::cos(x.x) + elementary::exp(x.y) - x.y
    }
    #[inline(always)]
    fn gradient(&self, x: &Vector2<f64>, gradient: &mut Vector2<f64>) {
        gradient.x = elementary::sin(x.x);
        gradient.y = elementary::exp_m1(x.y);
    }
}

/// The same with a sine for moderate angles.
struct Bounded;

impl Potential<f64, Const<2>> for Bounded {
    fn value(&self, x: &Vector2<f64>) -> f64 {
        Elementary.value(x)
    }
    #[inline(always)]
    fn gradient(&self, x: &Vector2<f64>, gradient: &mut Vector2<f64>) {
        gradient.x = elementary::sin_bounded(x.x);
        gradient.y = elementary::exp_m1(x.y);
    }
}

/// An ensemble whose gradient is one elementary function, by the library and by the standard library.
fn functions(pairs: &mut Pairs, points: &[Vector2<f64>]) -> Result<(), Error> {
    let starts: Vec<_> = points.iter().map(|x| vector![x.x + 3.0]).collect();
    macro_rules! one {
        ($name:ident, $standard:ident $(, $power:literal)?) => {
            let zero = |_: &SVector<f64, 1>| 0.0;
            let ours = from_fn(zero, |x: &SVector<f64, 1>| vector![elementary::$name(x.x $(, $power)?)]);
            let theirs = from_fn(zero, |x: &SVector<f64, 1>| vector![x.x.$standard($($power)?)]);
            let rule = Momentum::new(1e-4, 0.9)?;
            let starts = || starts.iter().copied().take(starts.len() / 10);
            let ours = Ensemble::from_positions(rule, &ours, starts())?;
            let theirs = Ensemble::from_positions(rule, &theirs, starts())?;
            let steps = STEPS * points.len() / 10;
            let name = format!("elementary: {}", stringify!($name));
            pairs.time(name, steps, || ours.after(STEPS), || theirs.after(STEPS));
        };
    }
    one!(exp, exp);
    one!(exp_m1, exp_m1);
    one!(ln, ln);
    one!(ln_1p, ln_1p);
    one!(sin, sin);
    one!(sin_bounded, sin);
    one!(cos, cos);
    one!(cos_bounded, cos);
    one!(tanh, tanh);
    one!(powf, powf, 1.5);
    pairs.print("A function in an ensemble, against that of the standard library");
    Ok(())
}

/// The ensemble on `potential` against the same members, each run alone by `iterates`, on the same threads.
fn against_alone<P, const D: usize>(
    pairs: &mut Pairs,
    name: &str,
    alpha: f64,
    potential: &P,
    starts: &[SVector<f64, D>],
) -> Result<(), Error>
where
    P: Potential<f64, Const<D>> + Sync,
{
    against_another(pairs, name, alpha, (potential, potential), starts)
}

/// The same, with the members alone on the `other` potential.
fn against_another<P, Q, const D: usize>(
    pairs: &mut Pairs,
    name: &str,
    alpha: f64,
    (potential, other): (&P, &Q),
    starts: &[SVector<f64, D>],
) -> Result<(), Error>
where
    P: Potential<f64, Const<D>> + Sync,
    Q: Potential<f64, Const<D>> + Sync,
{
    let rule = Momentum::new(alpha, 0.9)?;
    let starts = &starts[..starts.len() / 10];
    let ensemble = Ensemble::from_positions(rule, potential, starts.iter().copied())?;
    let alone = || -> Vec<_> {
        let end = |start: &SVector<f64, D>| rule.iterates(other, *start).nth(STEPS);
        starts.par_iter().map(end).collect()
    };
    let steps = STEPS * starts.len();
    pairs.time(name, steps, || ensemble.after(STEPS), alone);
    Ok(())
}

/// Members in `f32` against the same in `f64`.
fn single_precision(pairs: &mut Pairs, points: &[Vector2<f64>]) -> Result<(), Error> {
    let single = || points.iter().map(|x| x.map(|x| x as f32));
    let steps = STEPS * points.len();
    let momentum =
        Ensemble::from_positions(Momentum::new(0.01, 0.9)?, &DoubleWell, points.to_vec())?;
    let halved = Ensemble::from_positions(Momentum::of(0.01, 0.9)?, &DoubleWell, single())?;
    let (ours, theirs) = (|| halved.after(STEPS), || momentum.after(STEPS));
    pairs.time("Momentum, f32 against f64", steps, ours, theirs);
    let ball = HeavyBall::new(1.0, 1.0)?;
    let phases = points.iter().map(|x| Phase::at_rest(*x));
    let leapfrog = Ensemble::from_phases(&Leapfrog::new(0.1)?, &ball, &DoubleWell, phases)?;
    let ball = HeavyBall::of(1.0_f32, 1.0)?;
    let phases = single().map(Phase::at_rest);
    let halved = Ensemble::from_phases(&Leapfrog::of(0.1)?, &ball, &DoubleWell, phases)?;
    let (ours, theirs) = (|| halved.after(STEPS), || leapfrog.after(STEPS));
    pairs.time("Leapfrog, f32 against f64", steps, ours, theirs);
    pairs.print("Single precision");
    Ok(())
}

/// The cost of a step of a member on each potential, in an ensemble and alone.
fn potentials(pairs: &mut Pairs, points: &[Vector2<f64>]) -> Result<(), Error> {
    let line: Vec<_> = points.iter().map(|x| vector![x.x]).collect();
    let closure = from_fn(
        |x: &OVector<f64, Const<2>>| x.x,
        |x: &OVector<f64, Const<2>>| vector![4.0 * x.x * x.x.mul_add(x.x, -1.0), 2.0 * x.y],
    );
    let bowl = Quadratic::diagonal(vector![1.0, 10.0])?;
    let coupled = Quadratic::symmetric(nalgebra::matrix![2.0, 1.0; 1.0, 3.0])?;
    against_alone(pairs, "Quartic, 1-D", 0.001, &Quartic, &line)?;
    against_alone(
        pairs,
        "TiltedDoubleWell, 1-D",
        0.01,
        &TiltedDoubleWell::new(0.1)?,
        &line,
    )?;
    against_alone(pairs, "DoubleWell", 0.01, &DoubleWell, points)?;
    against_alone(pairs, "Himmelblau", 0.001, &Himmelblau, points)?;
    against_alone(pairs, "Rosenbrock, 2-D", 1e-5, &Rosenbrock, points)?;
    against_alone(pairs, "Quadratic::diagonal, 2-D", 0.01, &bowl, points)?;
    against_alone(pairs, "Quadratic::symmetric, 2-D", 0.01, &coupled, points)?;
    against_alone(pairs, "a user's own impl", 0.01, &Own, points)?;
    against_alone(pairs, "closures, from_fn", 0.01, &closure, points)?;
    against_alone(pairs, "AutoDiff", 0.01, &AutoDiff(Automatic), points)?;
    against_alone(pairs, "with a branch", 0.01, &Branch, points)?;
    against_alone(
        pairs,
        "with sin and exp of std",
        0.01,
        &Transcendental,
        points,
    )?;
    let name = "with sin and exp, alone with std";
    against_another(pairs, name, 0.01, (&Elementary, &Transcendental), points)?;
    let name = "with sin_bounded and exp, alone with std";
    against_another(pairs, name, 0.01, (&Bounded, &Transcendental), points)?;
    against_alone(
        pairs,
        "with elementary sin and exp",
        0.01,
        &Elementary,
        points,
    )?;
    pairs.print("Each potential, against one member after the other");
    Ok(())
}

/// The cost of a step on a quadratic in `D` dimensions.
fn dimension<const D: usize>(
    pairs: &mut Pairs,
    threads: usize,
    members: usize,
) -> Result<(), Error> {
    let bowl = Quadratic::diagonal(SVector::<f64, D>::from_fn(|i, _| 1.0 + i as f64))?;
    let starts = heavyball::ensemble::Random::new(1).uniform([-1.0; D], [1.0; D])?;
    let ensemble =
        Ensemble::from_positions(Momentum::new(0.01, 0.999)?, &bowl, starts.take(members))?;
    let steps = 100_000_000 / members / D;
    let name = format!("growth: {D} dimensions, {members} members, {threads} threads");
    pairs.time_alone(name, steps * members, || ensemble.after(steps));
    Ok(())
}

/// The cost by dimension, number of members and number of threads.
fn growth() -> Result<(), Box<dyn std::error::Error>> {
    for threads in [1, 2] {
        paired::with_threads(threads, |pairs| {
            for members in [64, 1_000, 10_000, 100_000, 1_000_000] {
                dimension::<2>(pairs, threads, members)?;
            }
            dimension::<1>(pairs, threads, 10_000)?;
            dimension::<4>(pairs, threads, 10_000)?;
            dimension::<8>(pairs, threads, 10_000)?;
            dimension::<16>(pairs, threads, 10_000)?;
            dimension::<32>(pairs, threads, 10_000)
        })?;
    }
    Ok(())
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut pairs = Pairs::from_arguments();
    let grid = Grid::new([-2.0, -2.0], [2.0, 2.0], [400, 250])?;
    let points: Vec<Vector2<f64>> = grid.points().collect();
    let starts: Vec<Member> = points.iter().map(|x| [x.x, x.y, 0.0, 0.0]).collect();
    let phases = || points.iter().map(|x| Phase::at_rest(*x));
    let steps = STEPS * points.len();
    let (momentum, nesterov) = (Momentum::new(0.01, 0.9)?, Nesterov::new(0.01, 0.9)?);
    let (ball, dt) = (HeavyBall::new(1.0, 1.0)?, 0.1);
    let by_rule = Ensemble::from_positions(momentum, &DoubleWell, points.clone())?;
    let own = Ensemble::from_positions(momentum, &Own, points.clone())?;
    let gradient =
        |x: &OVector<f64, Const<2>>| vector![4.0 * x.x * x.x.mul_add(x.x, -1.0), 2.0 * x.y];
    let closure = from_fn(|x: &OVector<f64, Const<2>>| x.x, gradient);
    let closure = Ensemble::from_positions(momentum, &closure, points.clone())?;
    let ahead = Ensemble::from_positions(nesterov, &DoubleWell, points.clone())?;
    let euler = Ensemble::from_phases(&SymplecticEuler::new(dt)?, &ball, &DoubleWell, phases())?;
    let leapfrog = Ensemble::from_phases(&Leapfrog::new(dt)?, &ball, &DoubleWell, phases())?;

    let ends = by_rule.after(STEPS)?;
    let mean = ends
        .states()
        .iter()
        .zip(&points)
        .map(|(end, start)| end.position.x * start.x)
        .sum::<f64>()
        / starts.len() as f64;
    println!(
        "{} members, {STEPS} steps, {} threads, {:?}",
        points.len(),
        rayon::current_num_threads(),
        Instructions::best()
    );
    println!("mean of final x1 times initial x1: {mean:.6}");
    if let Some(by_hand) = run_by_hand(Map::Momentum, &starts) {
        let same = by_hand
            .iter()
            .zip(ends.states())
            .all(|(a, b)| *a == [b.position.x, b.position.y, b.velocity.x, b.velocity.y]);
        println!("the loop by hand is bit-identical: {same}");
    }

    macro_rules! against {
        ($name:literal, $ensemble:expr, $map:expr) => {
            pairs.time(
                $name,
                steps,
                || $ensemble.after(STEPS),
                || run_by_hand($map, &starts),
            )
        };
    }
    against!("Momentum, against std::arch", by_rule, Map::Momentum);
    against!("Momentum, a user's own potential", own, Map::Momentum);
    against!("Momentum, closures", closure, Map::Momentum);
    against!("Nesterov, against std::arch", ahead, Map::Nesterov);
    against!("SymplecticEuler, against std::arch", euler, Map::KickDrift);
    against!("Leapfrog, against std::arch", leapfrog, Map::Leapfrog);
    pairs.time(
        "Momentum, against one member after the other",
        steps,
        || by_rule.after(STEPS),
        || scalar(&starts),
    );
    pairs.print("Per step and member");
    for set in Instructions::available() {
        let slower =
            Ensemble::from_positions(momentum, &DoubleWell, points.clone())?.with_instructions(set);
        pairs.time(
            format!("Momentum, {set:?} against {:?}", Instructions::best()),
            steps,
            || slower.after(STEPS),
            || by_rule.after(STEPS),
        );
    }
    pairs.print("Instruction sets");
    single_precision(&mut pairs, &points)?;
    potentials(&mut pairs, &points)?;
    functions(&mut pairs, &points)?;
    growth()
}
