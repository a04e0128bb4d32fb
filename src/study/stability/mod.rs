//! Stability: which (α, β), and which steps Δt, converge on curvatures λ, and how fast.
//!
//! On one mode f = ½λx² every rule is a linear [`Recursion`] in (x, v). With Q = αλ its multipliers are the
//! roots of r² − sr + d, and x decays exactly if both lie inside the unit circle: |d| < 1 and |s| < 1 + d.
//!
//! | recursion | s | d | stable for, at −1 < β ≤ 1 | complex for |
//! |---|---|---|---|---|
//! | gradient descent | 1 − Q | 0 | 0 < Q < 2 | never |
//! | momentum | 1 + β − Q | β | 0 < Q < 2(1 + β), β < 1 | (1 − √β)² < Q < (1 + √β)², 0 < β |
//! | Nesterov | (1 + β)(1 − Q) | β(1 − Q) | 0 < Q < 1 + 1/max(1 + 2β, −β) | Q between 1 and ((1 − β)/(1 + β))² |
//! | explicit Euler | 1 + β | β + Q | 0 < Q < 1 − β | Q > (1 − β)²/4 |
//!
//! In the complex region the spectral radius is ρ = √d, elsewhere (|s| + √(s² − 4d))/2. It is quasiconvex in
//! Q: on curvatures in [μ, L] the slowest mode is μ or L.
//!
//! - [`Recursion`]: functions of (Q, β): multipliers, spectral radius, [`Damping`], the range of stable Q.
//! - [`Stability`]: the report for a rule, by `rule.stability(λ)` and `rule.stability_on(μ, L)`.
//! - [`largest_step`]: the [`StableSteps`] of a particle (m, γ) for each [`Discretization`](crate::Discretization).
//! - [`Accelerated::multipliers`](crate::optimizers::Accelerated::multipliers), `spectral_radius`, `rate_on` and
//!   `is_stable_on`: the same for the rule with three coefficients.
//! - [`PreconditionedMomentum::edge_on`](crate::PreconditionedMomentum::edge_on) and
//!   [`AnisotropicBall::largest_step`](crate::AnisotropicBall::largest_step): with a rate or a mass for each direction.
//! - `largest_stable_curvature` of Adam, AMSGrad, NAdam, RMSprop and Adagrad: the edge of stability of an adaptive rule, such
//!   as [`Adam::largest_stable_curvature`](crate::adaptive_rules::Adam::largest_stable_curvature).
//! - [`RateMap`]: ρ over a grid of (αλ, β).
//!
//! All results hold for quadratics. On a function whose curvature varies, a rule that is stable at every curvature it
//! visits may still cycle forever: derivation (35). Derivation (49) to (52).
//!
//! References: B. T. Polyak, *USSR Comput. Math. Math. Phys.* 4 (1964) 1; E. I. Jury, *Theory and Application of
//! the z-Transform Method* (1964), for the conditions on s and d.

mod accelerated;
mod adaptive;
mod damping;
mod largest_step;
mod preconditioned;
mod rate_map;
mod recursion;
mod report;
mod roots;

pub use damping::Damping;
pub use largest_step::{
    StableSteps, largest_explicit_euler_step, largest_gradient_flow_step, largest_step,
};
pub use rate_map::RateMap;
pub use recursion::Recursion;
pub use report::Stability;
pub(crate) use roots::Roots;
