//! The heavy-ball ODE **m ẍ = −∇f(x) − γẋ**, and the optimiser it becomes when time is discretised,
//! **v₊ = βv − α∇f(x), x₊ = x + v₊**.
//!
//! This crate solves the ODE, runs momentum and Nesterov's method, and converts each into the other. It is for those
//! who teach, tune or analyse momentum. What no other library does: it finds the mass, drag and step behind an (α, β),
//! tests that identity in exact arithmetic, and measures to which order the iterates follow their ODE.
//!
//! Semi-implicit Euler *is* Sutskever's update, with α = Δt²/m and β = 1 − γΔt/m: the tests assert this with `==` on
//! exact rationals. Explicit Euler gives the same velocity line, and the position line with the old velocity.
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
//! // and whose continuous motion ends in the same well.
//! let motion = Problem::new(ball, DoubleWell, start).until(100.0 * dt).solve(&Rk45::new(1e-9, 1e-9))?;
//! assert!((motion.last().position - iterate.position).norm() < 1e-3);
//! # Ok::<(), heavyball::Error>(())
//! ```
//!
//! # Modules
//!
//! | module | contents |
//! |---|---|
//! | [`potentials`] | functions f with their gradients |
//! | [`elementary`] | exp, ln, sin, cos, tanh that compile to vector instructions |
//! | [`noise`] | random numbers that are functions of seed, member, step and coordinate |
//! | [`particle`] | the heavy ball, its phase, and related equations of motion |
//! | [`motion`] | the initial value problem of a ball, its solution, and events |
//! | [`matrices`] | masses, drags and rates that differ by direction |
//! | [`fixed_steps`] | integrators with a fixed step |
//! | [`langevin`] | the ball in a warm bath: damping and noise at a temperature |
//! | [`adaptive_steps`] | integrators with an adaptive step, for the ball alone |
//! | [`ode`] | integrators with an adaptive step, for any first-order system, the ball included |
//! | [`optimizers`] | momentum, Nesterov's method, gradient descent, and schedules |
//! | [`mapping`] | which ball an optimiser is, and the reverse |
//! | [`frameworks`] | the optimisers of PyTorch, Optax, Keras and others |
//! | [`adaptive_rules`] | Adam, RMSprop and others, which scale each component by its own history |
//! | [`study`] | limits, orders, energy, stability and escape, measured |
//! | `ensemble`, `sweep` | many balls at once, and long runs of them with checkpoints |
//! | `plot` | figures |
//! | [`error`](mod@error) | every error, with its cause |
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
//! Steps and potentials run on any [`Number`] (`f64`, `f32`, dual numbers, exact rationals) in any nalgebra dimension,
//! static or dynamic. A constructor called `new` is for `f64`, so that literals need no suffix; `of` takes any number.
//! [`Problem::solve`], [`Trajectory`], [`mapping`] and figures are for `f64`.
//!
//! In a type, the number is `f64` and the dimension dynamic unless given: `Trajectory`, `Phase`, `Problem<P>`. For `N`
//! dimensions use the aliases [`TrajectoryIn`]`<N>`, [`PhaseIn`]`<N>`, [`ProblemIn`]`<P, N>`, [`IterateIn`]`<N>`,
//! [`DiagonalQuadratic`]`<N>` and [`SymmetricQuadratic`]`<N>`.
//!
//! # Errors
//!
//! Every fallible function returns [`Error`], with one variant for each subject; the message gives the numbers and what
//! to do next. Iterators end after the last finite item and keep the error; `after(n)` returns it.
//!
//! Balls, steps, rules, potentials and events are checked when they are made, by constructors that return a `Result`.
//! Tolerances and problems, whose constructors are infallible ([`Rk45::new`], [`Problem::new`]), are checked when a
//! problem is solved. A value with public fields is checked again when it is used.
//!
//! # Features
//!
//! `parallel` (default): the modules `ensemble` and `sweep`, and long vectors on all threads. `progress`: a progress
//! bar in the terminal for long runs. `plot` (default): figures as PNG, with an embedded font; no system library is
//! needed.

#![forbid(unsafe_code)]

pub mod adaptive_rules;
pub mod adaptive_steps;
mod check;
pub mod elementary;
#[cfg(feature = "parallel")]
pub mod ensemble;
pub mod error;
pub mod fixed_steps;
pub mod frameworks;
pub mod langevin;
pub mod mapping;
pub mod matrices;
pub mod motion;
pub mod noise;
mod number;
pub mod ode;
pub mod optimizers;
pub mod particle;
pub mod potentials;
pub mod prelude;
mod stepping;
pub mod study;
#[cfg(feature = "parallel")]
pub mod sweep;

#[cfg(feature = "plot")]
#[doc(inline)]
pub use heavyball_plot as plot;

pub use adaptive_steps::{Adaptive, Nystrom8, Nystrom12};
pub use error::Error;
pub use fixed_steps::{
    CentralLeapfrog, Composition, ConformalEuler, DriftKickEuler, ExplicitEuler, FixedStep,
    Leapfrog, Step, SymplecticEuler,
};
pub use mapping::{Discretization, Gauge};
pub use motion::{Method, Problem, ProblemIn, Trajectory, TrajectoryIn, events};
pub use number::{Exponential, Number, SquareRoot};
pub use ode::{Dop853, FirstOrderSystem, Rk45, SecondOrderSystem, Solution, SolutionIn};
pub use optimizers::{
    Accelerated, Cosine, CosineRestarts, ExponentialDecay, Fire, GradientDescent, Iterate,
    IterateIn, Iterates, Momentum, MultiStep, Nesterov, NesterovSchedule, OneCycle, PerEpoch,
    Polynomial, PreconditionedMomentum, Restart, RuleFromFn, Schedule, ScheduledMomentum,
    ScheduledNesterov, StepDrop, SutskeverSchedule, Tuning, TwoStepMomentum, UpdateRule, WarmUp,
};
pub use particle::{
    AnisotropicBall, AnisotropicMotion, DampedOscillator, DiagonalBall, FullBall, GradientFlow,
    HeavyBall, HighResolution, NesterovFlow, Phase, PhaseIn, QuadraticMotion, QuadraticMotionIn,
    VaryingBall,
};
pub use potentials::{
    AutoDiff, Curvature, DiagonalQuadratic, DoubleWell, Himmelblau, LessardRechtPackard, Linear,
    LinearIn, LogisticRegression, Potential, Quadratic, Quartic, Rosenbrock, SymmetricQuadratic,
    TiltedDoubleWell, check_gradient, from_fn,
};

/// The programs in the README, the guide and the page about frameworks, compiled and run as doc tests; those in the
/// guide need the feature `parallel`.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
#[cfg_attr(feature = "parallel", doc = include_str!("../docs/guide.md"))]
#[cfg_attr(feature = "parallel", doc = include_str!("../docs/noise.md"))]
#[doc = include_str!("../docs/frameworks.md")]
pub struct Documents;
