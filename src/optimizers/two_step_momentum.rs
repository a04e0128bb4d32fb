//! TwoStepMomentum: Polyak's two-step form of momentum, x₊ = x + β(x − x₋) − α∇f(x).
//!
//! Reference: B. T. Polyak, *USSR Comput. Math. Math. Phys.* 4 (1964) 1–17.

use crate::Number;
use crate::optimizers::coefficients::alpha_beta_constructors;
use crate::optimizers::{Iterate, UpdateRule, Workspace};
use crate::potentials::{Potential, gradient_at};
use nalgebra::allocator::Allocator;
use nalgebra::{DefaultAllocator, Dim};

/// The two-step form of momentum, x₊ = x + β(x − x₋) − α∇f(x).
///
/// In exact arithmetic its iterates are those of [`Momentum`](crate::Momentum). It stores the difference x − x₋ as the
/// iterate's velocity, so `with_velocity(x₀ − x₋₁)` sets the first two points. One gradient evaluation per iteration.
/// Near a minimiser the rounding of x limits the accuracy of this velocity, whereas `Momentum` keeps v to full relative
/// accuracy.
///
/// ```
/// use heavyball::prelude::*;
/// use heavyball::TwoStepMomentum;
/// use nalgebra::vector;
///
/// let two_step = TwoStepMomentum::new(0.1, 0.5)?.iterates(&Quartic, vector![-0.5]).after(30)?;
/// let momentum = Momentum::new(0.1, 0.5)?.iterates(&Quartic, vector![-0.5]).after(30)?;
/// assert!((two_step.position - momentum.position).norm() < 1e-12);
/// # Ok::<(), heavyball::Error>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq)]
#[non_exhaustive]
pub struct TwoStepMomentum<T = f64> {
    /// Learning rate α > 0.
    pub alpha: T,
    /// Weight of the previous displacement, −1 < β ≤ 1.
    pub beta: T,
}

alpha_beta_constructors!(TwoStepMomentum);

impl<T: Number> UpdateRule<T> for TwoStepMomentum<T> {
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
            look_ahead: before,
        } = workspace;
        gradient_at(potential, &iterate.position, gradient);
        before.copy_from(&iterate.position);
        let terms = (&iterate.velocity, &*gradient);
        iterate
            .position
            .zip_zip_apply(terms.0, terms.1, |x, difference, g| {
                *x += (-self.alpha.clone()).mul_add(g, self.beta.clone() * difference);
            });
        let points = (&iterate.position, &*before);
        iterate
            .velocity
            .zip_zip_apply(points.0, points.1, |v, x, before| *v = x - before);
    }
}
