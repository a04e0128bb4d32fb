//! Accelerated: v₊ = βv − α∇f(x + ηv), x₊ = x + v₊, of which momentum, Nesterov's rule and others are points (α, β, η).
//!
//! | η | rule |
//! |---|---|
//! | 0, β = 0 | gradient descent |
//! | 0 | Polyak's momentum |
//! | β | Nesterov's |
//! | β/αL | the optimised gradient method and triple momentum, with α > 1/L |
//! | β(1 − ν)/(1 − β) | quasi-hyperbolic momentum |
//!
//! [`Tuning`](crate::optimizers::Tuning) has the coefficients of each for curvatures in [μ, L].
//!
//! References: L. Lessard, B. Recht, A. Packard, *SIAM J. Optim.* 26 (2016) 57; J. Ma, D. Yarats, *Quasi-hyperbolic
//! momentum and Adam for deep learning*, ICLR 2019; B. Van Scoy, R. A. Freeman, K. M. Lynch, *IEEE Control Syst. Lett.* 2
//! (2018) 49.

use crate::check::{finite, in_range};
use crate::optimizers::coefficients::{check_decay, check_rate};
use crate::optimizers::slices::step;
use crate::optimizers::{
    GradientDescent, Iterate, Momentum, Nesterov, RuleError, UpdateRule, Workspace,
};
use crate::potentials::{Potential, gradient_at};
use crate::{Error, Number};
use nalgebra::allocator::Allocator;
use nalgebra::{DefaultAllocator, Dim, OVector};

/// The accelerated rule with three coefficients, v₊ = βv − α∇f(x + ηv), x₊ = x + v₊.
///
/// One gradient evaluation per iteration, at x + ηv. To order 2 it follows m ẍ + (γ + ηΔt∇²f)ẋ + ∇f = 0 with the (m, γ) of
/// momentum with the same (α, β): the look-ahead is a drag by the Hessian,
/// [`HessianDamped::accelerated`](crate::study::modified_equation::HessianDamped::accelerated). On a mode of curvature λ it
/// is stable for (αλ, β, η) by derivation (63), [`Self::is_stable_on`]. For
/// momentum or Nesterov's rule alone use [`Momentum`](crate::Momentum) or [`Nesterov`](crate::Nesterov), which have more
/// methods.
///
/// ```
/// use heavyball::optimizers::{Accelerated, Tuning};
/// use heavyball::prelude::*;
/// use nalgebra::vector;
///
/// let bowl = Quadratic::diagonal(vector![1.0, 25.0])?;
/// let start = vector![1.0, 1.0];
/// // With η = β it is Nesterov's rule.
/// let rule = Accelerated::new(0.04, 0.6, 0.6)?;
/// let ours = rule.iterates(&bowl, start).after(20)?;
/// let theirs = Nesterov::new(0.04, 0.6)?.iterates(&bowl, start).after(20)?;
/// assert!((ours.position - theirs.position).norm() < 1e-15);
/// // Triple momentum loses a fifth of the distance in each iteration, 1 − 1/√25.
/// let fastest = Tuning::TripleMomentum.rule(1.0, 25.0)?;
/// let distance = |k| Ok::<_, Error>(fastest.iterates(&bowl, start).after(k)?.position.norm());
/// assert!((distance(41)? / distance(40)? - 0.8).abs() < 1e-4);
/// # Ok::<(), heavyball::Error>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq)]
#[non_exhaustive]
pub struct Accelerated<T = f64> {
    /// Learning rate α > 0.
    pub alpha: T,
    /// Decay of the velocity, −1 < β ≤ 1.
    pub beta: T,
    /// Look-ahead η: the gradient is that of x + ηv.
    pub eta: T,
}

impl Accelerated {
    /// The rule with learning rate α > 0, decay −1 < β ≤ 1 and any finite look-ahead η.
    ///
    /// # Errors
    /// [`ParameterError::NotPositive`](crate::error::ParameterError::NotPositive) unless α is positive and finite,
    /// [`RuleError::BetaOutOfRange`] unless −1 < β ≤ 1,
    /// [`ParameterError::NotFinite`](crate::error::ParameterError::NotFinite) unless η is finite.
    pub fn new(alpha: f64, beta: f64, eta: f64) -> Result<Self, Error> {
        Self::of(alpha, beta, eta)
    }

    /// Quasi-hyperbolic momentum, b₊ = βb + (1 − β)g, θ₊ = θ − ε((1 − ν)g + νb₊), with g = ∇f(θ), as a rule of this family.
    ///
    /// With α = ε(1 − β), η = β(1 − ν)/(1 − β) and v = −εb, its parameter θ is the look-ahead point x + ηv, derivation
    /// (65). ν = 1 is momentum, ν = β Nesterov's rule and ν = 0 gradient descent; the authors recommend β = 0.999, ν = 0.7.
    ///
    /// # Errors
    /// The errors of [`Self::new`]; [`RuleError::BetaOutOfRange`] also for β = 1, at which the average ignores every
    /// gradient.
    ///
    /// ```
    /// use heavyball::optimizers::Accelerated;
    /// let rule = Accelerated::quasi_hyperbolic(0.2, 0.75, 0.5)?;
    /// assert_eq!((rule.alpha, rule.beta, rule.eta), (0.05, 0.75, 1.5));
    /// assert_eq!(rule.to_quasi_hyperbolic()?, (0.2, 0.75, 0.5));
    /// # Ok::<(), heavyball::Error>(())
    /// ```
    pub fn quasi_hyperbolic(epsilon: f64, beta: f64, nu: f64) -> Result<Self, Error> {
        Self::of_quasi_hyperbolic(epsilon, beta, nu)
    }
}

impl<T: Number> Accelerated<T> {
    /// As [`Self::new`], over any [`Number`].
    ///
    /// # Errors
    /// The errors of [`Self::new`].
    pub fn of(alpha: T, beta: T, eta: T) -> Result<Self, Error> {
        check_rate(&alpha)?;
        check_decay(&beta)?;
        finite("the look-ahead eta", &eta)?;
        Ok(Self { alpha, beta, eta })
    }

    /// As [`Self::quasi_hyperbolic`], over any [`Number`].
    ///
    /// # Errors
    /// The errors of [`Self::quasi_hyperbolic`].
    pub fn of_quasi_hyperbolic(epsilon: T, beta: T, nu: T) -> Result<Self, Error> {
        check_decay(&beta)?;
        finite("nu", &nu)?;
        let gain = T::one() - beta.clone();
        if gain.is_zero() {
            return Err(Error::Rule(RuleError::BetaOutOfRange {
                value: beta.to_f64(),
            }));
        }
        let eta = beta.clone() * (T::one() - nu) / gain.clone();
        Self::of(epsilon * gain, beta, eta)
    }

    /// (ε, β, ν) of quasi-hyperbolic momentum with the same iterates: ε = α/(1 − β), ν = 1 − η(1 − β)/β.
    ///
    /// # Errors
    /// [`RuleError::NotQuasiHyperbolic`] for β = 1, and for β = 0 with η ≠ 0;
    /// [`ParameterError::OutOfRange`](crate::error::ParameterError::OutOfRange) if one overflows.
    pub fn to_quasi_hyperbolic(&self) -> Result<(T, T, T), Error> {
        let gain = T::one() - self.beta.clone();
        if gain.is_zero() || self.beta.is_zero() && !self.eta.is_zero() {
            return Err(Error::Rule(RuleError::NotQuasiHyperbolic {
                beta: self.beta.to_f64(),
                eta: self.eta.to_f64(),
            }));
        }
        let nu = if self.eta.is_zero() {
            T::one()
        } else {
            T::one() - self.eta.clone() * gain.clone() / self.beta.clone()
        };
        let epsilon = self.alpha.clone() / gain;
        in_range("epsilon of quasi-hyperbolic momentum", &epsilon)?;
        in_range("nu of quasi-hyperbolic momentum", &nu)?;
        Ok((epsilon, self.beta.clone(), nu))
    }

    /// The point x + ηv at which the rule evaluates the gradient, the parameter of quasi-hyperbolic momentum.
    pub fn look_ahead<D: Dim>(&self, iterate: &Iterate<T, D>) -> OVector<T, D>
    where
        DefaultAllocator: Allocator<D>,
    {
        iterate
            .position
            .zip_map(&iterate.velocity, |x, v| x + self.eta.clone() * v)
    }
}

/// β and η are 0.
impl<T: Number> From<GradientDescent<T>> for Accelerated<T> {
    fn from(GradientDescent { alpha }: GradientDescent<T>) -> Self {
        let (beta, eta) = (T::zero(), T::zero());
        Self { alpha, beta, eta }
    }
}

/// η is 0.
impl<T: Number> From<Momentum<T>> for Accelerated<T> {
    fn from(Momentum { alpha, beta }: Momentum<T>) -> Self {
        let eta = T::zero();
        Self { alpha, beta, eta }
    }
}

/// η is β.
impl<T: Number> From<Nesterov<T>> for Accelerated<T> {
    fn from(Nesterov { alpha, beta }: Nesterov<T>) -> Self {
        let eta = beta.clone();
        Self { alpha, beta, eta }
    }
}

impl<T: Number> UpdateRule<T> for Accelerated<T> {
    #[inline(always)]
    fn update<D, P>(
        &self,
        _k: usize,
        potential: &P,
        iterate: &mut Iterate<T, D>,
        workspace: &mut Workspace<T, D>,
    ) where
        D: Dim,
        P: Potential<T, D> + ?Sized,
        DefaultAllocator: Allocator<D>,
    {
        let Workspace {
            gradient,
            look_ahead,
        } = workspace;
        look_ahead.zip_zip_apply(&iterate.position, &iterate.velocity, |y, x, v| {
            *y = self.eta.clone().mul_add(v, x);
        });
        gradient_at(potential, look_ahead, gradient);
        step(
            (&self.alpha, &self.beta),
            iterate.position.as_mut_slice(),
            iterate.velocity.as_mut_slice(),
            gradient.as_slice(),
        );
    }
}
