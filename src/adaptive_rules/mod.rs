//! Adaptive rules: RMSprop, Adam, AdamW, NAdam, AMSGrad, Adagrad and Lion, which scale each component by its own history.
//!
//! With g = ∇f(x), m₊ = β₁m + (1 − β₁)g and v₊ = β₂v + (1 − β₂)g², all component by component:
//!
//! | rule | update |
//! |---|---|
//! | [`Adam`] | x₊ = x − αm̂/(√v̂ + ε), with m̂ = m₊/(1 − β₁ᵏ⁺¹) and v̂ = v₊/(1 − β₂ᵏ⁺¹) |
//! | AdamW, [`Adam::adam_w`] | the same with decoupled weight decay |
//! | [`AmsGrad`] | v̂ is the largest so far |
//! | [`NAdam`] | m̂ looks ahead: a part of it is the gradient itself |
//! | [`RmsProp`] | x₊ = x − αg/(√v₊ + ε), also with momentum and centred |
//! | [`Adagrad`] | x₊ = x − αg/(√Σg² + ε) |
//! | [`Lion`] | x₊ = x − α sign(β₁m + (1 − β₁)g), with m₊ = β₂m + (1 − β₂)g |
//!
//! Each is a ball whose mass in a direction is set by the gradients of the past in that direction,
//! [`AdaptiveBall`](crate::particle::AdaptiveBall), derivation (78) to (81); [`mapping`](crate::mapping) has the
//! conversions.
//!
//! The rules differ between frameworks in ε, [`Epsilon`], and in details that docs/frameworks.md lists: where there is a
//! choice, the constructors `pytorch`, `optax` and `keras` have each framework's defaults. `new` has those of PyTorch, except
//! for Lion, which PyTorch does not have.
//!
//! [`AdaptiveRule::run`] runs a rule, [`AdaptiveRule::resume`] continues from a saved [`AdaptiveState`]. A rule is made by its
//! constructor, which checks its numbers. Implement [`AdaptiveRule`] for a rule of your own.
//!
//! References: J. Duchi, E. Hazan, Y. Singer, *J. Mach. Learn. Res.* 12 (2011) 2121 (Adagrad); T. Tieleman, G. Hinton,
//! *Neural networks for machine learning*, lecture 6.5 (2012) (RMSprop); D. P. Kingma, J. Ba, *Adam*, ICLR 2015; T. Dozat,
//! *Incorporating Nesterov momentum into Adam*, ICLR workshop 2016; S. J. Reddi, S. Kale, S. Kumar, *On the convergence of
//! Adam and beyond*, ICLR 2018; I. Loshchilov, F. Hutter, ICLR 2019 (AdamW); X. Chen et al., *Symbolic discovery of
//! optimization algorithms*, NeurIPS 2023 (Lion).

mod adagrad;
mod adam;
mod adam_w;
mod ams_grad;
mod epsilon;
mod lion;
mod n_adam;
mod powers;
mod rms_prop;
mod rule;
mod run;
mod scheduled;
mod settings;
mod state;

pub use adagrad::Adagrad;
pub use adam::{Adam, AdamFactors};
pub use ams_grad::{AmsGrad, AmsGradFactors, Maximum};
pub use epsilon::{Denominator, Epsilon};
pub use lion::{Lion, LionFactors};
pub use n_adam::{NAdam, NAdamFactors};
pub use rms_prop::{RmsProp, RmsPropFactors};
pub use rule::{AdaptiveRule, Memory};
pub use run::AdaptiveRun;
pub use scheduled::ScheduledAdaptive;
pub use settings::Settings;
pub use state::AdaptiveState;
