//! Workspace: the scratch vectors of an update, allocated once per run.

use crate::Number;
use nalgebra::allocator::Allocator;
use nalgebra::{DefaultAllocator, Dim, OVector};

/// Scratch vectors of an update, of the same length as the position.
#[derive(Debug, Clone)]
pub struct Workspace<T: Number, D: Dim>
where
    DefaultAllocator: Allocator<D>,
{
    /// The gradient ∇f of the last update.
    pub gradient: OVector<T, D>,
    /// The point at which it was evaluated, if that is not the position.
    pub look_ahead: OVector<T, D>,
}

/// Scratch vectors for `position`.
pub(crate) fn workspace<T: Number, D: Dim>(position: &OVector<T, D>) -> Workspace<T, D>
where
    DefaultAllocator: Allocator<D>,
{
    Workspace {
        gradient: position.clone(),
        look_ahead: position.clone(),
    }
}
