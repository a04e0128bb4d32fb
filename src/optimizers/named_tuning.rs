//! Tuning: the named points (α, β, η) of the accelerated family for curvatures in [μ, L], with their rates.
//!
//! With κ = L/μ, q = μ/L and ρ = 1 − √q; ρ on quadratics is the spectral radius on [μ, L], the other rate is proved for every
//! μ-strongly convex f with an L-Lipschitz gradient, as the factor of the distance from the minimum in an iteration.
//!
//! | tuning | α | β | η | on quadratics | on all |
//! |---|---|---|---|---|---|
//! | gradient descent | 2/(L + μ) | 0 | 0 | (κ − 1)/(κ + 1) | (κ − 1)/(κ + 1) |
//! | Polyak | 4/(√L + √μ)² | ((√κ − 1)/(√κ + 1))² | 0 | (√κ − 1)/(√κ + 1) | none: it may cycle |
//! | Nesterov | 1/L | (√κ − 1)/(√κ + 1) | β | 1 − √q | √(1 − √q) |
//! | Nesterov on quadratics | 4/(3L + μ) | (√(3κ + 1) − 2)/(√(3κ + 1) + 2) | β | 1 − 2/√(3κ + 1) | |
//! | optimised gradient | (1 + g)/L | g²/(1 − q) | β/(1 + g) | g = (2 + q − √(q² + 8q))/2 | |
//! | triple momentum | (1 + ρ)/L | ρ²/(2 − ρ) | β/(1 + ρ) | 1 − √q | 1 − √q |
//!
//! References: Yu. Nesterov, *Introductory Lectures on Convex Optimization* (2004), theorems 2.1.15 and 2.2.3; B. T. Polyak
//! (1964); D. Kim, J. A. Fessler, *J. Optim. Theory Appl.* 178 (2018) 240, for the optimised gradient method on quadratics;
//! B. Van Scoy, R. A. Freeman, K. M. Lynch, *IEEE Control Syst. Lett.* 2 (2018) 49, theorem 1.

use crate::Error;
use crate::optimizers::tuning::check_bounds;
use crate::optimizers::{Accelerated, GradientDescent, Iterate, Momentum, Nesterov};
use nalgebra::allocator::Allocator;
use nalgebra::{DefaultAllocator, Dim, OVector};
use std::fmt;

/// A named point of the [`Accelerated`] family for curvatures in [μ, L].
///
/// ```
/// use heavyball::optimizers::Tuning;
///
/// let rates = Tuning::ALL.map(|tuning| tuning.rate_on_quadratics(1.0, 25.0));
/// let [descent, polyak, .., triple] = rates;
/// assert!((descent? - 12.0 / 13.0).abs() < 1e-15 && (polyak? - 2.0 / 3.0).abs() < 1e-15);
/// assert!((triple? - 0.8).abs() < 1e-15);
/// assert_eq!(Tuning::Polyak.proved_rate(1.0, 25.0)?, None);
/// # Ok::<(), heavyball::Error>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Tuning {
    /// [`GradientDescent::optimal`].
    GradientDescent,
    /// Polyak's, [`Momentum::optimal`]: nothing in the family is faster on quadratics, derivation (66).
    Polyak,
    /// Nesterov's constant scheme, [`Nesterov::standard`].
    Nesterov,
    /// Nesterov's rule where it is fastest on quadratics, [`Nesterov::optimal`].
    NesterovOnQuadratics,
    /// The optimised gradient method where it is fastest on quadratics; its root on L is −g, and that on μ double.
    OptimizedGradient,
    /// Triple momentum, the fastest constant rule whose rate is proved for all smooth, strongly convex functions.
    TripleMomentum,
}

impl Tuning {
    /// Every tuning.
    pub const ALL: [Self; 6] = [
        Self::GradientDescent,
        Self::Polyak,
        Self::Nesterov,
        Self::NesterovOnQuadratics,
        Self::OptimizedGradient,
        Self::TripleMomentum,
    ];

    /// Its name.
    pub fn name(self) -> &'static str {
        match self {
            Self::GradientDescent => "gradient descent",
            Self::Polyak => "Polyak",
            Self::Nesterov => "Nesterov",
            Self::NesterovOnQuadratics => "Nesterov on quadratics",
            Self::OptimizedGradient => "optimised gradient",
            Self::TripleMomentum => "triple momentum",
        }
    }

    /// The rule for curvatures in [μ, L].
    ///
    /// # Errors
    /// [`ParameterError::NotPositive`](crate::error::ParameterError::NotPositive) unless both are positive and finite,
    /// [`RuleError::CurvaturesReversed`](crate::error::RuleError::CurvaturesReversed) if μ > L.
    pub fn rule(self, mu: f64, l: f64) -> Result<Accelerated, Error> {
        check_bounds(mu, l)?;
        match self {
            Self::GradientDescent => {
                Accelerated::new(GradientDescent::optimal(mu, l)?.alpha, 0.0, 0.0)
            }
            Self::Polyak => {
                let rule = Momentum::optimal(mu, l)?;
                Accelerated::new(rule.alpha, rule.beta, 0.0)
            }
            Self::Nesterov | Self::NesterovOnQuadratics => {
                let rule = match self {
                    Self::Nesterov => Nesterov::standard(mu, l)?,
                    _ => Nesterov::optimal(mu, l)?,
                };
                Accelerated::new(rule.alpha, rule.beta, rule.beta)
            }
            Self::OptimizedGradient => {
                let rate = self.rate_on_quadratics(mu, l)?;
                // g²/(1 − q) = 2g/(2 + q + √(q² + 8q)), also for q = 1.
                let beta = 2.0 * rate / denominator(mu / l);
                Accelerated::new((1.0 + rate) / l, beta, beta / (1.0 + rate))
            }
            Self::TripleMomentum => {
                let rate = self.rate_on_quadratics(mu, l)?;
                let beta = rate * rate / (2.0 - rate);
                Accelerated::new((1.0 + rate) / l, beta, beta / (1.0 + rate))
            }
        }
    }

    /// Its spectral radius on quadratics with curvatures in [μ, L], in closed form.
    ///
    /// # Errors
    /// The errors of [`Self::rule`].
    pub fn rate_on_quadratics(self, mu: f64, l: f64) -> Result<f64, Error> {
        check_bounds(mu, l)?;
        let sum = l.sqrt() + mu.sqrt();
        let rate = match self {
            // Without the cancellation of κ − 1 and √κ − 1 near κ = 1.
            Self::GradientDescent => (l / 2.0 - mu / 2.0) / (l / 2.0 + mu / 2.0),
            Self::Polyak => (l - mu) / sum / sum,
            Self::Nesterov | Self::TripleMomentum => (l - mu) / sum / l.sqrt(),
            Self::NesterovOnQuadratics => {
                let root = (3.0 * (l / mu) + 1.0).sqrt();
                3.0 * ((l - mu) / mu) / root / (root + 2.0)
            }
            Self::OptimizedGradient => 2.0 * ((l - mu) / l) / denominator(mu / l),
        };
        // For huge κ it rounds to 1, or just above.
        Ok(rate.min(1.0))
    }

    /// The rate that is proved for every μ-strongly convex f with an L-Lipschitz gradient; `None` if there is none.
    ///
    /// The distance from the minimum, for triple momentum that of [`Self::output`], is at most a constant times its k-th
    /// power.
    ///
    /// # Errors
    /// The errors of [`Self::rule`].
    pub fn proved_rate(self, mu: f64, l: f64) -> Result<Option<f64>, Error> {
        let rate = self.rate_on_quadratics(mu, l)?;
        Ok(match self {
            Self::GradientDescent | Self::TripleMomentum => Some(rate),
            Self::Nesterov => Some(rate.sqrt()),
            _ => None,
        })
    }

    /// The point whose distance from the minimum has the proved rate: x + ρ²/(1 − ρ²)v for triple momentum, x for the others.
    ///
    /// # Errors
    /// The errors of [`Self::rule`].
    pub fn output<D: Dim>(
        self,
        mu: f64,
        l: f64,
        iterate: &Iterate<f64, D>,
    ) -> Result<OVector<f64, D>, Error>
    where
        DefaultAllocator: Allocator<D>,
    {
        let rate = self.rate_on_quadratics(mu, l)?;
        let ahead = match self {
            // 1 − ρ² = √q(1 + ρ), which does not cancel for large κ.
            Self::TripleMomentum => rate * rate / ((mu / l).sqrt() * (1.0 + rate)),
            _ => 0.0,
        };
        Ok(iterate
            .position
            .zip_map(&iterate.velocity, |x, v| x + ahead * v))
    }
}

/// 2 + q + √(q² + 8q).
fn denominator(q: f64) -> f64 {
    2.0 + q + (q * (q + 8.0)).sqrt()
}

impl fmt::Display for Tuning {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.pad(self.name())
    }
}
