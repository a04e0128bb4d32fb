//! Start: what a run begins or continues with, checked.

use crate::Error;
use heavyball::error::VectorError;
use nalgebra::allocator::Allocator;
use nalgebra::{DefaultAllocator, Dim, OVector};

/// Refuses a start that is empty or not finite.
pub(crate) fn check_start<D: Dim>(start: &OVector<f64, D>) -> Result<(), Error>
where
    DefaultAllocator: Allocator<D>,
{
    let name = "start";
    if start.is_empty() {
        return Err(heavyball::Error::Vector(VectorError::Empty { name }).into());
    }
    let infinite = start.iter().enumerate().find(|(_, c)| !c.is_finite());
    match infinite {
        None => Ok(()),
        Some((component, value)) => {
            Err(heavyball::Error::Vector(VectorError::NonFiniteComponent {
                name,
                component,
                value: *value,
            })
            .into())
        }
    }
}

/// The error for saved vectors that are not of this run's dimension.
pub(crate) fn other_dimension<D: Dim>(found: usize) -> Error {
    let expected = D::try_to_usize().map_or_else(
        || "a run with one velocity for each parameter".to_owned(),
        |dimension| format!("a run in {dimension} dimensions"),
    );
    Error::Checkpoint {
        expected,
        found: format!("a run in {found} dimensions"),
    }
}
