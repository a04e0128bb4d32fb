//! A run ends when its tolerances are met, and not before.

use crate::problems::Of;
use argmin::core::{Error, Executor, TerminationReason, TerminationStatus};
use heavyball::Linear;
use heavyball::optimizers::OptimizedGradient;
use heavyball::prelude::*;
use heavyball_argmin::{RuleSolver, State, Tolerances};
use nalgebra::{Vector2, vector};

const START: Vector2<f64> = vector![-1.5, 0.0];

fn run(tolerances: Tolerances) -> Result<(u64, TerminationStatus), Error> {
    let solver = RuleSolver::new(Momentum::new(0.02, 0.95)?).with_tolerances(tolerances);
    let run = Executor::new(Of::<_, Vector2<f64>>::new(DoubleWell), solver)
        .configure(|state: State<_>| state.param(START).max_iters(2000))
        .run()?;
    Ok((run.state.iter, run.state.termination_status))
}

/// The first k with both |∇f(x_{k−1})| and |v_k|²/2α within bounds, from heavyball's run.
fn first(holds: impl Fn(f64, f64, f64) -> bool) -> Result<u64, Error> {
    let rule = Momentum::new(0.02, 0.95)?;
    let run: Vec<_> = rule.iterates(&DoubleWell, START).take(2001).collect();
    let found = run.windows(2).position(|pair| {
        let mut gradient = pair[0].position;
        DoubleWell.gradient(&pair[0].position, &mut gradient);
        let kinetic = pair[1].velocity.norm_squared() / 0.04;
        holds(
            gradient.norm(),
            kinetic,
            DoubleWell.value(&pair[1].position),
        )
    });
    Ok(found.map_or(2000, |k| k as u64 + 1))
}

#[test]
fn by_the_gradient_the_kinetic_energy_and_both() -> Result<(), Error> {
    let converged = TerminationStatus::Terminated(TerminationReason::SolverConverged);
    let (a, b) = (0.5, 2e-3);
    let gradient = Tolerances::new().with_gradient(a)?;
    let kinetic = Tolerances::new().with_kinetic_energy(b)?;
    let both = gradient.with_kinetic_energy(b)?;
    let expected = first(|g, _, _| g <= a)?;
    assert_eq!(run(gradient)?, (expected, converged.clone()));
    let turning = first(|_, k, _| k <= b)?;
    assert_eq!(run(kinetic)?, (turning, converged.clone()));
    let settled = first(|g, k, _| g <= a && k <= b)?;
    assert_eq!(run(both)?, (settled, converged));
    let all = (expected, turning, settled);
    assert!(
        expected < settled && turning < settled && settled < 500,
        "{all:?}"
    );
    Ok(())
}

/// Below the barrier at f = 0 the ball is caught: the energy never rises, derivation (21).
#[test]
fn by_the_energy() -> Result<(), Error> {
    let caught = Tolerances::new().with_energy_below(-0.01)?;
    let expected = first(|_, k, f| f + k <= -0.01)?;
    assert_eq!(run(caught)?.0, expected);
    assert!(expected > 5 && expected < 500);
    Ok(())
}

/// f = x, α = ½ from 0: |∇f| = 1, v = −½, |v|²/2α = ¼ and f + ¼ = −¼, without rounding.
#[test]
fn each_is_met_at_its_bound() -> Result<(), Error> {
    let all = Tolerances::new()
        .with_gradient(1.0)?
        .with_kinetic_energy(0.25)?
        .with_energy_below(-0.25)?;
    let ends = |tolerances| {
        let solver = RuleSolver::new(GradientDescent::new(0.5)?).with_tolerances(tolerances);
        let slope = Of::<_, [f64; 1]>::new(Linear::new(vector![1.0])?);
        let run = Executor::new(slope, solver)
            .configure(|state: State<_>| state.param([0.0]).max_iters(9))
            .run()?;
        Ok::<_, Error>(run.state.iter)
    };
    assert_eq!(ends(all)?, 1);
    assert_eq!(ends(all.with_gradient(1.0_f64.next_down())?)?, 9);
    assert_eq!(ends(all.with_kinetic_energy(0.25_f64.next_down())?)?, 9);
    // The next iteration is lower by ½.
    assert_eq!(ends(all.with_energy_below((-0.25_f64).next_down())?)?, 2);
    Ok(())
}

#[test]
fn a_rule_without_a_kinetic_energy_meets_none() -> Result<(), Error> {
    let kinetic = Tolerances::new().with_kinetic_energy(1e300)?;
    let energy = Tolerances::new().with_energy_below(1e300)?;
    for tolerances in [kinetic, energy] {
        let solver = RuleSolver::new(OptimizedGradient::new(50.0, 20)?).with_tolerances(tolerances);
        let run = Executor::new(Of::<_, Vector2<f64>>::new(DoubleWell), solver)
            .configure(|state: State<_>| state.param(START).max_iters(20))
            .run()?;
        assert_eq!(run.state.iter, 20);
    }
    Ok(())
}

#[test]
fn by_iterations_and_by_cost() -> Result<(), Error> {
    let reached = TerminationStatus::Terminated(TerminationReason::MaxItersReached);
    assert_eq!(run(Tolerances::new())?, (2000, reached));
    let solver = RuleSolver::new(Momentum::new(0.02, 0.95)?);
    let run = Executor::new(Of::<_, Vector2<f64>>::new(DoubleWell), solver)
        .configure(|state: State<_>| state.param(START).target_cost(-0.9).max_iters(2000))
        .run()?;
    let expected = first(|_, _, f| f <= -0.9)?;
    assert_eq!(run.state.iter, expected);
    let reason = run.state.termination_status;
    let target = TerminationStatus::Terminated(TerminationReason::TargetCostReached);
    assert_eq!(reason, target);
    Ok(())
}
