//! Prelude: the names that most programs need, `use heavyball::prelude::*;`.
//!
//! Everything else is named by its room, such as `heavyball::optimizers::Cosine`, and the types that programs hold most often
//! also at the root, such as `heavyball::Cosine`.

pub use crate::adaptive_steps::{Adaptive, Nystrom8, Nystrom12};
pub use crate::fixed_steps::{
    CentralLeapfrog, Composition, ConformalEuler, DriftKickEuler, ExplicitEuler, FixedStep,
    Leapfrog, Step, SymplecticEuler,
};
pub use crate::mapping::{Discretization, Gauge};
pub use crate::motion::events::Event;
pub use crate::motion::{Problem, ProblemIn, Trajectory, TrajectoryIn};
pub use crate::ode::{Dop853, FirstOrderSystem, Rk45, SecondOrderSystem};
pub use crate::optimizers::{GradientDescent, Iterate, Momentum, Nesterov, Schedule, UpdateRule};
pub use crate::particle::{DampedOscillator, GradientFlow, HeavyBall, Phase};
pub use crate::potentials::{
    AutoDiff, Curvature, DoubleWell, Potential, Quadratic, Quartic, Rosenbrock, check_gradient,
    from_fn,
};
pub use crate::{Error, Number};
