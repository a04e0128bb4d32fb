//! Each step map against a fused loop written by hand, and Rk45 and Dop853 against ode_solvers itself.

#![allow(
    unsafe_code,
    reason = "loops compiled for the processor, for comparison"
)]

use heavyball::prelude::*;

use heavyball::Method;
use heavyball::ensemble::Instructions;
use nalgebra::{Const, Vector2, Vector4, vector};
use ode_solvers::continuous_output_model::ContinuousOutputModel;
use paired::Pairs;
use std::hint::black_box;

type Outcome = Result<(), Box<dyn std::error::Error>>;

/// Number of steps in one timing.
const STEPS: usize = 200_000;

/// Compiles loops by hand with fused multiply-add, as C does with -march=native.
macro_rules! by_hand {
    ($(#[doc = $doc:literal] fn $name:ident($($argument:ident: $type:ty),*) -> $result:ty $body:block)*) => {$(
        #[doc = $doc]
        fn $name($($argument: $type),*) -> $result {
            #[cfg_attr(target_arch = "x86_64", target_feature(enable = "avx2,fma"))]
            fn fused($($argument: $type),*) -> $result $body
            // SAFETY: `main` ends on a processor without these instructions.
            #[cfg_attr(not(target_arch = "x86_64"), allow(unused_unsafe))]
            unsafe { fused($($argument),*) }
        }
    )*};
}

by_hand! {
    /// Momentum on the quartic, v₊ = βv − α∇f, x₊ = x + v₊.
    fn momentum_quartic(alpha: f64, beta: f64) -> (f64, f64) {
        let (mut x, mut v) = (black_box(-0.5_f64), 0.0);
        for _ in 0..STEPS {
            let g = x * x * 4.0_f64.mul_add(x, -9.0);
            v = (-alpha).mul_add(g, beta * v);
            x += v;
        }
        (x, v)
    }

    /// Momentum on the double well.
    fn momentum_double_well(alpha: f64, beta: f64) -> [f64; 4] {
        let [mut x, mut y, mut v, mut w] = black_box([-1.5_f64, -1.4, 0.0, 0.0]);
        for _ in 0..STEPS {
            let (g, h) = (4.0 * x * x.mul_add(x, -1.0), 2.0 * y);
            v = (-alpha).mul_add(g, beta * v);
            w = (-alpha).mul_add(h, beta * w);
            x += v;
            y += w;
        }
        [x, y, v, w]
    }

    /// Momentum on the quartic with the shortest chain of dependent operations: x + βv does not wait for the gradient.
    fn short_chain_quartic(alpha: f64, beta: f64) -> (f64, f64) {
        let (mut x, mut v) = (black_box(-0.5_f64), 0.0);
        for _ in 0..STEPS {
            let g = x * x * 4.0_f64.mul_add(x, -9.0);
            let (kept, coasted) = (beta * v, beta.mul_add(v, x));
            v = (-alpha).mul_add(g, kept);
            x = (-alpha).mul_add(g, coasted);
        }
        (x, v)
    }

    /// Momentum on the quartic, every iterate stored.
    fn path_quartic(alpha: f64, beta: f64) -> Vec<f64> {
        let (mut x, mut v) = (black_box(-0.5_f64), 0.0);
        let mut path = vec![0.0; STEPS];
        for slot in &mut path {
            let g = x * x * 4.0_f64.mul_add(x, -9.0);
            v = (-alpha).mul_add(g, beta * v);
            x += v;
            *slot = x;
        }
        path
    }

    /// Nesterov's rule on the double well.
    fn nesterov_double_well(alpha: f64, beta: f64) -> [f64; 4] {
        let [mut x, mut y, mut v, mut w] = black_box([-1.5_f64, -1.4, 0.0, 0.0]);
        for _ in 0..STEPS {
            let (p, q) = (beta.mul_add(v, x), beta.mul_add(w, y));
            let (g, h) = (4.0 * p * p.mul_add(p, -1.0), 2.0 * q);
            v = (-alpha).mul_add(g, beta * v);
            w = (-alpha).mul_add(h, beta * w);
            x += v;
            y += w;
        }
        [x, y, v, w]
    }

    /// Kick, then drift, on the quartic; the coefficients are those of symplectic and of conformal Euler.
    fn kick_drift_quartic(damping: f64, kick: f64, drift: f64) -> (f64, f64) {
        let (mut x, mut p) = (black_box(-0.5_f64), 0.0);
        for _ in 0..STEPS {
            let g = x * x * 4.0_f64.mul_add(x, -9.0);
            p = (-kick).mul_add(g, damping * p);
            x = drift.mul_add(p, x);
        }
        (x, p)
    }

    /// Kick, then drift, on the double well.
    fn kick_drift_double_well(damping: f64, kick: f64, drift: f64) -> [f64; 4] {
        let [mut x, mut y, mut p, mut r] = black_box([-1.5_f64, -1.4, 0.0, 0.0]);
        for _ in 0..STEPS {
            let (g, h) = (4.0 * x * x.mul_add(x, -1.0), 2.0 * y);
            p = (-kick).mul_add(g, damping * p);
            r = (-kick).mul_add(h, damping * r);
            x = drift.mul_add(p, x);
            y = drift.mul_add(r, y);
        }
        [x, y, p, r]
    }

    /// Leapfrog on the quartic.
    fn leapfrog_quartic(damping: f64, kick: f64, drift: f64) -> (f64, f64) {
        let (mut x, mut p) = (black_box(-0.5_f64), 0.0);
        for _ in 0..STEPS {
            x = drift.mul_add(p, x);
            let g = x * x * 4.0_f64.mul_add(x, -9.0);
            p = (-kick).mul_add(g, damping * p);
            x = drift.mul_add(p, x);
        }
        (x, p)
    }

    /// Leapfrog on the double well.
    fn leapfrog_double_well(damping: f64, kick: f64, drift: f64) -> [f64; 4] {
        let [mut x, mut y, mut p, mut r] = black_box([-1.5_f64, -1.4, 0.0, 0.0]);
        for _ in 0..STEPS {
            x = drift.mul_add(p, x);
            y = drift.mul_add(r, y);
            let (g, h) = (4.0 * x * x.mul_add(x, -1.0), 2.0 * y);
            p = (-kick).mul_add(g, damping * p);
            r = (-kick).mul_add(h, damping * r);
            x = drift.mul_add(p, x);
            y = drift.mul_add(r, y);
        }
        [x, y, p, r]
    }
}

/// The heavy ball on the double well, as written for ode_solvers.
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
    last_state(solver.y_out())
}

/// With its own dense output, which it computes in every step in any case.
fn direct_dop853() -> Result<Vector4<f64>, Box<dyn std::error::Error>> {
    let [per_mass, damping] = black_box([1.0, -0.2]);
    let start = Vector4::new(-1.5, -1.4, 0.0, 0.0);
    let system = Direct { per_mass, damping };
    let mut solver = ode_solvers::Dop853::new(system, 0.0, 100.0, 100.0, start, 1e-9, 1e-9);
    solver.integrate()?;
    last_state(solver.y_out())
}

fn last_state(states: &[Vector4<f64>]) -> Result<Vector4<f64>, Box<dyn std::error::Error>> {
    states.last().copied().ok_or_else(|| "no output".into())
}

/// The iterate after all steps.
#[inline(always)]
fn last_iterate<R, P, const D: usize>(
    rule: R,
    potential: &P,
    start: Phase<f64, Const<D>>,
) -> Option<Iterate<f64, Const<D>>>
where
    R: UpdateRule<f64> + Clone,
    P: Potential<f64, Const<D>>,
{
    rule.iterates(potential, start.position).after(STEPS).ok()
}

/// The sum of one coordinate over all items of the iterator.
#[inline(always)]
fn one_by_one<R, P, const D: usize>(rule: R, potential: &P, start: Phase<f64, Const<D>>) -> f64
where
    R: UpdateRule<f64> + Clone,
    P: Potential<f64, Const<D>>,
{
    let items = rule.iterates(potential, start.position).take(STEPS);
    items.map(|at| at.position[0]).sum()
}

/// The phase after all steps.
#[inline(always)]
fn last_phase<M, P, const D: usize>(
    method: &M,
    ball: &HeavyBall,
    potential: &P,
    start: Phase<f64, Const<D>>,
) -> Result<Option<Phase<f64, Const<D>>>, Error>
where
    M: FixedStep<f64>,
    P: Potential<f64, Const<D>>,
{
    let run = method.phases(ball, potential, start)?;
    Ok(run.after(STEPS).ok())
}

/// The last position by an adaptive method.
fn last_position<M>(
    problem: &Problem<DoubleWell, Const<2>>,
    method: &M,
) -> Result<Vector2<f64>, Error>
where
    M: Method<DoubleWell, Const<2>>,
{
    Ok(problem.solve(method)?.last().position)
}

fn main() -> Outcome {
    if Instructions::best() == Instructions::Baseline && cfg!(target_arch = "x86_64") {
        return Err("the loops by hand need a processor with AVX2 and FMA".into());
    }
    // With more drag the ball would settle, and the loops would time subnormal numbers.
    let ball = black_box(HeavyBall::new(1.0, 1e-5)?);
    let dt = black_box(0.05);
    let [alpha, beta] = black_box([dt * dt, 1.0 - 1e-5 * dt]);
    let [damping, kick, drift, half_drift] = black_box([beta, dt, dt, dt / 2.0]);
    let momentum = Momentum::new(alpha, beta)?;
    let nesterov = Nesterov::new(alpha, 0.9)?;
    let symplectic = SymplecticEuler::new(dt)?;
    let leapfrog = Leapfrog::new(dt)?;
    let one = || Phase::at_rest(black_box(vector![-0.5]));
    let two = || Phase::at_rest(black_box(vector![-1.5, -1.4]));
    let problem = Problem::new(HeavyBall::new(1.0, 0.2)?, DoubleWell, vector![-1.5, -1.4]);
    let problem = problem.until(100.0);
    let rk45 = Rk45::new(1e-9, 1e-9);
    let gradients = problem.solve(&rk45)?.gradients();

    let dop853 = Dop853::new(1e-9, 1e-9);
    let many = problem.solve(&dop853)?.gradients();
    // The two-step form of Verlet with drag is a momentum iteration: derivation (23), (24).
    let verlet = Momentum::from_heavy_ball(&ball, dt, Discretization::CentralDrag)?;

    let mut pairs = Pairs::from_arguments();
    pairs.time(
        "Momentum, quartic, 1-D",
        STEPS,
        || last_iterate(momentum, &Quartic, one()),
        || momentum_quartic(alpha, beta),
    );
    pairs.time(
        "Momentum, quartic, against the shortest chain",
        STEPS,
        || last_iterate(momentum, &Quartic, one()),
        || short_chain_quartic(alpha, beta),
    );
    pairs.time(
        "Momentum, double well, 2-D",
        STEPS,
        || last_iterate(momentum, &DoubleWell, two()),
        || momentum_double_well(alpha, beta),
    );
    pairs.time(
        "Nesterov, double well, 2-D",
        STEPS,
        || last_iterate(nesterov, &DoubleWell, two()),
        || nesterov_double_well(alpha, 0.9),
    );
    pairs.time(
        "Momentum, quartic, all its positions by path",
        STEPS,
        || momentum.iterates(&Quartic, one().position).path(STEPS),
        || path_quartic(alpha, beta),
    );
    pairs.time(
        "Momentum, quartic, item by item",
        STEPS,
        || one_by_one(momentum, &Quartic, one()),
        || momentum_quartic(alpha, beta),
    );
    pairs.time(
        "Momentum, double well, item by item",
        STEPS,
        || one_by_one(momentum, &DoubleWell, two()),
        || momentum_double_well(alpha, beta),
    );
    pairs.time(
        "SymplecticEuler, quartic, 1-D",
        STEPS,
        || last_phase(&symplectic, &ball, &Quartic, one()),
        || kick_drift_quartic(damping, kick, drift),
    );
    pairs.time(
        "SymplecticEuler, double well, 2-D",
        STEPS,
        || last_phase(&symplectic, &ball, &DoubleWell, two()),
        || kick_drift_double_well(damping, kick, drift),
    );
    pairs.time(
        "Leapfrog, quartic, 1-D",
        STEPS,
        || last_phase(&leapfrog, &ball, &Quartic, one()),
        || leapfrog_quartic(damping, kick, half_drift),
    );
    pairs.time(
        "Leapfrog, double well, 2-D",
        STEPS,
        || last_phase(&leapfrog, &ball, &DoubleWell, two()),
        || leapfrog_double_well(damping, kick, half_drift),
    );
    pairs.time(
        "Verlet with drag as momentum, against leapfrog's 3 lines",
        STEPS,
        || last_iterate(verlet, &Quartic, one()),
        || leapfrog_quartic(damping, kick, half_drift),
    );
    pairs.time(
        "Dop853 with its dense output, double well, a gradient",
        many,
        || last_position(&problem, &dop853),
        direct_dop853,
    );
    pairs.time(
        "Dop853, all its phases",
        many,
        || problem.solve(&dop853).map(|run| run.states().len()),
        direct_dop853,
    );
    pairs.time(
        "Dop853 without dense output",
        many,
        || last_position(&problem, &dop853.without_dense_output()),
        direct_dop853,
    );
    pairs.time(
        "Dop853 with fine output",
        many,
        || last_position(&problem, &dop853.with_fine_output()),
        direct_dop853,
    );
    pairs.time(
        "Rk45, double well, a gradient",
        gradients,
        || last_position(&problem, &rk45),
        direct,
    );
    pairs.time(
        "Rk45, all its phases",
        gradients,
        || problem.solve(&rk45).map(|run| run.states().len()),
        direct,
    );
    pairs.print("A step of one ball");
    Ok(())
}
