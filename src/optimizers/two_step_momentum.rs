//! TwoStepMomentum: Polyak's form x₊ = x + β(x − x₋) − α∇f(x), momentum without a velocity.
//!
//! Reference: B. T. Polyak, *USSR Comput. Math. Math. Phys.* 4 (1964) 1–17.

use crate::Number;
use crate::optimizers::{Iterate, UpdateRule, Workspace};
use crate::potentials::Potential;
use nalgebra::allocator::Allocator;
use nalgebra::{DefaultAllocator, Dim};

/// The two-step form of momentum, x₊ = x + β(x − x₋) − α∇f(x).
///
/// In exact arithmetic the same iterates as [`Momentum`](crate::Momentum)'s; the difference x − x₋ is
/// what it keeps as the iterate's velocity, so that `with_velocity(x₀ − x₋₁)` sets the first two
/// points. One gradient an iteration. Close to a minimiser the rounding of x limits the velocity,
/// which `Momentum` keeps to full relative accuracy.
///
/// ```
/// use heavyball::prelude::*;
/// use nalgebra::vector;
///
/// let two_step = TwoStepMomentum::new(0.1, 0.5)?.iterates(&Quartic, vector![-0.5]).after(30)?;
/// let momentum = Momentum::new(0.1, 0.5)?.iterates(&Quartic, vector![-0.5]).after(30)?;
/// assert!((two_step.position - momentum.position).norm() < 1e-12);
/// # Ok::<(), heavyball::Error>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct TwoStepMomentum<T = f64> {
    /// Learning rate α > 0.
    pub alpha: T,
    /// Weight of the last displacement, −1 < β ≤ 1.
    pub beta: T,
}

impl<T: Number> UpdateRule<T> for TwoStepMomentum<T> {
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
        let Workspace {
            gradient,
            look_ahead: before,
        } = workspace;
        potential.gradient(&iterate.position, gradient);
        before.copy_from(&iterate.position);
        let terms = (&iterate.velocity, &*gradient);
        iterate
            .position
            .zip_zip_apply(terms.0, terms.1, |x, difference, g| {
                *x += self.beta.clone() * difference - self.alpha.clone() * g;
            });
        let points = (&iterate.position, &*before);
        iterate
            .velocity
            .zip_zip_apply(points.0, points.1, |v, x, before| *v = x - before);
    }
}
