//! Cosine: a schedule from one value to another along half a period of the cosine.
//!
//! Reference: I. Loshchilov, F. Hutter, *SGDR: stochastic gradient descent with warm restarts*, ICLR 2017,
//! equation 5, without restarts.

use crate::Error;
use crate::check::{finite, positive};
use crate::optimizers::Schedule;

/// The schedule b + (a − b)(1 + cos(πk/n))/2 from a at k = 0 to b at k = n, then constant at b.
///
/// PyTorch's `CosineAnnealingLR` goes on along the cosine instead, up to a at k = 2n and down again: [`Self::periodic`].
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
    periodic: bool,
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
        Ok(Self {
            from,
            to,
            steps,
            periodic: false,
        })
    }

    /// The same cosine without an end: after n iterations it rises again, as PyTorch's does beyond `T_max`.
    ///
    /// ```
    /// use heavyball::{Cosine, Schedule};
    /// let rate = Cosine::new(0.1, 0.0, 100)?.periodic();
    /// assert_eq!((rate.at(100), rate.at(200), rate.at(130)), (0.0, 0.1, rate.at(70)));
    /// # Ok::<(), heavyball::Error>(())
    /// ```
    pub fn periodic(mut self) -> Self {
        self.periodic = true;
        self
    }

    /// The number n of iterations.
    pub(super) fn steps(&self) -> usize {
        self.steps
    }

    /// a − b.
    pub(super) fn height(&self) -> f64 {
        self.from - self.to
    }

    /// The value after the share k/n of the way, at most 1.
    pub(super) fn after(&self, share: f64) -> f64 {
        let weight = fallen(share);
        self.from * weight + self.to * (1.0 - weight)
    }

    /// As [`Self::after`] for the cosine from b + (a − b)·`factor`.
    pub(super) fn scaled_after(&self, share: f64, factor: f64) -> f64 {
        self.to + self.height() * factor * fallen(share)
    }
}

/// (1 + cos πs)/2.
///
/// By 1 + cos 2φ = 2cos²φ, which avoids the cancellation in 1 + cos near the end.
pub(super) fn fallen(share: f64) -> f64 {
    let half = (std::f64::consts::FRAC_PI_2 * share).cos();
    half * half
}

impl Schedule for Cosine {
    fn at(&self, k: usize) -> f64 {
        let (mut k, n) = (k, self.steps);
        if self.periodic {
            k = match k.checked_rem(n.saturating_mul(2)) {
                Some(k) if k > n => n.saturating_mul(2) - k,
                k => k.unwrap_or(0),
            };
        }
        if k >= n {
            return self.to;
        }
        self.after(k as f64 / n as f64)
    }
}
