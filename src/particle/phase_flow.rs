//! PhaseFlow: the heavy ball as a first-order system in phase space, y = (x, p).

use crate::ode::{FirstOrderSystem, separated};
use crate::particle::{HeavyBall, Phase};
use crate::potentials::{Potential, gradient_at};
use nalgebra::allocator::Allocator;
use nalgebra::{DefaultAllocator, Dim, DimAdd, DimSum, OVector};

/// The system ẋ = p/m, ṗ = −∇f(x) − (γ/m)p in y = (x, p).
pub(crate) struct PhaseFlow<'p, P: ?Sized, D> {
    potential: &'p P,
    dimension: D,
    per_mass: f64,
    damping: f64,
}

impl<'p, P: ?Sized, D: Dim> PhaseFlow<'p, P, D> {
    pub(crate) fn new(ball: &HeavyBall, potential: &'p P, dimension: D) -> Self {
        Self {
            potential,
            dimension,
            per_mass: 1.0 / ball.mass,
            damping: -ball.drag / ball.mass,
        }
    }
}

impl<D, P> FirstOrderSystem<DimSum<D, D>> for PhaseFlow<'_, P, D>
where
    D: DimAdd<D>,
    P: Potential<f64, D> + ?Sized,
    DefaultAllocator: Allocator<D> + Allocator<DimSum<D, D>>,
{
    #[inline]
    fn derivative(
        &self,
        _time: f64,
        state: &OVector<f64, DimSum<D, D>>,
        derivative: &mut OVector<f64, DimSum<D, D>>,
    ) {
        let half = self.dimension.value();
        let momentum = state.rows_generic(half, self.dimension);
        let position = state.rows_generic(0, self.dimension).into_owned();
        let mut gradient = position.clone();
        gradient_at(self.potential, &position, &mut gradient);
        let mut velocity = derivative.rows_generic_mut(0, self.dimension);
        velocity.zip_apply(&momentum, |slot, p| *slot = self.per_mass * p);
        let mut force = derivative.rows_generic_mut(half, self.dimension);
        force.zip_zip_apply(&gradient, &momentum, |slot, g, p| {
            *slot = self.damping * p - g;
        });
    }
}

/// The phase of the state y = (x, p).
pub(crate) fn split<D>(state: &OVector<f64, DimSum<D, D>>, dimension: D) -> Phase<f64, D>
where
    D: Dim + DimAdd<D>,
    DefaultAllocator: Allocator<D> + Allocator<DimSum<D, D>>,
{
    let (position, momentum) = separated(state, dimension);
    Phase { position, momentum }
}
