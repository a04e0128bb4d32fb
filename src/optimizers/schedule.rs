//! Scheduled: a rule whose coefficients change from iteration to iteration.

use crate::optimizers::{Iterate, UpdateRule, Workspace, check_coefficients};
use crate::{Error, Number, Potential};
use nalgebra::allocator::Allocator;
use nalgebra::{DefaultAllocator, Dim};

/// A rule chosen anew at each iteration: `rule(k)` turns iterate k into iterate k + 1.
///
/// ```
/// use heavyball::prelude::*;
/// use nalgebra::vector;
///
/// let schedule = SutskeverSchedule::new(0.9)?;
/// let rule = Scheduled(|k| Nesterov { alpha: 0.01, beta: schedule.beta(k) });
/// let end = rule.iterates(&DoubleWell, vector![0.5, 1.0]).after(1500)?;
/// assert!((end.position - vector![1.0, 0.0]).norm() < 1e-9);
/// # Ok::<(), heavyball::Error>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Scheduled<F>(pub F);

impl<T, F, R> UpdateRule<T> for Scheduled<F>
where
    T: Number,
    F: Fn(usize) -> R,
    R: UpdateRule<T>,
{
    #[inline]
    fn update<D, P>(
        &self,
        k: usize,
        potential: &P,
        iterate: &mut Iterate<T, D>,
        workspace: &mut Workspace<T, D>,
    ) where
        D: Dim,
        P: Potential<T, D> + ?Sized,
        DefaultAllocator: Allocator<D>,
    {
        self.0(k).update(k, potential, iterate, workspace);
    }
}

/// Sutskever's schedule of the decay, βₖ = min(1 − 1/(2(⌊k/250⌋ + 1)), β_max).
///
/// Reference: I. Sutskever et al., ICML 2013, equation 5, where 2^(−1−log₂(⌊k/250⌋+1)) is written.
///
/// ```
/// use heavyball::SutskeverSchedule;
///
/// let schedule = SutskeverSchedule::new(0.99)?;
/// assert_eq!(schedule.beta(0), 0.5);
/// assert_eq!(schedule.beta(249), 0.5);
/// assert_eq!(schedule.beta(250), 0.75);
/// assert_eq!(schedule.beta(1_000_000), 0.99);
/// # Ok::<(), heavyball::Error>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct SutskeverSchedule {
    maximum: f64,
}

impl SutskeverSchedule {
    /// The schedule that rises to `maximum`; 0.9 to 0.999 in the paper.
    ///
    /// # Errors
    /// [`Error::BetaOutOfRange`] unless −1 < maximum ≤ 1.
    pub fn new(maximum: f64) -> Result<Self, Error> {
        check_coefficients(&1.0, &maximum)?;
        Ok(Self { maximum })
    }

    /// βₖ, for the update from iterate k to k + 1.
    pub fn beta(&self, k: usize) -> f64 {
        let stage = (k / 250) as f64;
        (1.0 - 0.5 / (stage + 1.0)).min(self.maximum)
    }
}
