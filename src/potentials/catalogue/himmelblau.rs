//! Himmelblau: f(x) = (x₀² + x₁ − 11)² + (x₀ + x₁² − 7)², four equal minima.

use crate::Number;
use crate::potentials::Potential;
use nalgebra::{Const, OVector};

/// f(x) = (x₀² + x₁ − 11)² + (x₀ + x₁² − 7)² in two dimensions.
///
/// | point | x | f |
/// |---|---|---|
/// | minimiser | (3, 2) | 0 |
/// | minimiser | (−2.805118086952745, 3.131312518250573) | 0 |
/// | minimiser | (−3.779310253377747, −3.283185991286170) | 0 |
/// | minimiser | (3.584428340330492, −1.848126526964404) | 0 |
/// | saddle | (−0.127961, −1.953715) | 178.3 |
/// | saddle | (−3.073026, −0.081353) | 104.0 |
/// | saddle | (0.086678, 2.884255) | 67.7 |
/// | saddle | (3.385154, 0.073852) | 13.3 |
/// | maximiser | (−0.270845, −0.923039) | 181.6 |
///
/// Reference: D. M. Himmelblau, *Applied Nonlinear Programming*, McGraw-Hill, 1972.
///
/// ```
/// use heavyball::prelude::*;
/// use heavyball::Himmelblau;
/// use nalgebra::vector;
///
/// let end = Momentum::new(0.005, 0.8)?.iterates(&Himmelblau, vector![2.0, 2.0]).after(500)?;
/// assert!((end.position - vector![3.0, 2.0]).norm() < 1e-12);
/// # Ok::<(), heavyball::Error>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Himmelblau;

/// The two brackets x₀² + x₁ − 11 and x₀ + x₁² − 7.
#[inline(always)]
fn brackets<T: Number>(position: &OVector<T, Const<2>>) -> (T, T) {
    let (x, y) = (&position.x, &position.y);
    (
        x.clone().mul_add(x.clone(), y.clone() - T::integer(11)),
        y.clone().mul_add(y.clone(), x.clone() - T::integer(7)),
    )
}

impl<T: Number> Potential<T, Const<2>> for Himmelblau {
    #[inline(always)]
    fn value(&self, position: &OVector<T, Const<2>>) -> T {
        let (a, b) = brackets(position);
        a.clone() * a + b.clone() * b
    }

    #[inline(always)]
    fn gradient(&self, position: &OVector<T, Const<2>>, gradient: &mut OVector<T, Const<2>>) {
        let (a, b) = brackets(position);
        let two = T::integer(2);
        let [x, y] = [&position.x, &position.y].map(|x| two.clone() * x.clone());
        gradient.x = two.clone() * x.mul_add(a.clone(), b.clone());
        gradient.y = two * y.mul_add(b, a);
    }

    /// About the distance of a minimum from the nearest saddle.
    fn length_scale(&self) -> Option<f64> {
        Some(2.0)
    }
}
