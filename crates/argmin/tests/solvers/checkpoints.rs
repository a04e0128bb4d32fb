//! A run that is saved, restored and continued has the bits of one without.

use crate::problems::Of;
use argmin::core::checkpointing::{Checkpoint, CheckpointingFrequency};
use argmin::core::{Error, Executor, Solver};
use argmin_checkpointing_file::FileCheckpoint;
use heavyball::adaptive_rules::{Adam, NAdam};
use heavyball::optimizers::{NesterovSchedule, Restart};
use heavyball::prelude::*;
use heavyball_argmin::{
    AdaptiveRuleSolver, BallSolver, Resumable, Resume, RuleSolver, State, Tolerances,
};
use serde::{Serialize, de::DeserializeOwned};

type Well = Of<DoubleWell, [f64; 2]>;

fn directory(name: &str) -> String {
    let name = format!("heavyball-argmin-{}-{name}", std::process::id());
    std::env::temp_dir()
        .join(name)
        .to_string_lossy()
        .into_owned()
}

/// The state after `iterations`, with a checkpoint every 10 if there is a directory.
fn run<S>(
    solver: &S,
    iterations: u64,
    directory: Option<&str>,
) -> Result<(S, State<[f64; 2]>), Error>
where
    S: Solver<Well, State<[f64; 2]>> + Resume + 'static,
    S::Memory: Serialize + DeserializeOwned,
{
    let mut executor = Executor::new(Well::new(DoubleWell), solver.clone())
        .configure(|state| state.param([-1.5, -1.5]).max_iters(iterations));
    if let Some(directory) = directory {
        let file = FileCheckpoint::new(directory, "run", CheckpointingFrequency::Every(10));
        let checkpoint = Resumable::new(file, solver.clone()).with_max_iters(iterations);
        executor = executor.checkpointing(checkpoint);
    }
    let result = executor.run()?;
    Ok((result.solver, result.state))
}

fn check<S>(name: &str, solver: S) -> Result<(), Error>
where
    S: Solver<Well, State<[f64; 2]>> + Resume + 'static,
    S::Memory: Serialize + DeserializeOwned + PartialEq + std::fmt::Debug,
{
    let (whole, whole_state) = run(&solver, 100, None)?;
    let directory = directory(name);
    // Stopped at 47, so that the last seven iterations are done again.
    run(&solver, 47, Some(&directory))?;
    let (continued, state) = run(&solver, 100, Some(&directory))?;
    std::fs::remove_dir_all(&directory)?;
    assert_eq!(continued.memory(), whole.memory());
    assert_eq!(state.param, whole_state.param);
    assert_eq!(
        (state.iter, state.cost),
        (whole_state.iter, whole_state.cost)
    );
    Ok(())
}

#[test]
fn continued_runs_have_the_same_bits() -> Result<(), Error> {
    check("momentum", RuleSolver::new(Momentum::new(0.01, 0.95)?))?;
    let scheduled = Nesterov::scheduled(0.01, NesterovSchedule::new(3.0)?);
    check(
        "schedule",
        RuleSolver::new(scheduled).with_steps_per_iteration(3),
    )?;
    check(
        "restart",
        RuleSolver::new(scheduled).with_restart(Restart::Gradient),
    )?;
    check("adam", AdaptiveRuleSolver::new(Adam::new(0.05)?))?;
    check("nadam", AdaptiveRuleSolver::new(NAdam::new(0.05)?))?;
    check("ball", BallSolver::new(HeavyBall::new(1.0, 0.1)?, 0.1)?)
}

#[test]
fn a_checkpoint_of_another_rule_is_refused() -> Result<(), Error> {
    let directory = directory("other");
    run(
        &RuleSolver::new(Momentum::new(0.01, 0.9)?),
        20,
        Some(&directory),
    )?;
    let refused = run(
        &RuleSolver::new(Nesterov::new(0.01, 0.9)?),
        20,
        Some(&directory),
    );
    std::fs::remove_dir_all(&directory)?;
    let message = refused
        .err()
        .map(|error| error.to_string())
        .unwrap_or_default();
    assert!(
        message.contains("Momentum") && message.contains("Nesterov"),
        "{message}"
    );
    Ok(())
}

#[test]
fn a_checkpoint_of_another_dimension_is_refused() -> Result<(), Error> {
    let solver: RuleSolver<_, nalgebra::Const<2>> = RuleSolver::new(Momentum::new(0.01, 0.9)?);
    let (run, _) = run(&solver, 20, None)?;
    let memory = run.memory().ok_or(heavyball_argmin::Error::NoStart)?;
    let planar: RuleSolver<_, nalgebra::Const<3>> = RuleSolver::new(Momentum::new(0.01, 0.9)?);
    let refused = planar.resumed(memory).err().map(|error| error.to_string());
    assert!(refused.is_some_and(|message| message.contains("3 dimensions")));
    Ok(())
}

/// A run that had converged when it was saved does not go on.
#[test]
fn tolerances_hold_after_a_restart_of_the_program() -> Result<(), Error> {
    let tolerances = Tolerances::new().with_gradient(1e-6)?;
    let solver = RuleSolver::new(Momentum::new(0.1, 0.5)?).with_tolerances(tolerances);
    let (ended, state) = run(&solver, 1000, None)?;
    let memory = ended.memory().ok_or(heavyball_argmin::Error::NoStart)?;
    let mut again = solver.resumed(memory)?;
    let status = Solver::<Well, _>::terminate(&mut again, &state);
    assert!(status.terminated() && state.iter < 100);
    Ok(())
}

/// argmin's trait takes any store; one that never had a checkpoint starts anew.
#[test]
fn without_a_file_the_run_starts() -> Result<(), Error> {
    let solver: RuleSolver<_, nalgebra::Const<2>> = RuleSolver::new(Momentum::new(0.01, 0.9)?);
    let directory = directory("none");
    let file = FileCheckpoint::new(directory.as_str(), "run", CheckpointingFrequency::Never);
    let checkpoint = Resumable::new(file, solver);
    let loaded: Option<(_, State<[f64; 2]>)> = checkpoint.load()?;
    assert!(loaded.is_none());
    Ok(())
}
