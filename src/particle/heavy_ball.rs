//! HeavyBall: the particle m ẍ = −∇f(x) − γẋ, its energy and its dissipation.
//!
//! As a first-order system with p = mẋ: ẋ = p/m, ṗ = −∇f(x) − (γ/m)p.
//! Reference: B. T. Polyak, *USSR Comput. Math. Math. Phys.* 4 (1964) 1–17.

use crate::check::{in_range, nonnegative, positive};
use crate::particle::Phase;
use crate::potentials::{Linear, Potential, check_start_motion};
use crate::{Error, Number};
use nalgebra::allocator::Allocator;
use nalgebra::{DefaultAllocator, Dim, OVector};

/// A particle of mass m under linear drag γ: m ẍ = −∇f(x) − γẋ.
///
/// With γ = 0 the motion is conservative; as m → 0 it tends to [`GradientFlow`](crate::GradientFlow).
/// Units: m·x²/t² has the unit of f, and γ the unit of m/t.
///
/// The fields are public. A ball is checked when it is made, and again when a run starts, in case a field was changed.
///
/// ```
/// use heavyball::prelude::*;
/// use nalgebra::vector;
///
/// let ball = HeavyBall::new(2.0, 0.5)?;
/// let phase = ball.launch(vector![1.0, 0.0], vector![3.0, 0.0]);
/// assert_eq!(phase.momentum.x, 6.0);
/// assert_eq!(ball.energy(&DoubleWell, &phase), 9.0 - 1.0);
/// assert_eq!(ball.dissipated_power(&phase), 4.5);
/// # Ok::<(), heavyball::Error>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq)]
#[non_exhaustive]
pub struct HeavyBall<T = f64> {
    /// Mass m > 0.
    pub mass: T,
    /// Drag coefficient γ ≥ 0: the drag force per unit of velocity.
    pub drag: T,
}

impl HeavyBall {
    /// The particle of mass `mass` under drag `drag`.
    ///
    /// # Errors
    /// [`ParameterError::NotPositive`](crate::error::ParameterError::NotPositive) unless the mass is positive and
    /// finite, [`ParameterError::Negative`](crate::error::ParameterError::Negative) unless the drag is zero or
    /// positive, and finite.
    pub fn new(mass: f64, drag: f64) -> Result<Self, Error> {
        Self::of(mass, drag)
    }
}

impl<T: Number> HeavyBall<T> {
    /// Like [`Self::new`], for any [`Number`].
    ///
    /// # Errors
    /// The errors of [`Self::new`].
    pub fn of(mass: T, drag: T) -> Result<Self, Error> {
        let ball = Self { mass, drag };
        ball.check()?;
        Ok(ball)
    }

    /// Refuses a ball whose public fields were set to values that `new` refuses.
    pub(crate) fn check(&self) -> Result<(), Error> {
        positive("mass", &self.mass, "; for no mass use GradientFlow")?;
        nonnegative("drag", &self.drag, "; 0 is the conservative particle")
    }

    /// The phase (x, p = mẋ) at `position` with `velocity` ẋ.
    pub fn launch<D: Dim>(&self, position: OVector<T, D>, velocity: OVector<T, D>) -> Phase<T, D>
    where
        DefaultAllocator: Allocator<D>,
    {
        let momentum = velocity.map(|u| u * self.mass.clone());
        Phase { position, momentum }
    }

    /// The velocity ẋ = p/m, displacement per unit of time.
    pub fn velocity<D: Dim>(&self, phase: &Phase<T, D>) -> OVector<T, D>
    where
        DefaultAllocator: Allocator<D>,
    {
        phase.momentum.map(|p| p / self.mass.clone())
    }

    /// The kinetic energy |p|²/(2m) = ½m|ẋ|².
    pub fn kinetic_energy<D: Dim>(&self, phase: &Phase<T, D>) -> T
    where
        DefaultAllocator: Allocator<D>,
    {
        // |p|² may overflow where the energy does not.
        phase.momentum.dot(&self.velocity(phase)) / T::integer(2)
    }

    /// The energy E = |p|²/(2m) + f(x), which never increases: dE/dt = −γ|ẋ|².
    pub fn energy<D, P>(&self, potential: &P, phase: &Phase<T, D>) -> T
    where
        D: Dim,
        P: Potential<T, D> + ?Sized,
        DefaultAllocator: Allocator<D>,
    {
        self.kinetic_energy(phase) + potential.value(&phase.position)
    }

    /// The power γ|ẋ|² = −dE/dt dissipated by drag.
    pub fn dissipated_power<D: Dim>(&self, phase: &Phase<T, D>) -> T
    where
        DefaultAllocator: Allocator<D>,
    {
        let velocity = self.velocity(phase);
        velocity.dot(&velocity.map(|u| u * self.drag.clone()))
    }

    /// The limit −c/γ of the velocity on the slope f = c·x.
    ///
    /// The velocity at time t is ẋ(t) = −c/γ + (ẋ(0) + c/γ)e^(−γt/m).
    ///
    /// # Errors
    /// [`ParameterError::NotPositive`](crate::error::ParameterError::NotPositive) without drag: the particle then
    /// accelerates without bound. [`ParameterError::OutOfRange`](crate::error::ParameterError::OutOfRange) for a velocity
    /// beyond the range of f64.
    ///
    /// ```
    /// use heavyball::prelude::*;
    /// use heavyball::Linear;
    /// use nalgebra::vector;
    /// let ball = HeavyBall::new(1.0, 0.5)?;
    /// assert_eq!(ball.terminal_velocity(&Linear::new(vector![2.0])?)?, vector![-4.0]);
    /// # Ok::<(), heavyball::Error>(())
    /// ```
    pub fn terminal_velocity<D: Dim>(&self, slope: &Linear<T, D>) -> Result<OVector<T, D>, Error>
    where
        DefaultAllocator: Allocator<D>,
    {
        let advice = "; without drag there is no terminal velocity";
        positive("drag", &self.drag, advice)?;
        let velocity = slope.slope().map(|c| -c / self.drag.clone());
        velocity
            .iter()
            .try_for_each(|u| in_range("the terminal velocity", u))?;
        Ok(velocity)
    }

    /// Refuses a start phase whose parts are empty, not finite or of different lengths.
    pub(crate) fn check_phase<D, P>(&self, potential: &P, phase: &Phase<T, D>) -> Result<(), Error>
    where
        D: Dim,
        P: Potential<T, D> + ?Sized,
        DefaultAllocator: Allocator<D>,
    {
        check_start_motion(potential, &phase.position, &phase.momentum)
    }
}
