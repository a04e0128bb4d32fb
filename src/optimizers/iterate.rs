//! Iterate: the state (x, v) of an optimiser.

use crate::Number;
use crate::check::compared_by_component;
use nalgebra::allocator::Allocator;
use nalgebra::{Const, DefaultAllocator, Dim, Dyn, OVector};

/// The state of an optimiser: position x and velocity v, the displacement that led to x.
#[derive(Debug, Clone, PartialEq)]
pub struct Iterate<T: Number = f64, D: Dim = Dyn>
where
    DefaultAllocator: Allocator<D>,
{
    /// Position x.
    pub position: OVector<T, D>,
    /// Velocity v, a displacement per iteration: v = Δt·p/m for the corresponding particle.
    pub velocity: OVector<T, D>,
}

/// An [`Iterate`] in `N` dimensions.
pub type IterateIn<const N: usize, T = f64> = Iterate<T, Const<N>>;

impl<T: Number, D: Dim> Copy for Iterate<T, D>
where
    DefaultAllocator: Allocator<D>,
    OVector<T, D>: Copy,
{
}

compared_by_component!(Iterate { position, velocity });
