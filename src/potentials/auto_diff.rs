//! AutoDiff: the gradient of a function by automatic differentiation, in forward mode with dual numbers.
//!
//! With ε² = 0, f(x + eε) = f(x) + (∇f·e)ε, exact to rounding.

use crate::Number;
use crate::potentials::Potential;
use nalgebra::allocator::Allocator;
use nalgebra::{Const, DefaultAllocator, Dim, OVector, U1};
use num_dual::{Derivative, Dual, DualNum, DualSVec};

/// A function of dual numbers, to be differentiated by [`AutoDiff`].
pub trait DualFunction<D: Dim>
where
    DefaultAllocator: Allocator<D>,
{
    /// f(x), in operations of [`num_dual::DualNum`]: arithmetic with itself and with `f64`, `powi`,
    /// `exp`, `sin` and so on.
    fn evaluate<N: DualNum<f64> + Copy>(&self, position: &OVector<N, D>) -> N;
}

/// The potential of a [`DualFunction`], with its gradient by dual numbers.
///
/// The gradient is exact to rounding. In up to four dimensions it costs d evaluations of f on dual numbers with one
/// derivative each, which ensembles compute in vector instructions; in more, ⌈d/8⌉ evaluations on dual numbers with
/// eight derivatives each. In dynamic dimension each gradient allocates one dual vector; a hand-written gradient
/// avoids that.
///
/// ```
/// use heavyball::prelude::*;
/// use heavyball::potentials::DualFunction;
/// use nalgebra::{Const, OVector, vector};
/// use num_dual::DualNum;
///
/// /// f = x₀⁴ + exp(x₁) − x₁
/// struct Valley;
///
/// impl DualFunction<Const<2>> for Valley {
///     fn evaluate<N: DualNum<f64> + Copy>(&self, x: &OVector<N, Const<2>>) -> N {
///         x[0].powi(4) + x[1].exp() - x[1]
///     }
/// }
///
/// let potential = AutoDiff(Valley);
/// let end = Momentum::new(0.1, 0.5)?.iterates(&potential, vector![0.5, 1.0]).after(200)?;
/// assert!(end.position.y.abs() < 1e-12);
/// # Ok::<(), heavyball::Error>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct AutoDiff<F>(pub F);

impl<T, D, F> Potential<T, D> for AutoDiff<F>
where
    T: Number + DualNum<f64> + Copy,
    D: Dim,
    F: DualFunction<D>,
    DefaultAllocator: Allocator<D>,
{
    #[inline(always)]
    fn value(&self, position: &OVector<T, D>) -> T {
        self.0.evaluate(position)
    }

    #[inline(always)]
    fn gradient(&self, position: &OVector<T, D>, gradient: &mut OVector<T, D>) {
        match position.len() {
            1..=4 => by_component(&self.0, position, gradient),
            _ => chunked::<T, D, F, 8>(&self.0, position, gradient),
        }
    }
}

/// The gradient by one evaluation per component, on dual numbers with one derivative.
///
/// Unlike a vector of derivatives, which may be absent, this has no branches: a loop over many positions compiles to
/// vector instructions.
#[inline(always)]
fn by_component<T, D, F>(function: &F, position: &OVector<T, D>, gradient: &mut OVector<T, D>)
where
    T: Number + DualNum<f64> + Copy,
    D: Dim,
    F: DualFunction<D>,
    DefaultAllocator: Allocator<D>,
{
    let mut dual = position.map(|x| Dual::<T, f64>::new(x, T::zero()));
    for (i, slope) in gradient.iter_mut().enumerate() {
        let Some(seeded) = dual.get_mut(i) else { break };
        seeded.eps = T::one();
        *slope = function.evaluate(&dual).eps;
        if let Some(seeded) = dual.get_mut(i) {
            seeded.eps = T::zero();
        }
    }
}

/// The gradient by one evaluation for every `N` components.
#[inline(always)]
fn chunked<T, D, F, const N: usize>(
    function: &F,
    position: &OVector<T, D>,
    gradient: &mut OVector<T, D>,
) where
    T: Number + DualNum<f64> + Copy,
    D: Dim,
    F: DualFunction<D>,
    DefaultAllocator: Allocator<D>,
{
    let mut dual = position.map(DualSVec::<T, f64, N>::from_re);
    let mut first = 0;
    while first < position.len() {
        let chunk = first..position.len().min(first + N);
        for (lane, seeded) in dual.iter_mut().skip(first).take(N).enumerate() {
            seeded.eps =
                Derivative::<T, f64, Const<N>, U1>::derivative_generic(Const::<N>, U1, lane);
        }
        let slopes = function.evaluate(&dual).eps.unwrap_generic(Const::<N>, U1);
        for (slot, slope) in gradient.iter_mut().skip(first).zip(slopes.iter()) {
            *slot = *slope;
        }
        for seeded in dual.iter_mut().skip(first).take(N) {
            seeded.eps = Derivative::<T, f64, Const<N>, U1>::none();
        }
        first = chunk.end;
    }
}
