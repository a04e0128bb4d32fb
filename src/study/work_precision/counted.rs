//! Counted: a potential that counts its gradient evaluations.

use crate::Error;
use crate::potentials::Potential;
use nalgebra::allocator::Allocator;
use nalgebra::{DefaultAllocator, Dim, OVector};
use std::cell::Cell;

/// A borrowed potential, with the number of its gradient evaluations so far.
///
/// Of any type, so that counted runs are compiled once for each dimension; timed runs are on the potential itself.
pub(super) struct Counted<'p, D: Dim>
where
    DefaultAllocator: Allocator<D>,
{
    potential: &'p dyn Potential<f64, D>,
    gradients: Cell<usize>,
    most: usize,
}

impl<'p, D: Dim> Counted<'p, D>
where
    DefaultAllocator: Allocator<D>,
{
    pub(super) fn new(potential: &'p dyn Potential<f64, D>, most: usize) -> Self {
        let gradients = Cell::new(0);
        Self {
            potential,
            gradients,
            most,
        }
    }

    /// The gradient evaluations since its construction.
    pub(super) fn gradients(&self) -> usize {
        self.gradients.get()
    }
}

impl<D: Dim> Potential<f64, D> for Counted<'_, D>
where
    DefaultAllocator: Allocator<D>,
{
    fn value(&self, position: &OVector<f64, D>) -> f64 {
        self.potential.value(position)
    }

    fn gradient(&self, position: &OVector<f64, D>, gradient: &mut OVector<f64, D>) {
        self.gradients.set(self.gradients.get() + 1);
        if self.gradients.get() > self.most {
            // The run then ends with an error.
            gradient.fill(f64::NAN);
            return;
        }
        self.potential.gradient(position, gradient);
    }

    fn check_dimension(&self, dimension: usize) -> Result<(), Error> {
        self.potential.check_dimension(dimension)
    }

    fn largest_curvature(&self) -> Option<f64> {
        self.potential.largest_curvature()
    }
    fn length_scale(&self) -> Option<f64> {
        self.potential.length_scale()
    }
}
