//! WithHessianProduct, FiniteDifferences: a Hessian-vector product for potentials that have none.

use crate::Error;
use crate::potentials::{Curvature, Potential};
use nalgebra::allocator::Allocator;
use nalgebra::{DefaultAllocator, Dim, OVector};

/// A potential with a Hessian-vector product from a closure; made by [`with_hessian_product`].
#[derive(Debug, Clone, Copy)]
pub struct WithHessianProduct<P, F> {
    potential: P,
    product: F,
}

/// A potential with a Hessian-vector product from differences; made by [`with_finite_differences`].
#[derive(Debug, Clone, Copy)]
pub struct FiniteDifferences<P> {
    potential: P,
}

/// `potential` with ∇²f(x)·d = `product(x, d)`.
///
/// A product of another length than x counts as one that is NaN.
///
/// ```
/// use heavyball::prelude::*;
/// use heavyball::potentials::with_hessian_product;
/// use nalgebra::{Vector1, vector};
///
/// let cosine = from_fn(|x: &Vector1<f64>| -x.x.cos(), |x: &Vector1<f64>| vector![x.x.sin()]);
/// let cosine = with_hessian_product(cosine, |x: &Vector1<f64>, d: &Vector1<f64>| vector![x.x.cos() * d.x]);
/// let mut product = vector![0.0];
/// cosine.hessian_product(&vector![0.0], &vector![2.0], &mut product);
/// assert_eq!(product, vector![2.0]);
/// ```
pub fn with_hessian_product<P, D, F>(potential: P, product: F) -> WithHessianProduct<P, F>
where
    P: Potential<f64, D>,
    D: Dim,
    F: Fn(&OVector<f64, D>, &OVector<f64, D>) -> OVector<f64, D>,
    DefaultAllocator: Allocator<D>,
{
    WithHessianProduct { potential, product }
}

/// `potential` with ∇²f(x)·d = (∇f(x + sd) − ∇f(x − sd))/2s, s = 6e-6(1 + |x|)^⅓/|d|.
///
/// Two gradients a product. With ε the spacing at 1 and h = s|d|, rounding costs about ε|x|/h of the curvature and truncation h²/6 where f is
/// smooth at scale 1: this h balances them. Right to 1e-10(1 + |x|)^⅔ of the curvature, measured for cos x and x⁴ from
/// |x| = 0.5 to 1e6: 2e-9 at 100, 1e-6 at 1e6. That is not enough for a study that is to see slope 2 down to small errors; prefer
/// dual numbers or a formula.
///
/// ```
/// use heavyball::prelude::*;
/// use heavyball::potentials::with_finite_differences;
/// use nalgebra::{Vector1, vector};
///
/// let cosine = from_fn(|x: &Vector1<f64>| -x.x.cos(), |x: &Vector1<f64>| vector![x.x.sin()]);
/// let mut product = vector![0.0];
/// with_finite_differences(cosine).hessian_product(&vector![0.5], &vector![2.0], &mut product);
/// assert!((product.x - 2.0 * 0.5_f64.cos()).abs() < 1e-9);
/// ```
pub fn with_finite_differences<P>(potential: P) -> FiniteDifferences<P> {
    FiniteDifferences { potential }
}

macro_rules! same_potential {
    ($wrapper:ident <$($generic:ident),+>) => {
        impl<D: Dim, $($generic),+> Potential<f64, D> for $wrapper<$($generic),+>
        where
            P: Potential<f64, D>,
            DefaultAllocator: Allocator<D>,
        {
            #[inline]
            fn value(&self, position: &OVector<f64, D>) -> f64 {
                self.potential.value(position)
            }

            #[inline]
            fn gradient(&self, position: &OVector<f64, D>, gradient: &mut OVector<f64, D>) {
                self.potential.gradient(position, gradient);
            }

            fn check_dimension(&self, dimension: usize) -> Result<(), Error> {
                self.potential.check_dimension(dimension)
            }

            fn largest_curvature(&self) -> Option<f64> {
                self.potential.largest_curvature()
            }
        }
    };
}

same_potential!(WithHessianProduct<P, F>);
same_potential!(FiniteDifferences<P>);

impl<P, D, F> Curvature<D> for WithHessianProduct<P, F>
where
    P: Potential<f64, D>,
    D: Dim,
    F: Fn(&OVector<f64, D>, &OVector<f64, D>) -> OVector<f64, D>,
    DefaultAllocator: Allocator<D>,
{
    fn hessian_product(
        &self,
        position: &OVector<f64, D>,
        direction: &OVector<f64, D>,
        product: &mut OVector<f64, D>,
    ) {
        let found = (self.product)(position, direction);
        if found.len() == product.len() {
            *product = found;
        } else {
            product.fill(f64::NAN);
        }
    }
}

impl<P, D> Curvature<D> for FiniteDifferences<P>
where
    P: Potential<f64, D>,
    D: Dim,
    DefaultAllocator: Allocator<D>,
{
    fn hessian_product(
        &self,
        position: &OVector<f64, D>,
        direction: &OVector<f64, D>,
        product: &mut OVector<f64, D>,
    ) {
        let length = direction.norm();
        if length == 0.0 {
            product.fill(0.0);
            return;
        }
        // The cube root of the spacing at x balances rounding, ε|x|/h, against truncation, h².
        let step = 6e-6 * (1.0 + position.norm()).cbrt() / length;
        let mut behind = position.clone();
        self.potential
            .gradient(&(position + direction * step), product);
        self.potential
            .gradient(&(position - direction * step), &mut behind);
        product.zip_apply(&behind, |slot, g| *slot = (*slot - g) / (2.0 * step));
    }
}
