//! Nesterov: v₊ = βv − α∇f(x + βv), x₊ = x + v₊.
//!
//! Reference: Y. Nesterov, *Soviet Math. Dokl.* 27 (1983) 372; in this form I. Sutskever et al., ICML
//! 2013, equations 3 and 4.

use crate::Number;
use crate::optimizers::slices::step;
use crate::optimizers::{Iterate, UpdateRule, Workspace};
use crate::potentials::Potential;
use nalgebra::allocator::Allocator;
use nalgebra::{DefaultAllocator, Dim};

/// Nesterov's variant of momentum, the gradient taken where the velocity alone would lead.
///
/// v₊ = βv − α∇f(x + βv), x₊ = x + v₊. The same as v = βv + α∇f(x − βv), x ← x − v with the sign of v
/// turned. One gradient an iteration. As a discretisation of the heavy ball it is of order 1 under
/// every map of (α, β): it adds the drag of the Hessian, βΔt∇²f, to γ. On curvatures up to L it
/// converges for 0 ≤ β < 1 and 0 < α < 2(1 + β)/((1 + 2β)L), a smaller range than
/// [`Momentum`](crate::Momentum)'s: at α = 0.1 and β = 0.5 it is thrown back from the minimum of the
/// quartic, which momentum reaches.
///
/// Measured order as a solver of the heavy ball: 1.00 in x and in ẋ under every row of
/// [`Discretization`](crate::Discretization) (`tests/limits/step_limit.rs`).
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
pub struct Nesterov<T = f64> {
    /// Learning rate α > 0.
    pub alpha: T,
    /// Decay of the velocity, −1 < β ≤ 1.
    pub beta: T,
}

impl<T: Number> UpdateRule<T> for Nesterov<T> {
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
            look_ahead,
        } = workspace;
        look_ahead.zip_zip_apply(&iterate.position, &iterate.velocity, |y, x, v| {
            *y = x + self.beta.clone() * v;
        });
        potential.gradient(look_ahead, gradient);
        // βv is computed twice, so that v is read and written once.
        step(
            (&self.alpha, &self.beta),
            iterate.position.as_mut_slice(),
            iterate.velocity.as_mut_slice(),
            gradient.as_slice(),
        );
    }
}
