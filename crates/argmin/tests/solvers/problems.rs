//! Problems of argmin with the arithmetic of heavyball's potentials.

use argmin::core::{CostFunction, Error, Gradient};
use heavyball::Potential;
use heavyball_argmin::Parameter;
use nalgebra::DefaultAllocator;
use nalgebra::allocator::Allocator;
use std::marker::PhantomData;

/// A potential of heavyball as a problem with parameters of type `P`.
#[derive(Clone)]
pub(crate) struct Of<F, P>(pub(crate) F, PhantomData<P>);

impl<F, P> Of<F, P> {
    pub(crate) fn new(potential: F) -> Self {
        Self(potential, PhantomData)
    }
}

impl<F, P> CostFunction for Of<F, P>
where
    F: Potential<f64, P::Dimension>,
    P: Parameter,
    DefaultAllocator: Allocator<P::Dimension>,
{
    type Param = P;
    type Output = f64;

    fn cost(&self, x: &P) -> Result<f64, Error> {
        Ok(self.0.value(&x.to_vector()))
    }
}

impl<F, P> Gradient for Of<F, P>
where
    F: Potential<f64, P::Dimension>,
    P: Parameter,
    DefaultAllocator: Allocator<P::Dimension>,
{
    type Param = P;
    type Gradient = P;

    fn gradient(&self, x: &P) -> Result<P, Error> {
        let x = x.to_vector();
        let mut gradient = x.clone();
        self.0.gradient(&x, &mut gradient);
        Ok(P::from_vector(&gradient))
    }
}
