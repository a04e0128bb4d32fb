//! Each step map against a loop written by hand, and Rk45 and Dop853 against ode_solvers itself.

#![allow(missing_docs, reason = "a program")]

use heavyball::prelude::*;

use heavyball::Method;
use nalgebra::{Const, Vector2, Vector4, vector};
use ode_solvers::continuous_output_model::ContinuousOutputModel;
use paired::Pairs;
use std::hint::black_box;

type Outcome = Result<(), Box<dyn std::error::Error>>;

/// Number of steps in one timing.
const STEPS: usize = 200_000;

/// Momentum on the quartic, one update after the other.
fn textbook_quartic(alpha: f64, beta: f64) -> (f64, f64) {
    let (mut x, mut v) = (black_box(-0.5_f64), 0.0);
    for _ in 0..STEPS {
        let g = x * x * (4.0 * x - 9.0);
        v = beta * v - alpha * g;
        x += v;
    }
    (x, v)
}

fn textbook_double_well(alpha: f64, beta: f64) -> [f64; 4] {
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

/// Momentum with the shortest chain of dependent operations: x + βv does not wait for the gradient. The rounding
/// differs.
fn short_chain_quartic(alpha: f64, beta: f64) -> (f64, f64) {
    let (mut x, mut v) = (black_box(-0.5_f64), 0.0);
    for _ in 0..STEPS {
        let g = x * x * (4.0 * x - 9.0);
        let (coasted, push) = (x + beta * v, alpha * g);
        v = beta * v - push;
        x = coasted - push;
    }
    (x, v)
}

fn short_chain_double_well(alpha: f64, beta: f64) -> [f64; 4] {
    let [mut x, mut y, mut v, mut w] = black_box([-1.5_f64, -1.4, 0.0, 0.0]);
    for _ in 0..STEPS {
        let (g, h) = (4.0 * x * (x * x - 1.0), 2.0 * y);
        let (coasted, push) = (x + beta * v, alpha * g);
        let (over, down) = (y + beta * w, alpha * h);
        v = beta * v - push;
        w = beta * w - down;
        x = coasted - push;
        y = over - down;
    }
    [x, y, v, w]
}

/// Kick, then drift; the coefficients are those of symplectic and of conformal Euler.
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
    rule.iterates(potential, start.position).nth(STEPS)
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
    let mut run = method.phases(ball, potential, start)?;
    Ok(run.nth(STEPS))
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
    // With more drag the ball would settle, and the loops would time subnormal numbers.
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

    let dop853 = Dop853::new(1e-9, 1e-9);
    let many = problem.solve(&dop853)?.gradients();
    // The two-step form of Verlet with drag is a momentum iteration: derivation (23), (24).
    let verlet = Momentum::from_heavy_ball(&ball, dt, Discretization::CentralDrag)?;

    let mut pairs = Pairs::from_arguments();
    pairs.time(
        "Momentum, quartic, 1-D",
        STEPS,
        || last_iterate(momentum, &Quartic, one()),
        || short_chain_quartic(alpha, beta),
    );
    pairs.time(
        "Momentum, double well, 2-D",
        STEPS,
        || last_iterate(momentum, &DoubleWell, two()),
        || short_chain_double_well(alpha, beta),
    );
    pairs.time(
        "Textbook, quartic, against the same order",
        STEPS,
        || last_iterate(momentum.textbook(), &Quartic, one()),
        || textbook_quartic(alpha, beta),
    );
    pairs.time(
        "Textbook, quartic, against the shortest chain",
        STEPS,
        || last_iterate(momentum.textbook(), &Quartic, one()),
        || short_chain_quartic(alpha, beta),
    );
    pairs.time(
        "Textbook, double well, against the same order",
        STEPS,
        || last_iterate(momentum.textbook(), &DoubleWell, two()),
        || textbook_double_well(alpha, beta),
    );
    pairs.time(
        "Textbook, double well, against the shortest chain",
        STEPS,
        || last_iterate(momentum.textbook(), &DoubleWell, two()),
        || short_chain_double_well(alpha, beta),
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
