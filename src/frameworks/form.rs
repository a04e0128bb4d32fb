//! SutskeverForm: the common form of all conventions, momentum or Nesterov with (α, β).

use crate::optimizers::{Iterate, Momentum, Nesterov, UpdateRule, Workspace};
use crate::potentials::Potential;
use crate::{Error, Number};
use nalgebra::allocator::Allocator;
use nalgebra::{DefaultAllocator, Dim};

/// The form v₊ = βv − α∇f, x₊ = x + v₊ with the gradient at x ([`Momentum`]) or at x + βv ([`Nesterov`]).
///
/// It is itself an [`UpdateRule`], and [`mapping`](crate::mapping) gives its particle: [`Self::to_heavy_ball`].
///
/// ```
/// use heavyball::frameworks::{Convention, Sgd, SutskeverForm};
/// use heavyball::prelude::*;
///
/// let torch = Convention::PyTorch { dampening: 0.5, nesterov: false };
/// let form = Sgd::new(torch, 0.2, 0.9)?.sutskever()?;
/// assert_eq!(form, SutskeverForm::Momentum(Momentum::new(0.1, 0.9)?));
/// # Ok::<(), heavyball::Error>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum SutskeverForm<T = f64> {
    /// Momentum: the gradient is evaluated at x.
    Momentum(Momentum<T>),
    /// Nesterov's variant: the gradient is evaluated at x + βv.
    Nesterov(Nesterov<T>),
}

impl<T: Number> SutskeverForm<T> {
    /// The form with learning rate α and decay β, over any [`Number`].
    ///
    /// # Errors
    /// The errors of [`Momentum::of`].
    pub fn of(alpha: T, beta: T, nesterov: bool) -> Result<Self, Error> {
        if nesterov {
            Nesterov::of(alpha, beta).map(Self::Nesterov)
        } else {
            Momentum::of(alpha, beta).map(Self::Momentum)
        }
    }

    /// Learning rate α.
    pub fn alpha(&self) -> &T {
        match self {
            Self::Momentum(rule) => &rule.alpha,
            Self::Nesterov(rule) => &rule.alpha,
        }
    }

    /// Decay β of the velocity.
    pub fn beta(&self) -> &T {
        match self {
            Self::Momentum(rule) => &rule.beta,
            Self::Nesterov(rule) => &rule.beta,
        }
    }

    /// Whether the gradient is evaluated at x + βv.
    pub fn is_nesterov(&self) -> bool {
        matches!(self, Self::Nesterov(_))
    }
}

impl<T: Number> UpdateRule<T> for SutskeverForm<T> {
    #[inline]
    fn update<D, P>(
        &self,
        k: usize,
        potential: &P,
        iterate: &mut Iterate<T, D>,
        workspace: &mut Workspace<T, D>,
    ) where
        D: Dim,
        P: Potential<T, D> + ?Sized,
        DefaultAllocator: Allocator<D>,
    {
        match self {
            Self::Momentum(rule) => rule.update(k, potential, iterate, workspace),
            Self::Nesterov(rule) => rule.update(k, potential, iterate, workspace),
        }
    }
}
