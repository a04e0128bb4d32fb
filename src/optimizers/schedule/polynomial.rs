//! Polynomial: a schedule from one value to another along a power of the remaining iterations; linear at power 1.

use crate::Error;
use crate::check::{finite, positive};
use crate::optimizers::Schedule;

/// The schedule b + (a − b)(1 − k/n)^p from a at k = 0 to b at k = n, then constant at b.
///
/// ```
/// use heavyball::Schedule;
/// use heavyball::optimizers::Polynomial;
/// let rate = Polynomial::new(0.1, 0.0, 2.0, 10)?;
/// assert_eq!((rate.at(0), rate.at(10), rate.at(99)), (0.1, 0.0, 0.0));
/// assert!((rate.at(5) - 0.025).abs() < 1e-17);
/// # Ok::<(), heavyball::Error>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Polynomial {
    from: f64,
    to: f64,
    power: f64,
    steps: usize,
}

impl Polynomial {
    /// The schedule from `from` to `to` over `steps` iterations with the given power; 1 is a straight line.
    ///
    /// # Errors
    /// [`ParameterError::NotFinite`](crate::error::ParameterError::NotFinite) unless both values are finite,
    /// [`ParameterError::NotPositive`](crate::error::ParameterError::NotPositive) unless the power and the number of
    /// iterations are positive and finite.
    pub fn new(from: f64, to: f64, power: f64, steps: usize) -> Result<Self, Error> {
        finite("the first value", &from)?;
        finite("the last value", &to)?;
        positive("the power", &power, "; 1 is a straight line")?;
        positive("the number of iterations", &(steps as f64), "")?;
        Ok(Self {
            from,
            to,
            power,
            steps,
        })
    }
}

impl Schedule for Polynomial {
    fn at(&self, k: usize) -> f64 {
        if k >= self.steps {
            return self.to;
        }
        let left = (self.steps - k) as f64 / self.steps as f64;
        let weight = left.powf(self.power);
        self.from * weight + self.to * (1.0 - weight)
    }
}
