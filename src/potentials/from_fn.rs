//! FromFn, FromFnInPlace: a potential from two closures.

use crate::Number;
use crate::potentials::Potential;
use nalgebra::allocator::Allocator;
use nalgebra::{DefaultAllocator, Dim, OVector};

/// A potential from closures for f and for ∇f as a new vector; made by [`from_fn`].
#[derive(Debug, Clone, Copy)]
pub struct FromFn<F, G> {
    value: F,
    gradient: G,
}

/// A potential from closures for f and for ∇f written in place; made by [`from_fn_in_place`].
#[derive(Debug, Clone, Copy)]
pub struct FromFnInPlace<F, G> {
    value: F,
    gradient: G,
}

/// The potential with f(x) = `value(x)` and ∇f(x) = `gradient(x)`.
///
/// For static vectors this has no overhead; for `DVector`s each gradient allocates, which [`from_fn_in_place`]
/// avoids. A gradient whose length differs from that of x counts as NaN.
/// [`check_gradient`](crate::potentials::check_gradient) tests whether the second closure is the gradient of the first.
///
/// ```
/// use heavyball::prelude::*;
/// use heavyball::potentials::from_fn;
/// use nalgebra::{Vector2, vector};
///
/// let bowl = from_fn(
///     |x: &Vector2<f64>| x[0] * x[0] + 3.0 * x[1] * x[1],
///     |x: &Vector2<f64>| vector![2.0 * x[0], 6.0 * x[1]],
/// );
/// let end = Momentum::new(0.05, 0.8)?.iterates(&bowl, vector![1.0, 1.0]).after(300)?;
/// assert!(end.position.norm() < 1e-12);
/// # Ok::<(), heavyball::Error>(())
/// ```
pub fn from_fn<T, D, F, G>(value: F, gradient: G) -> FromFn<F, G>
where
    T: Number,
    D: Dim,
    F: Fn(&OVector<T, D>) -> T,
    G: Fn(&OVector<T, D>) -> OVector<T, D>,
    DefaultAllocator: Allocator<D>,
{
    FromFn { value, gradient }
}

/// The potential with f(x) = `value(x)` and ∇f written by `gradient(x, slot)`.
///
/// ```
/// use heavyball::prelude::*;
/// use heavyball::potentials::from_fn_in_place;
/// use nalgebra::DVector;
///
/// let bowl = from_fn_in_place(
///     |x: &DVector<f64>| 0.5 * x.norm_squared(),
///     |x: &DVector<f64>, gradient: &mut DVector<f64>| gradient.copy_from(x),
/// );
/// let end = Momentum::new(0.1, 0.8)?
///     .iterates(&bowl, DVector::from_element(1000, 1.0))
///     .after(300)?;
/// assert!(end.position.norm() < 1e-12);
/// # Ok::<(), heavyball::Error>(())
/// ```
pub fn from_fn_in_place<T, D, F, G>(value: F, gradient: G) -> FromFnInPlace<F, G>
where
    T: Number,
    D: Dim,
    F: Fn(&OVector<T, D>) -> T,
    G: Fn(&OVector<T, D>, &mut OVector<T, D>),
    DefaultAllocator: Allocator<D>,
{
    FromFnInPlace { value, gradient }
}

impl<T, D, F, G> Potential<T, D> for FromFn<F, G>
where
    T: Number,
    D: Dim,
    F: Fn(&OVector<T, D>) -> T,
    G: Fn(&OVector<T, D>) -> OVector<T, D>,
    DefaultAllocator: Allocator<D>,
{
    #[inline(always)]
    fn value(&self, position: &OVector<T, D>) -> T {
        (self.value)(position)
    }

    #[inline(always)]
    fn gradient(&self, position: &OVector<T, D>, gradient: &mut OVector<T, D>) {
        let found = (self.gradient)(position);
        // A wrong length would panic in the step; NaN becomes an error that reports step and time.
        match T::from_f64(f64::NAN) {
            Some(nan) if found.len() != gradient.len() => gradient.fill(nan),
            _ => *gradient = found,
        }
    }
}

impl<T, D, F, G> Potential<T, D> for FromFnInPlace<F, G>
where
    T: Number,
    D: Dim,
    F: Fn(&OVector<T, D>) -> T,
    G: Fn(&OVector<T, D>, &mut OVector<T, D>),
    DefaultAllocator: Allocator<D>,
{
    #[inline(always)]
    fn value(&self, position: &OVector<T, D>) -> T {
        (self.value)(position)
    }

    #[inline(always)]
    fn gradient(&self, position: &OVector<T, D>, gradient: &mut OVector<T, D>) {
        (self.gradient)(position, gradient);
    }
}
