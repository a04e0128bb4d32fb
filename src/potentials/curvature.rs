//! Curvature: Hessian-vector products ∇²f(x)·d, which the modified equations require.
//!
//! With dual numbers, ε² = 0: ∇f(x + εd) = ∇f(x) + ε∇²f(x)d, exact to rounding and at the cost of two gradients.

use crate::potentials::{
    AutoDiff, Diagonal, DoubleWell, DualFunction, Himmelblau, LessardRechtPackard, Linear,
    Potential, Quadratic, Quartic, Rosenbrock, Symmetric, TiltedDoubleWell,
};
use nalgebra::allocator::Allocator;
use nalgebra::{Const, DefaultAllocator, Dim, OVector, U1};
use num_dual::Dual64;

/// A potential whose Hessian can be applied to a direction.
///
/// Implemented for the named potentials and for [`AutoDiff`]. A type of your own that runs on any
/// [`Number`](crate::Number) can implement it by [`dual_hessian_product`], any other type by an explicit formula;
/// closures by [`with_hessian_product`](crate::potentials::with_hessian_product). Finite differences of gradients are
/// never used implicitly; request them with
/// [`with_finite_differences`](crate::potentials::with_finite_differences).
///
/// ```
/// use heavyball::prelude::*;
/// use heavyball::potentials::dual_hessian_product;
/// use nalgebra::{Const, OVector, Vector1, vector};
///
/// /// f = x⁴/4
/// struct Flat;
///
/// impl<T: Number> Potential<T, Const<1>> for Flat {
///     fn value(&self, x: &OVector<T, Const<1>>) -> T {
///         let square = x[0].clone() * x[0].clone();
///         square.clone() * square / T::integer(4)
///     }
///     fn gradient(&self, x: &OVector<T, Const<1>>, gradient: &mut OVector<T, Const<1>>) {
///         gradient[0] = x[0].clone() * x[0].clone() * x[0].clone();
///     }
/// }
///
/// impl Curvature<Const<1>> for Flat {
///     fn hessian_product(&self, x: &Vector1<f64>, d: &Vector1<f64>, product: &mut Vector1<f64>) {
///         dual_hessian_product(self, x, d, product);
///     }
/// }
///
/// let mut product = vector![0.0];
/// Flat.hessian_product(&vector![2.0], &vector![0.5], &mut product);
/// assert_eq!(product, vector![6.0]); // 3x²d
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` has no Hessian-vector product",
    note = "implement `Curvature` by `dual_hessian_product` if it is a `Potential` on any number, or by hand; wrap closures by `potentials::with_hessian_product`, or take `potentials::with_finite_differences`"
)]
pub trait Curvature<D: Dim>: Potential<f64, D>
where
    DefaultAllocator: Allocator<D>,
{
    /// Writes ∇²f(x)·d into `product`, which has the length of `position` and arbitrary content.
    fn hessian_product(
        &self,
        position: &OVector<f64, D>,
        direction: &OVector<f64, D>,
        product: &mut OVector<f64, D>,
    );
}

/// Writes ∇²f(x)·d into `product` by one gradient on dual numbers: exact to rounding.
///
/// Allocates two dual vectors in dynamic dimension.
pub fn dual_hessian_product<P, D>(
    potential: &P,
    position: &OVector<f64, D>,
    direction: &OVector<f64, D>,
    product: &mut OVector<f64, D>,
) where
    P: Potential<Dual64, D> + ?Sized,
    D: Dim,
    DefaultAllocator: Allocator<D>,
{
    let dual = position.zip_map(direction, Dual64::new);
    let mut gradient = dual.clone();
    potential.gradient(&dual, &mut gradient);
    product.zip_apply(&gradient, |slot, slope| *slot = slope.eps);
}

macro_rules! by_dual_numbers {
    ($([$($generic:tt)*] $potential:ty, $dimension:ty;)+) => {$(
        impl<$($generic)*> Curvature<$dimension> for $potential
        where
            DefaultAllocator: Allocator<$dimension>,
        {
            fn hessian_product(
                &self,
                position: &OVector<f64, $dimension>,
                direction: &OVector<f64, $dimension>,
                product: &mut OVector<f64, $dimension>,
            ) {
                dual_hessian_product(self, position, direction, product);
            }
        }
    )+};
}

by_dual_numbers!(
    [] Quartic, Const<1>;
    [] DoubleWell, Const<2>;
    [] Himmelblau, Const<2>;
    [] LessardRechtPackard, Const<1>;
    [D: Dim] Rosenbrock, D;
    [D: Dim] Quadratic<Diagonal<f64, D>>, D;
    [D: Dim, F: DualFunction<D>] AutoDiff<F>, D;
);

impl<D: Dim> Curvature<D> for Quadratic<Symmetric<f64, D>>
where
    DefaultAllocator: Allocator<D> + Allocator<D, D> + Allocator<U1, D>,
{
    fn hessian_product(
        &self,
        _position: &OVector<f64, D>,
        direction: &OVector<f64, D>,
        product: &mut OVector<f64, D>,
    ) {
        // ∇f is linear: ∇f(d) = Ad.
        self.gradient(direction, product);
    }
}

impl Curvature<Const<1>> for TiltedDoubleWell {
    fn hessian_product(
        &self,
        position: &OVector<f64, Const<1>>,
        direction: &OVector<f64, Const<1>>,
        product: &mut OVector<f64, Const<1>>,
    ) {
        product.x = (3.0 * position.x * position.x - 1.0) * direction.x;
    }
}

impl<D: Dim> Curvature<D> for Linear<f64, D>
where
    DefaultAllocator: Allocator<D>,
{
    fn hessian_product(
        &self,
        _position: &OVector<f64, D>,
        _direction: &OVector<f64, D>,
        product: &mut OVector<f64, D>,
    ) {
        product.fill(0.0);
    }
}

macro_rules! forwarded {
    ($($pointer:ty),+) => {$(
        impl<D: Dim, P: Curvature<D> + ?Sized> Curvature<D> for $pointer
        where
            DefaultAllocator: Allocator<D>,
        {
            fn hessian_product(
                &self,
                position: &OVector<f64, D>,
                direction: &OVector<f64, D>,
                product: &mut OVector<f64, D>,
            ) {
                (**self).hessian_product(position, direction, product);
            }
        }
    )+};
}

forwarded!(&P, Box<P>);
