//! Phase: position and momentum, and the three maps a step is composed of.
//!
//! A splitting method is a sequence of drifts, kicks and damps, each the exact flow of one part of
//! ẋ = p/m, ṗ = −∇f(x) − (γ/m)p.

use crate::Number;
use crate::check::compared_by_component;
use nalgebra::allocator::Allocator;
use nalgebra::{Const, DefaultAllocator, Dim, Dyn, OVector};

/// A point of phase space: position x and momentum p = mẋ.
#[derive(Debug, Clone, PartialEq)]
pub struct Phase<T: Number = f64, D: Dim = Dyn>
where
    DefaultAllocator: Allocator<D>,
{
    /// Position x.
    pub position: OVector<T, D>,
    /// Momentum p = mẋ.
    pub momentum: OVector<T, D>,
}

/// A [`Phase`] in `N` dimensions, of `f64` unless another number type is named: `PhaseIn<2>`.
pub type PhaseIn<const N: usize, T = f64> = Phase<T, Const<N>>;

impl<T: Number, D: Dim> Copy for Phase<T, D>
where
    DefaultAllocator: Allocator<D>,
    OVector<T, D>: Copy,
{
}

impl<T: Number, D: Dim> Phase<T, D>
where
    DefaultAllocator: Allocator<D>,
{
    /// The phase at `position` with `momentum`.
    pub fn new(position: OVector<T, D>, momentum: OVector<T, D>) -> Self {
        Self { position, momentum }
    }

    /// The phase at `position` with no momentum.
    ///
    /// ```
    /// use heavyball::Phase;
    /// use nalgebra::vector;
    /// assert_eq!(Phase::at_rest(vector![1.0, 2.0]).momentum, vector![0.0, 0.0]);
    /// ```
    pub fn at_rest(position: OVector<T, D>) -> Self {
        let momentum = position.map(|_| T::zero());
        Self { position, momentum }
    }

    /// x ← x + τp, with τ = Δt/m: the exact flow of ẋ = p/m.
    ///
    /// ```
    /// use heavyball::Phase;
    /// use nalgebra::vector;
    ///
    /// // Symplectic Euler on f = x²/2 with m = 1, γ = 0, Δt = 0.1: kick, then drift.
    /// let mut phase = Phase::at_rest(vector![1.0]);
    /// let gradient = phase.position;
    /// phase.kick(&0.1, &gradient);
    /// phase.drift(&0.1);
    /// assert_eq!((phase.position.x, phase.momentum.x), (0.99, -0.1));
    /// ```
    #[inline]
    pub fn drift(&mut self, time_per_mass: &T) {
        // Not `axpy`: it skips a term whose factor `is_zero`, which for a dual number tests the real part
        // alone, so that the derivative would be lost.
        self.position.zip_apply(&self.momentum, |x, p| {
            *x = time_per_mass.clone().mul_add(p, x.clone());
        });
    }

    /// p ← p − Δt·g: the exact flow of ṗ = −∇f(x), for the gradient g = ∇f(x).
    #[inline]
    pub fn kick(&mut self, dt: &T, gradient: &OVector<T, D>) {
        let dt = -dt.clone();
        self.momentum
            .zip_apply(gradient, |p, g| *p = dt.clone().mul_add(g, p.clone()));
    }

    /// p ← ηp: the exact flow of ṗ = −(γ/m)p if η = e⁻ᶻ, and an approximation of it for other η.
    #[inline]
    pub fn damp(&mut self, factor: &T) {
        self.momentum.apply(|p| *p *= factor.clone());
    }

    /// p ← ηp − Δt·g: damp and kick in one pass.
    #[inline]
    pub fn damped_kick(&mut self, factor: &T, dt: &T, gradient: &OVector<T, D>) {
        // ηp does not wait for the gradient.
        let dt = -dt.clone();
        self.momentum.zip_apply(gradient, |p, g| {
            *p = dt.clone().mul_add(g, factor.clone() * p.clone());
        });
    }
}

compared_by_component!(Phase { position, momentum });

#[cfg(test)]
mod tests {
    use super::*;
    use approx::{assert_abs_diff_eq, assert_abs_diff_ne, assert_relative_eq, assert_relative_ne};
    use nalgebra::vector;

    #[test]
    fn every_component_counts() {
        let phase = Phase::new(vector![1.0, 2.0], vector![3.0, 4.0]);
        let moved = Phase::new(vector![1.0, 2.0], vector![3.0, 4.001]);
        assert_abs_diff_eq!(phase, moved, epsilon = 2e-3);
        assert_abs_diff_ne!(phase, moved, epsilon = 5e-4);
        assert_relative_eq!(phase, moved, max_relative = 5e-4);
        assert_relative_ne!(phase, moved, max_relative = 1e-4);
    }
}
