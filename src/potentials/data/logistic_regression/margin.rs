//! Functions of one margin m = y aᵀw: the loss, its slope −σ(−m), its curvature σ(m)σ(−m), and its divergence.

use crate::elementary::{exp, ln_1p};
use std::hint::select_unpredictable;

/// log(1 + e⁻ᵐ), in a form that neither overflows nor loses the digits of a small loss.
#[inline(always)]
pub(super) fn loss(margin: f64) -> f64 {
    (-margin).max(0.0) + ln_1p(exp(-margin.abs()))
}

/// σ(t) = 1/(1 + e⁻ᵗ), without overflow.
#[inline(always)]
pub(super) fn sigmoid(t: f64) -> f64 {
    let small = exp(-t.abs());
    select_unpredictable(t < 0.0, small, 1.0) / (1.0 + small)
}

/// σ(m)σ(−m), the curvature of the loss: at most 1/4, attained at m = 0.
pub(super) fn loss_curvature(margin: f64) -> f64 {
    let small = exp(-margin.abs());
    small / (1.0 + small).powi(2)
}

/// loss(m + δ) − loss(m) − loss′(m)δ, with a relative error of 1e-10.
pub(super) fn divergence(margin: f64, delta: f64) -> f64 {
    // loss(−m) = loss(m) + m, and a linear term cancels: take m ≥ 0, so that q = σ(−m) ≤ ½ below.
    let delta = if margin < 0.0 { -delta } else { delta };
    let margin = margin.abs();
    let q = sigmoid(-margin);
    if delta.abs() < 1e-5 {
        return 0.5
            * loss_curvature(margin)
            * delta
            * delta
            * (1.0 - (1.0 - 2.0 * q) * delta / 3.0);
    }
    if delta < -30.0 {
        // e⁻ᵟ could overflow, and here nothing cancels.
        return loss(margin + delta) - loss(margin) + q * delta;
    }
    // e^−m = q/(1 − q), so (1 + e^−(m+δ))/(1 + e^−m) = 1 + q(e^−δ − 1).
    (q * (-delta).exp_m1()).ln_1p() + q * delta
}
