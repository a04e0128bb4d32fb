//! Quartic: f(x) = x⁴ − 3x³ + 2, with a flat inflection before its minimum.

use crate::Number;
use crate::potentials::Potential;
use nalgebra::{Const, OVector};

/// f(x) = x⁴ − 3x³ + 2 in one dimension, f′(x) = 4x³ − 9x².
///
/// | point | x | f | f″ |
/// |---|---|---|---|
/// | minimiser | 9/4 | −1675/256 = −6.54296875 | 81/4 |
/// | inflection | 0 | 2 | 0 |
///
/// Gradient descent stalls at the inflection, where f′ and f″ vanish; a particle with momentum passes it.
///
/// ```
/// use heavyball::prelude::*;
/// use nalgebra::vector;
///
/// let end = Momentum::new(0.1, 0.5)?.iterates(&Quartic, vector![-0.5]).after(100)?;
/// assert!((end.position.x - 2.25).abs() < 1e-12);
/// # Ok::<(), heavyball::Error>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Quartic;

impl<T: Number> Potential<T, Const<1>> for Quartic {
    #[inline(always)]
    fn value(&self, position: &OVector<T, Const<1>>) -> T {
        let x = &position.x;
        let square = x.clone() * x.clone();
        square.clone() * x.clone() * (x.clone() - T::integer(3)) + T::integer(2)
    }

    #[inline(always)]
    fn gradient(&self, position: &OVector<T, Const<1>>, gradient: &mut OVector<T, Const<1>>) {
        let x = &position.x;
        gradient.x = x.clone() * x.clone() * T::integer(4).mul_add(x.clone(), -T::integer(9));
    }

    /// The distance between the critical points.
    fn length_scale(&self) -> Option<f64> {
        Some(2.25)
    }
}
