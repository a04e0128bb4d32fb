//! LessardRechtPackard: a convex function on which optimally tuned momentum converges to a cycle.

use crate::Number;
use crate::potentials::Potential;
use nalgebra::{Const, OVector};

/// f′ = 25x for x < 1, x + 24 for 1 ≤ x < 2, 25x − 24 for x ≥ 2, in one dimension.
///
/// | piece | f | f′ | f″ |
/// |---|---|---|---|
/// | x < 1 | 25x²/2 | 25x | 25 |
/// | 1 ≤ x < 2 | x²/2 + 24x − 12 | x + 24 | 1 |
/// | 2 ≤ x | 25x²/2 − 24x + 36 | 25x − 24 | 25 |
///
/// f and f′ are continuous, all curvatures lie between μ = 1 and L = 25, and 0 is the only critical point. Momentum
/// with the (α, β) that are optimal on every *quadratic* with these curvatures,
/// [`Momentum::optimal`](crate::Momentum::optimal)`(1, 25)` = (1/9, 4/9), started at rest at 3.3, nevertheless
/// converges to the cycle 792/1225, −2208/1225, 2592/1225 (derivation (35)). The cycle is an effect of the step size:
/// these coefficients are the particle m = 1, γ = 5/3 at Δt = 1/3, and for the same particle the cycle does not exist
/// below Δt = 0.325587 (derivation (54)). The particle itself, gradient descent and Nesterov's method converge to 0.
///
/// f″ is discontinuous at 1 and 2. There [`Curvature`](crate::Curvature) returns the value of the piece on the right,
/// methods of order above one lose their order, and [`check_gradient`](crate::check_gradient) is inconclusive.
///
/// Reference: L. Lessard, B. Recht, A. Packard, *SIAM J. Optim.* 26 (2016) 57, arXiv 1408.3595.
///
/// ```
/// use heavyball::prelude::*;
/// use heavyball::LessardRechtPackard;
/// use nalgebra::vector;
///
/// let circling = Momentum::optimal(1.0, 25.0)?.iterates(&LessardRechtPackard, vector![3.3]).after(300)?;
/// assert!((circling.position.x - 792.0 / 1225.0).abs() < 1e-12);
/// let resting = Nesterov::standard(1.0, 25.0)?.iterates(&LessardRechtPackard, vector![3.3]).after(300)?;
/// assert!(resting.position.x.abs() < 1e-12);
/// # Ok::<(), heavyball::Error>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct LessardRechtPackard;

impl<T: Number> Potential<T, Const<1>> for LessardRechtPackard {
    #[inline(always)]
    fn value(&self, position: &OVector<T, Const<1>>) -> T {
        let x = position.x.clone();
        let half = |curvature: i16| T::integer(curvature) * x.clone() * x.clone() / T::integer(2);
        if x < T::one() {
            half(25)
        } else if x < T::integer(2) {
            half(1) + T::integer(24) * x.clone() - T::integer(12)
        } else {
            half(25) - T::integer(24) * x.clone() + T::integer(36)
        }
    }

    #[inline(always)]
    fn gradient(&self, position: &OVector<T, Const<1>>, gradient: &mut OVector<T, Const<1>>) {
        let x = position.x.clone();
        gradient.x = if x < T::one() {
            T::integer(25) * x
        } else if x < T::integer(2) {
            x + T::integer(24)
        } else {
            T::integer(25).mul_add(x, -T::integer(24))
        };
    }

    /// The distance between the kinks.
    fn length_scale(&self) -> Option<f64> {
        Some(1.0)
    }
}
