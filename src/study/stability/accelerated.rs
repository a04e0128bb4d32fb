//! The accelerated rule with three coefficients on quadratics: its multipliers, its rate and where it is stable.
//!
//! On a mode of curvature λ, with Q = αλ, its multipliers are the roots of r² − sr + d with s = 1 + β − Q(1 + η) and
//! d = β − Qη, derivation (63). Both are affine in Q, so that the rate is quasiconvex in λ, and on [μ, L] it is that of an end.

use crate::Error;
use crate::check::in_range;
use crate::optimizers::{Accelerated, check_bounds};
use crate::study::stability::Roots;
use nalgebra::Complex;

/// The characteristic polynomial of a mode, with Q = αλ.
pub(super) fn roots(q: f64, beta: f64, eta: f64) -> Roots {
    let (trace, determinant) = (1.0 + beta - q * (1.0 + eta), beta - q * eta);
    // s² − 4d, with the terms of order 1 gathered: (1 − β)² where s² and 4d nearly cancel.
    let pull = q * (1.0 + eta);
    let difference = 1.0 - beta;
    let discriminant =
        difference.mul_add(difference, pull * (pull - 2.0 * (1.0 + beta))) + 4.0 * q * eta;
    Roots::with_discriminant(trace, determinant, discriminant)
}

impl Accelerated {
    fn roots(&self, curvature: f64) -> Roots {
        roots(self.alpha * curvature, self.beta, self.eta)
    }

    /// The two factors by which an iteration multiplies the mode of curvature λ, the larger in absolute value first.
    ///
    /// ```
    /// use heavyball::optimizers::Tuning;
    /// // Triple momentum has the roots ρ and ρ² on μ, and −ρ and 0 on L.
    /// let rule = Tuning::TripleMomentum.rule(1.0, 4.0)?;
    /// let [on_mu, on_l] = [1.0, 4.0].map(|curvature| rule.multipliers(curvature).map(|root| root.re));
    /// assert!((on_mu[0] - 0.5).abs() < 1e-15 && (on_mu[1] - 0.25).abs() < 1e-15);
    /// assert!((on_l[0] + 0.5).abs() < 1e-15 && on_l[1].abs() < 1e-15);
    /// # Ok::<(), heavyball::Error>(())
    /// ```
    pub fn multipliers(&self, curvature: f64) -> [Complex<f64>; 2] {
        self.roots(curvature).both()
    }

    /// ρ, the larger multiplier in absolute value of the mode of curvature λ; near a double root half of its digits hold.
    pub fn spectral_radius(&self, curvature: f64) -> f64 {
        self.roots(curvature).spectral_radius()
    }

    /// The largest ρ over all curvatures in [μ, L], that of μ or of L.
    ///
    /// # Errors
    /// [`ParameterError::NotPositive`](crate::error::ParameterError::NotPositive) for μ or L,
    /// [`RuleError::CurvaturesReversed`](crate::error::RuleError::CurvaturesReversed),
    /// [`ParameterError::OutOfRange`](crate::error::ParameterError::OutOfRange) if it overflows.
    pub fn rate_on(&self, mu: f64, l: f64) -> Result<f64, Error> {
        check_bounds(mu, l)?;
        let rate = self.spectral_radius(mu).max(self.spectral_radius(l));
        in_range("the rate", &rate)?;
        Ok(rate)
    }

    /// Whether every mode with a curvature in [μ, L] decays: |d| < 1 and |s| < 1 + d on both ends.
    ///
    /// # Errors
    /// The errors of [`Self::rate_on`] but the last.
    ///
    /// ```
    /// use heavyball::optimizers::Accelerated;
    /// let rule = Accelerated::new(0.1, 0.5, 0.5)?; // Nesterov's: stable for αλ < 1.5
    /// assert!(rule.is_stable_on(1.0, 14.9)? && !rule.is_stable_on(1.0, 15.1)?);
    /// # Ok::<(), heavyball::Error>(())
    /// ```
    pub fn is_stable_on(&self, mu: f64, l: f64) -> Result<bool, Error> {
        check_bounds(mu, l)?;
        Ok([mu, l].into_iter().all(|curvature| {
            let q = self.alpha * curvature;
            let (beta, push) = (self.beta, q * self.eta);
            // 1 − s + d = Q > 0; 1 + s + d > 0; 1 − d > 0; 1 + d > 0.
            q > 0.0 && q + 2.0 * push < 2.0 * (1.0 + beta) && beta - 1.0 < push && push < beta + 1.0
        }))
    }
}
