//! The native half of the Python package `heavyball_ode`. The other half, `python/heavyball_ode`, names and documents
//! what users see.

// pyo3's macros write unsafe code; this crate writes none.
#![allow(unsafe_code, reason = "the expansion of pyo3's macros")]

mod adaptive;
mod arrays;
mod ball;
mod barrier;
mod convergence;
mod energy;
mod ensemble;
mod equations;
mod errors;
mod events;
mod family;
mod fire;
mod followed;
mod frameworks;
mod function;
mod guarded;
mod html_table;
mod langevin;
mod limits;
mod logistic_regression;
mod mapping;
mod motion;
mod potential;
mod preconditioned;
mod restarted;
mod rules;
mod schedule;
mod sgd;
mod stability;
mod stochastic;
mod temperature;

use pyo3::prelude::*;

#[pymodule]
mod _native {
    #[pymodule_export]
    use crate::adaptive::AdaptiveRule;
    #[pymodule_export]
    use crate::arrays::checked;
    #[pymodule_export]
    use crate::ball::{DampedOscillator, HeavyBall};
    #[pymodule_export]
    use crate::barrier::{Barrier, escape_speed};
    #[pymodule_export]
    use crate::ensemble::ensemble;
    #[pymodule_export]
    use crate::equations::{
        corrected_flow, gradient_flow, hessian_damped, high_resolution, nesterov_flow,
        nesterov_flow_exact, symplectic_euler_flow,
    };
    #[pymodule_export]
    use crate::events::BuiltInEvent;
    #[pymodule_export]
    use crate::family::{Accelerated, OptimizedGradient, Tuning};
    #[pymodule_export]
    use crate::fire::Fire;
    #[pymodule_export]
    use crate::followed::followed;
    #[pymodule_export]
    use crate::langevin::Langevin;
    #[pymodule_export]
    use crate::limits::{accelerated, overdamped, small_rate, small_step};
    #[pymodule_export]
    use crate::logistic_regression::LogisticRegression;
    #[pymodule_export]
    use crate::mapping::{Discretization, rescaled, start_velocity};
    #[pymodule_export]
    use crate::motion::{Motion, solve};
    #[pymodule_export]
    use crate::potential::Potential;
    #[pymodule_export]
    use crate::preconditioned::PreconditionedMomentum;
    #[pymodule_export]
    use crate::restarted::Restarted;
    #[pymodule_export]
    use crate::rules::{GradientDescent, Momentum, Nesterov};
    #[pymodule_export]
    use crate::schedule::{Schedule, ScheduledMomentum, ScheduledNesterov};
    #[pymodule_export]
    use crate::sgd::Sgd;
    #[pymodule_export]
    use crate::stochastic::{FiniteSum, Minibatches, NoisyGradient};
    #[pymodule_export]
    use crate::temperature::Stationary;
}
