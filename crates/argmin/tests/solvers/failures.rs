//! NaN in cost or gradient, and every other failure, is an error with the iteration.
//!
//! argmin's own solvers meet a NaN unprepared: the Nelder-Mead method reports it as a potential bug of argmin's
//! (argmin-rs/argmin, pull request 635).

use crate::problems::Of;
use argmin::core::{CostFunction, Error as Anyhow, Executor, Gradient};
use heavyball::adaptive_rules::Adam;
use heavyball::prelude::*;
use heavyball_argmin::{AdaptiveRuleSolver, BallSolver, Error, RuleSolver, Tolerances};
use nalgebra::{Vector1, vector};

/// A slope with steps of 0.1 to the left: at x ≤ −`wall` the cost, the gradient, or an error.
#[derive(Clone)]
struct Slope {
    wall: f64,
    cost: Option<f64>,
    gradient: Option<Vec<f64>>,
}

impl CostFunction for Slope {
    type Param = Vec<f64>;
    type Output = f64;

    fn cost(&self, x: &Vec<f64>) -> Result<f64, Anyhow> {
        Ok(match self.cost {
            Some(7.0) if x[0] <= -self.wall => {
                return Err(argmin::core::ArgminError::NotImplemented {
                    text: "here".to_owned(),
                }
                .into());
            }
            Some(cost) if x[0] <= -self.wall => cost,
            _ => x[0],
        })
    }
}

impl Gradient for Slope {
    type Param = Vec<f64>;
    type Gradient = Vec<f64>;

    fn gradient(&self, x: &Vec<f64>) -> Result<Vec<f64>, Anyhow> {
        match &self.gradient {
            Some(gradient) if x[0] <= -self.wall && gradient.as_slice() == [7.0] => {
                Err(argmin::core::ArgminError::NotImplemented {
                    text: "here".to_owned(),
                }
                .into())
            }
            Some(gradient) if x[0] <= -self.wall => Ok(gradient.clone()),
            _ => Ok(vec![1.0]),
        }
    }
}

fn error(slope: &Slope, steps: u64) -> Result<Error, Anyhow> {
    let solver = RuleSolver::new(GradientDescent::new(0.125)?).with_steps_per_iteration(steps);
    failed(slope, solver)
}

fn failed<S>(slope: &Slope, solver: S) -> Result<Error, Anyhow>
where
    S: argmin::core::Solver<Slope, heavyball_argmin::State<Vec<f64>>>,
{
    let run = Executor::new(slope.clone(), solver)
        .configure(|state| state.param(vec![0.0]).max_iters(1000))
        .run();
    match run {
        Ok(_) => Ok(Error::NoSteps),
        Err(error) => error.downcast::<Error>(),
    }
}

#[test]
fn a_cost_of_nan() -> Result<(), Anyhow> {
    for cost in [f64::NAN, f64::INFINITY] {
        let slope = Slope {
            wall: 1.0,
            cost: Some(cost),
            gradient: None,
        };
        // Steps of ⅛: the wall is reached by step 8; the cost is seen once an iteration.
        let message = error(&slope, 1)?.to_string();
        assert!(
            message.starts_with(&format!("the cost is {cost} at iteration 8")),
            "{message}"
        );
        let message = error(&slope, 5)?.to_string();
        assert!(
            message.starts_with(&format!("the cost is {cost} at iteration 10")),
            "{message}"
        );
    }
    Ok(())
}

#[test]
fn a_gradient_of_nan() -> Result<(), Anyhow> {
    for gradient in [f64::NAN, f64::INFINITY, f64::NEG_INFINITY] {
        for steps in [1, 3, 6, 9, 100] {
            let slope = Slope {
                wall: 1.0,
                cost: None,
                gradient: Some(vec![gradient]),
            };
            let error = error(&slope, steps)?;
            let is_eight = matches!(error, Error::NonFiniteGradient { iteration: 8, position } if position == 1.0);
            assert!(is_eight, "{error:?} at {steps}");
        }
    }
    Ok(())
}

#[test]
fn an_error_of_the_problem() -> Result<(), Anyhow> {
    for steps in [1, 3, 100] {
        let slope = Slope {
            wall: 1.0,
            cost: None,
            gradient: Some(vec![7.0]),
        };
        let message = error(&slope, steps)?.to_string();
        let expected = "the problem failed at iteration 8: Not implemented";
        assert!(message.starts_with(expected), "{message}");
    }
    Ok(())
}

/// The cost is asked for once an iteration of one step, of five steps, and at the start.
#[test]
fn an_error_of_the_cost() -> Result<(), Anyhow> {
    for (wall, steps, iteration) in [(1.0, 1, 8), (1.0, 5, 10), (0.0, 1, 0)] {
        let slope = Slope {
            wall,
            cost: Some(7.0),
            gradient: None,
        };
        let message = error(&slope, steps)?.to_string();
        let expected = format!("the problem failed at iteration {iteration}: Not implemented");
        assert!(message.starts_with(&expected), "{message}");
    }
    Ok(())
}

#[test]
fn a_gradient_of_another_length() -> Result<(), Anyhow> {
    for steps in [1, 3, 100] {
        let slope = Slope {
            wall: 1.0,
            cost: None,
            gradient: Some(vec![1.0, 2.0]),
        };
        let error = error(&slope, steps)?;
        let is_told = matches!(
            error,
            Error::GradientLength {
                iteration: 8,
                expected: 1,
                found: 2
            }
        );
        assert!(is_told, "{error:?}");
    }
    Ok(())
}

/// Adam's first steps on a slope are α long: 0.1, so that the tenth leads beyond 0.95.
#[test]
fn adaptive_rules_tell_it_too() -> Result<(), Anyhow> {
    let slope = Slope {
        wall: 0.95,
        cost: None,
        gradient: Some(vec![f64::NAN]),
    };
    for steps in [1, 3, 4, 7, 100] {
        let adam = AdaptiveRuleSolver::new(Adam::new(0.1)?).with_steps_per_iteration(steps);
        let error = failed(&slope, adam)?;
        let is_told = matches!(error, Error::NonFiniteGradient { iteration: 10, .. });
        assert!(is_told, "{error:?} at {steps}");
    }
    Ok(())
}

/// x = −t²/2 reaches the wall at √2, in the third interval of ½, whatever steps the integrator takes there.
#[test]
fn the_ball_tells_its_interval() -> Result<(), Anyhow> {
    for (gradient, is_problem) in [(f64::NAN, false), (7.0, true)] {
        let slope = Slope {
            wall: 1.0,
            cost: None,
            gradient: Some(vec![gradient]),
        };
        let ball = BallSolver::new(HeavyBall::new(1.0, 0.0)?, 0.5)?;
        let error = failed(&slope, ball)?;
        let is_told = match error {
            Error::NonFiniteGradient { iteration: 2, .. } => !is_problem,
            Error::Problem { iteration: 2, .. } => is_problem,
            _ => false,
        };
        assert!(is_told, "{error:?}");
    }
    Ok(())
}

/// x⁴ from 3 grows beyond f64 within a few steps, of which the first that is not finite is found by hand.
#[test]
fn a_diverging_run() -> Result<(), Anyhow> {
    let (mut x, mut v, mut diverged) = (3.0_f64, 0.0_f64, 0);
    while x.is_finite() && v.is_finite() {
        v = 0.9 * v - 10.0 * 4.0 * x * x * x;
        x += v;
        diverged += 1;
    }
    // The cost overflows first where it is looked at before the end.
    let (mut told, mut by_cost) = (0, 0);
    for steps in 1..=2 * diverged {
        let solver = RuleSolver::new(Momentum::new(10.0, 0.9)?).with_steps_per_iteration(steps);
        let power = from_fn(
            |x: &Vector1<f64>| x.x.powi(4),
            |x| vector![4.0 * x.x * x.x * x.x],
        );
        let run = Executor::new(Of::<_, [f64; 1]>::new(power), solver)
            .configure(|state| state.param([3.0]).max_iters(1000))
            .run();
        let error = run
            .err()
            .map(|error| error.downcast::<Error>())
            .transpose()?;
        match error {
            Some(Error::Diverged { iteration, .. }) => {
                assert_eq!(iteration, diverged, "{steps}");
                told += 1;
            }
            Some(Error::NonFiniteCost { .. }) => by_cost += 1,
            other => panic!("{other:?} at {steps}"),
        }
    }
    assert!(told > diverged && by_cost > 0, "{told} {by_cost}");
    Ok(())
}

#[test]
fn starts_and_settings() -> Result<(), Anyhow> {
    let slope = Slope {
        wall: 1.0,
        cost: None,
        gradient: None,
    };
    let rule = GradientDescent::new(0.1)?;
    let nowhere = Executor::new(slope.clone(), RuleSolver::new(rule)).run();
    let message = nowhere
        .err()
        .map(|error| error.to_string())
        .unwrap_or_default();
    assert!(message.contains("no start"), "{message}");
    for (start, expected) in [
        (vec![], "empty"),
        (vec![f64::NAN], "component 0 of the start is NaN"),
    ] {
        let run = Executor::new(slope.clone(), RuleSolver::new(rule))
            .configure(|state| state.param(start))
            .run();
        let message = run.err().map(|error| error.to_string()).unwrap_or_default();
        assert!(message.contains(expected), "{message}");
    }
    let idle = failed(&slope, RuleSolver::new(rule).with_steps_per_iteration(0))?;
    assert!(matches!(idle, Error::NoSteps));
    assert!(BallSolver::<nalgebra::Dyn>::new(HeavyBall::new(1.0, 1.0)?, 0.0).is_err());
    assert!(BallSolver::<nalgebra::Dyn>::new(HeavyBall::new(1.0, 1.0)?, f64::NAN).is_err());
    assert!(Tolerances::new().with_gradient(-1.0).is_err());
    assert!(
        Tolerances::new()
            .with_kinetic_energy(f64::INFINITY)
            .is_err()
    );
    assert!(Tolerances::new().with_energy_below(f64::NAN).is_err());
    // A schedule that leaves its range ends the run with its iteration.
    let broken = Momentum::scheduled(|k: usize| 0.1 - 0.01 * k as f64, 0.9);
    for steps in [1, 6] {
        let solver = RuleSolver::new(broken).with_steps_per_iteration(steps);
        let message = failed(&slope, solver)?.to_string();
        assert!(message.contains("iteration 11"), "{message}");
    }
    Ok(())
}
