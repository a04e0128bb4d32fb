//! The particle: the heavy ball m ẍ = −∇f(x) − γẋ, its phase and energy, and related equations of motion.
//!
//! | equation | type |
//! |---|---|
//! | m ẍ = −∇f − γẋ | [`HeavyBall`] |
//! | the same on a quadratic f, solved exactly | [`DampedOscillator`] (one mode), [`QuadraticMotion`] |
//! | m(t) ẍ = −∇f − γ(t)ẋ | [`VaryingBall`] |
//! | M ẍ = −∇f − Γẋ, a mass for each direction | [`AnisotropicBall`], with its [`AnisotropicEquation`] |
//! | the same on a quadratic f, solved exactly | [`AnisotropicMotion`] |
//! | d(Mẋ)/dt = −∇f − aMẋ, M set by the gradients of the past | [`AdaptiveBall`] |
//! | γẋ = −∇f | [`GradientFlow`] |
//! | ẍ = −∇f − (r/t)ẋ | [`NesterovFlow`] |
//! | Ẍ = −aẊ − b∇²f Ẋ − c∇f, the high-resolution ODEs | [`HighResolution`] |
//!
//! A [`Phase`] is a position x with a momentum p = mẋ. To solve these equations, pass a [`HeavyBall`] to a
//! [`Problem`](crate::Problem) and the others to [`Rk45`](crate::Rk45) or [`Dop853`](crate::Dop853).

mod adaptive_ball;
mod adaptive_system;
mod anisotropic_ball;
mod anisotropic_motion;
mod damped_oscillator;
mod directions;
mod gradient_flow;
mod heavy_ball;
mod high_resolution;
mod nesterov_flow;
mod phase;
mod phase_flow;
mod quadratic_motion;
mod varying_ball;

pub use adaptive_ball::{AdaptiveBall, History, Inertia};
pub use adaptive_system::AdaptiveSystem;
pub use anisotropic_ball::{AnisotropicBall, AnisotropicEquation, DiagonalBall, FullBall};
pub use anisotropic_motion::AnisotropicMotion;
pub use damped_oscillator::DampedOscillator;
pub use directions::{Acting, Axes, CoupledDirections, Directions};
pub use gradient_flow::GradientFlow;
pub use heavy_ball::HeavyBall;
pub use high_resolution::HighResolution;
pub use nesterov_flow::NesterovFlow;
pub use phase::{Phase, PhaseIn};
pub(crate) use phase_flow::{PhaseFlow, split};
pub use quadratic_motion::{QuadraticMotion, QuadraticMotionIn};
pub use varying_ball::VaryingBall;
