//! Cosine: a schedule from one value to another along half a period of the cosine.
//!
//! Reference: I. Loshchilov, F. Hutter, *SGDR: stochastic gradient descent with warm restarts*, ICLR 2017,
//! equation 5, without restarts.

use crate::Error;
use crate::check::{finite, positive};
use crate::optimizers::Schedule;

/// The schedule b + (a − b)(1 + cos(πk/n))/2 from a at k = 0 to b at k = n, then constant at b.
///
/// ```
/// use heavyball::{Cosine, Schedule};
/// let rate = Cosine::new(0.1, 0.0, 100)?;
/// assert_eq!((rate.at(0), rate.at(100), rate.at(1000)), (0.1, 0.0, 0.0));
/// assert!((rate.at(50) - 0.05).abs() < 1e-16);
/// # Ok::<(), heavyball::Error>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Cosine {
    from: f64,
    to: f64,
    steps: usize,
}

impl Cosine {
    /// The schedule from `from` to `to` over `steps` iterations.
    ///
    /// # Errors
    /// [`ParameterError::NotFinite`](crate::error::ParameterError::NotFinite) unless both values are finite,
    /// [`ParameterError::NotPositive`](crate::error::ParameterError::NotPositive) for 0 iterations.
    pub fn new(from: f64, to: f64, steps: usize) -> Result<Self, Error> {
        finite("the first value", &from)?;
        finite("the last value", &to)?;
        positive("the number of iterations", &(steps as f64), "")?;
        Ok(Self { from, to, steps })
    }
}

impl Schedule for Cosine {
    fn at(&self, k: usize) -> f64 {
        if k >= self.steps {
            return self.to;
        }
        // By 1 + cos 2φ = 2cos²φ, which avoids the cancellation in 1 + cos near the end.
        let half = (std::f64::consts::FRAC_PI_2 * k as f64 / self.steps as f64).cos();
        let weight = half * half;
        self.from * weight + self.to * (1.0 - weight)
    }
}
