//! The mapping between a particle (m, γ) with step Δt and an optimiser (α, β), one [`Discretization`] per scheme.
//!
//! Each map is exact: the named scheme for m ẍ = −∇f(x) − γẋ *is* the two-step recursion x₊ = x + β(x − x₋) − α∇f(x).
//! Conversely, every such recursion is the Verlet method with drag for the particle m_eff = Δt²(1 + β)/2α,
//! γ_eff = Δt(1 − β)/α, whose central differences it satisfies exactly. The order of a map is the order at which
//! (m_eff, γ_eff) tends to (m, γ). With z = γΔt/m and q = Δt²/m:
//!
//! | discretisation | β | α | m_eff | γ_eff | order |
//! |---|---|---|---|---|---|
//! | [`ExplicitDrag`](Discretization::ExplicitDrag) | 1 − z | q | m − γΔt/2 | γ | 1 |
//! | [`ImplicitDrag`](Discretization::ImplicitDrag) | 1/(1 + z) | q/(1 + z) | m + γΔt/2 | γ | 1 |
//! | [`DampKickDrift`](Discretization::DampKickDrift) | e⁻ᶻ | q | m(1 + e⁻ᶻ)/2 | (m/Δt)(1 − e⁻ᶻ) | 1 |
//! | [`KickDampDrift`](Discretization::KickDampDrift) | e⁻ᶻ | qe⁻ᶻ | m(1 + eᶻ)/2 | (m/Δt)(eᶻ − 1) | 1 |
//! | [`ExponentialDrag`](Discretization::ExponentialDrag) | e⁻ᶻ | q(1 − e⁻ᶻ)/z | m(z/2)coth(z/2) | γ | 2 |
//! | [`CentralDrag`](Discretization::CentralDrag) | (1 − z/2)/(1 + z/2) | q/(1 + z/2) | m | γ | 2 |
//! | [`Obabo`](Discretization::Obabo) | e⁻ᶻ | q(1 + e⁻ᶻ)/2 | m | (2m/Δt)tanh(z/2) | 2 |
//! | [`Boaob`](Discretization::Boaob) | e⁻ᶻ | qe^(−z/2) | m cosh(z/2) | (2m/Δt)sinh(z/2) | 2 |
//!
//! The rescaling (m, γ, Δt) → (c²m, cγ, cΔt) leaves (α, β) unchanged. The inverse map therefore needs a [`Gauge`],
//! which fixes one of the three.
//!
//! # Where each map is
//!
//! | from | to | method |
//! |---|---|---|
//! | (m, γ), Δt | (α, β) | [`Discretization::coefficients`] |
//! | (α, β) | (m, γ), Δt | [`Discretization::particle`] |
//! | (α, β) at Δt | (α, β) of the same particle at sΔt | [`Discretization::rescaled`] |
//! | (m, γ), Δt | the effective particle (m_eff, γ_eff) | [`Discretization::effective_particle`] |
//! | ẋ(0) | the initial velocity v₀ | [`Discretization::start_velocity`] |
//! | (x, p) | (x, v) and back | [`Iterate::from_phase`], [`Iterate::to_phase`] |
//! | v at Δt | v at sΔt | [`Iterate::rescaled`] |
//! | Adam, AMSGrad, NAdam, RMSprop, Adagrad at Δt | the ball whose mass their gradients set, and the rule at sΔt | [`AdaptiveMapping`] |
//! | α_k, β_k | m(t), γ(t) | [`ScheduledMomentum::balls`], [`ScheduledNesterov::balls`] |
//!
//! The same maps as methods of the optimisers:
//!
//! | optimiser | from a particle | to a particle | at another step |
//! |---|---|---|---|
//! | [`Momentum`] | [`from_heavy_ball`](crate::Momentum::from_heavy_ball) | [`to_heavy_ball`](crate::Momentum::to_heavy_ball) | [`rescaled`](crate::Momentum::rescaled) |
//! | [`Nesterov`] | [`from_heavy_ball`](crate::Nesterov::from_heavy_ball) | [`to_heavy_ball`](crate::Nesterov::to_heavy_ball) | [`rescaled`](crate::Nesterov::rescaled) |
//! | [`PreconditionedMomentum`] | [`from_ball`](crate::PreconditionedMomentum::from_ball) | `to_ball`, of diagonal and of full matrices | |
//! | [`GradientDescent`] | [`from_gradient_flow`](crate::GradientDescent::from_gradient_flow) | | |
//! | [`SutskeverForm`] | [`from_heavy_ball`](crate::frameworks::SutskeverForm::from_heavy_ball) | [`to_heavy_ball`](crate::frameworks::SutskeverForm::to_heavy_ball) | |
//! | [`Sgd`] | [`from_heavy_ball`](crate::frameworks::Sgd::from_heavy_ball) | [`to_heavy_ball`](crate::frameworks::Sgd::to_heavy_ball) | |
//!
//! [`Iterate::from_phase`]: crate::Iterate::from_phase
//! [`Iterate::to_phase`]: crate::Iterate::to_phase
//! [`Iterate::rescaled`]: crate::Iterate::rescaled
//! [`ScheduledMomentum::balls`]: crate::ScheduledMomentum::balls
//! [`ScheduledNesterov::balls`]: crate::ScheduledNesterov::balls
//! [`Momentum`]: crate::Momentum
//! [`Nesterov`]: crate::Nesterov
//! [`PreconditionedMomentum`]: crate::PreconditionedMomentum
//! [`GradientDescent`]: crate::GradientDescent
//! [`SutskeverForm`]: crate::frameworks::SutskeverForm
//! [`Sgd`]: crate::frameworks::Sgd

mod adaptive;
mod discretization;
mod effective_particle;
mod error;
mod frameworks;
mod gauge;
mod preconditioned;
mod rescaled;
mod rules;
mod schedule;
mod state;

pub use adaptive::AdaptiveMapping;
pub use discretization::Discretization;
pub use error::MappingError;
pub use gauge::Gauge;
pub use schedule::ScheduledBall;
