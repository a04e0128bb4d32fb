//! Adaptive: the largest curvature, over the denominator, at which an adaptive rule is stable.
//!
//! While the denominator P = √v̂ + ε stays, the rule is momentum or Nesterov's rule on the mode with the curvature λ, and
//! αλ/P plays the part of αλ, derivation (83):
//!
//! | rule | stable for λ/P below |
//! |---|---|
//! | Adam, AMSGrad | 2(1 + β₁)/((1 − β₁)α) |
//! | NAdam | 2(1 + β₁)/((1 − β₁)(1 + 2β₁)α) |
//! | RMSprop | 2(1 + μ)/α; with Nesterov's variant 2(1 + μ)/((1 + 2μ)α) |
//! | Adagrad | 2/α |
//!
//! Above, x grows, and P with it, until λ/P is back at the edge: such a rule does not diverge, and does not settle. Lion has no
//! edge, since its steps do not shrink with the gradient.
//!
//! Reference: J. M. Cohen et al., *Adaptive gradient methods at the edge of stability*, arXiv:2207.14484 (2022).

use crate::adaptive_rules::{Adagrad, Adam, AdaptiveRule, AmsGrad, NAdam, RmsProp, Settings};
use crate::frameworks::WeightDecay;

/// (2 − αλ′)(1 + β)/(cα) with decoupled weight decay λ′, over 1 + 2β for a rule that looks ahead; c is the weight of the gradient.
fn edge(settings: &Settings, beta: f64, weight: f64, looks_ahead: bool) -> f64 {
    let alpha = *settings.alpha();
    let removed = match settings.weight_decay() {
        Some(WeightDecay::Decoupled(decay)) => alpha * decay,
        _ => 0.0,
    };
    let ahead = if looks_ahead { 1.0 + 2.0 * beta } else { 1.0 };
    ((2.0 - removed) * (1.0 + beta) / (ahead * weight) / alpha).max(0.0)
}

macro_rules! edge_of {
    ($rule:ident, $formula:literal, $edge:expr) => {
        impl $rule {
            /// The largest stable curvature over the denominator P = √v̂ + ε:
            #[doc = $formula]
            ///
            /// It is ∞ for α = 0. Decoupled weight decay λ′ puts 2 − αλ′ in the place of the first 2; coupled, it counts as
            /// curvature. See [`stability`](crate::study::stability).
            ///
            /// ```
            #[doc = concat!("use heavyball::adaptive_rules::", stringify!($rule), ";")]
            #[doc = concat!("let edge = ", stringify!($rule), "::new(0.1)?.largest_stable_curvature();")]
            #[doc = concat!("assert_eq!(", stringify!($rule), "::new(0.0)?.largest_stable_curvature(), f64::INFINITY);")]
            /// assert!(edge >= 20.0 * (1.0 - 1e-15));
            /// # Ok::<(), heavyball::Error>(())
            /// ```
            pub fn largest_stable_curvature(&self) -> f64 {
                let of: fn(&Self) -> f64 = $edge;
                of(self)
            }
        }
    };
}

edge_of!(Adam, "2(1 + β₁)/((1 − β₁)α).", |rule| {
    let beta = *rule.beta1();
    edge(rule.settings(), beta, 1.0 - beta, false)
});
edge_of!(AmsGrad, "2(1 + β₁)/((1 − β₁)α).", |rule| {
    let beta = *rule.beta1();
    edge(rule.settings(), beta, 1.0 - beta, false)
});
edge_of!(
    NAdam,
    "2(1 + β₁)/((1 − β₁)(1 + 2β₁)α), once μ has reached β₁.",
    |rule| {
        let beta = *rule.beta1();
        edge(rule.settings(), beta, 1.0 - beta, true)
    }
);
edge_of!(
    RmsProp,
    "2(1 + μ)/α, and with Nesterov's variant 2(1 + μ)/((1 + 2μ)α).",
    |rule| edge(rule.settings(), *rule.momentum(), 1.0, rule.is_nesterov())
);
edge_of!(
    Adagrad,
    "2/α, for the learning rate of the first iteration.",
    |rule| { edge(rule.settings(), 0.0, 1.0, false) }
);
