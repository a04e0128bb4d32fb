//! RuleFromFn: a rule chosen by a closure at each iteration.

use crate::optimizers::{Iterate, UpdateRule, Workspace};
use crate::potentials::Potential;
use crate::{Error, Number};
use nalgebra::allocator::Allocator;
use nalgebra::{DefaultAllocator, Dim};

/// A rule chosen by a closure: iteration k uses the rule `f(k)`.
///
/// The closure may return a rule, or a `Result` as the constructors do; an error then ends the run at its iteration.
/// It must depend on k only: with a `Result` it is called twice per iteration, once for the check and once for the
/// update. For coefficients in `f64`, [`Momentum::scheduled`](crate::Momentum::scheduled) is simpler; this works over
/// any [`Number`] and with any rule.
///
/// ```
/// use heavyball::prelude::*;
/// use heavyball::{RuleFromFn, SutskeverSchedule};
/// use nalgebra::vector;
///
/// let schedule = SutskeverSchedule::new(0.9)?;
/// let rule = RuleFromFn(|k| Nesterov::new(0.01, schedule.beta(k)));
/// let end = rule.iterates(&DoubleWell, vector![0.5, 1.0]).after(1500)?;
/// assert!((end.position - vector![1.0, 0.0]).norm() < 1e-9);
///
/// let (fast, slow) = (Momentum::new(0.05, 0.9)?, Momentum::new(0.01, 0.5)?);
/// let rule = RuleFromFn(|k| if k < 100 { fast } else { slow });
/// assert!(rule.iterates(&DoubleWell, vector![0.5, 1.0]).after(200).is_ok());
///
/// let broken = RuleFromFn(|k| Momentum::new(0.1 - 0.01 * k as f64, 0.9));
/// let mut iterates = broken.iterates(&DoubleWell, vector![0.5, 1.0]);
/// assert_eq!(iterates.by_ref().count(), 11); // the start and ten updates; at k = 10 the rate is 0
/// assert!(matches!(iterates.failure(), Some(Error::Parameter(_))));
/// # Ok::<(), heavyball::Error>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RuleFromFn<F>(pub F);

impl<T, F, R> UpdateRule<T> for RuleFromFn<F>
where
    T: Number,
    F: Fn(usize) -> R,
    R: UpdateRule<T>,
{
    const SCHEDULED: bool = R::SCHEDULED;

    fn check(&self, k: usize) -> Result<(), Error> {
        self.0(k).check(k)
    }

    fn check_dimension(&self, dimension: usize) -> Result<(), Error> {
        self.0(0).check_dimension(dimension)
    }

    #[inline(always)]
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

/// A rule that could not be made: [`UpdateRule::check`] returns the error, and an update leaves the iterate unchanged.
impl<T: Number, R: UpdateRule<T>> UpdateRule<T> for Result<R, Error> {
    const SCHEDULED: bool = true;

    fn check(&self, k: usize) -> Result<(), Error> {
        match self {
            Ok(rule) => rule.check(k),
            Err(error) => Err(error.clone()),
        }
    }

    fn check_dimension(&self, dimension: usize) -> Result<(), Error> {
        match self {
            Ok(rule) => rule.check_dimension(dimension),
            // The error ends the run at its first update.
            Err(_) => Ok(()),
        }
    }

    #[inline(always)]
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
        if let Ok(rule) = self {
            rule.update(k, potential, iterate, workspace);
        }
    }
}
