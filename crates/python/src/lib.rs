//! The native half of the Python package `heavyball_ode`. The other half, `python/heavyball_ode`, names and documents
//! what users see.

// pyo3's macros write unsafe code; this crate writes none.
#![allow(unsafe_code, reason = "the expansion of pyo3's macros")]

mod arrays;
mod ball;
mod ensemble;
mod errors;
mod events;
mod frameworks;
mod function;
mod guarded;
mod mapping;
mod motion;
mod potential;
mod rules;

use pyo3::prelude::*;

#[pymodule]
mod _native {
    #[pymodule_export]
    use crate::arrays::checked;
    #[pymodule_export]
    use crate::ball::{DampedOscillator, HeavyBall};
    #[pymodule_export]
    use crate::ensemble::ensemble;
    #[pymodule_export]
    use crate::events::BuiltInEvent;
    #[pymodule_export]
    use crate::frameworks::translate;
    #[pymodule_export]
    use crate::mapping::{Discretization, rescaled, start_velocity};
    #[pymodule_export]
    use crate::motion::{Motion, solve};
    #[pymodule_export]
    use crate::potential::Potential;
    #[pymodule_export]
    use crate::rules::{GradientDescent, Momentum, Nesterov};
}
