//! GradientDescent: x₊ = x − α∇f(x), the explicit Euler step of gradient flow.

use crate::check::positive;
use crate::optimizers::{Iterate, UpdateRule, Workspace};
use crate::potentials::Potential;
use crate::{Error, Number};
use nalgebra::allocator::Allocator;
use nalgebra::{DefaultAllocator, Dim, OVector};

/// Gradient descent, x₊ = x − α∇f(x).
///
/// The explicit Euler method of γẋ = −∇f with α = Δt/γ, order 1; [`Momentum`](crate::Momentum) with
/// β = 0. One gradient an iteration. On a quadratic with curvatures up to L it converges for
/// 0 < α < 2/L. It stops at a flat saddle and stays in the basin it starts in: for either, add
/// momentum. The iterate's velocity is the last displacement, −α∇f.
///
/// ```
/// use heavyball::prelude::*;
/// use nalgebra::vector;
///
/// // It stalls at the flat saddle of the quartic, where momentum rolls on.
/// let end = GradientDescent::new(0.1)?.iterates(&Quartic, vector![-0.5]).after(100)?;
/// assert!((end.position.x + 0.010222808231487635).abs() < 1e-12);
/// # Ok::<(), heavyball::Error>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct GradientDescent<T = f64> {
    /// Learning rate α > 0.
    pub alpha: T,
}

impl GradientDescent {
    /// Gradient descent with learning rate `alpha`.
    ///
    /// # Errors
    /// [`ParameterError::NotPositive`](crate::error::ParameterError::NotPositive) unless the rate is positive and finite.
    pub fn new(alpha: f64) -> Result<Self, Error> {
        Self::of(alpha)
    }
}

impl<T: Number> GradientDescent<T> {
    /// As [`Self::new`], over any [`Number`].
    ///
    /// # Errors
    /// As for [`Self::new`].
    pub fn of(alpha: T) -> Result<Self, Error> {
        positive("alpha", &alpha, "; a learning rate of 0 never moves")?;
        Ok(Self { alpha })
    }
}

impl<T: Number> UpdateRule<T> for GradientDescent<T> {
    #[inline]
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
        potential.gradient(&iterate.position, &mut workspace.gradient);
        iterate.velocity.zip_apply(&workspace.gradient, |v, g| {
            *v = -(self.alpha.clone() * g);
        });
        displace(&mut iterate.position, &iterate.velocity);
    }
}

/// x ← x + v.
#[inline]
pub(crate) fn displace<T, D>(position: &mut OVector<T, D>, velocity: &OVector<T, D>)
where
    T: Number,
    D: Dim,
    DefaultAllocator: Allocator<D>,
{
    position.zip_apply(velocity, |x, v| *x += v);
}
