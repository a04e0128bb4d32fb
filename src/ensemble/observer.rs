//! Observer: what a run records of each member; one number per member keeps the loop vectorised.

use crate::ensemble::{Parts, State};
use crate::{Error, Number};

/// Sees each member after each step, and keeps one record of it.
///
/// It is compiled into the loop over members if it is written without branches (`if` to choose between values, `&`
/// instead of `&&`) and its record is one number. The members are seen in no fixed order, the steps of one member in
/// theirs.
///
/// ```
/// use heavyball::ensemble::{Ensemble, Observer, State};
/// use heavyball::prelude::*;
/// use nalgebra::vector;
///
/// /// The largest x that a member reached.
/// struct Largest;
///
/// impl<S: State<1, Scalar = f64>> Observer<S, 1> for Largest {
///     type Record = f64;
///     fn start(&self, state: &S) -> f64 {
///         state.position().x
///     }
///     #[inline]
///     fn observe(&self, _k: usize, state: &S, record: &mut f64) {
///         *record = record.max(state.position().x);
///     }
/// }
///
/// let starts = (0..100).map(|i| vector![-0.5 - 0.01 * f64::from(i)]);
/// let ensemble = Ensemble::from_positions(Momentum::new(0.01, 0.9)?, &Quartic, starts)?;
/// let run = ensemble.observe(1000, &Largest)?;
/// assert!(run.records().iter().all(|largest| *largest > -0.5));
/// # Ok::<(), heavyball::Error>(())
/// ```
pub trait Observer<S, const D: usize>: Sync {
    /// What is kept of a member.
    type Record: Copy + Send + Sync;

    /// Checks that the members have what is to be recorded; called once before a run. The default accepts all.
    ///
    /// # Errors
    /// [`EnsembleError::NoCoordinate`](crate::ensemble::EnsembleError::NoCoordinate) from
    /// [`FirstPassage`](crate::ensemble::FirstPassage).
    fn check(&self) -> Result<(), Error> {
        Ok(())
    }

    /// The record before the first step.
    fn start(&self, state: &S) -> Self::Record;

    /// Updates the record with the state after step `k`, k = 1, 2, …
    fn observe(&self, k: usize, state: &S, record: &mut Self::Record);
}

/// Records nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NoObserver;

impl<S, const D: usize> Observer<S, D> for NoObserver {
    type Record = ();

    fn start(&self, _state: &S) {}

    #[inline(always)]
    fn observe(&self, _k: usize, _state: &S, _record: &mut ()) {}
}

/// Both observers, in one run; the record is both of theirs.
///
/// ```
/// use heavyball::ensemble::{Ensemble, FirstPassage, SettlingTime};
/// use heavyball::prelude::*;
/// use nalgebra::vector;
///
/// let ensemble = Ensemble::from_positions(Momentum::new(0.1, 0.5)?, &Quartic, [vector![-0.5]])?;
/// let both = (FirstPassage::above(0, 0.0)?, SettlingTime::within(1e-9)?);
/// let (passed, settled) = ensemble.observe(200, &both)?.records()[0];
/// assert!(passed < settled);
/// # Ok::<(), heavyball::Error>(())
/// ```
impl<S, A, B, const D: usize> Observer<S, D> for (A, B)
where
    A: Observer<S, D>,
    B: Observer<S, D>,
{
    type Record = (A::Record, B::Record);

    fn check(&self) -> Result<(), Error> {
        self.0.check()?;
        self.1.check()
    }

    fn start(&self, state: &S) -> Self::Record {
        (self.0.start(state), self.1.start(state))
    }

    #[inline(always)]
    fn observe(&self, k: usize, state: &S, record: &mut Self::Record) {
        self.0.observe(k, state, &mut record.0);
        self.1.observe(k, state, &mut record.1);
    }
}

/// Records the step from which on a member moves by no more than a tolerance.
///
/// From that step to the end of the run, each component of v (of p, for a phase) stays within ± the tolerance. The
/// record is `steps + 1` if the member has not settled by the end of the run or has diverged, and 0 if it never moved.
///
/// ```
/// use heavyball::ensemble::{Ensemble, SettlingTime};
/// use heavyball::prelude::*;
/// use nalgebra::vector;
///
/// let starts = [vector![1.5, 1.5], vector![1.0, 0.0], vector![0.2, 1.0]];
/// let ensemble = Ensemble::from_positions(Momentum::new(0.1, 0.5)?, &DoubleWell, starts)?;
/// let run = ensemble.observe(200, &SettlingTime::within(1e-9)?)?;
/// assert!(run.records()[0] < 80.0 && run.records()[1] == 0.0 && run.records()[2] < 80.0);
/// # Ok::<(), heavyball::Error>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct SettlingTime {
    tolerance: f64,
}

impl SettlingTime {
    /// Settled within ± `tolerance` in each component of the velocity.
    ///
    /// # Errors
    /// [`ParameterError::NotPositive`](crate::error::ParameterError::NotPositive) unless the tolerance is positive and
    /// finite.
    pub fn within(tolerance: f64) -> Result<Self, Error> {
        crate::check::positive("the tolerance", &tolerance, "")?;
        Ok(Self { tolerance })
    }
}

impl<S: State<D>, const D: usize> Observer<S, D> for SettlingTime {
    /// A step as `f64`, exact up to 2⁵³: a number as wide as those of the state fills the vector lanes.
    type Record = f64;

    fn start(&self, state: &S) -> f64 {
        let mut record = 0.0;
        Observer::<S, D>::observe(self, 0, state, &mut record);
        record
    }

    #[inline(always)]
    fn observe(&self, k: usize, state: &S, record: &mut f64) {
        let velocity = state.parts().vector(1);
        let still = velocity.iter().fold(true, |still, v| {
            still & (v.to_f64().abs() <= self.tolerance)
        });
        *record = if still { *record } else { k as f64 + 1.0 };
    }
}
