//! Potentials: named functions, closures and automatic differentiation, and the gradient check.

mod auto_diff;
mod double_well;
mod features;
mod from_fn;
mod gradient_check;
mod himmelblau;
mod lessard_recht_packard;
mod linear;
mod logistic_regression;
mod quadratic;
mod quartic;
mod rosenbrock;
mod standardisation;
mod tilted_double_well;
mod with_hessian_product;

pub use auto_diff::{AutoDiff, DualFunction};
pub use double_well::DoubleWell;
pub use features::Features;
pub use from_fn::{FromFn, FromFnInPlace, from_fn, from_fn_in_place};
pub use gradient_check::{GradientCheck, check_gradient};
pub use himmelblau::Himmelblau;
pub use lessard_recht_packard::LessardRechtPackard;
pub use linear::Linear;
pub use logistic_regression::LogisticRegression;
pub use quadratic::{Diagonal, Quadratic, Symmetric};
pub use quartic::Quartic;
pub use rosenbrock::Rosenbrock;
pub use standardisation::Standardisation;
pub use tilted_double_well::TiltedDoubleWell;
pub use with_hessian_product::{
    FiniteDifferences, WithHessianProduct, with_finite_differences, with_hessian_product,
};
