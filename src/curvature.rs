//! Curvature: Hessian-vector products, ∇²f(x)·d.

use crate::Potential;
use nalgebra::allocator::Allocator;
use nalgebra::{DefaultAllocator, Dim, OVector};
use num_dual::Dual64;

/// A potential whose Hessian can be applied to a direction.
pub trait Curvature<D: Dim>: Potential<f64, D>
where
    DefaultAllocator: Allocator<D>,
{
    /// Writes ∇²f(x)·d into `product`.
    fn hessian_product(
        &self,
        position: &OVector<f64, D>,
        direction: &OVector<f64, D>,
        product: &mut OVector<f64, D>,
    );
}

impl<P, D> Curvature<D> for P
where
    P: Potential<f64, D> + Potential<Dual64, D>,
    D: Dim,
    DefaultAllocator: Allocator<D>,
{
    fn hessian_product(
        &self,
        position: &OVector<f64, D>,
        direction: &OVector<f64, D>,
        product: &mut OVector<f64, D>,
    ) {
        let dual = position.zip_map(direction, Dual64::new);
        let mut gradient = dual.clone();
        self.gradient(&dual, &mut gradient);
        product.zip_apply(&gradient, |slot, slope| *slot = slope.eps);
    }
}
