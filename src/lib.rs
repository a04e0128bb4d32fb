//! The heavy-ball ODE **m ẍ = −∇f(x) − γẋ**, and the optimiser it becomes when time is cut into steps,
//! **v₊ = βv − α∇f(x), x₊ = x + v₊**.
//!
//! [`particle`] has the ball and the equations beside it, [`fixed_steps`] and [`ode`] move it forward in time, [`optimizers`]
//! move an iterate forward in k, and [`mapping`] says which ball an optimiser is: semi-implicit Euler *is* Sutskever's update,
//! with α = Δt²/m and β = 1 − γΔt/m, as an identity that the tests assert with `==` on exact rationals. Explicit Euler gives
//! the velocity line exactly and the position line with the old velocity.
//!
//! ```
//! use heavyball::prelude::*;
//! use nalgebra::vector;
//!
//! // What does learning rate 0.1 with momentum 0.5 mean? A particle of mass 1 ...
//! let rule = Momentum::new(0.1, 0.5)?;
//! let (ball, dt) = rule.to_heavy_ball(Discretization::ExplicitDrag, Gauge::Mass(1.0))?;
//!
//! // ... whose steps by symplectic Euler are the iterates,
//! let start = vector![-1.5, -1.5];
//! let iterate = rule.iterates(&DoubleWell, start).after(100)?;
//! let particle = SymplecticEuler::new(dt)?
//!     .phases(&ball, &DoubleWell, Phase::at_rest(start))?
//!     .after(100)?;
//! assert!((iterate.position - particle.position).norm() < 1e-13);
//!
//! // and whose own, continuous motion ends in the same well.
//! let motion = Problem::new(ball, DoubleWell, start).until(100.0 * dt).solve(&Rk45::new(1e-9, 1e-9))?;
//! assert!((motion.last().position - iterate.position).norm() < 1e-3);
//! # Ok::<(), heavyball::Error>(())
//! ```
//!
//! # Symbols
//!
//! | symbol | name | meaning |
//! |---|---|---|
//! | x, p, u | `position`, `momentum`, velocity ẋ | state of the particle, p = mu |
//! | v | `velocity` of an [`Iterate`] | displacement of one iteration, v = Δt·p/m |
//! | m, γ | `mass`, `drag` | of the [`HeavyBall`] |
//! | Δt, h | `dt` | step of an integrator |
//! | α, β | `alpha`, `beta` | learning rate and decay of an optimiser |
//! | z, q | | γΔt/m and Δt²/m, the two numbers a step depends on |
//! | f, ∇f | [`Potential`] | function to be minimised, energy of the particle |
//!
//! # Numbers and dimensions
//!
//! Steps and potentials run on any [`Number`] (`f64`, `f32`, dual numbers, exact rationals) in any
//! nalgebra dimension, static or dynamic. Constructors called `new` are for `f64`, so that literals
//! need no suffix; `of` takes any number. [`Problem::solve`], [`Trajectory`], [`mapping`] and figures
//! are `f64`.
//!
//! # Errors
//!
//! Every fallible function returns [`Error`], a variant for each cause, with the numbers and what to
//! do next. Iterators end after the last finite item and keep the error; `after(n)` returns it.
//!
//! # Features
//!
//! `parallel` (default): many balls at once, in the module `ensemble`, and long vectors in all threads. `progress`: a bar in the
//! terminal for long runs.
//!
//! `plot` (default): figures as PNG, in the module `plot`, with an embedded font: no system
//! library is needed.

#![forbid(unsafe_code)]

mod check;
#[cfg(feature = "parallel")]
pub mod ensemble;
pub mod error;
pub mod fixed_steps;
pub mod frameworks;
pub mod mapping;
pub mod motion;
mod number;
pub mod ode;
pub mod optimizers;
pub mod particle;
pub mod potentials;
pub mod prelude;
pub mod study;
#[cfg(feature = "parallel")]
pub mod sweep;

#[cfg(feature = "plot")]
#[doc(inline)]
pub use heavyball_plot as plot;

pub use error::Error;
pub use fixed_steps::{
    CentralLeapfrog, Composition, ConformalEuler, DriftKickEuler, ExplicitEuler, FixedStep,
    Leapfrog, Step, SymplecticEuler,
};
pub use mapping::{Discretization, Gauge};
pub use motion::{Method, Problem, ProblemIn, Trajectory, TrajectoryIn, events};
pub use number::{Exponential, Number};
pub use ode::{Dop853, FirstOrderSystem, Rk45, SecondOrderSystem, Solution, SolutionIn};
pub use optimizers::{
    Cosine, GradientDescent, Iterate, IterateIn, Iterates, Momentum, Nesterov, NesterovSchedule,
    RuleFromFn, Schedule, ScheduledMomentum, ScheduledNesterov, StepDrop, SutskeverSchedule,
    Textbook, TwoStepMomentum, UpdateRule, WarmUp,
};
pub use particle::{
    DampedOscillator, GradientFlow, HeavyBall, HighResolution, NesterovFlow, Phase, PhaseIn,
    QuadraticMotion, QuadraticMotionIn, VaryingBall,
};
pub use potentials::{
    AutoDiff, Curvature, DiagonalQuadratic, DoubleWell, Himmelblau, LessardRechtPackard, Linear,
    LinearIn, LogisticRegression, Potential, Quadratic, Quartic, Rosenbrock, SymmetricQuadratic,
    TiltedDoubleWell, check_gradient, from_fn,
};

/// The programs in the README, the guide and the page about frameworks, compiled and run as doc tests; the guide has programs that
/// need the feature `parallel`.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
#[cfg_attr(feature = "parallel", doc = include_str!("../docs/guide.md"))]
#[doc = include_str!("../docs/frameworks.md")]
pub struct Documents;
