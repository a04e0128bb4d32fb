//! CoordinateLevel, EnergyLevel: a coordinate, or the energy, crosses a value.

use crate::Error;
use crate::check::finite;
use crate::motion::events::Event;
use crate::ode::Crossing;
use crate::particle::{HeavyBall, Phase};
use crate::potentials::Potential;
use nalgebra::allocator::Allocator;
use nalgebra::{DefaultAllocator, Dim};

/// The event that coordinate xᵢ crosses a value.
///
/// ```
/// use heavyball::events::{CoordinateLevel, Crossing};
/// use heavyball::prelude::*;
/// use nalgebra::vector;
///
/// let problem = Problem::new(HeavyBall::new(1.0, 0.2)?, DoubleWell, vector![-1.9, 0.5]).until(20.0);
/// let over = CoordinateLevel::new(0, 0.0, Crossing::Rising)?;
/// let run = problem.solve_until(&Rk45::new(1e-9, 1e-9), &[&over])?;
/// assert!(run.event.is_some_and(|event| event.phase.position.x.abs() < 1e-12));
/// # Ok::<(), heavyball::Error>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct CoordinateLevel {
    coordinate: usize,
    value: f64,
    crossing: Crossing,
}

impl CoordinateLevel {
    /// Coordinate number `coordinate`, counted from 0, crosses `value` in the sense of `crossing`.
    ///
    /// # Errors
    /// [`ParameterError::NotFinite`](crate::error::ParameterError::NotFinite) for a value that is NaN or infinite.
    /// Whether the coordinate exists is checked when a run starts: if not,
    /// [`EventError::NotANumber`](crate::error::EventError::NotANumber).
    pub fn new(coordinate: usize, value: f64, crossing: Crossing) -> Result<Self, Error> {
        finite("level", &value)?;
        Ok(Self {
            coordinate,
            value,
            crossing,
        })
    }
}

impl<P, D: Dim> Event<P, D> for CoordinateLevel
where
    DefaultAllocator: Allocator<D>,
{
    fn root(&self, _time: f64, _ball: &HeavyBall, _potential: &P, phase: &Phase<f64, D>) -> f64 {
        let coordinate = phase.position.iter().nth(self.coordinate);
        coordinate.map_or(f64::NAN, |x| x - self.value)
    }

    fn rate(&self, _: f64, ball: &HeavyBall, _: &P, phase: &Phase<f64, D>) -> Option<f64> {
        let momentum = phase.momentum.iter().nth(self.coordinate)?;
        Some(momentum / ball.mass)
    }

    fn crossing(&self) -> Crossing {
        self.crossing
    }
}

/// The event that the energy |p|²/2m + f(x) has fallen to a value; under drag it then stays below.
///
/// ```
/// use heavyball::events::EnergyLevel;
/// use heavyball::prelude::*;
/// use nalgebra::vector;
///
/// // Below the energy of the saddle, 0, the ball cannot leave its well.
/// let problem = Problem::new(HeavyBall::new(1.0, 0.2)?, DoubleWell, vector![-1.9, 0.5]).until(100.0);
/// let caught = problem.solve_until(&Rk45::new(1e-9, 1e-9), &[&EnergyLevel::new(0.0)?])?;
/// assert!(caught.event.is_some_and(|event| event.time > 1.0));
/// # Ok::<(), heavyball::Error>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct EnergyLevel {
    value: f64,
}

impl EnergyLevel {
    /// The energy is `value` or less, at the start or later.
    ///
    /// # Errors
    /// [`ParameterError::NotFinite`](crate::error::ParameterError::NotFinite) for a value that is NaN or infinite.
    pub fn new(value: f64) -> Result<Self, Error> {
        finite("energy level", &value)?;
        Ok(Self { value })
    }
}

impl<P, D> Event<P, D> for EnergyLevel
where
    P: Potential<f64, D>,
    D: Dim,
    DefaultAllocator: Allocator<D>,
{
    fn root(&self, _time: f64, ball: &HeavyBall, potential: &P, phase: &Phase<f64, D>) -> f64 {
        ball.energy(potential, phase) - self.value
    }

    fn rate(&self, _: f64, ball: &HeavyBall, _: &P, phase: &Phase<f64, D>) -> Option<f64> {
        Some(-ball.dissipated_power(phase))
    }

    fn crossing(&self) -> Crossing {
        Crossing::Reached
    }
}
