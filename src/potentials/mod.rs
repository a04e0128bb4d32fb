//! Potentials: a function f with its gradient ∇f, which the particle rolls on and the optimiser descends.
//!
//! - [`Potential`] is the trait; [`Curvature`] adds the product ∇²f·d.
//! - `catalogue`: named functions, one a file.
//! - `data`: functions of a data set, such as [`LogisticRegression`].
//! - [`from_fn`] and [`from_fn_in_place`] take closures, [`AutoDiff`] one function over dual numbers.
//! - [`check_gradient`] compares a gradient with differences of its function.

mod auto_diff;
mod catalogue;
mod curvature;
mod data;
mod from_fn;
mod gradient_check;
mod potential;
mod with_hessian_product;

pub use auto_diff::{AutoDiff, DualFunction};
pub use catalogue::{
    Diagonal, DiagonalQuadratic, DoubleWell, Himmelblau, LessardRechtPackard, Linear, LinearIn,
    Quadratic, Quartic, Rosenbrock, Symmetric, SymmetricQuadratic, TiltedDoubleWell,
};
pub use curvature::{Curvature, dual_hessian_product};
pub use data::{DataError, Features, LogisticRegression, Standardisation};
pub use from_fn::{FromFn, FromFnInPlace, from_fn, from_fn_in_place};
pub use gradient_check::{GradientCheck, check_gradient};
pub use potential::Potential;
pub(crate) use potential::check_start;
pub use with_hessian_product::{
    FiniteDifferences, WithHessianProduct, with_finite_differences, with_hessian_product,
};
