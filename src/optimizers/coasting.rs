//! Coasting: momentum in another order of rounding, x₊ = (x + βv) − α∇f(x), for one ball that is followed for long.

use crate::optimizers::{Iterate, UpdateRule, Workspace};
use crate::{Momentum, Number, Potential};
use nalgebra::allocator::Allocator;
use nalgebra::{DefaultAllocator, Dim};

/// Momentum that computes x + βv while the gradient is on its way.
///
/// v₊ = βv − α∇f(x), x₊ = (x + βv) − α∇f(x): in exact arithmetic the iterates of [`Momentum`], with one operation more and a shorter chain of operations
/// that wait for each other. One ball alone waits for that chain: on the quartic a step takes a fifth less time (`cargo bench --bench steps`). The last
/// digits differ, so that x₊ − x is v₊ to rounding only; many balls at once, which do not wait, are slower this way.
///
/// ```
/// use heavyball::prelude::*;
/// use nalgebra::vector;
///
/// let rule = Momentum::new(0.1, 0.5)?;
/// let end = rule.coasting().iterates(&Quartic, vector![-0.5]).after(100)?;
/// assert!((end.position - rule.iterates(&Quartic, vector![-0.5]).after(100)?.position).norm() < 1e-12);
/// # Ok::<(), heavyball::Error>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Coasting<T = f64> {
    rule: Momentum<T>,
}

impl<T: Number> Momentum<T> {
    /// The same rule with the shortest chain of dependent operations; see [`Coasting`].
    pub fn coasting(self) -> Coasting<T> {
        Coasting { rule: self }
    }
}

impl<T: Number> UpdateRule<T> for Coasting<T> {
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
        let Momentum { alpha, beta } = &self.rule;
        potential.gradient(&iterate.position, &mut workspace.gradient);
        let state = iterate
            .position
            .iter_mut()
            .zip(iterate.velocity.iter_mut())
            .zip(workspace.gradient.iter());
        for ((x, v), g) in state {
            let (kept, push) = (beta.clone() * v.clone(), alpha.clone() * g.clone());
            *x = x.clone() + kept.clone() - push.clone();
            *v = kept - push;
        }
    }
}
