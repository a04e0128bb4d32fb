//! Later: a rule that continues a run in a loop of heavyball's, which counts from 0.

use heavyball::optimizers::Workspace;
use heavyball::{Iterate, Potential, UpdateRule};
use nalgebra::allocator::Allocator;
use nalgebra::{DefaultAllocator, Dim};

/// A rule whose iterations are counted from a later one.
#[derive(Debug, Clone)]
pub(crate) struct Later<R> {
    pub(crate) rule: R,
    pub(crate) from: usize,
}

impl<R: UpdateRule<f64>> UpdateRule<f64> for Later<R> {
    const SCHEDULED: bool = R::SCHEDULED;

    fn check(&self, k: usize) -> Result<(), heavyball::Error> {
        self.rule.check(self.from.saturating_add(k))
    }

    fn check_dimension(&self, dimension: usize) -> Result<(), heavyball::Error> {
        self.rule.check_dimension(dimension)
    }

    #[inline(always)]
    fn update<D, P>(
        &self,
        k: usize,
        potential: &P,
        iterate: &mut Iterate<f64, D>,
        workspace: &mut Workspace<f64, D>,
    ) where
        D: Dim,
        P: Potential<f64, D> + ?Sized,
        DefaultAllocator: Allocator<D>,
    {
        let k = self.from.saturating_add(k);
        self.rule.update(k, potential, iterate, workspace);
    }
}
