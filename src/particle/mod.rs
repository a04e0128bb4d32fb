//! The particle: the heavy ball m ẍ = −∇f(x) − γẋ, its phase and its energy, and the equations beside it.
//!
//! | equation | type |
//! |---|---|
//! | m ẍ = −∇f − γẋ | [`HeavyBall`]; exact on quadratics: [`DampedOscillator`], [`QuadraticMotion`] |
//! | m(t) ẍ = −∇f − γ(t)ẋ | [`VaryingBall`] |
//! | γẋ = −∇f | [`GradientFlow`] |
//! | ẍ = −∇f − (r/t)ẋ | [`NesterovFlow`] |
//! | the same with its terms of order √s | [`HighResolution`] |

mod damped_oscillator;
mod gradient_flow;
mod heavy_ball;
mod high_resolution;
mod nesterov_flow;
mod phase;
mod phase_flow;
mod quadratic_motion;
mod varying_ball;

pub use damped_oscillator::DampedOscillator;
pub use gradient_flow::GradientFlow;
pub use heavy_ball::HeavyBall;
pub use high_resolution::HighResolution;
pub use nesterov_flow::NesterovFlow;
pub use phase::{Phase, PhaseIn};
pub(crate) use phase_flow::{PhaseFlow, split};
pub use quadratic_motion::{QuadraticMotion, QuadraticMotionIn};
pub use varying_ball::VaryingBall;
