//! Tuning: the (α, β) that converge fastest on quadratics with curvatures between μ and L.
//!
//! On f = ½λx² each rule is a linear recursion. Its rate ρ is the largest absolute value of a multiplier over all modes
//! with μ ≤ λ ≤ L. The table lists, with κ = L/μ, the smallest ρ for constant (α, β) and the (α, β) that attain it;
//! `standard` is Nesterov's classical choice instead.
//!
//! | rule | α | β | ρ |
//! |---|---|---|---|
//! | [`GradientDescent::optimal`] | 2/(L + μ) | | (κ − 1)/(κ + 1) |
//! | [`Momentum::optimal`] | 4/(√L + √μ)² | ((√κ − 1)/(√κ + 1))² | (√κ − 1)/(√κ + 1) |
//! | [`Nesterov::standard`] | 1/L | (√κ − 1)/(√κ + 1) | 1 − 1/√κ |
//! | [`Nesterov::optimal`] | 4/(3L + μ) | (√(3κ + 1) − 2)/(√(3κ + 1) + 2) | 1 − 2/√(3κ + 1) |
//!
//! Reference: B. T. Polyak (1964); Yu. Nesterov, *Introductory Lectures on Convex Optimization* (2004), scheme 2.2.22;
//! L. Lessard, B. Recht, A. Packard, *SIAM J. Optim.* 26 (2016) 57, table of section 2.2.

use crate::Error;
use crate::check::positive;
use crate::optimizers::{GradientDescent, Momentum, Nesterov, RuleError};

/// Refuses bounds that are not positive and finite, or not in order.
pub(crate) fn check_bounds(mu: f64, l: f64) -> Result<(), Error> {
    positive(
        "mu",
        &mu,
        "; a flat direction has no rate: use the smallest curvature that is not 0, or add a ridge",
    )?;
    positive("l", &l, "")?;
    if mu <= l {
        return Ok(());
    }
    Err(Error::Rule(RuleError::CurvaturesReversed { mu, l }))
}

impl GradientDescent {
    /// The learning rate that converges fastest on curvatures in [μ, L]: α = 2/(L + μ), with ρ = (κ − 1)/(κ + 1).
    ///
    /// # Errors
    /// [`ParameterError::NotPositive`](crate::error::ParameterError::NotPositive) unless both are positive and finite,
    /// [`RuleError::CurvaturesReversed`] if μ > L.
    ///
    /// ```
    /// use heavyball::prelude::*;
    /// assert_eq!(GradientDescent::optimal(1.0, 25.0)?.alpha, 2.0 / 26.0);
    /// # Ok::<(), heavyball::Error>(())
    /// ```
    pub fn optimal(mu: f64, l: f64) -> Result<Self, Error> {
        check_bounds(mu, l)?;
        Self::new(1.0 / (l / 2.0 + mu / 2.0))
    }
}

impl Momentum {
    /// Polyak's (α, β), which converge fastest on curvatures in [μ, L]: α = 4/(√L + √μ)², √β = ρ = (√κ − 1)/(√κ + 1).
    ///
    /// The modes μ and L are both critically damped, with double multipliers. From rest their error is therefore
    /// (1 + k(1 − ρ))ρᵏ for μ and (1 + k(1 + ρ))ρᵏ in absolute value for L, which may grow at first. The rate holds for
    /// quadratics only: on some smooth, strongly convex functions the iterates of this rule enter a cycle and do not
    /// converge (derivation (35)).
    ///
    /// # Errors
    /// The errors of [`GradientDescent::optimal`].
    ///
    /// ```
    /// use heavyball::prelude::*;
    /// let rule = Momentum::optimal(1.0, 25.0)?;
    /// assert!((rule.alpha - 1.0 / 9.0).abs() < 1e-16 && (rule.beta - 4.0 / 9.0).abs() < 1e-16);
    /// # Ok::<(), heavyball::Error>(())
    /// ```
    pub fn optimal(mu: f64, l: f64) -> Result<Self, Error> {
        check_bounds(mu, l)?;
        let sum = l.sqrt() + mu.sqrt();
        // (√L − √μ)/(√L + √μ) without the cancellation of √L − √μ for κ near 1.
        let root = (l - mu) / sum / sum;
        Self::new(2.0 / sum * (2.0 / sum), root * root)
    }
}

impl Nesterov {
    /// Nesterov's constant scheme: α = 1/L, β = (√κ − 1)/(√κ + 1), with ρ = 1 − 1/√κ on quadratics.
    ///
    /// On every function with curvatures in [μ, L] it converges, and f − f* decreases at least as fast as (1 − 1/√κ)ᵏ.
    ///
    /// # Errors
    /// The errors of [`GradientDescent::optimal`].
    ///
    /// ```
    /// use heavyball::prelude::*;
    /// let rule = Nesterov::standard(1.0, 25.0)?;
    /// assert!((rule.alpha - 0.04).abs() < 1e-17 && (rule.beta - 2.0 / 3.0).abs() < 1e-15);
    /// # Ok::<(), heavyball::Error>(())
    /// ```
    pub fn standard(mu: f64, l: f64) -> Result<Self, Error> {
        check_bounds(mu, l)?;
        let sum = l.sqrt() + mu.sqrt();
        Self::new(1.0 / l, (l - mu) / sum / sum)
    }

    /// The (α, β) that converge fastest on quadratics with curvatures in [μ, L]: α = 4/(3L + μ),
    /// β = (√(3κ + 1) − 2)/(√(3κ + 1) + 2), with ρ = 1 − 2/√(3κ + 1).
    ///
    /// # Errors
    /// The errors of [`GradientDescent::optimal`].
    ///
    /// ```
    /// use heavyball::prelude::*;
    /// let (rule, root) = (Nesterov::optimal(1.0, 25.0)?, 76.0_f64.sqrt());
    /// assert!((rule.alpha - 1.0 / 19.0).abs() < 1e-17);
    /// assert!((rule.beta - (root - 2.0) / (root + 2.0)).abs() < 1e-15);
    /// # Ok::<(), heavyball::Error>(())
    /// ```
    pub fn optimal(mu: f64, l: f64) -> Result<Self, Error> {
        check_bounds(mu, l)?;
        let root = 0.75 * l + 0.25 * mu;
        let sum = root.sqrt() + mu.sqrt();
        // With r² = 3κ + 1, β = (r − 2)/(r + 2) = 3(κ − 1)/(r + 2)².
        let beta = 0.75 * (l - mu) / sum / sum;
        // For huge κ it rounds to 1, or just above.
        Self::new(1.0 / root, beta.min(1.0))
    }
}
