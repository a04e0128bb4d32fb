//! Report: whether a rule with given α and β is stable on a range of curvatures, and how fast it converges.

use crate::Error;
use crate::check::in_range;
use crate::error::Short;
use crate::optimizers::{GradientDescent, Momentum, Nesterov, check_bounds};
use crate::study::stability::{Damping, Recursion};
use std::fmt;

/// The stability and the rate of a rule on f = ½λx² for all λ in [μ, L]; returned by `stability` and `stability_on` of
/// [`Momentum`], [`Nesterov`] and [`GradientDescent`].
///
/// `Display` gives a short report. It holds for quadratics, and near a minimum with these curvatures.
///
/// ```
/// use heavyball::prelude::*;
///
/// let verdict = Momentum::new(0.1, 0.5)?.stability(20.25)?; // the minimum of the lecture
/// assert!(verdict.is_stable() && verdict.rate == 0.5_f64.sqrt());
/// assert_eq!(verdict.largest_alpha, Some(3.0 / 20.25));
/// assert_eq!(
///     verdict.to_string(),
///     "Momentum with alpha = 0.1, beta = 0.5 on curvature 20.25: stable\n  \
///      rate 0.707107 an iteration, 6.64 iterations a digit, underdamped\n  \
///      stable for alpha below 0.148148 at this beta"
/// );
/// # Ok::<(), heavyball::Error>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Stability {
    /// The rule as a recursion.
    pub recursion: Recursion,
    /// Learning rate α.
    pub alpha: f64,
    /// Decay β; 0 for gradient descent.
    pub beta: f64,
    /// μ and L, the smallest and largest curvature.
    pub curvatures: [f64; 2],
    /// ρ, the largest multiplier of any mode: the error decreases like ρᵏ, or grows.
    pub rate: f64,
    /// The curvature with this rate, μ or L; if both have it, μ.
    pub slowest: f64,
    /// How the slowest mode moves.
    pub damping: Damping,
    /// Stable exactly for smaller α, at this β and L; `None` if no α is stable.
    pub largest_alpha: Option<f64>,
}

impl Stability {
    fn of(recursion: Recursion, (alpha, beta): (f64, f64), mu: f64, l: f64) -> Result<Self, Error> {
        check_bounds(mu, l)?;
        let rate = |curvature: f64| recursion.spectral_radius(alpha * curvature, beta);
        in_range("the rate", &rate(mu).max(rate(l)))?;
        let slowest = if rate(l) > rate(mu) { l } else { mu };
        Ok(Self {
            recursion,
            alpha,
            beta,
            curvatures: [mu, l],
            rate: rate(slowest),
            slowest,
            damping: recursion.damping(alpha * slowest, beta),
            largest_alpha: recursion.largest_stable_q(beta)?.map(|q| q / l),
        })
    }

    /// Whether every mode decays, which is so if those of μ and L do.
    pub fn is_stable(&self) -> bool {
        let on = |curvature| self.recursion.is_stable(self.alpha * curvature, self.beta);
        self.curvatures.into_iter().all(on)
    }

    /// The iterations that reduce the error by a factor of ten, ln 10/(−ln ρ), after the first steps; `None` if not
    /// stable, or if ρ is 1 to rounding.
    ///
    /// ```
    /// use heavyball::prelude::*;
    /// let rule = GradientDescent::new(0.01)?;
    /// let digit = rule.stability_on(1.0, 100.0)?.iterations_per_digit();
    /// assert!(digit.is_some_and(|k| (k - 229.1).abs() < 0.1));
    /// # Ok::<(), heavyball::Error>(())
    /// ```
    pub fn iterations_per_digit(&self) -> Option<f64> {
        let (recursion, q) = (self.recursion, self.alpha * self.slowest);
        let digit = || std::f64::consts::LN_10 / -(-recursion.shortfall(q, self.beta)).ln_1p();
        self.is_stable()
            .then(digit)
            .filter(|digit| digit.is_finite())
    }
}

/// A number with that many digits after the point, or with an exponent where these would be zeros.
struct Rounded(f64, usize);

impl fmt::Display for Rounded {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self(value, digits) = *self;
        if value == 0.0 || (1e-4..1e15).contains(&value.abs()) {
            return write!(out, "{value:.digits$}");
        }
        write!(out, "{value:.digits$e}")
    }
}

impl fmt::Display for Stability {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            recursion,
            alpha,
            beta,
            curvatures: [mu, l],
            rate,
            slowest,
            damping,
            largest_alpha,
        } = self;
        write!(out, "{recursion} with alpha = {}", Short(*alpha))?;
        if *recursion != Recursion::GradientDescent {
            write!(out, ", beta = {}", Short(*beta))?;
        }
        if mu == l {
            write!(out, " on curvature {}: ", Short(*l))?;
        } else {
            write!(out, " on curvatures from {} to {}: ", Short(*mu), Short(*l))?;
        }
        let verdict = if self.is_stable() {
            "stable"
        } else {
            "not stable"
        };
        write!(
            out,
            "{verdict}\n  rate {} an iteration, ",
            Rounded(*rate, 6)
        )?;
        if let Some(digit) = self.iterations_per_digit() {
            write!(out, "{} iterations a digit, ", Rounded(digit, 2))?;
        }
        write!(out, "{damping}")?;
        if mu != l {
            write!(out, " at the slowest curvature, {}", Short(*slowest))?;
        }
        match largest_alpha {
            Some(end) => write!(out, "\n  stable for alpha below {}", Rounded(*end, 6))?,
            None => write!(out, "\n  stable for no alpha")?,
        }
        if *recursion == Recursion::GradientDescent {
            return Ok(());
        }
        out.write_str(" at this beta")
    }
}

macro_rules! stability_of {
    ($rule:ident, $beta:expr) => {
        impl $rule {
            /// The stability, rate, damping and largest α on f = ½λx², λ = `curvature`.
            ///
            /// # Errors
            /// The errors of [`Self::stability_on`].
            pub fn stability(&self, curvature: f64) -> Result<Stability, Error> {
                self.stability_on(curvature, curvature)
            }

            /// The stability, rate, damping and largest α on curvatures in [μ, L]: the slowest mode is one of the two,
            /// derivation (49).
            ///
            /// # Errors
            /// [`ParameterError::NotPositive`](crate::error::ParameterError::NotPositive) unless α and both curvatures
            /// are positive and finite, [`RuleError::CurvaturesReversed`](crate::error::RuleError::CurvaturesReversed)
            /// if μ > L, [`RuleError::BetaOutOfRange`](crate::error::RuleError::BetaOutOfRange) unless −1 < β ≤ 1.
            pub fn stability_on(&self, mu: f64, l: f64) -> Result<Stability, Error> {
                let beta: fn(&Self) -> f64 = $beta;
                let beta = beta(self);
                Momentum::new(self.alpha, beta)?;
                Stability::of(Recursion::$rule, (self.alpha, beta), mu, l)
            }
        }
    };
}

stability_of!(GradientDescent, |_| 0.0);
stability_of!(Momentum, |rule| rule.beta);
stability_of!(Nesterov, |rule| rule.beta);
