//! Checks of numbers and vectors, made once before a run, and approximate comparison of pairs of vectors.

use crate::error::{RunError, Short};
use crate::{Error, Number};
use nalgebra::allocator::Allocator;
use nalgebra::{DefaultAllocator, Dim, OVector};

/// A parameter lies outside its range.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum ParameterError {
    /// A parameter that must be positive and finite is not.
    #[error("{name} = {value} must be positive and finite{advice}", value = Short(*.value))]
    NotPositive {
        /// The parameter.
        name: &'static str,
        /// The value it was given.
        value: f64,
        /// What to use instead, if there is something.
        advice: &'static str,
    },

    /// A parameter that must be zero or positive, and finite, is not.
    #[error("{name} = {value} must be zero or positive, and finite{advice}", value = Short(*.value))]
    Negative {
        /// The parameter.
        name: &'static str,
        /// The value it was given.
        value: f64,
        /// What to use instead, if there is something.
        advice: &'static str,
    },

    /// A parameter is NaN or infinite.
    #[error("{name} = {value} must be finite", value = Short(*.value))]
    NotFinite {
        /// The parameter.
        name: &'static str,
        /// The value it was given.
        value: f64,
    },

    /// A result lies beyond the range of f64.
    #[error("{name} lies beyond the range of f64; choose other units, or less extreme parameters")]
    OutOfRange {
        /// The result.
        name: &'static str,
        /// What it was computed as: infinite or NaN.
        value: f64,
    },
}

/// A vector or matrix cannot be used.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum VectorError {
    /// A component of a given vector is NaN or infinite.
    #[error("component {component} of the {name} is {value}; every component must be finite", value = Short(*.value))]
    NonFiniteComponent {
        /// Which vector.
        name: &'static str,
        /// Index of the first component that is not finite.
        component: usize,
        /// That component.
        value: f64,
    },

    /// A vector or matrix has no components.
    #[error("the {name} is empty; it needs at least one component")]
    Empty {
        /// What is empty.
        name: &'static str,
    },

    /// A matrix or a table does not fit into memory.
    #[error(
        "the {name} takes {bytes:e} bytes, more than there is memory; use fewer dimensions or fewer values"
    )]
    OutOfMemory {
        /// What is too large.
        name: &'static str,
        /// The bytes needed.
        bytes: f64,
    },

    /// Two lengths that must be equal are not.
    #[error("the {name} has {found} components where {expected} are needed")]
    DimensionMismatch {
        /// The vector or matrix that does not fit.
        name: &'static str,
        /// The length that is needed.
        expected: usize,
        /// The length that was found.
        found: usize,
    },

    /// A matrix that must be symmetric is not.
    #[error(
        "the matrix is not symmetric: entry ({row}, {column}) is {upper} but ({column}, {row}) is \
         {lower}, which is more than rounding; use (A + Aᵀ)/2, which has the same quadratic form", upper = Short(*.upper), lower = Short(*.lower))]
    AsymmetricMatrix {
        /// Row of the first pair that differs.
        row: usize,
        /// Column of that pair.
        column: usize,
        /// Entry above the diagonal.
        upper: f64,
        /// Entry below the diagonal.
        lower: f64,
    },

    /// A matrix of covariances has a negative eigenvalue.
    #[error(
        "the {name} has the eigenvalue {eigenvalue}, a negative variance in some direction; build it as a product LLᵀ, or \
         raise its diagonal", eigenvalue = Short(*.eigenvalue))]
    NotPositive {
        /// Which matrix.
        name: &'static str,
        /// Its smallest eigenvalue.
        eigenvalue: f64,
    },
}

/// Refuses a parameter that is not positive and finite.
pub(crate) fn positive<T: Number>(
    name: &'static str,
    value: &T,
    advice: &'static str,
) -> Result<(), Error> {
    if value.is_finite() && *value > T::zero() {
        return Ok(());
    }
    Err(Error::Parameter(ParameterError::NotPositive {
        name,
        value: value.to_f64(),
        advice,
    }))
}

/// Refuses a parameter that is negative or not finite.
pub(crate) fn nonnegative<T: Number>(
    name: &'static str,
    value: &T,
    advice: &'static str,
) -> Result<(), Error> {
    if value.is_finite() && *value >= T::zero() {
        return Ok(());
    }
    Err(Error::Parameter(ParameterError::Negative {
        name,
        value: value.to_f64(),
        advice,
    }))
}

/// Refuses a parameter that is not finite.
pub(crate) fn finite<T: Number>(name: &'static str, value: &T) -> Result<(), Error> {
    if value.is_finite() {
        return Ok(());
    }
    Err(Error::Parameter(ParameterError::NotFinite {
        name,
        value: value.to_f64(),
    }))
}

/// Refuses a result that overflowed.
pub(crate) fn in_range<T: Number>(name: &'static str, value: &T) -> Result<(), Error> {
    if value.is_finite() {
        return Ok(());
    }
    Err(Error::Parameter(ParameterError::OutOfRange {
        name,
        value: value.to_f64(),
    }))
}

/// a·b/c, in the order that avoids overflow and underflow where the result has none.
pub(crate) fn product_over(a: f64, b: f64, c: f64) -> f64 {
    let product = a * b;
    if product.abs() >= f64::MIN_POSITIVE && product.is_finite() {
        return product / c;
    }
    // Of the two other orders the one that starts nearer to 1.
    let (large, small) = if a.abs() > b.abs() { (a, b) } else { (b, a) };
    if c.abs() >= 1.0 {
        large / c * small
    } else {
        small / c * large
    }
}

/// Whether memory has room for that many bytes now. Asking costs a system call, and only for large sizes.
pub(crate) fn has_room(bytes: f64) -> bool {
    const SMALL: f64 = 6e7;
    bytes <= SMALL
        || bytes < isize::MAX as f64 && Vec::<u8>::new().try_reserve_exact(bytes as usize).is_ok()
}

/// Refuses a matrix or table of `count` numbers that does not fit into memory.
pub(crate) fn check_room(name: &'static str, count: f64) -> Result<(), Error> {
    let bytes = 8.0 * count;
    if has_room(bytes) {
        return Ok(());
    }
    Err(Error::Vector(VectorError::OutOfMemory { name, bytes }))
}

/// Refuses a vector that is empty or not finite.
pub(crate) fn check_vector<T, D>(name: &'static str, vector: &OVector<T, D>) -> Result<(), Error>
where
    T: Number,
    D: Dim,
    DefaultAllocator: Allocator<D>,
{
    if vector.is_empty() {
        return Err(Error::Vector(VectorError::Empty { name }));
    }
    match vector.iter().enumerate().find(|(_, c)| !c.is_finite()) {
        None => Ok(()),
        Some((component, value)) => Err(Error::Vector(VectorError::NonFiniteComponent {
            name,
            component,
            value: value.to_f64(),
        })),
    }
}

/// Refuses a length other than `expected`.
pub(crate) fn check_dimension(
    name: &'static str,
    expected: usize,
    found: usize,
) -> Result<(), Error> {
    if found == expected {
        return Ok(());
    }
    Err(Error::Vector(VectorError::DimensionMismatch {
        name,
        expected,
        found,
    }))
}

/// Refuses a vector that is not finite or does not have `expected` components.
pub(crate) fn check_length<T: Number, D: Dim>(
    name: &'static str,
    expected: usize,
    vector: &OVector<T, D>,
) -> Result<(), Error>
where
    DefaultAllocator: Allocator<D>,
{
    check_dimension(name, expected, vector.len())?;
    check_vector(name, vector)
}

/// Whether every component is finite.
#[inline]
pub(crate) fn all_finite<T, D>(vector: &OVector<T, D>) -> bool
where
    T: Number,
    D: Dim,
    DefaultAllocator: Allocator<D>,
{
    vector.iter().all(Number::is_finite)
}

/// Largest component in absolute value, for reports.
pub(crate) fn magnitude<T, D>(vector: &OVector<T, D>) -> f64
where
    T: Number,
    D: Dim,
    DefaultAllocator: Allocator<D>,
{
    vector.iter().map(|c| c.to_f64().abs()).fold(0.0, f64::max)
}

/// A gradient that is not finite at a position beyond this size counts as divergence: the gradient of a
/// quartic overflows only near 1e102, long after the run has diverged.
pub(crate) const OVERFLOW: f64 = 1e50;

/// The error for a step whose result is not finite, from the last finite position and the gradient
/// evaluated during the step.
#[cold]
pub(crate) fn non_finite_step<T, D>(
    step: usize,
    dt: f64,
    start: f64,
    position: &OVector<T, D>,
    gradient: &OVector<T, D>,
) -> Error
where
    T: Number,
    D: Dim,
    DefaultAllocator: Allocator<D>,
{
    let position = magnitude(position);
    if !all_finite(gradient) && position < OVERFLOW {
        return Error::Run(RunError::NonFiniteGradient {
            step: step.saturating_sub(1),
            time: start + dt * step.saturating_sub(1) as f64,
            position,
        });
    }
    Error::Run(RunError::Diverged {
        step,
        time: start + dt * step as f64,
        position,
    })
}

/// Implements the traits of the crate approx for a pair of vectors, component by component.
macro_rules! compared_by_component {
    ($pair:ident { $first:ident, $second:ident }) => {
        /// Equal if all components are equal within the tolerance.
        impl<T, D> approx::AbsDiffEq for $pair<T, D>
        where
            T: $crate::Number + approx::AbsDiffEq<Epsilon = T>,
            D: nalgebra::Dim,
            nalgebra::DefaultAllocator: nalgebra::allocator::Allocator<D>,
        {
            type Epsilon = T;

            fn default_epsilon() -> T {
                T::default_epsilon()
            }

            fn abs_diff_eq(&self, other: &Self, epsilon: T) -> bool {
                self.$first.abs_diff_eq(&other.$first, epsilon.clone())
                    && self.$second.abs_diff_eq(&other.$second, epsilon)
            }
        }

        /// Equal if all components are equal within the larger of the two tolerances.
        impl<T, D> approx::RelativeEq for $pair<T, D>
        where
            T: $crate::Number + approx::RelativeEq<Epsilon = T>,
            D: nalgebra::Dim,
            nalgebra::DefaultAllocator: nalgebra::allocator::Allocator<D>,
        {
            fn default_max_relative() -> T {
                T::default_max_relative()
            }

            fn relative_eq(&self, other: &Self, epsilon: T, max_relative: T) -> bool {
                let (first, second) = (&self.$first, &self.$second);
                first.relative_eq(&other.$first, epsilon.clone(), max_relative.clone())
                    && second.relative_eq(&other.$second, epsilon, max_relative)
            }
        }
    };
}

pub(crate) use compared_by_component;
