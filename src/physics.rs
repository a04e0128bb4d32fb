//! Physics: the particle, its phase and energy, gradient flow, and exact motions.

mod damped_oscillator;
mod gradient_flow;
mod heavy_ball;
mod phase;
mod quadratic_motion;

pub use damped_oscillator::DampedOscillator;
pub use gradient_flow::GradientFlow;
pub use heavy_ball::HeavyBall;
pub use phase::Phase;
pub use quadratic_motion::QuadraticMotion;
