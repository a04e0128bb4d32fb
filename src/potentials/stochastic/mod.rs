//! Stochastic gradients: gradients with noise, and those of minibatches; each is a potential whose
//! [`gradient_at_step`](crate::Potential::gradient_at_step) depends on the step.

mod batch_order;
mod finite_sum;
mod minibatches;
mod noisy_gradient;

pub use finite_sum::{FiniteSum, SumFromFn, finite_sum, gradient_covariance};
pub use minibatches::{Minibatches, Sampling};
pub use noisy_gradient::NoisyGradient;
