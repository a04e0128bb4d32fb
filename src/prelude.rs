//! Prelude: the names that most programs need, `use heavyball::prelude::*;`.

pub use crate::fixed_steps::{
    CentralLeapfrog, Composition, ConformalEuler, DriftKickEuler, ExplicitEuler, FixedStep,
    Leapfrog, Step, SymplecticEuler,
};
pub use crate::mapping::{Discretization, Gauge};
pub use crate::motion::events::Event;
pub use crate::motion::{Method, Problem, ProblemIn, Trajectory, TrajectoryIn};
pub use crate::ode::{Dop853, FirstOrderSystem, Rk45, SecondOrderSystem, Solution, SolutionIn};
pub use crate::optimizers::{
    Cosine, GradientDescent, Iterate, IterateIn, Momentum, Nesterov, NesterovSchedule, RuleFromFn,
    Schedule, StepDrop, SutskeverSchedule, TwoStepMomentum, UpdateRule, WarmUp,
};
pub use crate::particle::{
    DampedOscillator, GradientFlow, HeavyBall, HighResolution, NesterovFlow, Phase, PhaseIn,
    QuadraticMotion, QuadraticMotionIn,
};
pub use crate::potentials::{
    AutoDiff, Curvature, DiagonalQuadratic, DoubleWell, DualFunction, GradientCheck, Himmelblau,
    LessardRechtPackard, Linear, LinearIn, LogisticRegression, Potential, Quadratic, Quartic,
    Rosenbrock, SymmetricQuadratic, TiltedDoubleWell, check_gradient, from_fn, from_fn_in_place,
};
pub use crate::{Error, Number};
