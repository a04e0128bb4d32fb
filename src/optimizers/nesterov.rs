//! Nesterov: v₊ = βv − α∇f(x + βv), x₊ = x + v₊.
//!
//! Reference: Y. Nesterov, *Soviet Math. Dokl.* 27 (1983) 372; in this form, I. Sutskever et al., ICML 2013,
//! equations 3 and 4.

use crate::Number;
use crate::optimizers::coefficients::alpha_beta_constructors;
use crate::optimizers::slices::step;
use crate::optimizers::{Iterate, UpdateRule, Workspace};
use crate::potentials::{Potential, gradient_at};
use nalgebra::allocator::Allocator;
use nalgebra::{DefaultAllocator, Dim};

/// Nesterov's variant of momentum, with the gradient evaluated at the look-ahead point x + βv.
///
/// v₊ = βv − α∇f(x + βv), x₊ = x + v₊. It is the same as v ← βv + α∇f(x − βv), x ← x − v with the sign of v reversed.
/// One gradient evaluation per iteration. As a discretisation of the heavy ball it has order 1 under every map to
/// (α, β), because it adds the Hessian-driven drag βΔt∇²f to γ. On quadratics with curvatures up to L it converges for
/// 0 ≤ β < 1 and 0 < α < 2(1 + β)/((1 + 2β)L), a smaller range than that of [`Momentum`](crate::Momentum): with α = 0.1
/// and β = 0.5 it cannot settle in the minimum of the quartic, in which momentum does.
///
/// Measured order as a solver for the heavy ball: 1.00 in x and in ẋ under every
/// [`Discretization`](crate::Discretization) (`tests/limits/step_limit.rs`).
///
/// More methods: [tuning, schedules, slices, mapping, stability](crate::optimizers#methods-of-the-rules-by-subject).
///
/// ```
/// use heavyball::prelude::*;
/// use nalgebra::vector;
///
/// let end = Nesterov::new(0.1, 0.5)?.iterates(&Quartic, vector![-0.5]).after(100)?;
/// assert!((end.position.x + 0.0064182968145324107).abs() < 1e-12);
/// # Ok::<(), heavyball::Error>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq)]
#[non_exhaustive]
pub struct Nesterov<T = f64> {
    /// Learning rate α > 0.
    pub alpha: T,
    /// Decay of the velocity, −1 < β ≤ 1.
    pub beta: T,
}

alpha_beta_constructors!(Nesterov);

impl<T: Number> UpdateRule<T> for Nesterov<T> {
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
            *y = self.beta.clone().mul_add(v, x);
        });
        gradient_at(potential, look_ahead, gradient);
        // βv is computed a second time, so that v is read and written only once.
        step(
            (&self.alpha, &self.beta),
            iterate.position.as_mut_slice(),
            iterate.velocity.as_mut_slice(),
            gradient.as_slice(),
        );
    }
}
