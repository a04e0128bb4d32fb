//! Counted: a potential that counts how often its gradient was taken.

use crate::Error;
use crate::potentials::Potential;
use nalgebra::allocator::Allocator;
use nalgebra::{DefaultAllocator, Dim, OVector};
use std::cell::Cell;

/// A potential on loan, with the number of its gradients so far.
#[derive(Debug)]
pub(crate) struct Counted<'p, P> {
    potential: &'p P,
    gradients: Cell<usize>,
}

impl<'p, P> Counted<'p, P> {
    pub(crate) fn new(potential: &'p P) -> Self {
        let gradients = Cell::new(0);
        Self {
            potential,
            gradients,
        }
    }

    /// Gradients taken since it was made.
    pub(crate) fn gradients(&self) -> usize {
        self.gradients.get()
    }
}

impl<P, D> Potential<f64, D> for Counted<'_, P>
where
    P: Potential<f64, D>,
    D: Dim,
    DefaultAllocator: Allocator<D>,
{
    fn value(&self, position: &OVector<f64, D>) -> f64 {
        self.potential.value(position)
    }

    fn gradient(&self, position: &OVector<f64, D>, gradient: &mut OVector<f64, D>) {
        self.gradients.set(self.gradients.get() + 1);
        self.potential.gradient(position, gradient);
    }

    fn check_dimension(&self, dimension: usize) -> Result<(), Error> {
        self.potential.check_dimension(dimension)
    }

    fn largest_curvature(&self) -> Option<f64> {
        self.potential.largest_curvature()
    }
}
