//! Momentum: Sutskever's update v₊ = βv − α∇f(x), x₊ = x + v₊.
//!
//! Reference: I. Sutskever, J. Martens, G. Dahl, G. Hinton, *On the importance of initialization and
//! momentum in deep learning*, ICML 2013, equations 1 and 2; B. T. Polyak (1964) for the two-step form.

use crate::Number;
use crate::optimizers::coefficients::alpha_beta_constructors;
use crate::optimizers::slices::step;
use crate::optimizers::{Iterate, UpdateRule, Workspace};
use crate::potentials::{Potential, gradient_at};
use nalgebra::allocator::Allocator;
use nalgebra::{DefaultAllocator, Dim};

/// Gradient descent with momentum, v₊ = βv − α∇f(x), x₊ = x + v₊.
///
/// It is identical to the symplectic Euler method for the heavy ball; [`Discretization`](crate::Discretization) relates
/// (α, β) to mass, drag and step. One gradient evaluation per iteration. On quadratics with curvatures in [μ, L] it
/// converges for |β| < 1 and 0 < α < 2(1 + β)/L. For β ≥ 0 and α ≤ 2(1 − β)/L the energy f + β|v|²/2α decreases on
/// every smooth function. β = 1 is a particle without drag, which never comes to rest.
///
/// In floating point it is computed as written, with a fused multiply-add: v₊ is −α∇f(x) + βv with the rounding of βv
/// and of the sum, and x₊ = x + v₊ is rounded once more. So x₊ − x is v₊ to within half a unit in the last place of x,
/// and with m and Δt powers of two the iterates are those of [`SymplecticEuler`](crate::SymplecticEuler) to the last bit.
///
/// As a solver for the particle from which (α, β) were computed, its measured order is 1.00 or 2.00, depending on the
/// [`Discretization`](crate::Discretization), with the consistent initial velocity
/// ([`Discretization::start_velocity`](crate::Discretization::start_velocity)). With v₀ = 0 the order is 1.00, unless
/// iterate k is compared with the motion half a step later (`tests/limits/step_limit.rs`).
///
/// More methods: [tuning, schedules, slices, mapping, stability](crate::optimizers#methods-of-the-rules-by-subject).
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
#[non_exhaustive]
pub struct Momentum<T = f64> {
    /// Learning rate α > 0.
    pub alpha: T,
    /// Decay of the velocity, −1 < β ≤ 1.
    pub beta: T,
}

alpha_beta_constructors!(Momentum);

impl<T: Number> UpdateRule<T> for Momentum<T> {
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
        // A single pass over the three vectors, because long vectors are limited by memory bandwidth.
        step(
            (&self.alpha, &self.beta),
            iterate.position.as_mut_slice(),
            iterate.velocity.as_mut_slice(),
            workspace.gradient.as_slice(),
        );
    }
}
