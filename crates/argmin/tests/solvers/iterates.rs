//! The parameters of a run are heavyball's iterates, bit for bit.

use crate::problems::Of;
use argmin::core::{Error, Executor};
use heavyball::adaptive_rules::{
    Adagrad, Adam, AdaptiveRule, AmsGrad, Lion, NAdam, RmsProp, ScheduledAdaptive,
};
use heavyball::mapping::AdaptiveMapping;
use heavyball::optimizers::{NesterovSchedule, OptimizedGradient, Restart, Tuning};
use heavyball::prelude::*;
use heavyball::{Accelerated, Cosine, PreconditionedMomentum, TwoStepMomentum};
use heavyball_argmin::{AdaptiveRuleSolver, Coefficients, RuleSolver};
use nalgebra::{Vector2, vector};

type Well = Of<DoubleWell, Vector2<f64>>;
const START: Vector2<f64> = vector![-1.5, -1.5];
const STEPS: usize = 100;

/// 100 steps in argmin, taken one by one and in iterations of several, against the same rule in heavyball.
fn check<R: Coefficients>(rule: R) -> Result<(), Error> {
    let expected = rule.iterates(&DoubleWell, START).after(STEPS)?;
    for steps in [1, 4, 100] {
        let solver = RuleSolver::new(rule.clone()).with_steps_per_iteration(steps);
        let run = Executor::new(Well::new(DoubleWell), solver)
            .configure(|state| state.param(START).max_iters(STEPS as u64 / steps))
            .run()?;
        assert_eq!(run.state.param, Some(expected.position), "{steps}");
        assert_eq!(run.solver.iterate(), Some(&expected), "{steps}");
        assert_eq!(run.state.cost, DoubleWell.value(&expected.position));
    }
    Ok(())
}

#[test]
fn rules_with_constant_coefficients() -> Result<(), Error> {
    check(GradientDescent::new(0.1)?)?;
    check(Momentum::new(0.1, 0.5)?)?;
    check(Momentum::new(0.01, 0.99)?)?;
    check(Nesterov::new(0.05, 0.9)?)?;
    check(Accelerated::new(0.05, 0.8, 0.3)?)?;
    check(Tuning::TripleMomentum.rule(1.0, 50.0)?)?;
    check(TwoStepMomentum::new(0.05, 0.9)?)?;
    check(OptimizedGradient::new(50.0, STEPS)?)?;
    let masses = PreconditionedMomentum::diagonal(vector![0.1, 0.01], vector![0.5, 0.9])?;
    check(masses)
}

#[test]
fn rules_with_schedules_count_on() -> Result<(), Error> {
    check(Momentum::scheduled(Cosine::new(0.1, 0.0, STEPS)?, 0.9))?;
    check(Nesterov::scheduled(0.05, NesterovSchedule::new(3.0)?))
}

/// O'Donoghue and Candès (2015), section 3.2: a restart sets v and the count of the schedule to 0; heavyball's derivation (68).
#[test]
fn restarts() -> Result<(), Error> {
    let bowl = Quadratic::diagonal(vector![1.0, 100.0])?;
    let start = vector![1.0, 1.0];
    let rule = Nesterov::scheduled(0.01, NesterovSchedule::new(3.0)?);
    for restart in Restart::ALL {
        let mut reference = restart.run(rule, &bowl, start);
        let expected = reference.nth(200).map(|iterate| iterate.position);
        assert!(reference.restarts() > 1, "{}", restart.name());
        for steps in [1, 8] {
            let solver = RuleSolver::new(rule)
                .with_restart(restart)
                .with_steps_per_iteration(steps);
            let run = Executor::new(Of::<_, Vector2<f64>>::new(&bowl), solver)
                .configure(|state| state.param(start).max_iters(200 / steps))
                .run()?;
            assert_eq!(run.state.param, expected, "{}", restart.name());
            assert_eq!(run.solver.restarts(), reference.restarts() as u64);
        }
    }
    Ok(())
}

fn check_adaptive<R: AdaptiveRule<f64>>(rule: R) -> Result<(), Error> {
    let expected = rule.run(&DoubleWell, START).after(STEPS)?;
    for steps in [1, 4, 100] {
        let solver = AdaptiveRuleSolver::new(rule.clone()).with_steps_per_iteration(steps);
        let run = Executor::new(Well::new(DoubleWell), solver)
            .configure(|state| state.param(START).max_iters((STEPS / steps) as u64))
            .run()?;
        assert_eq!(run.state.param, Some(expected.position), "{steps}");
        assert_eq!(run.solver.state(), Some(&expected), "{steps}");
    }
    Ok(())
}

#[test]
fn adaptive_rules() -> Result<(), Error> {
    check_adaptive(Adam::new(0.05)?)?;
    check_adaptive(Adam::adam_w(0.05, 0.01)?)?;
    check_adaptive(NAdam::new(0.05)?)?;
    check_adaptive(AmsGrad::new(0.05)?)?;
    check_adaptive(RmsProp::new(0.01)?)?;
    check_adaptive(Adagrad::new(0.1)?)?;
    check_adaptive(Lion::new(0.01)?)?;
    let cosine = Cosine::new(0.1, 0.0, STEPS)?;
    check_adaptive(ScheduledAdaptive::new(Adam::new(0.1)?, cosine))
}

/// Derivation (78): Adam is p₊ = β₁p − ∇f, x₊ = x + p₊/M₊ at Δt = 1, so its kinetic energy is Σp²/(2M) with p = −m/(1 − β₁).
#[test]
fn kinetic_energy_of_adam() -> Result<(), Error> {
    use crate::observed::Record;
    let adam = Adam::new(0.05)?;
    let record = Record::default();
    let solver = AdaptiveRuleSolver::new(adam).with_kinetic_energy();
    Executor::new(Well::new(DoubleWell), solver)
        .configure(|state| state.param(START).max_iters(30))
        .add_observer(
            record.clone(),
            argmin::core::observers::ObserverMode::Always,
        )
        .run()?;
    let state = adam.run(&DoubleWell, START).after(30)?;
    let momentum = state.first_moment / (adam.beta1() - 1.0);
    let masses = adam.masses(&state, 1.0);
    let expected = 0.5 * momentum.component_div(&masses).dot(&momentum);
    let found = record.last("kinetic_energy");
    assert!((found / expected - 1.0).abs() < 1e-12, "{found} {expected}");
    Ok(())
}
