//! Recursion: a rule on one mode f = ½λx², as a linear map of (x, v) with Q = αλ and β.
//!
//! Derivation (49) has the trace s, the determinant d and the conditions |d| < 1, |s| < 1 + d of each.

use crate::Error;
use crate::check::{finite, in_range};
use crate::optimizers::RuleError;
use crate::optimizers::check_bounds;
use crate::study::stability::{Damping, Roots};
use nalgebra::{Complex, Matrix2, matrix};
use std::fmt;

/// A rule on one mode of curvature λ: linear in (x, v), with Q = αλ and β.
///
/// The functions of (Q, β) accept any numbers: also a negative Q, which is a maximum, and a β outside the range of the
/// rules; NaN gives NaN, and is not stable. Cost: a few operations, no iteration.
///
/// ```
/// use heavyball::study::stability::Recursion;
///
/// // The minimum of the lecture: αλ = 2.025 at β = 0.5. Nesterov's rule is unstable there, momentum is not.
/// assert!(Recursion::Momentum.is_stable(2.025, 0.5));
/// assert!(!Recursion::Nesterov.is_stable(2.025, 0.5));
/// assert_eq!(Recursion::Momentum.spectral_radius(2.025, 0.5), 0.5_f64.sqrt());
/// // The saddle of the lecture: the factor at which a rule leaves the ridge.
/// assert!((Recursion::Momentum.spectral_radius(-0.4, 0.5) - 1.584429).abs() < 1e-6);
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Recursion {
    /// x₊ = (1 − Q)x, without β.
    GradientDescent,
    /// v₊ = βv − Qx, x₊ = x + v₊: [`Momentum`](crate::Momentum), and symplectic Euler.
    Momentum,
    /// v₊ = βv − Q(x + βv), x₊ = x + v₊: [`Nesterov`](crate::Nesterov).
    Nesterov,
    /// v₊ = βv − Qx, x₊ = x + v: [`ExplicitEuler`](crate::ExplicitEuler), with v = Δt·p/m. Here β < −1 is a ball
    /// with a large drag, and no error.
    ExplicitEuler,
}

impl Recursion {
    /// Every recursion.
    pub const ALL: [Self; 4] = [
        Self::GradientDescent,
        Self::Momentum,
        Self::Nesterov,
        Self::ExplicitEuler,
    ];

    /// The name of the rule.
    pub fn name(&self) -> &'static str {
        match self {
            Self::GradientDescent => "GradientDescent",
            Self::Momentum => "Momentum",
            Self::Nesterov => "Nesterov",
            Self::ExplicitEuler => "ExplicitEuler",
        }
    }

    /// One step as a matrix on (x, v).
    ///
    /// ```
    /// use heavyball::study::stability::Recursion;
    /// let step = Recursion::Momentum.companion(0.5, 0.25);
    /// assert_eq!((step.trace(), step.determinant()), (0.75, 0.25));
    /// ```
    pub fn companion(&self, q: f64, beta: f64) -> Matrix2<f64> {
        match self {
            Self::GradientDescent => matrix![1.0 - q, 0.0; -q, 0.0],
            Self::Momentum => matrix![1.0 - q, beta; -q, beta],
            Self::Nesterov => matrix![1.0 - q, beta * (1.0 - q); -q, beta * (1.0 - q)],
            Self::ExplicitEuler => matrix![1.0, 1.0; -q, beta],
        }
    }

    /// The characteristic polynomial, with the discriminant in factors where they are known.
    fn roots(self, q: f64, beta: f64) -> Roots {
        let left = 1.0 - q;
        match self {
            Self::GradientDescent => Roots::of(left, 0.0),
            Self::Momentum if beta > 0.0 => {
                let root = beta.sqrt();
                let (below, above) = ((1.0 - beta) / (1.0 + root), 1.0 + root);
                let discriminant = (below * below - q) * (above * above - q);
                Roots::with_discriminant(1.0 + beta - q, beta, discriminant)
            }
            Self::Momentum => Roots::of(1.0 + beta - q, beta),
            Self::Nesterov => {
                let (sum, difference) = (1.0 + beta, 1.0 - beta);
                let discriminant = left * difference.mul_add(difference, -(sum * sum * q));
                Roots::with_discriminant(sum * left, beta * left, discriminant)
            }
            // For β < 0 the sums 1 + β and β + Q are accurate, for β > 0 the difference 1 − β.
            Self::ExplicitEuler if beta < 0.0 => Roots::of(1.0 + beta, beta + q),
            Self::ExplicitEuler => {
                let difference = 1.0 - beta;
                let discriminant = difference.mul_add(difference, -4.0 * q);
                Roots::with_discriminant(1.0 + beta, beta + q, discriminant)
            }
        }
    }

    /// The two factors by which a step multiplies the mode, the larger in absolute value first.
    ///
    /// The roots of r² − sr + d. The position after k steps from rest is ar₁ᵏ + br₂ᵏ, and (a + bk)rᵏ for a double
    /// root. Within a relative distance δ of a double root the rounding of Q and β moves them by about √δ.
    ///
    /// ```
    /// use heavyball::study::stability::Recursion;
    /// let [upper, lower] = Recursion::Momentum.multipliers(1.0, 0.25);
    /// assert_eq!((upper.norm_sqr(), lower), (0.25, upper.conj()));
    /// ```
    pub fn multipliers(&self, q: f64, beta: f64) -> [Complex<f64>; 2] {
        self.roots(q, beta).both()
    }

    /// ρ, the larger multiplier in absolute value: the factor per iteration for almost every start.
    ///
    /// In the complex region it is √d, with no other rounding. It does not describe the first steps, in which the error
    /// may grow: derivation (52).
    ///
    /// ```
    /// use heavyball::study::stability::Recursion;
    /// assert_eq!(Recursion::GradientDescent.spectral_radius(1.5, 0.0), 0.5);
    /// assert_eq!(Recursion::Nesterov.spectral_radius(0.5, 0.5), 0.5);
    /// assert_eq!(Recursion::ExplicitEuler.spectral_radius(1.0, 1.0), 2.0_f64.sqrt()); // no drag
    /// ```
    pub fn spectral_radius(&self, q: f64, beta: f64) -> f64 {
        self.roots(q, beta).spectral_radius()
    }

    /// Whether the mode decays from every start: ρ < 1, decided by inequalities and not by ρ.
    ///
    /// On the boundary it does not: at β = 1 momentum oscillates forever.
    ///
    /// ```
    /// use heavyball::study::stability::Recursion;
    /// let at = |q| Recursion::Nesterov.is_stable(q, -0.5);
    /// assert!(at(2.99) && !at(3.0)); // 1 − 1/β, not 2(1 + β)/(1 + 2β)
    /// ```
    pub fn is_stable(&self, q: f64, beta: f64) -> bool {
        q > 0.0
            && match self {
                Self::GradientDescent => q < 2.0,
                Self::Momentum => beta.abs() < 1.0 && q < 2.0 * (1.0 + beta),
                // 1 + s + d > 0, d < 1 and d > −1, each without the cancellation in 1 − Q.
                Self::Nesterov => {
                    let push = beta * q;
                    q + 2.0 * push < 2.0 * (1.0 + beta) && beta - 1.0 < push && push < beta + 1.0
                }
                Self::ExplicitEuler => q < 1.0 - beta && -2.0 * (1.0 + beta) < q,
            }
    }

    /// How the mode moves, by its multipliers.
    ///
    /// Two multipliers count as equal if the rounding of Q and β, a few units in the last place of each, can make
    /// them so.
    pub fn damping(&self, q: f64, beta: f64) -> Damping {
        let roots = self.roots(q, beta);
        let (left, sum) = (1.0 - q, 1.0 + beta);
        // The derivatives of the discriminant with respect to Q and to β.
        let (by_q, by_beta) = match self {
            Self::GradientDescent => (-2.0 * left, 0.0),
            Self::Momentum => (-2.0 * (sum - q), 2.0 * (sum - q) - 4.0),
            Self::Nesterov => (
                left.mul_add(-2.0 * sum * sum, 4.0 * beta),
                left * (2.0 * sum).mul_add(left, -4.0),
            ),
            Self::ExplicitEuler => (-4.0, -2.0 * (1.0 - beta)),
        };
        let rounding = 8.0 * f64::EPSILON * ((q * by_q).abs() + (beta * by_beta).abs());
        // Both overflow for a huge Q, where no root is double.
        if roots.discriminant.abs() <= rounding && rounding.is_finite() {
            Damping::Critical
        } else if roots.discriminant < 0.0 {
            Damping::Underdamped
        } else if roots.trace < 0.0 {
            Damping::Alternating
        } else {
            Damping::Overdamped
        }
    }

    /// 1 − ρ of a stable mode, accurate where ρ rounds to 1.
    ///
    /// From (1 − r₁)(1 − r₂) = 1 − s + d = Q, from (1 + r₁)(1 + r₂) = 1 + s + d, and from 1 − ρ² = 1 − d.
    pub(super) fn shortfall(self, q: f64, beta: f64) -> f64 {
        let roots = self.roots(q, beta);
        let [large, small] = roots.both().map(|root| root.re);
        if roots.discriminant < 0.0 {
            let of_square = match self {
                Self::GradientDescent => 1.0,
                Self::Momentum => 1.0 - beta,
                Self::Nesterov => 1.0 - beta + beta * q,
                Self::ExplicitEuler => 1.0 - beta - q,
            };
            return of_square / (1.0 + roots.spectral_radius());
        }
        if large >= 0.0 {
            return q / (1.0 - small);
        }
        let at_minus_one = match self {
            Self::GradientDescent => 2.0 - q,
            Self::Momentum => 2.0 * (1.0 + beta) - q,
            Self::Nesterov => 2.0 * (1.0 + beta) - (1.0 + 2.0 * beta) * q,
            Self::ExplicitEuler => 2.0 * (1.0 + beta) + q,
        };
        at_minus_one / (1.0 + small)
    }

    /// The end of the stable Q: stable exactly for 0 < Q below it, at this β; `None` if no Q is stable.
    ///
    /// Momentum has no stable Q at β = 1, where ρ = 1 for 0 < Q < 4, and neither has explicit Euler. For Nesterov's
    /// rule β > 0 shortens the range: 4/3 at β = 1, and at most 4, at β = −1/3.
    ///
    /// # Errors
    /// [`RuleError::BetaOutOfRange`] unless −1 < β ≤ 1.
    ///
    /// ```
    /// use heavyball::study::stability::Recursion;
    /// assert_eq!(Recursion::Momentum.largest_stable_q(0.5)?, Some(3.0));
    /// assert_eq!(Recursion::Nesterov.largest_stable_q(0.5)?, Some(1.5));
    /// assert_eq!(Recursion::ExplicitEuler.largest_stable_q(1.0)?, None);
    /// # Ok::<(), heavyball::Error>(())
    /// ```
    pub fn largest_stable_q(&self, beta: f64) -> Result<Option<f64>, Error> {
        if !(beta > -1.0 && beta <= 1.0) {
            return Err(Error::Rule(RuleError::BetaOutOfRange { value: beta }));
        }
        let end = match self {
            Self::GradientDescent => 2.0,
            Self::Momentum if beta == 1.0 => 0.0,
            Self::Momentum => 2.0 * (1.0 + beta),
            Self::Nesterov => 1.0 + 1.0 / (1.0 + 2.0 * beta).max(-beta),
            Self::ExplicitEuler => 1.0 - beta,
        };
        Ok((end > 0.0).then_some(end))
    }

    /// The largest ρ over all curvatures in [μ, L]: the rate of the slowest mode, which is μ or L.
    ///
    /// Both roots are at most r in absolute value exactly if |d| ≤ r² and |s| ≤ r + d/r. s and d are affine in Q,
    /// so for each r these Q are an interval: ρ(Q) is quasiconvex, and takes its maximum over [αμ, αL] at an end,
    /// for every β. So [`Self::is_stable`] on both ends is stability between them.
    ///
    /// # Errors
    /// [`ParameterError::NotPositive`](crate::error::ParameterError::NotPositive) for α, μ or L,
    /// [`RuleError::CurvaturesReversed`], [`ParameterError::NotFinite`](crate::error::ParameterError::NotFinite) for β.
    ///
    /// ```
    /// use heavyball::prelude::*;
    /// use heavyball::study::stability::Recursion;
    /// let rule = Momentum::optimal(1.0, 25.0)?;
    /// let rate = Recursion::Momentum.rate_on(rule.alpha, rule.beta, 1.0, 25.0)?;
    /// assert!((rate - 2.0 / 3.0).abs() < 1e-7); // double roots: half the digits
    /// # Ok::<(), heavyball::Error>(())
    /// ```
    pub fn rate_on(&self, alpha: f64, beta: f64, mu: f64, l: f64) -> Result<f64, Error> {
        crate::check::positive("alpha", &alpha, "; a learning rate of 0 never moves")?;
        finite("beta", &beta)?;
        check_bounds(mu, l)?;
        let [low, high] = [mu, l].map(|curvature| self.spectral_radius(alpha * curvature, beta));
        let rate = low.max(high);
        in_range("the rate", &rate)?;
        Ok(rate)
    }
}

impl fmt::Display for Recursion {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.pad(self.name())
    }
}
