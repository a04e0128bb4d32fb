//! Matrices: linear maps of directions, diagonal or full, for masses, drags and learning rates that differ by direction.
//!
//! | type | entries | product | numbers |
//! |---|---|---|---|
//! | [`DiagonalMatrix`] | one for each axis | d multiplications | any [`Number`](crate::Number) |
//! | [`FullMatrix`] | d × d | d² multiplications | any [`Number`](crate::Number) |
//!
//! Both are a [`MatrixForm`], over which [`AnisotropicBall`](crate::AnisotropicBall) and
//! [`PreconditionedMomentum`](crate::PreconditionedMomentum) are generic.

mod diagonal_matrix;
mod error;
mod full_matrix;
mod matrix_form;
mod symmetric;

pub use diagonal_matrix::DiagonalMatrix;
pub use error::MatrixError;
pub use full_matrix::FullMatrix;
pub use matrix_form::MatrixForm;
pub(crate) use matrix_form::refuse_dimension;
pub(crate) use symmetric::{
    Modes, checked_symmetric, dynamic, shaped, symmetric_modes, without_rounding,
};
