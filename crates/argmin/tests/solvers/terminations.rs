//! A run ends when its tolerances are met, and not before.

use crate::problems::Of;
use argmin::core::{Error, Executor, TerminationReason, TerminationStatus};
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

#[test]
fn by_iterations_and_by_cost() -> Result<(), Error> {
    let reached = TerminationStatus::Terminated(TerminationReason::MaxItersReached);
    assert_eq!(run(Tolerances::new())?, (2000, reached));
    let solver = RuleSolver::new(Momentum::new(0.02, 0.95)?);
    let run = Executor::new(Of::<_, Vector2<f64>>::new(DoubleWell), solver)
        .configure(|state: State<_>| state.param(START).target_cost(-0.9))
        .run()?;
    let expected = first(|_, _, f| f <= -0.9)?;
    assert_eq!(run.state.iter, expected);
    let reason = run.state.termination_status;
    let target = TerminationStatus::Terminated(TerminationReason::TargetCostReached);
    assert_eq!(reason, target);
    Ok(())
}
