#![doc = include_str!("../README.md")]
//!
//! # What is here
//!
//! | item | what it is |
//! |---|---|
//! | [`RuleSolver`] | gradient descent, momentum, Nesterov's rule and their family, with schedules and restarts |
//! | [`AdaptiveRuleSolver`] | Adam, RMSprop, Lion and the other adaptive rules |
//! | [`BallSolver`] | the ball itself, by an adaptive integrator |
//! | [`Tolerances`] | when a run has converged |
//! | [`Resumable`] | argmin's checkpoints for these solvers |
//! | [`from_argmin`] | the other way: a problem of argmin as a potential of heavyball |
//! | [`Parameter`] | the types of parameters |
//! | [`Coefficients`] | α and β of a rule of your own |
//! | [`Error`] | every error, with the iteration |

#![forbid(unsafe_code)]

mod adaptive_rule_solver;
mod ball_solver;
mod coefficients;
mod error;
mod evaluated;
mod from_argmin;
mod parameter;
mod resumable;
mod rule_solver;
mod start;
mod tolerances;

pub use adaptive_rule_solver::{AdaptiveMemory, AdaptiveRuleSolver};
pub use ball_solver::{BallMemory, BallSolver};
pub use coefficients::Coefficients;
pub use error::Error;
pub use from_argmin::{FromArgmin, from_argmin};
pub use parameter::Parameter;
pub use resumable::{Resumable, Resume};
pub use rule_solver::{RuleMemory, RuleSolver, State};
pub use tolerances::Tolerances;
