//! MatrixError: a mass, a drag or a coefficient by direction that cannot be used.

use crate::error::Short;

/// A mass, a drag, a learning rate or a decay that differs by direction cannot be used.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum MatrixError {
    /// A component that must be positive and finite is not.
    #[error("component {component} of the {name} is {value}; every component must be positive and finite", value = Short(*.value))]
    NotPositive {
        /// Mass, drag or coefficient.
        name: &'static str,
        /// Index of the first such component.
        component: usize,
        /// That component.
        value: f64,
    },

    /// A component that must be zero or positive, and finite, is not.
    #[error("component {component} of the {name} is {value}; every component must be zero or positive, and finite", value = Short(*.value))]
    Negative {
        /// Mass, drag or coefficient.
        name: &'static str,
        /// Index of the first such component.
        component: usize,
        /// That component.
        value: f64,
    },

    /// An entry is NaN or infinite.
    #[error("entry ({row}, {column}) of the {name} is {value}; every entry must be finite", value = Short(*.value))]
    NonFiniteEntry {
        /// Mass, drag or coefficient.
        name: &'static str,
        /// Row of the first such entry.
        row: usize,
        /// Column of that entry.
        column: usize,
        /// That entry.
        value: f64,
    },

    /// A matrix that must be symmetric is not.
    #[error(
        "the {name} is not symmetric: entry ({row}, {column}) is {upper} but ({column}, {row}) is {lower}, which is more \
         than rounding; use (A + Aᵀ)/2, which has the same quadratic form", upper = Short(*.upper), lower = Short(*.lower)
    )]
    Asymmetric {
        /// Mass, drag or coefficient.
        name: &'static str,
        /// Row of the first pair that differs.
        row: usize,
        /// Column of that pair.
        column: usize,
        /// Entry above the diagonal.
        upper: f64,
        /// Entry below the diagonal.
        lower: f64,
    },

    /// A matrix that must be positive definite has an eigenvalue that is not positive, or lost in rounding.
    #[error(
        "the {name} is not positive definite: its eigenvalues are from {smallest} to {largest}, and the smallest must be \
         positive and above rounding; add a multiple of the identity, or use a diagonal form for scales this far apart",
        smallest = Short(*.smallest), largest = Short(*.largest)
    )]
    Indefinite {
        /// Mass, drag or coefficient.
        name: &'static str,
        /// The smallest eigenvalue.
        smallest: f64,
        /// The largest eigenvalue.
        largest: f64,
    },

    /// A drag has a negative eigenvalue: it would drive the ball.
    #[error(
        "the {name} is not positive semidefinite: relative to the mass its eigenvalues are from {smallest} to {largest}, \
         and a negative one would drive the ball instead of slowing it", smallest = Short(*.smallest), largest = Short(*.largest)
    )]
    Driving {
        /// The drag.
        name: &'static str,
        /// The smallest eigenvalue of M⁻¹Γ.
        smallest: f64,
        /// The largest eigenvalue of M⁻¹Γ.
        largest: f64,
    },

    /// Two matrices of a rule have no common directions, so that no ball has them.
    #[error(
        "beta and alpha have no common directions: beta·alpha must be symmetric, but its entry ({row}, {column}) is {upper} \
         and ({column}, {row}) is {lower}; choose beta as a function of alpha, such as a multiple of the identity",
        upper = Short(*.upper), lower = Short(*.lower)
    )]
    NoCommonDirections {
        /// Row of the pair that differs most.
        row: usize,
        /// Column of that pair.
        column: usize,
        /// Entry above the diagonal.
        upper: f64,
        /// Entry below the diagonal.
        lower: f64,
    },
}
