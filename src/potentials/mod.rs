//! Potentials: functions f with their gradients ∇f, on which the particle moves and which the optimiser minimises.
//!
//! | to have | use |
//! |---|---|
//! | a function with one minimum | [`Quadratic`], [`Quartic`], [`Rosenbrock`], [`LessardRechtPackard`] |
//! | a function with several minima, or none | [`DoubleWell`], [`TiltedDoubleWell`], [`Himmelblau`]; [`Linear`] |
//! | a function of a data set | [`LogisticRegression`], with [`Features`] and [`Standardisation`] |
//! | a function from closures for f and ∇f | [`from_fn`], [`from_fn_in_place`] |
//! | a gradient by automatic differentiation | [`AutoDiff`] of a [`DualFunction`] |
//! | a function with weight decay, that is, a spring to the origin | [`with_spring`] |
//! | a function in other coordinates, f(Sy), as a preconditioner sees it | [`in_coordinates`] |
//! | a function of your own type | implement the trait [`Potential`] |
//! | the product ∇²f·d | the trait [`Curvature`] |
//! | an implementation of it | [`dual_hessian_product`], [`with_hessian_product`], [`with_finite_differences`] |
//! | a gradient with noise, or that of minibatches, for any rule | [`NoisyGradient`], [`Minibatches`] of a [`FiniteSum`] |
//! | a sum over terms from closures | [`finite_sum`] |
//! | a test of a gradient against finite differences | [`check_gradient`] |
//! | the type of a quadratic in a struct | [`DiagonalQuadratic`], [`SymmetricQuadratic`] |

mod auto_diff;
mod catalogue;
mod curvature;
mod data;
mod eigenvalues;
mod from_fn;
mod gradient_check;
mod in_coordinates;
mod potential;
mod stochastic;
mod with_hessian_product;
mod with_spring;

pub use auto_diff::{AutoDiff, DualFunction};
pub use catalogue::{
    Diagonal, DiagonalQuadratic, DoubleWell, Himmelblau, LessardRechtPackard, Linear, LinearIn,
    Quadratic, Quartic, Rosenbrock, Symmetric, SymmetricQuadratic, TiltedDoubleWell,
};
pub use curvature::{Curvature, dual_hessian_product};
pub use data::{DataError, Features, LogisticRegression, Standardisation};
pub(crate) use eigenvalues::{check_covariance, eigenvalues};
pub use from_fn::{FromFn, FromFnInPlace, from_fn, from_fn_in_place};
pub use gradient_check::{GradientCheck, check_gradient};
pub use in_coordinates::{InCoordinates, in_coordinates};
pub use potential::Potential;
pub(crate) use potential::{AtStep, check_start, check_start_motion, gradient_at};
pub use stochastic::{
    FiniteSum, Minibatches, NoisyGradient, Sampling, SumFromFn, finite_sum, gradient_covariance,
};
pub use with_hessian_product::{
    FiniteDifferences, WithHessianProduct, with_finite_differences, with_hessian_product,
};
pub use with_spring::{WithSpring, with_spring};
