//! Temperature: what noise in the gradient does to a rule, and which warm ball the iterates are.
//!
//! A rule that gets g = ∇f + ξ in place of ∇f, with ξ independent from iteration to iteration, of mean 0 and variance σ²
//! in each component, is to first order in α the heavy ball in a bath, m ẍ = −∇f − γẋ + √(2γT) ξ(t), at the temperature
//!
//! T = ασ²/2(1 − β) = σ²Δt/2γ,
//!
//! in the units of f, whatever the gauge. A minibatch of B terms has σ²/B in the place of σ². Derivation (89) to (94).
//!
//! | question | answer |
//! |---|---|
//! | the temperature of a rule | [`Momentum::temperature`](crate::Momentum::temperature), and of the other rules |
//! | the variance of x and v on a curvature, at any α; the moments after k iterations | [`NoisyMode`] |
//! | the covariances on a full quadratic under noise of any covariance, and the loss that remains | [`Stationary`] |
//! | the stochastic differential equation that is followed, and its moments | [`NoisyMode::langevin`], [`LangevinMode`] |
//! | the rule for another batch size | [`Momentum::rescaled`](crate::Momentum::rescaled), see below |
//!
//! # Which (α, β, B) are the same physics
//!
//! (α, β) is a ball with a step Δt, and T = σ²Δt/2γB. So **a batch s times as large is the same ball at the same
//! temperature with a step s times as long**: `rule.rescaled(s, Discretization::CentralDrag)`, in 1/s of the iterations.
//! For s near 1, or β near 1, it multiplies α by s² and 1 − β by s. The *linear scaling rule* multiplies α by s and keeps β:
//! it keeps T as well, but divides γ²/m by s. That is the same motion only where it is overdamped and depends on γ and T
//! alone. Both fail where αλ is no longer small against 2(1 + β): T grows by 1/(1 − αλ/2(1 + β)) on the curvature λ, without
//! bound at the end of stability.
//!
//! # When it is not a temperature
//!
//! The noise must not depend on x, must have a finite variance, and must be independent from step to step. If its
//! covariance is not a multiple of 1, every direction has its own temperature. If the batches of an epoch do not overlap,
//! their errors cancel within the epoch, and slow modes are far colder: docs/noise.md.
//!
//! References: S. Mandt, M. D. Hoffman, D. M. Blei, *J. Mach. Learn. Res.* 18 (2017), no. 134; Q. Li, C. Tai, W. E, *ICML*
//! (2017); S. L. Smith, Q. V. Le, *ICLR* (2018).

mod langevin_mode;
mod moments;
mod noisy_mode;
mod of_rules;
mod stationary;

pub use langevin_mode::LangevinMode;
pub use moments::Moments;
pub use noisy_mode::NoisyMode;
pub use stationary::Stationary;
