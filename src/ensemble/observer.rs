//! Observer: what is noted of each member on its way; one number a member keeps the loop vectorised.

use crate::Error;
use crate::ensemble::EnsembleError;
use crate::ensemble::Stepper;

/// Sees each member after each step, and keeps one record of it.
///
/// Written without branches (`if` as a selection of values, `&` instead of `&&`), and with a record that is one number,
/// it is compiled into the loop over members. The order of calls between members is not fixed, that within a member is.
///
/// ```
/// use heavyball::ensemble::{Ensemble, Stepper, Observer};
/// use heavyball::prelude::*;
/// use nalgebra::vector;
///
/// /// The highest place that a member reached.
/// struct Highest;
///
/// impl<M: Stepper<P, 1>, P> Observer<M, P, 1> for Highest {
///     type Record = f64;
///     fn start(&self, state: &M::State) -> f64 {
///         M::parts(state)[0].x
///     }
///     #[inline]
///     fn observe(&self, _k: usize, state: &M::State, record: &mut f64) {
///         *record = record.max(M::parts(state)[0].x);
///     }
/// }
///
/// let starts = (0..100).map(|i| vector![-0.5 - 0.01 * f64::from(i)]);
/// let ensemble = Ensemble::of_iterates(Momentum::new(0.01, 0.9)?, &Quartic, starts)?;
/// let run = ensemble.observe(1000, &Highest)?;
/// assert!(run.records().iter().all(|highest| *highest > -0.5));
/// # Ok::<(), heavyball::Error>(())
/// ```
pub trait Observer<M: Stepper<P, D>, P, const D: usize> {
    /// What is kept of a member.
    type Record: Copy + Send + Sync;

    /// Refuses members of which it cannot note what it should; asked once before a run. The default refuses none.
    ///
    /// # Errors
    /// [`EnsembleError::NoCoordinate`] from [`FirstPassage`].
    fn check(&self) -> Result<(), Error> {
        Ok(())
    }

    /// The record before the first step.
    fn start(&self, state: &M::State) -> Self::Record;

    /// Updates the record by the state after step `k`, k = 1, 2, …
    fn observe(&self, k: usize, state: &M::State, record: &mut Self::Record);
}

/// Notes nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NoObserver;

impl<M: Stepper<P, D>, P, const D: usize> Observer<M, P, D> for NoObserver {
    type Record = ();

    fn start(&self, _state: &M::State) {}

    #[inline(always)]
    fn observe(&self, _k: usize, _state: &M::State, _record: &mut ()) {}
}

/// Notes from which step on a member moves by no more than a tolerance: the record is that step.
///
/// Each component of v (of p, for a phase) stays within ± the tolerance from there to the end of the run. A member that
/// still moves has the record `steps + 1`, one that never did 0; one that diverged still moves.
///
/// ```
/// use heavyball::ensemble::{Ensemble, SettlingTime};
/// use heavyball::prelude::*;
/// use nalgebra::vector;
///
/// let starts = [vector![1.5, 1.5], vector![1.0, 0.0], vector![0.2, 1.0]];
/// let ensemble = Ensemble::of_iterates(Momentum::new(0.1, 0.5)?, &DoubleWell, starts)?;
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
    /// [`ParameterError::NotPositive`](crate::error::ParameterError::NotPositive) unless the tolerance is positive and finite.
    pub fn within(tolerance: f64) -> Result<Self, Error> {
        crate::check::positive("the tolerance", &tolerance, "")?;
        Ok(Self { tolerance })
    }
}

impl<M: Stepper<P, D>, P, const D: usize> Observer<M, P, D> for SettlingTime {
    /// A step as `f64`, exact up to 2⁵³: a number of the width of the state keeps the lanes full.
    type Record = f64;

    fn start(&self, state: &M::State) -> f64 {
        let mut record = 0.0;
        Observer::<M, P, D>::observe(self, 0, state, &mut record);
        record
    }

    #[inline(always)]
    fn observe(&self, k: usize, state: &M::State, record: &mut f64) {
        let velocity = M::parts(state)[1];
        let still = velocity
            .iter()
            .fold(true, |still, v| still & (v.abs() <= self.tolerance));
        *record = if still { *record } else { k as f64 + 1.0 };
    }
}

/// Notes the first step after which a coordinate of the position is above a level; ∞ if it never is.
///
/// ```
/// use heavyball::ensemble::{Ensemble, FirstPassage};
/// use heavyball::prelude::*;
/// use nalgebra::vector;
///
/// // Which β rolls over the flat saddle of the quartic?
/// let rules = [0.2, 0.3, 0.4, 0.5].into_iter().map(|beta| Momentum::new(0.1, beta));
/// let rules: Vec<_> = rules.collect::<Result<_, _>>()?;
/// let ensemble = Ensemble::of_rules(rules, &Quartic, [vector![-0.5]; 4])?;
/// let run = ensemble.observe(200, &FirstPassage::above(0, 0.0)?)?;
/// let passed: Vec<bool> = run.records().iter().map(|step| step.is_finite()).collect();
/// assert_eq!(passed, [false, false, true, true]); // the critical β is 0.335
/// # Ok::<(), heavyball::Error>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct FirstPassage {
    coordinate: usize,
    level: f64,
}

impl FirstPassage {
    /// Passed once coordinate `coordinate` of the position is above `level`.
    ///
    /// # Errors
    /// [`ParameterError::NotFinite`](crate::error::ParameterError::NotFinite) for the level. A run of positions that lack the coordinate is [`EnsembleError::NoCoordinate`].
    pub fn above(coordinate: usize, level: f64) -> Result<Self, Error> {
        crate::check::finite("the level", &level)?;
        Ok(Self { coordinate, level })
    }
}

impl<M: Stepper<P, D>, P, const D: usize> Observer<M, P, D> for FirstPassage {
    type Record = f64;

    fn check(&self) -> Result<(), Error> {
        if self.coordinate < D {
            return Ok(());
        }
        Err(Error::Ensemble(EnsembleError::NoCoordinate {
            coordinate: self.coordinate,
            dimension: D,
        }))
    }

    fn start(&self, state: &M::State) -> f64 {
        let mut record = f64::INFINITY;
        Observer::<M, P, D>::observe(self, 0, state, &mut record);
        record
    }

    #[inline(always)]
    fn observe(&self, k: usize, state: &M::State, record: &mut f64) {
        let position = M::parts(state)[0];
        // Every coordinate is looked at: an index that is not known at compile time would be a branch.
        let above = position.iter().enumerate().fold(false, |above, (i, x)| {
            above | ((i == self.coordinate) & (*x > self.level))
        });
        let step = if above { k as f64 } else { f64::INFINITY };
        *record = if step < *record { step } else { *record };
    }
}
