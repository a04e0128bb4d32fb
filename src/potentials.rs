//! Potentials: named functions, closures and automatic differentiation, and the gradient check.

mod auto_diff;
mod double_well;
mod from_fn;
mod gradient_check;
mod himmelblau;
mod linear;
mod quadratic;
mod quartic;
mod rosenbrock;
mod tilted_double_well;
mod with_hessian_product;

pub use auto_diff::{AutoDiff, DualFunction};
pub use double_well::DoubleWell;
pub use from_fn::{FromFn, FromFnInPlace, from_fn, from_fn_in_place};
pub use gradient_check::{GradientCheck, check_gradient};
pub use himmelblau::Himmelblau;
pub use linear::Linear;
pub use quadratic::{Diagonal, Quadratic, Symmetric};
pub use quartic::Quartic;
pub use rosenbrock::Rosenbrock;
pub use tilted_double_well::TiltedDoubleWell;
pub use with_hessian_product::{
    FiniteDifferences, WithHessianProduct, with_finite_differences, with_hessian_product,
};
