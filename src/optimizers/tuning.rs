//! Tuning: the (α, β) that converge fastest on curvatures between μ and L.
//!
//! On f = ½λx² each rule is a linear recursion; its rate ρ is the largest multiplier of any mode with
//! μ ≤ λ ≤ L. With κ = L/μ, the smallest ρ that a constant (α, β) reaches, and where:
//!
//! | rule | α | β | ρ |
//! |---|---|---|---|
//! | [`GradientDescent::optimal`] | 2/(L + μ) | | (κ − 1)/(κ + 1) |
//! | [`Momentum::optimal`] | 4/(√L + √μ)² | ((√κ − 1)/(√κ + 1))² | (√κ − 1)/(√κ + 1) |
//! | [`Nesterov::standard`] | 1/L | (√κ − 1)/(√κ + 1) | 1 − 1/√κ |
//! | [`Nesterov::optimal`] | 4/(3L + μ) | (√(3κ + 1) − 2)/(√(3κ + 1) + 2) | 1 − 2/√(3κ + 1) |
//!
//! Reference: B. T. Polyak (1964); Yu. Nesterov, *Introductory Lectures on Convex Optimization* (2004), scheme
//! 2.2.22; L. Lessard, B. Recht, A. Packard, *SIAM J. Optim.* 26 (2016) 57, table of section 2.2.

use crate::Error;
use crate::check::positive;
use crate::optimizers::RuleError;
use crate::optimizers::{GradientDescent, Momentum, Nesterov};

/// Refuses bounds that are not positive and finite, and μ > L.
pub(crate) fn check_bounds(mu: f64, l: f64) -> Result<(), Error> {
    positive(
        "mu",
        &mu,
        "; a flat direction has no rate: take the smallest curvature that is not 0, or add a ridge",
    )?;
    positive("l", &l, "")?;
    if mu <= l {
        return Ok(());
    }
    Err(Error::Rule(RuleError::CurvaturesReversed { mu, l }))
}

impl GradientDescent {
    /// The fastest constant rate on curvatures in [μ, L]: α = 2/(L + μ), ρ = (κ − 1)/(κ + 1).
    ///
    /// # Errors
    /// [`ParameterError::NotPositive`](crate::error::ParameterError::NotPositive) unless both are positive and finite, [`RuleError::CurvaturesReversed`] if μ > L.
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
    /// Polyak's (α, β), the fastest on curvatures in [μ, L]: α = 4/(√L + √μ)², √β = ρ = (√κ − 1)/(√κ + 1).
    ///
    /// Both ends are critical: the multipliers of the modes μ and L are double, so that the error first grows,
    /// like (1 + k(1 − ρ))ρᵏ for μ and like (1 + k(1 + ρ))ρᵏ for L, from rest. The rate is that of quadratics: on
    /// some smooth, strongly convex functions this rule circles for ever (derivation (35)).
    ///
    /// # Errors
    /// As for [`GradientDescent::optimal`].
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
        // √L − √μ by its square, so that κ near 1 keeps its digits.
        let root = (l - mu) / sum / sum;
        Self::new(2.0 / sum * (2.0 / sum), root * root)
    }
}

impl Nesterov {
    /// Nesterov's constant scheme: α = 1/L, β = (√κ − 1)/(√κ + 1), with ρ = 1 − 1/√κ on quadratics.
    ///
    /// It converges on every function with curvatures in [μ, L], f − f* at least as fast as (1 − 1/√κ)ᵏ.
    ///
    /// # Errors
    /// As for [`GradientDescent::optimal`].
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

    /// The fastest on quadratics with curvatures in [μ, L]: α = 4/(3L + μ),
    /// β = (√(3κ + 1) − 2)/(√(3κ + 1) + 2), ρ = 1 − 2/√(3κ + 1).
    ///
    /// # Errors
    /// As for [`GradientDescent::optimal`].
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
        // β = (r − 2)/(r + 2) with r² = 3κ + 1, so r² − 4 = 3(κ − 1).
        Self::new(1.0 / root, 0.75 * (l - mu) / sum / sum)
    }
}
