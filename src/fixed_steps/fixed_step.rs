//! FixedStep: a method with a step Δt, and Step, its map for one ball.
//!
//! A method is split in two so that no step repeats work: [`FixedStep::step_for`] computes the
//! coefficients of one (ball, Δt) once, exponentials included, and [`Step::advance`] is the formula.

use crate::fixed_steps::Phases;
use crate::particle::{HeavyBall, Phase};
use crate::potentials::Potential;
use crate::{Error, Number};
use nalgebra::allocator::Allocator;
use nalgebra::{DefaultAllocator, Dim, OVector};

/// The map of one fixed step, its coefficients computed: (x, p) ↦ (x₊, p₊).
pub trait Step<T: Number> {
    /// Moves `phase` one step forward; `gradient` is scratch of the same length.
    ///
    /// Allocates nothing and checks nothing: a state that overflows becomes infinite or NaN.
    /// [`Problem::solve`](crate::Problem::solve) and [`FixedStep::phases`] check each step.
    fn advance<D, P>(&self, potential: &P, phase: &mut Phase<T, D>, gradient: &mut OVector<T, D>)
    where
        D: Dim,
        P: Potential<T, D> + ?Sized,
        DefaultAllocator: Allocator<D>;
}

/// What a fixed-step method is.
///
/// ```
/// use heavyball::prelude::*;
/// let leapfrog = Leapfrog::new(0.1)?.properties();
/// assert!(leapfrog.symmetric && leapfrog.order == 2 && leapfrog.gradients == 1);
/// # Ok::<(), heavyball::Error>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Properties {
    /// Name, for messages and legends.
    pub name: &'static str,
    /// Order of convergence: the error at a fixed time shrinks like Δt to this power.
    pub order: usize,
    /// Gradients a step costs.
    pub gradients: usize,
    /// Whether a step of −Δt undoes a step of Δt, for any drag.
    pub symmetric: bool,
}

/// A one-step method with a fixed step Δt.
///
/// Every implementor is a method of [`Problem::solve`](crate::Problem::solve).
pub trait FixedStep<T: Number> {
    /// The map of a step.
    type Step: Step<T>;

    /// What the method is, whatever its step.
    fn properties(&self) -> Properties;

    /// The step Δt.
    fn dt(&self) -> T;

    /// The map of a step `dt`, which may differ from the method's own and may be negative.
    ///
    /// # Errors
    /// [`StepError::Pole`](crate::error::StepError::Pole) where the method's coefficients have a pole.
    fn step_for(&self, ball: &HeavyBall<T>, dt: T) -> Result<Self::Step, Error>;

    /// The phases of `ball` on `potential` from `start`, a step apart: a plain iterator.
    ///
    /// Item k is the phase at time kΔt, the start is item 0. It runs on any [`Number`] and never
    /// ends by itself, unless a step is not finite: see [`Phases`].
    ///
    /// # Errors
    /// Those of [`HeavyBall::new`], of [`Self::step_for`], and for a start that is empty, not finite,
    /// or of a dimension that the potential lacks.
    ///
    /// ```
    /// use heavyball::prelude::*;
    /// use nalgebra::vector;
    ///
    /// let ball = HeavyBall::new(1.0, 0.2)?;
    /// let start = Phase::at_rest(vector![-1.5, -1.5]);
    /// let leapfrog = Leapfrog::new(0.01)?;
    /// let end = leapfrog.phases(&ball, &DoubleWell, start)?.nth(10_000);
    /// assert!(end.is_some_and(|phase| (phase.position.x.abs() - 1.0).abs() < 1e-4));
    /// # Ok::<(), heavyball::Error>(())
    /// ```
    fn phases<'p, D, P>(
        &self,
        ball: &HeavyBall<T>,
        potential: &'p P,
        start: Phase<T, D>,
    ) -> Result<Phases<'p, Self::Step, P, T, D>, Error>
    where
        Self: Sized,
        D: Dim,
        P: Potential<T, D> + ?Sized,
        DefaultAllocator: Allocator<D>,
    {
        ball.check()?;
        ball.check_phase(potential, &start)?;
        let step = self.step_for(ball, self.dt())?;
        Ok(Phases::new(step, potential, start, 0.0, self.dt().to_f64()))
    }
}

/// γΔt/m, the dimensionless drag z of a step.
pub(crate) fn drag_per_step<T: Number>(ball: &HeavyBall<T>, dt: &T) -> T {
    ball.drag.clone() * dt.clone() / ball.mass.clone()
}
