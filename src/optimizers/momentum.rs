//! Momentum: Sutskever's update v₊ = βv − α∇f(x), x₊ = x + v₊.
//!
//! Reference: I. Sutskever, J. Martens, G. Dahl, G. Hinton, *On the importance of initialization and
//! momentum in deep learning*, ICML 2013, equations 1 and 2; B. T. Polyak (1964) for its two-step form.

use crate::Number;
use crate::optimizers::slices::step;
use crate::optimizers::{Iterate, UpdateRule, Workspace};
use crate::potentials::Potential;
use nalgebra::allocator::Allocator;
use nalgebra::{DefaultAllocator, Dim};

/// Gradient descent with momentum, v₊ = βv − α∇f(x), x₊ = x + v₊.
///
/// The symplectic Euler method of the heavy ball, identically: see
/// [`Discretization`](crate::Discretization) for what (α, β) mean as a particle. One gradient an
/// iteration. On curvatures in [μ, L] it converges for |β| < 1 and 0 < α < 2(1 + β)/L; for 0 ≤ β and
/// α ≤ 2(1 − β)/L the energy f + β|v|²/2α falls on every smooth function. β = 1 is a particle
/// without drag and never stops.
///
/// In floating point x₊ is (x + βv) − α∇f(x), whose first sum does not wait for the gradient; [`Textbook`](crate::optimizers::Textbook) has the other order. The two
/// differ by rounding, a unit in the last place of x each iteration.
///
/// As a solver of the ball (α, β) were mapped from, its measured order is 1.00 or 2.00 by the row of
/// [`Discretization`](crate::Discretization), from the right start; 1.00 from v₀ = 0 unless iterate k is read half a step
/// later (`tests/limits/step_limit.rs`).
///
/// ```
/// use heavyball::prelude::*;
/// use nalgebra::vector;
///
/// let rule = Momentum::new(0.1, 0.5)?;
/// let end = rule.iterates(&Quartic, vector![-0.5]).after(100)?;
/// assert!((end.position.x - 2.2499999999997953).abs() < 1e-12);
/// # Ok::<(), heavyball::Error>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Momentum<T = f64> {
    /// Learning rate α > 0.
    pub alpha: T,
    /// Decay of the velocity, −1 < β ≤ 1.
    pub beta: T,
}

impl<T: Number> UpdateRule<T> for Momentum<T> {
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
        // One pass over the three vectors: a long one is read and written once.
        step(
            (&self.alpha, &self.beta),
            iterate.position.as_mut_slice(),
            iterate.velocity.as_mut_slice(),
            workspace.gradient.as_slice(),
        );
    }
}
