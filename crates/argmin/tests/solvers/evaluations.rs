//! Evaluations are counted where argmin counts them.

use crate::problems::Of;
use argmin::core::{Error, Executor};
use heavyball::optimizers::Restart;
use heavyball::prelude::*;
use heavyball_argmin::{RuleSolver, State};
use nalgebra::{Vector2, vector};

fn counts(steps: u64, restart: Option<Restart>) -> Result<(u64, u64), Error> {
    let mut solver = RuleSolver::new(Momentum::new(0.01, 0.9)?).with_steps_per_iteration(steps);
    if let Some(restart) = restart {
        solver = solver.with_restart(restart);
    }
    let run = Executor::new(Of::<_, Vector2<f64>>::new(DoubleWell), solver)
        .configure(|state: State<_>| {
            state
                .param(vector![-1.5, -1.5])
                .max_iters(20)
                .counting(true)
        })
        .run()?;
    let count = |name: &str| run.problem.counts.get(name).copied().unwrap_or(0);
    assert_eq!(
        run.state.counts.get("gradient_count"),
        Some(&count("gradient_count"))
    );
    Ok((count("cost_count"), count("gradient_count")))
}

#[test]
fn one_gradient_a_step_and_one_cost_an_iteration() -> Result<(), Error> {
    // And the cost at the start.
    assert_eq!(counts(1, None)?, (21, 20));
    assert_eq!(counts(50, None)?, (21, 1000));
    assert_eq!(counts(1, Some(Restart::Gradient))?, (21, 20));
    assert_eq!(counts(1, Some(Restart::Function))?, (61, 20));
    Ok(())
}
