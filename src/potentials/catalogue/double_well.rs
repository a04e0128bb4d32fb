//! DoubleWell: f(x) = x₀⁴ − 2x₀² + x₁², two equal wells with a saddle between them.

use crate::Number;
use crate::potentials::Potential;
use nalgebra::{Const, OVector};

/// f(x) = x₀⁴ − 2x₀² + x₁² in two dimensions, ∇f = (4x₀³ − 4x₀, 2x₁).
///
/// | point | x | f | curvatures |
/// |---|---|---|---|
/// | minimisers | (±1, 0) | −1 | 8, 2 |
/// | saddle | (0, 0) | 0 | −4, 2 |
///
/// From x₀ = 0 at rest, an iterate or a particle stays exactly on the line x₀ = 0 and converges to the saddle.
///
/// ```
/// use heavyball::prelude::*;
/// use nalgebra::vector;
///
/// let rule = Momentum::new(0.1, 0.5)?;
/// let on_the_ridge = rule.iterates(&DoubleWell, vector![0.0, 1.0]).after(100)?;
/// assert_eq!(on_the_ridge.position.x, 0.0);
/// let beside_it = rule.iterates(&DoubleWell, vector![0.01, 1.0]).after(100)?;
/// assert!((beside_it.position.x - 1.0).abs() < 1e-12);
/// # Ok::<(), heavyball::Error>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct DoubleWell;

impl<T: Number> Potential<T, Const<2>> for DoubleWell {
    #[inline(always)]
    fn value(&self, position: &OVector<T, Const<2>>) -> T {
        let square = position.x.clone() * position.x.clone();
        square.clone() * (square - T::integer(2)) + position.y.clone() * position.y.clone()
    }

    #[inline(always)]
    fn gradient(&self, position: &OVector<T, Const<2>>, gradient: &mut OVector<T, Const<2>>) {
        let x = &position.x;
        gradient.x = T::integer(4) * x.clone() * x.clone().mul_add(x.clone(), -T::one());
        gradient.y = T::integer(2) * position.y.clone();
    }

    /// The distance between the wells.
    fn length_scale(&self) -> Option<f64> {
        Some(2.0)
    }
}
