//! GradientDescent: x₊ = x − α∇f(x), the explicit Euler step of gradient flow.

use crate::optimizers::coefficients::check_rate;
use crate::optimizers::{Iterate, UpdateRule, Workspace};
use crate::potentials::{Potential, gradient_at};
use crate::{Error, Number};
use nalgebra::allocator::Allocator;
use nalgebra::{DefaultAllocator, Dim};

/// Gradient descent, x₊ = x − α∇f(x).
///
/// This is the explicit Euler method for γẋ = −∇f with α = Δt/γ, of order 1, and it is [`Momentum`](crate::Momentum)
/// with β = 0. One gradient evaluation per iteration. On a quadratic with curvatures up to L it converges for
/// 0 < α < 2/L. It stops at a flat saddle and remains in the basin in which it starts; if either is a problem, add
/// momentum. The iterate's velocity is the last displacement, −α∇f.
///
/// More methods: [tuning, mapping, stability](crate::optimizers#methods-of-the-rules-by-subject).
///
/// ```
/// use heavyball::prelude::*;
/// use nalgebra::vector;
///
/// // It stalls at the flat saddle of the quartic, which momentum passes.
/// let end = GradientDescent::new(0.1)?.iterates(&Quartic, vector![-0.5]).after(100)?;
/// assert!((end.position.x + 0.010222808231487635).abs() < 1e-12);
/// # Ok::<(), heavyball::Error>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq)]
#[non_exhaustive]
pub struct GradientDescent<T = f64> {
    /// Learning rate α > 0.
    pub alpha: T,
}

impl GradientDescent {
    /// Gradient descent with learning rate `alpha`.
    ///
    /// # Errors
    /// [`ParameterError::NotPositive`](crate::error::ParameterError::NotPositive) unless `alpha` is positive and
    /// finite.
    pub fn new(alpha: f64) -> Result<Self, Error> {
        Self::of(alpha)
    }
}

impl<T: Number> GradientDescent<T> {
    /// As [`Self::new`], over any [`Number`].
    ///
    /// # Errors
    /// The errors of [`Self::new`].
    pub fn of(alpha: T) -> Result<Self, Error> {
        check_rate(&alpha)?;
        Ok(Self { alpha })
    }
}

impl<T: Number> UpdateRule<T> for GradientDescent<T> {
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
        gradient_at(potential, &iterate.position, &mut workspace.gradient);
        iterate.velocity.zip_apply(&workspace.gradient, |v, g| {
            *v = -(self.alpha.clone() * g);
        });
        iterate
            .position
            .zip_apply(&iterate.velocity, |x, v| *x += v);
    }
}
