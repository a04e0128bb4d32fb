//! Roots: the multipliers of a two-step recursion, the roots of r² − sr + d.
//!
//! A discriminant s² − 4d that is known in factors is passed in: near a double root the roots depend on its square
//! root, and rounding of s² − 4d would cost half their digits.

use nalgebra::Complex;

/// r² − sr + d with its discriminant s² − 4d.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Roots {
    pub(super) trace: f64,
    determinant: f64,
    pub(super) discriminant: f64,
}

impl Roots {
    /// From s and d; the discriminant is rounded once.
    pub(crate) fn of(trace: f64, determinant: f64) -> Self {
        Self {
            trace,
            determinant,
            discriminant: trace.mul_add(trace, -4.0 * determinant),
        }
    }

    /// From s, d and a discriminant that is known more accurately than s² − 4d.
    pub(super) fn with_discriminant(trace: f64, determinant: f64, discriminant: f64) -> Self {
        Self {
            trace,
            determinant,
            discriminant,
        }
    }

    /// The larger absolute value of the two roots.
    pub(crate) fn spectral_radius(self) -> f64 {
        if self.discriminant < 0.0 {
            self.determinant.sqrt()
        } else {
            (self.trace.abs() + self.discriminant.sqrt()) / 2.0
        }
    }

    /// Both roots, the larger in absolute value first; of a complex pair, the one in the upper half-plane first.
    pub(super) fn both(self) -> [Complex<f64>; 2] {
        if self.discriminant < 0.0 {
            let upper = Complex::new(self.trace / 2.0, (-self.discriminant).sqrt() / 2.0);
            return [upper, upper.conj()];
        }
        let large = self.spectral_radius().copysign(self.trace);
        // From the product d of the roots: s − large would cancel.
        let small = if large == 0.0 {
            0.0
        } else {
            self.determinant / large
        };
        [Complex::new(large, 0.0), Complex::new(small, 0.0)]
    }
}
