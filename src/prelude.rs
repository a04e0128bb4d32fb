//! Everything a program about the heavy ball usually needs: `use heavyball::prelude::*;`.

pub use crate::curvature::Curvature;
pub use crate::events::Event;
pub use crate::integrators::{
    CentralLeapfrog, Composition, ConformalEuler, Dop853, DriftKickEuler, ExplicitEuler, FixedStep,
    Leapfrog, Rk45, Step, SymplecticEuler,
};
pub use crate::mapping::{Discretization, Gauge};
pub use crate::optimizers::{
    Cosine, GradientDescent, Iterate, Momentum, Nesterov, NesterovSchedule, Schedule, Scheduled,
    StepDrop, SutskeverSchedule, TwoStep, UpdateRule, WarmUp,
};
pub use crate::physics::{
    DampedOscillator, GradientFlow, HeavyBall, HighResolution, NesterovFlow, Phase, QuadraticMotion,
};
pub use crate::potential::Potential;
pub use crate::potentials::{
    AutoDiff, DoubleWell, DualFunction, GradientCheck, Himmelblau, LessardRechtPackard, Linear,
    LogisticRegression, Quadratic, Quartic, Rosenbrock, TiltedDoubleWell, check_gradient, from_fn,
    from_fn_in_place,
};
pub use crate::problem::{Method, Problem};
pub use crate::second_order::SecondOrderSystem;
pub use crate::solution::Solution;
pub use crate::system::FirstOrderSystem;
pub use crate::trajectory::Trajectory;
pub use crate::{Error, Number};
