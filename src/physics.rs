//! Physics: the particle, its phase and energy, gradient flow, Nesterov's equations, and a ball of varying mass, and exact motions.

mod damped_oscillator;
mod gradient_flow;
mod heavy_ball;
mod high_resolution;
mod nesterov_flow;
mod phase;
mod quadratic_motion;
mod varying_ball;

pub use damped_oscillator::DampedOscillator;
pub use gradient_flow::GradientFlow;
pub use heavy_ball::HeavyBall;
pub use high_resolution::HighResolution;
pub use nesterov_flow::NesterovFlow;
pub use phase::Phase;
pub use quadratic_motion::QuadraticMotion;
pub use varying_ball::VaryingBall;
