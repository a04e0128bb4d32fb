//! Lyapunov: the energy of an iterate, Φ = f + β|v|²/2α, which decreases under momentum if α is not too large.
//!
//! On a function whose gradient has Lipschitz constant L, Φ₊ ≤ Φ − ((1 − β)/α − L/2)|v₊|² for 0 ≤ β < 1: derivation
//! (33).

use crate::Number;
use crate::optimizers::{Iterate, Momentum};
use crate::potentials::Potential;
use nalgebra::allocator::Allocator;
use nalgebra::{DefaultAllocator, Dim};

impl<T: Number> Momentum<T> {
    /// Φ = f(x) + β|v|²/2α at an iterate, in the units of f.
    ///
    /// It decreases at every step if 0 ≤ β < 1 and αL ≤ 2(1 − β), L the largest curvature in absolute value, whatever
    /// the function: f then never exceeds its start value, and a run stays in a valley once Φ is below the rim of the
    /// valley.
    ///
    /// ```
    /// use heavyball::prelude::*;
    /// use nalgebra::vector;
    ///
    /// // Curvatures of the double well up to 23 where this run goes: α ≤ 2(1 − β)/23.
    /// let rule = Momentum::new(0.04, 0.5)?;
    /// let start = vector![-1.5, -1.5];
    /// let energies = rule.iterates(&DoubleWell, start).map(|at| rule.lyapunov(&DoubleWell, &at));
    /// assert!(energies.take(100).is_sorted_by(|now, next| now >= next));
    /// # Ok::<(), heavyball::Error>(())
    /// ```
    pub fn lyapunov<P, D>(&self, potential: &P, iterate: &Iterate<T, D>) -> T
    where
        P: Potential<T, D> + ?Sized,
        D: Dim,
        DefaultAllocator: Allocator<D>,
    {
        let weight = self.beta.clone() / (T::integer(2) * self.alpha.clone());
        let square = iterate.velocity.dot(&iterate.velocity);
        potential.value(&iterate.position) + weight * square
    }

    /// (1 − β)/α − L/2: for 0 ≤ β < 1 the smallest decrease of Φ in one step, divided by |v₊|², if no curvature exceeds
    /// `curvature` = L.
    ///
    /// Where it is negative, Φ may increase, as it does on f = ½Lx².
    ///
    /// ```
    /// use heavyball::prelude::*;
    /// assert_eq!(Momentum::new(0.25, 0.5)?.lyapunov_descent(4.0), 0.0); // αL = 2(1 − β)
    /// # Ok::<(), heavyball::Error>(())
    /// ```
    pub fn lyapunov_descent(&self, curvature: T) -> T {
        (T::one() - self.beta.clone()) / self.alpha.clone() - curvature / T::integer(2)
    }
}
