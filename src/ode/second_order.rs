//! SecondOrderSystem: ẍ = a(t, x, ẋ), and its form as a first-order system in y = (x, ẋ).

use crate::Error;
use crate::check::{check_dimension, check_vector};
use crate::ode::FirstOrderSystem;
use nalgebra::allocator::Allocator;
use nalgebra::{Const, DefaultAllocator, Dim, DimAdd, DimSum, OVector};

/// A second-order system ẍ = a(t, x, ẋ) in dimension `D`, for equations of motion other than the heavy ball's.
///
/// Examples are Nesterov's equation and the modified equations. [`Self::in_phase_space`] converts it to a
/// [`FirstOrderSystem`] in y = (x, ẋ) for [`Rk45`](crate::Rk45) and [`Dop853`](crate::Dop853).
///
/// ```
/// use heavyball::prelude::*;
/// use nalgebra::{Const, Vector1, vector};
///
/// /// A pendulum, ẍ = −sin x.
/// struct Pendulum;
///
/// impl SecondOrderSystem<Const<1>> for Pendulum {
///     fn acceleration(
///         &self,
///         _time: f64,
///         position: &Vector1<f64>,
///         _velocity: &Vector1<f64>,
///         acceleration: &mut Vector1<f64>,
///     ) {
///         acceleration.x = -position.x.sin();
///     }
/// }
///
/// let system = Pendulum.in_phase_space(Const::<1>);
/// let start = system.state(&vector![0.0], &vector![1.0])?;
/// let run = Dop853::new(1e-12, 1e-12).integrate(&system, (0.0, 3.0), start)?;
/// let (x, u) = system.motion(run.last())?;
/// assert!((u.x * u.x / 2.0 - x.x.cos() + 0.5).abs() < 1e-11); // energy
/// # Ok::<(), heavyball::Error>(())
/// ```
pub trait SecondOrderSystem<D: Dim>
where
    DefaultAllocator: Allocator<D>,
{
    /// Writes a(t, x, ẋ) into `acceleration`, which has the length of `position` and arbitrary content.
    fn acceleration(
        &self,
        time: f64,
        position: &OVector<f64, D>,
        velocity: &OVector<f64, D>,
        acceleration: &mut OVector<f64, D>,
    );

    /// Refuses a start at which the system is not defined; by default, one that is empty or not finite.
    ///
    /// # Errors
    /// [`VectorError::Empty`](crate::error::VectorError::Empty),
    /// [`VectorError::NonFiniteComponent`](crate::error::VectorError::NonFiniteComponent),
    /// [`VectorError::DimensionMismatch`](crate::error::VectorError::DimensionMismatch).
    fn check_start(
        &self,
        position: &OVector<f64, D>,
        velocity: &OVector<f64, D>,
    ) -> Result<(), Error> {
        check_vector("start position", position)?;
        check_vector("start velocity", velocity)
    }

    /// Refuses a time at which the system is not defined, such as 0 for a drag of 3/t; by default none.
    ///
    /// Asked only where the acceleration is not finite, to name the cause.
    ///
    /// # Errors
    /// [`RunError::Coefficient`](crate::error::RunError::Coefficient) for a coefficient that cannot be used.
    fn check_time(&self, time: f64) -> Result<(), Error> {
        let _ = time;
        Ok(())
    }

    /// The system y = (x, ẋ) for positions of length `dimension`.
    fn in_phase_space(self, dimension: D) -> PhaseSpace<Self, D>
    where
        Self: Sized,
    {
        PhaseSpace {
            system: self,
            dimension,
        }
    }
}

/// Position x and velocity ẋ at one time.
pub type PositionVelocity<D> = (OVector<f64, D>, OVector<f64, D>);

/// A [`SecondOrderSystem`] as a first-order system in y = (x, ẋ), of twice the dimension.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct PhaseSpace<S, D> {
    system: S,
    dimension: D,
}

impl<S, D> PhaseSpace<S, D>
where
    S: SecondOrderSystem<D>,
    D: DimAdd<D>,
    DefaultAllocator: Allocator<D> + Allocator<DimSum<D, D>>,
{
    /// The state (x, ẋ).
    ///
    /// # Errors
    /// [`VectorError::DimensionMismatch`](crate::error::VectorError::DimensionMismatch) unless both have the dimension
    /// of the system.
    pub fn state(
        &self,
        position: &OVector<f64, D>,
        velocity: &OVector<f64, D>,
    ) -> Result<OVector<f64, DimSum<D, D>>, Error> {
        joined(self.dimension, position, velocity)
    }

    /// Position and velocity ẋ of a state.
    ///
    /// # Errors
    /// [`VectorError::DimensionMismatch`](crate::error::VectorError::DimensionMismatch) unless the state has twice the
    /// dimension of the system.
    pub fn motion(&self, state: &OVector<f64, DimSum<D, D>>) -> Result<PositionVelocity<D>, Error> {
        self.check_length("state", state)?;
        Ok(separated(state, self.dimension))
    }

    fn check_length(
        &self,
        name: &'static str,
        state: &OVector<f64, DimSum<D, D>>,
    ) -> Result<(), Error> {
        check_dimension(name, 2 * self.dimension.value(), state.len())
    }
}

/// The two halves, each of length `dimension`, of a state whose length was checked.
pub(crate) fn separated<D>(state: &OVector<f64, DimSum<D, D>>, dimension: D) -> PositionVelocity<D>
where
    D: DimAdd<D>,
    DefaultAllocator: Allocator<D> + Allocator<DimSum<D, D>>,
{
    (
        state.rows_generic(0, dimension).into_owned(),
        state
            .rows_generic(dimension.value(), dimension)
            .into_owned(),
    )
}

/// The state y = (x, ẋ), both of length `dimension`.
pub(crate) fn joined<D>(
    dimension: D,
    position: &OVector<f64, D>,
    velocity: &OVector<f64, D>,
) -> Result<OVector<f64, DimSum<D, D>>, Error>
where
    D: DimAdd<D>,
    DefaultAllocator: Allocator<D> + Allocator<DimSum<D, D>>,
{
    let expected = dimension.value();
    check_dimension("start position", expected, position.len())?;
    check_dimension("start velocity", expected, velocity.len())?;
    let components = position.iter().chain(velocity.iter()).copied();
    let doubled = dimension.add(dimension);
    Ok(OVector::from_iterator_generic(
        doubled, Const::<1>, components,
    ))
}

impl<S, D> FirstOrderSystem<DimSum<D, D>> for PhaseSpace<S, D>
where
    S: SecondOrderSystem<D>,
    D: DimAdd<D>,
    DefaultAllocator: Allocator<D> + Allocator<DimSum<D, D>>,
{
    fn derivative(
        &self,
        time: f64,
        state: &OVector<f64, DimSum<D, D>>,
        derivative: &mut OVector<f64, DimSum<D, D>>,
    ) {
        let half = self.dimension.value();
        // `check_start` refuses such a state before a run; a direct call gives NaN.
        if state.len() != 2 * half || derivative.len() != 2 * half {
            derivative.fill(f64::NAN);
            return;
        }
        let (position, velocity) = separated(state, self.dimension);
        let mut acceleration = velocity.clone();
        self.system
            .acceleration(time, &position, &velocity, &mut acceleration);
        let mut slots = derivative.rows_generic_mut(0, self.dimension);
        slots.copy_from(&velocity);
        let mut slots = derivative.rows_generic_mut(half, self.dimension);
        slots.copy_from(&acceleration);
    }

    fn check_start(&self, state: &OVector<f64, DimSum<D, D>>) -> Result<(), Error> {
        self.check_length("start state", state)?;
        let (position, velocity) = separated(state, self.dimension);
        self.system.check_start(&position, &velocity)
    }

    fn check_time(&self, time: f64) -> Result<(), Error> {
        self.system.check_time(time)
    }
}

impl<D: Dim, S: SecondOrderSystem<D> + ?Sized> SecondOrderSystem<D> for &S
where
    DefaultAllocator: Allocator<D>,
{
    fn acceleration(
        &self,
        time: f64,
        position: &OVector<f64, D>,
        velocity: &OVector<f64, D>,
        acceleration: &mut OVector<f64, D>,
    ) {
        (**self).acceleration(time, position, velocity, acceleration);
    }

    fn check_start(
        &self,
        position: &OVector<f64, D>,
        velocity: &OVector<f64, D>,
    ) -> Result<(), Error> {
        (**self).check_start(position, velocity)
    }

    fn check_time(&self, time: f64) -> Result<(), Error> {
        (**self).check_time(time)
    }
}
