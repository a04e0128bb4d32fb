//! The mapping (m, γ, Δt) ↔ (α, β), one named discretisation each.
//!
//! Every map is exact: the named scheme for m ẍ = −∇f(x) − γẋ *is* the two-step recursion
//! x₊ = x + β(x − x₋) − α∇f(x). And every recursion is Verlet with drag for the particle
//! m_eff = Δt²(1 + β)/2α, γ_eff = Δt(1 − β)/α, whose central differences it satisfies exactly; the order
//! of a map is that at which (m_eff, γ_eff) tends to (m, γ). With z = γΔt/m and q = Δt²/m:
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
//! (m, γ, Δt) → (c²m, cγ, cΔt) leaves (α, β) unchanged: the inverse must fix one of the three, by a
//! [`Gauge`].

mod discretization;
mod effective_particle;
mod error;
mod frameworks;
mod gauge;
mod rescaled;
mod rules;
mod schedule;
mod state;

pub use discretization::Discretization;
pub use error::MappingError;
pub use gauge::Gauge;
pub use schedule::ScheduledBall;
