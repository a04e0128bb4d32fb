//! Lyapunov: the energy of an iterate, Φ = f + β|v|²/2α, which momentum lets fall where α is not too large.
//!
//! On a function whose gradient has Lipschitz constant L, Φ₊ ≤ Φ − ((1 − β)/α − L/2)|v₊|² for 0 ≤ β < 1: derivation (33).

use crate::Number;
use crate::optimizers::{Iterate, Momentum};
use crate::potentials::Potential;
use nalgebra::allocator::Allocator;
use nalgebra::{DefaultAllocator, Dim};

impl<T: Number> Momentum<T> {
    /// Φ = f(x) + β|v|²/2α at an iterate, in the units of f.
    ///
    /// It falls at every step if 0 ≤ β < 1 and αL ≤ 2(1 − β), L the largest curvature in absolute value, whatever the function: a run is then
    /// never higher than its start, and stays in the valley once Φ is below the rim.
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

    /// (1 − β)/α − L/2: for 0 ≤ β < 1 the least fall of Φ in one step, for each |v₊|², where no curvature exceeds `curvature` = L.
    ///
    /// Negative, Φ may rise: on f = ½Lx² it does.
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
