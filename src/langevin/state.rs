//! LangevinState: a phase and the gradient at its position, which the next step begins with.

use crate::Error;
use crate::particle::Phase;
use crate::potentials::{Potential, check_start_motion, gradient_at};
use nalgebra::allocator::Allocator;
use nalgebra::{DefaultAllocator, Dim, Dyn, OVector};

/// What a step of a [`LangevinMethod`](crate::langevin::LangevinMethod) advances: a phase and ∇f at its position.
///
/// A step that begins and ends with a kick at the same position evaluates one gradient instead of two, since the next
/// step finds it here. It is a function of the position, so a phase alone is enough to continue a run. Methods that
/// evaluate the gradient within a step leave that one here, and do not read it.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct LangevinState<D: Dim = Dyn>
where
    DefaultAllocator: Allocator<D>,
{
    /// Position and momentum.
    pub phase: Phase<f64, D>,
    /// ∇f(x).
    pub gradient: OVector<f64, D>,
}

impl<D: Dim> Copy for LangevinState<D>
where
    DefaultAllocator: Allocator<D>,
    OVector<f64, D>: Copy,
{
}

impl<D: Dim> LangevinState<D>
where
    DefaultAllocator: Allocator<D>,
{
    /// The state at `phase`.
    ///
    /// # Errors
    /// [`VectorError`](crate::error::VectorError) if `phase` is empty, not finite, or of the wrong dimension.
    pub fn at<P>(potential: &P, phase: Phase<f64, D>) -> Result<Self, Error>
    where
        P: Potential<f64, D> + ?Sized,
    {
        check_start_motion(potential, &phase.position, &phase.momentum)?;
        let mut gradient = phase.position.clone();
        gradient_at(potential, &phase.position, &mut gradient);
        Ok(Self { phase, gradient })
    }
}
